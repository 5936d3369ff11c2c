#include "expr_value.h"

#include <stdio.h>
#include <string.h>

cf_value cf_value_int(int64_t v)
{
    return (cf_value){.kind = CF_V_INT, .num = v};
}

cf_value cf_value_bool(bool v)
{
    return (cf_value){.kind = CF_V_BOOL, .num = v};
}

bool cf_value_true(const cf_value *v)
{
    return v->kind != CF_V_NONE && v->num != 0; /* for STR and SEQ: not empty */
}

static bool number(const cf_value *v)
{
    return v->kind == CF_V_INT || v->kind == CF_V_BOOL;
}

static const char *type_name(const cf_value *v)
{
    if (v->kind == CF_V_SEQ) return v->tuple ? "tuple" : "list";
    return v->kind == CF_V_INT ? "int" : v->kind == CF_V_BOOL ? "bool" : v->kind == CF_V_STR ? "str" : "NoneType";
}

/* ---------- printing ---------- */

static void print_seq(cf_buf *out, const cf_value *v)
{
    cf_buf_putc(out, v->tuple ? '(' : '[');
    for (int64_t i = 0; i < v->num; i++) {
        if (i) cf_buf_puts(out, ", ");
        cf_value_print(out, &v->items[i], true);
    }
    if (v->tuple && v->num == 1) cf_buf_putc(out, ',');
    cf_buf_putc(out, v->tuple ? ')' : ']');
}

void cf_value_print(cf_buf *out, const cf_value *v, bool repr)
{
    switch (v->kind) {
    case CF_V_NONE: cf_buf_puts(out, "None"); break;
    case CF_V_BOOL: cf_buf_puts(out, v->num ? "True" : "False"); break;
    case CF_V_INT: cf_buf_printf(out, "%lld", (long long)v->num); break;
    case CF_V_SEQ: print_seq(out, v); break;
    case CF_V_STR:
        if (repr) cf_buf_putc(out, '\'');
        cf_buf_put(out, v->str, (size_t)v->num);
        if (repr) cf_buf_putc(out, '\'');
        break;
    }
}

/* ---------- arithmetic ---------- */

static cf_expr_verdict raise_error(cf_ops_ctx *c, const char *text)
{
    snprintf(c->error, c->error_cap, "%s", text);
    return CF_EXPR_FAILED;
}

static cf_expr_verdict beyond(cf_ops_ctx *c, const char *what)
{
    c->beyond = what;
    return CF_EXPR_BEYOND;
}

/* Python rounds towards minus infinity. */
static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return a % b && (a < 0) != (b < 0) ? q - 1 : q;
}

static cf_expr_verdict divide(cf_ops_ctx *c, bool rest, int64_t a, int64_t b, int64_t *out)
{
    if (!b) return raise_error(c, "ZeroDivisionError: integer division or modulo by zero");
    if (a == INT64_MIN && b == -1) return beyond(c, "an integer beyond 64 bits");
    int64_t q = floor_div(a, b);
    *out = rest ? a - q * b : q;
    return CF_EXPR_OK;
}

static cf_expr_verdict shift(cf_ops_ctx *c, bool left, int64_t a, int64_t b, int64_t *out)
{
    if (b < 0) return raise_error(c, "ValueError: negative shift count");
    if (!left) {
        *out = a >> (b > 63 ? 63 : b);
        return CF_EXPR_OK;
    }
    if (a && (b > 62 || __builtin_mul_overflow(a, INT64_C(1) << b, out))) return beyond(c, "an integer beyond 64 bits");
    *out = a ? a * (INT64_C(1) << b) : 0;
    return CF_EXPR_OK;
}

static cf_expr_verdict int_arith(cf_ops_ctx *c, const char *op, int64_t a, int64_t b, int64_t *out)
{
    bool over = false;
    if (strcmp(op, "+") == 0) over = __builtin_add_overflow(a, b, out);
    else if (strcmp(op, "-") == 0) over = __builtin_sub_overflow(a, b, out);
    else if (strcmp(op, "*") == 0) over = __builtin_mul_overflow(a, b, out);
    else if (strcmp(op, "//") == 0) return divide(c, false, a, b, out);
    else if (strcmp(op, "%") == 0) return divide(c, true, a, b, out);
    else if (strcmp(op, "<<") == 0) return shift(c, true, a, b, out);
    else if (strcmp(op, ">>") == 0) return shift(c, false, a, b, out);
    else if (strcmp(op, "&") == 0) *out = a & b;
    else if (strcmp(op, "|") == 0) *out = a | b;
    else if (strcmp(op, "^") == 0) *out = a ^ b;
    else return beyond(c, "an operator");
    return over ? beyond(c, "an integer beyond 64 bits") : CF_EXPR_OK;
}

