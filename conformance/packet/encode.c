#include "encode.h"

#include <string.h>

#include "bytes.h"
#include "sum.h"

enum {
    PROTO_ICMP = 1,
    PROTO_IPIP = 4,
    PROTO_TCP = 6,
    PROTO_UDP = 17,
    PROTO_IPV6 = 41,
    PROTO_GRE = 47,
    PROTO_ICMPV6 = 58,
    PROTO_MPLS = 137
};
enum { ETHER_IPV4 = 0x0800, ETHER_IPV6 = 0x86DD, ETHER_MPLS = 0x8847, PSP_HEADER = 16 };

void cf_build_begin(cf_build *b)
{
    b->layers = 0;
    memset(b->keep, 0, sizeof b->keep);
    b->text = NULL;
    b->text_len = 0;
}

/* The list of options says nothing here, opt_bytes does. */
static size_t cleared(cf_layer_kind kind)
{
    if (kind == CF_L_IPV4 || kind == CF_L_IPV6) return offsetof(cf_layer, u) + sizeof(cf_ip);
    return kind == CF_L_TCP ? offsetof(cf_layer, u) + offsetof(cf_tcp, opts) : sizeof(cf_layer);
}

cf_layer *cf_build_add(cf_build *b, cf_layer_kind kind)
{
    if (b->layers == CF_LAYERS_MAX) return NULL;
    cf_layer *l = &b->layer[b->layers++];
    memset(l, 0, cleared(kind));
    l->kind = kind;
    if (kind == CF_L_IPV4 || kind == CF_L_IPV6) {
        uint8_t family = kind == CF_L_IPV4 ? 4 : 6;
        l->u.ip.ttl = 255;
        l->u.ip.src.family = l->u.ip.dst.family = family;
    }
    if (kind == CF_L_PSP) l->u.psp = (cf_psp){.ext_len = 1, .flags = 1};
    return l;
}

static size_t padded_options(const cf_tcp *t)
{
    return ((size_t)t->opt_len + 3) / 4 * 4;
}

static size_t gre_length(const cf_gre *g)
{
    return 4 + (g->flags & 0x8000 ? 4u : 0u) + (g->flags & 0x2000 ? 4u : 0u) + (g->flags & 0x1000 ? 4u : 0u);
}

static size_t header_length(const cf_layer *l)
{
    switch (l->kind) {
    case CF_L_IPV4: return 20;
    case CF_L_IPV6: return 40;
    case CF_L_GRE: return gre_length(&l->u.gre);
    case CF_L_MPLS: return 4u * l->u.mpls.count;
    case CF_L_PSP: return PSP_HEADER;
    case CF_L_UDP_ENCAP:
    case CF_L_UDP: return 8;
    case CF_L_TCP: return 20 + padded_options(&l->u.tcp);
    case CF_L_ICMPV4:
    case CF_L_ICMPV6: return 8u + l->u.icmp.quote_len;
    case CF_L_OTHER: break;
    }
    return 0;
}

/* ---------- what the header before says about the next one ---------- */

static uint8_t ip_proto_of(const cf_layer *next)
{
    switch (next->kind) {
    case CF_L_IPV4: return PROTO_IPIP;
    case CF_L_IPV6: return PROTO_IPV6;
    case CF_L_GRE: return PROTO_GRE;
    case CF_L_MPLS: return PROTO_MPLS;
    case CF_L_TCP: return PROTO_TCP;
    case CF_L_UDP:
    case CF_L_UDP_ENCAP: return PROTO_UDP;
    case CF_L_ICMPV4: return PROTO_ICMP;
    case CF_L_ICMPV6: return PROTO_ICMPV6;
    case CF_L_PSP:
    case CF_L_OTHER: break;
    }
    return 255; /* reserved */
}

static uint16_t ether_type_of(const cf_layer *next)
{
    if (next->kind == CF_L_IPV4) return ETHER_IPV4;
    if (next->kind == CF_L_IPV6) return ETHER_IPV6;
    return next->kind == CF_L_MPLS ? ETHER_MPLS : 0;
}

/* ---------- headers: at points at the header, rest is its length and that of all behind it ---------- */

typedef struct place {
    uint8_t *at;
    size_t rest;
    const cf_layer *next;
    uint8_t keep;
    const cf_ip *ip;
} place;

