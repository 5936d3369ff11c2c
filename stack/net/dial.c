/* Active opens: source address, port, ISN, timestamp offset, then the SYN (RFC 9293 3.10.1, RFC 6056, RFC 6528). And
 * children of listeners, which need the same things except a port. */
#include "../base/status.h"
#include "../mech/isn.h"
#include "../tcp/reason.h"
#include "../tcp/signing.h"
#include "../base/addr.h"
#include "net.h"
#include "route.h"

static uint32_t path_mtu(const rs_net *n, const rs_env *env, const rs_addr *to)
{
    const rs_route_metrics *m = &n->cfg.knobs.route;
    uint32_t mtu = m->mtu && (uint32_t)m->mtu < n->cfg.mtu ? (uint32_t)m->mtu : n->cfg.mtu;
    return m->mtu_lock ? mtu : rs_pmtu_of(&n->host.pmtu, to, env->now, mtu).mtu;
}

static rs_seq first_number(const rs_net *n, const rs_env *env, const rs_tuple *tuple)
{
    rs_isn_in in = {n->cfg.secret, tuple, env->now, n->cfg.quirks.isn_clock_64ns ? RS_ISN_64NS : RS_ISN_4US};
    return n->cfg.knobs.first_seq ? rs_seq_of((uint32_t)n->cfg.knobs.first_seq) : rs_isn(&in);
}

static rs_tcp_open opening(const rs_net *n, const rs_env *env, const rs_tuple *tuple)
{
    return (rs_tcp_open){.local = tuple->local,
                         .remote = tuple->remote,
                         .iss = first_number(n, env, tuple),
                         .ts_offset = rs_isn_ts_offset(n->cfg.secret, tuple),
                         .mtu = path_mtu(n, env, &tuple->remote.addr),
                         .family = tuple->local.addr.family,
                         .listener = RS_NIL};
}

static uint32_t take_slot(rs_net *n, rs_tcp_open *o)
{
    o->conn = rs_conns_take(&n->conns);
    if (o->conn == RS_NIL) return RS_NIL;
    if (++n->count.conns_live > n->count.conns_high) n->count.conns_high = n->count.conns_live;
    return o->conn;
}

/* The ISN that a connection in TIME-WAIT left to the one that takes its place. */
typedef struct heritage {
    bool is;
    rs_seq iss;
} heritage;

/* Nobody has this tuple, or who has it makes room. */
static bool tuple_free(rs_net *n, rs_env *env, const rs_dial *d, heritage *got)
{
    bool bound = !rs_ports_at(&n->ports, d->binding)->by_connect;
    uint32_t old = rs_conns_find(&n->conns, &d->local, &d->remote);
    if (old == RS_NIL) return true;
    if (!rs_tcp_give_way(env, rs_net_tcb(n, old), bound, &got->iss)) return false;
    got->is = true;
    rs_net_settle(n, env, old);
    return true;
}

/* Port 0 until now: the first port of the walk on which nobody else sits and the tuple is free. */
static rs_status choose_port(rs_net *n, rs_env *env, rs_dial *d, heritage *got)
{
    rs_port_walk w = rs_ports_walk(&n->ports, &n->cfg.knobs, &d->local, &d->remote);
    while (rs_port_walk_next(&w, &d->local.port)) {
        if (rs_ports_reserved(&n->ports, d->local.port)) continue;
        rs_binding want = {.addr = d->local.addr,
                           .port = d->local.port,
                           .reuse_addr = d->reuse_addr,
                           .reuse_port = d->reuse_port,
                           .by_connect = true};
        d->binding = rs_ports_claim(&n->ports, &want);
        if (d->binding == RS_NIL) return rs_fail(RS_ENOBUFS);
        if (tuple_free(n, env, d, got)) {
            rs_ports_walked(&n->ports, &w);
            return RS_OK;
        }
        rs_ports_let_go(&n->ports, d->binding);
        d->binding = RS_NIL;
    }
    d->local.port = 0;
    return rs_fail(RS_EADDRNOTAVAIL);
}

static rs_status choose_local(rs_net *n, rs_env *env, rs_dial *d, heritage *got)
{
    rs_addr from;
    RS_TRY(rs_route_source(&n->cfg, &d->remote.addr, &from));
    if (rs_addr_is_any(&d->local.addr)) d->local.addr = from;
    if (d->binding == RS_NIL) return choose_port(n, env, d, got);
    return tuple_free(n, env, d, got) ? RS_OK : rs_fail(RS_EADDRNOTAVAIL);
}

rs_status rs_net_dial(rs_net *n, rs_env *env, rs_dial *d, uint32_t *conn)
{
    if (n->conns.tcbs.numbers.live == n->conns.tcbs.numbers.cap) return rs_fail(RS_ENOBUFS);
    heritage got = {0};
    RS_TRY(choose_local(n, env, d, &got));
    rs_tuple tuple = {d->local, d->remote};
    rs_tcp_open o = opening(n, env, &tuple);
    if (got.is) o.iss = got.iss;
    o.opts = d->opts;
    o.hold = d->hold;
    *conn = take_slot(n, &o);
    rs_conns_at(&n->conns, *conn)->binding = d->binding;
    rs_ports_hold(&n->ports, d->binding);
    rs_tcp_open_active(env, rs_net_tcb(n, *conn), &o);
    rs_net_tcb(n, *conn)->sock = d->sock;
    rs_conns_enter(&n->conns, *conn);
    rs_net_settle(n, env, *conn);
    return RS_OK;
}

/* A SYN-ACK with a cookie is all that is left of its child. */
static void answer_with_cookie(rs_net *n, rs_env *env, const rs_tcp_open *o, const rs_seg *syn)
{
    rs_tcp_answer_with_cookie(env, rs_net_tcb(n, o->conn), o, syn);
    rs_net_settle(n, env, o->conn);
}

void rs_net_spawn(rs_net *n, rs_env *env, const rs_spawn *s)
{
    const rs_listener *l = rs_conns_listener(&n->conns, s->listener);
    rs_tuple tuple = {s->seg->dst, s->seg->src};
    rs_tcp_open o = opening(n, env, &tuple);
    if (s->iss) o.iss = *s->iss;
    o.opts = l->opts;
    if (n->cfg.knobs.reflect_tos) o.opts.tos = (uint8_t)(s->seg->tos & ~3);
    o.listener = s->listener;
    uint32_t conn = take_slot(n, &o);
    if (conn == RS_NIL) {
        rs_drop(env, RS_NO_CONN, s->seg, RS_WHY_NO_SLOT);
        return;
    }
    rs_keyring_share(env->blocks, o.opts.keys);
    rs_conns_at(&n->conns, conn)->binding = l->binding;
    rs_ports_hold(&n->ports, l->binding);
    if (s->how == RS_LISTEN_COOKIE) {
        answer_with_cookie(n, env, &o, s->seg);
        return;
    }
    if (s->how == RS_LISTEN_PROVEN) rs_tcp_open_proven(env, rs_net_tcb(n, conn), &o, s->seg);
    else rs_tcp_open_passive(env, rs_net_tcb(n, conn), &o, s->seg);
    rs_conns_enter(&n->conns, conn);
    if (s->how == RS_LISTEN_PROVEN) rs_tcp_input(env, rs_net_tcb(n, conn), s->seg, NULL);
    rs_net_settle(n, env, conn);
}
