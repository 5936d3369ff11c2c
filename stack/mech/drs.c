#include "drs.h"

#include "../base/time.h"

void rs_drs_open(rs_drs *d, const rs_drs_start *s)
{
    d->space = s->space;
    d->from = s->read;
    d->since = s->now;
}

/* by_window: an upper bound only, because the sender may not have filled the window at once. */
static void sample(rs_drs *d, uint32_t us, bool by_window, bool unread)
{
    if (us > UINT32_MAX / 8) us = UINT32_MAX / 8;
    if (d->rtt8_us == 0 || us * 8 < d->rtt8_us) d->rtt8_us = us * 8;
    else if (!by_window && !unread) d->rtt8_us += us - d->rtt8_us / 8;
}

void rs_drs_on_text(rs_drs *d, const rs_drs_text *t)
{
    if (d->measures) {
        if (rs_seq_before(t->nxt, d->window_end)) return;
        int64_t us = rs_time_diff(t->now, d->window_from).us;
        sample(d, us < 1 ? 1 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us, true, false);
    }
    d->measures = true;
    d->window_end = rs_seq_add(t->nxt, t->wnd);
    d->window_from = t->now;
}

void rs_drs_on_echo(rs_drs *d, const rs_drs_echo *e)
{
    d->last_echo = e->ecr;
    if (e->rtt.us > 0) sample(d, e->rtt.us > UINT32_MAX ? UINT32_MAX : (uint32_t)e->rtt.us, false, e->unread);
}

bool rs_drs_on_read(rs_drs *d, const rs_drs_read *r, uint32_t *taken)
{
    if (!d->rtt8_us || rs_time_diff(r->now, d->since).us < d->rtt8_us / 8) return false;
    int64_t copied = (int64_t)rs_seq_dist(d->from, r->read) - rs_seq_dist(r->read, r->nxt);
    d->from = r->read;
    d->since = r->now;
    if (copied <= (int64_t)d->space) return false;
    *taken = (uint32_t)copied;
    return true;
}

uint64_t rs_drs_window(const rs_drs_need *n)
{
    uint64_t window = 2 * (uint64_t)n->taken;
    if (n->before && n->taken > n->before) window += window * (n->taken - n->before) / n->before * 2;
    return window + n->beyond;
}
