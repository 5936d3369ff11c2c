/* parser.h — what the files of the parser share. Private to this folder.
 *
 * Recursive descent with one token of look-ahead. Every function either reads its construct, or reports one error and
 * returns false (NULL); the caller gives up too, up to the event, where cf__recover goes on with the next line that
 * looks like one. */
#ifndef CF_SCRIPT_PARSER_H
#define CF_SCRIPT_PARSER_H

#include "ast.h"
#include "token.h"

enum { CF_NESTING_MAX = 32, CF_OR_MAX = 64, CF_ERRORS_MAX = 20 };
enum { CF_TREE_MAX = 192 * 1024 * 1024 }; /* bytes of tree: a file of 16 MiB cannot take the machine's memory */

typedef struct cf_parser {
    cf_lexer lx;
    cf_token tok; /* the next token, not consumed yet */
    uint32_t end; /* end of the last consumed token */
    cf_script *s;
    cf_arena *mem;
    cf_diags *diags;
    cf_diag *last; /* the last error reported; valid until the next one */
    cf_ip_mode mode;
    unsigned nesting;
    bool too_large; /* CF_TREE_MAX was passed: nothing more is read */
} cf_parser;

/* tokens */
void cf__advance(cf_parser *p);
bool cf__is_char(const cf_parser *p, char c);
bool cf__is_word(const cf_parser *p, const char *word);
bool cf__take_char(cf_parser *p, char c); /* consumes it if it is there */
bool cf__take_word(cf_parser *p, const char *word);
bool cf__need_char(cf_parser *p, char c, const char *where); /* or reports "expected 'c' where" */
bool cf__need_word(cf_parser *p, const char *word, const char *where);
/* An INT within [low, high]; what names it in messages. */
bool cf__need_int(cf_parser *p, const char *what, int64_t low, int64_t high, int64_t *out);
/* The same, INT or HEX. */
bool cf__need_num(cf_parser *p, const char *what, int64_t low, int64_t high, int64_t *out);

/* errors; all return false */
bool cf__expected(cf_parser *p, const char *what); /* syntax error at the current token */
bool cf__error(cf_parser *p, cf_span span, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void cf__hint(cf_parser *p, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* of the last error */

/* constructs */
bool cf__parse_packet(cf_parser *p, cf_pkt *k);                   /* at '<' or '>' */
bool cf__parse_tcp_options(cf_parser *p, cf_pkt *k);              /* at '<' */
bool cf__parse_outer(cf_parser *p, cf_pkt *k, bool *found);       /* one encapsulation header, if there is one */
bool cf__parse_ip_info(cf_parser *p, cf_dir dir, cf_ip_spec *ip); /* at '[' or '(' */
bool cf__parse_gre_fields(cf_parser *p, cf_gre *g);               /* at flags */
bool cf__parse_mpls_entries(cf_parser *p, cf_mpls **list, uint32_t *count);
bool cf__parse_seq_range(cf_parser *p, uint32_t *from, uint32_t *end, uint32_t *len);
bool cf__parse_icmp(cf_parser *p, cf_pkt *k);  /* after the word icmp */
bool cf__parse_call(cf_parser *p, cf_call *c); /* at the name */
cf_expr *cf__parse_expr(cf_parser *p);
cf_expr *cf__new_expr(cf_parser *p, cf_expr_kind kind, uint32_t from);
bool cf__add_kid(cf_parser *p, cf_expr *x, cf_expr *kid); /* false if kid is NULL */
/* Bytes of TCP options as they will be written. */
uint32_t cf__options_size(const cf_pkt *k);
/* Sizes, which depend on mode and headers: reports what does not fit. */
bool cf__check_packet(cf_parser *p, const cf_pkt *k);

static inline uint8_t cf__family(cf_ip_mode m)
{
    return m == CF_MODE_IPV6 ? 6 : 4;
}

#endif
