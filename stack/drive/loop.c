/* see loop.h */
#include "loop.h"

#include <string.h>

#include "../base/addr.h"
#include "../base/check.h"
#include "../base/time.h"

/* Rounds of packets at one moment, after which the stacks are held to be shouting at each other. */
enum { ROUNDS_MAX = 1 << 20 };

void rs_loop_init(rs_loop *l, rs_time now)
{
    memset(l, 0, sizeof *l);
    l->now = now;
}

int rs_loop_add(rs_loop *l, rs_stack *st, const rs_config *cfg)
{
    if (l->nodes == RS_LOOP_NODES) return -1;
    l->node[l->nodes].stack = st;
    memcpy(l->node[l->nodes].local, cfg->local, sizeof cfg->local);
    return (int)l->nodes++;
}

bool rs_loop_join(rs_loop *l, int from, int to, rs_link *link)
{
    if (l->links == RS_LOOP_LINKS) return false;
    l->link[l->links].from = (uint32_t)from;
    l->link[l->links].to = (uint32_t)to;
    l->link[l->links++].link = link;
    return true;
}

/* Destination address of a packet; no address when it is none. */
static rs_addr destination(rs_bytes pkt)
{
    rs_addr a = {.family = RS_AF_NONE};
    bool v6 = pkt.len >= 40 && pkt.data[0] >> 4 == 6;
    if (!v6 && pkt.len < 20) return a;
    a.family = v6 ? RS_IPV6 : RS_IPV4;
    memcpy(a.bytes, pkt.data + (v6 ? 24 : 16), v6 ? 16 : 4);
    return a;
}

static bool has_address(const rs_loop *l, uint32_t node, const rs_addr *a)
{
    for (int i = 0; i < RS_LOCAL_ADDRS_MAX; i++)
        if (l->node[node].local[i].addr.family == a->family && rs_addr_eq(&l->node[node].local[i].addr, a)) return true;
    return false;
}

static void route(rs_loop *l, uint32_t from, rs_bytes pkt)
{
    rs_addr to = destination(pkt);
    for (uint32_t i = 0; i < l->links; i++) {
        if (l->link[i].from != from || !has_address(l, l->link[i].to, &to)) continue;
        rs_link_send(l->link[i].link, l->now, pkt);
        return;
    }
    l->unroutable++;
}

static bool collect(rs_loop *l)
{
    bool moved = false;
    for (uint32_t i = 0; i < l->nodes; i++) {
        rs_bytes pkt;
        while (rs_stack_output(l->node[i].stack, l->now, &pkt)) {
            route(l, i, pkt);
            moved = true;
        }
    }
    return moved;
}

static bool deliver(rs_loop *l)
{
    bool moved = false;
    for (uint32_t i = 0; i < l->links; i++) {
        rs_bytes pkt;
        while (rs_link_receive(l->link[i].link, l->now, &pkt)) {
            rs_stack_input(l->node[l->link[i].to].stack, l->now, pkt);
            moved = true;
        }
    }
    return moved;
}

static void run_timers(rs_loop *l)
{
    for (uint32_t i = 0; i < l->nodes; i++)
        if (rs_time_due(rs_stack_next_deadline(l->node[i].stack), l->now)) rs_stack_advance(l->node[i].stack, l->now);
}

void rs_loop_settle(rs_loop *l)
{
    bool moved = true;
    for (uint32_t round = 0; moved; round++) {
        rs_check(round < ROUNDS_MAX);
        run_timers(l);
        moved = collect(l);
        moved |= deliver(l);
    }
}

rs_time rs_loop_next(const rs_loop *l)
{
    rs_time next = RS_NEVER;
    for (uint32_t i = 0; i < l->nodes; i++) next = rs_time_min(next, rs_stack_next_deadline(l->node[i].stack));
    for (uint32_t i = 0; i < l->links; i++) next = rs_time_min(next, rs_link_next(l->link[i].link));
    return next;
}

bool rs_loop_run(rs_loop *l, rs_time end, rs_loop_until *until, void *ctx)
{
    for (;;) {
        rs_loop_settle(l);
        if (until && until(ctx, l)) return true;
        rs_loop_settle(l); /* what the condition did */
        rs_time next = rs_loop_next(l);
        if (rs_time_is_never(next) || rs_time_before(end, next)) break;
        l->now = rs_time_max(l->now, next);
    }
    l->now = rs_time_max(l->now, end);
    return false;
}
