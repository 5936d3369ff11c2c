#include "ip4.h"

#include "../base/bytes.h"
#include "../base/check.h"
#include "checksum.h"

enum { FLAG_DF = 0x4000, FLAG_MF = 0x2000, FRAGMENT_OFFSET = 0x1fff };

static size_t header_len(const uint8_t *b)
{
    return (size_t)(b[0] & 15) * 4;
}

/* What holds for whole packets and for quoted ones: a header that is there. */
static rs_wire check_header(rs_bytes pkt)
{
    if (pkt.len < RS_IP4_BYTES) return RS_WIRE_TOO_SHORT;
    if (pkt.data[0] >> 4 != RS_IPV4) return RS_WIRE_BAD_VERSION;
    size_t hlen = header_len(pkt.data);
    return hlen < RS_IP4_BYTES || hlen > pkt.len ? RS_WIRE_BAD_IP_HEADER_LENGTH : RS_WIRE_OK;
}

static rs_addr load_addr(const uint8_t *b)
{
    rs_addr a = {.family = RS_IPV4};
    memcpy(a.bytes, b, 4);
    return a;
}

static void take_header(const uint8_t *b, rs_ip *out)
{
    *out = (rs_ip){
        .src = load_addr(b + 12),
        .dst = load_addr(b + 16),
        .proto = b[9],
        .ttl = b[8],
        .tos = b[1],
        .df = (rs_load16(b + 6) & FLAG_DF) != 0,
        .id = rs_load16(b + 4),
    };
}

rs_wire rs_ip4_parse(rs_bytes pkt, rs_ip *out)
{
    rs_wire bad = check_header(pkt);
    if (bad) return bad;
    const uint8_t *b = pkt.data;
    size_t hlen = header_len(b), total = rs_load16(b + 2);
    if (total < hlen || total > pkt.len) return RS_WIRE_BAD_IP_LENGTH;
    if (rs_sum_finish(rs_sum_bytes(b, hlen)) != 0) return RS_WIRE_BAD_IP_CHECKSUM;
    if (rs_load16(b + 6) & (FLAG_MF | FRAGMENT_OFFSET)) return RS_WIRE_FRAGMENT;
    take_header(b, out);
    out->payload = (rs_bytes){b + hlen, total - hlen};
    return RS_WIRE_OK;
}

rs_wire rs_ip4_parse_quote(rs_bytes quote, rs_ip *out)
{
    rs_wire bad = check_header(quote);
    if (bad) return bad;
    const uint8_t *b = quote.data;
    size_t hlen = header_len(b);
    /* A first fragment still begins with the TCP header. */
    if (rs_load16(b + 6) & FRAGMENT_OFFSET) return RS_WIRE_FRAGMENT;
    take_header(b, out);
    out->payload = (rs_bytes){b + hlen, quote.len - hlen};
    return RS_WIRE_OK;
}

/* Of the header that rs_ip4_build writes, from its numbers: reading back what was just written would wait for it. */
static uint16_t header_sum(const rs_ip *ip)
{
    uint32_t src = rs_load32(ip->src.bytes), dst = rs_load32(ip->dst.bytes);
    uint32_t sum = ((RS_IPV4 << 4 | RS_IP4_BYTES / 4) << 8 | ip->tos) + (uint32_t)(RS_IP4_BYTES + ip->payload.len) +
                   ip->id + (ip->df ? FLAG_DF : 0u) + ((uint32_t)ip->ttl << 8 | ip->proto);
    sum += (src >> 16) + (src & UINT16_MAX) + (dst >> 16) + (dst & UINT16_MAX);
    sum = (sum & UINT16_MAX) + (sum >> 16);
    sum = (sum & UINT16_MAX) + (sum >> 16);
    return (uint16_t)~sum;
}

void rs_ip4_build(uint8_t *out, const rs_ip *ip)
{
    rs_check(ip->payload.len <= UINT16_MAX - RS_IP4_BYTES);
    out[0] = RS_IPV4 << 4 | RS_IP4_BYTES / 4;
    out[1] = ip->tos;
    rs_store16(out + 2, (uint16_t)(RS_IP4_BYTES + ip->payload.len));
    rs_store16(out + 4, ip->id);
    rs_store16(out + 6, ip->df ? FLAG_DF : 0);
    out[8] = ip->ttl;
    out[9] = ip->proto;
    rs_store16(out + 10, header_sum(ip));
    memcpy(out + 12, ip->src.bytes, 4);
    memcpy(out + 16, ip->dst.bytes, 4);
}
