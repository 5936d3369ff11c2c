/* token.h — the words of a script, one after another.
 *
 * Longest match. Reserved words of packetdrill are plain words here: the parser knows where each means something, so
 * that a note may say "(flow key present)". They still cannot be redefined with -D. Comments are skipped; those that
 * begin with "//:" are kept for front.h. */
#ifndef CF_SCRIPT_TOKEN_H
#define CF_SCRIPT_TOKEN_H

#include "../text/arena.h"
#include "ast.h"

typedef enum {
    CF_TOK_END,
    CF_TOK_BAD,
    CF_TOK_INT,
    CF_TOK_HEX,
    CF_TOK_FLOAT,
    CF_TOK_IP4,
    CF_TOK_IP6,
    CF_TOK_WORD,
    CF_TOK_STRING,
    CF_TOK_SHELL,
    CF_TOK_CODE,
    CF_TOK_OPTION,
    CF_TOK_ELLIPSIS,
    CF_TOK_CHAR
} cf_token_kind;

typedef struct cf_token {
    cf_token_kind kind;
    cf_span span;     /* where it is written (the symbol's name for a -D value) */
    const char *text; /* without quotes, backquotes, %{ }%, dashes. NUL-terminated except for INT, HEX, FLOAT,
                       * CHAR; the value, not the name, of a -D symbol. Lives as long as the script */
    uint32_t len;
    int64_t num;            /* INT, HEX (modulo 2^64) */
    bool overflow;          /* INT, HEX: does not fit 64 bits */
    char ch;                /* CHAR */
    bool starts_line;       /* nothing but blanks before it on its line */
    bool defined;           /* came from a -D symbol */
    const char *why, *hint; /* BAD: static text */
} cf_token;

typedef struct cf_lexer {
    const cf_source *src;
    cf_arena *mem;
    uint32_t at;
    const cf_define *defines;
    uint32_t define_count; /* the command line's: they win */
    cf_define *own;
    uint32_t own_count; /* the script's --define lines */
    bool in_ifdef;      /* between an #ifdef that holds and its #endif */
    bool literal;       /* symbols are not replaced (inside a --define) */
    cf_span *notes;
    uint32_t note_count; /* "//:" comments, from the colon to the end of the line */
} cf_lexer;

void cf_lexer_init(cf_lexer *lx, const cf_source *src, cf_arena *mem, const cf_parse_env *env);
void cf_lexer_next(cf_lexer *lx, cf_token *t);
/* A --define of the script itself. */
void cf_lexer_define(cf_lexer *lx, const char *name, const char *value);
/* True for the words that packetdrill reserves. */
bool cf_word_reserved(const char *word);

#endif
