/* parse_outer.c — what stands before the transport: encapsulation headers, and the IP fields in brackets. */
#include <string.h>

#include "../packet/addr.h"
#include "parser.h"

enum { GRE_SUM = 0x8000, GRE_KEY = 0x2000, GRE_SEQ = 0x1000 };

/* ---------- [ect0], (tos 0x10, flowlabel 0x1), [ttl 3] ---------- */

static const struct {
    const char *word;
    cf_tos_check check;
    uint8_t tos;
} ecn_words[] = {{"noecn", CF_TOS_ECN, 0},
                 {"ect0", CF_TOS_ECN, 2},
                 {"ect1", CF_TOS_ECN, 1},
                 {"ce", CF_TOS_ECN, 3},
                 {"ect01", CF_TOS_ECT01, 0}};

/* Reads "tos 0x10" after the word: these two take hexadecimal only. */
static bool hex_value(cf_parser *p, const char *what, int64_t high, int64_t *out)
{
    if (p->tok.kind == CF_TOK_HEX) return cf__need_num(p, what, 0, high, out);
    cf__expected(p, "a hexadecimal number");
    if (p->tok.kind == CF_TOK_INT) cf__hint(p, "write 0x%llx", (unsigned long long)p->tok.num);
    return false;
}

static bool ecn_word(cf_parser *p, cf_dir dir, cf_ip_spec *ip, bool *found)
{
    for (size_t i = 0; i < sizeof ecn_words / sizeof ecn_words[0]; i++) {
        if (!cf__is_word(p, ecn_words[i].word)) continue;
        *found = true;
        ip->tos_check = ecn_words[i].check;
        ip->tos = ecn_words[i].tos;
        if (ip->tos_check == CF_TOS_ECT01 && dir == CF_IN)
            return cf__error(p, p->tok.span, "ect01 is for outbound packets only: write ect0 or ect1");
        cf__advance(p);
        return true;
    }
    return true;
}

static bool flow_label(cf_parser *p, cf_ip_spec *ip)
{
    int64_t v;
    if (!cf__need_word(p, "flowlabel", "in the IP fields") || !hex_value(p, "flowlabel", 0xFFFFF, &v)) return false;
    ip->has_flow = true;
    ip->flow = (uint32_t)v;
    return true;
}

static bool time_to_live(cf_parser *p, cf_ip_spec *ip)
{
    int64_t v;
    if (!cf__need_int(p, "ttl", INT32_MIN, INT32_MAX, &v)) return false;
    ip->has_ttl = true;
    ip->ttl = (uint8_t)(v & 255);
    return true;
}

static bool ip_items(cf_parser *p, cf_dir dir, cf_ip_spec *ip)
{
    bool found = false;
    int64_t tos;
    if (cf__take_word(p, "ttl") || cf__take_word(p, "hlim")) return time_to_live(p, ip);
    if (cf__is_word(p, "flowlabel")) return flow_label(p, ip);
    if (cf__take_word(p, "tos") || cf__take_word(p, "class")) {
        if (!hex_value(p, "tos", 0xFF, &tos)) return false;
        found = true;
        ip->tos_check = CF_TOS_WHOLE;
        ip->tos = (uint8_t)tos;
    } else if (!ecn_word(p, dir, ip, &found)) return false;
    if (!found) return cf__expected(p, "noecn, ect0, ect1, ce, ect01, tos, flowlabel or ttl");
    if (!cf__take_char(p, ',')) return true;
    if (cf__is_word(p, "flowlabel")) return flow_label(p, ip);
    cf__expected(p, "flowlabel");
    cf__hint(p, "only flowlabel may follow; ttl stands alone");
    return false;
}

bool cf__parse_ip_info(cf_parser *p, cf_dir dir, cf_ip_spec *ip)
{
    uint32_t from = p->tok.span.start;
    char closing = cf__is_char(p, '[') ? ']' : ')';
    cf__advance(p);
    ip->given = true;
    if (!ip_items(p, dir, ip)) return false;
    if (!cf__is_char(p, ',')) {
        if (!cf__need_char(p, closing, "after the IP fields")) return false;
        ip->span = (cf_span){from, p->end};
        return true;
    }
    cf__expected(p, closing == ']' ? "']' after the IP fields" : "')' after the IP fields");
    cf__hint(p, "the only combination is an ECN word or tos, then flowlabel");
    return false;
}

/* ---------- GRE ---------- */

static bool gre_flag(cf_parser *p, uint16_t *flags)
{
    static const struct {
        const char *word;
        uint16_t bit;
    } words[] = {{"checksum", GRE_SUM}, {"key", GRE_KEY}, {"sequence#", GRE_SEQ}};
    if (cf__take_word(p, "none")) return true;
    for (size_t i = 0; i < 3; i++) {
        if (!cf__take_word(p, words[i].word)) continue;
        *flags |= words[i].bit;
        return cf__need_word(p, "present", "after the name of a GRE flag");
    }
    return cf__expected(p, "none, checksum present, key present or sequence# present");
}

static bool gre_flags(cf_parser *p, uint16_t *flags)
{
    int64_t v;
    if (!cf__take_word(p, "flags") && !cf__take_word(p, "Flags")) return cf__expected(p, "flags of the GRE header");
    if (!cf__take_char(p, '[')) {
        if (!cf__need_num(p, "GRE flags", 0, 0xFFFF, &v)) return false;
        *flags = (uint16_t)v;
        return true;
    }
    do {
        if (!gre_flag(p, flags)) return false;
    } while (cf__take_char(p, ','));
    return cf__need_char(p, ']', "after the GRE flags");
}

