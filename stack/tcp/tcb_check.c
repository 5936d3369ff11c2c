/* The invariants of tcb.h, one test for each. Used at the door, by tests and as an oracle of the fuzzers. */
#include "../base/time.h"
#include "accurate.h"
#include "signing.h"
#include "state.h"
#include "tcp.h"

static bool idle(rs_time at)
{
    return rs_time_is_never(at);
}

static const char *check_sequences(const rs_tcb *t)
{
    if (!rs_seq_before_eq(t->sndq.una, t->sndq.nxt)) return "I1: SND.UNA is beyond SND.NXT";
    if (!rs_seq_before_eq(t->sndq.nxt, t->sndq.end)) return "I1: SND.NXT is beyond what was queued";
    if (t->was_open && rs_seq_before_eq(t->sndq.una, t->snd.iss) && t->state != RS_CLOSED)
        return "I3: open, but our SYN waits";
    return NULL;
}

static const char *check_retransmission(const rs_tcb *t)
{
    if (t->sndq.segs && idle(t->at_rto)) return "I2: something is out and the retransmission timer is idle";
    if (!t->sndq.segs && !t->sndq.syn_unsent && !idle(t->at_rto))
        return "I2: nothing is out and the retransmission timer runs";
    if (t->persist.active && t->sndq.segs) return "I8: the persist timer runs while something is out";
    return NULL;
}

static const char *check_window(const rs_tcb *t)
{
    if (t->state == RS_SYN_SENT || t->state == RS_CLOSED) return NULL;
    if (rs_seq_before(rs_rcvwnd_edge(&t->wnd), t->rcvq.nxt) && !t->rcvq.fin_taken && !t->wnd.linux_form)
        return "I4: RCV.NXT is beyond the window";
    return NULL;
}

static const char *check_fins(const rs_tcb *t)
{
    const rs_state_row *row = rs_row(t->state);
    if (row->fin_queued != t->sndq.fin_queued) return "I5: the state and the FIN in the send queue disagree";
    if (row->fin_seen != t->rcvq.fin_taken) return "I5: the state and the peer's FIN disagree";
    return NULL;
}

static bool others_idle(const rs_tcb *t)
{
    return idle(t->at_rto) && idle(t->at_user) && idle(t->delack.deadline) && idle(t->persist.deadline) &&
           idle(t->keepalive.deadline) && idle(t->at_pace);
}

static const char *check_time_wait(const rs_tcb *t)
{
    if (t->state == RS_TIME_WAIT && idle(t->at_close)) return "I6: TIME-WAIT without an end";
    if (t->state == RS_TIME_WAIT && !others_idle(t)) return "I6: another timer runs in TIME-WAIT";
    if (t->state != RS_TIME_WAIT && t->state != RS_FIN_WAIT_2 && !idle(t->at_close))
        return "I6: the end of another state is set";
    return NULL;
}

static const char *check_counts(const rs_tcb *t)
{
    const rs_sndq *q = &t->sndq;
    if (q->sacked_segs + q->lost_segs > q->segs) return "I7: more segments sacked and lost than out";
    if (q->sacked_segs + q->lost_segs + t->loss.dup_segs > q->segs && t->loss.dup_segs)
        return "I7: more duplicates counted than segments out";
    if (q->retrans_segs > q->segs) return "I7: more segments retransmitted than out";
    return NULL;
}

static const char *check_owner(const rs_tcb *t)
{
    bool embryo = t->passive && t->state == RS_SYN_RECEIVED && !t->fo.child;
    if (embryo && t->user) return "I10: a half-open child has a user";
    if (embryo && t->listener == RS_NIL) return "I10: a half-open child has no listener";
    if (!embryo && t->listener != RS_NIL && !t->user) return "I10: a connection waits for accept but has no user";
    return NULL;
}

static const char *check_memory(const rs_tcb *t)
{
    bool held = rs_rcvq_held(&t->rcvq) > 0;
    if (!held && t->rmem.used) return "I12: memory is in use and nothing is held";
    return NULL;
}

static const char *check_parts(const rs_tcb *t)
{
    const char *b;
    if ((b = rs_rto_broken(&t->rto))) return b;
    if ((b = rs_rack_broken(&t->loss.rack))) return b;
    if ((b = rs_undo_broken(&t->loss.undo))) return b;
    if ((b = rs_reorder_broken(&t->loss.reorder))) return b;
    if ((b = rs_cc_broken(&t->cc))) return b;
    if ((b = rs_rcvwnd_broken(&t->wnd))) return b;
    if ((b = rs_ecn_broken(&t->ecn))) return b;
    if ((b = rs_delack_broken(&t->delack))) return b;
    if ((b = rs_persist_broken(&t->persist))) return b;
    if ((b = rs_keepalive_broken(&t->keepalive))) return b;
    if ((b = rs_mtup_broken(&t->mtup))) return b;
    return rs_tstamp_broken(&t->ts);
}

const char *rs_tcb_broken(const rs_tcb *t)
{
    typedef const char *check(const rs_tcb *t);
    static check *const living[] = {check_sequences, check_retransmission, check_window, check_fins, check_time_wait,
                                    check_counts,    check_owner,          check_memory, check_parts};
    if (t->state == RS_CLOSED) return others_idle(t) && idle(t->at_close) ? NULL : "I9: a timer runs in CLOSED";
    for (unsigned i = 0; i < sizeof living / sizeof living[0]; i++) {
        const char *b = living[i](t);
        if (b) return b;
    }
    return NULL;
}

const char *rs_tcb_queues_broken(const rs_env *env, const rs_tcb *t)
{
    const rs_accecn *a = rs_accurate(env, t);
    const char *wrong = a ? rs_accecn_broken(a) : NULL;
    if (!wrong) wrong = rs_keyring_broken(env->blocks, t->opts.keys);
    if (!wrong) wrong = rs_synsave_broken(env->blocks, t->saved_syn);
    if (wrong) return wrong;
    const char *b = rs_sndq_broken(env->blocks, env->records, &t->sndq);
    if (!b) b = rs_rcvq_broken(env->blocks, env->records, &t->rcvq);
    return b ? b : rs_notes_broken(env->records, &t->notes);
}
