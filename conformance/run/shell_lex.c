#include "shell_lex.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../text/buf.h"

typedef struct lexer {
    const char *p;
    cf_arena *mem;
    cf_sh_var_fn *var;
    void *ctx;
    cf_sh_cmd *cmd;
    size_t count;
    bool open; /* a command has been begun */
    cf_sh_join join;
    const char *trouble;
} lexer;

/* ---------- $((...)): + - * / % ( ) and integers ---------- */

static int64_t sum(lexer *x, const char **p);

static void blanks(const char **p)
{
    while (**p == ' ' || **p == '\t') ++*p;
}

static int64_t atom(lexer *x, const char **p)
{
    char *end;
    blanks(p);
    if (**p == '-') {
        ++*p;
        return -atom(x, p);
    }
    if (**p == '(') {
        ++*p;
        int64_t v = sum(x, p);
        blanks(p);
        if (**p != ')') x->trouble = "arithmetic without its closing bracket";
        else ++*p;
        return v;
    }
    int64_t v = strtoll(*p, &end, 0);
    if (end == *p) x->trouble = "arithmetic with something else than integers";
    *p = end;
    return v;
}

static int64_t product(lexer *x, const char **p)
{
    int64_t v = atom(x, p);
    for (blanks(p); !x->trouble && (**p == '*' || **p == '/' || **p == '%'); blanks(p)) {
        char op = *(*p)++;
        int64_t b = atom(x, p);
        if (op != '*' && b == 0) x->trouble = "a division by zero";
        else v = op == '*' ? (int64_t)((uint64_t)v * (uint64_t)b) : op == '/' ? v / b : v % b;
    }
    return v;
}

static int64_t sum(lexer *x, const char **p)
{
    int64_t v = product(x, p);
    for (blanks(p); !x->trouble && (**p == '+' || **p == '-'); blanks(p)) {
        char op = *(*p)++;
        int64_t b = product(x, p);
        v = op == '+' ? (int64_t)((uint64_t)v + (uint64_t)b) : (int64_t)((uint64_t)v - (uint64_t)b);
    }
    return v;
}

/* ---------- words ---------- */

static void put_var(lexer *x, cf_buf *b, const char *name, size_t n)
{
    const char *v = x->var ? x->var(x->ctx, cf_arena_copy(x->mem, name, n)) : NULL;
    if (v) cf_buf_puts(b, v);
}

/* At '$'. */
static void dollar(lexer *x, cf_buf *b)
{
    const char *p = x->p + 1;
    if (p[0] == '(' && p[1] == '(') {
        p += 2;
        int64_t v = sum(x, &p);
        blanks(&p);
        if (p[0] != ')' || p[1] != ')') x->trouble = "arithmetic without its closing brackets";
        else p += 2;
        cf_buf_printf(b, "%lld", (long long)v);
    } else if (p[0] == '(') {
        x->trouble = "$(command)";
    } else if (p[0] == '{') {
        size_t n = strcspn(++p, "}");
        put_var(x, b, p, n);
        p += n + (p[n] == '}');
    } else if (isalpha((unsigned char)*p) || *p == '_') {
        size_t n = 0;
        while (isalnum((unsigned char)p[n]) || p[n] == '_') n++;
        put_var(x, b, p, n);
        p += n;
    } else {
        cf_buf_putc(b, '$');
    }
    x->p = p;
}

static void double_quoted(lexer *x, cf_buf *b)
{
    for (x->p++; *x->p && *x->p != '"' && !x->trouble;) {
        if (*x->p == '$') dollar(x, b);
        else if (*x->p == '\\' && x->p[1] && strchr("\"\\$`", x->p[1])) cf_buf_putc(b, x->p[1]), x->p += 2;
        else cf_buf_putc(b, *x->p++);
    }
    if (*x->p != '"') x->trouble = "a quote that does not end";
    else x->p++;
}

static void single_quoted(lexer *x, cf_buf *b)
{
    size_t n = strcspn(x->p + 1, "'");
    cf_buf_put(b, x->p + 1, n);
    x->p += 1 + n;
    if (*x->p != '\'') x->trouble = "a quote that does not end";
    else x->p++;
}

