#include "rto.h"

#include "../base/time.h"

enum { MODEL_LEAST_MS = 200 };

/* Puts the base together from the estimate. */
static void recompute(rs_rto *r)
{
    int64_t srtt = r->srtt8 >> 3;
    r->moved =
        r->p.floor_on_variance && r->var4 < r->p.min.us; /* the variance takes its floor as a round trip begins */
    if (r->p.floor_on_variance) {
        r->base = rs_dur_min((rs_dur){srtt + r->var4}, r->p.max);
        return;
    }
    int64_t var = r->var4 > r->p.granularity.us ? r->var4 : r->p.granularity.us;
    r->base = rs_dur_clamp((rs_dur){srtt + var}, r->p.min, r->p.max);
}

void rs_rto_init(rs_rto *r, const rs_rto_params *p)
{
    *r = (rs_rto){.p = *p, .base = rs_dur_min(p->initial, p->max)};
}

void rs_rto_limit(rs_rto *r, rs_dur min, rs_dur max)
{
    r->moved |= min.us != r->p.min.us || max.us != r->p.max.us;
    r->p.min = min;
    r->p.max = max;
}

static void first_sample(rs_rto *r, const rs_rto_obs *o, int64_t rtt)
{
    r->srtt8 = rtt << 3;
    r->var4 = rtt << 1; /* RTTVAR = R/2 */
    if (!r->p.floor_on_variance) return;
    r->mdev4 = r->var4;
    if (r->var4 < r->p.min.us) r->var4 = r->p.min.us;
    r->mdev_max4 = r->var4;
    r->round_end = o->nxt;
}

/* (2.3): RTTVAR <- 3/4 RTTVAR + 1/4 |SRTT - R|, then SRTT <- 7/8 SRTT + 1/8 R. */
static void smooth_rfc(rs_rto *r, int64_t rtt)
{
    int64_t err = rtt - (r->srtt8 >> 3);
    r->srtt8 += err;
    r->var4 += (err < 0 ? -err : err) - (r->var4 >> 2);
}

static void smooth_linux(rs_rto *r, const rs_rto_obs *o, int64_t rtt)
{
    int64_t err = rtt - (r->srtt8 >> 3);
    r->srtt8 += err;
    int64_t change = (err < 0 ? -err : err) - (r->mdev4 >> 2);
    /* A better RTT looks like a deviation too: let it raise the timeout only slowly. */
    if (err < 0 && change > 0) change >>= 3;
    r->mdev4 += change;
    if (r->mdev4 > r->mdev_max4) r->mdev_max4 = r->mdev4;
    if (r->mdev_max4 > r->var4) r->var4 = r->mdev_max4;
    if (!rs_seq_after(o->una, r->round_end)) return;
    if (r->mdev_max4 < r->var4) r->var4 -= (r->var4 - r->mdev_max4) >> 2;
    r->round_end = o->nxt;
    r->mdev_max4 = r->p.min.us;
}

static void take_min(rs_rto *r, const rs_rto_obs *o, rs_dur rtt)
{
    bool outdated = rs_time_diff(o->now, r->min_rtt_at).us > o->remember.us;
    if (!rs_dur_is_zero(r->min_rtt) && !outdated && rs_dur_less(r->min_rtt, rtt)) return;
    r->min_rtt = rtt;
    r->min_rtt_at = o->now;
}

void rs_rto_sample(rs_rto *r, const rs_rto_obs *o)
{
    if (o->rtt.us < 0) return;
    rs_dur rtt = rs_dur_clamp(o->rtt, RS_US(1), RS_SEC(RS_RTO_SAMPLE_MAX_SECS));
    take_min(r, o, o->newest.us > 0 ? rs_dur_min(o->newest, rtt) : rtt);
    if (r->srtt8 == 0) first_sample(r, o, rtt.us);
    else if (r->p.floor_on_variance) smooth_linux(r, o, rtt.us);
    else smooth_rfc(r, rtt.us);
    if (r->srtt8 < 8) r->srtt8 = 8;
    recompute(r);
    r->backoff = 0;
}

void rs_rto_backoff(rs_rto *r)
{
    if (r->backoff < RS_RTO_BACKOFF_MAX) r->backoff++;
}

void rs_rto_take_back(rs_rto *r)
{
    if (r->backoff) r->backoff--;
}

void rs_rto_reset_backoff(rs_rto *r)
{
    r->backoff = 0;
}

void rs_rto_use_fallback(rs_rto *r)
{
    if (r->srtt8 == 0) r->base = rs_dur_min(r->p.fallback, r->p.max);
}

rs_dur rs_rto_timeout(const rs_rto *r)
{
    return rs_dur_min(rs_dur_shl(r->base, r->backoff), r->p.max);
}

rs_dur rs_rto_give_up_after(const rs_rto *r, const rs_rto_model *m)
{
    rs_dur sum = {0};
    for (uint32_t i = 0; i <= m->retries; i++) sum = rs_dur_add(sum, rs_dur_min(rs_dur_shl(m->first, i), r->p.max));
    return sum;
}

rs_dur rs_rto_text_gives_up_after(const rs_rto *r, int retries)
{
    rs_dur least = RS_MS(MODEL_LEAST_MS);
    rs_dur first = rs_dur_less(r->p.min, least) ? least : r->p.min;
    return rs_rto_give_up_after(r, &(rs_rto_model){first, (uint32_t)(retries > 0 ? retries : 0)});
}

const char *rs_rto_broken(const rs_rto *r)
{
    if (r->backoff > RS_RTO_BACKOFF_MAX) return "R2: backed off too often";
    if (r->base.us > r->p.max.us && !r->moved) return "R1: the base exceeds max";
    if (r->srtt8 == 0) return r->var4 == 0 ? NULL : "R3: a variance without a sample";
    if (r->srtt8 < 0 || r->var4 < 0) return "R3: a negative estimate";
    int64_t floor = r->p.floor_on_variance ? (r->srtt8 >> 3) + r->p.min.us : r->p.min.us;
    if (r->base.us < floor && r->base.us != r->p.max.us && !r->moved) return "R1: the base is below its floor";
    return NULL;
}
