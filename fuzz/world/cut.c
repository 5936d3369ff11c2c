#include "cut.h"

#include <string.h>

#include "../../conformance/packet/bytes.h"
#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../../conformance/packet/sum.h"

enum {
    IP6_HEADER = 40,
    TCP_PROTO = 6,
    SEQ_AT = 4,
    FLAGS_AT = 13,
    SUM_AT = 16,
    IP4_LEN_AT = 2,
    IP4_SUM_AT = 10,
    IP6_LEN_AT = 4
};

static bool can_be_cut(const cf_packet *p, size_t len, uint32_t at)
{
    const cf_ip *ip = cf_packet_ip(p);
    const cf_tcp *t = cf_packet_tcp(p);
    if (!ip || !t || p->layers != 2 || len > FZ_CUT_BYTES || !t->sum_ok) return false;
    for (unsigned i = 0; i < t->opt_count; i++)
        if (t->opts[i].kind == CF_KIND_MD5) return false; /* signed as it is */
    return p->text_len > at && at > 0 && !(t->flags & (CF_SYN | CF_RST | CF_URG));
}

static void put16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xFFFF);
}

/* Lengths and checksums of a packet whose text has changed. */
static void finish(uint8_t *pkt, size_t len, const cf_ip *ip, size_t ip_len)
{
    uint8_t *tcp = pkt + ip_len;
    uint32_t tcp_len = (uint32_t)(len - ip_len);
    if (ip->src.family == 4) {
        put16(pkt + IP4_LEN_AT, len);
        put16(pkt + IP4_SUM_AT, 0);
        put16(pkt + IP4_SUM_AT, cf_sum_finish(cf_sum_bytes(0, pkt, ip_len)));
    } else {
        put16(pkt + IP6_LEN_AT, tcp_len);
    }
    put16(tcp + SUM_AT, 0);
    cf_sum s = cf_sum_pseudo(0, &ip->src, &ip->dst, TCP_PROTO, tcp_len);
    put16(tcp + SUM_AT, cf_sum_finish(cf_sum_bytes(s, tcp, tcp_len)));
}

bool fz_cut(rs_bytes pkt, uint32_t at, fz_halves *out)
{
    cf_packet p;
    cf_packet_decode(&p, pkt.data, pkt.len);
    if (!can_be_cut(&p, pkt.len, at)) return false;
    const cf_ip *ip = cf_packet_ip(&p);
    const cf_tcp *t = cf_packet_tcp(&p);
    size_t ip_len = ip->src.family == 4 ? ip->header_len : IP6_HEADER, head = ip_len + t->doff * 4u;
    if (head + p.text_len > pkt.len) return false; /* a header that the judge reads otherwise */
    memcpy(out->first, pkt.data, head + at);
    memcpy(out->second, pkt.data, head);
    memcpy(out->second + head, pkt.data + head + at, p.text_len - at);
    out->first_len = head + at;
    out->second_len = head + p.text_len - at;
    out->first[ip_len + FLAGS_AT] &= (uint8_t)~(CF_FIN | CF_PSH);
    out->second[ip_len + FLAGS_AT] &= (uint8_t)~CF_CWR; /* once (RFC 3168 6.1.2) */
    put32(out->second + ip_len + SEQ_AT, t->seq + at);
    finish(out->first, out->first_len, ip, ip_len);
    finish(out->second, out->second_len, ip, ip_len);
    return true;
}
