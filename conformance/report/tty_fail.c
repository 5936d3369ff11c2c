/* One failure in full: the rule, the line of the script, every field that differs, the story, and what to type next. */
#include <string.h>

#include "../text/buf.h"
#include "../text/term.h"
#include "report.h"
#include "../text/utf8.h"

enum { STORY_LINES = 14, TEXT_WIDTH = 96, INDENT = 11, LINE_SHOWN = 160, MESSAGE_SHOWN = 600 };

static const char *paint(const cf_report *rep, cf_colour c)
{
    return cf_term_code(c, rep->colour);
}

/* ---------- text in a column ---------- */

/* Words of text, wrapped, the first line standing after the label. */
static void put_wrapped(FILE *out, const char *label, const char *text)
{
    fprintf(out, "  %-9s", label);
    size_t column = INDENT;
    bool first = true;
    while (*text) {
        size_t len = strcspn(text, " \n");
        if (!first && column + 1 + len > TEXT_WIDTH) {
            fprintf(out, "\n%*s", INDENT, "");
            column = INDENT;
            first = true;
        }
        if (!first) fputc(' ', out);
        fwrite(text, 1, len, out);
        column += len + !first;
        first = false;
        text += len;
        text += *text != '\0';
    }
    fputc('\n', out);
}

/* Lines of text as they are, each below the other; of a very long one the beginning. */
static void put_lines(FILE *out, const char *label, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        bool whole = len <= MESSAGE_SHOWN;
        fprintf(out, "  %-9s%.*s%s\n", label, whole ? (int)len : MESSAGE_SHOWN, text, whole ? "" : " ...");
        label = "";
        text += len;
        text += *text != '\0';
    }
}

/* ---------- headline ---------- */

static const char *headline(const cf_entry *e)
{
    if (e->surprise == CF_S_PASS) return "UNEXPECTED PASS";
    if (e->surprise == CF_S_DIFFERENT) return e->r->outcome == CF_FAIL ? "DIFFERENT FAIL" : "DIFFERENT";
    switch (e->r->outcome) {
    case CF_RUN_ERROR: return "ERROR";
    case CF_UNSTEADY: return "UNSTEADY";
    case CF_PASS:
    case CF_LAX:
    case CF_FAIL:
    case CF_SEEN:
    case CF_NA:
    case CF_OUTCOMES: break;
    }
    return "FAIL";
}

static void put_headline(FILE *out, const cf_report *rep, const cf_entry *e, const char *others)
{
    const cf_result *r = e->r;
    const char *level = cf_level(rep, r);
    fprintf(out, "%s%s%s  %s%s%s @%s%s", paint(rep, CF_RED), headline(e), paint(rep, CF_PLAIN), paint(rep, CF_BOLD),
            r->id, paint(rep, CF_PLAIN), r->variant, others);
    if (r->spec) fprintf(out, "   %s", r->spec);
    if (*level && !(r->spec && strstr(r->spec, level))) fprintf(out, "  %s", level);
    fputc('\n', out);
    if (r->title) fprintf(out, "      %s\n", r->title);
    fputc('\n', out);
}

/* ---------- the place in the script ---------- */

/* The part of a long line that is shown: a window that holds the place. */
typedef struct {
    uint32_t from, to;
} window;

static window window_of(uint32_t len, uint32_t place)
{
    if (len <= LINE_SHOWN) return (window){0, LINE_SHOWN}; /* the lines before it may be longer */
    uint32_t from = place > LINE_SHOWN / 2 ? place - LINE_SHOWN / 2 : 0;
    if (from > len - LINE_SHOWN) from = len - LINE_SHOWN;
    return (window){from, from + LINE_SHOWN};
}

static void put_source_line(FILE *out, const cf_source *src, uint32_t line, window w)
{
    size_t len;
    const char *text = cf_source_line(src, line, &len);
    fprintf(out, "    %5u |  ", line);
    for (size_t i = w.from; i < len && i < w.to; i++)
        fputc((unsigned char)text[i] < 0x20 || text[i] == 0x7f ? ' ' : text[i], out);
    fputc('\n', out);
}

/* Which columns of the line the caret marks: the span as far as it lies on it, else the whole text of the line. */
static window marked(const cf_entry *e)
{
    const cf_result *r = e->r;
    size_t len;
    const char *text = cf_source_line(e->src, r->line, &len);
    uint32_t start = (uint32_t)(text - e->src->text);
    window m = {0, (uint32_t)len};
    if (r->span.start >= start && r->span.start < start + len && r->span.end > r->span.start) {
        m.from = r->span.start - start;
        if (r->span.end - start < len) m.to = r->span.end - start;
    }
    while (m.from < m.to && (text[m.from] == ' ' || text[m.from] == '\t')) m.from++;
    if (m.from == m.to) m.to++; /* a mark on an empty line stands before it */
    return m;
}

