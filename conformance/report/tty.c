/* For people: a green run is a handful of lines with one glyph for each run, a red one shows every failure in full. */
#include <string.h>

#include "../text/buf.h"
#include "../text/mem.h"
#include "../text/term.h"
#include "report.h"
#include "../text/utf8.h"

enum { GLYPHS_IN_A_ROW = 60, PAIR_UP_TO = 30, FAILURES_IN_FULL = 12 };

/* ---------- the map of runs ---------- */

static const struct {
    const char *text;
    cf_colour colour;
} glyphs[CF_OUTCOMES] = {
    [CF_PASS] = {"·", CF_PLAIN},   [CF_LAX] = {"~", CF_GREEN}, [CF_FAIL] = {"F", CF_RED},
    [CF_SEEN] = {"o", CF_CYAN},    [CF_NA] = {"-", CF_DIM},    [CF_RUN_ERROR] = {"E", CF_RED},
    [CF_UNSTEADY] = {"?", CF_RED},
};

static void put_glyph(FILE *out, const cf_report *rep, const cf_entry *e)
{
    cf_outcome o = e->r->outcome;
    bool known = e->surprise == CF_S_NONE && (o == CF_FAIL || o == CF_RUN_ERROR || o == CF_UNSTEADY);
    const char *text = known ? "x" : e->surprise == CF_S_PASS ? "!" : glyphs[o].text;
    cf_colour colour = known ? CF_YELLOW : e->surprise != CF_S_NONE ? CF_RED : glyphs[o].colour;
    bool paint = rep->colour && colour != CF_PLAIN;
    fprintf(out, "%s%s%s", cf_term_code(colour, paint), text, cf_term_code(CF_PLAIN, paint));
}

/* Length of the folder part that all ids share, up to and including a '/'; 0 when they share nothing. */
static size_t shared_folder(const cf_report *rep)
{
    const char *first = rep->entries[0].r->id, *slash = strrchr(first, '/');
    size_t len = slash ? (size_t)(slash - first) + 1 : 0;
    for (uint32_t i = 1; i < rep->count; i++) {
        while (len > 0 && strncmp(first, rep->entries[i].r->id, len) != 0) {
            len--;
            while (len > 0 && first[len - 1] != '/') len--;
        }
    }
    return len;
}

/* The area of a run: the first folder below what all ids share; that itself for what lies in it directly. */
static size_t area_len(const char *id, size_t shared)
{
    const char *slash = strchr(id + shared, '/');
    if (slash) return (size_t)(slash - id);
    return shared ? shared - 1 : 0;
}

typedef struct {
    const char *name;
    size_t len;
    uint32_t first, runs;
} area;

static uint32_t find_areas(const cf_report *rep, area *areas)
{
    size_t shared = rep->count ? shared_folder(rep) : 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < rep->count; i++) {
        const char *id = rep->entries[i].r->id;
        size_t len = area_len(id, shared);
        bool same = n && areas[n - 1].len == len && strncmp(areas[n - 1].name, id, len) == 0;
        if (!same) areas[n++] = (area){id, len, i, 0};
        areas[n - 1].runs++;
    }
    return n;
}

/* One cell: name, up to `row` glyphs from `from`, filled up to `row`; the number of runs after the last of them. */
static void put_cell(FILE *out, const cf_report *rep, const area *a, uint32_t from, uint32_t row, int name_width)
{
    const char *name = a->len ? a->name : "."; /* scripts that lie in no folder */
    fprintf(out, "%-*.*s ", name_width, from ? 0 : a->len ? (int)a->len : 1, name);
    uint32_t i = from;
    for (; i < a->runs && i < from + row; i++) put_glyph(out, rep, &rep->entries[a->first + i]);
    for (uint32_t k = i - from; k < row; k++) fputc(' ', out);
    if (i == a->runs) fprintf(out, " %5u", a->runs);
    else fprintf(out, "%6s", "");
}

static void put_map(FILE *out, const cf_report *rep)
{
    if (!rep->count) return;
    area *areas = cf_mem_zero(rep->count, sizeof *areas);
    uint32_t n = find_areas(rep, areas), widest = 0;
    int name_width = 4;
    for (uint32_t i = 0; i < n; i++) {
        if (areas[i].runs > widest) widest = areas[i].runs;
        if ((int)areas[i].len > name_width) name_width = (int)areas[i].len;
    }
    uint32_t pair = widest <= PAIR_UP_TO && n > 1 ? 2 : 1, row = widest < GLYPHS_IN_A_ROW ? widest : GLYPHS_IN_A_ROW;
    for (uint32_t i = 0; i < n; i += pair)
        for (uint32_t from = 0; from == 0 || (pair == 1 && from < areas[i].runs); from += row) {
            put_cell(out, rep, &areas[i], from, row, name_width);
            if (pair == 2 && i + 1 < n) {
                fputs("    ", out);
                put_cell(out, rep, &areas[i + 1], 0, row, name_width);
            }
            fputc('\n', out);
        }
    free(areas);
    fputc('\n', out);
}

/* ---------- first and last lines ---------- */

