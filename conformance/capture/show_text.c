#include <string.h>

#include "../text/term.h"
#include "show.h"

enum { STAMP = 18, WIDTH_MIN = 80 };

static cf_colour class_colour(cf_diff_class c)
{
    switch (c) {
    case CF_DC_CHOICE: return CF_DIM;
    case CF_DC_SHOULD: return CF_YELLOW;
    case CF_DC_MUST: return CF_RED;
    case CF_DC_UNEXPLAINED: return CF_CYAN;
    case CF_DC_COUNT: break;
    }
    return CF_PLAIN;
}

/* "   0.100000    12 " */
static void put_stamp(cf_buf *out, int64_t ns, uint64_t number)
{
    cf_buf_printf(out, "%11.6f %5llu ", (double)ns / 1e9, (unsigned long long)number);
}

static void put_side(cf_buf *out, const char *text, char from, int64_t ns, uint64_t number, int width)
{
    if (!text) {
        cf_buf_repeat(out, ' ', (size_t)(width + STAMP));
        return;
    }
    int room = width - 2, len = (int)strlen(text);
    put_stamp(out, ns, number);
    cf_buf_printf(out, "%c ", from);
    if (len > room) cf_buf_printf(out, "%.*s..", room - 2, text);
    else cf_buf_printf(out, "%-*s", room, text);
}

static char mark_of(const cf_diff_row *r)
{
    if (!r->a) return '+';
    if (!r->b) return '-';
    return r->moved ? 'm' : r->count ? '~' : ' ';
}

static void put_row(cf_buf *out, const cf_diff_row *r, int width)
{
    put_side(out, r->a, r->from, r->a_ns, r->a_number, width);
    cf_buf_printf(out, " %c ", mark_of(r));
    put_side(out, r->b, r->from, r->b_ns, r->b_number, width);
    while (out->len && out->data[out->len - 1] == ' ') out->data[--out->len] = '\0';
    cf_buf_putc(out, '\n');
}

static void put_difference(cf_buf *out, const cf_difference *x, bool colour)
{
    cf_buf_printf(out, "    %s%-11s%s ", cf_term_code(class_colour(x->class), colour), cf_diff_class_name(x->class),
                  cf_term_code(CF_PLAIN, colour));
    if (x->kind == CF_D_FIELD) cf_buf_printf(out, "%s: %s, there %s", x->field, x->a, x->b);
    else if (x->kind == CF_D_TIME) cf_buf_printf(out, "time: %s after the packet before, there %s", x->a, x->b);
    else cf_buf_puts(out, cf_diff_kind_name(x->kind));
    if (x->rule) cf_buf_printf(out, "  [%s] %s", x->rule->cite, x->rule->reason);
    cf_buf_putc(out, '\n');
}

/* Which column is whose. */
static void put_heading(cf_buf *out, int width)
{
    for (int side = 0; side < 2; side++)
        cf_buf_printf(out, "%11s %5s %-*s%s", "seconds", "#", side ? 1 : width, side ? "B" : "A", side ? "\n" : "    ");
}

static void put_pair(cf_buf *out, const cf_diff *d, const cf_diff_pair *p, const cf_diff_show *how)
{
    int width = ((how->width < WIDTH_MIN ? WIDTH_MIN : how->width) - 3) / 2 - STAMP;
    if (!p->a[0] || !p->b[0]) {
        cf_buf_printf(out, "\nconnection only in %s: %s (%llu packets)\n", p->a[0] ? d->a : d->b, p->a[0] ? p->a : p->b,
                      (unsigned long long)(p->a[0] ? p->a_packets : p->b_packets));
        return;
    }
    cf_buf_printf(out, "\nconnection %s (%llu packets)%s%s (%llu packets)\n", p->a, (unsigned long long)p->a_packets,
                  " and ", p->b, (unsigned long long)p->b_packets);
    put_heading(out, width);
    for (uint32_t i = p->first_row; i < p->first_row + p->rows; i++) {
        const cf_diff_row *r = &d->rows[i];
        if (r->gap) cf_buf_puts(out, "    ...\n");
        put_row(out, r, width);
        for (uint32_t k = r->first; k < r->first + r->count; k++) put_difference(out, &d->items[k], how->colour);
    }
}

void cf_diff_summary(cf_buf *out, const cf_diff *d)
{
    bool any = false;
    for (int c = CF_DC_COUNT - 1; c >= 0; c--) {
        uint64_t n = cf_diff_class_count(d, (cf_diff_class)c);
        if (!n) continue;
        cf_buf_printf(out, "%s%llu %s", any ? ", " : "", (unsigned long long)n, cf_diff_class_name((cf_diff_class)c));
        any = true;
    }
    if (!any) cf_buf_puts(out, "no differences");
}

static void put_counts(cf_buf *out, const cf_diff *d)
{
    cf_buf_puts(out, "\n             choice  should    must  unexplained\n");
    for (int k = 0; k < CF_D_KINDS; k++) {
        const uint64_t *n = d->counts[k];
        if (!(n[0] | n[1] | n[2] | n[3])) continue;
        cf_buf_printf(out, "%-11s %7llu %7llu %7llu %12llu\n", cf_diff_kind_name((cf_diff_kind)k),
                      (unsigned long long)n[CF_DC_CHOICE], (unsigned long long)n[CF_DC_SHOULD],
                      (unsigned long long)n[CF_DC_MUST], (unsigned long long)n[CF_DC_UNEXPLAINED]);
    }
}

static void put_left_out(cf_buf *out, const char *path, const char *lines)
{
    for (const char *at = lines; *at;) {
        size_t n = strcspn(at, "\n");
        cf_buf_printf(out, "%s: not compared: %.*s\n", path, (int)n, at);
        at += n + (at[n] == '\n');
    }
}

void cf_diff_text(cf_buf *out, const cf_diff *d, const cf_diff_show *how)
{
    cf_buf_printf(out, "%s: %llu packets\n%s: %llu packets\n", d->a, (unsigned long long)d->a_packets, d->b,
                  (unsigned long long)d->b_packets);
    put_left_out(out, d->a, d->a_left_out);
    put_left_out(out, d->b, d->b_left_out);
    for (uint32_t i = 0; i < d->pair_count && !how->summary; i++) put_pair(out, d, &d->pairs[i], how);
    if (!cf_diff_equal(d)) put_counts(out, d);
    if (d->not_kept) cf_buf_printf(out, "%llu more differences are only counted\n", (unsigned long long)d->not_kept);
    cf_buf_printf(out, "%s%u of %u connections equal: ", cf_diff_equal(d) ? "" : "\n", d->equal_connections,
                  d->connections);
    cf_diff_summary(out, d);
    cf_buf_putc(out, '\n');
}
