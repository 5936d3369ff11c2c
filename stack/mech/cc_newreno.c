/* Reno with NewReno's recovery: the window arithmetic of RFC 5681 and RFC 6582, counted after RFC 3465 or as Linux. */
#include "cc_reno.h"

#include "../base/time.h"

_Static_assert(sizeof(rs_hspp) <= RS_CC_STATE_BYTES, "reno's state fits");

enum { ABE_NUM = 8, ABE_DEN = 10 };

static uint32_t most(uint32_t a, uint32_t b)
{
    return a < b ? b : a;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static rs_hspp *hystart_of(rs_cc *cc)
{
    return (rs_hspp *)(void *)cc->state;
}

static void init(rs_cc *cc)
{
    cc->cwnd_cnt = cc->acked_bytes = 0;
    rs_hspp_init(hystart_of(cc));
}

/* Sets the window to so many bytes, at least one segment. */
static void set_bytes(rs_cc *cc, uint64_t bytes, uint32_t mss)
{
    if (bytes < mss) bytes = mss;
    cc->cwnd_segs = (uint32_t)(bytes / mss);
    cc->rest_bytes = (uint32_t)(bytes % mss);
}

/* --- growth */

static uint32_t slow_start_rfc(rs_cc *cc, const rs_cc_ack *e)
{
    uint64_t most_bytes = (uint64_t)cc->p.abc_limit * e->mss, step = e->acked_bytes;
    if (cc->p.abc_limit && step > most_bytes) step = most_bytes;
    if (cc->cautious && cc->ssthresh_segs == RS_CC_INFINITE) step /= RS_HSPP_DIVISOR;
    set_bytes(cc, rs_cc_bytes(cc, e->mss) + step, e->mss);
    return 0;
}

uint32_t rs_reno_slow_start(rs_cc *cc, const rs_cc_ack *e)
{
    if (!rs_cc_in_slow_start(cc)) return e->acked_segs;
    if (!cc->p.linux_form) return slow_start_rfc(cc, e);
    uint32_t step = least(e->acked_segs, cc->ssthresh_segs - cc->cwnd_segs);
    cc->cwnd_segs += step;
    return e->acked_segs - step;
}

void rs_reno_add(rs_cc *cc, uint32_t every, uint32_t segs)
{
    if (cc->cwnd_cnt >= every) { /* the window, or the pace, was another one before */
        cc->cwnd_cnt = 0;
        cc->cwnd_segs++;
    }
    cc->cwnd_cnt += segs;
    uint32_t steps = cc->cwnd_cnt / every;
    cc->cwnd_cnt -= steps * every;
    cc->cwnd_segs += steps;
}

/* RFC 3465 2.1: one segment for each window of bytes acknowledged. */
static void avoid_rfc(rs_cc *cc, const rs_cc_ack *e)
{
    uint64_t window = rs_cc_bytes(cc, e->mss), acked = (uint64_t)cc->acked_bytes + e->acked_bytes;
    if (acked >= window) {
        acked -= window;
        cc->cwnd_segs++;
    }
    cc->acked_bytes = (uint32_t)(acked < window ? acked : window);
}

static void on_ack(rs_cc *cc, const rs_cc_ack *e)
{
    if (!e->cwnd_limited) return;
    bool below = rs_cc_in_slow_start(cc);
    uint32_t left = rs_reno_slow_start(cc, e);
    if (cc->p.linux_form) {
        if (left) rs_reno_add(cc, cc->cwnd_segs, left);
    } else if (!below) {
        avoid_rfc(cc, e);
    }
}

/* --- loss */

/* Linux halves the window, the RFC what is out. RFC 8511: a mark comes from a short queue, eight tenths are enough. */
static uint32_t ssthresh(rs_cc *cc, const rs_cc_loss *e)
{
    uint32_t full = cc->p.linux_form ? cc->cwnd_segs : e->flight_bytes / e->mss;
    uint32_t half = cc->p.linux_form ? full / 2 : e->flight_bytes / (2 * e->mss);
    if (e->marked && cc->p.tune.abe) half = (uint32_t)((uint64_t)full * ABE_NUM / ABE_DEN);
    return most(half, RS_CC_LEAST_SSTHRESH);
}

void rs_reno_set_segs(rs_cc *cc, uint32_t segs)
{
    cc->cwnd_segs = segs;
    cc->cwnd_cnt = cc->rest_bytes = cc->acked_bytes = 0;
}

void rs_reno_on_enter_recovery(rs_cc *cc, const rs_cc_loss *e)
{
    cc->ssthresh_segs = rs_cc_ssthresh(cc, e);
    rs_reno_set_segs(cc, cc->ssthresh_segs + e->dup_acks);
}

void rs_reno_on_dup_ack(rs_cc *cc, rs_time now)
{
    (void)now;
    cc->cwnd_segs++;
}

/* RFC 6582 3.2 step 3: take off what was acknowledged, put back one segment if that was at least one. */
void rs_reno_on_partial_ack(rs_cc *cc, const rs_cc_partial *e)
{
    uint64_t window = rs_cc_bytes(cc, e->mss);
    window -= window < e->acked_bytes ? window : e->acked_bytes;
    set_bytes(cc, e->acked_bytes >= e->mss ? window + e->mss : window, e->mss);
}

/* RFC 6582 3.2 step 3, full ACK: option 1, min(ssthresh, max(FlightSize, SMSS) + SMSS), so that no burst follows. */
void rs_reno_on_exit_recovery(rs_cc *cc, const rs_cc_exit *e)
{
    uint32_t flight = most((e->flight_bytes + e->mss - 1) / e->mss, 1) + 1;
    rs_reno_set_segs(cc, cc->p.linux_form ? cc->ssthresh_segs : least(cc->ssthresh_segs, flight));
}

void rs_reno_on_rto(rs_cc *cc, const rs_cc_loss *e)
{
    if (!e->again) cc->ssthresh_segs = rs_cc_ssthresh(cc, e);
    rs_reno_set_segs(cc, cc->p.linux_form ? e->inflight_segs + 1 : 1);
}

/* --- not sending */

/* Remembers three quarters of a window that is given up for want of use. */
static void keep_ssthresh(rs_cc *cc)
{
    cc->ssthresh_segs = most(cc->ssthresh_segs, cc->cwnd_segs / 2 + cc->cwnd_segs / 4);
}

void rs_reno_on_idle_restart(rs_cc *cc, const rs_cc_idle *e)
{
    uint32_t restart = least(rs_cc_initial_segs(&cc->p, e->mss), cc->cwnd_segs);
    if (!rs_dur_less(e->rto, e->idle)) return;
    if (!cc->p.linux_form) {
        rs_reno_set_segs(cc, restart);
        return;
    }
    keep_ssthresh(cc);
    uint32_t segs = cc->cwnd_segs;
    rs_dur rto = rs_dur_max(e->rto, RS_US(1));
    for (int64_t left = e->idle.us - rto.us; left > 0 && segs > restart; left -= rto.us) segs /= 2;
    cc->cwnd_segs = most(segs, restart);
}

/* RFC 2861 3.2: half way down to what was used. */
void rs_reno_on_underuse(rs_cc *cc, uint32_t used_segs)
{
    keep_ssthresh(cc);
    cc->cwnd_segs = (cc->cwnd_segs + used_segs) / 2;
}

void rs_reno_on_sample(rs_cc *cc, const rs_cc_sample *e)
{
    (void)cc, (void)e;
}

void rs_reno_on_rtt(rs_cc *cc, const rs_cc_rtt *e)
{
    (void)cc, (void)e;
}

bool rs_reno_hystart_pp(rs_cc *cc, rs_hspp *h, const rs_cc_rtt *e)
{
    if (cc->p.linux_form || !cc->p.tune.hystart_pp) return false;
    if (cc->ssthresh_segs != RS_CC_INFINITE || e->rtt.us < 0) return true;
    rs_hspp_phase phase = rs_hspp_on_rtt(h, &(rs_hspp_ack){e->una, e->nxt, e->rtt});
    cc->cautious = phase == RS_HSPP_CSS;
    if (phase == RS_HSPP_OVER) cc->ssthresh_segs = most(cc->cwnd_segs, RS_CC_LEAST_SSTHRESH);
    return true;
}

static void on_rtt(rs_cc *cc, const rs_cc_rtt *e)
{
    rs_reno_hystart_pp(cc, hystart_of(cc), e);
}

void rs_reno_on_begin(rs_cc *cc, const rs_cc_begin *e)
{
    (void)cc, (void)e;
}

static const char *broken(const rs_cc *cc)
{
    return rs_hspp_broken((const rs_hspp *)(const void *)cc->state);
}

const rs_cc_algo rs_cc_newreno = {
    .name = "reno",
    .rfc = "5681, 6582, 3465, 8511, 9406",
    .state_size = sizeof(rs_hspp),
    .init = init,
    .on_ack = on_ack,
    .on_enter_recovery = rs_reno_on_enter_recovery,
    .on_dup_ack = rs_reno_on_dup_ack,
    .on_partial_ack = rs_reno_on_partial_ack,
    .on_exit_recovery = rs_reno_on_exit_recovery,
    .on_rto = rs_reno_on_rto,
    .on_idle_restart = rs_reno_on_idle_restart,
    .on_underuse = rs_reno_on_underuse,
    .ssthresh = ssthresh,
    .on_sample = rs_reno_on_sample,
    .on_rtt = on_rtt,
    .on_begin = rs_reno_on_begin,
    .broken = broken,
};
