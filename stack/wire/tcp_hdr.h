/* tcp_hdr.h — the TCP header (RFC 9293 3.1): the fields and the options, not the checksum, which takes the addresses.
 * Reserved bits are ignored on receipt and sent as zero. */
#ifndef RS_WIRE_TCP_HDR_H
#define RS_WIRE_TCP_HDR_H

#include "seg.h"
#include "wire.h"

enum { RS_TCP_CHECKSUM_AT = 16 };

/* Reads header, options and text of a segment into *out, all but the addresses, ttl and tos. Borrows tcp; out->text
 * points into it. TOO_SHORT or BAD_DATA_OFFSET leave *out undefined. */
RS_MUST_USE rs_wire rs_tcp_hdr_parse(rs_bytes tcp, rs_seg *out);
/* Bytes of the header that seg wants, options included. */
uint8_t rs_tcp_hdr_len(const rs_seg *seg);
/* Writes them, with a checksum field of zero, and returns how many. out has room for 60. */
uint8_t rs_tcp_hdr_build(uint8_t *out, const rs_seg *seg);

#endif
