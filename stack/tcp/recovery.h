/* recovery.h — loss: duplicate ACKs, fast retransmit and recovery, the timeout, and how much may be in flight.
 *
 * The input steps report facts, output asks for quotas; neither knows how losses are found. Everything that decides
 * about retransmission is behind this header, so that other detectors (RFC 6675, 8985) and rate reductions (RFC 6937)
 * replace what is inside recovery.c only. */
#ifndef RS_TCP_RECOVERY_H
#define RS_TCP_RECOVERY_H

#include "env.h"
#include "tcb.h"

/* An acceptable ACK was applied to the send queue. */
typedef struct rs_ack_facts {
    const rs_sndq_acked *got;
    uint32_t segs_before; /* in flight before it */
    uint32_t inflight_before;
    bool duplicate; /* by RFC 5681 section 2, or because it brought new SACK information */
    bool sack_news;
} rs_ack_facts;
void rs_recovery_on_ack(rs_env *env, rs_tcb *t, const rs_ack_facts *f);
/* The retransmission timer ran out: everything out counts as lost (RFC 5681 3.1). */
void rs_recovery_on_rto(rs_env *env, rs_tcb *t);
/* Segments became too big for the path: they go again in smaller pieces, and nothing is wrong with the network. */
void rs_recovery_on_too_big(rs_env *env, rs_tcb *t);
/* The peer did not take the text of our SYN: it goes again at once, and nothing is wrong with the network (RFC 7413
 * 4.2.2). */
void rs_recovery_on_refused(rs_env *env, rs_tcb *t);
/* Sends again what is lost, as far as the window of this state of recovery allows. */
void rs_recovery_resend(rs_env *env, rs_tcb *t);
/* Is the congestion window what limits sending? Always true where growth does not ask (cwnd_limited_growth). */
bool rs_recovery_cwnd_limited(const rs_env *env, const rs_tcb *t);
/* How many new segments the congestion window allows now. */
uint32_t rs_recovery_quota(const rs_tcb *t);
/* One record of the send queue goes out again, at most SND.MSS of it. False: the outbox is full. */
bool rs_retransmit(rs_env *env, rs_tcb *t, uint32_t rec);

/* Tail loss probe (RFC 8985 section 7; tlp.c): arms at_rto earlier than the RTO. True if it did. */
bool rs_tlp_arm(rs_env *env, rs_tcb *t);
void rs_tlp_fire(rs_env *env, rs_tcb *t);
void rs_tlp_on_ack(rs_tcb *t);

#endif
