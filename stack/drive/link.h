/* link.h — one direction of a wire between two stacks, with the faults that networks have, from a seed.
 *
 * A packet that is sent waits for the packets before it to leave at the link's rate, travels for the delay, and
 * arrives. On the way it may be lost, doubled, overtaken or damaged; which packets that happens to depends on the seed
 * and on the history of calls only. There is no clock here: the caller says when it is and asks when the next packet
 * arrives.
 *
 * A link is one block of memory without pointers, apart from the two hooks: copying the block copies the link, packets
 * included.
 *
 * Life: rs_link_init -> { rs_link_send | rs_link_next, rs_link_receive | rs_link_change }* ; nothing to free. */
#ifndef RS_DRIVE_LINK_H
#define RS_DRIVE_LINK_H

#include "../base/heap.h"
#include "../base/pool.h"
#include "../base/rng.h"
#include "../include/refstack/types.h"

/* How the link treats packets. Zero everywhere is a perfect link. Chances are in millionths. */
typedef struct rs_link_faults {
    rs_dur delay;
    rs_dur jitter; /* up to so much is added to the delay; packets stay in order */
    uint32_t lose, repeat, corrupt;
    uint32_t overtake;      /* this packet arrives overtake_by earlier than its turn, before others sent earlier */
    rs_dur overtake_by;     /* at most the delay */
    uint64_t bytes_per_sec; /* 0: no limit */
    uint32_t queue_bytes;   /* what may wait to leave; 0: no limit */
    uint32_t mtu;           /* longer packets are lost; 0: what the link was built for */
} rs_link_faults;

typedef struct rs_link_counts {
    uint64_t sent, delivered, lost, overflowed, too_big, repeated, overtook, corrupted;
} rs_link_counts;

/* Looks at a packet that is sent; false: it is lost. Borrows pkt. */
typedef bool rs_link_filter(void *ctx, rs_time now, rs_bytes pkt);

enum { RS_LINK_TRAIN = 32 };

typedef struct rs_link {
    rs_link_faults faults;
    rs_link_counts count;
    rs_rng rng;
    uint32_t slot_bytes; /* longest packet */
    uint32_t order;      /* packets sent so far: keeps equal arrival times in order */
    uint32_t lent;       /* slots lent by the last call that received: the first so many of lent_slot */
    uint32_t lent_slot[RS_LINK_TRAIN];
    rs_time idle_at; /* when everything waiting will have left */
    rs_time last_at; /* latest arrival in order */
    rs_pool packets; /* each: uint32_t length, then the bytes */
    rs_heap arrivals;
    rs_link_filter *filter; /* may be NULL; the caller sets both */
    void *filter_ctx;
} rs_link;

/* What a link is built for. */
typedef struct rs_link_conf {
    uint32_t packets, mtu;
    uint64_t seed;
    rs_link_faults faults;
} rs_link_conf;

/* Memory it needs (8-byte aligned, kept); 0 if the configuration makes no sense (no packets, no mtu). */
size_t rs_link_size(const rs_link_conf *conf);
/* Builds a link at the start of mem; NULL if there is too little of it. */
rs_link *rs_link_init(void *mem, size_t len, const rs_link_conf *conf);
/* Packets sent from now on are treated like this. */
void rs_link_change(rs_link *l, const rs_link_faults *faults);

/* Puts a packet on the wire. Borrows pkt. Losing it is not an error. */
void rs_link_send(rs_link *l, rs_time now, rs_bytes pkt);
/* When the next packet arrives; RS_NEVER when none is on the way. */
rs_time rs_link_next(const rs_link *l);
/* The next packet that has arrived by `now`; false when there is none. Lends it until the next call. */
bool rs_link_receive(rs_link *l, rs_time now, rs_bytes *out);
/* The next ones, up to RS_LINK_TRAIN at once; how many. Lends them until the next call of either. */
uint32_t rs_link_receive_many(rs_link *l, rs_time now, rs_bytes *out);

#endif
