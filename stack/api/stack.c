/* A stack in one arena: laying it out, driving it, copying it (refstack/stack.h). */
#include "../include/refstack/stack.h"

#include <string.h>

#include "../base/status.h"
#include "../base/time.h"
#include "../sock/sock.h"

static void lay_out(rs_stack *st, rs_arena *a, const rs_config *cfg, rs_time now)
{
    rs_arena_take(a, sizeof(rs_stack));
    /* While measuring there is no stack: addresses of its members are made, nothing is read or written there. */
    rs_net_init(&st->net, a, cfg, now);
    rs_socks_init(st, a, &cfg->limits);
}

size_t rs_stack_size(const rs_config *cfg)
{
    if (rs_config_check(cfg)) return 0;
    rs_stack nowhere;
    rs_arena a = {NULL, 0};
    lay_out(&nowhere, &a, cfg, (rs_time){0});
    uint64_t size = (a.at + RS_ARENA_ALIGN - 1) / RS_ARENA_ALIGN * RS_ARENA_ALIGN;
    return size <= SIZE_MAX ? (size_t)size : 0;
}

rs_status rs_stack_init(rs_stack **out, void *arena, size_t arena_len, const rs_config *cfg, rs_time now)
{
    size_t size = rs_stack_size(cfg);
    if (size == 0 || (uintptr_t)arena % RS_ARENA_ALIGN) return rs_fail(RS_EINVAL);
    if (arena_len < size) return rs_fail(RS_ENOMEM);
    rs_stack *st = arena;
    rs_arena a = {arena, 0};
    memset(st, 0, sizeof *st);
    lay_out(st, &a, cfg, now);
    st->size = size;
    *out = st;
    return RS_OK;
}

void rs_stack_input(rs_stack *st, rs_time now, rs_bytes pkt)
{
    rs_env env = rs_net_env(&st->net, now);
    if (rs_net_ingress(&st->net, &env)) rs_net_input(&st->net, &env, pkt, false);
}

void rs_stack_input_many(rs_stack *st, rs_time now, const rs_bytes *pkts, size_t count)
{
    while (count) {
        uint32_t train = count < RS_NET_TRAIN ? (uint32_t)count : RS_NET_TRAIN;
        rs_net_expect(&st->net, pkts, train);
        for (uint32_t i = 0; i < train; i++) rs_stack_input(st, now, pkts[i]);
        pkts += train;
        count -= train;
    }
}

bool rs_stack_output(rs_stack *st, rs_time now, rs_bytes *out)
{
    rs_env env = rs_net_env(&st->net, now);
    rs_net_looked(&st->net);
    rs_tcbs_rest(&st->net.conns.tcbs);
    return rs_net_output(&st->net, &env, out);
}

void rs_stack_advance(rs_stack *st, rs_time now)
{
    rs_env env = rs_net_env(&st->net, now);
    rs_net_looked(&st->net);
    rs_net_advance(&st->net, &env);
    rs_waits_advance(&st->waits, env.now);
}

rs_time rs_stack_next_deadline(const rs_stack *st)
{
    const rs_heap_item *timer = rs_heap_first(&st->net.deadlines), *wait = rs_heap_first(&st->waits.deadlines);
    return rs_time_min(timer ? timer->at : RS_NEVER, wait ? wait->at : RS_NEVER);
}

rs_status rs_stack_set(rs_stack *st, const char *knob, const char *value)
{
    return rs_config_set(&st->net.cfg, knob, value);
}

void rs_stack_forget(rs_stack *st)
{
    rs_fo_forget(&st->net.host.fo_cache);
}

void rs_stack_on_trace(rs_stack *st, rs_trace_fn *hook, void *ctx)
{
    st->net.trace = hook;
    st->net.trace_ctx = ctx;
}

static rs_parts used_parts(const rs_stack *st)
{
    rs_parts p = {.base = (const char *)st};
    rs_parts_add(&p, st, sizeof *st);
    rs_net_parts(&st->net, &p);
    rs_socks_parts(st, &p);
    return p;
}

size_t rs_stack_used(const rs_stack *st)
{
    rs_parts p = used_parts(st);
    size_t used = 0;
    for (uint32_t i = 0; i < p.count; i++) used += p.part[i].len;
    return used;
}

rs_stack *rs_stack_clone(void *arena, size_t arena_len, const rs_stack *from)
{
    if (arena_len < from->size || (uintptr_t)arena % RS_ARENA_ALIGN) return NULL;
    rs_parts p = used_parts(from);
    for (uint32_t i = 0; i < p.count; i++)
        if (p.part[i].len) memcpy((char *)arena + p.part[i].at, p.base + p.part[i].at, p.part[i].len);
    rs_stack *st = arena;
    rs_stack_on_trace(st, NULL, NULL);
    return st;
}
