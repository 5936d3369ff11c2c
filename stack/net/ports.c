/* see ports.h */
#include "ports.h"

#include <string.h>

#include "../mech/isn.h"
#include "../base/addr.h"

void rs_ports_init(rs_ports *p, rs_arena *a, uint32_t cap, const uint8_t key[16])
{
    rs_arena_pool(a, &p->bindings, sizeof(rs_binding), cap);
    void *buckets = rs_arena_take(a, rs_table_bucket_bytes(cap));
    void *links = rs_arena_take(a, rs_table_link_bytes(cap));
    if (!a->base) return;
    rs_table_init(&p->by_port, buckets, links, cap);
    memcpy(p->key, key, sizeof p->key);
    memset(p->counters, 0, sizeof p->counters);
}

void rs_ports_parts(const rs_ports *p, rs_parts *parts)
{
    rs_parts_add_pool(parts, &p->bindings);
    rs_table_parts(&p->by_port, parts);
}

/* Ports are public and small numbers: spreading them needs no secret. */
static uint32_t port_hash(uint16_t port)
{
    return (uint32_t)(port * UINT32_C(0x9e3779b1)) >> 16 | (uint32_t)port << 16;
}

uint32_t rs_ports_claim(rs_ports *p, const rs_binding *want)
{
    uint32_t i = rs_pool_take(&p->bindings);
    if (i == RS_NIL) return RS_NIL;
    rs_binding *b = rs_ports_at(p, i);
    *b = *want;
    b->holders = 1;
    rs_table_add(&p->by_port, i, port_hash(b->port));
    return i;
}

void rs_ports_hold(rs_ports *p, uint32_t binding)
{
    rs_ports_at(p, binding)->holders++;
}

void rs_ports_let_go(rs_ports *p, uint32_t binding)
{
    if (binding == RS_NIL) return;
    rs_binding *b = rs_ports_at(p, binding);
    rs_check(b->holders > 0);
    if (--b->holders > 0) return;
    rs_table_remove(&p->by_port, binding);
    rs_pool_give(&p->bindings, binding);
}

uint32_t rs_ports_holders(const rs_ports *p, uint32_t binding)
{
    return binding < p->bindings.high ? rs_ports_at(p, binding)->holders : 0;
}

static bool covers_v4(const rs_binding *b)
{
    return b->addr.family == RS_IPV4 || (rs_addr_is_any(&b->addr) && !b->v6only);
}

static bool overlap(const rs_binding *a, const rs_binding *b)
{
    bool any_a = rs_addr_is_any(&a->addr), any_b = rs_addr_is_any(&b->addr);
    if (a->addr.family == b->addr.family) return any_a || any_b || rs_addr_eq(&a->addr, &b->addr);
    return covers_v4(a) && covers_v4(b);
}

bool rs_ports_conflict(const rs_ports *p, const rs_binding *want, uint32_t self)
{
    uint32_t i = rs_table_first(&p->by_port, port_hash(want->port));
    for (; i != RS_NIL; i = rs_table_next(&p->by_port, i)) {
        const rs_binding *b = rs_ports_at(p, i);
        if (i == self || b->port != want->port || !overlap(want, b)) continue;
        if (want->reuse_port && b->reuse_port) continue;
        if (want->reuse_addr && b->reuse_addr && !b->listening) continue;
        return true;
    }
    return false;
}

bool rs_ports_reserved(const rs_ports *p, uint16_t port)
{
    uint32_t i = rs_table_first(&p->by_port, port_hash(port));
    for (; i != RS_NIL; i = rs_table_next(&p->by_port, i))
        if (rs_ports_at(p, i)->port == port && !rs_ports_at(p, i)->by_connect) return true;
    return false;
}

rs_port_walk rs_ports_walk(const rs_ports *p, const rs_knobs *k, const rs_endpoint *local, const rs_endpoint *remote)
{
    rs_tuple tuple = {*local, remote ? *remote : (rs_endpoint){.addr = {.family = local->addr.family}}};
    rs_port_hash hash = rs_isn_port_hash(p->key, &tuple, RS_PORT_COUNTERS);
    rs_port_walk w = {
        .first = k->port_first, .count = (uint32_t)(k->port_last - k->port_first) + 1, .for_bind = !remote};
    w.counter = hash.bucket;
    w.offset = hash.offset;
    w.begin = p->counters[w.counter] % w.count;
    return w;
}

bool rs_port_walk_next(rs_port_walk *w, uint16_t *port)
{
    if (w->step == w->count) return false;
    uint32_t even = (w->count + 1) / 2, odd = w->count / 2;
    uint32_t lead = w->for_bind ? odd : even, i = (w->begin + w->step++) % w->count;
    bool in_lead = i < lead, is_even = in_lead != w->for_bind;
    uint32_t half = is_even ? even : odd;
    uint32_t at = (w->offset % half + (in_lead ? i : i - lead)) % half;
    *port = (uint16_t)(w->first + 2 * at + (is_even ? 0 : 1));
    return true;
}

void rs_ports_walked(rs_ports *p, const rs_port_walk *w)
{
    p->counters[w->counter] = (w->begin + w->step) % w->count;
}

bool rs_ports_choose(rs_ports *p, const rs_knobs *k, rs_binding *want)
{
    rs_endpoint local = {want->addr, 0};
    rs_port_walk w = rs_ports_walk(p, k, &local, NULL);
    while (rs_port_walk_next(&w, &want->port)) {
        if (rs_ports_conflict(p, want, RS_NIL)) continue;
        rs_ports_walked(p, &w);
        return true;
    }
    return false;
}

const char *rs_ports_broken(const rs_ports *p)
{
    const char *why = rs_pool_broken(&p->bindings);
    if (!why) why = rs_table_broken(&p->by_port);
    if (why) return why;
    return p->by_port.count == p->bindings.live ? NULL : "B1: a binding is not in its table";
}
