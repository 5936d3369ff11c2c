/* expr.c — statements and expressions, evaluated while they are read. A part that Python would not evaluate (the right
 * side of "False and ...") is read with `dead` set: nothing in it can fail. */
#include "expr.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "expr_lex.h"
#include "expr_value.h"

typedef struct eval {
    const cf_word *w; /* the word to read next */
    cf_names *names;
    cf_expr_out *out;
    cf_ops_ctx ops;
    cf_expr_verdict verdict; /* not OK: stop */
    int dead, depth;
    const cf_word *first; /* of the statement */
} eval;

enum { DEPTH_MAX = 200 };

static const cf_value none = {.kind = CF_V_NONE};
static cf_value parse_test(eval *e);

/* ---------- names ---------- */

void cf_names_init(cf_names *n)
{
    *n = (cf_names){.mem = cf_arena_new()};
}

void cf_names_free(cf_names *n)
{
    cf_arena_free(n->mem);
    *n = (cf_names){0};
}

void cf_names_set(cf_names *n, const char *name, cf_value v)
{
    for (uint32_t i = 0; i < n->count; i++) {
        if (strcmp(n->item[i].name, name) != 0) continue;
        n->item[i].value = v;
        return;
    }
    n->item = cf_arena_more(n->mem, n->item, n->count, sizeof *n->item);
    n->item[n->count++] = (cf_name){cf_arena_copy(n->mem, name, strlen(name)), v};
}

void cf_names_set_int(cf_names *n, const char *name, int64_t v)
{
    cf_names_set(n, name, cf_value_int(v));
}

/* FreeBSD's TCPI_ names get Linux's numbers, because tcpi_state has them. */
static const struct {
    const char *name;
    int64_t value;
} constants[] = {
    {"TCP_ESTABLISHED", 1},     {"TCP_SYN_SENT", 2},         {"TCP_SYN_RECV", 3},
    {"TCP_FIN_WAIT1", 4},       {"TCP_FIN_WAIT2", 5},        {"TCP_TIME_WAIT", 6},
    {"TCP_CLOSE", 7},           {"TCP_CLOSE_WAIT", 8},       {"TCP_LAST_ACK", 9},
    {"TCP_LISTEN", 10},         {"TCP_CLOSING", 11},         {"TCPI_ESTABLISHED", 1},
    {"TCPI_SYN_SENT", 2},       {"TCPI_SYN_RECEIVED", 3},    {"TCPI_FIN_WAIT_1", 4},
    {"TCPI_FIN_WAIT_2", 5},     {"TCPI_TIME_WAIT", 6},       {"TCPI_CLOSED", 7},
    {"TCPI_CLOSE_WAIT", 8},     {"TCPI_LAST_ACK", 9},        {"TCPI_LISTEN", 10},
    {"TCPI_CLOSING", 11},       {"TCP_CA_Open", 0},          {"TCP_CA_Disorder", 1},
    {"TCP_CA_CWR", 2},          {"TCP_CA_Recovery", 3},      {"TCP_CA_Loss", 4},
    {"TCPI_OPT_TIMESTAMPS", 1}, {"TCPI_OPT_SACK", 2},        {"TCPI_OPT_WSCALE", 4},
    {"TCPI_OPT_ECN", 8},        {"TCPI_OPT_ECN_SEEN", 16},   {"TCPI_OPT_SYN_DATA", 32},
    {"TCPI_OPT_USEC_TS", 64},   {"TCPI_OPT_TFO_CHILD", 128},
};

const char *cf_names_constant(uint32_t i, int64_t *value)
{
    if (i >= sizeof constants / sizeof *constants) return NULL;
    *value = constants[i].value;
    return constants[i].name;
}

static bool keyword_value(const char *name, cf_value *out)
{
    if (strcmp(name, "None") == 0) *out = none;
    else if (strcmp(name, "True") == 0) *out = cf_value_bool(true);
    else if (strcmp(name, "False") == 0) *out = cf_value_bool(false);
    else return false;
    return true;
}