/* A field after its name; a comma before it is allowed. */
static bool gre_field(cf_parser *p, const char *word, int64_t high, int64_t *out)
{
    cf__take_char(p, ',');
    if (!cf__need_word(p, word, "in the GRE header")) return false;
    if (strcmp(word, "key") == 0) cf__take_char(p, '=');
    return cf__need_num(p, word, 0, high, out);
}

bool cf__parse_gre_fields(cf_parser *p, cf_gre *g)
{
    int64_t sum, off, key, seq;
    if (!gre_flags(p, &g->flags) || !gre_field(p, "sum", 0xFFFF, &sum) || !gre_field(p, "off", 0xFFFF, &off) ||
        !gre_field(p, "key", UINT32_MAX, &key) || !gre_field(p, "seq", UINT32_MAX, &seq))
        return false;
    g->sum = (uint16_t)sum;
    g->off = (uint16_t)off;
    g->key = (uint32_t)key;
    g->seq = (uint32_t)seq;
    return true;
}

/* ---------- MPLS ---------- */

/* "[S]," marks the bottom of the stack. */
static bool mpls_bottom(cf_parser *p, cf_mpls *e)
{
    if (!cf__take_char(p, '[')) return true;
    if (!cf__is_word(p, "S")) return cf__expected(p, "S in the brackets of an MPLS entry");
    cf__advance(p);
    e->bottom = 1;
    return cf__need_char(p, ']', "after S") && cf__need_char(p, ',', "after [S]");
}

static bool mpls_entry(cf_parser *p, cf_mpls *e)
{
    int64_t label, tc, ttl;
    if (!cf__need_char(p, '(', "before an MPLS entry") || !cf__need_word(p, "label", "in the MPLS entry") ||
        !cf__need_int(p, "label", 0, 0xFFFFF, &label) || !cf__need_char(p, ',', "after the label") ||
        !cf__need_word(p, "tc", "after the label") || !cf__need_int(p, "tc", 0, 7, &tc) ||
        !cf__need_char(p, ',', "after tc") || !mpls_bottom(p, e) || !cf__need_word(p, "ttl", "in the MPLS entry") ||
        !cf__need_int(p, "ttl", 0, 255, &ttl) || !cf__need_char(p, ')', "after the MPLS entry"))
        return false;
    e->label = (uint32_t)label;
    e->tc = (uint8_t)tc;
    e->ttl = (uint8_t)ttl;
    return true;
}

bool cf__parse_mpls_entries(cf_parser *p, cf_mpls **list, uint32_t *count)
{
    while (cf__is_char(p, '(')) {
        cf_mpls e = {0};
        cf_span at = p->tok.span;
        if (!mpls_entry(p, &e)) return false;
        if (*count == CF_MPLS_MAX) return cf__error(p, at, "more than %d MPLS entries", CF_MPLS_MAX);
        *list = cf_arena_more(p->mem, *list, *count, sizeof **list);
        (*list)[(*count)++] = e;
    }
    return true;
}

/* ---------- the headers ---------- */

static bool outer_address(cf_parser *p, uint8_t family, cf_addr *a)
{
    cf_token_kind kind = family == 4 ? CF_TOK_IP4 : CF_TOK_IP6;
    if (p->tok.kind != kind) return cf__expected(p, family == 4 ? "an IPv4 address" : "an IPv6 address");
    if (!cf_addr_parse(p->tok.text, a))
        return cf__error(p, p->tok.span, "%s is not an IPv%u address", p->tok.text, family);
    cf__advance(p);
    return true;
}

static bool outer_ip(cf_parser *p, cf_dir dir, cf_outer *o, uint8_t family)
{
    o->kind = family == 4 ? CF_L_IPV4 : CF_L_IPV6;
    if (cf__is_char(p, '[') || cf__is_char(p, '('))
        if (!cf__parse_ip_info(p, dir, &o->ip)) return false;
    return outer_address(p, family, &o->src) && cf__need_char(p, '>', "between the addresses") &&
           outer_address(p, family, &o->dst);
}

static bool outer_gre(cf_parser *p, cf_outer *o)
{
    o->kind = CF_L_GRE;
    if (cf__is_char(p, ':')) return true;
    cf__take_char(p, ',');
    return cf__parse_gre_fields(p, &o->gre);
}

static bool outer_mpls(cf_parser *p, cf_outer *o)
{
    o->kind = CF_L_MPLS;
    return cf__parse_mpls_entries(p, &o->mpls, &o->mpls_count);
}

bool cf__parse_outer(cf_parser *p, cf_pkt *k, bool *found)
{
    cf_outer o = {.span = p->tok.span};
    bool ok;
    *found = true;
    if (cf__take_word(p, "ipv4")) ok = outer_ip(p, k->dir, &o, 4);
    else if (cf__take_word(p, "ipv6")) ok = outer_ip(p, k->dir, &o, 6);
    else if (cf__take_word(p, "gre") || cf__take_word(p, "GREv0")) ok = outer_gre(p, &o);
    else if (cf__take_word(p, "mpls")) ok = outer_mpls(p, &o);
    else {
        *found = false;
        return true;
    }
    if (!ok || !cf__need_char(p, ':', "after an encapsulation header")) return false;
    o.span.end = p->end;
    k->outer = cf_arena_more(p->mem, k->outer, k->outers, sizeof *k->outer);
    k->outer[k->outers++] = o;
    return true;
}
