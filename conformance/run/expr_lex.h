/* expr_lex.h — words of the code-block language. Private to expr*.c. */
#ifndef CF_RUN_EXPR_LEX_H
#define CF_RUN_EXPR_LEX_H

#include "expr.h"

typedef enum {
    CF_W_END,
    CF_W_LINE_END /* newline or ';' */,
    CF_W_NAME,
    CF_W_INT,
    CF_W_STR,
    CF_W_OP,
    CF_W_ODD /* not in the subset */
} cf_word_kind;

typedef struct cf_word {
    cf_word_kind kind;
    char op[4];       /* OP: "<=", "+=", "not" is a NAME */
    const char *text; /* NAME: copied into the arena; STR: unescaped */
    int64_t num;      /* INT; length of STR */
    uint32_t line;
    const char *at, *end; /* in the source text */
} cf_word;

/* Splits the text; the array ends with CF_W_END. Everything in mem. */
cf_word *cf_expr_lex(const char *text, cf_arena *mem);

#endif
