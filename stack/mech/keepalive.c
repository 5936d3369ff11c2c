#include "keepalive.h"

#include "../base/time.h"

void rs_keepalive_init(rs_keepalive *k)
{
    *k = (rs_keepalive){.deadline = RS_NEVER};
}

void rs_keepalive_start(rs_keepalive *k, const rs_keepalive_now *n, const rs_keepalive_params *p)
{
    *k = (rs_keepalive){.active = true, .deadline = rs_time_max(n->now, rs_time_add(n->last_heard, p->idle))};
}

/* The user timeout, where there is one, replaces the count (RFC 5482 4.2 leaves it open; Linux does this). */
static bool is_hopeless(const rs_keepalive *k, rs_dur silent, const rs_keepalive_params *p)
{
    if (p->user_timeout.us > 0) return k->probes > 0 && !rs_dur_less(silent, p->user_timeout);
    return k->probes >= p->count;
}

rs_keepalive_act rs_keepalive_on_timer(rs_keepalive *k, const rs_keepalive_now *n, const rs_keepalive_params *p)
{
    if (!rs_time_due(k->deadline, n->now)) return RS_KEEPALIVE_NONE;
    rs_dur silent = rs_time_diff(n->now, n->last_heard);
    if (n->data_waits) {
        k->deadline = rs_time_add(n->now, p->idle);
        return RS_KEEPALIVE_NONE;
    }
    if (rs_dur_less(silent, p->idle)) {
        k->deadline = rs_time_add(n->last_heard, p->idle);
        return RS_KEEPALIVE_NONE;
    }
    if (is_hopeless(k, silent, p)) return RS_KEEPALIVE_GIVE_UP;
    if (k->probes < UINT8_MAX) k->probes++;
    k->deadline = rs_time_add(n->now, p->interval);
    return RS_KEEPALIVE_PROBE;
}

void rs_keepalive_on_segment(rs_keepalive *k)
{
    k->probes = 0;
}

void rs_keepalive_stop(rs_keepalive *k)
{
    rs_keepalive_init(k);
}

const char *rs_keepalive_broken(const rs_keepalive *k)
{
    if (k->active == rs_time_is_never(k->deadline)) return "K1: active and armed disagree";
    return !k->active && k->probes ? "K2: not active, but probes are counted" : NULL;
}