static void put_ip4(const cf_ip *ip, const place *o)
{
    uint8_t *b = o->at;
    unsigned nibble = o->keep & CF_KEEP_HLEN ? (unsigned)ip->header_len / 4 & 15 : 5;
    b[0] = (uint8_t)(0x40 + nibble);
    b[1] = ip->tos;
    cf_set16(b + 2, o->keep & CF_KEEP_LEN ? ip->total_len : (uint32_t)o->rest & 0xFFFF);
    cf_set16(b + 4, ip->id);
    cf_set16(b + 6, ip->frag);
    b[8] = ip->ttl;
    b[9] = o->keep & CF_KEEP_PROTO || !o->next ? ip->proto : ip_proto_of(o->next);
    memcpy(b + 12, ip->src.b, 4);
    memcpy(b + 16, ip->dst.b, 4);
    cf_set16(b + 10, o->keep & CF_KEEP_SUM ? ip->sum : cf_sum_finish(cf_sum_bytes(0, b, 20)));
}

static void put_ip6(const cf_ip *ip, const place *o)
{
    uint8_t *b = o->at;
    uint32_t payload = o->keep & CF_KEEP_LEN ? (uint32_t)ip->total_len - 40 : (uint32_t)o->rest - 40;
    cf_set32(b, 6u << 28 | (uint32_t)ip->tos << 20 | (ip->flow_label & 0xFFFFF));
    cf_set16(b + 4, payload & 0xFFFF);
    b[6] = o->keep & CF_KEEP_PROTO || !o->next ? ip->proto : ip_proto_of(o->next);
    b[7] = ip->ttl;
    memcpy(b + 8, ip->src.b, 16);
    memcpy(b + 24, ip->dst.b, 16);
}

static void put_gre(const cf_gre *g, const place *o)
{
    uint8_t *at = o->at + 4;
    cf_set16(o->at, g->flags);
    cf_set16(o->at + 2, o->keep & CF_KEEP_PROTO || !o->next ? g->proto : ether_type_of(o->next));
    if (g->flags & 0x8000) {
        cf_set16(at, g->sum);
        cf_set16(at + 2, g->off);
        at += 4;
    }
    if (g->flags & 0x2000) {
        cf_set32(at, g->key);
        at += 4;
    }
    if (g->flags & 0x1000) cf_set32(at, g->seq);
}

static void put_mpls(const cf_mpls_stack *s, const place *o)
{
    for (unsigned i = 0; i < s->count; i++) {
        bool bottom = o->keep & CF_KEEP_BOTTOM ? s->e[i].bottom : i + 1u == s->count;
        uint32_t v =
            (s->e[i].label & 0xFFFFF) << 12 | (uint32_t)(s->e[i].tc & 7) << 9 | (uint32_t)bottom << 8 | s->e[i].ttl;
        cf_set32(o->at + 4 * i, v);
    }
}

static void put_psp(const cf_psp *p, const place *o)
{
    o->at[0] = o->keep & CF_KEEP_PROTO || !o->next ? p->next : ip_proto_of(o->next);
    o->at[1] = p->ext_len;
    o->at[2] = p->crypt_off;
    o->at[3] = p->flags;
    cf_set32(o->at + 4, p->spi);
}

static uint16_t transport_sum(const place *o, uint8_t proto)
{
    if (!o->ip) return cf_sum_finish(cf_sum_bytes(0, o->at, o->rest));
    return cf_sum_finish(
        cf_sum_bytes(cf_sum_pseudo(0, &o->ip->src, &o->ip->dst, proto, (uint32_t)o->rest), o->at, o->rest));
}

static void put_tcp(const cf_tcp *t, const place *o)
{
    uint8_t *b = o->at;
    unsigned doff = o->keep & CF_KEEP_DOFF ? t->doff & 15u : 5 + (unsigned)padded_options(t) / 4;
    cf_set16(b, t->sport);
    cf_set16(b + 2, t->dport);
    cf_set32(b + 4, t->seq);
    cf_set32(b + 8, t->ack);
    b[12] = (uint8_t)(doff << 4 | (t->reserved & 7u) << 1 | (t->flags >> 8 & 1u));
    b[13] = (uint8_t)(t->flags & 255);
    cf_set16(b + 14, t->win);
    cf_set16(b + 18, t->urp);
    if (t->opt_len) memcpy(b + 20, t->opt_bytes, t->opt_len);
    cf_set16(b + 16, o->keep & CF_KEEP_SUM ? t->sum : transport_sum(o, PROTO_TCP));
}

