#include "seg.h"

#include <string.h>

#include "../packet/bytes.h"

enum { PROTO_ICMP = 1, PROTO_IPIP = 4, PROTO_TCP = 6, PROTO_IPV6 = 41, PROTO_GRE = 47, PROTO_ICMPV6 = 58 };
enum { EXT_HOP = 0, EXT_ROUTING = 43, EXT_FRAGMENT = 44, EXT_AUTH = 51, EXT_DEST = 60 };
enum {
    ETHER_IPV4 = 0x0800,
    ETHER_IPV6 = 0x86DD,
    GRE_SUM = 0x8000,
    GRE_KEY = 0x2000,
    GRE_SEQ = 0x1000,
    DEPTH_MAX = 4,
    EXT_MAX = 8,
    ICMP_QUOTE_AT = 8,
    IP4_HEADER = 20,
    IP6_HEADER = 40,
    TCP_HEADER = 20
};

/* ---------- hashes ---------- */

#define MULTIPLIER 0x9E3779B97F4A7C15ull
#define BASE 0xD6E8FEB86659FD93ull

static uint64_t load8(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * MULTIPLIER;
    return h ^ h >> 32;
}

/* Four lanes, so that a multiplication need not wait for the one before. */
uint64_t cf_hash(const uint8_t *p, size_t len)
{
    uint64_t h[4] = {len, 1, 2, 3}, last = 0;
    size_t i = 0;
    for (; i + 32 <= len; i += 32)
        for (int k = 0; k < 4; k++) h[k] = mix(h[k], load8(p + i + 8 * k));
    for (; i + 8 <= len; i += 8) h[0] = mix(h[0], load8(p + i));
    for (; i < len; i++) last = last << 8 | p[i];
    return mix(mix(mix(h[0], h[1]), mix(h[2], h[3])), last);
}

uint64_t cf_hash_rolling(const uint8_t *p, size_t len)
{
    const uint64_t b1 = BASE, b2 = b1 * b1, b3 = b2 * b1, b4 = b2 * b2;
    uint64_t h = 0;
    size_t i = 0;
    for (; i + 4 <= len; i += 4)
        h = h * b4 + ((p[i] + 1u) * b3 + (p[i + 1] + 1u) * b2) + ((p[i + 2] + 1u) * b1 + (p[i + 3] + 1u));
    for (; i < len; i++) h = h * b1 + (p[i] + 1u);
    return h;
}

uint64_t cf_hash_join(uint64_t left, uint64_t right, uint64_t right_len)
{
    uint64_t power = 1, square = BASE;
    for (; right_len; right_len >>= 1, square *= square)
        if (right_len & 1) power *= square;
    return left * power + right;
}

/* ---------- checksum ---------- */

static uint64_t add_words(uint64_t sum, const uint8_t *p, size_t len)
{
    size_t i = 0;
    for (; i + 4 <= len; i += 4) sum += cf_get32(p + i);
    if (i + 2 <= len) {
        sum += cf_get16(p + i);
        i += 2;
    }
    return i < len ? sum + (uint64_t)p[i] * 256 : sum;
}

/* add_words counts 32-bit words: folding to 16 bits gives the same as counting 16-bit words. */
static uint64_t folded(uint64_t sum)
{
    while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
    return sum;
}

/* A sender that leaves the sum to the card puts that of the pseudo header there, of one that the card will cut without
 * the length; a capture before the card has it. One time in 65536 that happens to be the right one as well, and says
 * as little. */
static uint8_t sum_mark(const cf_ends *e, const uint8_t *tcp, uint32_t len)
{
    size_t n = e->family == 4 ? 4 : 16;
    uint64_t to_cut = add_words(add_words(PROTO_TCP, e->src, n), e->dst, n), pseudo = to_cut + len;
    uint16_t sum = cf_get16(tcp + 16);
    if (folded(pseudo) == sum || folded(to_cut) == sum) return CF_M_NO_SUM;
    return folded(add_words(pseudo, tcp, len)) == 0xFFFF ? 0 : CF_M_BAD_SUM;
}

/* ---------- headers ---------- */

/* The packet being read: [p, p + cap) was captured, of len bytes on the wire (both from the current header on). */
typedef struct {
    const uint8_t *p;
    uint32_t cap, len;
    uint8_t proto;
    cf_seg *s;
    cf_ends *e;
    bool rolling;
} walk;

