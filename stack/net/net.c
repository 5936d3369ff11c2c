/* see net.h */
#include "net.h"

#include <string.h>

#include "../base/time.h"
#include "../base/addr.h"
#include "../mech/blocks.h"
#include "../tcp/state.h"

/* Bytes of the ring that data leaves free for ACKs, resets and handshakes. */
enum { CONTROL_RESERVE = 4096 };
/* Packets to ourselves that one call may pass on before two ends of this host are held to be shouting at each other. */
enum { LOOPS_MAX = 1 << 20 };

static rs_outbox *outbox(const rs_net *n)
{
    return (rs_outbox *)((uintptr_t)n + (uintptr_t)n->outbox_at);
}

void rs_net_init(rs_net *n, rs_arena *a, const rs_config *cfg, rs_time now)
{
    const rs_limits *l = &cfg->limits;
    if (a->base) {
        memset(n, 0, sizeof *n);
        n->cfg = *cfg;
        n->rng = rs_rng_of(cfg->seed);
        n->now = now;
        n->wait_head = n->wait_tail = RS_NIL;
    }
    rs_conns_init(&n->conns, a, l, cfg->secret);
    rs_ports_init(&n->ports, a, l->conns + l->sockets, cfg->secret);
    void *items = rs_arena_take(a, (uint64_t)l->conns * sizeof(rs_heap_item));
    void *places = rs_arena_take(a, (uint64_t)l->conns * sizeof(uint32_t));
    rs_arena_pool(a, &n->blocks, RS_BLOCK_SLOT_BYTES, l->blocks);
    rs_arena_pool(a, &n->records, RS_RECORD_BYTES, l->records);
    void *ring = rs_arena_take(a, l->outbox_bytes);
    void *box = rs_arena_take(a, sizeof(rs_outbox));
    if (!a->base) return;
    rs_heap_init(&n->deadlines, items, places, l->conns);
    rs_outring_init(&n->ring, ring, l->outbox_bytes);
    n->outbox_at = (uint64_t)((uintptr_t)box - (uintptr_t)n);
    outbox(n)->count = 0;
}

void rs_net_parts(const rs_net *n, rs_parts *p)
{
    rs_conns_parts(&n->conns, p);
    rs_ports_parts(&n->ports, p);
    rs_heap_item *items = (rs_heap_item *)((uintptr_t)&n->deadlines + (uintptr_t)n->deadlines.items_at);
    uint32_t *places = (uint32_t *)((uintptr_t)&n->deadlines + (uintptr_t)n->deadlines.place_at);
    rs_parts_add(p, items, n->deadlines.len * sizeof *items);
    rs_parts_add(p, places, n->deadlines.high * sizeof *places);
    rs_parts_add_pool(p, &n->blocks);
    rs_parts_add_pool(p, &n->records);
    rs_outring_parts(&n->ring, p);
    rs_parts_add(p, &outbox(n)->count, sizeof outbox(n)->count);
}

/* What the device takes: how many full-sized packets the ring still has room for; one is always allowed into an empty
 * ring. No more than the outbox holds are of interest. */
static void measure_room(rs_net *n)
{
    outbox(n)->refused = n->cfg.knobs.device_drops;
    enum { BOOKKEEPING = 16 };
    if (rs_outring_has(&n->ring, (RS_OUTBOX_SEGS + 1) * ((size_t)n->cfg.mtu + BOOKKEEPING) + CONTROL_RESERVE)) {
        outbox(n)->data_room = RS_OUTBOX_SEGS;
        return;
    }
    uint32_t room = rs_outring_room(&n->ring, n->cfg.mtu, CONTROL_RESERVE);
    outbox(n)->data_room = room ? room : n->ring.count == 0;
}

static rs_env env_of(rs_net *n)
{
    return (rs_env){.now = n->now,
                    .cfg = &n->cfg,
                    .rng = &n->rng,
                    .blocks = &n->blocks,
                    .records = &n->records,
                    .conns = &n->conns.tcbs,
                    .listeners = &n->conns.listeners,
                    .out = outbox(n),
                    .count = &n->count,
                    .trace = n->trace,
                    .trace_ctx = n->trace_ctx,
                    .host = &n->host};
}

rs_env rs_net_env(rs_net *n, rs_time now)
{
    rs_check(outbox(n)->count == 0);
    if (rs_time_before(n->now, now)) rs_net_looked(n);
    n->now = rs_time_max(n->now, now);
    measure_room(n);
    return env_of(n);
}

rs_env rs_net_look(const rs_net *n)
{
    return env_of((rs_net *)(uintptr_t)n);
}

void rs_net_drain(rs_net *n, rs_env *env)
{
    for (uint32_t i = 0; i < env->out->count; i++) rs_net_send(n, env, &env->out->segs[i]);
    env->out->count = 0;
    measure_room(n);
}

