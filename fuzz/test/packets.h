/* packets.h — segments for the tests of the oracles, made by the judge's encoder. */
#ifndef FZ_TEST_PACKETS_H
#define FZ_TEST_PACKETS_H

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/packet.h"

enum { HOST_PORT = 8080, PEER_PORT = 40000 };

/* The segment of a test: zero fields are zero in the packet. ttl 0 means 64. */
typedef struct made_of {
    uint32_t seq, ack, text_len;
    uint16_t flags, win, urp;
    uint8_t ttl, reserved, bad_sum;
    const uint8_t *opts;
    uint16_t opt_len;
    const uint8_t *text;
} made_of;

/* From the host (or, with from_peer, to it). The result lives until the fourth call after it. */
const cf_packet *made(bool from_peer, const made_of *m);
uint8_t letter(uint64_t offset);   /* what the user wrote at an offset */
uint8_t peer_letter(uint32_t seq); /* what the peer sent at a sequence number */
void letters(uint64_t offset, uint8_t *out, size_t len);
void peer_letters(uint64_t seq, uint8_t *out, size_t len);

#endif
