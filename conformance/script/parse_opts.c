/* parse_opts.c — the TCP option list "<mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>" and its sizes. */
#include <string.h>

#include "parser.h"

enum { OPT_BYTES = 40, COUNTER_MAX = 0xFFFFFF, MD5_DIGEST = 16, AO_CODE = 12, AO_CODE_MAX = 32 };

static uint32_t option_size(const cf_opt_spec *o)
{
    switch (o->kind) {
    case CF_O_EOL:
    case CF_O_NOP: return 1;
    case CF_O_SACKOK: return 2;
    case CF_O_WSCALE: return 3;
    case CF_O_MSS: return 4;
    case CF_O_TS: return 10;
    case CF_O_SACK: return 2 + 8u * o->n;
    case CF_O_ACCECN0:
    case CF_O_ACCECN1: return 2 + 3u * o->n;
    case CF_O_MD5:
    case CF_O_FO: return 2u + o->n;
    case CF_O_AO:
    case CF_O_FOEXP: return 4u + o->n;
    case CF_O_RAW: return o->n;
    }
    return 0;
}

uint32_t cf__options_size(const cf_pkt *k)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < k->opts; i++) n += option_size(&k->opt[i]);
    return n;
}

static bool number(cf_parser *p, const char *what, int64_t high, uint32_t *out)
{
    int64_t v;
    if (!cf__need_int(p, what, 0, high, &v)) return false;
    *out = (uint32_t)v;
    return true;
}

static bool read_none(cf_parser *p, cf_opt_spec *o)
{
    (void)p;
    (void)o;
    return true;
}

static bool read_mss(cf_parser *p, cf_opt_spec *o)
{
    return number(p, "mss", 65535, &o->a);
}

static bool read_wscale(cf_parser *p, cf_opt_spec *o)
{
    return number(p, "wscale", 255, &o->a);
}

static bool read_sack(cf_parser *p, cf_opt_spec *o)
{
    do {
        uint32_t block[2];
        cf_span at = p->tok.span;
        if (!number(p, "left edge of the SACK block", UINT32_MAX, &block[0]) ||
            !cf__need_char(p, ':', "in the SACK block") ||
            !number(p, "right edge of the SACK block", UINT32_MAX, &block[1]))
            return false;
        if (o->n == 4)
            return cf__error(p, (cf_span){at.start, p->end}, "more than 4 SACK blocks do not fit into the options");
        memcpy(&o->sack[2 * o->n++], block, sizeof block);
    } while (p->tok.kind == CF_TOK_INT);
    return true;
}

