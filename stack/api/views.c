/* Looking at connections, listeners and counters (refstack/probe.h). */
#include "../sock/sock.h"

#include <string.h>

/* Apart, for few connections rest, and sanitizers paint the room for one in each call that has it on its stack. */
__attribute__((noinline)) static void probe_resting(const rs_tcbs *tcbs, const rs_env *env, uint32_t conn,
                                                    rs_probe *out)
{
    rs_tcb room;
    rs_tcp_probe(env, rs_tcbs_look(tcbs, conn, &room), out);
}

static bool probe_conn(const rs_stack *st, const rs_env *env, uint32_t conn, rs_probe *out)
{
    const rs_tcbs *tcbs = &st->net.conns.tcbs;
    if (rs_tcbs_rests(tcbs, conn)) probe_resting(tcbs, env, conn, out);
    else rs_tcp_probe(env, rs_tcbs_at(tcbs, conn), out);
    return true;
}

static bool probe_listener(const rs_stack *st, uint32_t listener, rs_probe *out)
{
    const rs_listener *l = rs_conns_listener(&st->net.conns, listener);
    memset(out, 0, sizeof *out);
    out->conn = RS_NO_CONN;
    out->state = RS_LISTEN;
    out->listens = true;
    out->v6only = l->v6only;
    out->timer_at = RS_NEVER;
    out->local = l->local;
    out->remote.addr.family = l->local.addr.family;
    out->syn_queue_len = l->syn_len;
    out->accept_queue_len = l->accept_len;
    out->backlog = l->backlog;
    for (size_t i = 0; i < sizeof out->deadline / sizeof out->deadline[0]; i++) out->deadline[i] = RS_NEVER;
    return true;
}

static rs_env look(const rs_stack *st, rs_time now)
{
    rs_env env = rs_net_look(&st->net);
    if (env.now.us < now.us) env.now = now;
    return env;
}

bool rs_probe_next(const rs_stack *st, rs_time now, uint32_t *iter, rs_probe *out)
{
    rs_env env = look(st, now);
    const rs_conns *c = &st->net.conns;
    for (; *iter < c->tcbs.numbers.high; ++*iter)
        if (rs_conns_at(c, *iter)->live) return probe_conn(st, &env, (*iter)++, out);
    for (; *iter - c->tcbs.numbers.high < c->listeners.high; ++*iter)
        if (rs_conns_listening(c, *iter - c->tcbs.numbers.high))
            return probe_listener(st, (*iter)++ - c->tcbs.numbers.high, out);
    return false;
}

bool rs_probe_tuple(const rs_stack *st, rs_time now, const rs_endpoint *local, const rs_endpoint *remote, rs_probe *out)
{
    rs_env env = look(st, now);
    uint32_t conn = rs_conns_find(&st->net.conns, local, remote);
    return conn != RS_NIL && probe_conn(st, &env, conn, out);
}

bool rs_probe_fd(const rs_stack *st, rs_time now, rs_fd fd, rs_probe *out)
{
    rs_env env = look(st, now);
    uint32_t sock = rs_fds_sock(&st->fds, fd);
    if (sock == RS_NIL) return false;
    const rs_sock *s = rs_sock_at(st, sock);
    if (s->phase == RS_SK_LISTENING) return probe_listener(st, s->listener, out);
    return rs_sock_has_conn(s) && probe_conn(st, &env, s->conn, out);
}

uint64_t rs_stack_drops(const rs_stack *st, unsigned reason)
{
    return reason < rs_drop_reasons() ? st->net.count.drops[reason] : 0;
}

void rs_stack_counters(const rs_stack *st, rs_counters *out)
{
    *out = st->net.count;
    out->blocks_live = st->net.blocks.live;
    out->records_live = st->net.records.live;
}
