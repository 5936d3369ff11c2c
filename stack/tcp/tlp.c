/* Tail loss probe (RFC 8985 section 7): when the end of what was sent is not acknowledged, one segment goes out before
 * the RTO would, so that a lost tail is repaired by the ACK it draws. Only with SACK, only while nothing is known to be
 * lost. */
#include "../base/time.h"
#include "output.h"
#include "recovery.h"

enum { TLP_ON = 3, TLP_ON_TOO = 4, PTO_SLACK_MS = 2 };

/* With one segment out the peer may delay its ACK (7.2). */
static rs_dur probe_timeout(const rs_env *env, const rs_tcb *t)
{
    if (!rs_rto_has_sample(&t->rto)) return t->rto.p.initial;
    rs_dur pto = rs_dur_mul(rs_rto_srtt(&t->rto), 2);
    return rs_dur_add(pto, t->sndq.segs == 1 ? env->cfg->knobs.rto_min : RS_MS(PTO_SLACK_MS));
}

static bool may_probe(const rs_env *env, const rs_tcb *t)
{
    int on = env->cfg->knobs.early_retrans;
    if ((on != TLP_ON && on != TLP_ON_TOO) || !t->sack_on || !t->was_open || t->sndq.segs == 0) return false;
    return t->loss.ca_state == RS_CA_OPEN || t->loss.ca_state == RS_CA_CWR;
}

bool rs_tlp_arm(rs_env *env, rs_tcb *t, rs_dur rto)
{
    if (!may_probe(env, t)) return false;
    rs_dur pto = rs_dur_min(probe_timeout(env, t), t->rto.p.max); /* no timer that stands for the RTO is longer */
    if (rto.us > 0) pto = rs_dur_min(pto, rto);
    t->at_rto = rs_tcb_after(env, pto);
    t->loss.pending = RS_PENDING_PROBE;
    return true;
}

/* New data makes the better probe; else the last segment goes again. The congestion window may be exceeded by one. */
static bool send_probe(rs_env *env, rs_tcb *t)
{
    if (t->loss.probe_out) return false; /* one at a time */
    t->loss.probe_resent = false;
    if (rs_output_one(env, t)) return true;
    if (!rs_retransmit_probe(env, t, t->sndq.tail)) return false;
    t->loss.probe_resent = true;
    return true;
}

void rs_tlp_fire(rs_env *env, rs_tcb *t)
{
    if (t->sndq.segs == 0) {
        rs_rto_start(env, t);
        return;
    }
    if (!send_probe(env, t)) {
        rs_rto_rearm(env, t);
        return;
    }
    t->loss.probe_out = true;
    t->loss.probe_end = t->sndq.nxt;
    rs_rto_start(env, t);
}

/* What the probe has told (7.4): did it repair a loss, which then has to be paid for, or was there none? */
void rs_tlp_on_ack(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    rs_seq ack = f->seg->ack;
    if (!t->loss.probe_out || rs_seq_before(ack, t->loss.probe_end)) return;
    if (!t->loss.probe_resent || f->dsack_probe) {
        t->loss.probe_out = false;
    } else if (rs_seq_after(ack, t->loss.probe_end)) {
        rs_recovery_start_reduction(env, t, false);
        t->loss.ca_state = RS_CA_CWR;
        rs_recovery_end_reduction(env, t);
        rs_recovery_keep_open(env, t);
    } else if (!f->advanced && !f->text && !f->window && !f->sacked) {
        t->loss.probe_out = false;
    }
}
