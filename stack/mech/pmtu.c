/* see pmtu.h */
#include "pmtu.h"

#include "../base/addr.h"
#include "../base/time.h"

static uint32_t find(const rs_pmtu *p, const rs_addr *to)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (rs_addr_eq(&p->entry[i].to, to)) return i;
    return p->count;
}

rs_pmtu_found rs_pmtu_of(const rs_pmtu *p, const rs_addr *to, rs_time now, uint32_t otherwise)
{
    uint32_t i = find(p, to);
    if (i == p->count || !rs_time_before(now, p->entry[i].until)) return (rs_pmtu_found){otherwise, false};
    uint32_t mtu = p->entry[i].mtu;
    return (rs_pmtu_found){mtu < otherwise ? mtu : otherwise, p->entry[i].fragments};
}

static uint32_t make_room(rs_pmtu *p)
{
    if (p->count < RS_PMTU_MAX) return p->count++;
    uint32_t first = 0;
    for (uint32_t i = 1; i < p->count; i++)
        if (rs_time_before(p->entry[i].until, p->entry[first].until)) first = i;
    return first;
}

void rs_pmtu_learn(rs_pmtu *p, const rs_pmtu_news *n)
{
    uint32_t i = find(p, n->to);
    if (i == p->count) i = make_room(p);
    p->entry[i].to = *n->to;
    p->entry[i].mtu = n->mtu;
    p->entry[i].fragments = n->fragments;
    p->entry[i].until = n->until;
    p->version++;
}

const char *rs_pmtu_broken(const rs_pmtu *p)
{
    if (p->count > RS_PMTU_MAX) return "P1: more path MTUs than there can be";
    for (uint32_t i = 0; i < p->count; i++)
        if (find(p, &p->entry[i].to) != i) return "P1: two path MTUs for one host";
    return NULL;
}
