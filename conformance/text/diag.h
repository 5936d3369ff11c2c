/* diag.h — messages as values: where, what, hint. Printing is the last step and the only one that knows colour.
 *
 *     close/fin.pkt:12:9: error: unknown socket option "TCP_NODELY"
 *        12 |    +0 setsockopt(4, SOL_TCP, TCP_NODELY, [1], 4) = 0
 *           |                              ^^^^^^^^^^
 *           = hint: did you mean TCP_NODELAY?
 */
#ifndef CF_TEXT_DIAG_H
#define CF_TEXT_DIAG_H

#include <stdio.h>

#include "source.h"

typedef enum { CF_ERROR, CF_WARNING, CF_NOTE } cf_severity;

typedef struct cf_diag {
    cf_severity severity;
    const cf_source *src; /* borrowed; may be NULL: no place */
    cf_span span;
    char msg[400];
    char hint[240]; /* "" when there is none */
} cf_diag;

typedef struct cf_diags {
    cf_diag *items;
    uint32_t count, cap, errors;
} cf_diags; /* zero-init; cf_diags_free */

/* Appends a message (printf style); returns it so that a hint can be set. Keeps at most 100, then counts only. */
cf_diag *cf_diag_add(cf_diags *d, cf_severity sev, const cf_source *src, cf_span span, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void cf_diag_hint(cf_diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void cf_diags_free(cf_diags *d);
/* path:line:col: error: msg, the source line, the caret line, the hint. */
void cf_diag_print(FILE *out, const cf_diag *d, bool colour);
void cf_diags_print(FILE *out, const cf_diags *d, bool colour);
/* The name in names[] nearest to word (edit distance), or NULL if none is near. For "did you mean". */
const char *cf_nearest(const char *word, const char *const *names, size_t count);

#endif