static void put_caret(FILE *out, const cf_report *rep, const cf_entry *e, window shown, window mark)
{
    size_t len;
    const char *text = cf_source_line(e->src, e->r->line, &len);
    fprintf(out, "    %5s |  ", "");
    for (uint32_t i = shown.from; i < mark.from && i < shown.to; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80) fputc(' ', out);
    fputs(paint(rep, CF_RED), out);
    for (uint32_t i = mark.from > shown.from ? mark.from : shown.from; i < mark.to && (i < shown.to || i >= len); i++)
        if (i >= len || ((unsigned char)text[i] & 0xc0) != 0x80) fputc('^', out);
    fprintf(out, "%s\n", paint(rep, CF_PLAIN));
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void put_place(FILE *out, const cf_report *rep, const cf_entry *e)
{
    const cf_result *r = e->r;
    if (!r->line) return;
    fprintf(out, "  script   %s:%u\n", file_name(r->path), r->line);
    if (!e->src || r->line > e->src->lines) return;
    size_t len;
    cf_source_line(e->src, r->line, &len);
    window mark = marked(e), shown = window_of((uint32_t)len, mark.from);
    if (r->line > 1) put_source_line(out, e->src, r->line - 1, shown);
    put_source_line(out, e->src, r->line, shown);
    put_caret(out, rep, e, shown, mark);
}

/* ---------- fields ---------- */

static size_t widest(const cf_result *r, bool wire)
{
    size_t width = 6;
    for (uint32_t i = 0; i < r->diffs; i++) {
        size_t n = cf_utf8_columns(wire ? r->diff[i].wire : r->diff[i].script);
        if (n > width) width = n;
    }
    return width < 44 ? width : 44;
}

static void put_padded(FILE *out, const char *text, size_t width)
{
    size_t n = cf_utf8_columns(text);
    fputs(text, out);
    do fputc(' ', out); /* what is longer than its column still ends before the next one */
    while (++n < width);
}

static void put_field(FILE *out, const cf_report *rep, const cf_field_diff *d, size_t script_width, size_t wire_width)
{
    fprintf(out, "         %s%c ", d->same ? "" : paint(rep, CF_RED), d->same ? ' ' : '*');
    put_padded(out, d->field, 12);
    put_padded(out, d->script, script_width + 2);
    if (*d->remark) put_padded(out, d->wire, wire_width + 2);
    else fputs(d->wire, out);
    fprintf(out, "%s%s\n", d->remark, d->same ? "" : paint(rep, CF_PLAIN));
}

static void put_fields(FILE *out, const cf_report *rep, const cf_result *r)
{
    if (!r->diffs) return;
    uint32_t same = 0;
    for (uint32_t i = 0; i < r->diffs; i++) same += r->diff[i].same;
    size_t script_width = widest(r, false), wire_width = widest(r, true);
    fprintf(out, "  packet   the nearest packet agrees in %u of %u fields\n", same, r->diffs);
    fputs("           ", out);
    put_padded(out, "field", 12);
    put_padded(out, "script", script_width + 2);
    fputs("wire\n", out);
    for (uint32_t i = 0; i < r->diffs; i++) put_field(out, rep, &r->diff[i], script_width, wire_width);
}

static void put_packets(FILE *out, const cf_result *r)
{
    if (r->script_packet) fprintf(out, "  script packet  %s\n", r->script_packet);
    if (r->wire_packet) fprintf(out, "  wire packet    %s\n", r->wire_packet);
}

/* ---------- story, rules ---------- */

void cf_report_story(FILE *out, const cf_result *r, uint32_t last_lines, bool colour)
{
    uint32_t from = r->stories > last_lines ? r->stories - last_lines : 0;
    for (uint32_t i = from; i < r->stories; i++) {
        const cf_story_line *s = &r->story[i];
        fprintf(out, "  %-9s%s%11.6f%s  %-6s %s", i == from ? "story" : "", cf_term_code(CF_DIM, colour),
                (double)s->at_us / 1e6, cf_term_code(CF_PLAIN, colour), s->kind, s->text ? s->text : "");
        if (s->line) fprintf(out, "   (line %u)", s->line);
        fputc('\n', out);
    }
}

typedef struct {
    FILE *out;
    const cf_report *rep;
} rule_list;

static void put_rule(void *ctx, const char *id)
{
    const rule_list *l = ctx;
    const cf_req *req = l->rep->reqs ? cf_reqs_find(l->rep->reqs, id) : NULL;
    if (!req) return;
    cf_buf b = {0};
    cf_buf_printf(&b, "%s: %s [%s", req->title, req->paraphrase, req->id);
    if (strcmp(req->section, "-") != 0) cf_buf_printf(&b, ", %s %s, %s", req->doc, req->section, req->level);
    cf_buf_putc(&b, ']');
    put_wrapped(l->out, "rule", cf_buf_str(&b));
    cf_buf_free(&b);
}

static void put_listed(FILE *out, const cf_entry *e)
{
    if (!e->listed_at) return;
    fprintf(out, "  listed   %s: %s \"%s\" (%s)\n", e->listed_at, e->expected, e->listed_signature, e->listed_reason);
    if (e->surprise == CF_S_PASS) put_wrapped(out, "", "Good news: remove that line.");
    if (e->surprise == CF_S_DIFFERENT)
        fprintf(out, "%*sgot \"%s\": the reason on file may no longer be the reason\n", INDENT, "", e->r->signature);
}

void cf_report_failure(FILE *out, const cf_report *rep, const cf_entry *e, const char *others)
{
    const cf_result *r = e->r;
    put_headline(out, rep, e, others);
    put_place(out, rep, e);
    if (r->message) put_lines(out, "why", r->message);
    if (r->hint) put_lines(out, "hint", r->hint);
    put_fields(out, rep, r);
    put_packets(out, r);
    cf_report_story(out, r, rep->verbose ? UINT32_MAX : STORY_LINES, rep->colour);
    cf_each_spec(r, put_rule, &(rule_list){out, rep});
    if (r->notes) put_lines(out, "notes", r->notes);
    if (e->said) put_lines(out, "printed", e->said);
    put_listed(out, e);
    if (r->pcap) fprintf(out, "  capture  %s\n", r->pcap);
    if (e->again) fprintf(out, "  again    %s\n", e->again);
    fputc('\n', out);
}