static void put_head(FILE *out, const cf_report *rep)
{
    const char *bold = cf_term_code(CF_BOLD, rep->colour), *plain = cf_term_code(CF_PLAIN, rep->colour);
    fprintf(out, "%stcprove %s%s · %s", bold, rep->version, plain, rep->target);
    if (rep->preset) fprintf(out, " · preset %s", rep->preset);
    fprintf(out, " · seed %llx\n", (unsigned long long)rep->seed);
    fprintf(out, "%u script%s, %u run%s\n\n", rep->scripts, rep->scripts == 1 ? "" : "s", rep->count,
            rep->count == 1 ? "" : "s");
}

static void put_count(cf_buf *b, uint32_t n, const char *what)
{
    if (n) cf_buf_printf(b, "%s%u %s", b->len ? " · " : "", n, what);
}

static void put_tail(FILE *out, const cf_report *rep)
{
    cf_counts c = cf_count(rep);
    cf_buf b = {0}, levels = {0};
    char real[40], virtual[40];
    put_count(&levels, c.must, "MUST");
    put_count(&levels, c.should, "SHOULD");
    put_count(&levels, c.other, "other");
    put_count(&b, c.outcome[CF_PASS], "pass");
    put_count(&b, c.outcome[CF_LAX], "lax");
    if (levels.len) cf_buf_printf(&b, " (%s)", cf_buf_str(&levels));
    put_count(&b, c.outcome[CF_FAIL], "fail");
    put_count(&b, c.outcome[CF_RUN_ERROR], "error");
    put_count(&b, c.outcome[CF_UNSTEADY], "unsteady");
    if (c.known) cf_buf_printf(&b, " (%u known)", c.known);
    put_count(&b, c.outcome[CF_SEEN], "seen");
    put_count(&b, c.outcome[CF_NA], "n/a");
    fprintf(out, "%s%s%s", cf_term_code(c.surprises ? CF_RED : CF_GREEN, rep->colour), cf_buf_str(&b),
            cf_term_code(CF_PLAIN, rep->colour));
    fprintf(out, "%8s%s, %s simulated\n", "", cf_duration(real, sizeof real, rep->elapsed_us),
            cf_duration(virtual, sizeof virtual, c.virtual_us));
    if (c.surprises) fprintf(out, "%u unexpected of %u\n", c.surprises, rep->count);
    cf_buf_free(&b);
    cf_buf_free(&levels);
}

/* ---------- failures ---------- */

/* Variants of one script that failed in the same way are told once. */
static bool same_way(const cf_entry *a, const cf_entry *b)
{
    return strcmp(a->r->id, b->r->id) == 0 && a->surprise == b->surprise && a->r->outcome == b->r->outcome &&
           strcmp(a->r->signature, b->r->signature) == 0;
}

static void put_short(FILE *out, const cf_report *rep, const cf_entry *e, const char *others)
{
    fprintf(out, "%s%-8s%s  %s @%s%s  %s\n", cf_term_code(CF_RED, rep->colour), cf_outcome_name(e->r->outcome),
            cf_term_code(CF_PLAIN, rep->colour), e->r->id, e->r->variant, others, e->r->signature);
}

static void put_failures(FILE *out, const cf_report *rep)
{
    uint32_t told = 0;
    for (uint32_t i = 0; i < rep->count;) {
        const cf_entry *e = &rep->entries[i++];
        if (e->surprise == CF_S_NONE) continue;
        cf_buf others = {0};
        for (; i < rep->count && same_way(e, &rep->entries[i]); i++)
            cf_buf_printf(&others, " @%s", rep->entries[i].r->variant);
        bool full = rep->verbose || told < FAILURES_IN_FULL;
        if (told == FAILURES_IN_FULL && !full) fputs("more, in short (-v shows all in full):\n", out);
        (full ? cf_report_failure : put_short)(out, rep, e, cf_buf_str(&others));
        cf_buf_free(&others);
        told++;
    }
    if (told > FAILURES_IN_FULL && !rep->verbose) fputc('\n', out);
}

static void put_stories(FILE *out, const cf_report *rep)
{
    for (uint32_t i = 0; i < rep->count; i++) {
        const cf_result *r = rep->entries[i].r;
        if (rep->entries[i].surprise != CF_S_NONE || (!r->stories && !r->notes && !r->message)) continue;
        fprintf(out, "%s  %s @%s\n", cf_outcome_name(r->outcome), r->id, r->variant);
        if (r->message) fprintf(out, "  why      %s\n", r->message);
        if (r->notes) fprintf(out, "  notes    %s\n", r->notes);
        cf_report_story(out, r, UINT32_MAX, rep->colour);
        fputc('\n', out);
    }
}

void cf_report_tty(FILE *out, const cf_report *rep)
{
    put_head(out, rep);
    put_map(out, rep);
    if (rep->verbose) put_stories(out, rep);
    put_failures(out, rep);
    put_tail(out, rep);
}

void cf_report_quiet(FILE *out, const cf_report *rep)
{
    put_failures(out, rep);
    put_tail(out, rep);
}
