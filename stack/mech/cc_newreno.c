/* Reno with NewReno's recovery: the window arithmetic of RFC 5681 and RFC 6582, counted after RFC 3465 or as Linux. */
#include "cc.h"

#include "../base/time.h"

enum { LEAST_SSTHRESH = 2 };

static uint32_t most(uint32_t a, uint32_t b)
{
    return a < b ? b : a;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void init(rs_cc *cc)
{
    cc->cwnd_cnt = cc->acked_bytes = 0;
}

/* Sets the window to so many bytes, at least one segment. */
static void set_bytes(rs_cc *cc, uint64_t bytes, uint32_t mss)
{
    if (bytes < mss) bytes = mss;
    cc->cwnd_segs = (uint32_t)(bytes / mss);
    cc->rest_bytes = (uint32_t)(bytes % mss);
}

/* --- growth */

static void grow_linux(rs_cc *cc, uint32_t segs)
{
    if (rs_cc_in_slow_start(cc)) {
        uint32_t step = least(segs, cc->ssthresh_segs - cc->cwnd_segs);
        cc->cwnd_segs += step;
        segs -= step;
    }
    if (segs == 0) return;
    if (cc->cwnd_cnt >= cc->cwnd_segs) { /* the window was cut since */
        cc->cwnd_cnt = 0;
        cc->cwnd_segs++;
    }
    cc->cwnd_cnt += segs;
    uint32_t steps = cc->cwnd_cnt / cc->cwnd_segs;
    cc->cwnd_cnt -= steps * cc->cwnd_segs;
    cc->cwnd_segs += steps;
}

static void grow_rfc(rs_cc *cc, const rs_cc_ack *e)
{
    uint64_t window = rs_cc_bytes(cc, e->mss);
    if (rs_cc_in_slow_start(cc)) {
        uint64_t most_bytes = (uint64_t)cc->p.abc_limit * e->mss, step = e->acked_bytes;
        if (cc->p.abc_limit && step > most_bytes) step = most_bytes;
        set_bytes(cc, window + step, e->mss);
        return;
    }
    /* RFC 3465 2.1: one segment for each window of bytes acknowledged. */
    uint64_t acked = (uint64_t)cc->acked_bytes + e->acked_bytes;
    if (acked >= window) {
        acked -= window;
        cc->cwnd_segs++;
    }
    cc->acked_bytes = (uint32_t)(acked < window ? acked : window);
}

static void on_ack(rs_cc *cc, const rs_cc_ack *e)
{
    if (!e->cwnd_limited) return;
    if (cc->p.linux_form) grow_linux(cc, e->acked_segs);
    else grow_rfc(cc, e);
}

/* --- loss */

static void cut_ssthresh(rs_cc *cc, const rs_cc_loss *e)
{
    uint32_t half = cc->p.linux_form ? cc->cwnd_segs / 2 : e->flight_bytes / (2 * e->mss);
    cc->ssthresh_segs = most(half, LEAST_SSTHRESH);
}

static void set_segs(rs_cc *cc, uint32_t segs)
{
    cc->cwnd_segs = segs;
    cc->cwnd_cnt = cc->rest_bytes = cc->acked_bytes = 0;
}

static void on_enter_recovery(rs_cc *cc, const rs_cc_loss *e)
{
    cut_ssthresh(cc, e);
    set_segs(cc, cc->ssthresh_segs + e->dup_acks);
}

static void on_dup_ack(rs_cc *cc, rs_time now)
{
    (void)now;
    cc->cwnd_segs++;
}

/* RFC 6582 3.2 step 3: take off what was acknowledged, put back one segment if that was at least one. */
static void on_partial_ack(rs_cc *cc, const rs_cc_partial *e)
{
    uint64_t window = rs_cc_bytes(cc, e->mss);
    window -= window < e->acked_bytes ? window : e->acked_bytes;
    set_bytes(cc, e->acked_bytes >= e->mss ? window + e->mss : window, e->mss);
}

/* RFC 6582 3.2 step 3, full ACK: option 1, min(ssthresh, max(FlightSize, SMSS) + SMSS), so that no burst follows. */
static void on_exit_recovery(rs_cc *cc, const rs_cc_exit *e)
{
    uint32_t flight = most((e->flight_bytes + e->mss - 1) / e->mss, 1) + 1;
    set_segs(cc, cc->p.linux_form ? cc->ssthresh_segs : least(cc->ssthresh_segs, flight));
}

static void on_rto(rs_cc *cc, const rs_cc_loss *e)
{
    if (!e->again) cut_ssthresh(cc, e);
    set_segs(cc, cc->p.linux_form ? e->inflight_segs + 1 : 1);
}

/* --- not sending */

/* Remembers three quarters of a window that is given up for want of use. */
static void keep_ssthresh(rs_cc *cc)
{
    cc->ssthresh_segs = most(cc->ssthresh_segs, cc->cwnd_segs - cc->cwnd_segs / 4);
}

static void on_idle_restart(rs_cc *cc, const rs_cc_idle *e)
{
    uint32_t restart = least(rs_cc_initial_segs(&cc->p, e->mss), cc->cwnd_segs);
    if (!rs_dur_less(e->rto, e->idle)) return;
    if (!cc->p.linux_form) {
        set_segs(cc, restart);
        return;
    }
    keep_ssthresh(cc);
    uint32_t segs = cc->cwnd_segs;
    rs_dur rto = rs_dur_max(e->rto, RS_US(1));
    for (int64_t left = e->idle.us - rto.us; left > 0 && segs > restart; left -= rto.us) segs /= 2;
    cc->cwnd_segs = most(segs, restart);
}

/* RFC 2861 3.2: half way down to what was used. */
static void on_underuse(rs_cc *cc, uint32_t used_segs)
{
    keep_ssthresh(cc);
    cc->cwnd_segs = (cc->cwnd_segs + used_segs) / 2;
}

const rs_cc_algo rs_cc_newreno = {
    .name = "reno",
    .rfc = "5681, 6582, 3465",
    .state_size = 0,
    .init = init,
    .on_ack = on_ack,
    .on_enter_recovery = on_enter_recovery,
    .on_dup_ack = on_dup_ack,
    .on_partial_ack = on_partial_ack,
    .on_exit_recovery = on_exit_recovery,
    .on_rto = on_rto,
    .on_idle_restart = on_idle_restart,
    .on_underuse = on_underuse,
};
