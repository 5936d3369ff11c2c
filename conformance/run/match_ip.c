/* match_ip.c — the stack of headers and the IP fields. */
#include <stdio.h>

#include "../packet/print.h"
#include "match.h"

enum { TTL_UNCHECKED = 255, ECN_BITS = 3, ECT0 = 2, ECT1 = 1 };

/* ---------- number and kinds of headers ---------- */

static uint8_t wanted_layers(const cf_match_in *in, cf_layer_kind *out)
{
    uint8_t n = 0;
    bool v6 = in->set->mode == CF_MODE_IPV6;
    for (uint32_t i = 0; i < in->want->outers && n < CF_LAYERS_MAX - 4; i++) out[n++] = in->want->outer[i].kind;
    out[n++] = v6 ? CF_L_IPV6 : CF_L_IPV4;
    if (in->want->psp) {
        out[n++] = CF_L_UDP_ENCAP;
        out[n++] = CF_L_PSP;
    }
    cf_layer_kind icmp = v6 ? CF_L_ICMPV6 : CF_L_ICMPV4;
    out[n++] = in->want->proto == CF_P_TCP ? CF_L_TCP : in->want->proto == CF_P_UDP ? CF_L_UDP : icmp;
    return n;
}

static const char *layer_name(cf_layer_kind k)
{
    static const char *const names[] = {"ipv4", "ipv6", "gre",    "mpls",   "psp",  "udp encapsulation",
                                        "tcp",  "udp",  "icmpv4", "icmpv6", "other"};
    return (unsigned)k < sizeof names / sizeof *names ? names[k] : "?";
}

static bool headers_fit(const cf_match_in *in, cf_match *m)
{
    cf_layer_kind want[CF_LAYERS_MAX];
    const cf_packet *p = &in->seen->p;
    uint8_t n = wanted_layers(in, want);
    if (n != p->layers) {
        cf_match_number(m, "headers", "packet headers", n, p->layers);
        return false;
    }
    for (uint8_t i = 0; i < n; i++) {
        if (want[i] == p->layer[i].kind) continue;
        cf_field_diff *d = cf_match_row(m, (cf_row){.field = "header", .same = false},
                                        "live packet header %u: expected: %s vs actual: %s", i, layer_name(want[i]),
                                        layer_name(p->layer[i].kind));
        snprintf(d->script, sizeof d->script, "%s", layer_name(want[i]));
        snprintf(d->wire, sizeof d->wire, "%s", layer_name(p->layer[i].kind));
        return false;
    }
    return true;
}

/* ---------- IP fields ---------- */

static void match_tos(const cf_ip_spec *want, const cf_ip *got, bool v6, cf_match *m)
{
    const char *whole = v6 ? "ipv6_class" : "tos";
    if (!want->given) return;
    if (want->tos_check == CF_TOS_WHOLE) cf_match_number(m, "tos", whole, want->tos, got->tos);
    if (want->tos_check == CF_TOS_ECN) cf_match_number(m, "ecn", "ip_ecn", want->tos & ECN_BITS, got->tos & ECN_BITS);
    if (want->tos_check != CF_TOS_ECT01) return;
    unsigned ecn = got->tos & ECN_BITS;
    cf_field_diff *d =
        cf_match_row(m, (cf_row){.field = "ecn", .same = ecn == ECT0 || ecn == ECT1},
                     "live packet field ip_ecn: expected: 1 (0x1) or 2 (0x2) vs actual: %u (0x%x)", ecn, ecn);
    snprintf(d->script, sizeof d->script, "ect0 or ect1");
    snprintf(d->wire, sizeof d->wire, "%u", ecn);
}

/* The length in the header, as it is for one frame; a joined packet was checked by its payload. */
static void match_length(const cf_match_in *in, const cf_ip *ip, cf_match *m)
{
    const cf_tcp *t = cf_packet_tcp(&in->seen->p);
    if (in->want->proto != CF_P_TCP || !t || in->want->outers || in->want->psp) return;
    uint32_t opts = cf_match_opt_bytes(in);
    bool v6 = in->set->mode == CF_MODE_IPV6;
    uint32_t want = 20 + opts + in->want->len + cf_match_garbage_byte(in),
             got = ip->total_len + in->seen->p.text_len - in->seen->frame_text;
    if (v6) cf_match_derived(m, "ip length", "ipv6_payload_len", want, got - 40u);
    else cf_match_derived(m, "ip length", "ipv4_total_length", 20 + want, got);
}

/* ---------- what is around the packet ---------- */

