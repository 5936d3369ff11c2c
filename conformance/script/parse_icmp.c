/* parse_icmp.c — "icmp unreachable frag_needed mtu 1200 [1:1461(1460)]". */
#include <string.h>

#include "../packet/icmp_names.h"
#include "parser.h"

enum { WORDS_MAX = 32, ICMP_HEADER = 8 };

/* The word belongs to the other family's ICMP. */
static bool foreign_family(cf_parser *p, const char *word)
{
    uint8_t number, other = p->mode == CF_MODE_IPV6 ? 4 : 6;
    bool known = cf_icmp_type(other, word, &number);
    for (unsigned type = 0; type < 256 && !known; type++) known = cf_icmp_code(other, (uint8_t)type, word, &number);
    if (known) cf__hint(p, "it is a word of ICMPv%u: this script is for IPv%u only", other, other);
    return known;
}

static void suggest(cf_parser *p, const char *word, const char *const *words, size_t count, const char *numbered)
{
    if (foreign_family(p, word)) return;
    const char *near = cf_nearest(word, words, count);
    if (near) cf__hint(p, "did you mean %s?", near);
    else if (*word >= 'A' && *word <= 'Z') cf__hint(p, "a symbol of your own needs a definition: -D %.60s=...", word);
    else cf__hint(p, "numbers are written %s", numbered);
}

static bool icmp_type(cf_parser *p, cf_pkt *k)
{
    const char *words[WORDS_MAX];
    uint8_t family = cf__family(p->mode);
    if (p->tok.kind != CF_TOK_WORD) return cf__expected(p, "an ICMP type");
    if (cf_icmp_type(family, p->tok.text, &k->icmp_type)) {
        cf__advance(p);
        return true;
    }
    cf__error(p, p->tok.span, "unknown ICMPv%u type '%s'", family, p->tok.text);
    suggest(p, p->tok.text, words, cf_icmp_type_words(family, words, WORDS_MAX), "type_N");
    return false;
}

static bool icmp_code(cf_parser *p, cf_pkt *k)
{
    const char *words[WORDS_MAX];
    uint8_t family = cf__family(p->mode);
    if (p->tok.kind != CF_TOK_WORD || cf__is_word(p, "mtu") || cf__is_word(p, "id")) return true;
    if (cf_icmp_code(family, k->icmp_type, p->tok.text, &k->icmp_code)) {
        cf__advance(p);
        return true;
    }
    const char *type = cf_icmp_type_name(family, k->icmp_type);
    cf__error(p, p->tok.span, "unknown ICMPv%u code '%s' for type %s", family, p->tok.text,
              type ? type : "without name");
    suggest(p, p->tok.text, words, cf_icmp_code_words(family, k->icmp_type, words, WORDS_MAX), "code_N");
    return false;
}

static bool icmp_mtu(cf_parser *p, cf_pkt *k)
{
    int64_t v;
    cf_span word = p->tok.span;
    bool v6 = p->mode == CF_MODE_IPV6;
    bool fits = v6 ? k->icmp_type == CF_ICMP6_TOO_BIG
                   : k->icmp_type == CF_ICMP4_UNREACHABLE && k->icmp_code == CF_ICMP4_FRAG_NEEDED;
    if (!cf__take_word(p, "mtu")) return true;
    if (!fits) return cf__error(p, word, "mtu goes only with %s", v6 ? "packet_too_big" : "unreachable frag_needed");
    if (!cf__need_int(p, "mtu", 0, v6 ? UINT32_MAX : 65535, &v)) return false;
    k->has_mtu = true;
    k->mtu = (uint32_t)v;
    return true;
}

static bool icmp_id(cf_parser *p, cf_pkt *k)
{
    int64_t v;
    if (!cf__take_word(p, "id")) return true;
    if (!cf__need_int(p, "id", 0, 65535, &v)) return false;
    k->has_id = true;
    k->icmp_id = (uint16_t)v;
    return true;
}

static bool sized_quote(cf_parser *p, cf_pkt *k, cf_quote_kind kind, int64_t least)
{
    int64_t v;
    if (!cf__need_char(p, '(', "before the length") || !cf__need_int(p, "length", least, 65535, &v) ||
        !cf__need_char(p, ')', "after the length"))
        return false;
    k->quote = kind;
    k->q_len = (uint32_t)v;
    return true;
}

static bool icmp_quote(cf_parser *p, cf_pkt *k)
{
    uint32_t end;
    bool ok;
    if (!cf__take_char(p, '[')) return true;
    if (cf__take_word(p, "udp")) ok = sized_quote(p, k, CF_Q_UDP, 0);
    else if (cf__take_word(p, "raw")) ok = sized_quote(p, k, CF_Q_RAW, ICMP_HEADER);
    else if (p->tok.kind == CF_TOK_INT) {
        ok = cf__parse_seq_range(p, &k->q_seq, &end, &k->q_len);
        k->quote = CF_Q_TCP;
    } else return cf__expected(p, "a sequence range, udp (N) or raw (N)");
    return ok && cf__need_char(p, ']', "after the quoted packet");
}

bool cf__parse_icmp(cf_parser *p, cf_pkt *k)
{
    k->proto = CF_P_ICMP;
    return icmp_type(p, k) && icmp_code(p, k) && icmp_mtu(p, k) && icmp_id(p, k) && icmp_quote(p, k);
}
