#include <string.h>

#include "bytes.h"
#include "packet.h"
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
enum { ETHER_IPV4 = 0x0800, ETHER_IPV6 = 0x86DD, ETHER_MPLS = 0x8847 };
enum { GRE_SUM = 0x8000, GRE_KEY = 0x2000, GRE_SEQ = 0x1000 };
enum { EXT_HEADERS_MAX = 8, PSP_HEADER = 16, PSP_ICV = 16 };

_Static_assert(sizeof(cf_ip) >= sizeof(cf_udp) && sizeof(cf_ip) >= sizeof(cf_icmp) && sizeof(cf_ip) >= sizeof(cf_gre) &&
                   sizeof(cf_ip) >= sizeof(cf_psp),
               "cleared() knows the largest of those without lists");

/* What is left to decode: [at, end) of the packet. next says what the bytes at `at` are. */
typedef enum { N_IP, N_TRANSPORT, N_MPLS, N_PSP, N_DONE } next_kind;
typedef struct walk {
    cf_packet *p;
    size_t at, end;
    next_kind next;
    uint8_t proto;   /* of N_TRANSPORT */
    const cf_ip *ip; /* the innermost IP header: pseudo header */
    uint16_t psp_port;
    bool sound; /* checksums are known to be right */
} walk;

static void broken(walk *w, const char *why)
{
    if (!w->p->broken) w->p->broken = why;
}

static void stop(walk *w, const char *why)
{
    if (why) broken(w, why);
    w->next = N_DONE;
}

static size_t left(const walk *w)
{
    return w->end - w->at;
}

static const uint8_t *here(const walk *w)
{
    return w->p->bytes + w->at;
}

/* Only what is used of a layer is cleared: lists (of options, of labels) are long and mostly empty. */
static size_t cleared(cf_layer_kind kind)
{
    if (kind == CF_L_TCP) return offsetof(cf_layer, u) + offsetof(cf_tcp, opts);
    if (kind == CF_L_MPLS) return offsetof(cf_layer, u) + offsetof(cf_mpls_stack, e);
    return offsetof(cf_layer, u) + sizeof(cf_ip);
}

/* A layer of len bytes at the current place; moves on. NULL: no room for another layer. */
static cf_layer *add(walk *w, cf_layer_kind kind, size_t len)
{
    cf_packet *p = w->p;
    if (p->layers == CF_LAYERS_MAX) {
        stop(w, "more headers than the judge can hold");
        return NULL;
    }
    cf_layer *l = &p->layer[p->layers++];
    memset(l, 0, cleared(kind));
    l->kind = kind;
    l->at = (uint32_t)w->at;
    l->len = (uint32_t)len;
    w->at += len;
    return l;
}

static void set_text(walk *w)
{
    w->p->text = here(w);
    w->p->text_len = (uint32_t)left(w);
    w->next = N_DONE;
}

static bool pseudo_ok(const walk *w, const uint8_t *from, uint8_t proto)
{
    if (w->sound) return true;
    size_t len = (size_t)(w->p->bytes + w->end - from);
    cf_sum s = cf_sum_pseudo(0, &w->ip->src, &w->ip->dst, proto, (uint32_t)len);
    return cf_sum_finish(cf_sum_bytes(s, from, len)) == 0;
}

/* ---------- IP ---------- */

/* The datagram is `whole` bytes long by its own header; cuts or complains. */
static void limit(walk *w, size_t start, size_t whole, size_t header)
{
    if (whole < header) {
        stop(w, "IP length is smaller than the header");
        return;
    }
    if (start + whole > w->end) {
        broken(w, "IP length is larger than the bytes present");
        return;
    }
    if (w->p->layers == 1) w->p->trailing = (uint32_t)(w->end - start - whole);
    w->end = start + whole;
}

static void ip4(walk *w)
{
    const uint8_t *b = here(w);
    size_t start = w->at, header = left(w) ? (size_t)(b[0] & 15) * 4 : 0;
    if (left(w) < 20) {
        stop(w, "IPv4 header is cut");
        return;
    }
    bool short_ihl = header<20, cut = header> left(w);
    cf_layer *l = add(w, CF_L_IPV4, short_ihl || cut ? 20 : header);
    if (!l) return;
    cf_ip *ip = &l->u.ip;
    ip->src.family = ip->dst.family = 4;
    memcpy(ip->src.b, b + 12, 4);
    memcpy(ip->dst.b, b + 16, 4);
    ip->tos = b[1];
    ip->total_len = cf_get16(b + 2);
    ip->id = cf_get16(b + 4);
    ip->frag = cf_get16(b + 6);
    ip->ttl = b[8];
    ip->proto = b[9];
    ip->sum = cf_get16(b + 10);
    ip->header_len = (uint16_t)header;
    ip->sum_ok = !short_ihl && !cut && (w->sound || cf_sum_finish(cf_sum_bytes(0, b, header)) == 0);
    w->ip = ip;
    w->proto = ip->proto;
    w->next = N_TRANSPORT;
    if (short_ihl) stop(w, "IPv4 header length is under 20");
    else if (cut) stop(w, "IPv4 options are cut");
    else limit(w, start, ip->total_len, header);
    if ((ip->frag & 0x3FFF) == 0) return;
    w->p->fragment = true;
    broken(w, "is an IP fragment");
    if (ip->frag & 0x1FFF) stop(w, NULL);
}

