/* ip4.h — the IPv4 header (RFC 791). Options are skipped (RFC 9293 MUST-50), fragments recognised and refused, bytes
 * behind the total length ignored (link padding). */
#ifndef RS_WIRE_IP4_H
#define RS_WIRE_IP4_H

#include "wire.h"

/* A packet to a value. Borrows pkt; out->payload points into it. *out is undefined unless RS_WIRE_OK. */
RS_MUST_USE rs_wire rs_ip4_parse(rs_bytes pkt, rs_ip *out);
/* The same for the front part of a packet quoted in an ICMP error: it may be cut off behind the header, and its length
 * and checksum are not believed (routers change both). */
RS_MUST_USE rs_wire rs_ip4_parse_quote(rs_bytes quote, rs_ip *out);
/* Writes the RS_IP4_BYTES of a header without options, checksum included, for ip->payload.len bytes of payload. */
void rs_ip4_build(uint8_t *out, const rs_ip *ip);

#endif
