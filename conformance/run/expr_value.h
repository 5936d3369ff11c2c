/* expr_value.h — values of code blocks and the operators on them. Private to expr*.c.
 *
 * An operator answers CF_EXPR_OK, CF_EXPR_FAILED (Python would raise; error says what) or CF_EXPR_BEYOND. */
#ifndef CF_RUN_EXPR_VALUE_H
#define CF_RUN_EXPR_VALUE_H

#include "expr.h"

typedef struct cf_ops_ctx {
    cf_arena *mem;
    char *error;
    size_t error_cap;
    const char *beyond;
} cf_ops_ctx;

cf_value cf_value_int(int64_t v);
cf_value cf_value_bool(bool v);
bool cf_value_true(const cf_value *v);
void cf_value_print(cf_buf *out, const cf_value *v, bool repr);
cf_expr_verdict cf_value_arith(cf_ops_ctx *c, const char *op, const cf_value *a, const cf_value *b, cf_value *out);
cf_expr_verdict cf_value_unary(cf_ops_ctx *c, char op, const cf_value *a, cf_value *out);
/* op: "<" "<=" ">" ">=" "==" "!=" "in" "not in" */
cf_expr_verdict cf_value_compare(cf_ops_ctx *c, const char *op, const cf_value *a, const cf_value *b, bool *out);
/* format % args */
cf_expr_verdict cf_value_format(cf_ops_ctx *c, const cf_value *format, const cf_value *args, cf_value *out);

#endif