static void stand_in_line(rs_net *n, uint32_t conn)
{
    rs_conn *it = rs_conns_at(&n->conns, conn);
    if (it->waiting) return;
    it->waiting = true;
    it->wait_next = RS_NIL;
    if (n->wait_tail == RS_NIL) n->wait_head = conn;
    else rs_conns_at(&n->conns, n->wait_tail)->wait_next = conn;
    n->wait_tail = conn;
}

static uint32_t next_in_line(rs_net *n)
{
    uint32_t conn = n->wait_head;
    rs_conn *it = rs_conns_at(&n->conns, conn);
    n->wait_head = it->wait_next;
    if (n->wait_head == RS_NIL) n->wait_tail = RS_NIL;
    it->waiting = false;
    return conn;
}

/* Lets the connection say what it has to say, as far as the ring takes it. */
static void flush(rs_net *n, rs_env *env, uint32_t conn)
{
    rs_tcb *t = rs_net_tcb(n, conn);
    rs_net_drain(n, env);
    while (t->output_pending && rs_outbox_has_room(env->out)) {
        rs_tcp_output(env, t);
        if (env->out->count == 0) break;
        rs_net_drain(n, env);
    }
    if (t->output_pending) stand_in_line(n, conn);
}

static void watch_deadline(rs_net *n, uint32_t conn)
{
    const rs_tcb *t = rs_net_tcb(n, conn);
    rs_time at = t->state == RS_CLOSED ? RS_NEVER : rs_tcb_next_deadline(t);
    uint32_t kind = 0;
    if (!rs_time_is_never(at))
        while (kind + 1 < RS_TIMERS && !rs_time_eq(rs_tcb_deadline(t, kind), at)) kind++;
    rs_heap_set(&n->deadlines, conn, at, kind);
}

static void forget(rs_net *n, rs_env *env, uint32_t conn)
{
    rs_tcb_release(env, rs_net_tcb(n, conn));
    rs_conns_give(&n->conns, conn);
    n->count.conns_live--;
}

void rs_net_settle(rs_net *n, rs_env *env, uint32_t conn)
{
    rs_tcb *t = rs_net_tcb(n, conn);
    rs_conn *it = rs_conns_at(&n->conns, conn);
    flush(n, env, conn);
    watch_deadline(n, conn);
    if (n->blocks.live > n->count.blocks_high) n->count.blocks_high = n->blocks.live;
    if (t->state != RS_CLOSED) return;
    rs_conns_leave(&n->conns, conn);
    rs_ports_let_go(&n->ports, it->binding);
    it->binding = RS_NIL;
    if (t->sock == RS_NIL && t->listener == RS_NIL) forget(n, env, conn);
}

void rs_net_disown(rs_net *n, rs_env *env, uint32_t conn)
{
    rs_net_tcb(n, conn)->sock = RS_NIL;
    rs_net_settle(n, env, conn);
}

/* Of those that share the port by SO_REUSEPORT the one that would get such a connection now; RS_NIL: nobody (Linux:
 * net.ipv4.tcp_migrate_req). The listener is not found any more. */
static uint32_t heir_of(const rs_net *n, const rs_listener *gone, const rs_tcb *t)
{
    if (!n->cfg.knobs.migrate_req || !rs_ports_at(&n->ports, gone->binding)->reuse_port) return RS_NIL;
    uint32_t other = rs_conns_find_listener(&n->conns, &t->local, &t->remote);
    if (other == RS_NIL) return RS_NIL;
    const rs_listener *l = rs_conns_listener(&n->conns, other);
    bool shares = rs_endpoint_eq(&l->local, &gone->local) && rs_ports_at(&n->ports, l->binding)->reuse_port;
    return shares ? other : RS_NIL;
}

void rs_net_unlisten(rs_net *n, rs_env *env, uint32_t listener)
{
    rs_conns_hide(&n->conns, listener);
    for (uint32_t i = 0; i < n->conns.tcbs.numbers.high; i++) {
        /* Whoever still has to do with a listener does not rest. */
        if (!rs_conns_at(&n->conns, i)->live || rs_tcbs_rests(&n->conns.tcbs, i)) continue;
        rs_tcb *t = rs_net_tcb(n, i);
        rs_tcp_forget_listener(t, listener);
        if (t->listener != listener) continue;
        uint32_t heir = heir_of(n, rs_conns_listener(&n->conns, listener), t);
        if (heir != RS_NIL) {
            rs_tcp_hand_on(env, t, heir);
            continue;
        }
        if (t->user) rs_tcp_accepted(env, t);
        rs_tcp_abort(env, t);
        rs_net_settle(n, env, i);
    }
    rs_conns_unlisten(&n->conns, listener);
}

