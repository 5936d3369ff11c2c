#include "prr.h"

void rs_prr_start(rs_prr *p, uint32_t cwnd_segs)
{
    *p = (rs_prr){.start_segs = cwnd_segs ? cwnd_segs : 1};
}

/* Above ssthresh: part one of RFC 9937 section 6.2. */
static int64_t proportional(const rs_prr *p, const rs_prr_ack *a)
{
    uint64_t due = ((uint64_t)a->ssthresh_segs * p->delivered + p->start_segs - 1) / p->start_segs;
    return (int64_t)due - p->out;
}

/* At or below it. */
static int64_t bounded(const rs_prr *p, const rs_prr_ack *a)
{
    int64_t due = (int64_t)p->delivered - p->out, room = (int64_t)a->ssthresh_segs - a->inflight_segs;
    if (due < a->delivered_segs) due = a->delivered_segs;
    due += a->safe;
    return due < room ? due : room;
}

uint32_t rs_prr_on_ack(rs_prr *p, const rs_prr_ack *a)
{
    p->delivered += a->delivered_segs;
    int64_t n = a->inflight_segs > a->ssthresh_segs ? proportional(p, a) : bounded(p, a), least = p->out ? 0 : 1;
    return (uint32_t)(n < least ? least : n);
}

void rs_prr_sent(rs_prr *p, uint32_t segs)
{
    p->out += segs;
}
