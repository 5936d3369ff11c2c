#include "expr_lex.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct lexer {
    const char *p;
    uint32_t line, depth; /* depth of brackets: line ends inside mean nothing */
    cf_arena *mem;
    cf_word *words;
    size_t count;
} lexer;

static cf_word *add(lexer *x, cf_word_kind kind, const char *at, const char *end)
{
    x->words = cf_arena_more(x->mem, x->words, x->count, sizeof *x->words);
    cf_word *w = &x->words[x->count++];
    *w = (cf_word){.kind = kind, .line = x->line, .at = at, .end = end};
    x->p = end;
    return w;
}

static bool is_name(int c)
{
    return isalnum(c) || c == '_';
}

static void lex_number(lexer *x)
{
    const char *at = x->p;
    char *end;
    const char *digits = at;
    int base = 10;
    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) base = 16;
    if (at[0] == '0' && (at[1] == 'b' || at[1] == 'B')) base = 2;
    if (at[0] == '0' && (at[1] == 'o' || at[1] == 'O')) base = 8;
    if (base != 10) digits += 2;
    errno = 0;
    int64_t v = strtoll(digits, &end, base);
    bool octal_look = base == 10 && at[0] == '0' && v != 0; /* an error in Python: let Python say it */
    bool odd = end == digits || errno || is_name((unsigned char)*end) || *end == '.' || octal_look;
    add(x, odd ? CF_W_ODD : CF_W_INT, at, odd ? at + 1 : end)->num = v;
}

static int unescape(char c)
{
    static const char from[] = "n\\'\"tr0", to[] = "\n\\'\"\t\r";
    const char *f = strchr(from, c);
    if (!c || !f) return -1;
    return c == '0' ? 0 : to[f - from];
}

/* 'text' or "text" without newlines; three quotes in a row are beyond the subset. */
static void lex_string(lexer *x)
{
    const char *at = x->p, *p = at + 1;
    char quote = *at;
    char *text = cf_arena_alloc(x->mem, strlen(at) + 1);
    size_t n = 0;
    bool odd = p[0] == quote && p[1] == quote;
    while (!odd && *p != quote) {
        int c = (unsigned char)*p;
        if (c == '\\') c = unescape(*++p);
        if (c <= 0 || *p == '\n') odd = true;
        else text[n++] = (char)c, p++;
    }
    cf_word *w = add(x, odd ? CF_W_ODD : CF_W_STR, at, odd ? at + 1 : p + 1);
    w->text = text;
    w->num = (int64_t)n;
}

static void lex_name(lexer *x)
{
    const char *at = x->p, *end = at;
    while (is_name((unsigned char)*end)) end++;
    bool prefixed = *end == '\'' || *end == '"'; /* r'...', b'...' */
    add(x, prefixed ? CF_W_ODD : CF_W_NAME, at, end)->text = cf_arena_copy(x->mem, at, (size_t)(end - at));
}

static void lex_op(lexer *x)
{
    static const char *const ops[] = {"**=", "//=", "<<=", ">>=", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "+=",
                                      "-=",  "*=",  "/=",  "%=",  "&=", "|=", "^=", "+",  "-",  "*",  "/",  "%",  "&",
                                      "|",   "^",   "~",   "<",   ">",  "=",  "(",  ")",  "[",  "]",  ",",  ":",  "."};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        size_t n = strlen(ops[i]);
        if (strncmp(x->p, ops[i], n) != 0) continue;
        memcpy(add(x, CF_W_OP, x->p, x->p + n)->op, ops[i], n);
        if (*ops[i] == '(' || *ops[i] == '[') x->depth++;
        if ((*ops[i] == ')' || *ops[i] == ']') && x->depth) x->depth--;
        return;
    }
    add(x, CF_W_ODD, x->p, x->p + 1);
}

/* Blanks, comments, continued lines. True if a logical line ended here. */
static bool skip(lexer *x)
{
    for (;;) {
        if (*x->p == ' ' || *x->p == '\t' || *x->p == '\r') x->p++;
        else if (*x->p == '#') x->p += strcspn(x->p, "\n");
        else if (x->p[0] == '\\' && x->p[1] == '\n') x->p += 2, x->line++;
        else if (*x->p == '\n' && x->depth) x->p++, x->line++;
        else return *x->p == '\n' || *x->p == ';';
    }
}

/* A later line that begins with a blank belongs to a block of its own: beyond the subset, or an error Python shall
 * report. */
static bool indented(const lexer *x)
{
    return x->p[0] == '\n' && (x->p[1] == ' ' || x->p[1] == '\t') && x->p[1 + strspn(x->p + 1, " \t\r")] != '\n' &&
           x->p[1 + strspn(x->p + 1, " \t\r")] != '#' && x->p[1 + strspn(x->p + 1, " \t\r")] != '\0';
}

static void lex_one(lexer *x)
{
    int c = (unsigned char)*x->p;
    if (isdigit(c)) lex_number(x);
    else if (is_name(c)) lex_name(x);
    else if (c == '\'' || c == '"') lex_string(x);
    else lex_op(x);
}

cf_word *cf_expr_lex(const char *text, cf_arena *mem)
{
    lexer x = {.p = text, .line = 1, .mem = mem};
    for (;;) {
        bool line_end = skip(&x);
        if (!*x.p) break;
        if (!line_end) {
            lex_one(&x);
            continue;
        }
        bool newline = *x.p == '\n', odd = indented(&x);
        add(&x, odd ? CF_W_ODD : CF_W_LINE_END, x.p, x.p + 1);
        if (newline) x.line++;
    }
    add(&x, CF_W_LINE_END, x.p, x.p);
    add(&x, CF_W_END, x.p, x.p);
    return x.words;
}
