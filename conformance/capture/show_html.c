#include <string.h>

#include "show.h"

static const char style[] =
    "body{font:14px/1.45 system-ui,sans-serif;margin:1.5em;color:#1b1b1b;background:#fff}"
    "h1{font-size:1.3em}h2{font-size:1.05em;margin:1.6em 0 .4em}"
    "table{border-collapse:collapse;font:12px/1.5 ui-monospace,monospace}"
    "th{text-align:left;font-weight:600;border-bottom:1px solid #999;padding:0 .8em}"
    "td{padding:0 .8em;white-space:pre;vertical-align:top}td.n{text-align:right;color:#777}"
    "td.d{white-space:normal;max-width:70em;padding-left:4em}"
    "tr.missing td.a,tr.changed td.a{background:#fdeaea}tr.extra td.b,tr.changed td.b{background:#e8f5e9}"
    "tr.moved td{background:#fff6da}tr.gap td{color:#999;text-align:center}"
    "b.must{color:#b00020}b.should{color:#a06000}b.choice{color:#666}b.unexplained{color:#005fb8}"
    ".note{color:#555}.must{color:#b00020}"
    "@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}"
    "tr.missing td.a,tr.changed td.a{background:#402020}tr.extra td.b,tr.changed td.b{background:#1f3a22}"
    "tr.moved td{background:#40381c}b.unexplained{color:#6cb4ff}b.must,.must{color:#ff7b89}b.should{color:#e0a040}}";

static void put_text(cf_buf *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<': cf_buf_puts(out, "&lt;"); break;
        case '>': cf_buf_puts(out, "&gt;"); break;
        case '&': cf_buf_puts(out, "&amp;"); break;
        case '"': cf_buf_puts(out, "&quot;"); break;
        default: cf_buf_putc(out, *text);
        }
    }
}

void cf_diff_html_head(cf_buf *out, const char *title)
{
    cf_buf_puts(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                     "<meta name=\"viewport\" content=\"width=device-width\"><title>");
    put_text(out, title);
    cf_buf_printf(out, "</title><style>%s</style></head><body>\n<h1>", style);
    put_text(out, title);
    cf_buf_puts(out, "</h1>\n");
}

void cf_diff_html_foot(cf_buf *out)
{
    cf_buf_puts(out, "</body></html>\n");
}

void cf_diff_html_line(cf_buf *out, const char *class, const char *text)
{
    cf_buf_printf(out, "<p class=\"%s\">", class);
    put_text(out, text);
    cf_buf_puts(out, "</p>\n");
}

static void put_cells(cf_buf *out, const char *text, char from, int64_t ns, uint64_t number, const char *side)
{
    if (!text) {
        cf_buf_printf(out, "<td></td><td></td><td class=\"%s\"></td>", side);
        return;
    }
    cf_buf_printf(out, "<td class=\"n\">%.6f</td><td class=\"n\">%llu</td><td class=\"%s\">%s ", (double)ns / 1e9,
                  (unsigned long long)number, side, from == '>' ? "&rarr;" : "&larr;");
    put_text(out, text);
    cf_buf_puts(out, "</td>");
}

static const char *row_class(const cf_diff_row *r)
{
    if (!r->a) return "extra";
    if (!r->b) return "missing";
    return r->moved ? "moved" : r->count ? "changed" : "same";
}

static void put_difference(cf_buf *out, const cf_difference *x)
{
    const char *class = cf_diff_class_name(x->class);
    cf_buf_printf(out, "<tr><td class=\"d\" colspan=\"6\"><b class=\"%s\">%s</b> %s", class, class,
                  x->field[0] ? x->field : cf_diff_kind_name(x->kind));
    if (x->a[0] || x->b[0]) {
        cf_buf_puts(out, ": ");
        put_text(out, x->a);
        cf_buf_puts(out, " &rarr; ");
        put_text(out, x->b);
    }
    if (x->rule) {
        cf_buf_puts(out, " &mdash; ");
        put_text(out, x->rule->reason);
        cf_buf_puts(out, " (");
        put_text(out, x->rule->cite);
        cf_buf_putc(out, ')');
    }
    cf_buf_puts(out, "</td></tr>\n");
}

static void put_rows(cf_buf *out, const cf_diff *d, const cf_diff_pair *p)
{
    cf_buf_puts(out, "<table><tr><th>time</th><th>#</th><th>A</th><th>time</th><th>#</th><th>B</th></tr>\n");
    for (uint32_t i = p->first_row; i < p->first_row + p->rows; i++) {
        const cf_diff_row *r = &d->rows[i];
        if (r->gap) cf_buf_puts(out, "<tr class=\"gap\"><td colspan=\"6\">equal packets</td></tr>\n");
        cf_buf_printf(out, "<tr class=\"%s\">", row_class(r));
        put_cells(out, r->a, r->from, r->a_ns, r->a_number, "a");
        put_cells(out, r->b, r->from, r->b_ns, r->b_number, "b");
        cf_buf_puts(out, "</tr>\n");
        for (uint32_t k = r->first; k < r->first + r->count; k++) put_difference(out, &d->items[k]);
    }
    cf_buf_puts(out, "</table>\n");
}

static void put_pair(cf_buf *out, const cf_diff *d, const cf_diff_pair *p)
{
    cf_buf_puts(out, "<h2>");
    put_text(out, p->a[0] ? p->a : "(no connection)");
    cf_buf_puts(out, " &mdash; ");
    put_text(out, p->b[0] ? p->b : "(no connection)");
    cf_buf_puts(out, "</h2>\n");
    if (p->rows) put_rows(out, d, p);
}

static void put_lines(cf_buf *out, const char *path, const char *lines)
{
    for (const char *at = lines; *at;) {
        size_t n = strcspn(at, "\n");
        cf_buf line = {0};
        cf_buf_printf(&line, "%s: not compared: %.*s", path, (int)n, at);
        cf_diff_html_line(out, "note", cf_buf_str(&line));
        cf_buf_free(&line);
        at += n + (at[n] == '\n');
    }
}

void cf_diff_html(cf_buf *out, const cf_diff *d)
{
    cf_buf line = {0};
    cf_buf_printf(&line, "A: %s (%llu packets)   B: %s (%llu packets)   %u of %u connections equal: ", d->a,
                  (unsigned long long)d->a_packets, d->b, (unsigned long long)d->b_packets, d->equal_connections,
                  d->connections);
    cf_diff_summary(&line, d);
    cf_diff_html_line(out, "sum", cf_buf_str(&line));
    cf_buf_free(&line);
    put_lines(out, d->a, d->a_left_out);
    put_lines(out, d->b, d->b_left_out);
    for (uint32_t i = 0; i < d->pair_count; i++) put_pair(out, d, &d->pairs[i]);
    if (d->not_kept) cf_diff_html_line(out, "note", "There are more differences; they are only counted.");
}
