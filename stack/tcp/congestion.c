/* see congestion.h */
#include "congestion.h"

#include "../base/time.h"
#include "pacing.h"

_Static_assert((int)RS_CC_LOSS == RS_CA_LOSS && (int)RS_CC_CWR == RS_CA_CWR, "phases are numbered alike");

/* The handshake says little about the path under load: Linux's algorithms begin after it. */
void rs_congestion_rtt(rs_env *env, rs_tcb *t, rs_dur newest)
{
    if (!t->was_open) return;
    rs_cc_on_rtt(&t->cc, &(rs_cc_rtt){.now = env->now,
                                      .rtt = newest,
                                      .una = t->sndq.una,
                                      .nxt = t->sndq.nxt,
                                      .pacing_rate = t->snd.pacing_rate,
                                      .paced = rs_pacing_on(env, t)});
}

void rs_congestion_send(const rs_env *env, rs_tcb *t)
{
    if (rs_recovery_inflight(t)) return;
    rs_cc_on_begin(&t->cc, &(rs_cc_begin){.now = env->now,
                                          .last_sent = t->stat.data_sent,
                                          .mss = t->snd.mss,
                                          .slow = t->rate.slow_until != 0});
}

void rs_congestion_sent(rs_env *env, rs_tcb *t, uint32_t rec)
{
    bool alone = t->sndq.segs == 1 && rs_sndq_rec(env->records, rec)->sent == 1;
    rs_rate_stamp s =
        rs_rate_sent(&t->rate, &(rs_rate_out){.now = env->now, .delivered = t->stat.delivered, .nothing_out = alone});
    rs_sndq_stamp(env->records, rec, &(rs_sndstamp){s.delivered_at, s.first_sent, s.delivered, s.slow});
}

/* --- an ACK ------------------------------------------------------------------------------------------------------ */

static rs_cc_sample describe(rs_env *env, const rs_tcb *t, const rs_ack_facts *f)
{
    return (rs_cc_sample){.now = env->now,
                          .una = t->sndq.una,
                          .nxt = t->sndq.nxt,
                          .mss = t->snd.mss,
                          .delivered = t->stat.delivered,
                          .delivered_ce = t->stat.delivered_ce,
                          .lost = t->loss.lost,
                          .new_delivered = t->stat.delivered - f->delivered,
                          .new_lost = t->loss.lost - f->lost,
                          .inflight_segs = rs_recovery_inflight(t),
                          .prior_inflight_segs = f->inflight,
                          .phase = (rs_cc_phase)t->loss.ca_state,
                          .rtt = f->rtt,
                          .min_rtt = t->rto.min_rtt,
                          .srtt = rs_rto_srtt(&t->rto),
                          .ahead = rs_pacing_ahead(env, t),
                          .most_rate = rs_pacing_most(t)};
}

void rs_congestion_hear(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    if (f->ece) t->stat.delivered_ce += f->marks ? f->marks : t->stat.delivered - f->delivered;
    if (rs_congestion_owned(t) || !f->segs || !t->was_open) return;
    rs_cc_sample s = describe(env, t, f);
    rs_cc_on_sample(&t->cc, &s);
}

/* One segment, not a full one, and nothing odd about it: the peer may have waited for a second one (RFC 9293 3.8.6.3).
 */
static bool perhaps_delayed(const rs_tcb *t, const rs_ack_facts *f)
{
    return f->got.segs == 1 && f->got.bytes < t->snd.mss && !f->sacked && !f->ece && !f->dsack && !f->syn_acked &&
           f->sent_delivered + 1 == t->stat.delivered;
}

void rs_congestion_sample(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    rs_rate_stamp stamp = {f->stamp.delivered_at, f->stamp.first_sent, f->stamp.delivered, f->stamp.slow};
    rs_cc_sample s = describe(env, t, f);
    rs_rate_found r = rs_rate_sample(&t->rate, &(rs_rate_in){.now = env->now,
                                                             .stamp = f->stamped ? &stamp : NULL,
                                                             .sent = f->newest_sent,
                                                             .delivered = s.delivered,
                                                             .new_delivered = s.new_delivered,
                                                             .min_rtt = s.min_rtt,
                                                             .resent = f->resent,
                                                             .reneged = f->reneged});
    if (!rs_congestion_owned(t) || !t->was_open) return;
    s.segs = r.valid ? r.segs : 0;
    s.us = r.valid ? r.us : 0;
    s.prior_delivered = r.prior_delivered;
    s.slow = r.slow;
    s.delayed = perhaps_delayed(t, f);
    s.random = rs_rng_u32(env->rng);
    rs_cc_on_sample(&t->cc, &s);
    if (t->cc.draining) rs_rate_user_is_slow(&t->rate, s.delivered, s.inflight_segs);
    rs_recovery_tell(env, t, "model");
}

void rs_congestion_before_write(rs_tcb *t)
{
    if (rs_sndq_unsent(&t->sndq) >= t->snd.mss || rs_recovery_inflight(t) >= t->cc.cwnd_segs) return;
    if (t->sndq.lost_segs > t->sndq.retrans_segs) return;
    rs_rate_user_is_slow(&t->rate, t->stat.delivered, rs_recovery_inflight(t));
}
