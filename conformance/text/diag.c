#include "diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "term.h"
#include "utf8.h"

enum { DIAGS_MAX = 100, CARET_MAX = 200 };

/* Where messages go once DIAGS_MAX are kept: callers may still set a hint on what they got. */
static _Thread_local cf_diag overflow;

static cf_diag *slot(cf_diags *d)
{
    if (d->count >= DIAGS_MAX) return &overflow;
    if (d->count == d->cap) {
        uint32_t cap = d->cap ? d->cap * 2 : 8;
        cf_diag *items = realloc(d->items, cap * sizeof *items);
        if (!items) {
            fputs("out of memory\n", stderr);
            abort();
        }
        d->items = items;
        d->cap = cap;
    }
    return &d->items[d->count++];
}

/* Messages quote what a script says: that may be bytes that do something to a terminal. */
static void make_printable(char *text)
{
    while (*text) {
        size_t n = cf_utf8_shown(text);
        if (!n) *text = '?';
        text += n ? n : 1;
    }
}

cf_diag *cf_diag_add(cf_diags *d, cf_severity sev, const cf_source *src, cf_span span, const char *fmt, ...)
{
    cf_diag *m = slot(d);
    *m = (cf_diag){.severity = sev, .src = src, .span = span};
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(m->msg, sizeof m->msg, fmt, ap);
    va_end(ap);
    make_printable(m->msg);
    if (sev == CF_ERROR) d->errors++;
    return m;
}

void cf_diag_hint(cf_diag *d, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(d->hint, sizeof d->hint, fmt, ap);
    va_end(ap);
    make_printable(d->hint);
}

void cf_diags_free(cf_diags *d)
{
    free(d->items);
    *d = (cf_diags){0};
}

static const char *severity_name(cf_severity s)
{
    static const char *const names[] = {"error", "warning", "note"};
    return names[s];
}

/* The part of a line that is shown: all of it, or what stands around the place. */
typedef struct {
    const char *text;
    size_t from, to;
} excerpt;

enum { SHOWN_MOST = 200, SHOWN_BEFORE = 80 };

static bool within_character(const char *text, size_t at)
{
    return ((unsigned char)text[at] & 0xC0) == 0x80;
}

static excerpt excerpt_of(const char *text, size_t len, size_t at)
{
    excerpt e = {text, 0, len};
    if (len <= SHOWN_MOST) return e;
    if (at > SHOWN_BEFORE) e.from = at - SHOWN_BEFORE;
    for (int i = 0; i < 3 && within_character(text, e.from); i++) e.from++;
    if (len - e.from > SHOWN_MOST) e.to = e.from + SHOWN_MOST;
    for (int i = 0; i < 3 && e.to < len && within_character(text, e.to); i++) e.to--;
    return e;
}

/* Bytes of the character at i, in one column. */
static size_t step(const excerpt *e, size_t i, bool *shown)
{
    size_t n = cf_utf8_shown(e->text + i);
    *shown = n > 0 && i + n <= e->to;
    return *shown ? n : 1;
}

static const char *cut(bool there)
{
    return there ? "..." : "";
}

/* Unprintable bytes would move the caret or worse; tabs are copied so that both lines stay aligned. */
static void put_line(FILE *out, const excerpt *e, size_t len)
{
    fputs(cut(e->from > 0), out);
    for (size_t i = e->from; i < e->to;) {
        bool shown;
        size_t n = step(e, i, &shown);
        if (shown) fwrite(e->text + i, 1, n, out);
        else fputc(e->text[i] == '\t' ? '\t' : '?', out);
        i += n;
    }
    fprintf(out, "%s\n", cut(e->to < len));
}

static void put_caret(FILE *out, const cf_diag *d, const excerpt *e, size_t at, bool colour)
{
    size_t width = d->span.end > d->span.start ? d->span.end - d->span.start : 1, i = e->from, end = at + width;
    bool shown;
    if (end > e->to) end = e->to > at ? e->to : at + 1;
    fprintf(out, "%6s | %*s", "", e->from > 0 ? 3 : 0, "");
    for (; i < at && i < e->to; i += step(e, i, &shown)) fputc(e->text[i] == '\t' ? '\t' : ' ', out);
    fputs(cf_term_code(CF_RED, colour), out);
    size_t carets = 0;
    for (; i < end && i < e->to && carets < CARET_MAX; i += step(e, i, &shown), carets++) fputc('^', out);
    if (!carets) fputc('^', out);
    fprintf(out, "%s\n", cf_term_code(CF_PLAIN, colour));
}

void cf_diag_print(FILE *out, const cf_diag *d, bool colour)
{
    uint32_t line = 0, column = 0;
    if (d->src) {
        cf_source_place(d->src, d->span.start, &line, &column);
        fprintf(out, "%s%s:%u:%u: ", cf_term_code(CF_BOLD, colour), d->src->path, line, column);
    }
    fprintf(out, "%s%s:%s %s\n", cf_term_code(d->severity == CF_ERROR ? CF_RED : CF_YELLOW, colour),
            severity_name(d->severity), cf_term_code(CF_PLAIN, colour), d->msg);
    if (d->src && d->src->len) {
        size_t len;
        const char *text = cf_source_line(d->src, line, &len);
        excerpt e = excerpt_of(text, len, column - 1);
        fprintf(out, "%6u | ", line);
        put_line(out, &e, len);
        put_caret(out, d, &e, column - 1, colour);
    }
    if (d->hint[0])
        fprintf(out, "%6s = %shint:%s %s\n", "", cf_term_code(CF_CYAN, colour), cf_term_code(CF_PLAIN, colour),
                d->hint);
}

void cf_diags_print(FILE *out, const cf_diags *d, bool colour)
{
    for (uint32_t i = 0; i < d->count; i++) cf_diag_print(out, &d->items[i], colour);
}

/* ---------- the nearest name ---------- */

enum { WORD_MAX = 48 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Edits (insert, delete, replace, swap of neighbours) between two words; letter case counts nothing. */
static unsigned distance(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);
    if (m > WORD_MAX || n > WORD_MAX) return WORD_MAX;
    unsigned row[3][WORD_MAX + 1];
    for (size_t j = 0; j <= n; j++) row[0][j] = (unsigned)j;
    for (size_t i = 1; i <= m; i++) {
        unsigned *now = row[i % 3], *before = row[(i + 2) % 3], *two = row[(i + 1) % 3];
        now[0] = (unsigned)i;
        for (size_t j = 1; j <= n; j++) {
            unsigned best = before[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
            if (before[j] + 1 < best) best = before[j] + 1;
            if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
            bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped && two[j - 2] + 1 < best) best = two[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[m % 3][n];
}

const char *cf_nearest(const char *word, const char *const *names, size_t count)
{
    const char *best = NULL;
    size_t len = strlen(word);
    unsigned limit = len <= 2 ? 1 : len <= 5 ? 2 : 3, least = limit + 1;
    for (size_t i = 0; i < count; i++) {
        unsigned d = distance(word, names[i]);
        if (d >= least || d >= len) continue;
        least = d;
        best = names[i];
    }
    return best;
}
