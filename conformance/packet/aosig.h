/* aosig.h — the code of an authenticated TCP segment (RFC 5925 5, RFC 5926), reckoned from the bytes of the packet. */
#ifndef CF_PACKET_AOSIG_H
#define CF_PACKET_AOSIG_H

#include "../../stack/base/mac.h"
#include "packet.h"

typedef struct cf_ao_key {
    rs_mac_kind mac;
    const char *secret;
    size_t secret_len;
    bool skips_options; /* the code covers of the options only its own */
} cf_ao_key;

/* Initial sequence numbers of the segment's sender and receiver; 0 before that one is known. */
typedef struct cf_ao_isns {
    uint32_t sender, receiver;
} cf_ao_isns;

/* The code that the innermost TCP segment should carry; writes rs_mac_len(key->mac) bytes. False: there is no TCP over
 * IP in it, or no such option. */
bool cf_ao_code(const cf_packet *p, const cf_ao_key *key, const cf_ao_isns *isns, uint8_t out[RS_MAC_BYTES_MAX]);

/* The same in two halves, for who keeps the first one: it is alike for all segments of a connection in one direction.
 */
bool cf_ao_begin(const cf_packet *p, const cf_ao_key *key, const cf_ao_isns *isns, rs_mac *out);
bool cf_ao_go_on(const rs_mac *begun, const cf_packet *p, const cf_ao_key *key, const cf_ao_isns *isns,
                 uint8_t out[RS_MAC_BYTES_MAX]);

#endif
