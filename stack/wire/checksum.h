/* checksum.h — the Internet checksum (RFC 1071), fast and in parts.
 *
 * An rs_sum is a partial sum: make parts of bytes and numbers, add them up in any order, finish. A part of bytes counts
 * as if it began at an even offset; rs_sum_join puts it at an odd one.
 *
 *     rs_sum s = rs_sum_add(rs_sum_pseudo(&src, &dst, RS_PROTO_TCP, len), rs_sum_bytes(tcp, len));
 *     good = rs_sum_finish(s) == 0;                        // verifying: the field itself was summed too
 *     rs_store16(tcp + 16, rs_sum_finish(s));              // making: the field was zero */
#ifndef RS_WIRE_CHECKSUM_H
#define RS_WIRE_CHECKSUM_H

#include "../include/refstack/types.h"

/* Ones' complement sum of 16-bit words as they lie in memory, carries not yet folded. Zero is the empty sum. */
typedef struct {
    uint64_t raw;
} rs_sum;

/* Sum of len bytes; an odd last byte is padded with zero. */
rs_sum rs_sum_bytes(const void *data, size_t len);
/* The same, copying the bytes to dst on the way. The two must not overlap. */
rs_sum rs_sum_copy(void *restrict dst, const void *restrict src, size_t len);
/* Of a + b. */
static inline rs_sum rs_sum_add(rs_sum a, rs_sum b)
{
    uint64_t s = a.raw + b.raw;
    return (rs_sum){s + (s < b.raw)};
}
/* Adds `part`, which lies `offset` bytes behind the start of what `total` has summed. */
rs_sum rs_sum_join(rs_sum total, rs_sum part, size_t offset);
/* Of a 16-bit (32-bit) number in host byte order that stands in the data at an even offset. */
rs_sum rs_sum_u16(uint16_t v);
rs_sum rs_sum_u32(uint32_t v);
/* The pseudo header of src's family: RFC 9293 3.1 for IPv4, RFC 8200 8.1 for IPv6. len is the upper-layer length. */
rs_sum rs_sum_pseudo(const rs_addr *src, const rs_addr *dst, uint8_t proto, uint32_t len);
/* The checksum: complement of the folded sum, in host byte order (store it with rs_store16). */
uint16_t rs_sum_finish(rs_sum s);

/* The pseudo header of a TCP segment of tcp_len bytes as bytes, for signatures (RFC 9293 3.1, RFC 8200 8.1). Returns
 * how many. */
enum { RS_PSEUDO_BYTES = 40 };
size_t rs_pseudo_header(uint8_t out[RS_PSEUDO_BYTES], const rs_addr *src, const rs_addr *dst, size_t tcp_len);

#endif
