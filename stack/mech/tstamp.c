#include "tstamp.h"

#include "../base/time.h"

void rs_tstamp_init(rs_tstamp *t, uint32_t offset)
{
    *t = (rs_tstamp){.offset = offset};
}

void rs_tstamp_agree(rs_tstamp *t)
{
    t->on = true;
}

uint32_t rs_tstamp_val(const rs_tstamp *t, rs_time now)
{
    return (uint32_t)(uint64_t)(now.us / RS_TSTAMP_TICK_US) + t->offset;
}

/* TS.Recent is so old that the peer's clock may have gone half around the circle (RFC 7323 5.5). */
static bool is_outdated(const rs_tstamp *t, rs_time now, rs_dur idle)
{
    return rs_dur_less(idle, rs_time_diff(now, t->recent_at));
}

bool rs_tstamp_is_old(const rs_tstamp *t, const rs_paws_in *in)
{
    if (!t->has_recent || is_outdated(t, in->now, in->idle)) return false;
    return (int32_t)(t->recent - in->ts_val) > (int32_t)in->tolerance_ticks;
}

void rs_tstamp_take_first(rs_tstamp *t, rs_time now, uint32_t ts_val)
{
    t->recent = ts_val;
    t->recent_at = now;
    t->has_recent = true;
}

bool rs_tstamp_update(rs_tstamp *t, const rs_tstamp_seg *s)
{
    if (rs_seq_after(s->seq, s->last_ack_sent)) return false;
    if (t->has_recent && rs_ts_before(s->ts_val, t->recent) && !is_outdated(t, s->now, s->idle)) return false;
    rs_tstamp_take_first(t, s->now, s->ts_val);
    return true;
}

bool rs_tstamp_rtt(const rs_tstamp *t, const rs_echo_in *in, rs_dur *rtt)
{
    if (in->ts_ecr == 0) return false;
    int32_t ticks = (int32_t)(rs_tstamp_val(t, in->now) - in->ts_ecr);
    if (ticks < 0) return false;
    *rtt = rs_dur_mul(RS_US(RS_TSTAMP_TICK_US), ticks > 0 ? ticks : 1);
    return true;
}

bool rs_tstamp_echo_plausible(const rs_tstamp *t, const rs_echo_range *in)
{
    uint32_t first = rs_tstamp_val(t, in->first_sent), last = rs_tstamp_val(t, in->now);
    return in->ts_ecr - first <= last - first;
}

const char *rs_tstamp_broken(const rs_tstamp *t)
{
    if (!t->has_recent && (t->recent != 0 || t->recent_at.us != 0)) return "T1: TS.Recent is set and not valid";
    return NULL;
}