bool cf_names_get(const cf_names *n, const char *name, cf_value *out)
{
    int64_t v;
    const char *c;
    if (keyword_value(name, out)) return true;
    for (uint32_t i = 0; i < n->count; i++) {
        if (strcmp(n->item[i].name, name) != 0) continue;
        *out = n->item[i].value;
        return true;
    }
    for (uint32_t i = 0; (c = cf_names_constant(i, &v)); i++) {
        if (strcmp(c, name) != 0) continue;
        *out = cf_value_int(v);
        return true;
    }
    return false;
}

/* ---------- words ---------- */

static bool stopped(const eval *e)
{
    return e->verdict != CF_EXPR_OK;
}

static cf_value beyond(eval *e, const char *what)
{
    if (!stopped(e)) {
        e->verdict = CF_EXPR_BEYOND;
        snprintf(e->out->beyond, sizeof e->out->beyond, "%s", what);
    }
    return none;
}

static bool at_op(const eval *e, const char *op)
{
    return e->w->kind == CF_W_OP && strcmp(e->w->op, op) == 0;
}

static bool at_name(const eval *e, const char *name)
{
    return e->w->kind == CF_W_NAME && strcmp(e->w->text, name) == 0;
}

static bool take_op(eval *e, const char *op)
{
    if (!at_op(e, op)) return false;
    e->w++;
    return true;
}

static bool take_name(eval *e, const char *name)
{
    if (!at_name(e, name)) return false;
    e->w++;
    return true;
}

static void fail(eval *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void fail(eval *e, const char *fmt, ...)
{
    va_list ap;
    if (e->dead || stopped(e)) return;
    e->verdict = CF_EXPR_FAILED;
    va_start(ap, fmt);
    vsnprintf(e->out->error, sizeof e->out->error, fmt, ap);
    va_end(ap);
}

/* Takes over what an operator answered. Dead code cannot fail; what is beyond stays beyond (Python decides then). */
static void obey(eval *e, cf_expr_verdict v)
{
    if (v == CF_EXPR_BEYOND) beyond(e, e->ops.beyond ? e->ops.beyond : "an operation");
    if (v == CF_EXPR_FAILED && !e->dead && !stopped(e)) e->verdict = v;
}

/* ---------- atoms ---------- */

static cf_value *parse_items(eval *e, const char *close, int64_t *count, bool *comma)
{
    cf_value *items = NULL;
    *count = 0;
    *comma = false;
    while (!stopped(e) && !at_op(e, close)) {
        items = cf_arena_more(e->ops.mem, items, (size_t)*count, sizeof *items);
        cf_value v = parse_test(e);
        items[(*count)++] = v;
        if (!take_op(e, ",")) break;
        *comma = true;
    }
    if (!stopped(e) && !take_op(e, close)) beyond(e, "an unfinished bracket");
    return items;
}

static cf_value parse_bracket(eval *e, const char *close)
{
    int64_t n;
    bool comma, tuple = *close == ')';
    cf_value *items = parse_items(e, close, &n, &comma);
    if (stopped(e)) return none;
    if (tuple && n == 1 && !comma) return items[0];
    return (cf_value){.kind = CF_V_SEQ, .num = n, .items = items, .tuple = tuple};
}

static cf_value call_minmax(eval *e, bool max, const cf_value *items, int64_t n)
{
    if (n < 1) return beyond(e, "min or max of nothing");
    cf_value best = items[0];
    for (int64_t i = 1; i < n; i++) {
        bool less;
        obey(e, cf_value_compare(&e->ops, max ? ">" : "<", &items[i], &best, &less));
        if (stopped(e)) return none;
        if (less) best = items[i];
    }
    return best;
}

static cf_value parse_call(eval *e, const char *name)
{
    int64_t n;
    bool comma;
    bool minmax = strcmp(name, "min") == 0 || strcmp(name, "max") == 0;
    if (!minmax && strcmp(name, "abs") != 0 && strcmp(name, "len") != 0) return beyond(e, "a call");
    cf_value *items = parse_items(e, ")", &n, &comma);
    if (stopped(e)) return none;
    bool list = n == 1 && items[0].kind == CF_V_SEQ;
    if (minmax) return call_minmax(e, name[1] == 'a', list ? items[0].items : items, list ? items[0].num : n);
    if (n != 1) return beyond(e, "a call");
    if (*name == 'l') return items[0].kind < CF_V_STR ? beyond(e, "len of a number") : cf_value_int(items[0].num);
    cf_value v;
    obey(e, cf_value_unary(&e->ops, items[0].num < 0 ? '-' : '+', &items[0], &v));
    return stopped(e) ? none : v;
}

static bool is_keyword(const char *name)
{
    static const char *const words[] = {
        "and",    "or",     "not",    "in",   "is",    "if",       "else",    "elif",     "for",   "while", "def",
        "lambda", "class",  "import", "from", "try",   "except",   "with",    "return",   "yield", "del",   "global",
        "raise",  "assert", "pass",   "as",   "break", "continue", "finally", "nonlocal", "await", "async"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], name) == 0) return true;
    return false;
}