static cf_value join(cf_ops_ctx *c, const cf_value *a, const cf_value *b)
{
    char *text = cf_arena_alloc(c->mem, (size_t)(a->num + b->num) + 1);
    memcpy(text, a->str, (size_t)a->num);
    memcpy(text + a->num, b->str, (size_t)b->num);
    return (cf_value){.kind = CF_V_STR, .num = a->num + b->num, .str = text};
}

cf_expr_verdict cf_value_arith(cf_ops_ctx *c, const char *op, const cf_value *a, const cf_value *b, cf_value *out)
{
    if (a->kind == CF_V_STR && strcmp(op, "%") == 0) return cf_value_format(c, a, b, out);
    if (a->kind == CF_V_STR && b->kind == CF_V_STR && strcmp(op, "+") == 0) {
        *out = join(c, a, b);
        return CF_EXPR_OK;
    }
    if (a->kind == CF_V_SEQ || b->kind == CF_V_SEQ) return beyond(c, "arithmetic on lists");
    if (!number(a) || !number(b)) {
        char text[120];
        if ((a->kind == CF_V_STR || b->kind == CF_V_STR) && *op == '*') return beyond(c, "repeated strings");
        snprintf(text, sizeof text, "TypeError: unsupported operand type(s) for %s: '%s' and '%s'", op, type_name(a),
                 type_name(b));
        return raise_error(c, text);
    }
    cf_value r = cf_value_int(0); /* out may be one of the operands */
    cf_expr_verdict v = int_arith(c, op, a->num, b->num, &r.num);
    *out = r;
    return v;
}

cf_expr_verdict cf_value_unary(cf_ops_ctx *c, char op, const cf_value *a, cf_value *out)
{
    if (!number(a)) return beyond(c, "a sign before something that is no integer");
    if (op == '-' && a->num == INT64_MIN) return beyond(c, "an integer beyond 64 bits");
    *out = cf_value_int(op == '-' ? -a->num : op == '~' ? ~a->num : a->num);
    return CF_EXPR_OK;
}

/* ---------- comparison ---------- */

static bool equal(const cf_value *a, const cf_value *b)
{
    if (number(a) && number(b)) return a->num == b->num;
    if (a->kind != b->kind) return false;
    if (a->kind == CF_V_NONE) return true;
    if (a->num != b->num) return false;
    if (a->kind == CF_V_STR) return memcmp(a->str, b->str, (size_t)a->num) == 0;
    for (int64_t i = 0; i < a->num; i++)
        if (!equal(&a->items[i], &b->items[i])) return false;
    return a->tuple == b->tuple;
}

static cf_expr_verdict contains(cf_ops_ctx *c, const cf_value *a, const cf_value *b, bool *out)
{
    if (b->kind != CF_V_SEQ) return beyond(c, "\"in\" with something that is no list");
    *out = false;
    for (int64_t i = 0; i < b->num; i++)
        if (equal(a, &b->items[i])) *out = true;
    return CF_EXPR_OK;
}

static cf_expr_verdict order(cf_ops_ctx *c, const cf_value *a, const cf_value *b, int *out)
{
    if (number(a) && number(b)) {
        *out = a->num < b->num ? -1 : a->num > b->num;
        return CF_EXPR_OK;
    }
    if (a->kind != CF_V_STR || b->kind != CF_V_STR) return beyond(c, "an order of things that are no integers");
    size_t n = (size_t)(a->num < b->num ? a->num : b->num);
    *out = memcmp(a->str, b->str, n);
    if (!*out) *out = a->num < b->num ? -1 : a->num > b->num;
    return CF_EXPR_OK;
}

cf_expr_verdict cf_value_compare(cf_ops_ctx *c, const char *op, const cf_value *a, const cf_value *b, bool *out)
{
    int o = 0;
    *out = false;
    if (strcmp(op, "in") == 0) return contains(c, a, b, out);
    if (strcmp(op, "not in") == 0) {
        cf_expr_verdict v = contains(c, a, b, out);
        *out = !*out;
        return v;
    }
    if (strcmp(op, "==") == 0 || strcmp(op, "!=") == 0) {
        *out = equal(a, b) == (*op == '=');
        return CF_EXPR_OK;
    }
    cf_expr_verdict v = order(c, a, b, &o);
    *out = strcmp(op, "<") == 0 ? o < 0 : strcmp(op, "<=") == 0 ? o <= 0 : strcmp(op, ">") == 0 ? o > 0 : o >= 0;
    return v;
}

/* ---------- format % args ---------- */