static bool is_extension(uint8_t next)
{
    return next == 0 || next == 43 || next == 44 || next == 51 || next == 60 || next == 135;
}

/* Bytes of the extension header at the current place. */
static size_t extension_length(uint8_t kind, const uint8_t *b)
{
    if (kind == 44) return 8;
    if (kind == 51) return ((size_t)b[1] + 2) * 4;
    return ((size_t)b[1] + 1) * 8;
}

static void ip6_extensions(walk *w, cf_layer *l, uint8_t next)
{
    for (int i = 0; is_extension(next); i++) {
        const uint8_t *b = here(w);
        if (i == EXT_HEADERS_MAX) {
            stop(w, "more than 8 IPv6 extension headers");
            break;
        }
        if (left(w) < 8 || left(w) < extension_length(next, b)) {
            stop(w, "IPv6 extension header is cut");
            break;
        }
        size_t n = extension_length(next, b);
        bool is_fragment = next == 44;
        next = b[0];
        w->at += n;
        l->len += (uint32_t)n;
        if (!is_fragment) continue;
        l->u.ip.frag = cf_get16(b + 2);
        if ((l->u.ip.frag & 0xFFF9) == 0) continue; /* an atomic fragment: RFC 6946 */
        w->p->fragment = true;
        broken(w, "is an IP fragment");
        if (l->u.ip.frag & 0xFFF8) stop(w, NULL);
        break;
    }
    l->u.ip.proto = next;
    l->u.ip.header_len = (uint16_t)l->len;
    w->proto = next;
}

static void ip6(walk *w)
{
    const uint8_t *b = here(w);
    size_t start = w->at;
    if (left(w) < 40) {
        stop(w, "IPv6 header is cut");
        return;
    }
    cf_layer *l = add(w, CF_L_IPV6, 40);
    if (!l) return;
    cf_ip *ip = &l->u.ip;
    ip->src.family = ip->dst.family = 6;
    memcpy(ip->src.b, b + 8, 16);
    memcpy(ip->dst.b, b + 24, 16);
    uint32_t first = cf_get32(b);
    size_t payload = cf_get16(b + 4);
    ip->tos = (uint8_t)(first >> 20 & 255);
    ip->flow_label = first & 0xFFFFF;
    ip->total_len = (uint16_t)(payload + 40 > 0xFFFF ? 0xFFFF : payload + 40);
    ip->ttl = b[7];
    ip->sum_ok = true; /* there is none */
    ip->header_len = 40;
    ip->proto = b[6];
    w->ip = ip;
    w->next = N_TRANSPORT;
    limit(w, start, payload + 40, 40);
    if (w->next != N_DONE) ip6_extensions(w, l, b[6]);
}

static void ip(walk *w)
{
    if (left(w) == 0) {
        stop(w, "no IP header");
        return;
    }
    unsigned version = here(w)[0] >> 4;
    if (version == 4) ip4(w);
    else if (version == 6) ip6(w);
    else stop(w, "IP version is neither 4 nor 6");
}

/* ---------- between IP and transport ---------- */

static void gre_next(walk *w, uint16_t proto)
{
    if (proto == ETHER_IPV4 || proto == ETHER_IPV6) w->next = N_IP;
    else if (proto == ETHER_MPLS) w->next = N_MPLS;
    else set_text(w);
}

static void gre(walk *w)
{
    const uint8_t *b = here(w);
    uint16_t flags = left(w) >= 2 ? cf_get16(b) : 0;
    size_t len = 4 + (flags & GRE_SUM ? 4u : 0u) + (flags & GRE_KEY ? 4u : 0u) + (flags & GRE_SEQ ? 4u : 0u);
    if (left(w) < len) {
        stop(w, "GRE header is cut");
        return;
    }
    cf_layer *l = add(w, CF_L_GRE, len);
    if (!l) return;
    cf_gre *g = &l->u.gre;
    g->flags = flags;
    g->proto = cf_get16(b + 2);
    g->len = (uint16_t)len;
    const uint8_t *at = b + 4;
    if (flags & GRE_SUM) {
        g->sum = cf_get16(at);
        g->off = cf_get16(at + 2);
        at += 4;
    }
    if (flags & GRE_KEY) {
        g->key = cf_get32(at);
        at += 4;
    }
    if (flags & GRE_SEQ) g->seq = cf_get32(at);
    if ((flags & 7) != 0) stop(w, "GRE version is not 0");
    else gre_next(w, g->proto);
}