static void match_gre(const cf_gre *want, const cf_gre *got, cf_match *m)
{
    enum { SUM = 0x8000, KEY = 0x2000, SEQ = 0x1000 };
    cf_match_number(m, "gre flags", "gre_flags", want->flags, got->flags);
    if (want->flags & SUM) cf_match_number(m, "gre checksum", "gre_checksum", want->sum, got->sum);
    if (want->flags & SUM) cf_match_number(m, "gre offset", "gre_offset", want->off, got->off);
    if (want->flags & KEY) cf_match_number(m, "gre key", "gre_key", want->key, got->key);
    if (want->flags & SEQ) cf_match_number(m, "gre seq", "gre_seq", want->seq, got->seq);
}

static uint32_t mpls_word(const cf_mpls *e)
{
    return e->label << 12 | (uint32_t)(e->tc & 7) << 9 | (uint32_t)(e->bottom & 1) << 8 | e->ttl;
}

static void match_mpls(const cf_outer *want, const cf_mpls_stack *got, cf_match *m)
{
    cf_match_number(m, "mpls depth", "mpls_stack_depth", want->mpls_count, got->count);
    for (uint32_t i = 0; i < want->mpls_count && i < got->count; i++)
        cf_match_number(m, "mpls entry", "mpls_entry", mpls_word(&want->mpls[i]), mpls_word(&got->e[i]));
}

static void match_psp(const cf_pkt *want, const cf_psp *got, cf_match *m)
{
    cf_match_number(m, "psp ext_len", "psp_ext_len", 1, got->ext_len);
    cf_match_number(m, "psp crypt_off", "psp_crypt_offset", 0, got->crypt_off);
    cf_match_number(m, "psp flags", "psp_flags", 1, got->flags);
    cf_match_number(m, "psp spi", "psp_spi", want->psp_spi, got->spi);
}

static void match_around(const cf_match_in *in, uint8_t i, cf_match *m)
{
    const cf_layer *l = &in->seen->p.layer[i];
    const cf_outer *o = i < in->want->outers ? &in->want->outer[i] : NULL;
    if (l->kind == CF_L_GRE && o) match_gre(&o->gre, &l->u.gre, m);
    if (l->kind == CF_L_MPLS && o) match_mpls(o, &l->u.mpls, m);
    if (l->kind == CF_L_PSP) match_psp(in->want, &l->u.psp, m);
}

void cf_match_layers(const cf_match_in *in, cf_match *m)
{
    if (!headers_fit(in, m)) return;
    bool v6 = in->set->mode == CF_MODE_IPV6;
    for (uint8_t i = 0; i < in->seen->p.layers; i++) {
        const cf_layer *l = &in->seen->p.layer[i];
        match_around(in, i, m);
        if (l->kind != CF_L_IPV4 && l->kind != CF_L_IPV6) continue;
        const cf_ip *ip = &l->u.ip;
        if (l->kind == CF_L_IPV4) cf_match_derived(m, "ip header", "ipv4_header_length", 5, ip->header_len / 4u);
        match_length(in, ip, m);
        match_tos(&in->want->ip, ip, v6, m);
        bool ttl = in->want->ip.given && in->want->ip.has_ttl && in->want->ip.ttl && in->want->ip.ttl != TTL_UNCHECKED;
        if (ttl) cf_match_number(m, "ttl", v6 ? "hop_limit" : "ttl", in->want->ip.ttl, ip->ttl);
    }
}

/* ---------- flow label ---------- */

static bool label_ok(cf_sock *s, uint32_t script, uint32_t live, bool record, const char **why)
{
    *why = "live packet flow label is zero";
    if (!live) return false;
    bool same_script = s->flow_known && script == s->flow_script, same_live = s->flow_known && live == s->flow_live;
    *why = same_script ? "live packet flow label changed" : "live packet flow label did not change";
    if (s->flow_known && same_script != same_live) return false;
    if (record) {
        s->flow_known = true;
        s->flow_script = script;
        s->flow_live = live;
    }
    return true;
}

void cf_match_flow_label(const cf_match_in *in, cf_match *m)
{
    const cf_ip *ip = cf_packet_ip(&in->seen->p);
    const char *why;
    if (!in->want->ip.given || !in->want->ip.has_flow || !in->want->ip.flow || !ip || ip->src.family != 6) return;
    bool ok = label_ok(in->sock, in->want->ip.flow, ip->flow_label, in->record, &why);
    cf_field_diff *d = cf_match_row(m, (cf_row){.field = "flow label", .same = ok}, "%s", why);
    snprintf(d->script, sizeof d->script, "0x%x", in->want->ip.flow);
    snprintf(d->wire, sizeof d->wire, "0x%x", ip->flow_label);
}
