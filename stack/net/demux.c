/* A segment finds its connection, its listener, or nobody (RFC 9293 3.10.7). */
#include "../tcp/reason.h"
#include "../tcp/signing.h"
#include "net.h"

/* Only neighbours can send packets that have lost little of their TTL (RFC 5082). */
static bool comes_from_afar(rs_env *env, uint32_t conn, const rs_tcp_opts *opts, const rs_seg *seg)
{
    if (seg->ttl >= opts->min_ttl) return false;
    rs_drop(env, conn, seg, RS_WHY_TTL_TOO_LOW);
    return true;
}

static void to_listener_or_nobody(rs_net *n, rs_env *env, const rs_seg *seg, const rs_seq *iss)
{
    uint32_t listener = rs_conns_find_listener(&n->conns, &seg->dst, &seg->src);
    if (listener == RS_NIL) {
        rs_tcp_closed_input(env, seg);
        rs_net_drain(n, env);
        return;
    }
    const rs_tcp_opts *opts = &rs_conns_listener(&n->conns, listener)->opts;
    if (comes_from_afar(env, RS_NO_CONN, opts, seg) || !rs_signing_takes(env, RS_NO_CONN, opts->keys, seg)) return;
    rs_listen_result how = rs_tcp_listen_input(env, rs_conns_listener(&n->conns, listener), seg);
    if (how == RS_LISTEN_COOKIE && iss) how = RS_LISTEN_SPAWN; /* TIME-WAIT has proven it, and left its ISN */
    if (how == RS_LISTEN_DONE) rs_net_drain(n, env);
    else rs_net_spawn(n, env, &(rs_spawn){listener, seg, iss, how});
}

/* A connection in TIME-WAIT makes room for a new incarnation (RFC 9293 3.6.1 MAY-2, RFC 6191). */
static void reopen(rs_net *n, rs_env *env, uint32_t conn, const rs_seg *seg, const rs_seq *iss)
{
    rs_net_settle(n, env, conn);
    to_listener_or_nobody(n, env, seg, iss);
}

/* Segments come in trains: it may be for the connection of the last one (Jain, 1990). Else what will be needed is asked
 * for as soon as there is a guess, so that it comes together and not one after the other. */
static uint32_t find(rs_net *n, const rs_seg *seg)
{
    rs_conns *c = &n->conns;
    if (rs_conns_is_last(c, &seg->dst, &seg->src)) return c->last;
    uint32_t hash = rs_conns_expect(c, &seg->dst, &seg->src), guess = rs_conns_guess(c, hash);
    if (guess != RS_NIL) {
        rs_heap_expect(&n->deadlines, guess);
        rs_tcbs_expect(&c->tcbs, guess);
    }
    return rs_conns_find_hashed(c, hash, &seg->dst, &seg->src);
}

void rs_net_segment(rs_net *n, rs_env *env, const rs_seg *seg)
{
    uint32_t conn = find(n, seg);
    env->count->segs_in++;
    if (conn == RS_NIL) {
        to_listener_or_nobody(n, env, seg, NULL);
        return;
    }
    rs_heap_expect_item(&n->deadlines, conn);
    const rs_tcp_opts *opts = &rs_net_tcb(n, conn)->opts;
    bool looks = rs_net_tcb(n, conn)->state != RS_TIME_WAIT || !env->cfg->quirks.tw_takes_unsigned;
    if (comes_from_afar(env, conn, opts, seg)) return;
    if (looks && !rs_signing_takes(env, conn, opts->keys, seg)) return;
    /* Only where somebody listens can a SYN take the place of a connection in TIME-WAIT. */
    rs_seq iss;
    bool heard = (seg->flags & RS_SYN) && rs_conns_find_listener(&n->conns, &seg->dst, &seg->src) != RS_NIL;
    if (rs_tcp_input(env, rs_net_tcb(n, conn), seg, heard ? &iss : NULL) == RS_TCP_REOPEN)
        reopen(n, env, conn, seg, &iss);
    else rs_net_settle(n, env, conn);
}