static void resume_waiting(rs_net *n, rs_env *env)
{
    while (n->wait_head != RS_NIL && rs_outbox_has_room(env->out)) {
        uint32_t conn = next_in_line(n);
        if (!rs_conns_at(&n->conns, conn)->live || !rs_net_tcb(n, conn)->output_pending) continue;
        rs_tcp_output(env, rs_net_tcb(n, conn));
        rs_net_settle(n, env, conn);
    }
}

bool rs_net_output(rs_net *n, rs_env *env, rs_bytes *out)
{
    resume_waiting(n, env);
    uint32_t looped, turns = 0;
    while (rs_outring_first(&n->ring, out, &looped)) {
        if (!looped) {
            rs_outring_drop(&n->ring);
            return true;
        }
        rs_check(turns++ < LOOPS_MAX);
        rs_net_input(n, env, *out, true);
        rs_outring_drop(&n->ring);
        measure_room(n);
        resume_waiting(n, env);
    }
    return false;
}

void rs_net_advance(rs_net *n, rs_env *env)
{
    const rs_heap_item *first;
    while ((first = rs_heap_first(&n->deadlines)) && rs_time_due(first->at, env->now)) {
        uint32_t conn = first->id;
        rs_tcp_timers(env, rs_net_tcb(n, conn));
        rs_net_settle(n, env, conn);
        rs_tcbs_rest(&n->conns.tcbs);
        rs_check(!rs_time_due(rs_heap_at(&n->deadlines, conn), env->now));
    }
}

static const char *line_broken(const rs_net *n)
{
    uint32_t waiting = 0, in_line = 0;
    for (uint32_t i = 0; i < n->conns.tcbs.numbers.high; i++) waiting += rs_conns_at(&n->conns, i)->waiting;
    for (uint32_t i = n->wait_head; i != RS_NIL; i = rs_conns_at(&n->conns, i)->wait_next)
        if (!rs_conns_at(&n->conns, i)->waiting || ++in_line > waiting)
            return "N5: the line holds a slot that does not wait";
    return in_line == waiting ? NULL : "N5: a waiting slot is not in the line";
}

static const char *tcb_broken(const rs_net *n, const rs_env *env, uint32_t i, const rs_tcb *t)
{
    const char *why = t ? rs_tcb_broken(t) : NULL;
    if (why) return why;
    rs_time at = t && t->state != RS_CLOSED ? rs_tcb_next_deadline(t) : RS_NEVER;
    if (!rs_time_eq(rs_heap_at(&n->deadlines, i), at))
        return "N6: a deadline in the heap is not that of its connection";
    return t ? rs_tcb_queues_broken(env, t) : NULL;
}

/* Apart, as in views.c. */
__attribute__((noinline)) static const char *resting_broken(const rs_net *n, const rs_env *env, uint32_t i)
{
    rs_tcb room;
    return tcb_broken(n, env, i, rs_tcbs_look(&n->conns.tcbs, i, &room));
}

static const char *conn_broken(const rs_net *n, const rs_env *env, uint32_t i)
{
    if (!rs_conns_at(&n->conns, i)->live) return tcb_broken(n, env, i, NULL);
    if (rs_tcbs_rests(&n->conns.tcbs, i)) return resting_broken(n, env, i);
    return tcb_broken(n, env, i, rs_tcbs_at(&n->conns.tcbs, i));
}

const char *rs_net_conns_broken(const rs_net *n)
{
    rs_env env = rs_net_look(n);
    const char *why = NULL;
    for (uint32_t i = 0; !why && i < n->conns.tcbs.numbers.high; i++) why = conn_broken(n, &env, i);
    return why;
}

static const char *counts_broken(const rs_net *n)
{
    uint32_t orphans = 0, waiting = 0;
    rs_tcb room;
    for (uint32_t i = 0; i < n->conns.tcbs.numbers.high; i++) {
        if (!rs_conns_at(&n->conns, i)->live) continue;
        const rs_tcb *t = rs_tcbs_look(&n->conns.tcbs, i, &room);
        orphans += rs_tcb_is_orphan(t);
        waiting += t->state == RS_TIME_WAIT;
    }
    if (orphans != n->host.orphans) return "N8: there are more or fewer orphans than the host counts";
    return waiting == n->host.tw_count ? NULL : "N8: more or fewer are in TIME-WAIT than the host counts";
}

const char *rs_net_broken(const rs_net *n)
{
    const char *why = rs_conns_broken(&n->conns);
    if (!why) why = rs_ports_broken(&n->ports);
    if (!why) why = rs_pmtu_broken(&n->host.pmtu);
    if (!why) why = rs_fo_cache_broken(&n->host.fo_cache);
    if (!why) why = rs_heap_broken(&n->deadlines);
    if (!why) why = rs_outring_broken(&n->ring);
    if (!why) why = rs_pool_broken(&n->blocks);
    if (!why) why = rs_pool_broken(&n->records);
    if (!why) why = line_broken(n);
    if (!why) why = counts_broken(n);
    return why ? why : rs_net_conns_broken(n);
}
