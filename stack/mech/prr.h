/* prr.h — proportional rate reduction (RFC 9937): a window that has to shrink shrinks over one round trip, in step with
 * what arrives, instead of falling silent for half of it.
 *
 *   more in flight than ssthresh:   out = ceil(delivered * ssthresh / window at the start)
 *   not more:                       as much goes out as arrives (conservative bound); one segment more for an ACK that
 *                                   moves SND.UNA and tells of no new loss (SafeACK: slow-start bound), until ssthresh
 *
 * Counts in segments. rs_prr_start when the reduction begins, rs_prr_on_ack for every ACK that delivers something,
 * rs_prr_sent for everything that goes out meanwhile. */
#ifndef RS_MECH_PRR_H
#define RS_MECH_PRR_H

#include "../include/refstack/types.h"

typedef struct rs_prr {
    uint32_t delivered, out; /* since the start */
    uint32_t start_segs;     /* the window when it began (RecoverFS) */
} rs_prr;

void rs_prr_start(rs_prr *p, uint32_t cwnd_segs);

typedef struct rs_prr_ack {
    uint32_t delivered_segs; /* by this ACK */
    uint32_t inflight_segs, ssthresh_segs;
    bool safe; /* it moved SND.UNA, and nothing was found lost */
} rs_prr_ack;
/* How many segments may go out now. The first answer is at least 1: the fast retransmit is not held back. */
uint32_t rs_prr_on_ack(rs_prr *p, const rs_prr_ack *a);
void rs_prr_sent(rs_prr *p, uint32_t segs);

#endif
