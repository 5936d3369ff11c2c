#define _GNU_SOURCE /* qsort_r */
#include "golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../text/mem.h"

static int compare_names(const cf_golden *g, uint32_t row, const char *test, const char *variant)
{
    int c = strcmp(cf_tsv_cell(&g->table, row, "test"), test);
    return c ? c : strcmp(cf_tsv_cell(&g->table, row, "variant"), variant);
}

static int by_names(const void *a, const void *b, void *golden)
{
    const cf_golden *g = golden;
    uint32_t y = *(const uint32_t *)b;
    return compare_names(g, *(const uint32_t *)a, cf_tsv_cell(&g->table, y, "test"),
                         cf_tsv_cell(&g->table, y, "variant"));
}

bool cf_golden_open(cf_golden *g, const char *folder, char *why, size_t why_cap)
{
    memset(g, 0, sizeof *g);
    char *path = cf_mem_fmt("%s/outcomes.tsv", folder);
    bool ok = cf_tsv_read(&g->table, path, why, why_cap);
    free(path);
    if (!ok) return false;
    g->folder = cf_mem_str(folder);
    g->order = cf_mem_zero(g->table.rows ? g->table.rows : 1, sizeof *g->order);
    for (uint32_t i = 0; i < g->table.rows; i++) g->order[i] = i;
    qsort_r(g->order, g->table.rows, sizeof *g->order, by_names, g);
    return true;
}

void cf_golden_close(cf_golden *g)
{
    if (g->folder) cf_tsv_free(&g->table);
    free(g->folder);
    free(g->order);
    memset(g, 0, sizeof *g);
}

bool cf_golden_find(const cf_golden *g, const char *test, const char *variant, cf_golden_run *out)
{
    uint32_t low = 0, high = g->table.rows;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, row = g->order[middle];
        int c = compare_names(g, row, test, variant);
        if (c == 0) {
            *out = (cf_golden_run){
                cf_tsv_cell(&g->table, row, "outcome"), cf_tsv_cell(&g->table, row, "signature"),
                cf_tsv_cell(&g->table, row, "calls"),   cf_tsv_cell(&g->table, row, "info"),
                cf_tsv_cell(&g->table, row, "script"),  strtoll(cf_tsv_cell(&g->table, row, "end_us"), NULL, 10)};
            return true;
        }
        if (c < 0) low = middle + 1;
        else high = middle;
    }
    return false;
}

bool cf_golden_mark(const char *path, char out[CF_GOLDEN_MARK])
{
    const uint64_t start = UINT64_C(0xcbf29ce484222325), prime = UINT64_C(0x100000001b3);
    cf_source s;
    const char *why;
    uint64_t h = start;
    if (!cf_source_read(&s, path, &why)) return false;
    for (size_t i = 0; i < s.len; i++) h = (h ^ (uint8_t)s.text[i]) * prime;
    cf_source_free(&s);
    snprintf(out, CF_GOLDEN_MARK, "%016llx", (unsigned long long)h);
    return true;
}
