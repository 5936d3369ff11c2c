#include "icmp.h"

#include "../base/bytes.h"
#include "checksum.h"
#include "ip4.h"
#include "ip6.h"

enum { HEADER_BYTES = 8, QUOTED_TCP_BYTES = 8, CODE_ANY = 0xff };

/* The first row that fits names the kind; the first row of a family and kind is the one that is sent. */
static const struct {
    uint8_t family, type, code, kind;
} types[] = {
    {RS_IPV4, 3, RS_IM4_FRAG_NEEDED, RS_IM_TOO_BIG}, {RS_IPV4, 3, CODE_ANY, RS_IM_UNREACHABLE},
    {RS_IPV4, 11, CODE_ANY, RS_IM_TIME_EXCEEDED},    {RS_IPV4, 12, CODE_ANY, RS_IM_PARAM_PROBLEM},
    {RS_IPV4, 4, CODE_ANY, RS_IM_SOURCE_QUENCH},     {RS_IPV4, 8, CODE_ANY, RS_IM_ECHO_REQUEST},
    {RS_IPV4, 0, CODE_ANY, RS_IM_ECHO_REPLY},        {RS_IPV6, 1, CODE_ANY, RS_IM_UNREACHABLE},
    {RS_IPV6, 2, CODE_ANY, RS_IM_TOO_BIG},           {RS_IPV6, 3, CODE_ANY, RS_IM_TIME_EXCEEDED},
    {RS_IPV6, 4, CODE_ANY, RS_IM_PARAM_PROBLEM},     {RS_IPV6, 128, CODE_ANY, RS_IM_ECHO_REQUEST},
    {RS_IPV6, 129, CODE_ANY, RS_IM_ECHO_REPLY},
};
enum { TYPES = sizeof types / sizeof types[0] };

static rs_icmp_kind kind_of(rs_family family, uint8_t type, uint8_t code)
{
    for (size_t i = 0; i < TYPES; i++)
        if (types[i].family == family && types[i].type == type && (types[i].code == CODE_ANY || types[i].code == code))
            return (rs_icmp_kind)types[i].kind;
    return RS_IM_OTHER;
}

/* ICMPv6 is summed with a pseudo header (RFC 4443 2.3), ICMPv4 without (RFC 792). */
static rs_sum pseudo_sum(const rs_addr *src, const rs_addr *dst, size_t len)
{
    if (src->family == RS_IPV4) return (rs_sum){0};
    return rs_sum_pseudo(src, dst, RS_PROTO_ICMP6, (uint32_t)len);
}

static bool is_echo(rs_icmp_kind k)
{
    return k == RS_IM_ECHO_REQUEST || k == RS_IM_ECHO_REPLY;
}

bool rs_icmp_is_error(rs_icmp_kind k)
{
    return k != RS_IM_OTHER && !is_echo(k);
}

rs_wire rs_icmp_parse(const rs_ip *ip, rs_icmp_msg *out)
{
    bool v4 = ip->src.family == RS_IPV4;
    if (ip->proto != (v4 ? RS_PROTO_ICMP : RS_PROTO_ICMP6)) return RS_WIRE_NOT_ICMP;
    const uint8_t *b = ip->payload.data;
    size_t len = ip->payload.len;
    if (len < HEADER_BYTES) return RS_WIRE_TOO_SHORT;
    rs_sum sum = rs_sum_add(pseudo_sum(&ip->src, &ip->dst, len), rs_sum_bytes(b, len));
    if (rs_sum_finish(sum) != 0) return RS_WIRE_BAD_ICMP_CHECKSUM;
    rs_family family = v4 ? RS_IPV4 : RS_IPV6;
    *out = (rs_icmp_msg){.family = family, .kind = kind_of(family, b[0], b[1]), .type = b[0], .code = b[1]};
    if (is_echo(out->kind)) {
        out->echo_id = rs_load16(b + 4);
        out->echo_seq = rs_load16(b + 6);
    }
    if (out->kind == RS_IM_TOO_BIG) out->mtu = v4 ? rs_load16(b + 6) : rs_load32(b + 4);
    if (out->kind == RS_IM_PARAM_PROBLEM) out->pointer = v4 ? b[4] : rs_load32(b + 4);
    out->data = (rs_bytes){b + HEADER_BYTES, len - HEADER_BYTES};
    return RS_WIRE_OK;
}

rs_wire rs_icmp_parse_quote(const rs_icmp_msg *m, rs_icmp_quote *out)
{
    if (!rs_icmp_is_error(m->kind)) return RS_WIRE_BAD_ICMP_QUOTE;
    rs_ip ip;
    rs_wire bad = m->family == RS_IPV4 ? rs_ip4_parse_quote(m->data, &ip) : rs_ip6_parse_quote(m->data, &ip);
    if (bad) return bad;
    if (ip.proto != RS_PROTO_TCP || ip.payload.len < QUOTED_TCP_BYTES) return RS_WIRE_BAD_ICMP_QUOTE;
    const uint8_t *tcp = ip.payload.data;
    *out = (rs_icmp_quote){
        .src = {ip.src, rs_load16(tcp)},
        .dst = {ip.dst, rs_load16(tcp + 2)},
        .seq = rs_seq_of(rs_load32(tcp + 4)),
    };
    return RS_WIRE_OK;
}

/* The second word of the header: its meaning depends on the kind. */
static uint32_t header_word(const rs_icmp_msg *m)
{
    if (is_echo(m->kind)) return (uint32_t)m->echo_id << 16 | m->echo_seq;
    if (m->kind == RS_IM_TOO_BIG) return m->family == RS_IPV4 ? m->mtu & 0xffff : m->mtu;
    if (m->kind == RS_IM_PARAM_PROBLEM) return m->family == RS_IPV4 ? m->pointer << 24 : m->pointer;
    return 0;
}

size_t rs_icmp_build(uint8_t *out, size_t cap, const rs_icmp_msg *m, const rs_addr *src, const rs_addr *dst)
{
    size_t len = HEADER_BYTES + m->data.len, row = 0;
    while (row < TYPES && (types[row].family != m->family || types[row].kind != m->kind)) row++;
    if (row == TYPES || len > cap) return 0;
    out[0] = types[row].type;
    out[1] = types[row].code == CODE_ANY ? m->code : types[row].code;
    rs_store16(out + 2, 0);
    rs_store32(out + 4, header_word(m));
    rs_sum sum = rs_sum_bytes(out, HEADER_BYTES);
    sum = rs_sum_add(sum, rs_sum_copy(out + HEADER_BYTES, m->data.data, m->data.len));
    rs_store16(out + 2, rs_sum_finish(rs_sum_add(sum, pseudo_sum(src, dst, len))));
    return len;
}
