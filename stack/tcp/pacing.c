/* see pacing.h */
#include "pacing.h"

enum { PERCENT_BYTES_US = 10000 };

void rs_pacing_update(const rs_env *env, rs_tcb *t)
{
    int64_t srtt8 = t->rto.srtt8;
    bool early = t->cc.cwnd_segs < t->cc.ssthresh_segs / 2;
    int percent = early ? env->cfg->knobs.pacing_ss_ratio : env->cfg->knobs.pacing_ca_ratio;
    uint32_t segs = t->cc.cwnd_segs > t->sndq.segs ? t->cc.cwnd_segs : t->sndq.segs;
    uint64_t scaled = (uint64_t)t->snd.mss * PERCENT_BYTES_US * 8 * (uint64_t)(percent > 0 ? percent : 0);
    uint64_t rate = scaled && segs > UINT64_MAX / scaled ? UINT64_MAX : scaled * segs;
    if (srtt8 > 0) rate /= (uint64_t)srtt8;
    t->snd.pacing_rate = rate ? rate : 1;
}

uint64_t rs_pacing_rate(const rs_tcb *t)
{
    return t->snd.pacing_rate ? t->snd.pacing_rate : UINT64_MAX;
}
