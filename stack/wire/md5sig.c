#include "md5sig.h"

#include <string.h>

#include "../base/bytes.h"
#include "../base/wipe.h"
#include "checksum.h"
#include "tcp_hdr.h"
#include "wire.h"

enum { FLAGS = 0x1ff, UNNAMED = 0x0e };

static void digest_of(const rs_signed *s, const uint8_t header[RS_TCP_BYTES], const uint8_t *text, rs_bytes key,
                      uint8_t digest[RS_MD5_BYTES])
{
    rs_md5 m;
    uint8_t pseudo[RS_PSEUDO_BYTES];
    rs_md5_init(&m);
    rs_md5_add(&m, pseudo, rs_pseudo_header(pseudo, s->src, s->dst, s->hlen + s->text_len));
    rs_md5_add(&m, header, RS_TCP_BYTES);
    rs_md5_add(&m, text, s->text_len);
    rs_md5_add(&m, key.data, key.len);
    rs_md5_finish(&m, digest);
    rs_wipe(&m, sizeof m); /* its last block ends with the key */
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