typedef struct spec {
    char flags[8];
    int width;
    char conv;
} spec;

/* After the '%'; returns the end, or NULL for what is beyond: precision, "*", names. */
static const char *read_spec(const char *p, spec *s)
{
    size_t n = strspn(p, "#0- +");
    if (n >= sizeof s->flags) return NULL;
    memcpy(s->flags, p, n);
    s->flags[n] = '\0';
    s->width = 0;
    for (p += n; *p >= '0' && *p <= '9'; p++) s->width = s->width < 1000 ? s->width * 10 + (*p - '0') : s->width;
    s->conv = *p;
    return *p && strchr("diuxXosrc%", *p) ? p + 1 : NULL;
}

static bool has_flag(const spec *s, char flag)
{
    return strchr(s->flags, flag) != NULL;
}

/* Blanks around, or zeros between the sign and the digits. */
static void pad(const spec *s, const char *sign, const char *digits, size_t len, cf_buf *out)
{
    size_t have = strlen(sign) + len, width = (size_t)s->width;
    size_t fill = width > have ? width - have : 0;
    bool left = has_flag(s, '-'), zeros = has_flag(s, '0') && !left && s->conv != 's' && s->conv != 'r';
    if (!left && !zeros) cf_buf_repeat(out, ' ', fill);
    cf_buf_puts(out, sign);
    if (zeros) cf_buf_repeat(out, '0', fill);
    cf_buf_put(out, digits, len);
    if (left) cf_buf_repeat(out, ' ', fill);
}

static void format_text(const spec *s, const cf_value *v, cf_buf *out)
{
    cf_buf b = {0};
    cf_value_print(&b, v, s->conv == 'r');
    pad(s, "", cf_buf_str(&b), b.len, out);
    cf_buf_free(&b);
}

static void format_int(const spec *s, int64_t v, cf_buf *out)
{
    char digits[32], sign[4] = "";
    unsigned long long u = v < 0 ? 0 - (unsigned long long)v : (unsigned long long)v;
    if (s->conv == 'x') snprintf(digits, sizeof digits, "%llx", u);
    else if (s->conv == 'X') snprintf(digits, sizeof digits, "%llX", u);
    else if (s->conv == 'o') snprintf(digits, sizeof digits, "%llo", u);
    else snprintf(digits, sizeof digits, "%llu", u);
    size_t n = 0;
    if (v < 0) sign[n++] = '-';
    else if (has_flag(s, '+')) sign[n++] = '+';
    else if (has_flag(s, ' ')) sign[n++] = ' ';
    if (has_flag(s, '#') && (s->conv == 'x' || s->conv == 'X' || s->conv == 'o')) {
        sign[n++] = '0';
        sign[n] = s->conv;
    }
    pad(s, sign, digits, strlen(digits), out);
}

static cf_expr_verdict format_one(cf_ops_ctx *c, const spec *s, const cf_value *v, cf_buf *out)
{
    if (s->conv == 's' || s->conv == 'r') format_text(s, v, out);
    else if (!number(v) || s->conv == 'c') return beyond(c, "this kind of formatting");
    else format_int(s, v->num, out);
    return CF_EXPR_OK;
}

static cf_expr_verdict format_all(cf_ops_ctx *c, const char *f, const cf_value *arg, int64_t args, cf_buf *out)
{
    int64_t used = 0;
    for (const char *p = f; *p;) {
        spec s;
        if (*p != '%') {
            cf_buf_putc(out, *p++);
            continue;
        }
        p = read_spec(p + 1, &s);
        if (!p) return beyond(c, "this kind of formatting");
        if (s.conv == '%') {
            cf_buf_putc(out, '%');
            continue;
        }
        if (used == args) return raise_error(c, "TypeError: not enough arguments for format string");
        cf_expr_verdict v = format_one(c, &s, &arg[used++], out);
        if (v != CF_EXPR_OK) return v;
    }
    if (used < args) return raise_error(c, "TypeError: not all arguments converted during string formatting");
    return CF_EXPR_OK;
}

cf_expr_verdict cf_value_format(cf_ops_ctx *c, const cf_value *format, const cf_value *args, cf_value *out)
{
    cf_buf b = {0};
    bool many = args->kind == CF_V_SEQ && args->tuple;
    cf_expr_verdict v = format_all(c, format->str, many ? args->items : args, many ? args->num : 1, &b);
    if (v == CF_EXPR_OK)
        *out = (cf_value){.kind = CF_V_STR, .num = (int64_t)b.len, .str = cf_arena_copy(c->mem, cf_buf_str(&b), b.len)};
    cf_buf_free(&b);
    return v;
}