static void mpls(walk *w)
{
    cf_layer *l = add(w, CF_L_MPLS, 0);
    if (!l) return;
    cf_mpls_stack *s = &l->u.mpls;
    for (bool bottom = false; !bottom;) {
        if (left(w) < 4) {
            stop(w, "MPLS stack is cut");
            return;
        }
        uint32_t v = cf_get32(here(w));
        bottom = (v & 0x100) != 0;
        cf_mpls e = {.label = v >> 12, .tc = (uint8_t)(v >> 9 & 7), .bottom = bottom, .ttl = (uint8_t)(v & 255)};
        if (s->count < CF_MPLS_MAX) s->e[s->count++] = e;
        else s->deeper = true;
        w->at += 4;
        l->len += 4;
    }
    w->next = N_IP;
}

static void psp(walk *w)
{
    const uint8_t *b = here(w);
    if (left(w) < PSP_HEADER + PSP_ICV) {
        stop(w, "PSP packet is cut");
        return;
    }
    size_t len = 8 + (size_t)b[1] * 8;
    if (len < PSP_HEADER || left(w) < len + PSP_ICV) {
        stop(w, "PSP header length does not fit");
        return;
    }
    cf_layer *l = add(w, CF_L_PSP, len);
    if (!l) return;
    l->u.psp = (cf_psp){.next = b[0], .ext_len = b[1], .crypt_off = b[2], .flags = b[3], .spi = cf_get32(b + 4)};
    w->end -= PSP_ICV;
    w->proto = b[0];
    w->next = N_TRANSPORT;
}

/* ---------- transport ---------- */

static void tcp_options(cf_tcp *t)
{
    const uint8_t *b = t->opt_bytes;
    for (size_t at = 0; at < t->opt_len;) {
        cf_tcp_opt *o = &t->opts[t->opt_count++]; /* at most 40 bytes: at most 40 options */
        o->kind = b[at];
        o->len = 1;
        o->data = b + at + 1;
        if (o->kind > 1) {
            bool fits = at + 1 < t->opt_len && b[at + 1] >= 2 && at + b[at + 1] <= t->opt_len;
            if (!fits) {
                t->opts_broken = true;
                t->opt_count--;
                return;
            }
            o->len = b[at + 1];
            o->data = b + at + 2;
        }
        at += o->len;
    }
}

static void tcp(walk *w)
{
    const uint8_t *b = here(w);
    if (left(w) < 20) {
        stop(w, "TCP header is cut");
        return;
    }
    size_t header = (size_t)(b[12] >> 4) * 4;
    bool bad = header < 20 || header > left(w);
    bool sum_ok = pseudo_ok(w, b, PROTO_TCP);
    cf_layer *l = add(w, CF_L_TCP, bad ? 20 : header);
    if (!l) return;
    cf_tcp *t = &l->u.tcp;
    t->sport = cf_get16(b);
    t->dport = cf_get16(b + 2);
    t->seq = cf_get32(b + 4);
    t->ack = cf_get32(b + 8);
    t->doff = b[12] >> 4;
    t->reserved = b[12] >> 1 & 7;
    t->flags = (uint16_t)((b[12] & 1) * 256 + b[13]);
    t->win = cf_get16(b + 14);
    t->sum = cf_get16(b + 16);
    t->urp = cf_get16(b + 18);
    t->sum_ok = sum_ok;
    t->opt_bytes = b + 20;
    t->opt_len = (uint16_t)(l->len - 20);
    tcp_options(t);
    if (header < 20) broken(w, "TCP data offset is under 5");
    else if (bad) broken(w, "TCP options are cut");
    set_text(w);
}

