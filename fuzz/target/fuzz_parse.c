/* fuzz_parse — one packet, two codecs: the stack's and the judge's must agree on what is acceptable and on every field.
 *
 * Input: one byte of choices, then a raw IP packet. Choices: 1 = make the IPv4 header checksum right first, 2 = make
 * the transport checksum right first (a fuzzer cannot guess checksums; half the inputs should get behind them). */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/packet.h"
#include "../../conformance/packet/sum.h"
#include "../../stack/wire/icmp.h"
#include "../../stack/wire/packet.h"
#include "../../stack/wire/tcp_opt.h"
#include "../codec/options.h"
#include "../codec/same.h"

enum { FIX_IP_SUM = 1, FIX_TRANSPORT_SUM = 2, PACKET_ROOM = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void put16(uint8_t *at, uint16_t v)
{
    at[0] = (uint8_t)(v >> 8);
    at[1] = (uint8_t)v;
}

/* ---------- making checksums right ---------- */

static void fix_sums(uint8_t *pkt, size_t len, uint8_t choices)
{
    cf_packet p;
    cf_packet_decode(&p, pkt, len);
    if (p.layers == 0) return;
    const cf_layer *ip = &p.layer[0];
    if ((choices & FIX_IP_SUM) && ip->kind == CF_L_IPV4 && ip->u.ip.header_len >= 20 && ip->u.ip.header_len <= len) {
        put16(pkt + 10, 0);
        put16(pkt + 10, cf_sum_finish(cf_sum_bytes(0, pkt, ip->u.ip.header_len)));
    }
    if (!(choices & FIX_TRANSPORT_SUM) || p.layers < 2) return;
    const cf_layer *up = &p.layer[1];
    size_t end = len - p.trailing, at = up->kind == CF_L_TCP ? 16 : 2;
    if (end < up->at + at + 2u || (up->kind != CF_L_TCP && up->kind != CF_L_ICMPV4 && up->kind != CF_L_ICMPV6)) return;
    size_t n = end - up->at;
    put16(pkt + up->at + at, 0);
    cf_sum s = 0;
    if (up->kind == CF_L_TCP) s = cf_sum_pseudo(s, &ip->u.ip.src, &ip->u.ip.dst, 6, (uint32_t)n);
    if (up->kind == CF_L_ICMPV6) s = cf_sum_pseudo(s, &ip->u.ip.src, &ip->u.ip.dst, 58, (uint32_t)n);
    put16(pkt + up->at + at, cf_sum_finish(cf_sum_bytes(s, pkt + up->at, n)));
}

/* ---------- what the judge does not judge ---------- */

/* An IPv6 packet with extension headers: the judge steps over them all, a host must refuse some (RFC 8200 4). About a
 * fragment header alone there is no doubt (RFC 6946). */
static bool has_extensions(const cf_packet *p)
{
    enum { FRAGMENT = 44, TCP = 6, NEXT = 6, SECOND = 40 };
    static const uint8_t kinds[] = {0, 43, FRAGMENT, 51, 60, 135};
    if (p->layers == 0 || p->layer[0].kind != CF_L_IPV6) return false;
    if (p->bytes[NEXT] == FRAGMENT && p->len > SECOND && p->bytes[SECOND] == TCP) return false;
    for (size_t i = 0; i < sizeof kinds; i++)
        if (p->bytes[6] == kinds[i]) return true;
    return false;
}

static bool judge_takes_ip(const cf_packet *p)
{
    if (p->layers == 0) return false;
    const cf_layer *l = &p->layer[0];
    bool fragment = l->kind == CF_L_IPV4 && (l->u.ip.frag & 0x3FFF);
    return (l->kind == CF_L_IPV4 || l->kind == CF_L_IPV6) && l->u.ip.sum_ok && !fragment;
}

static const cf_tcp *judge_tcp(const cf_packet *p)
{
    bool there = judge_takes_ip(p) && !p->broken && p->layers == 2 && p->layer[1].kind == CF_L_TCP;
    return there && p->layer[1].u.tcp.sum_ok ? &p->layer[1].u.tcp : NULL;
}

/* ---------- fields ---------- */

static void same_addr(const char *field, const rs_addr *a, const cf_addr *b)
{
    SAME(field, a->family, b->family);
    SAME(field, memcmp(a->bytes, b->b, a->family == 4 ? 4 : 16), 0);
}

static void same_segment(const rs_seg *s, const cf_packet *p, const cf_tcp *t)
{
    const cf_ip *ip = &p->layer[0].u.ip;
    same_addr("source address", &s->src.addr, &ip->src);
    same_addr("destination address", &s->dst.addr, &ip->dst);
    SAME("ttl", s->ttl, ip->ttl);
    SAME("tos", s->tos, ip->tos);
    SAME("source port", s->src.port, t->sport);
    SAME("destination port", s->dst.port, t->dport);
    SAME("seq", s->seq.raw, t->seq);
    SAME("ack", s->ack.raw, t->ack);
    SAME("flags", s->flags, t->flags);
    SAME("window", s->wnd, t->win);
    SAME("urgent pointer", s->up, t->urp);
    SAME("text length", s->text.len, p->text_len);
    SAME("payload", s->text.len == p->text_len ? memcmp(s->text.data, p->text, s->text.len) : 0, 0);
}

/* ---------- one codec writes, the other reads ---------- */

static void stack_writes(const rs_seg *s)
{
    uint8_t out[PACKET_ROOM];
    /* What came without padding may not fit with it; the stack itself never wants so much. */
    if (rs_opts_len(&s->opts, s->flags & RS_SYN) > RS_OPT_BYTES) return;
    size_t n = rs_packet_build(out, sizeof out, s, &(rs_packet_how){0});
    if (n == 0) return; /* too long for the room */
    cf_packet p;
    cf_packet_decode(&p, out, n);
    const cf_tcp *t = judge_tcp(&p);
    if (!t) {
        fz_fail("O20 codec", "the judge refuses what the stack wrote: %s", p.broken ? p.broken : "a checksum");
        return;
    }
    same_segment(s, &p, t);
    SAME("reserved bits written", 0, t->reserved);
    if (!(s->flags & RS_SYN)) return;
    rs_opts again = fz_judge_opts(t);
    SAME("mss written", s->opts.has_mss, again.has_mss);
    SAME("wscale written", s->opts.has_wscale, again.has_wscale);
    SAME("ts written", s->opts.has_ts, again.has_ts);
}

static bool equal_sum(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, 2) == 0 ||
           ((a[0] ^ b[0]) == 0xff && (a[1] ^ b[1]) == 0xff); /* the two zeros of this arithmetic */
}