static void put_udp(const cf_udp *u, const place *o, bool carries)
{
    cf_set16(o->at, u->sport);
    cf_set16(o->at + 2, u->dport);
    cf_set16(o->at + 4, o->keep & CF_KEEP_LEN ? u->len : (uint32_t)o->rest & 0xFFFF);
    uint16_t sum = u->sum;
    if (!(o->keep & CF_KEEP_SUM)) {
        sum = carries ? 0 : transport_sum(o, PROTO_UDP);
        if (!carries && sum == 0) sum = 0xFFFF; /* RFC 768: a sum of 0 is sent as all ones */
    }
    cf_set16(o->at + 6, sum);
}

static void put_icmp(const cf_icmp *m, const place *o, bool v6)
{
    uint8_t *b = o->at;
    bool big = v6 && m->type == 2, needs_frag = !v6 && m->type == 3 && m->code == 4;
    b[0] = m->type;
    b[1] = m->code;
    if (big) cf_set32(b + 4, m->mtu);
    else {
        cf_set16(b + 4, m->id);
        cf_set16(b + 6, needs_frag ? m->mtu & 0xFFFF : m->seq);
    }
    if (m->quote_len) memcpy(b + 8, m->quote, m->quote_len);
    uint16_t sum = m->sum;
    if (!(o->keep & CF_KEEP_SUM))
        sum = v6 ? transport_sum(o, PROTO_ICMPV6) : cf_sum_finish(cf_sum_bytes(0, b, o->rest));
    cf_set16(b + 2, sum);
}

static void put_header(const cf_layer *l, const place *o)
{
    switch (l->kind) {
    case CF_L_IPV4: put_ip4(&l->u.ip, o); break;
    case CF_L_IPV6: put_ip6(&l->u.ip, o); break;
    case CF_L_GRE: put_gre(&l->u.gre, o); break;
    case CF_L_MPLS: put_mpls(&l->u.mpls, o); break;
    case CF_L_PSP: put_psp(&l->u.psp, o); break;
    case CF_L_UDP_ENCAP: put_udp(&l->u.udp, o, true); break;
    case CF_L_UDP: put_udp(&l->u.udp, o, false); break;
    case CF_L_TCP: put_tcp(&l->u.tcp, o); break;
    case CF_L_ICMPV4: put_icmp(&l->u.icmp, o, false); break;
    case CF_L_ICMPV6: put_icmp(&l->u.icmp, o, true); break;
    case CF_L_OTHER: break;
    }
}

static const char *refuse(const cf_build *b, size_t whole, size_t cap)
{
    if (b->layers == 0) return "no headers";
    if (b->layer[0].kind != CF_L_IPV4 && b->layer[0].kind != CF_L_IPV6) return "the outermost header must be IP";
    if (whole > cap) return "the buffer is too small";
    if (whole > CF_PACKET_MAX) return "longer than any IP datagram";
    for (unsigned i = 0; i < b->layers; i++) {
        if (b->layer[i].kind == CF_L_TCP && b->layer[i].u.tcp.opt_len > 40) return "more than 40 bytes of TCP options";
        if (b->layer[i].kind == CF_L_MPLS && b->layer[i].u.mpls.count > CF_MPLS_MAX) return "too many MPLS entries";
    }
    return NULL;
}

size_t cf_encode(const cf_build *b, uint8_t *out, size_t cap, const char **why)
{
    size_t start[CF_LAYERS_MAX] = {0}, whole = 0;
    const cf_ip *ip[CF_LAYERS_MAX] = {0}, *last = NULL;
    for (unsigned i = 0; i < b->layers; i++) {
        const cf_layer *l = &b->layer[i];
        if (l->kind == CF_L_IPV4 || l->kind == CF_L_IPV6) last = &l->u.ip;
        ip[i] = last;
        start[i] = whole;
        whole += header_length(l);
    }
    size_t headers = whole;
    whole += b->text_len;
    const char *no = refuse(b, whole, cap);
    if (no) {
        if (why) *why = no;
        return 0;
    }
    memset(out, 0, whole);
    if (b->text && b->text_len) memcpy(out + headers, b->text, b->text_len);
    for (unsigned i = b->layers; i-- > 0;) { /* inside out: checksums cover what is behind */
        place o = {.at = out + start[i], .rest = whole - start[i], .keep = b->keep[i], .ip = ip[i]};
        o.next = i + 1u < b->layers && b->layer[i + 1].kind != CF_L_OTHER ? &b->layer[i + 1] : NULL;
        put_header(&b->layer[i], &o);
    }
    return whole;
}
