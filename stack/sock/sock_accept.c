/* accept: the oldest connection of the accept queue becomes a socket. */
#include "sock.h"

/* A connection leaves the accept queue; what it inherits from the listening socket beside the options of the connection
 * are its timeouts and its family. */
static rs_ret take_child(rs_call *c, rs_tcb *t, int flags, rs_endpoint *peer)
{
    rs_stack *st = c->st;
    uint32_t sock = rs_sock_make(st);
    if (sock == RS_NIL) return rs_refuse(RS_ENOBUFS);
    rs_fd fd = rs_fds_take(&st->fds, 0, sock);
    if (fd < 0) {
        rs_sock_free(st, sock);
        return rs_refuse(RS_EMFILE);
    }
    rs_sock *s = rs_sock_at(st, sock);
    rs_list watchers = s->watchers;
    rs_pool_give(&st->drafts, s->draft);
    *s = (rs_sock){.refs = 1,
                   .phase = RS_SK_CONNECTED,
                   .conn = t->self,
                   .watchers = watchers,
                   .binding = RS_NIL,
                   .v6 = c->s->v6,
                   .v6only = c->s->v6only,
                   .reuse_addr = c->s->reuse_addr,
                   .reuse_port = c->s->reuse_port,
                   .nonblock = flags & RS_SOCK_NONBLOCK,
                   .rehash_off = c->s->rehash_off,
                   .kept = c->s->kept,
                   .peek_off = c->s->peek_off,
                   .busy_poll = c->s->busy_poll,
                   .incoming_cpu = c->s->incoming_cpu,
                   .rcv_timeout = c->s->rcv_timeout,
                   .snd_timeout = c->s->snd_timeout};
    rs_fds_set_cloexec(&st->fds, fd, flags & RS_SOCK_CLOEXEC);
    if (peer) *peer = rs_sock_show(s, t->remote);
    t->sock = sock;
    rs_tcp_accepted(&c->env, t);
    rs_net_settle(&st->net, &c->env, t->self);
    return rs_done(fd);
}

static rs_tcb *oldest_child(const rs_call *c)
{
    if (c->s->phase != RS_SK_LISTENING) return NULL;
    const rs_listener *l = rs_conns_listener(&c->st->net.conns, c->s->listener);
    return l->accept_head == RS_NIL ? NULL : rs_net_tcb(&c->st->net, l->accept_head);
}

rs_ret rs_accept(rs_stack *st, rs_time now, rs_fd fd, rs_endpoint *peer, int flags)
{
    rs_call c;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    if (flags & ~(RS_SOCK_NONBLOCK | RS_SOCK_CLOEXEC)) return rs_refuse(RS_EINVAL);
    if (c.s->phase != RS_SK_LISTENING) return rs_refuse(RS_EINVAL);
    rs_tcb *t = oldest_child(&c);
    if (t) return take_child(&c, t, flags, peer);
    if (c.s->nonblock) return rs_refuse(RS_EAGAIN);
    rs_parked p = {.kind = RS_CALL_ACCEPT, .sock = c.sock, .flags = flags};
    return rs_sock_park(&c, &p, c.s->rcv_timeout);
}

bool rs_accept_ready(const rs_call *c, const rs_parked *p)
{
    (void)p;
    return c->s->phase != RS_SK_LISTENING || oldest_child(c);
}

/* The buffer of a resumed accept() is where the peer's endpoint goes, or NULL. */
rs_ret rs_accept_go_on(rs_call *c, rs_parked *p, void *buf)
{
    rs_tcb *t = oldest_child(c);
    if (t) return take_child(c, t, p->flags, buf);
    if (c->s->phase != RS_SK_LISTENING) return rs_refuse(RS_EINVAL);
    return p->late ? rs_refuse(RS_EAGAIN) : rs_still_waiting();
}

rs_ret rs_accept_give_up(rs_call *c, rs_parked *p)
{
    (void)c, (void)p;
    return rs_refuse(RS_EINTR);
}