static const char *word(lexer *x)
{
    cf_buf b = {0};
    while (*x->p && !x->trouble && !strchr(" \t\n;&|<>()", *x->p)) {
        if (*x->p == '"') double_quoted(x, &b);
        else if (*x->p == '\'') single_quoted(x, &b);
        else if (*x->p == '$') dollar(x, &b);
        else if (*x->p == '`') x->trouble = "a command in backquotes";
        else if (x->p[0] == '\\' && x->p[1] == '\n') x->p += 2;
        else if (x->p[0] == '\\' && x->p[1]) cf_buf_putc(&b, x->p[1]), x->p += 2;
        else cf_buf_putc(&b, *x->p++);
    }
    const char *text = cf_arena_copy(x->mem, cf_buf_str(&b), b.len);
    cf_buf_free(&b);
    return text;
}

/* ---------- commands ---------- */

static void add_word(lexer *x, const char *w)
{
    if (!x->open) {
        x->cmd = cf_arena_more(x->mem, x->cmd, x->count, sizeof *x->cmd);
        x->cmd[x->count++] = (cf_sh_cmd){.join = x->join};
        x->open = true;
    }
    cf_sh_cmd *c = &x->cmd[x->count - 1];
    c->argv = cf_arena_more(x->mem, c->argv, c->argc, sizeof *c->argv);
    c->argv[c->argc++] = w;
}

static void end_command(lexer *x, cf_sh_join join, size_t len)
{
    x->p += len;
    if (!x->open && join != CF_SH_SEQ) x->trouble = "an operator without a command before it";
    if (x->open || join != CF_SH_SEQ) x->join = join;
    x->open = false;
}

/* "> f", ">> f", "2> f", "&> f", "2>&1", "< f". fd: the digit before, 1 if there is none. */
static void redirection(lexer *x, int fd)
{
    bool in = *x->p == '<';
    x->p += x->p[1] == '>' ? 2 : 1;
    if (*x->p == '&') {
        x->p++;
        while (isdigit((unsigned char)*x->p)) x->p++;
        return;
    }
    while (*x->p == ' ' || *x->p == '\t') x->p++;
    const char *to = word(x);
    if (!in && fd == 1 && x->open) x->cmd[x->count - 1].out_file = to;
}

static bool operator_or_space(lexer *x)
{
    const char *p = x->p;
    if (*p == ' ' || *p == '\t' || *p == '\r') x->p++;
    else if (p[0] == '\\' && p[1] == '\n') x->p += 2;
    else if (*p == '#') x->p += strcspn(p, "\n");
    else if (*p == '\n' || *p == ';') end_command(x, CF_SH_SEQ, 1);
    else if (p[0] == '&' && p[1] == '&') end_command(x, CF_SH_AND, 2);
    else if (p[0] == '|' && p[1] == '|') end_command(x, CF_SH_OR, 2);
    else if (*p == '|') end_command(x, CF_SH_PIPE, 1);
    else if (p[0] == '&' && p[1] == '>') x->p++, redirection(x, 1);
    else if (*p == '>' || *p == '<') redirection(x, 1);
    else if (isdigit((unsigned char)p[0]) && (p[1] == '>' || p[1] == '<')) x->p++, redirection(x, p[0] - '0');
    else if (*p == '&' || *p == '(' || *p == ')') x->trouble = "a subshell or a background command";
    else return false;
    return true;
}

bool cf_sh_lex(const char *text, cf_arena *mem, cf_sh_var_fn *var, void *ctx, cf_sh_cmd **out, uint32_t *count,
               char *why, size_t why_cap)
{
    lexer x = {.p = text, .mem = mem, .var = var, .ctx = ctx};
    while (*x.p && !x.trouble)
        if (!operator_or_space(&x)) add_word(&x, word(&x));
    if (!x.trouble && !x.open && x.join != CF_SH_SEQ) x.trouble = "an operator without a command after it";
    for (size_t i = 0; i < x.count; i++) {
        x.cmd[i].argv = cf_arena_more(mem, x.cmd[i].argv, x.cmd[i].argc, sizeof *x.cmd[i].argv);
        x.cmd[i].argv[x.cmd[i].argc] = NULL;
    }
    *out = x.cmd;
    *count = (uint32_t)x.count;
    if (x.trouble) snprintf(why, why_cap, "%s", x.trouble);
    return !x.trouble;
}
