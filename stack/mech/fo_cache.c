#include "fo_cache.h"

#include "../base/addr.h"
#include "../base/time.h"

enum { AVOID_SECS = 60, AVOID_DOUBLINGS = 6, HOLE_DOUBLINGS = 6 };

static uint32_t find(const rs_fo_cache *c, const rs_fo_whom *w)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (rs_addr_eq(&c->entry[i].remote, w->remote) && rs_addr_eq(&c->entry[i].local, w->local)) return i;
    return c->count;
}

rs_fo_memory rs_fo_recall(rs_fo_cache *c, const rs_fo_whom *w)
{
    static const rs_fo_memory nothing;
    uint32_t i = find(c, w);
    if (i == c->count) return nothing;
    c->entry[i].used = w->now;
    return c->entry[i].of;
}

/* A place for a new entry: a free one, or that of the entry used longest ago. */
static uint32_t make_room(rs_fo_cache *c)
{
    if (c->count < RS_FO_CACHE_MAX) return c->count++;
    uint32_t oldest = 0;
    for (uint32_t i = 1; i < c->count; i++)
        if (rs_time_before(c->entry[i].used, c->entry[oldest].used)) oldest = i;
    return oldest;
}

void rs_fo_learn(rs_fo_cache *c, const rs_fo_whom *w, const rs_fo_lesson *l)
{
    uint32_t i = find(c, w);
    if (i == c->count) {
        i = make_room(c);
        c->entry[i].of = (rs_fo_memory){0};
        c->entry[i].local = *w->local;
        c->entry[i].remote = *w->remote;
    }
    c->entry[i].used = w->now;
    rs_fo_memory *m = &c->entry[i].of;
    if (l->mss) m->mss = l->mss;
    if (l->cookie.len) {
        m->cookie = l->cookie;
        m->exp = l->exp;
    } else if (l->try_exp > m->try_exp && m->cookie.len == 0) {
        m->try_exp = l->try_exp;
    }
    if (!l->lost) m->losses = 0;
    else if (m->losses < UINT8_MAX) m->losses++;
    if (l->lost) m->lost_at = w->now;
}

void rs_fo_forget(rs_fo_cache *c)
{
    *c = (rs_fo_cache){.holes = c->holes, .holes_at = c->holes_at};
}

bool rs_fo_avoids(const rs_fo_memory *m, rs_time now)
{
    if (m->losses == 0) return false;
    unsigned doublings = m->losses - 1u < AVOID_DOUBLINGS ? m->losses - 1u : AVOID_DOUBLINGS;
    return rs_time_before(now, rs_time_add(m->lost_at, RS_SEC(AVOID_SECS << doublings)));
}

void rs_fo_hole_seen(rs_fo_cache *c, rs_time now)
{
    c->holes_at = now;
    if (c->holes < UINT32_MAX) c->holes++;
}

bool rs_fo_hole_pause(const rs_fo_cache *c, rs_time now, rs_dur pause)
{
    if (pause.us <= 0 || c->holes == 0) return false;
    unsigned doublings = c->holes - 1 < HOLE_DOUBLINGS ? c->holes - 1 : HOLE_DOUBLINGS;
    return rs_time_before(now, rs_time_add(c->holes_at, rs_dur_mul(pause, 1 << doublings)));
}

void rs_fo_hole_over(rs_fo_cache *c)
{
    c->holes = 0;
}

const char *rs_fo_cache_broken(const rs_fo_cache *c)
{
    if (c->count > RS_FO_CACHE_MAX) return "F1: more entries than there can be";
    for (uint32_t i = 0; i < c->count; i++)
        if (find(c, &(rs_fo_whom){&c->entry[i].local, &c->entry[i].remote, {0}}) != i)
            return "F1: two entries for one pair";
    return NULL;
}
