/* step.h — what a step of "segment arrives" says, and the trimmed view of the segment that the steps pass on.
 *
 * A step first judges and then, if the segment stands, applies. The first verdict other than PROCEED ends the walk;
 * input.c turns it into its effect. Until the ACK has been accepted no step changes the connection, so a segment that
 * is refused leaves it as it was, apart from counters and rate limits. */
#ifndef RS_TCP_STEP_H
#define RS_TCP_STEP_H

#include "env.h"
#include "reason.h"
#include "tcb.h"

typedef enum rs_verdict_kind {
    RS_PROCEED,      /* go on with the next step */
    RS_DISCARD,      /* drop, say nothing */
    RS_ANSWER,       /* drop, answer <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK> */
    RS_CHALLENGE,    /* the same, rate limited as RFC 5961 section 7 asks */
    RS_ANSWER_SYN,   /* drop, send our SYN-ACK again */
    RS_ANSWER_RESET, /* drop, answer with a reset made from the segment (3.10.7.1) */
    RS_DEFER,        /* drop, but the peer has our SYN-ACK, which need not go again yet (TCP_DEFER_ACCEPT) */
    RS_REFUSE,       /* reset the peer and forget a half-open child */
    RS_UNDO_OPEN,    /* forget a half-open child silently: back to LISTEN */
    RS_RESET_TAKEN,  /* the peer reset the connection */
    RS_LATE_TEXT,    /* text for a user who is gone: reset the peer and end (RFC 9293 3.6.1) */
    RS_REOPEN        /* TIME-WAIT makes room for this SYN */
} rs_verdict_kind;

typedef struct rs_verdict {
    rs_verdict_kind kind;
    rs_reason why;
} rs_verdict;

#define RS_GO_ON ((rs_verdict){RS_PROCEED, RS_WHY_NONE})

static inline rs_verdict rs_say(rs_verdict_kind kind, rs_reason why)
{
    return (rs_verdict){kind, why};
}

/* The segment and what of it is new and in the window. The receive queue trims for itself, so text stays in `seg`. */
typedef struct rs_arrival {
    const rs_seg *seg; /* as it came */
    rs_seq seq;        /* of the first byte of its text: SEG.SEQ without the SYN */
    uint32_t len;      /* text bytes that lie in the window */
    rs_seq edge;       /* of the window, and of a FIN that may lie at it */
    bool fin;          /* the FIN lies in the window */
    bool syn;          /* the SYN lies in the window */
    bool in_time_wait; /* it came in TIME-WAIT */
    bool old;          /* nothing in it is new */
    bool cut_right;    /* something beyond the window was cut off */
    bool fin_taken;    /* the peer's FIN took effect with this segment, perhaps one that had waited beyond a gap */
} rs_arrival;

typedef rs_verdict rs_step(rs_env *env, rs_tcb *t, rs_arrival *a);

/* The steps of 3.10.7.4 that live in files of their own. */
rs_verdict rs_take_ack(rs_env *env, rs_tcb *t, rs_arrival *a);
rs_verdict rs_take_urg(rs_env *env, rs_tcb *t, rs_arrival *a);
rs_verdict rs_take_text(rs_env *env, rs_tcb *t, rs_arrival *a);
rs_verdict rs_take_fin(rs_env *env, rs_tcb *t, rs_arrival *a);

/* The walks. */
rs_verdict rs_input_synsent(rs_env *env, rs_tcb *t, const rs_seg *seg);
/* may_reopen: a listener is there for a SYN that may start a new incarnation. */
rs_verdict rs_input_sync(rs_env *env, rs_tcb *t, const rs_seg *seg, bool may_reopen);

#endif
