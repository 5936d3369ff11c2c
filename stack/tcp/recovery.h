/* recovery.h — loss: how it is found, what goes again, what the window does meanwhile, and when all that was a mistake.
 *
 *   OPEN --something missing--> DISORDER --loss found--> RECOVERY --ACK >= recover--> OPEN
 *     \------------------------- RTO -------------------> LOSS -----ACK >= recover--> OPEN
 *      \--congestion told (ECN)-> CWR ---ACK > recover--> OPEN
 *
 *   what an ACK reports         sack.c   RFC 2018, 2883: rs_ack_facts
 *   what is lost                detect.c RFC 8985 (RACK), 6675, 5681
 *   states, the window          recovery.c RFC 5681, 6582, 6675, 9937, 3042
 *   was it a mistake?           spurious.c RFC 3522, 4015, 2883, timeouts: frto.c RFC 5682
 *   the tail                    tlp.c  RFC 8985 7
 *   sending again               resend.c
 *
 * The input steps report facts, output asks for quotas; neither knows how losses are found. */
#ifndef RS_TCP_RECOVERY_H
#define RS_TCP_RECOVERY_H

#include "env.h"
#include "tcb.h"

/* What one ACK is and brings. Filled in this order: rs_ack_look, rs_sack_take, rs_ack_take; then whoever judges. */
typedef struct rs_ack_facts {
    const rs_seg *seg; /* borrowed */
    /* before it */
    rs_seq una, fack;
    uint32_t segs, inflight, delivered, lost, wnd;
    /* after it */
    rs_seq acked; /* SND.UNA */
    rs_sndq_acked got;
    uint32_t marks;          /* how many segments came marked, if the peer counts them (RFC 9768) */
    uint32_t sent_delivered; /* deliveries when the newest segment reported was sent; 0: none reported */
    bool stamped;            /* ... and one was: `stamp` is its */
    rs_time newest_sent;     /* ... and when that was */
    rs_sndstamp stamp;       /* ... and what else is known of that moment */
    rs_dur rtt;              /* round trip of the newest of those never sent twice; negative: none */
    rs_seq newest_end;
    rs_seq late; /* where the lowest overtaken segment among the SACKed began; SND.NXT: none */
    rs_time first_acked, last_acked, first_sacked, last_sacked; /* when those never sent twice were sent */
    bool has_acked : 1, has_sacked : 1;
    bool advanced : 1; /* SND.UNA moved */
    bool text : 1;     /* the segment carries text */
    bool window : 1;   /* it tells another window */
    bool ece : 1;      /* it tells of congestion */
    bool resent : 1;   /* the newest segment reported had been sent twice */
    bool syn_acked : 1, data_acked : 1;
    bool retrans_acked : 1; /* something that was sent twice is acknowledged */
    bool original : 1;      /* something below `recover` that was never sent twice is reported (RFC 5682) */
    bool sacked : 1;        /* something is SACKed that was not */
    bool dsack : 1;         /* a duplicate is reported */
    bool dsack_probe : 1;   /* ... of the tail loss probe */
    bool reneged : 1;       /* the first segment that is left had been SACKed */
    bool set_timer : 1;     /* the retransmission timer starts anew */
    bool again_lost : 1;    /* a retransmission was found lost */
} rs_ack_facts;

/* --- what an ACK reports (sack.c) */

void rs_ack_look(const rs_tcb *t, const rs_seg *s, rs_ack_facts *f);
/* The SACK blocks, before the queue is cut. */
void rs_sack_take(rs_env *env, rs_tcb *t, rs_ack_facts *f);
/* The acknowledgment number: cuts the queue. */
void rs_ack_take(rs_env *env, rs_tcb *t, rs_ack_facts *f);
/* A segment was overtaken: it began at `seq`. */
void rs_sack_reordered(rs_env *env, rs_tcb *t, rs_seq seq);
/* End of the highest SACKed segment, SND.UNA when there is none. */
rs_seq rs_sack_highest(const rs_tcb *t);

/* --- what is lost (detect.c) */

/* Marks what must be lost by now; arms the reordering timer for what may be soon. */
void rs_detect(rs_env *env, rs_tcb *t, rs_ack_facts *f);
/* The reordering timer ran out. True: something was found lost. */
bool rs_detect_late(rs_env *env, rs_tcb *t);
/* A timeout: the first segment and all that were out for longer than a round trip. */
void rs_detect_timeout(rs_env *env, rs_tcb *t);
/* Without SACK: a duplicate ACK says that one more segment has arrived; a new ACK takes those back that it covers. */
void rs_detect_duplicate(rs_env *env, rs_tcb *t);
void rs_detect_covered(rs_env *env, rs_tcb *t, uint32_t segs);
/* ... and never more than all but those known to be missing. */
bool rs_detect_limit(rs_tcb *t);

/* --- states and window (recovery.c) */

void rs_recovery_on_ack(rs_env *env, rs_tcb *t, rs_ack_facts *f);
/* An ACK below SND.UNA has brought SACK blocks. */
void rs_recovery_on_old_ack(rs_env *env, rs_tcb *t, rs_ack_facts *f);
/* The retransmission timer ran out (RFC 5681 3.1). */
void rs_recovery_on_rto(rs_env *env, rs_tcb *t);
/* Timeouts are counted, of SYNs too; and a series of them is over. */
void rs_recovery_count_timeout(const rs_env *env, rs_tcb *t);
void rs_recovery_timeouts_over(const rs_env *env, rs_tcb *t);
/* The reordering timer ran out. */
void rs_recovery_on_reorder(rs_env *env, rs_tcb *t);
/* The MSS has become smaller: what is lost and went out in one burst is cut anew as one piece (Linux). */
void rs_resend_recut(rs_env *env, rs_tcb *t);
/* Segments became too big for the path: they go again in smaller pieces, and nothing is wrong with the network. */
void rs_recovery_on_too_big(rs_env *env, rs_tcb *t);
/* The peer did not take the text of our SYN: it goes again at once, and nothing is wrong with the network (RFC 7413
 * 4.2.2). */