static bool read_ts(cf_parser *p, cf_opt_spec *o)
{
    if (!cf__need_word(p, "val", "after TS")) return false;
    if (p->tok.kind == CF_TOK_ELLIPSIS) {
        cf__expected(p, "a timestamp");
        cf__hint(p,
                 "TS val ... is nplab's dialect; outbound values are not checked unless --tcp_ts_tick_usecs is given");
        return false;
    }
    return number(p, "TS val", UINT32_MAX, &o->a) && cf__need_word(p, "ecr", "after the timestamp") &&
           number(p, "TS ecr", UINT32_MAX, &o->b);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Hex digits, from the text of the token (or the value of a -D symbol). */
static bool read_blob(cf_parser *p, cf_opt_spec *o, const char *what, unsigned most)
{
    const cf_token *t = &p->tok;
    if (t->kind != CF_TOK_WORD && t->kind != CF_TOK_INT) return cf__expected(p, what);
    for (uint32_t i = 0; i < t->len; i++) {
        if (hex_digit(t->text[i]) >= 0) continue;
        cf__error(p, t->span, "%s: '%.*s' is not hexadecimal", what, (int)(t->len < 40 ? t->len : 40), t->text);
        if (t->kind == CF_TOK_WORD && !t->defined) cf__hint(p, "or define the symbol: -D %.60s=...", t->text);
        return false;
    }
    if (t->len % 2) return cf__error(p, t->span, "%s has an odd number of hexadecimal digits (%u)", what, t->len);
    if (t->len / 2 > most) return cf__error(p, t->span, "%s is longer than %u bytes", what, most);
    o->n = (uint8_t)(t->len / 2);
    for (unsigned i = 0; i < o->n; i++)
        o->blob[i] = (uint8_t)(hex_digit(t->text[2 * i]) * 16 + hex_digit(t->text[2 * i + 1]));
    cf__advance(p);
    return true;
}

static bool read_md5(cf_parser *p, cf_opt_spec *o)
{
    if (!cf__take_word(p, "valid")) return read_blob(p, o, "MD5 digest", MD5_DIGEST);
    o->valid = true;
    o->n = MD5_DIGEST;
    return true;
}

/* ao KEY NEXTKEY, then the code: valid [BYTES], or its digits. */
static bool read_ao(cf_parser *p, cf_opt_spec *o)
{
    uint32_t bytes = AO_CODE;
    if (!number(p, "KeyID", 255, &o->a) || !number(p, "RNextKeyID", 255, &o->b)) return false;
    if (!cf__take_word(p, "valid")) return read_blob(p, o, "AO code", OPT_BYTES - 4);
    if (p->tok.kind == CF_TOK_INT && !number(p, "bytes of the code", AO_CODE_MAX, &bytes)) return false;
    o->valid = true;
    o->n = (uint8_t)bytes;
    return true;
}

static bool blob_follows(const cf_parser *p)
{
    return !cf__is_char(p, ',') && !cf__is_char(p, '>');
}

static bool read_fo(cf_parser *p, cf_opt_spec *o)
{
    return blob_follows(p) ? read_blob(p, o, "Fast Open cookie", 38) : true;
}

static bool read_foexp(cf_parser *p, cf_opt_spec *o)
{
    return blob_follows(p) ? read_blob(p, o, "Fast Open cookie", 36) : true;
}

/* ECN e0b N [ceb N [e1b N]], or in the order e1b, ceb, e0b. */
static bool read_ecn(cf_parser *p, cf_opt_spec *o)
{
    static const char *const orders[2][3] = {{"e0b", "ceb", "e1b"}, {"e1b", "ceb", "e0b"}};
    uint32_t *values[3] = {&o->a, &o->b, &o->c};
    bool second = cf__is_word(p, "e1b");
    if (!second && !cf__is_word(p, "e0b")) return cf__expected(p, "e0b or e1b after ECN");
    o->kind = second ? CF_O_ACCECN1 : CF_O_ACCECN0;
    for (unsigned i = 0; i < 3 && cf__take_word(p, orders[second][i]); i++) {
        if (!number(p, orders[second][i], COUNTER_MAX, values[i])) return false;
        o->n++;
    }
    return true;
}

/* nplab's way to write what is no option: its bytes. They begin with a digit, as no name does. */
static bool is_raw(const cf_parser *p)
{
    bool text = p->tok.kind == CF_TOK_WORD || p->tok.kind == CF_TOK_INT;
    return text && p->tok.text[0] >= '0' && p->tok.text[0] <= '9';
}

static bool read_raw(cf_parser *p, const cf_pkt *k, cf_opt_spec *o)
{
    o->kind = CF_O_RAW;
    if (k->dir == CF_OUT)
        return cf__error(p, p->tok.span, "raw option bytes are for inbound packets only: no stack sends what is none");
    return read_blob(p, o, "raw option", OPT_BYTES);
}

static const struct option {
    const char *word;
    cf_opt_kind kind;
    bool (*read)(cf_parser *, cf_opt_spec *);
} options[] = {
    {"eol", CF_O_EOL, read_none},       {"nop", CF_O_NOP, read_none},
    {"mss", CF_O_MSS, read_mss},        {"wscale", CF_O_WSCALE, read_wscale},
    {"sackOK", CF_O_SACKOK, read_none}, {"sack", CF_O_SACK, read_sack},
    {"TS", CF_O_TS, read_ts},           {"md5", CF_O_MD5, read_md5},
    {"FO", CF_O_FO, read_fo},           {"FOEXP", CF_O_FOEXP, read_foexp},
    {"ECN", CF_O_ACCECN0, read_ecn},    {"ao", CF_O_AO, read_ao},
};
enum { OPTIONS = sizeof options / sizeof options[0] };

static bool unknown_option(cf_parser *p, const cf_pkt *k)
{
    const char *names[OPTIONS];
    for (size_t i = 0; i < OPTIONS; i++) names[i] = options[i].word;
    cf__expected(p, "a TCP option");
    if (cf__is_char(p, '>') && k->opts == 0) cf__hint(p, "no options: leave the list out; any options: <...>");
    if (p->tok.kind != CF_TOK_WORD || p->last->hint[0]) return false;
    const char *near = cf_nearest(p->tok.text, names, OPTIONS);
    if (near) cf__hint(p, "did you mean %s?", near);
    else
        cf__hint(p,
                 "options are eol nop mss wscale sackOK sack TS md5 ao FO FOEXP ECN, or bytes that begin with a digit");
    return false;
}

static bool read_named(cf_parser *p, const cf_pkt *k, cf_opt_spec *o)
{
    size_t i = 0;
    while (i < OPTIONS && !cf__is_word(p, options[i].word)) i++;
    if (i == OPTIONS) return unknown_option(p, k);
    cf__advance(p);
    o->kind = options[i].kind;
    return options[i].read(p, o);
}

static bool parse_option(cf_parser *p, cf_pkt *k)
{
    cf_opt_spec o = {.span = p->tok.span};
    if (is_raw(p) ? !read_raw(p, k, &o) : !read_named(p, k, &o)) return false;
    o.span.end = p->end;
    k->opt = cf_arena_more(p->mem, k->opt, k->opts, sizeof *k->opt);
    k->opt[k->opts++] = o;
    return true;
}

static bool check_size(cf_parser *p, const cf_pkt *k)
{
    uint32_t size = cf__options_size(k);
    if (size > OPT_BYTES)
        return cf__error(p, k->opts_span, "the TCP options are %u bytes long; at most %d fit", size, OPT_BYTES);
    if (size % 4 == 0) return true;
    cf__error(p, k->opts_span, "the TCP options are %u bytes long, which is not a multiple of 4", size);
    cf__hint(p, "padding is written out: add %u nop", 4 - size % 4);
    return false;
}

bool cf__parse_tcp_options(cf_parser *p, cf_pkt *k)
{
    k->opts_span = p->tok.span;
    cf__advance(p);
    if (p->tok.kind == CF_TOK_ELLIPSIS) {
        cf__advance(p);
        if (!cf__need_char(p, '>', "after '...'")) return false;
        k->opts_any = true;
        k->opts_span.end = p->end;
        if (k->dir == CF_OUT) return true;
        return cf__error(p, k->opts_span, "<...> is for outbound packets only: it is not known what to inject");
    }
    do {
        if (!parse_option(p, k)) return false;
    } while (cf__take_char(p, ','));
    if (!cf__take_char(p, '>')) return cf__expected(p, "',' or '>' after a TCP option");
    k->opts_span.end = p->end;
    return check_size(p, k);
}
