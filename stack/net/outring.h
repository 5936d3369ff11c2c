/* outring.h — finished packets on their way to the device, in order, in a bounded ring of bytes.
 *
 * A packet is built in place: rs_outring_space lends room, rs_outring_commit makes what was written there the last
 * packet. rs_outring_first lends the first one; it stays intact until the next rs_outring_space.
 *
 *   O1  count packets lie one behind the other from head to tail, jumping from wrap to 0 when tail is not behind head
 */
#ifndef RS_NET_OUTRING_H
#define RS_NET_OUTRING_H

#include "../include/refstack/types.h"
#include "arena.h"

typedef struct rs_outring {
    uint64_t bytes_at; /* bytes from this struct to the ring */
    uint32_t cap;
    uint32_t head, tail; /* first packet, first free byte */
    uint32_t wrap;       /* where the packets before the jump to 0 end; meaningful while tail < head */
    uint32_t count;
} rs_outring;

void rs_outring_init(rs_outring *r, void *bytes, uint32_t cap);
/* Lends room for a packet of up to len bytes; NULL when there is none. */
uint8_t *rs_outring_space(rs_outring *r, size_t len);
/* Makes the first len bytes of the room lent last the newest packet. The tag comes back with it. */
void rs_outring_commit(rs_outring *r, size_t len, uint32_t tag);
/* Packets of len bytes that are sure to find room, after keeping `reserve` bytes back. */
uint32_t rs_outring_room(const rs_outring *r, size_t len, size_t reserve);
/* Is there room behind the newest packet for so many bytes of packets and their bookkeeping? */
bool rs_outring_has(const rs_outring *r, size_t bytes);
/* The oldest packet; false when there is none. */
bool rs_outring_first(const rs_outring *r, rs_bytes *out, uint32_t *tag);
/* Forgets the oldest packet. Its bytes stay until the next rs_outring_space. */
void rs_outring_drop(rs_outring *r);
/* The used parts, for a copy. */
void rs_outring_parts(const rs_outring *r, rs_parts *p);
const char *rs_outring_broken(const rs_outring *r);

#endif