static void step(walk *w, uint32_t n)
{
    w->p += n;
    w->cap -= n;
    w->len -= n < w->len ? n : w->len;
}

static cf_seg_what ip4(walk *w)
{
    const uint8_t *p = w->p;
    if (w->cap < IP4_HEADER) return CF_SEG_SHORT;
    uint32_t header = (p[0] & 15u) * 4u, total = cf_get16(p + 2);
    if (header < IP4_HEADER) return CF_SEG_BROKEN;
    if (total == 0) total = w->len; /* segmentation offload: the length is filled in later */
    if (total < header) return CF_SEG_BROKEN;
    if (w->cap < header) return CF_SEG_SHORT;
    if (cf_get16(p + 6) & 0x3FFF) return CF_SEG_FRAGMENT;
    w->s->tos = p[1];
    w->s->ip_id = cf_get16(p + 4);
    w->s->ttl = p[8];
    w->s->mark = (uint8_t)(p[6] & 0x40 ? CF_M_DF : 0);
    w->proto = p[9];
    memset(w->e, 0, sizeof *w->e);
    w->e->family = 4;
    memcpy(w->e->src, p + 12, 4);
    memcpy(w->e->dst, p + 16, 4);
    w->len = total; /* what follows is padding of the link */
    if (w->cap > total) w->cap = total;
    step(w, header);
    return CF_SEG_OK;
}

static cf_seg_what ip6_extensions(walk *w)
{
    for (int i = 0; i < EXT_MAX; i++) {
        uint32_t n;
        switch (w->proto) {
        case EXT_FRAGMENT: return CF_SEG_FRAGMENT;
        case EXT_HOP:
        case EXT_ROUTING:
        case EXT_DEST:
        case EXT_AUTH: break;
        default: return CF_SEG_OK;
        }
        if (w->cap < 8) return CF_SEG_SHORT;
        n = w->proto == EXT_AUTH ? (w->p[1] + 2u) * 4u : (w->p[1] + 1u) * 8u;
        if (w->len < n) return CF_SEG_BROKEN;
        if (w->cap < n) return CF_SEG_SHORT;
        w->proto = w->p[0];
        step(w, n);
    }
    return CF_SEG_BROKEN;
}

static cf_seg_what ip6(walk *w)
{
    const uint8_t *p = w->p;
    if (w->cap < IP6_HEADER) return CF_SEG_SHORT;
    uint32_t total = IP6_HEADER + (uint32_t)cf_get16(p + 4);
    if (total == IP6_HEADER && w->len > total) total = w->len; /* offload, or a jumbogram */
    w->s->tos = (uint8_t)(cf_get16(p) >> 4);
    w->s->ip_id = 0;
    w->s->ttl = p[7];
    w->s->mark = CF_M_DF; /* no router cuts it */
    w->proto = p[6];
    memset(w->e, 0, sizeof *w->e);
    w->e->family = 6;
    memcpy(w->e->src, p + 8, 16);
    memcpy(w->e->dst, p + 24, 16);
    w->len = total;
    if (w->cap > total) w->cap = total;
    step(w, IP6_HEADER);
    return ip6_extensions(w);
}

static cf_seg_what ip(walk *w)
{
    if (w->cap < 1) return CF_SEG_SHORT;
    int version = w->p[0] >> 4;
    return version == 4 ? ip4(w) : version == 6 ? ip6(w) : CF_SEG_BROKEN;
}

static cf_seg_what gre(walk *w)
{
    if (w->cap < 4) return CF_SEG_SHORT;
    uint32_t flags = cf_get16(w->p), type = cf_get16(w->p + 2);
    uint32_t n = 4u + (flags & GRE_SUM ? 4 : 0) + (flags & GRE_KEY ? 4 : 0) + (flags & GRE_SEQ ? 4 : 0);
    if (flags & 7 || (type != ETHER_IPV4 && type != ETHER_IPV6)) return CF_SEG_NOT_TCP;
    if (w->cap < n) return CF_SEG_SHORT;
    step(w, n);
    return ip(w);
}

/* ---------- transport ---------- */

