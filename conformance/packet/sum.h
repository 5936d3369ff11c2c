/* sum.h — the Internet checksum (RFC 1071): the sum of 16-bit words in big-endian order, carries brought down at the
 * end.
 *
 *     cf_sum s = 0;
 *     s = cf_sum_pseudo(s, &src, &dst, 6, len);
 *     s = cf_sum_bytes(s, bytes, len);
 *     uint16_t field = cf_sum_finish(s);      the value for the header; 0 over data that already holds a right one
 */
#ifndef CF_PACKET_SUM_H
#define CF_PACKET_SUM_H

#include "packet.h"

typedef uint64_t cf_sum;

/* Only the last piece may have an odd length (it is padded with a zero byte). */
cf_sum cf_sum_bytes(cf_sum s, const uint8_t *bytes, size_t len);
/* The pseudo header of RFC 9293 3.1 / RFC 8200 8.1, by the family of src. */
cf_sum cf_sum_pseudo(cf_sum s, const cf_addr *src, const cf_addr *dst, uint8_t proto, uint32_t len);
uint16_t cf_sum_finish(cf_sum s);

#endif
