/* ip6.h — the IPv6 header and its extension headers (RFC 8200).
 *
 * Hop-by-hop options (first only), destination options, routing headers without segments left and atomic fragments
 * (RFC 6946) are walked over; real fragments are refused. Unknown options are skipped or refuse the packet, as their
 * two high bits ask. */
#ifndef RS_WIRE_IP6_H
#define RS_WIRE_IP6_H

#include "wire.h"

enum { RS_IP6_EXTENSIONS_MAX = 8 };

/* A packet to a value. Borrows pkt; out->payload points into it. *out is undefined unless RS_WIRE_OK. */
RS_MUST_USE rs_wire rs_ip6_parse(rs_bytes pkt, rs_ip *out);
/* The same for the front part of a packet quoted in an ICMP error: it may be cut off behind the headers. */
RS_MUST_USE rs_wire rs_ip6_parse_quote(rs_bytes quote, rs_ip *out);
/* Writes the RS_IP6_BYTES of a header without extensions, for ip->payload.len bytes of payload. */
void rs_ip6_build(uint8_t *out, const rs_ip *ip);

#endif
