/* expr.h — the part of Python that code blocks really use, in C: asserts on TCP_INFO.
 *
 *     assert tcpi_snd_cwnd == 10, 'cwnd is %d' % tcpi_snd_cwnd; print(tcpi_rtt); n += 1
 *
 * Statements: assert, print, assignment and its augmented forms, pass, expressions; separated by ";" or line ends; a
 * backslash at the end of a line continues it. Expressions: integers, strings, tuples, lists, names, comparisons
 * (chained too), in, and, or, not, integer arithmetic and bit operators, "%" formatting, min, max, abs, len. What goes
 * beyond that is not an error: cf_expr_run answers CF_X_BEYOND and a real Python takes all blocks of the script
 * (pycode.h).
 *
 * All blocks of a script share one cf_names. Values live in the arena of the cf_names. */
#ifndef CF_RUN_EXPR_H
#define CF_RUN_EXPR_H

#include <stdbool.h>
#include <stdint.h>

#include "../text/arena.h"
#include "../text/buf.h"

typedef enum { CF_V_NONE, CF_V_BOOL, CF_V_INT, CF_V_STR, CF_V_SEQ } cf_value_kind;
typedef struct cf_value {
    cf_value_kind kind;
    int64_t num; /* BOOL, INT; length of STR; items of SEQ */
    const char *str;
    const struct cf_value *items;
    bool tuple; /* SEQ: (a, b), else [a, b] */
} cf_value;

typedef struct cf_name {
    const char *name;
    cf_value value;
} cf_name;
typedef struct cf_names {
    cf_arena *mem;
    cf_name *item;
    uint32_t count;
} cf_names;

void cf_names_init(cf_names *n);
void cf_names_free(cf_names *n);
void cf_names_set(cf_names *n, const char *name, cf_value v); /* copies the name */
void cf_names_set_int(cf_names *n, const char *name, int64_t v);
bool cf_names_get(const cf_names *n, const char *name, cf_value *out);
/* All constants that code blocks know: states, TCP_CA_*, TCPI_OPT_*. Walks from 0; NULL at the end. */
const char *cf_names_constant(uint32_t i, int64_t *value);

typedef enum { CF_EXPR_OK, CF_EXPR_FAILED, CF_EXPR_BEYOND } cf_expr_verdict;
typedef struct cf_expr_out {
    cf_buf printed;   /* what print() wrote */
    uint32_t line;    /* FAILED: line within the text, from 1 */
    char error[400];  /* "AssertionError: cwnd is 9" */
    char values[400]; /* the names of the failing statement: "tcpi_snd_cwnd = 9" */
    char beyond[80];  /* BEYOND: what it was */
} cf_expr_out;

cf_expr_verdict cf_expr_run(const char *text, cf_names *names, cf_expr_out *out);

#endif
