/* wire.h — what can be wrong with the bytes of a packet, and an IP packet without its protocol.
 *
 * Every parser of this folder returns an rs_wire: RS_WIRE_OK, or the first thing that was wrong. Parsers are total: any
 * bytes of any length give an answer in time proportional to the length. */
#ifndef RS_WIRE_WIRE_H
#define RS_WIRE_WIRE_H

#include "../include/refstack/types.h"

typedef enum rs_wire {
    RS_WIRE_OK,
#define W(name, text, rfc) RS_WIRE_##name,
#include "wire.def"
#undef W
    RS_WIRES
} rs_wire;

/* "BAD_TCP_CHECKSUM"; the same for people; "9293 3.1 MUST-3". Static strings; "OK" and "?" outside the list. */
const char *rs_wire_name(rs_wire w);
const char *rs_wire_text(rs_wire w);
const char *rs_wire_rfc(rs_wire w);

enum { RS_PROTO_ICMP = 1, RS_PROTO_TCP = 6, RS_PROTO_ICMP6 = 58 };
enum { RS_IP4_BYTES = 20, RS_IP6_BYTES = 40, RS_TCP_BYTES = 20 };

/* One IP packet of either version, in host byte order. */
typedef struct rs_ip {
    rs_addr src, dst; /* the family of both is the version */
    uint8_t proto;    /* upper-layer protocol, behind all extension headers */
    uint8_t ttl, tos; /* hop limit and traffic class on IPv6 */
    bool df;          /* IPv4 only */
    uint16_t id;      /* IPv4 only */
    uint32_t flow;    /* IPv6 flow label, 20 bits */
    rs_bytes payload; /* behind all headers; parse: borrowed from the packet. build: only the length is used */
} rs_ip;

#endif
