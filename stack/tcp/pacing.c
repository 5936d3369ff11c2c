/* see pacing.h */
#include "pacing.h"

#include "../base/time.h"
#include "congestion.h"
#include "output.h"

enum { PERCENT_BYTES_US = 10000, UNPACED_SEGS = 10, NS_PER_US = 1000, NS_PER_SEC = 1000000000 };

void rs_pacing_update(const rs_env *env, rs_tcb *t)
{
    int64_t srtt8 = t->rto.srtt8;
    bool early = t->cc.cwnd_segs < t->cc.ssthresh_segs / 2;
    int percent = early ? env->cfg->knobs.pacing_ss_ratio : env->cfg->knobs.pacing_ca_ratio;
    uint32_t segs = t->cc.cwnd_segs > t->sndq.segs ? t->cc.cwnd_segs : t->sndq.segs;
    uint64_t scaled = (uint64_t)t->snd.mss * PERCENT_BYTES_US * 8 * (uint64_t)(percent > 0 ? percent : 0);
    uint64_t rate = scaled && segs > UINT64_MAX / scaled ? UINT64_MAX : scaled * segs;
    if (srtt8 > 0) rate /= (uint64_t)srtt8;
    if (rs_congestion_owned(t) && t->cc.pacing_rate) rate = t->cc.pacing_rate;
    if (rate > rs_pacing_most(t)) rate = rs_pacing_most(t);
    t->snd.pacing_rate = rate; /* 0: not paced, as when a ratio of 0 is asked for */
}

uint64_t rs_pacing_most(const rs_tcb *t)
{
    return t->opts.max_pacing_rate ? t->opts.max_pacing_rate : UINT64_MAX;
}

/* The user's limit holds from the call on, not from the next ACK. */
uint64_t rs_pacing_rate(const rs_tcb *t)
{
    uint64_t rate = t->snd.pacing_rate ? t->snd.pacing_rate : UINT64_MAX, most = rs_pacing_most(t);
    return rate < most ? rate : most;
}

bool rs_pacing_on(const rs_env *env, const rs_tcb *t)
{
    return t->opts.max_pacing_rate || rs_congestion_owned(t) || env->cfg->knobs.fq;
}

static int64_t ns(rs_time at)
{
    return at.us < INT64_MAX / NS_PER_US ? at.us * NS_PER_US : INT64_MAX;
}

rs_dur rs_pacing_ahead(const rs_env *env, const rs_tcb *t)
{
    int64_t now = ns(env->now);
    return (rs_dur){t->snd.depart_ns > now ? (t->snd.depart_ns - now) / NS_PER_US : 0};
}

bool rs_pacing_waits(const rs_env *env, rs_tcb *t)
{
    if (!rs_pacing_on(env, t) || t->snd.depart_ns <= ns(env->now)) return false;
    t->at_pace = (rs_time){(t->snd.depart_ns + NS_PER_US - 1) / NS_PER_US};
    return true;
}

void rs_pacing_sent(const rs_env *env, rs_tcb *t, uint32_t bytes)
{
    int64_t now = ns(env->now), prior = t->snd.depart_ns;
    if (!rs_pacing_on(env, t)) return;
    if (t->snd.depart_ns < now) t->snd.depart_ns = now;
    if (t->stat.data_segs_out < UNPACED_SEGS || rs_pacing_rate(t) == UINT64_MAX) return;
    int64_t len = (int64_t)((uint64_t)bytes * NS_PER_SEC / rs_pacing_rate(t)), credit = t->snd.depart_ns - prior;
    t->snd.depart_ns += len - (credit < len / 2 ? credit : len / 2);
}

void rs_pacing_fire(rs_env *env, rs_tcb *t)
{
    t->at_pace = RS_NEVER;
    if (t->sndq.lost_segs > t->sndq.retrans_segs && t->loss.ca_state >= RS_CA_RECOVERY) t->loss.resend = RS_RESEND_LOST;
    rs_output(env, t);
}
