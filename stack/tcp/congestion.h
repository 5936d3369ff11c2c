/* congestion.h — what the congestion control learns of a connection besides acknowledgments and losses (recovery.h):
 * round-trip times, marks, rates, pauses. */
#ifndef RS_TCP_CONGESTION_H
#define RS_TCP_CONGESTION_H

#include "env.h"
#include "recovery.h"
#include "tcb.h"

/* An ACK told that a segment has arrived that was sent so long ago: the newest of those it told about. */
void rs_congestion_rtt(rs_env *env, rs_tcb *t, rs_dur newest);
/* Text is about to be sent. */
void rs_congestion_send(const rs_env *env, rs_tcb *t);
/* A record was sent, for the first time or again. */
void rs_congestion_sent(rs_env *env, rs_tcb *t, uint32_t rec);
/* An ACK is being taken: marks are counted, before anybody acts on them; algorithms that only listen are told. */
void rs_congestion_hear(rs_env *env, rs_tcb *t, const rs_ack_facts *f);
/* The ACK was taken: the delivery rate is measured; an algorithm that owns the window sets it. */
void rs_congestion_sample(rs_env *env, rs_tcb *t, const rs_ack_facts *f);
/* The user is about to write: are we waiting for that? */
void rs_congestion_before_write(rs_tcb *t);
/* The algorithm sets the window itself: recovery and idleness leave it alone. */
static inline bool rs_congestion_owned(const rs_tcb *t)
{
    return rs_cc_algo_of(&t->cc)->owns_window;
}

#endif
