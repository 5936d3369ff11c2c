/* packet.h — whole IP packets: bytes to a segment, a segment to bytes.
 *
 * Checksums are always verified (RFC 9293 MUST-3) and always made (MUST-2); there is no way around them. */
#ifndef RS_WIRE_PACKET_H
#define RS_WIRE_PACKET_H

#include "aosig.h"
#include "checksum.h"
#include "md5sig.h"
#include "seg.h"
#include "wire.h"

/* The IP part of a packet of either version: the first step, after which the caller looks at ip->proto. */
RS_MUST_USE rs_wire rs_ip_parse(rs_bytes pkt, rs_ip *out);
/* The segment in an IP packet. NOT_TCP, TOO_SHORT, BAD_TCP_CHECKSUM, BAD_DATA_OFFSET. Borrows ip->payload: seg->text
 * points into it. *out is undefined unless RS_WIRE_OK. */
RS_MUST_USE rs_wire rs_packet_seg(const rs_ip *ip, rs_seg *out);
/* Both steps. */
RS_MUST_USE rs_wire rs_packet_parse(rs_bytes pkt, rs_seg *out);

/* Header bytes of an IP packet of this version without options. */
static inline size_t rs_ip_len(uint8_t family)
{
    return family == RS_IPV6 ? RS_IP6_BYTES : RS_IP4_BYTES;
}
/* Writes the IP header of either version, for ip->payload.len bytes to be put behind it. Returns its length. */
size_t rs_ip_build(uint8_t *out, const rs_ip *ip);

/* Writes len bytes of payload to dst and returns their sum. */
typedef rs_sum rs_fill_fn(void *ctx, uint8_t *dst, size_t len);

/* What a packet needs besides its segment. All zero is a good default. */
typedef struct rs_packet_how {
    rs_fill_fn *fill; /* writes seg->text.len bytes of payload when seg->text.data is NULL */
    void *fill_ctx;
    uint16_t ip_id; /* IPv4 identification */
    bool df_off;    /* IPv4: may be fragmented */
    uint32_t flow;  /* IPv6 flow label */
    rs_bytes key;   /* signs a segment that has_md5 */
    rs_ao_key ao;   /* authenticates one that has_ao */
    rs_ao_place ao_place;
} rs_packet_how;

/* Bytes of the packet that seg makes. */
size_t rs_packet_len(const rs_seg *seg);
/* Writes the packet and returns its length; 0 when it does not fit into cap or into an IP packet. The payload is copied
 * (or filled in) exactly once. seg->ttl is written as it is; both addresses are of one family. Borrows everything. */
size_t rs_packet_build(uint8_t *out, size_t cap, const rs_seg *seg, const rs_packet_how *how);

#endif