static cf_value parse_name(eval *e)
{
    const char *name = (e->w++)->text;
    cf_value v;
    if (is_keyword(name)) return beyond(e, name);
    if (take_op(e, "(")) return parse_call(e, name);
    if (cf_names_get(e->names, name, &v)) return v;
    return e->dead
               ? none
               : beyond(e, "a name that is not defined here"); /* it may be in what we do not read: [i for i in ...] */
}

static cf_value parse_string(eval *e)
{
    cf_value v = {.kind = CF_V_STR, .num = e->w->num, .str = e->w->text};
    for (e->w++; e->w->kind == CF_W_STR; e->w++) {
        cf_value more = {.kind = CF_V_STR, .num = e->w->num, .str = e->w->text};
        obey(e, cf_value_arith(&e->ops, "+", &v, &more, &v));
    }
    return v;
}

static cf_value parse_atom(eval *e)
{
    cf_value v;
    switch (e->w->kind) {
    case CF_W_INT: return cf_value_int((e->w++)->num);
    case CF_W_STR: v = parse_string(e); break;
    case CF_W_NAME: v = parse_name(e); break;
    case CF_W_OP:
        if (take_op(e, "(")) v = parse_bracket(e, ")");
        else if (take_op(e, "[")) v = parse_bracket(e, "]");
        else return beyond(e, "syntax outside the subset");
        break;
    case CF_W_END:
    case CF_W_LINE_END:
    case CF_W_ODD:
    default: return beyond(e, "syntax outside the subset");
    }
    if (at_op(e, ".") || at_op(e, "[") || at_op(e, "(") || at_op(e, "**"))
        return beyond(e, "members, indices and powers");
    return v;
}

/* ---------- operators ---------- */

static cf_value parse_unary(eval *e)
{
    static const char *const signs[] = {"-", "+", "~"};
    if (++e->depth > DEPTH_MAX) return beyond(e, "very deep nesting");
    cf_value v = none;
    bool done = false;
    for (int i = 0; i < 3 && !done && !stopped(e); i++) {
        if (!take_op(e, signs[i])) continue;
        cf_value a = parse_unary(e);
        done = true;
        if (!stopped(e) && !e->dead) obey(e, cf_value_unary(&e->ops, *signs[i], &a, &v));
    }
    if (!done) v = parse_atom(e);
    e->depth--;
    return v;
}

/* From the loosest to the tightest. "/" gives a float: beyond. */
static const char *const levels[][5] = {{"|", NULL},        {"^", NULL},      {"&", NULL},
                                        {"<<", ">>", NULL}, {"+", "-", NULL}, {"*", "//", "%", "/", NULL}};
