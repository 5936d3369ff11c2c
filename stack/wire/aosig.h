/* aosig.h — the code that authenticates a TCP segment (RFC 5925 5): from a master key to the traffic keys of one
 * connection, and from those to the code of one segment (RFC 5926). */
#ifndef RS_WIRE_AOSIG_H
#define RS_WIRE_AOSIG_H

#include "../base/mac.h"
#include "seg.h"

enum { RS_AO_MAC_BYTES_MAX = 16 }; /* of a code in the option, beside the options of a SYN (as Linux) */

/* Of a master key tuple (RFC 5925 3.1) what the arithmetic needs. Borrows the secret. */
typedef struct rs_ao_key {
    rs_bytes secret;
    rs_mac_kind mac;
    uint8_t mac_len;
    bool skips_options; /* the code covers of the options only its own */
} rs_ao_key;

/* What of the connection is in a segment's code: initial sequence numbers of its sender and its receiver (0 before that
 * one is known), and the upper half of its sequence number (RFC 5925 6.2). */
typedef struct rs_ao_place {
    uint32_t src_isn, dst_isn, sne;
} rs_ao_place;

/* Traffic_Key = KDF(Master_Key, Context, Output_Length), RFC 5926 3.1. Returns its length. */
size_t rs_ao_traffic_key(const rs_ao_key *k, const rs_endpoint *src, const rs_endpoint *dst, const rs_ao_place *at,
                         uint8_t out[RS_MAC_BYTES_MAX]);

/* A segment as bytes: header of hlen bytes with options and a zero checksum, then text. The option stands at ao_at
 * behind the fixed header. */
typedef struct rs_ao_bytes {
    const rs_endpoint *src, *dst;
    const uint8_t *tcp, *text;
    size_t hlen, text_len;
    uint8_t ao_at;
} rs_ao_bytes;
void rs_ao_mac(const rs_ao_key *k, const rs_ao_place *at, const rs_ao_bytes *b, uint8_t out[RS_MAC_BYTES_MAX]);
/* Does a segment that has arrived carry the code of this key? Its packet is still there. */
bool rs_ao_verify(const rs_seg *seg, const rs_ao_key *k, const rs_ao_place *at);

#endif
