/* outbox.h — segments on their way down: tcp/ appends, net/ drains right after each protocol entry point.
 *
 * A record does not carry payload bytes but the place of them in the connection's send queue; net/ copies them into the
 * packet before anything else can change the queue. When the outbox is full, tcp/output.c stops, marks the connection
 * (rs_tcb.output_pending) and is called again after the drain. Control segments always find room: output.c leaves
 * RS_OUTBOX_RESERVE records free. Data has a second limit, data_room: net/ sets it to the number of full-sized packets
 * for which the ring towards the device has space, so that data waits instead of being lost there. A device may also
 * refuse everything at once (a queue of length 0: congestion of our own); net/ says so in `refused`. */
#ifndef RS_TCP_OUTBOX_H
#define RS_TCP_OUTBOX_H

#include "../wire/aosig.h"
#include "../wire/seg.h"

enum { RS_OUTBOX_SEGS = 64, RS_OUTBOX_RESERVE = 8 };

typedef struct rs_outseg {
    rs_seg seg;           /* text.data is NULL and text.len the length when the payload is in a send queue */
    uint32_t conn;        /* whose send queue; RS_NO_CONN for segments without a connection */
    rs_seq text_seq;      /* sequence number of the first payload byte in that queue */
    uint32_t ring;        /* with has_md5 or has_ao: the keys to sign with (mech/keyring.h) */
    rs_ao_place ao_place; /* with has_ao */
} rs_outseg;

typedef struct rs_outbox {
    uint32_t count;
    uint32_t data_room; /* data segments may be appended while count is below it */
    bool refused;       /* the device takes nothing, and says so: whoever sends learns that it has not gone */
    rs_outseg segs[RS_OUTBOX_SEGS];
} rs_outbox;

/* True when a data segment may be appended; control segments may go on into the reserve. */
static inline bool rs_outbox_has_room(const rs_outbox *o)
{
    return o->count < RS_OUTBOX_SEGS - RS_OUTBOX_RESERVE && o->count < o->data_room;
}

/* The next free record, zeroed, or NULL when even the reserve is full. */
static inline rs_outseg *rs_outbox_append(rs_outbox *o)
{
    if (o->count == RS_OUTBOX_SEGS) return NULL;
    rs_outseg *s = &o->segs[o->count++];
    *s = (rs_outseg){.conn = UINT32_MAX};
    return s;
}

/* The connection's send queue is about to go: its segments with text must not reach for it any more. */
static inline void rs_outbox_forget_text(rs_outbox *o, uint32_t conn)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < o->count; i++)
        if (o->segs[i].conn != conn || o->segs[i].seg.text.len == 0) o->segs[kept++] = o->segs[i];
    o->count = kept;
}

#endif
