#include "packet.h"

#include <string.h>

#include "../base/bytes.h"
#include "../base/check.h"
#include "ip4.h"
#include "ip6.h"
#include "tcp_hdr.h"
#include "tcp_opt.h"

rs_wire rs_ip_parse(rs_bytes pkt, rs_ip *out)
{
    if (pkt.len == 0) return RS_WIRE_TOO_SHORT;
    switch (pkt.data[0] >> 4) {
    case RS_IPV4: return rs_ip4_parse(pkt, out);
    case RS_IPV6: return rs_ip6_parse(pkt, out);
    default: return RS_WIRE_BAD_VERSION;
    }
}

rs_wire rs_packet_seg(const rs_ip *ip, rs_seg *out)
{
    if (ip->proto != RS_PROTO_TCP) return RS_WIRE_NOT_TCP;
    size_t len = ip->payload.len;
    if (len < RS_TCP_BYTES) return RS_WIRE_TOO_SHORT;
    rs_sum sum = rs_sum_pseudo(&ip->src, &ip->dst, RS_PROTO_TCP, (uint32_t)len);
    if (rs_sum_finish(rs_sum_add(sum, rs_sum_bytes(ip->payload.data, len))) != 0) return RS_WIRE_BAD_TCP_CHECKSUM;
    out->src.addr = ip->src;
    out->dst.addr = ip->dst;
    out->ttl = ip->ttl;
    out->tos = ip->tos;
    out->ip_len = 0;
    rs_wire bad = rs_tcp_hdr_parse(ip->payload, out);
    if (!bad) out->head = (rs_bytes){ip->payload.data, RS_TCP_BYTES + (size_t)out->opts.wire_len};
    return bad;
}

rs_wire rs_packet_parse(rs_bytes pkt, rs_seg *out)
{
    rs_ip ip;
    rs_wire bad = rs_ip_parse(pkt, &ip);
    return bad ? bad : rs_packet_seg(&ip, out);
}

size_t rs_ip_build(uint8_t *out, const rs_ip *ip)
{
    if (ip->src.family == RS_IPV6) rs_ip6_build(out, ip);
    else rs_ip4_build(out, ip);
    return rs_ip_len(ip->src.family);
}

size_t rs_packet_len(const rs_seg *seg)
{
    return rs_ip_len(seg->src.addr.family) + rs_tcp_hdr_len(seg) + seg->text.len;
}

/* The one copy of the payload, and its sum. */
static rs_sum put_text(uint8_t *out, const rs_seg *seg, const rs_packet_how *how)
{
    if (seg->text.data) return rs_sum_copy(out, seg->text.data, seg->text.len);
    if (seg->text.len == 0) return (rs_sum){0};
    rs_check(how->fill != NULL);
    return how->fill(how->fill_ctx, out, seg->text.len);
}

/* What an IP packet can hold: the IPv4 length counts its header, the IPv6 length does not. */
static bool fits_ip(uint8_t family, size_t tcp_len)
{
    return tcp_len <= (family == RS_IPV6 ? UINT16_MAX : UINT16_MAX - RS_IP4_BYTES);
}

static void authenticate(const rs_seg *seg, const rs_packet_how *how, uint8_t *tcp, uint8_t hlen)
{
    uint8_t mac[RS_MAC_BYTES_MAX];
    rs_ao_bytes b = {
        .src = &seg->src, .dst = &seg->dst, .tcp = tcp, .text = tcp + hlen, .hlen = hlen, .text_len = seg->text.len};
    rs_ao_mac(&how->ao, &how->ao_place, &b, mac);
    memcpy(tcp + RS_TCP_BYTES + RS_OPT_AO_MAC_AT, mac, seg->opts.ao_mac_len);
}

size_t rs_packet_build(uint8_t *out, size_t cap, const rs_seg *seg, const rs_packet_how *how)
{
    uint8_t family = seg->src.addr.family;
    rs_check(family == RS_IPV4 || family == RS_IPV6);
    rs_check(family == seg->dst.addr.family);
    size_t ip_len = rs_ip_len(family), total = rs_packet_len(seg), tcp_len = total - ip_len;
    if (total > cap || !fits_ip(family, tcp_len)) return 0;
    rs_ip_build(out, &(rs_ip){.src = seg->src.addr,
                              .dst = seg->dst.addr,
                              .proto = RS_PROTO_TCP,
                              .ttl = seg->ttl,
                              .tos = seg->tos,
                              .df = !how->df_off,
                              .id = how->ip_id,
                              .flow = how->flow,
                              .payload = {NULL, tcp_len}});
    uint8_t *tcp = out + ip_len;
    uint8_t hlen = rs_tcp_hdr_build(tcp, seg);
    rs_sum sum = rs_sum_pseudo(&seg->src.addr, &seg->dst.addr, RS_PROTO_TCP, (uint32_t)tcp_len);
    sum = rs_sum_add(sum, put_text(tcp + hlen, seg, how)); /* at an even offset: headers are whole words */
    if (seg->opts.has_md5 && how->key.data) {
        rs_signed s = {&seg->src.addr, &seg->dst.addr, tcp, hlen, seg->text.len};
        rs_md5_sign(&s, how->key, tcp + RS_TCP_BYTES + RS_OPT_MD5_AT);
    }
    if (seg->opts.has_ao && how->ao.secret.data) authenticate(seg, how, tcp, hlen);
    sum = rs_sum_add(sum, rs_sum_bytes(tcp, hlen));
    rs_store16(tcp + RS_TCP_CHECKSUM_AT, rs_sum_finish(sum));
    return total;
}
