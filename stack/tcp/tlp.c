/* Tail loss probe (RFC 8985 section 7): when the end of what was sent is not acknowledged, one segment goes out before
 * the RTO would, so that a lost tail is repaired by the ACK it draws. Only with SACK, only while nothing is known to be
 * lost. */
#include "../base/time.h"
#include "output.h"
#include "recovery.h"

static rs_dur probe_timeout(const rs_env *env, const rs_tcb *t)
{
    if (!rs_rto_has_sample(&t->rto)) return t->rto.p.initial;
    rs_dur pto = rs_dur_mul(rs_rto_srtt(&t->rto), 2);
    return rs_dur_add(pto, t->sndq.segs == 1 ? env->cfg->knobs.rto_min : RS_MS(2));
}

bool rs_tlp_arm(rs_env *env, rs_tcb *t)
{
    if (!env->cfg->quirks.tail_loss_probe || !t->sack_on || !t->was_open || t->loss.tlp_out) return false;
    if (t->loss.ca_state != RS_CA_OPEN || t->sndq.segs == 0 || t->sndq.sacked_segs || t->rto.backoff) return false;
    rs_dur pto = rs_dur_min(probe_timeout(env, t), rs_rto_timeout(&t->rto));
    t->at_rto = rs_tcb_after(env, pto);
    t->loss.tlp_armed = true;
    return true;
}

static uint32_t last_record(const rs_env *env, const rs_tcb *t)
{
    uint32_t last = rs_sndq_first(&t->sndq);
    while (rs_sndq_rec(env->records, last)->next != RS_NIL) last = rs_sndq_rec(env->records, last)->next;
    return last;
}

/* New data makes the better probe; else the last segment goes again. The congestion window may be exceeded by one. */
void rs_tlp_fire(rs_env *env, rs_tcb *t)
{
    t->loss.tlp_armed = false;
    t->at_rto = RS_NEVER;
    if (t->sndq.segs == 0) return;
    if (!rs_output_one(env, t)) rs_retransmit(env, t, last_record(env, t));
    t->loss.tlp_out = true;
    t->loss.tlp_end = t->sndq.nxt;
    t->at_rto = rs_tcb_after(env, rs_rto_timeout(&t->rto));
}

void rs_tlp_on_ack(rs_tcb *t)
{
    if (t->loss.tlp_out && !rs_seq_before(t->sndq.una, t->loss.tlp_end)) t->loss.tlp_out = false;
}
