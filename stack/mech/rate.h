/* rate.h — how fast the network delivers, measured packet by packet (draft-cheng-iccrg-delivery-rate-estimation).
 *
 *      sent             acknowledged
 *   ---|----- A ------|------------------->     A sample says how much was delivered between the state of the
 * connection P: delivered,  C: delivered now           when a segment left (P) and now (C), and divides by the longer
 * of the at what time                           time it took to send that much and the time it took to acknowledge it:
 *                                                neither bursts of ACKs nor bursts of segments make it too fast.
 *
 * Every record that goes out keeps what rs_rate_sent says (a stamp). The newest of those that an ACK reports makes the
 * sample. Samples from times when the user had nothing to send tell less than the network can do; they are marked.
 *
 * Life:   rs_rate_init -> { sent; delivered*; rs_rate_sample }*; rs_rate_user_is_slow before the user writes. */
#ifndef RS_MECH_RATE_H
#define RS_MECH_RATE_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"

typedef struct rs_rate {
    rs_time delivered_at; /* when the connection's count of deliveries last grew */
    rs_time first_sent;   /* when the newest segment of those reported was sent: begin of the sending phase */
    uint32_t slow_until;  /* samples are marked until so many are delivered; 0: not */
    uint32_t best_segs;   /* the best sample of now: segments in best_us; 0: none */
    int64_t best_us;
    bool best_slow; /* ... marked */
} rs_rate;

/* What a record remembers of the moment it was sent. */
typedef struct rs_rate_stamp {
    rs_time delivered_at, first_sent;
    uint32_t delivered;
    bool slow;
} rs_rate_stamp;

void rs_rate_init(rs_rate *r, rs_time now);
/* A segment is sent, for the first time or again. */
typedef struct rs_rate_out {
    rs_time now;
    uint32_t delivered; /* so far */
    bool nothing_out;
} rs_rate_out;
rs_rate_stamp rs_rate_sent(rs_rate *r, const rs_rate_out *o);

/* The newest segment that an ACK reports; NULL stamp: none. */
typedef struct rs_rate_in {
    rs_time now;
    const rs_rate_stamp *stamp;
    rs_time sent;
    uint32_t delivered;     /* with this ACK */
    uint32_t new_delivered; /* by this ACK */
    rs_dur min_rtt;
    bool resent;  /* the segment had been sent twice */
    bool reneged; /* the receiver took back what it had reported */
} rs_rate_in;
typedef struct rs_rate_found {
    bool valid;
    bool slow;                      /* marked */
    uint32_t segs, prior_delivered; /* delivered since then; count of deliveries when the segment left */
    int64_t us;
} rs_rate_found;
rs_rate_found rs_rate_sample(rs_rate *r, const rs_rate_in *in);

/* The user had less than a segment to send and the window would have taken more: what is out now is marked. */
void rs_rate_user_is_slow(rs_rate *r, uint32_t delivered, uint32_t inflight);
/* Segments of mss bytes in a second; 0: no sample yet. */
uint64_t rs_rate_bytes_per_sec(const rs_rate *r, uint32_t mss);

#endif