static void payload(walk *w, uint32_t header)
{
    cf_seg *s = w->s;
    step(w, header);
    s->len = w->len;
    if (w->cap < w->len) s->mark |= CF_M_CUT;
    s->hash = w->cap == 0 ? 0 : w->rolling ? cf_hash_rolling(w->p, w->cap) : cf_hash(w->p, w->cap);
}

static cf_seg_what tcp(walk *w)
{
    cf_seg *s = w->s;
    const uint8_t *p = w->p;
    if (w->len < TCP_HEADER) return CF_SEG_BROKEN;
    if (w->cap < TCP_HEADER) return CF_SEG_SHORT;
    uint32_t header = (p[12] >> 4) * 4u;
    if (header < TCP_HEADER || header > w->len) return CF_SEG_BROKEN;
    if (header > w->cap) return CF_SEG_SHORT;
    s->kind = CF_SEG_TCP;
    w->e->sport = cf_get16(p);
    w->e->dport = cf_get16(p + 2);
    s->seq = cf_get32(p + 4);
    s->ack = cf_get32(p + 8);
    s->flags = (uint16_t)((p[12] & 1) << 8 | p[13]);
    s->win = cf_get16(p + 14);
    s->urg = cf_get16(p + 18);
    s->opt_len = (uint8_t)(header - TCP_HEADER);
    memcpy(s->opts, p + TCP_HEADER, s->opt_len);
    if (w->cap < w->len) s->mark |= CF_M_NO_SUM;
    else s->mark = (uint8_t)(s->mark | sum_mark(w->e, p, w->len));
    payload(w, header);
    return CF_SEG_OK;
}

static void turn(cf_ends *e)
{
    cf_ends old = *e;
    memcpy(e->src, old.dst, 16);
    memcpy(e->dst, old.src, 16);
    e->sport = old.dport;
    e->dport = old.sport;
}

/* An error message about a TCP packet. It belongs to the connection of the quoted packet and comes from its far end, or
 * from a router on the way there: ends are turned. */
static cf_seg_what icmp(walk *w)
{
    cf_seg *s = w->s;
    if (w->cap < ICMP_QUOTE_AT) return CF_SEG_SHORT;
    uint16_t type_code = cf_get16(w->p);
    bool six = w->proto == PROTO_ICMPV6;
    uint32_t mtu = six && w->p[0] == 2 ? cf_get32(w->p + 4) : cf_get16(w->p + 6);
    cf_seg quoted = {0};
    cf_ends ends;
    walk q = {w->p + ICMP_QUOTE_AT, w->cap - ICMP_QUOTE_AT, w->cap - ICMP_QUOTE_AT, 0, &quoted, &ends, false};
    cf_seg_what what = ip(&q);
    if (what == CF_SEG_SHORT) return CF_SEG_NOT_TCP;
    if (what != CF_SEG_OK || q.proto != PROTO_TCP || q.cap < 8) return CF_SEG_NOT_TCP;
    *w->e = ends;
    w->e->sport = cf_get16(q.p);
    w->e->dport = cf_get16(q.p + 2);
    turn(w->e);
    s->kind = CF_SEG_ICMP;
    s->urg = type_code;
    s->win = (uint16_t)(mtu > 0xFFFF ? 0xFFFF : mtu);
    s->ack = cf_get32(q.p + 4); /* quoted sequence number: a position of the side that is told */
    s->hash = (uint64_t)type_code << 32 | mtu;
    return CF_SEG_OK;
}

cf_seg_what cf_seg_read(cf_seg *s, cf_ends *ends, const uint8_t *bytes, uint32_t cap, bool rolling)
{
    walk w = {bytes, cap, cap, 0, s, ends, rolling};
    cf_seg_what what = ip(&w);
    for (int i = 0; i < DEPTH_MAX && what == CF_SEG_OK; i++) {
        switch (w.proto) {
        case PROTO_TCP: return tcp(&w);
        case PROTO_ICMP:
        case PROTO_ICMPV6: return icmp(&w);
        case PROTO_IPIP:
        case PROTO_IPV6: what = ip(&w); break;
        case PROTO_GRE: what = gre(&w); break;
        default: return CF_SEG_NOT_TCP;
        }
    }
    return what == CF_SEG_OK ? CF_SEG_NOT_TCP : what;
}
