/* icmp.h — ICMP for IPv4 (RFC 792) and IPv6 (RFC 4443), as far as TCP needs it: errors with the packet they quote, and
 * echo.
 *
 * What an error means for a connection is judged above (RFC 5461, RFC 5927); here it is only read. */
#ifndef RS_WIRE_ICMP_H
#define RS_WIRE_ICMP_H

#include "seq.h"
#include "wire.h"

/* Both versions in one list. `code` keeps the number of its own version. */
typedef enum rs_icmp_kind {
    RS_IM_OTHER,         /* a type that does not concern TCP */
    RS_IM_UNREACHABLE,   /* v4 type 3 except code 4; v6 type 1 */
    RS_IM_TOO_BIG,       /* v4 type 3 code 4 (RFC 1191); v6 type 2. mtu is valid */
    RS_IM_TIME_EXCEEDED, /* v4 type 11; v6 type 3 */
    RS_IM_PARAM_PROBLEM, /* v4 type 12; v6 type 4. pointer is valid */
    RS_IM_SOURCE_QUENCH, /* v4 type 4; to be ignored (RFC 9293 MUST-55, RFC 6633) */
    RS_IM_ECHO_REQUEST,
    RS_IM_ECHO_REPLY,
    RS_ICMP_KINDS
} rs_icmp_kind;

/* Codes of "unreachable", IPv4 and IPv6. */
enum {
    RS_IM4_NET = 0,
    RS_IM4_HOST = 1,
    RS_IM4_PROTOCOL = 2,
    RS_IM4_PORT = 3,
    RS_IM4_FRAG_NEEDED = 4,
    RS_IM4_SOURCE_ROUTE = 5,
    RS_IM4_NET_UNKNOWN = 6,
    RS_IM4_HOST_UNKNOWN = 7,
    RS_IM4_ISOLATED = 8,
    RS_IM4_NET_PROHIBITED = 9,
    RS_IM4_HOST_PROHIBITED = 10,
    RS_IM4_NET_TOS = 11,
    RS_IM4_HOST_TOS = 12,
    RS_IM4_FILTERED = 13,
    RS_IM4_PRECEDENCE = 14,
    RS_IM4_PRECEDENCE_CUTOFF = 15
};
enum {
    RS_IM6_NO_ROUTE = 0,
    RS_IM6_PROHIBITED = 1,
    RS_IM6_BEYOND_SCOPE = 2,
    RS_IM6_ADDRESS = 3,
    RS_IM6_PORT = 4,
    RS_IM6_POLICY = 5,
    RS_IM6_REJECT_ROUTE = 6,
    RS_IM6_SOURCE_ROUTE = 7
};

typedef struct rs_icmp_msg {
    rs_family family;
    rs_icmp_kind kind;
    uint8_t type, code; /* as on the wire; build: type is made from kind and family */
    uint32_t mtu;       /* TOO_BIG; 0 from routers that do not tell (before RFC 1191) */
    uint32_t pointer;   /* PARAM_PROBLEM: offset of the bad byte in the quote */
    uint16_t echo_id, echo_seq;
    rs_bytes data; /* behind the 8 bytes of header: the quote, or what is to be echoed; borrowed */
} rs_icmp_msg;

/* The TCP packet an error quotes: sent by src, so src is the local end of the connection. */
typedef struct rs_icmp_quote {
    rs_endpoint src, dst;
    rs_seq seq;
} rs_icmp_quote;

/* The message in an IP packet: NOT_ICMP, TOO_SHORT or BAD_ICMP_CHECKSUM when it is none. Borrows ip->payload. */
RS_MUST_USE rs_wire rs_icmp_parse(const rs_ip *ip, rs_icmp_msg *out);
/* Is it an error message, which quotes a packet? */
bool rs_icmp_is_error(rs_icmp_kind kind);
/* The quoted packet of an error. 8 bytes of TCP header are enough (RFC 792). BAD_ICMP_QUOTE, FRAGMENT, ... */
RS_MUST_USE rs_wire rs_icmp_parse_quote(const rs_icmp_msg *m, rs_icmp_quote *out);
/* Writes header and data (8 + m->data.len bytes) with the checksum; src and dst are for the pseudo header of IPv6.
 * Returns the length, or 0 when cap is too small or the kind cannot be sent in that family. */
size_t rs_icmp_build(uint8_t *out, size_t cap, const rs_icmp_msg *m, const rs_addr *src, const rs_addr *dst);

#endif
