/* connect: beginning, waiting, telling the user once how it ended; and dissolving a connection (connect to nothing).
 *
 * What a second connect() on the same socket gives depends on the first one: EALREADY while the attempt runs, the
 * outcome once when it has ended (0 or its error), then EISCONN, or a new attempt after a failure. */
#include "../base/status.h"
#include "../base/addr.h"
#include "../tcp/signing.h"
#include "sock.h"

rs_ret rs_sock_outcome(rs_call *c)
{
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (t->state != RS_CLOSED) {
        c->s->phase = RS_SK_CONNECTED;
        return rs_done(0);
    }
    /* Dead before anybody was told: the error of the attempt, unless SO_ERROR has taken it. */
    int err = rs_sock_take_error(c->st, c->s);
    rs_sock_detach(c->st, &c->env, c->s);
    return rs_refuse(err ? err : RS_ECONNABORTED);
}

static rs_ret wait_for_outcome(rs_call *c, int while_running)
{
    if (rs_sock_dialed(c)) return rs_sock_outcome(c);
    if (c->s->nonblock) return rs_refuse(while_running);
    rs_parked p = {.kind = RS_CALL_CONNECT, .sock = c->sock};
    return rs_sock_park(c, &p, c->s->snd_timeout);
}

rs_status rs_sock_dial(rs_call *c, const rs_endpoint *remote, bool hold)
{
    rs_sock *s = c->s;
    rs_dial d = {.local = {{.family = remote->addr.family}, 0},
                 .remote = *remote,
                 .sock = c->sock,
                 .binding = s->binding,
                 .opts = *rs_sock_opts(c->st, s),
                 .reuse_addr = s->reuse_addr,
                 .reuse_port = s->reuse_port,
                 .hold = hold};
    if (!rs_signing_may_begin(&c->env, d.opts.keys, &remote->addr)) return rs_fail(RS_EKEYREJECTED);
    if (s->binding != RS_NIL) {
        const rs_binding *b = rs_ports_at(&c->st->net.ports, s->binding);
        if (!rs_addr_is_any(&b->addr) && b->addr.family != remote->addr.family) return rs_fail(RS_ENETUNREACH);
        d.local.port = b->port;
        if (!rs_addr_is_any(&b->addr)) d.local.addr = b->addr;
    }
    uint32_t draft = s->draft, conn;
    RS_TRY(rs_net_dial(&c->st->net, &c->env, &d, &conn));
    rs_pool_give(&c->st->drafts, draft);
    s->binding = d.binding;
    s->conn = conn;
    s->phase = RS_SK_DIALING;
    s->so_error = 0;
    return RS_OK;
}

/* Linux sends "any" to the host itself. */
static rs_endpoint target(const rs_config *cfg, rs_endpoint remote)
{
    for (int i = 0; rs_addr_is_any(&remote.addr) && i < RS_LOCAL_ADDRS_MAX; i++)
        if (cfg->local[i].addr.family == remote.addr.family) remote.addr = cfg->local[i].addr;
    return remote;
}

static rs_ret dissolve(rs_call *c)
{
    rs_sock *s = c->s;
    if (s->phase == RS_SK_LISTENING) {
        rs_sock_stop_listening(c->st, &c->env, s);
    } else if (s->phase != RS_SK_IDLE) {
        rs_tcb *t = rs_sock_tcb(c->st, s);
        bool alive = t->state != RS_CLOSED && t->state != RS_TIME_WAIT;
        rs_tcp_abort(&c->env, t);
        t->so_error = 0;
        rs_sock_detach(c->st, &c->env, s);
        s->so_error = (int16_t)(alive ? RS_ECONNRESET : 0);
    }
    return rs_done(0);
}

/* TCP_FASTOPEN_CONNECT: with a cookie in hand the SYN waits for text; without one it goes and asks for a cookie. */
static bool waits_for_text(rs_call *c)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (rs_tcp_could_open_fast(&c->env, t)) return true;
    rs_tcp_open_fast(&c->env, t, NULL, 0);
    rs_net_settle(&c->st->net, &c->env, c->s->conn);
    return false;
}

rs_ret rs_connect(rs_stack *st, rs_time now, rs_fd fd, const rs_endpoint *remote)
{
    rs_call c;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    if (!remote) return dissolve(&c);
    rs_endpoint to;
    rs_status ok = rs_sock_mean(c.s, remote, &to);
    if (rs_failed(ok)) return rs_refuse(ok.code);
    if (c.s->phase == RS_SK_LISTENING || c.s->phase == RS_SK_CONNECTED) return rs_refuse(RS_EISCONN);
    if (rs_sock_held(&c)) return rs_refuse(RS_EISCONN);
    if (c.s->phase == RS_SK_DIALING) return wait_for_outcome(&c, RS_EALREADY);
    bool fast = rs_sock_opts(st, c.s)->fo_connect;
    to = target(c.env.cfg, to);
    ok = rs_sock_dial(&c, &to, fast);
    if (rs_failed(ok)) return rs_refuse(ok.code);
    if (fast && waits_for_text(&c)) return rs_done(0);
    return wait_for_outcome(&c, RS_EINPROGRESS);
}

bool rs_connect_ready(const rs_call *c, const rs_parked *p)
{
    (void)p;
    return c->s->phase != RS_SK_DIALING || rs_sock_dialed(c);
}

rs_ret rs_connect_go_on(rs_call *c, rs_parked *p, void *buf)
{
    (void)buf;
    if (c->s->phase != RS_SK_DIALING) return c->s->phase == RS_SK_CONNECTED ? rs_done(0) : rs_refuse(RS_ECONNABORTED);
    if (rs_sock_dialed(c)) return rs_sock_outcome(c);
    return p->late ? rs_refuse(RS_EINPROGRESS) : rs_still_waiting();
}

rs_ret rs_connect_give_up(rs_call *c, rs_parked *p)
{
    (void)c, (void)p;
    return rs_refuse(RS_EINTR);
}
