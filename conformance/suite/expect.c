#include "expect.h"

#include "../text/mem.h"
#include "glob.h"

enum { COLUMNS = 5 };

typedef struct {
    cf_span cell[COLUMNS];
    uint32_t count;
} row;

static bool is_gap(const char *text, uint32_t at, uint32_t end)
{
    return text[at] == '\t' || (text[at] == ' ' && at + 1 < end && (text[at + 1] == ' ' || text[at + 1] == '\t'));
}

/* Cuts a line at tabs and runs of two or more blanks; the last column keeps the rest. */
static row cut(const char *text, cf_span line)
{
    row r = {.count = 0};
    uint32_t at = line.start, end = line.end;
    while (end > at && (text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == '\r')) end--;
    while (at < end && r.count < COLUMNS) {
        while (at < end && (text[at] == ' ' || text[at] == '\t')) at++;
        uint32_t start = at;
        while (at < end && (r.count == COLUMNS - 1 || !is_gap(text, at, end))) at++;
        if (at > start) r.cell[r.count++] = (cf_span){start, at};
    }
    return r;
}

static char *cell_text(const cf_source *src, cf_span s)
{
    return cf_mem_copy(src->text + s.start, s.end - s.start);
}

static int outcome_by_name(const char *name)
{
    for (int o = 0; o < CF_OUTCOMES; o++)
        if (strcmp(name, cf_outcome_name((cf_outcome)o)) == 0) return o;
    return -1;
}

static bool take_outcome(cf_expect_line *line, const cf_source *src, cf_span at, cf_diags *diags)
{
    char *name = cell_text(src, at);
    int o = outcome_by_name(name);
    if (o < 0)
        cf_diag_hint(cf_diag_add(diags, CF_ERROR, src, at, "unknown outcome \"%s\"", name),
                     "write one of lax, fail, seen, n/a, error, unsteady");
    else if (o == CF_PASS)
        cf_diag_hint(cf_diag_add(diags, CF_ERROR, src, at, "\"pass\" cannot be listed"),
                     "a test that is not listed is expected to pass: remove the line");
    free(name);
    line->outcome = o > CF_PASS ? (cf_outcome)o : CF_FAIL;
    return o > CF_PASS;
}

static bool take_variant(const cf_source *src, cf_span at, cf_diags *diags)
{
    if (src->text[at.start] == '@' && at.end - at.start > 1) return true;
    cf_diag_hint(cf_diag_add(diags, CF_ERROR, src, at, "the third column must name a variant"),
                 "write @* for all of them");
    return false;
}

static bool is_double(const cf_expect *e, const cf_expect_line *a)
{
    for (uint32_t i = 0; i + 1 < e->count; i++)
        if (strcmp(e->items[i].test, a->test) == 0 && strcmp(e->items[i].variant, a->variant) == 0) return true;
    return false;
}

static bool take_row(cf_expect *e, const cf_source *src, row r, uint32_t number, cf_diags *diags)
{
    cf_expect_line line = {.line = number, .file = e->file_count - 1};
    bool ok = take_outcome(&line, src, r.cell[0], diags);
    ok = take_variant(src, r.cell[2], diags) && ok;
    if (!ok) return false;
    line.test = cell_text(src, r.cell[1]);
    line.variant = cell_text(src, (cf_span){r.cell[2].start + 1, r.cell[2].end});
    line.signature = cell_text(src, r.cell[3]);
    line.reason = cell_text(src, r.cell[4]);
    e->items = cf_mem_grow(e->items, e->count, &e->cap, sizeof *e->items);
    e->items[e->count++] = line;
    if (!is_double(e, &line)) return true;
    cf_diag_hint(cf_diag_add(diags, CF_ERROR, src, r.cell[1], "%s @%s is listed twice", line.test, line.variant),
                 "keep one of the two lines");
    return false;
}

static bool take_line(cf_expect *e, const cf_source *src, uint32_t number, cf_diags *diags)
{
    size_t len;
    const char *text = cf_source_line(src, number, &len);
    uint32_t start = (uint32_t)(text - src->text);
    row r = cut(src->text, (cf_span){start, start + (uint32_t)len});
    if (r.count == 0 || src->text[r.cell[0].start] == '#') return true;
    if (r.count == COLUMNS) return take_row(e, src, r, number, diags);
    cf_diag_hint(cf_diag_add(diags, CF_ERROR, src, (cf_span){r.cell[0].start, r.cell[r.count - 1].end},
                             "an expectation has five columns, this line has %u", r.count),
                 "outcome  test  @variant  signature  reason, with two blanks or a tab between them");
    return false;
}

bool cf_expect_read(cf_expect *e, const char *path, cf_diags *diags)
{
    const char *why = "";
    cf_source *src = cf_mem_zero(1, sizeof *src);
    if (!cf_source_read(src, path, &why)) {
        free(src);
        cf_diag_add(diags, CF_ERROR, NULL, (cf_span){0, 0}, "%s: %s", path, why);
        return false;
    }
    e->files = cf_mem_grow(e->files, e->file_count, &e->file_cap, sizeof *e->files);
    e->files[e->file_count++] = src;
    bool ok = true;
    for (uint32_t i = 1; i <= src->lines; i++) ok = take_line(e, src, i, diags) && ok;
    return ok;
}

void cf_expect_free(cf_expect *e)
{
    for (uint32_t i = 0; i < e->count; i++) {
        free(e->items[i].test);
        free(e->items[i].variant);
        free(e->items[i].signature);
        free(e->items[i].reason);
    }
    for (uint32_t i = 0; i < e->file_count; i++) {
        cf_source_free(e->files[i]);
        free(e->files[i]);
    }
    free(e->items);
    free(e->files);
    memset(e, 0, sizeof *e);
}

static bool fits(const cf_expect_line *l, const cf_result *r)
{
    return cf_glob(l->test, r->id) && (strcmp(l->variant, "*") == 0 || strcmp(l->variant, r->variant) == 0);
}

static bool is_fine(cf_outcome o)
{
    return o == CF_PASS || o == CF_LAX || o == CF_SEEN || o == CF_NA;
}

cf_verdict cf_expect_judge(cf_expect *e, const cf_result *r)
{
    for (uint32_t i = 0; i < e->count; i++) {
        cf_expect_line *l = &e->items[i];
        if (!fits(l, r)) continue;
        l->used = true;
        if (r->outcome == CF_PASS) return (cf_verdict){CF_V_UNEXPECTED_PASS, l};
        bool same = l->outcome == r->outcome && strcmp(l->signature, r->signature) == 0;
        return (cf_verdict){same ? CF_V_EXPECTED : CF_V_DIFFERENT, l};
    }
    return (cf_verdict){is_fine(r->outcome) ? CF_V_EXPECTED : CF_V_UNEXPECTED, NULL};
}
