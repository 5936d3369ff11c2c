#include "rate.h"

#include "../base/time.h"

void rs_rate_init(rs_rate *r, rs_time now)
{
    *r = (rs_rate){.delivered_at = now, .first_sent = now, .slow_until = UINT32_MAX, .best_slow = true};
}

rs_rate_stamp rs_rate_sent(rs_rate *r, const rs_rate_out *o)
{
    if (o->nothing_out) r->first_sent = r->delivered_at = o->now;
    return (rs_rate_stamp){r->delivered_at, r->first_sent, o->delivered, r->slow_until != 0};
}

/* A marked sample counts only if it is faster than what is known. */
static void keep_best(rs_rate *r, const rs_rate_found *f)
{
    if (f->slow && (uint64_t)f->segs * (uint64_t)r->best_us < (uint64_t)r->best_segs * (uint64_t)f->us) return;
    r->best_segs = f->segs;
    r->best_us = f->us;
    r->best_slow = f->slow;
}

rs_rate_found rs_rate_sample(rs_rate *r, const rs_rate_in *in)
{
    rs_rate_found f = {0};
    if (r->slow_until && (int32_t)(in->delivered - r->slow_until) > 0) r->slow_until = 0;
    if (in->new_delivered) r->delivered_at = in->now;
    if (!in->stamp) return f;
    r->first_sent = in->sent;
    if (in->reneged) return f;
    f.slow = in->stamp->slow;
    f.prior_delivered = in->stamp->delivered;
    f.segs = in->delivered - in->stamp->delivered;
    f.us = rs_dur_max(rs_time_diff(in->sent, in->stamp->first_sent), rs_time_diff(in->now, in->stamp->delivered_at)).us;
    /* Less than the shortest round trip: an ACK of the first copy was taken for one of the second. */
    f.valid = f.us > 0 && f.us >= in->min_rtt.us;
    if (f.valid) keep_best(r, &f);
    return f;
}

void rs_rate_user_is_slow(rs_rate *r, uint32_t delivered, uint32_t inflight)
{
    uint32_t until = delivered + inflight;
    r->slow_until = until ? until : 1;
}

uint64_t rs_rate_bytes_per_sec(const rs_rate *r, uint32_t mss)
{
    if (!r->best_segs || r->best_us <= 0) return 0;
    return (uint64_t)r->best_segs * mss * 1000000 / (uint64_t)r->best_us;
}