static void udp(walk *w)
{
    const uint8_t *b = here(w);
    if (left(w) < 8) {
        stop(w, "UDP header is cut");
        return;
    }
    uint16_t len = cf_get16(b + 4), sum = cf_get16(b + 6), sport = cf_get16(b), dport = cf_get16(b + 2);
    if (len < 8 || len > left(w)) broken(w, "UDP length does not fit");
    else w->end = w->at + len;
    bool none = sum == 0 && w->ip->src.family == 4; /* RFC 768: not used; RFC 8200 forbids it with IPv6 */
    bool sum_ok = none || pseudo_ok(w, b, PROTO_UDP);
    bool carries = w->psp_port && (sport == w->psp_port || dport == w->psp_port);
    cf_layer *l = add(w, carries ? CF_L_UDP_ENCAP : CF_L_UDP, 8);
    if (!l) return;
    l->u.udp = (cf_udp){.sport = sport, .dport = dport, .len = len, .sum = sum, .sum_ok = sum_ok};
    if (carries) w->next = N_PSP;
    else set_text(w);
}

static void icmp(walk *w, bool v6)
{
    const uint8_t *b = here(w);
    if (left(w) < 8) {
        stop(w, "ICMP message is cut");
        return;
    }
    bool sum_ok = v6 ? pseudo_ok(w, b, PROTO_ICMPV6) : w->sound || cf_sum_finish(cf_sum_bytes(0, b, left(w))) == 0;
    cf_layer *l = add(w, v6 ? CF_L_ICMPV6 : CF_L_ICMPV4, 8);
    if (!l) return;
    cf_icmp *m = &l->u.icmp;
    m->type = b[0];
    m->code = b[1];
    m->sum = cf_get16(b + 2);
    m->id = cf_get16(b + 4);
    m->seq = cf_get16(b + 6);
    m->mtu = v6 ? cf_get32(b + 4) : m->seq;
    m->sum_ok = sum_ok;
    m->quote = here(w);
    m->quote_len = (uint16_t)(left(w) > 0xFFFF ? 0xFFFF : left(w));
    set_text(w);
}

static void transport(walk *w)
{
    switch (w->proto) {
    case PROTO_TCP: tcp(w); break;
    case PROTO_UDP: udp(w); break;
    case PROTO_ICMP: icmp(w, false); break;
    case PROTO_ICMPV6: icmp(w, true); break;
    case PROTO_GRE: gre(w); break;
    case PROTO_MPLS: mpls(w); break;
    case PROTO_IPIP:
    case PROTO_IPV6: ip(w); break;
    default:
        if (add(w, CF_L_OTHER, 0)) set_text(w);
    }
}

static void decode(cf_packet *p, const uint8_t *bytes, size_t len, uint16_t psp_port, bool sound)
{
    memset(p, 0, offsetof(cf_packet, layer));
    p->bytes = bytes;
    p->len = len;
    walk w = {
        .p = p, .end = len > CF_PACKET_MAX ? CF_PACKET_MAX : len, .next = N_IP, .psp_port = psp_port, .sound = sound};
    if (len > CF_PACKET_MAX) broken(&w, "is longer than any IP datagram");
    while (w.next != N_DONE) {
        switch (w.next) {
        case N_IP: ip(&w); break;
        case N_TRANSPORT: transport(&w); break;
        case N_MPLS: mpls(&w); break;
        case N_PSP: psp(&w); break;
        case N_DONE: break;
        }
    }
}

void cf_packet_decode_psp(cf_packet *p, const uint8_t *bytes, size_t len, uint16_t psp_port)
{
    decode(p, bytes, len, psp_port, false);
}

void cf_packet_decode(cf_packet *p, const uint8_t *bytes, size_t len)
{
    decode(p, bytes, len, 0, false);
}

void cf_packet_decode_sound(cf_packet *p, const uint8_t *bytes, size_t len)
{
    decode(p, bytes, len, 0, true);
}

/* ---------- finding layers ---------- */

static const cf_layer *innermost(const cf_packet *p, cf_layer_kind a, cf_layer_kind b)
{
    for (unsigned i = p->layers; i-- > 0;)
        if (p->layer[i].kind == a || p->layer[i].kind == b) return &p->layer[i];
    return NULL;
}

const cf_ip *cf_packet_ip(const cf_packet *p)
{
    const cf_layer *l = innermost(p, CF_L_IPV4, CF_L_IPV6);
    return l ? &l->u.ip : NULL;
}

const cf_tcp *cf_packet_tcp(const cf_packet *p)
{
    const cf_layer *l = innermost(p, CF_L_TCP, CF_L_TCP);
    return l ? &l->u.tcp : NULL;
}

const cf_udp *cf_packet_udp(const cf_packet *p)
{
    const cf_layer *l = innermost(p, CF_L_UDP, CF_L_UDP);
    return l ? &l->u.udp : NULL;
}

const cf_icmp *cf_packet_icmp(const cf_packet *p)
{
    const cf_layer *l = innermost(p, CF_L_ICMPV4, CF_L_ICMPV6);
    return l ? &l->u.icmp : NULL;
}
