/* tokens.c — the parser's hands: taking tokens, and saying what was expected instead. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "parser.h"

void cf__advance(cf_parser *p)
{
    p->end = p->tok.span.end;
    cf_lexer_next(&p->lx, &p->tok);
    if (cf_arena_used(p->mem) <= CF_TREE_MAX) return;
    p->tok.kind = p->too_large ? CF_TOK_END : CF_TOK_BAD;
    p->too_large = true;
    p->tok.why = "the script is too large";
    p->tok.hint = NULL;
    p->lx.at = p->s->src.len; /* nothing comes after it */
}

bool cf__is_char(const cf_parser *p, char c)
{
    return p->tok.kind == CF_TOK_CHAR && p->tok.ch == c;
}

bool cf__is_word(const cf_parser *p, const char *word)
{
    return p->tok.kind == CF_TOK_WORD && strcmp(p->tok.text, word) == 0;
}

bool cf__take_char(cf_parser *p, char c)
{
    if (!cf__is_char(p, c)) return false;
    cf__advance(p);
    return true;
}

bool cf__take_word(cf_parser *p, const char *word)
{
    if (!cf__is_word(p, word)) return false;
    cf__advance(p);
    return true;
}

/* ---------- errors ---------- */

/* Words and marks that have no place where they were met: of other dialects, or habits of other languages. */
static const struct {
    const char *token, *hint;
} habits[] = {
    {"'", "a text is written in \"...\", a command in backquotes"},
    {";", "nothing ends an event but the next one"},
    {"-", "an option is written --name=value"},
    {"\xEF", "a byte order mark? save the file as UTF-8 without it"},
    {"\xE2", "typographic quotes, dots and dashes are other characters: write \", ... and -"},
    {"\xC2", "a no-break space? write a plain blank"},
    {"!", "'!' after a number (no mapping) is nplab's dialect"},
    {"gen", "gen-KIND options are nplab's dialect"},
    {"exp", "exp-... options are nplab's dialect; here it is FOEXP"},
    {"AccECN0", "AccECN0 is nplab's dialect; here: ECN e0b N ceb N e1b N"},
    {"AccECN1", "AccECN1 is nplab's dialect; here: ECN e1b N ceb N e0b N"},
    {"dscp", "dscp is nplab's dialect; here: tos 0xN"},
    {"ecn", "the word ecn is nplab's dialect; leave it out"},
    {"sctp", "SCTP is nplab's dialect"},
    {"udplite", "UDP-Lite is nplab's dialect"},
    {"/", "encapsulation behind the packet (/udp(a > b)) is nplab's dialect"},
    {"htonl", "htonl is nplab's dialect"},
    {"iov_base", "iov_base is nplab's dialect; here: {..., N}"},
    {"cmsg_len", "cmsg_len is nplab's dialect; leave it out"},
    {"mpcapable", "MPTCP options are the MPTCP fork's dialect"},
    {"dss", "MPTCP options are the MPTCP fork's dialect"},
    {"add_address", "MPTCP options are the MPTCP fork's dialect"},
    {"mp_join_syn", "MPTCP options are the MPTCP fork's dialect"},
    {"addr", "addr[...] is the MPTCP fork's dialect"},
};

static const char *habit_hint(const cf_token *t)
{
    char one[2] = {t->ch, '\0'};
    const char *text = t->kind == CF_TOK_CHAR ? one : t->kind == CF_TOK_WORD ? t->text : NULL;
    if (!text) return NULL;
    for (size_t i = 0; i < sizeof habits / sizeof habits[0]; i++)
        if (strcmp(habits[i].token, text) == 0) return habits[i].hint;
    return NULL;
}

/* The token as written, short and printable. */
static void token_text(const cf_parser *p, char *out, size_t cap)
{
    cf_span s = p->tok.span;
    size_t n = 0;
    for (uint32_t i = s.start; i < s.end && n + 5 < cap; i++) {
        unsigned char c = (unsigned char)p->s->src.text[i];
        if (i - s.start >= 24 || c == '\n') {
            memcpy(out + n, "...", 3);
            n += 3;
            break;
        }
        if (c >= 32 && c < 127) out[n++] = (char)c;
        else n += (size_t)snprintf(out + n, cap - n, "\\x%02X", c);
    }
    out[n] = '\0';
}

bool cf__error(cf_parser *p, cf_span span, const char *fmt, ...)
{
    char msg[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    p->last = cf_diag_add(p->diags, CF_ERROR, &p->s->src, span, "%s", msg);
    return false;
}

void cf__hint(cf_parser *p, const char *fmt, ...)
{
    char hint[240];
    va_list ap;
    if (!p->last) return;
    va_start(ap, fmt);
    vsnprintf(hint, sizeof hint, fmt, ap);
    va_end(ap);
    cf_diag_hint(p->last, "%s", hint);
}

bool cf__expected(cf_parser *p, const char *what)
{
    char text[40];
    const cf_token *t = &p->tok;
    if (t->kind == CF_TOK_BAD) {
        cf__error(p, t->span, "%s", t->why);
        if (t->hint) cf__hint(p, "%s", t->hint);
        return false;
    }
    if (t->kind == CF_TOK_END) return cf__error(p, t->span, "syntax error at the end of the file: expected %s", what);
    token_text(p, text, sizeof text);
    cf__error(p, t->span, "syntax error at '%s': expected %s", text, what);
    const char *hint = habit_hint(t);
    if (hint) cf__hint(p, "%s", hint);
    return false;
}

/* ---------- needing ---------- */

bool cf__need_char(cf_parser *p, char c, const char *where)
{
    char what[80];
    if (cf__take_char(p, c)) return true;
    snprintf(what, sizeof what, "'%c' %s", c, where);
    return cf__expected(p, what);
}

bool cf__need_word(cf_parser *p, const char *word, const char *where)
{
    char what[80];
    if (cf__take_word(p, word)) return true;
    snprintf(what, sizeof what, "'%s' %s", word, where);
    return cf__expected(p, what);
}

static bool in_range(cf_parser *p, const char *what, int64_t low, int64_t high, int64_t *out)
{
    const cf_token *t = &p->tok;
    if (t->overflow) return cf__error(p, t->span, "%s does not fit 64 bits", what);
    if (t->num < low || t->num > high)
        return cf__error(p, t->span, "%s is %lld, out of range %lld..%lld", what, (long long)t->num, (long long)low,
                         (long long)high);
    *out = t->num;
    cf__advance(p);
    return true;
}

bool cf__need_int(cf_parser *p, const char *what, int64_t low, int64_t high, int64_t *out)
{
    if (p->tok.kind == CF_TOK_INT) return in_range(p, what, low, high, out);
    char expected[100];
    snprintf(expected, sizeof expected, "%s (a decimal number)", what);
    cf__expected(p, expected);
    if (p->tok.kind == CF_TOK_HEX) cf__hint(p, "hexadecimal is not accepted here; write %lld", (long long)p->tok.num);
    return false;
}

bool cf__need_num(cf_parser *p, const char *what, int64_t low, int64_t high, int64_t *out)
{
    if (p->tok.kind == CF_TOK_INT || p->tok.kind == CF_TOK_HEX) return in_range(p, what, low, high, out);
    char expected[100];
    snprintf(expected, sizeof expected, "%s (a number)", what);
    return cf__expected(p, expected);
}
