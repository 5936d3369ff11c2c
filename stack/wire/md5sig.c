#include "md5sig.h"

#include <string.h>

#include "../base/bytes.h"
#include "tcp_hdr.h"
#include "wire.h"

enum { FLAGS = 0x1ff, UNNAMED = 0x0e };

static void add_pseudo_header(rs_md5 *m, const rs_signed *s, size_t len)
{
    uint8_t tail[8] = {0};
    size_t n = s->src->family == RS_IPV4 ? 4 : 16;
    rs_md5_add(m, s->src->bytes, n);
    rs_md5_add(m, s->dst->bytes, n);
    if (n == 4) {
        rs_store16(tail, RS_PROTO_TCP);
        rs_store16(tail + 2, (uint16_t)len);
        rs_md5_add(m, tail, 4);
        return;
    }
    rs_store32(tail, (uint32_t)len);
    rs_store32(tail + 4, RS_PROTO_TCP);
    rs_md5_add(m, tail, 8);
}

static void digest_of(const rs_signed *s, const uint8_t header[RS_TCP_BYTES], const uint8_t *text, rs_bytes key,
                      uint8_t digest[RS_MD5_BYTES])
{
    rs_md5 m;
    rs_md5_init(&m);
    add_pseudo_header(&m, s, s->hlen + s->text_len);
    rs_md5_add(&m, header, RS_TCP_BYTES);
    rs_md5_add(&m, text, s->text_len);
    rs_md5_add(&m, key.data, key.len);
    rs_md5_finish(&m, digest);
}

void rs_md5_sign(const rs_signed *s, rs_bytes key, uint8_t digest[RS_MD5_BYTES])
{
    uint8_t header[RS_TCP_BYTES];
    memcpy(header, s->tcp, sizeof header);
    rs_store16(header + RS_TCP_CHECKSUM_AT, 0);
    digest_of(s, header, s->tcp + s->hlen, key, digest);
}

/* The header from its fields; the bits without a name as they came, as long as they are there (RFC 2385 2.0). */
static void header_of(const rs_seg *seg, size_t hlen, uint8_t header[RS_TCP_BYTES])
{
    rs_store16(header, seg->src.port);
    rs_store16(header + 2, seg->dst.port);
    rs_store32(header + 4, seg->seq.raw);
    rs_store32(header + 8, seg->ack.raw);
    rs_store16(header + 12, (uint16_t)(hlen << 10 | (seg->flags & FLAGS)));
    rs_store16(header + 14, seg->wnd);
    rs_store16(header + 18, seg->up);
    if (seg->head.len >= RS_TCP_BYTES) header[12] |= seg->head.data[12] & UNNAMED;
}

bool rs_md5_verify(const rs_seg *seg, rs_bytes key)
{
    uint8_t header[RS_TCP_BYTES] = {0}, digest[RS_MD5_BYTES], wrong = 0;
    size_t hlen = RS_TCP_BYTES + seg->opts.wire_len;
    header_of(seg, hlen, header);
    rs_signed s = {.src = &seg->src.addr, .dst = &seg->dst.addr, .hlen = hlen, .text_len = seg->text.len};
    digest_of(&s, header, seg->text.data, key, digest);
    for (unsigned i = 0; i < sizeof digest; i++) wrong |= digest[i] ^ seg->opts.md5[i];
    return !wrong;
}