enum { LEVELS = sizeof levels / sizeof *levels };

static const char *take_level_op(eval *e, int level)
{
    for (int i = 0; levels[level][i]; i++)
        if (take_op(e, levels[level][i])) return levels[level][i];
    return NULL;
}

static cf_value parse_binary(eval *e, int level)
{
    const char *op;
    if (level == LEVELS) return parse_unary(e);
    cf_value a = parse_binary(e, level + 1);
    while (!stopped(e) && (op = take_level_op(e, level))) {
        cf_value b = parse_binary(e, level + 1), r = none;
        if (stopped(e)) break;
        if (e->dead) continue;
        obey(e, cf_value_arith(&e->ops, op, &a, &b, &r));
        a = r;
    }
    return a;
}

static const char *take_comparison(eval *e)
{
    static const char *const ops[] = {"<=", ">=", "==", "!=", "<", ">"};
    for (int i = 0; i < 6; i++)
        if (take_op(e, ops[i])) return ops[i];
    if (take_name(e, "in")) return "in";
    if (!at_name(e, "not")) return NULL;
    e->w++;
    if (!take_name(e, "in")) beyond(e, "\"not\" in an odd place");
    return "not in";
}

static cf_value parse_comparison(eval *e)
{
    const char *op;
    bool all = true, any = false;
    cf_value a = parse_binary(e, 0);
    while (!stopped(e) && (op = take_comparison(e))) {
        bool one = false;
        cf_value b = parse_binary(e, 0);
        if (stopped(e)) return none;
        if (!e->dead && all) obey(e, cf_value_compare(&e->ops, op, &a, &b, &one));
        all = all && one;
        any = true;
        a = b;
    }
    return any ? cf_value_bool(all) : a;
}

static cf_value parse_not(eval *e)
{
    if (!take_name(e, "not")) return parse_comparison(e);
    if (++e->depth > DEPTH_MAX) return beyond(e, "very deep nesting");
    cf_value v = parse_not(e);
    e->depth--;
    return cf_value_bool(!cf_value_true(&v));
}

/* "and" keeps the first false value, "or" the first true one; what follows is dead. */
static cf_value parse_logic(eval *e, const char *word, bool stop_at, cf_value (*inner)(eval *))
{
    cf_value v = inner(e);
    while (!stopped(e) && take_name(e, word)) {
        bool decided = cf_value_true(&v) == stop_at;
        e->dead += decided;
        cf_value next = inner(e);
        e->dead -= decided;
        if (!decided) v = next;
    }
    return v;
}

static cf_value parse_and(eval *e)
{
    return parse_logic(e, "and", false, parse_not);
}

static cf_value parse_test(eval *e)
{
    if (stopped(e)) return none;
    if (++e->depth > DEPTH_MAX) return beyond(e, "very deep nesting");
    cf_value v = parse_logic(e, "or", true, parse_and);
    e->depth--;
    return v;
}

/* ---------- statements ---------- */

/* "tcpi_snd_cwnd = 9, tcpi_unacked = 3" for the names of the statement. */
static void list_values(eval *e)
{
    cf_buf b = {0};
    for (const cf_word *w = e->first; w->kind != CF_W_LINE_END && w->kind != CF_W_END; w++) {
        cf_value v;
        bool seen = false;
        for (const cf_word *k = e->first; w->kind == CF_W_NAME && k < w; k++)
            if (k->kind == CF_W_NAME && strcmp(k->text, w->text) == 0) seen = true;
        if (w->kind != CF_W_NAME || seen || is_keyword(w->text) || !cf_names_get(e->names, w->text, &v)) continue;
        cf_buf_printf(&b, "%s%s = ", b.len ? ", " : "", w->text);
        cf_value_print(&b, &v, true);
    }
    snprintf(e->out->values, sizeof e->out->values, "%s", cf_buf_str(&b));
    cf_buf_free(&b);
}

