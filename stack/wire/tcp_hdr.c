#include "tcp_hdr.h"

#include "../base/bytes.h"
#include "../base/check.h"
#include "tcp_opt.h"

enum { FLAGS = 0x1ff };

rs_wire rs_tcp_hdr_parse(rs_bytes tcp, rs_seg *out)
{
    if (tcp.len < RS_TCP_BYTES) return RS_WIRE_TOO_SHORT;
    const uint8_t *b = tcp.data;
    size_t hlen = (size_t)(b[12] >> 4) * 4;
    if (hlen < RS_TCP_BYTES || hlen > tcp.len) return RS_WIRE_BAD_DATA_OFFSET;
    out->src.port = rs_load16(b);
    out->dst.port = rs_load16(b + 2);
    out->seq = rs_seq_of(rs_load32(b + 4));
    out->ack = rs_seq_of(rs_load32(b + 8));
    out->flags = rs_load16(b + 12) & FLAGS;
    out->wnd = rs_load16(b + 14);
    out->up = rs_load16(b + 18);
    rs_opts_parse(&out->opts, b + RS_TCP_BYTES, hlen - RS_TCP_BYTES);
    out->text = (rs_bytes){b + hlen, tcp.len - hlen};
    return RS_WIRE_OK;
}

uint8_t rs_tcp_hdr_len(const rs_seg *seg)
{
    return (uint8_t)(RS_TCP_BYTES + rs_opts_len(&seg->opts, seg->flags & RS_SYN));
}

uint8_t rs_tcp_hdr_build(uint8_t *out, const rs_seg *seg)
{
    uint8_t hlen = (uint8_t)(RS_TCP_BYTES + rs_opts_build(out + RS_TCP_BYTES, &seg->opts, seg->flags & RS_SYN));
    rs_check(hlen % 4 == 0);
    rs_store16(out, seg->src.port);
    rs_store16(out + 2, seg->dst.port);
    rs_store32(out + 4, seg->seq.raw);
    rs_store32(out + 8, seg->ack.raw);
    rs_store16(out + 12, (uint16_t)(hlen << 10 | (seg->flags & FLAGS)));
    rs_store16(out + 14, seg->wnd);
    rs_store16(out + RS_TCP_CHECKSUM_AT, 0);
    rs_store16(out + 18, seg->up);
    return hlen;
}