void rs_recovery_on_refused(rs_env *env, rs_tcb *t);
/* The network asks for a smaller window although nothing is lost (RFC 3168): state CWR. */
void rs_recovery_enter_cwr(rs_env *env, rs_tcb *t);
/* A window's reduction begins (marked: nothing was lost), and ends. */
void rs_recovery_start_reduction(rs_env *env, rs_tcb *t, bool marked);
void rs_recovery_end_reduction(rs_env *env, rs_tcb *t);
/* Back to OPEN, or to DISORDER while something is missing. */
void rs_recovery_keep_open(rs_env *env, rs_tcb *t);
void rs_recovery_tell(rs_env *env, const rs_tcb *t, const char *why);
/* The slow start threshold to go back to when a reduction proves wrong. */
uint32_t rs_recovery_ssthresh(const rs_tcb *t);
/* Is the congestion window what limits sending? Always true where growth does not ask (cwnd_limited_growth). */
bool rs_recovery_cwnd_limited(const rs_env *env, const rs_tcb *t);
/* How many new segments the congestion window allows now. */
uint32_t rs_recovery_quota(const rs_env *env, const rs_tcb *t);

/* Without SACK by the letter of RFC 6582: the window is inflated by duplicates instead of counting them as arrived. */
static inline bool rs_recovery_inflates(const rs_env *env, const rs_tcb *t)
{
    return !t->sack_on && !env->cfg->quirks.nonsack_prr;
}
/* Fast recovery, or CWR: the window shrinks in step with what arrives. */
static inline bool rs_recovery_reduces(const rs_tcb *t)
{
    return t->loss.ca_state == RS_CA_RECOVERY || t->loss.ca_state == RS_CA_CWR;
}
/* Segments believed to be in the network. */
static inline uint32_t rs_recovery_inflight(const rs_tcb *t)
{
    uint32_t n = rs_sndq_inflight(&t->sndq), not_out = t->loss.dup_segs + rs_tcb_syn_ack_out(t);
    return n > not_out ? n - not_out : 0;
}
/* Segments that have arrived although SND.UNA has not passed them. */
static inline uint32_t rs_recovery_arrived(const rs_tcb *t)
{
    return t->sack_on ? t->sndq.sacked_segs : t->loss.dup_segs;
}

/* --- was it a mistake? (spurious.c, frto.c) */

/* Does the ACK prove that the first retransmission was not needed? */
bool rs_undo_delayed(const rs_tcb *t, const rs_ack_facts *f);
/* Something that was sent again is still out. */
bool rs_undo_any_resent(const rs_env *env, const rs_tcb *t);
/* Each returns whether the reduction was taken back (rs_undo_at_end: whether the state stays as it is all the same). */
bool rs_undo_at_end(rs_env *env, rs_tcb *t, const rs_ack_facts *f);
bool rs_undo_partial(rs_env *env, rs_tcb *t, const rs_ack_facts *f);
bool rs_undo_dsack(rs_env *env, rs_tcb *t);
bool rs_undo_timeout(rs_env *env, rs_tcb *t, const rs_ack_facts *f, bool proven);
/* An ACK in LOSS. */
void rs_frto_on_ack(rs_env *env, rs_tcb *t, rs_ack_facts *f, bool duplicate);

/* --- the tail (tlp.c) */

/* Arms at_rto earlier than the RTO, which would run out after `rto`. True if it did. */
bool rs_tlp_arm(rs_env *env, rs_tcb *t, rs_dur rto);
void rs_tlp_fire(rs_env *env, rs_tcb *t);
void rs_tlp_on_ack(rs_env *env, rs_tcb *t, const rs_ack_facts *f);

/* --- sending again (resend.c) */

/* Sends again what is lost, as far as the window of this state of recovery allows. */
void rs_recovery_resend(rs_env *env, rs_tcb *t);
/* The same if the last ACK or timer asked for it: before new segments go, and (RFC 5682 2.1 step 2b) after they did. */
void rs_recovery_before_new(rs_env *env, rs_tcb *t);
void rs_recovery_after_new(rs_env *env, rs_tcb *t);
/* One record of the send queue goes out again, at most SND.MSS of it. False: the outbox is full. */
bool rs_retransmit(rs_env *env, rs_tcb *t, uint32_t rec);
/* The same as a probe: nothing says that it was lost. */
bool rs_retransmit_probe(rs_env *env, rs_tcb *t, uint32_t rec);
/* A new segment has gone out. */
void rs_recovery_sent(rs_env *env, rs_tcb *t, uint32_t rec);

/* --- the timer (resend.c) */

/* The retransmission timer runs from now on. */
void rs_rto_start(rs_env *env, rs_tcb *t);
/* It takes the place of an earlier deadline of another kind: it runs from when the first segment was sent. */
void rs_rto_rearm(rs_env *env, rs_tcb *t);
/* How long until the first segment has been out for a timeout; may be negative. */
rs_dur rs_rto_left(const rs_env *env, const rs_tcb *t);
/* The tail loss probe if there may be one, else the retransmission timer, from now on. */
void rs_arm_rto(rs_env *env, rs_tcb *t);

#endif
