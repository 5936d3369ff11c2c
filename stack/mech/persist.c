#include "persist.h"

#include "../base/time.h"

void rs_persist_init(rs_persist *p)
{
    *p = (rs_persist){.deadline = RS_NEVER};
}

static void arm(rs_persist *p, const rs_persist_when *w)
{
    rs_dur gap = rs_dur_min(rs_dur_shl(rs_dur_max(w->rto, w->min), p->backoff), w->max);
    p->deadline = rs_time_add(w->now, gap);
}

void rs_persist_start(rs_persist *p, const rs_persist_when *w)
{
    if (p->active) return;
    rs_persist_init(p);
    p->active = true;
    arm(p, w);
    p->backoff = w->backoff < RS_PERSIST_BACKOFF_MAX ? w->backoff : RS_PERSIST_BACKOFF_MAX;
}

rs_persist_act rs_persist_on_timer(rs_persist *p, const rs_persist_when *w, const rs_persist_limit *l)
{
    if (!rs_time_due(p->deadline, w->now)) return RS_PERSIST_NONE;
    if (p->probes >= l->retries) return RS_PERSIST_GIVE_UP;
    if (p->waits && l->user_timeout.us > 0 && !rs_dur_less(rs_time_diff(w->now, p->since), l->user_timeout))
        return RS_PERSIST_GIVE_UP;
    if (!p->waits) p->since = w->now;
    p->waits = true;
    if (p->probes < UINT8_MAX) p->probes++;
    if (p->backoff < RS_PERSIST_BACKOFF_MAX) p->backoff++;
    arm(p, w);
    if (l->user_timeout.us > 0) p->deadline = rs_time_min(p->deadline, rs_time_add(p->since, l->user_timeout));
    return RS_PERSIST_PROBE;
}

void rs_persist_not_sent(rs_persist *p, rs_time now, rs_dur again)
{
    if (!p->active) return;
    if (p->probes > 0) p->probes--;
    if (p->backoff > 0) p->backoff--;
    p->waits = p->backoff > 0;
    p->deadline = rs_time_add(now, again);
}

void rs_persist_again(rs_persist *p, rs_time now, rs_dur again)
{
    if (!p->active) return;
    if (p->backoff > 0) p->backoff--;
    p->deadline = rs_time_add(now, again);
}

void rs_persist_on_answer(rs_persist *p)
{
    p->probes = 0;
}

void rs_persist_wait_again(rs_persist *p, const rs_persist_when *w)
{
    if (p->active) arm(p, w);
}

void rs_persist_stop(rs_persist *p)
{
    rs_persist_init(p);
}

const char *rs_persist_broken(const rs_persist *p)
{
    if (p->active == rs_time_is_never(p->deadline)) return "P1: active and armed disagree";
    if (!p->active && (p->probes || p->backoff)) return "P1: not active, but probes are counted";
    return p->backoff > RS_PERSIST_BACKOFF_MAX ? "P2: backed off too often" : NULL;
}