static void run_assert(eval *e)
{
    cf_value v = parse_test(e);
    bool ok = cf_value_true(&v);
    if (stopped(e)) return;
    if (!take_op(e, ",")) {
        if (!ok) fail(e, "AssertionError");
        return;
    }
    e->dead += ok;
    cf_value text = parse_test(e);
    e->dead -= ok;
    if (ok || stopped(e)) return;
    cf_buf b = {0};
    cf_value_print(&b, &text, false);
    fail(e, "AssertionError: %s", cf_buf_str(&b));
    cf_buf_free(&b);
}

static void run_print(eval *e)
{
    int64_t n;
    bool comma;
    cf_value *items = parse_items(e, ")", &n, &comma);
    for (int64_t i = 0; !stopped(e) && i < n; i++) {
        if (i) cf_buf_putc(&e->out->printed, ' ');
        cf_value_print(&e->out->printed, &items[i], false);
    }
    cf_buf_putc(&e->out->printed, '\n');
}

static void run_assign(eval *e, const char *name)
{
    char op[4] = "";
    size_t n = strlen(e->w->op);
    memcpy(op, (e->w++)->op, n - 1); /* "+=" -> "+", "=" -> "" */
    cf_value now = none, v = parse_test(e);
    if (at_op(e, ",") || at_op(e, "=")) beyond(e, "several targets");
    if (stopped(e)) return;
    if (op[0]) {
        if (!cf_names_get(e->names, name, &now)) {
            beyond(e, "a name that is not defined");
            return;
        }
        obey(e, cf_value_arith(&e->ops, op, &now, &v, &v));
    }
    if (!stopped(e)) cf_names_set(e->names, name, v);
}

static bool at_assignment(const eval *e)
{
    size_t n = strlen(e->w[1].op);
    if (e->w->kind != CF_W_NAME || e->w[1].kind != CF_W_OP || !n || e->w[1].op[n - 1] != '=') return false;
    return !strchr("<>!", e->w[1].op[0]) || n == 3 ? strcmp(e->w[1].op, "==") != 0 : false;
}

/* Several targets, targets that are no names: an assignment all the same. */
static bool assigns(const eval *e)
{
    for (const cf_word *w = e->w; w->kind != CF_W_LINE_END && w->kind != CF_W_END; w++)
        if (w->kind == CF_W_OP && strcmp(w->op, "=") == 0) return true;
    return false;
}

static void run_statement(eval *e)
{
    e->first = e->w;
    if (take_name(e, "pass")) {
        /* nothing */
    } else if (take_name(e, "assert")) {
        run_assert(e);
    } else if (at_name(e, "print") && e->w[1].kind == CF_W_OP && e->w[1].op[0] == '(') {
        e->w += 2;
        run_print(e);
    } else if (at_assignment(e)) {
        const char *name = (e->w++)->text;
        if (is_keyword(name)) beyond(e, name);
        else run_assign(e, name);
    } else if (assigns(e)) {
        beyond(e, "an assignment to more than a name");
    } else {
        parse_test(e);
    }
    if (!stopped(e) && e->w->kind != CF_W_LINE_END) beyond(e, "syntax outside the subset");
}

cf_expr_verdict cf_expr_run(const char *text, cf_names *names, cf_expr_out *out)
{
    eval e = {.names = names, .out = out};
    e.ops = (cf_ops_ctx){.mem = names->mem, .error = out->error, .error_cap = sizeof out->error};
    e.w = cf_expr_lex(text, names->mem);
    while (!stopped(&e) && e.w->kind != CF_W_END) {
        while (e.w->kind == CF_W_LINE_END) e.w++;
        if (e.w->kind == CF_W_END) break;
        run_statement(&e);
    }
    if (e.verdict != CF_EXPR_FAILED) return e.verdict;
    out->line = e.first->line;
    list_values(&e);
    return e.verdict;
}