/* Decoding and encoding again gives the same bytes when the packet has nothing that is not kept in the layers. */
static void judge_writes(const cf_packet *p)
{
    const cf_ip *ip = &p->layer[0].u.ip;
    bool v4 = p->layer[0].kind == CF_L_IPV4;
    if (p->trailing || ip->header_len != (v4 ? 20 : 40) || p->len > PACKET_ROOM) return;
    cf_build b = {.layers = 2, .layer = {p->layer[0], p->layer[1]}, .text = p->text, .text_len = p->text_len};
    uint8_t out[PACKET_ROOM];
    const char *why = NULL;
    size_t n = cf_encode(&b, out, sizeof out, &why), sum = p->layer[1].at + 16u;
    SAME("length when written again", p->len, n);
    if (n != p->len) return;
    bool sums = equal_sum(out + sum, p->bytes + sum) && (!v4 || equal_sum(out + 10, p->bytes + 10));
    memcpy(out + sum, p->bytes + sum, 2);
    if (v4) memcpy(out + 10, p->bytes + 10, 2);
    if (!sums || memcmp(out, p->bytes, n) != 0) fz_fail("O20 codec", "the judge does not write what it read");
}

/* ---------- ICMP ---------- */

static void check_icmp(const rs_ip *ip, const cf_packet *p)
{
    rs_icmp_msg m;
    bool taken = rs_icmp_parse(ip, &m) == RS_WIRE_OK;
    cf_layer_kind kind = ip->src.family == RS_IPV4 ? CF_L_ICMPV4 : CF_L_ICMPV6;
    bool expected = !p->broken && p->layers == 2 && p->layer[1].kind == kind && p->layer[1].u.icmp.sum_ok;
    SAME("ICMP taken", taken, expected);
    if (!taken || !expected) return;
    const cf_icmp *j = &p->layer[1].u.icmp;
    SAME("ICMP type", m.type, j->type);
    SAME("ICMP code", m.code, j->code);
    SAME("ICMP data", m.data.len, j->quote_len);
    if (m.kind == RS_IM_TOO_BIG) SAME("ICMP mtu", m.mtu, j->mtu);
    rs_icmp_quote quote;
    if (rs_icmp_is_error(m.kind) && rs_icmp_parse_quote(&m, &quote) == RS_WIRE_OK)
        SAME("quoted family", quote.src.addr.family, ip->src.family);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static uint8_t room[CF_PACKET_MAX];
    if (len < 1 || len - 1 > sizeof room) return 0;
    /* At the end of the room: a read behind the packet is a read behind the array. */
    uint8_t *pkt = room + sizeof room - (len - 1);
    memcpy(pkt, data + 1, len - 1);
    fix_sums(pkt, len - 1, data[0]);
    cf_packet p;
    cf_packet_decode(&p, pkt, len - 1);
    rs_bytes bytes = {pkt, len - 1};
    rs_ip ip;
    rs_seg seg;
    bool ip_taken = rs_ip_parse(bytes, &ip) == RS_WIRE_OK, taken = rs_packet_parse(bytes, &seg) == RS_WIRE_OK;
    const cf_tcp *t = judge_tcp(&p);
    if (!has_extensions(&p)) {
        SAME("segment taken", taken, t != NULL);
        if (ip_taken && !judge_takes_ip(&p))
            fz_fail("O20 codec", "the stack takes an IP packet that the judge refuses");
        if (ip_taken) check_icmp(&ip, &p);
    }
    if (!taken || !t) return 0;
    same_segment(&seg, &p, t);
    fz_same_opts(&seg.opts, t);
    stack_writes(&seg);
    judge_writes(&p);
    return 0;
}
