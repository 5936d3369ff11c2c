/* tsv.h — a table in a text file: tab between cells, one row per line, the first line names the columns, no quoting.
 *
 * Life: cf_tsv_read -> cf_tsv_cell* -> cf_tsv_free. Cells are lent until cf_tsv_free. */
#ifndef CF_SPEC_TSV_H
#define CF_SPEC_TSV_H

#include "../text/source.h"

typedef struct cf_tsv {
    cf_source src; /* its text is cut into cells */
    uint32_t columns, rows;
    const char **cell; /* (rows + 1) * columns; row 0 is the header */
} cf_tsv;

/* False, with the place and the reason in why: unreadable, empty, or a row with another number of cells than the
 * header. */
bool cf_tsv_read(cf_tsv *t, const char *path, char *why, size_t why_cap);
void cf_tsv_free(cf_tsv *t);
/* The cell of a row (from 0, header not counted) in the named column; "" when there is no such column. */
const char *cf_tsv_cell(const cf_tsv *t, uint32_t row, const char *column);

#endif
