#include "tsv.h"

#include "../text/mem.h"

static uint32_t count_cells(const char *line, const char *end)
{
    uint32_t n = 1;
    for (; line < end; line++) n += *line == '\t';
    return n;
}

/* Cuts [line, end) at the tabs. The byte at end is the newline or the closing NUL, so it may be overwritten. */
static bool cut_row(cf_tsv *t, uint32_t row, char *line, char *end)
{
    if (count_cells(line, end) != t->columns) return false;
    const char **out = t->cell + (size_t)row * t->columns;
    *end = '\0';
    for (uint32_t i = 0; i < t->columns; i++) {
        out[i] = line;
        line += strcspn(line, "\t");
        *line++ = '\0';
    }
    return true;
}

static char *line_end(char *line, char *text_end)
{
    char *nl = memchr(line, '\n', (size_t)(text_end - line));
    return nl ? nl : text_end;
}

static bool cut_all(cf_tsv *t, char *why, size_t why_cap)
{
    char *text_end = t->src.text + t->src.len;
    uint32_t row = 0, number = 1;
    for (char *line = t->src.text; line < text_end; number++) {
        char *end = line_end(line, text_end);
        if (end > line) {
            if (row > t->rows || !cut_row(t, row, line, end)) {
                snprintf(why, why_cap, "%s:%u: this row does not have the %u cells of the first line", t->src.path,
                         number, t->columns);
                return false;
            }
            row++;
        }
        line = end + 1;
    }
    t->rows = row - 1;
    return true;
}

bool cf_tsv_read(cf_tsv *t, const char *path, char *why, size_t why_cap)
{
    memset(t, 0, sizeof *t);
    const char *reason = "";
    if (!cf_source_read(&t->src, path, &reason)) {
        snprintf(why, why_cap, "%s: %s", path, reason);
        return false;
    }
    char *end = t->src.text + t->src.len, *first = line_end(t->src.text, end);
    if (first == t->src.text || memchr(t->src.text, '\0', t->src.len)) {
        snprintf(why, why_cap, "%s: not a table (the first line must name the columns)", path);
        cf_tsv_free(t);
        return false;
    }
    t->columns = count_cells(t->src.text, first);
    t->rows = t->src.lines;
    t->cell = cf_mem_zero(((size_t)t->rows + 1) * t->columns, sizeof *t->cell);
    if (cut_all(t, why, why_cap)) return true;
    cf_tsv_free(t);
    return false;
}

void cf_tsv_free(cf_tsv *t)
{
    if (t->src.text) cf_source_free(&t->src);
    free(t->cell);
    memset(t, 0, sizeof *t);
}

const char *cf_tsv_cell(const cf_tsv *t, uint32_t row, const char *column)
{
    if (row >= t->rows) return "";
    for (uint32_t i = 0; i < t->columns; i++)
        if (strcmp(t->cell[i], column) == 0) return t->cell[((size_t)row + 1) * t->columns + i];
    return "";
}
