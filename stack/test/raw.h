/* raw.h — one stack and a peer made of packets: tests that put bytes on the wire themselves and look at what comes
 * back.
 *
 * The host is 192.0.2.1/24 and 2001:db8::1/64, the peer .2 and ::2. */
#ifndef RAW_H
#define RAW_H

#include "../wire/icmp.h"
#include "../wire/packet.h"
#include "world.h"

typedef struct raw {
    world *w;
    rs_stack *st;
    rs_time now;
    rs_family family;
    uint8_t pkt[2000];
} raw;

raw *raw_host(rs_config cfg, rs_family family);
/* The peer's port p and the host's port h. */
rs_endpoint raw_peer(uint16_t p);
rs_endpoint raw_here(uint16_t h);
/* A segment from the peer to the host, to be changed and given to raw_in. */
rs_seg raw_seg(uint16_t from, uint16_t to, uint16_t flags, uint32_t seq, uint32_t ack);
void raw_in(const rs_seg *seg);
/* Any packet. */
void raw_bytes(const void *pkt, size_t len);
/* The next packet of the host: false when there is none. out may be NULL. */
bool raw_out(rs_seg *out);
/* Like raw_out, as bytes; lent until the next call. */
bool raw_out_bytes(rs_bytes *out);
void raw_silent(void);
/* An ICMP message about the last packet that raw_out gave, from the peer. */
void raw_icmp(rs_icmp_kind kind, uint8_t code, uint32_t mtu);
/* How often a drop reason was counted, by name. */
uint64_t raw_drops(const char *reason);

#endif
