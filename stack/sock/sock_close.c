/* close, shutdown, dup, and the end of a socket.
 *
 * close() gives up one descriptor. The connection notices only when the last reference is gone: then, depending on
 * SO_LINGER and on unread data, it goes on alone to deliver what is queued and its FIN, or is reset (RFC 9293 3.6, RFC
 * 2525 2.17). shutdown() acts on the connection at once, whoever else holds the socket. */
#include "../base/time.h"
#include "sock.h"

void rs_sock_stop_listening(rs_stack *st, rs_env *env, rs_sock *s)
{
    rs_listener *l = rs_conns_listener(&st->net.conns, s->listener);
    uint32_t draft = rs_pool_take(&st->drafts);
    rs_check(draft != RS_NIL);
    *(rs_tcp_opts *)rs_pool_at(&st->drafts, draft) = l->opts;
    rs_ports_at(&st->net.ports, s->binding)->listening = false;
    rs_net_unlisten(&st->net, env, s->listener);
    s->draft = draft;
    s->phase = RS_SK_IDLE;
}

static bool delivered(const rs_tcb *t)
{
    return t->state != RS_FIN_WAIT_1 && t->state != RS_CLOSING && t->state != RS_LAST_ACK;
}

static void close_connection(rs_stack *st, rs_env *env, rs_sock *s)
{
    rs_tcp_close(env, rs_sock_tcb(st, s));
    rs_net_settle(&st->net, env, s->conn);
}

static void end_socket(rs_stack *st, rs_env *env, uint32_t sock)
{
    rs_sock *s = rs_sock_at(st, sock);
    rs_epoll_forget(st, sock);
    if (s->phase == RS_SK_LISTENING) rs_sock_stop_listening(st, env, s);
    if (rs_sock_has_conn(s)) {
        if (!s->closing) close_connection(st, env, s);
        rs_net_disown(&st->net, env, s->conn);
    }
    rs_sock_free(st, sock);
}

void rs_sock_let_go(rs_stack *st, rs_env *env, uint32_t sock)
{
    rs_sock *s = rs_sock_at(st, sock);
    rs_check(s->refs > 0);
    if (--s->refs == 0) end_socket(st, env, sock);
}

rs_ret rs_close(rs_stack *st, rs_time now, rs_fd fd)
{
    rs_call c;
    if (rs_fds_epoll(&st->fds, fd) != RS_NIL) return rs_epoll_close(st, fd);
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(RS_EBADF);
    rs_fds_give(&st->fds, fd);
    const rs_tcb *t = rs_sock_tcb(st, c.s);
    if (c.s->refs == 1 && t && t->opts.linger_on && t->opts.linger_secs > 0) {
        close_connection(st, &c.env, c.s);
        c.s->closing = true;
    }
    rs_parked p = {.kind = RS_CALL_CLOSE, .sock = c.sock};
    rs_ret r = rs_done(0);
    if (c.s->closing && !delivered(t)) r = rs_sock_park(&c, &p, RS_SEC(t->opts.linger_secs));
    rs_sock_let_go(st, &c.env, c.sock);
    return r.parked ? r : rs_done(0);
}

bool rs_close_ready(const rs_call *c, const rs_parked *p)
{
    (void)p;
    return delivered(rs_sock_tcb(c->st, c->s));
}

/* Letting go of the parked call's reference, which ends the socket, is done for all calls alike. */
rs_ret rs_close_go_on(rs_call *c, rs_parked *p, void *buf)
{
    (void)buf;
    return delivered(rs_sock_tcb(c->st, c->s)) || p->late ? rs_done(0) : rs_still_waiting();
}

rs_ret rs_close_give_up(rs_call *c, rs_parked *p)
{
    (void)c, (void)p;
    return rs_done(0);
}

/* An attempt to connect that is shut down ends as if it had never begun. */
static rs_ret shut_opening(rs_call *c)
{
    rs_tcp_abort(&c->env, rs_sock_tcb(c->st, c->s));
    rs_sock_detach(c->st, &c->env, c->s);
    return rs_done(0);
}

rs_ret rs_shutdown(rs_stack *st, rs_time now, rs_fd fd, int how)
{
    rs_call c;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    if (how < RS_SHUT_RD || how > RS_SHUT_RDWR) return rs_refuse(RS_EINVAL);
    if (c.s->phase == RS_SK_LISTENING) {
        if (how != RS_SHUT_WR) rs_sock_stop_listening(st, &c.env, c.s);
        return rs_done(0);
    }
    rs_tcb *t = rs_sock_tcb(st, c.s);
    if (!t || t->state == RS_CLOSED || t->state == RS_TIME_WAIT) return rs_refuse(RS_ENOTCONN);
    if (t->state == RS_SYN_SENT) return shut_opening(&c);
    if (how != RS_SHUT_WR) rs_tcp_shutdown_receive(&c.env, t);
    if (how != RS_SHUT_RD) rs_tcp_shutdown_send(&c.env, t);
    rs_net_settle(&st->net, &c.env, c.s->conn);
    return rs_done(0);
}

static rs_ret dup_from(rs_call *c, int from)
{
    rs_fd fd = rs_fds_take(&c->st->fds, from, c->sock);
    if (fd < 0) return rs_refuse(RS_EMFILE);
    rs_fds_set_cloexec(&c->st->fds, fd, false);
    rs_sock_hold(c->st, c->sock);
    return rs_done(fd);
}

rs_ret rs_dup(rs_stack *st, rs_time now, rs_fd fd)
{
    rs_call c;
    if (rs_fds_epoll(&st->fds, fd) != RS_NIL) return rs_epoll_dup(st, fd, 0);
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(RS_EBADF);
    return dup_from(&c, 0);
}

rs_ret rs_fcntl(rs_stack *st, rs_time now, rs_fd fd, int cmd, int arg)
{
    rs_call c;
    if (rs_fds_epoll(&st->fds, fd) != RS_NIL) return rs_epoll_fcntl(st, fd, cmd, arg);
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(RS_EBADF);
    if (cmd == RS_F_DUPFD) return arg < 0 ? rs_refuse(RS_EINVAL) : dup_from(&c, arg);
    if (cmd == RS_F_GETFD) return rs_done(rs_fds_cloexec(&st->fds, fd));
    if (cmd == RS_F_GETFL) return rs_done(RS_O_RDWR | (c.s->nonblock ? RS_O_NONBLOCK : 0));
    if (cmd == RS_F_SETFD) rs_fds_set_cloexec(&st->fds, fd, arg & 1);
    else if (cmd == RS_F_SETFL) c.s->nonblock = arg & RS_O_NONBLOCK;
    else return rs_refuse(RS_EINVAL);
    return rs_done(0);
}

/* The calls that a dying process sleeps in end first; then its descriptors close in ascending order. SO_LINGER does not
 * make an exit wait. */
void rs_close_all(rs_stack *st, rs_time now)
{
    while (st->waits.order.head != RS_NIL) (void)rs_call_cancel(st, now, st->waits.order.head + 1);
    for (rs_fd fd = rs_fds_open_from(&st->fds, 0); fd >= 0; fd = rs_fds_open_from(&st->fds, fd + 1)) {
        rs_ret r = rs_close(st, now, fd);
        if (r.parked) (void)rs_call_cancel(st, now, r.parked);
    }
}
