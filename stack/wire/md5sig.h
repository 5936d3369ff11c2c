/* md5sig.h — the digest that signs a TCP segment (RFC 2385 2): over the pseudo header, the header without options and
 * with a zero checksum, the text, and a key that both ends know. */
#ifndef RS_WIRE_MD5SIG_H
#define RS_WIRE_MD5SIG_H

#include "../base/md5.h"
#include "seg.h"

/* The segment as bytes: header of hlen bytes with options, then text. Borrows everything. */
typedef struct rs_signed {
    const rs_addr *src, *dst;
    const uint8_t *tcp;
    size_t hlen, text_len;
} rs_signed;
void rs_md5_sign(const rs_signed *s, rs_bytes key, uint8_t digest[RS_MD5_BYTES]);
/* Does a segment that has arrived carry the digest of this key? Its text is still in the packet. */
bool rs_md5_verify(const rs_seg *seg, rs_bytes key);

#endif
