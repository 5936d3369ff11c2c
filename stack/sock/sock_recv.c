/* recv: hands out received bytes in order, waiting for them if the call may wait.
 *
 * The order of answers is that of Linux: bytes first, then end of file for ever if the peer's FIN came, else the
 * pending error (once), then end of file. A reset behind the FIN takes nothing back from the reader; its error waits
 * for whoever writes or asks (RFC 9293 3.10.7.4 second: in CLOSING, LAST-ACK and TIME-WAIT the user is told nothing). A
 * call that has bytes and meets an error, the end of file or the urgent mark returns the bytes; what it met is the next
 * call's. */
#include "sock.h"

typedef struct receiving {
    uint8_t *buf;
    size_t len, done;
    int flags;
} receiving;

static bool may_wait(const rs_call *c, int flags)
{
    return !c->s->nonblock && !(flags & RS_MSG_DONTWAIT);
}

/* Bytes that end the call: all for MSG_WAITALL, else SO_RCVLOWAT, at least one. */
static size_t enough(const rs_call *c, const receiving *x)
{
    size_t low = rs_sock_opts(c->st, c->s)->rcvlowat;
    if ((x->flags & RS_MSG_WAITALL) || low > x->len) return x->len;
    return low ? low : 1;
}

/* No bytes are there: why they will not come, as the call's result; still_waiting when they may. */
static rs_ret nothing_there(rs_call *c)
{
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (t && rs_tcb_at_eof(t)) return rs_done(0);
    int err = rs_sock_take_error(c->st, c->s);
    if (err) return rs_refuse(err);
    if (!t) return rs_refuse(RS_ENOTCONN);
    if (t->state == RS_CLOSED && !t->was_open) return rs_refuse(RS_ENOTCONN);
    if (t->state == RS_CLOSED || (rs_tcb_events(&c->env, t) & RS_TCB_EV_RDHUP)) return rs_done(0);
    return rs_still_waiting();
}

/* Where a look begins (SO_PEEK_OFF). */
static uint32_t peek_at(const rs_call *c, int flags)
{
    return (flags & RS_MSG_PEEK) && c->s->peek_off > 0 ? (uint32_t)c->s->peek_off - 1 : 0;
}

/* The next look goes on behind this one; what was taken lies behind it no more. */
static void move_peek(rs_call *c, int flags, size_t n)
{
    if (c->s->peek_off == 0) return;
    int64_t off = c->s->peek_off - 1 + (flags & RS_MSG_PEEK ? (int64_t)n : -(int64_t)n);
    c->s->peek_off = 1 + (off < 0 ? 0 : off > INT32_MAX - 1 ? INT32_MAX - 1 : (int)off);
}

/* Takes what is there. MSG_TRUNC throws it away instead of copying it. */
static size_t pump(rs_call *c, receiving *x)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    bool peek = x->flags & RS_MSG_PEEK;
    uint8_t *to = x->flags & RS_MSG_TRUNC ? NULL : x->buf + (peek ? 0 : x->done);
    uint32_t at = peek_at(c, x->flags);
    size_t n = at ? rs_tcp_peek(&c->env, t, &(rs_tcp_look){to, x->len, at})
                  : rs_tcp_receive(&c->env, t, to, x->len - (peek ? 0 : x->done), peek);
    x->done = peek ? n : x->done + n;
    if (!peek) move_peek(c, x->flags, n);
    rs_net_settle(&c->st->net, &c->env, c->s->conn);
    return n;
}

static rs_ret recv_on(rs_call *c, receiving *x, bool wait)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    uint32_t at = peek_at(c, x->flags);
    if (t && rs_tcb_unread(t) > at) {
        if (x->len == 0) return rs_done(0);
        if (!x->buf && !(x->flags & RS_MSG_TRUNC)) return rs_refuse(RS_EFAULT);
        size_t n = pump(c, x);
        bool marked = n > 0 && x->done < x->len && rs_tcb_unread(t) > (x->flags & RS_MSG_PEEK ? at + n : 0);
        if (x->done >= enough(c, x) || marked) return rs_done((int64_t)x->done);
    }
    if (x->done > 0) {
        bool over = !t || t->so_error || t->state == RS_CLOSED || (rs_tcb_events(&c->env, t) & RS_TCB_EV_RDHUP);
        return over || !wait ? rs_done((int64_t)x->done) : rs_still_waiting();
    }
    rs_ret r = nothing_there(c);
    return r.parked && !wait ? rs_refuse(RS_EAGAIN) : r;
}

static rs_ret recv_urgent(rs_call *c, uint8_t *buf, size_t len, int flags, int *out_flags)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (!t) return rs_refuse(RS_EINVAL);
    if (rs_sock_opts(c->st, c->s)->oob_inline) return rs_refuse(RS_EINVAL);
    uint8_t byte = 0;
    int got = rs_tcp_receive_oob(&c->env, t, &byte, flags & RS_MSG_PEEK);
    if (got < 0) return rs_refuse(RS_EINVAL);
    if (got == 0)
        return t->state == RS_CLOSED || (rs_tcb_events(&c->env, t) & RS_TCB_EV_RDHUP) ? rs_done(0)
                                                                                      : rs_refuse(RS_EAGAIN);
    *out_flags |= RS_MSG_OOB;
    if (len == 0) {
        *out_flags |= RS_MSG_TRUNC;
        return rs_done(0);
    }
    if (flags & RS_MSG_TRUNC) return rs_done(1);
    if (!buf) return rs_refuse(RS_EFAULT);
    *buf = byte;
    return rs_done(1);
}

rs_ret rs_recv(rs_stack *st, rs_time now, rs_fd fd, void *buf, size_t len, int flags, int *out_flags)
{
    rs_call c;
    int ignored;
    if (!out_flags) out_flags = &ignored;
    *out_flags = 0;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    if (c.s->phase == RS_SK_LISTENING) return rs_refuse(RS_ENOTCONN);
    if (flags & RS_MSG_OOB) return recv_urgent(&c, buf, len, flags, out_flags);
    receiving x = {.buf = buf, .len = len, .flags = flags};
    rs_ret r = recv_on(&c, &x, may_wait(&c, flags));
    if (!r.parked && r.value > 0 && (flags & RS_MSG_PEEK)) move_peek(&c, flags, (size_t)r.value);
    if (!r.parked) return r;
    rs_parked p = {.kind = RS_CALL_RECV, .sock = c.sock, .flags = flags, .len = len, .done = x.done};
    return rs_sock_park(&c, &p, c.s->rcv_timeout);
}

bool rs_recv_ready(const rs_call *c, const rs_parked *p)
{
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (!t || t->so_error || t->state == RS_CLOSED) return true;
    uint32_t events = rs_tcb_events(&c->env, t);
    uint32_t at = peek_at(c, p->flags);
    if (events & RS_TCB_EV_RDHUP) return true;
    if (events & RS_TCB_EV_READABLE) return rs_tcb_unread(t) > at || t->so_error;
    bool part = (p->flags & RS_MSG_WAITALL) || p->done > 0;
    return part && rs_tcb_unread(t) > (p->flags & RS_MSG_PEEK ? at + p->done : 0);
}

rs_ret rs_recv_go_on(rs_call *c, rs_parked *p, void *buf)
{
    receiving x = {.buf = buf, .len = p->len, .done = p->flags & RS_MSG_PEEK ? 0 : p->done, .flags = p->flags};
    rs_ret r = recv_on(c, &x, !p->late);
    p->done = x.done;
    if (!r.parked && r.value > 0 && (p->flags & RS_MSG_PEEK)) move_peek(c, p->flags, (size_t)r.value);
    return r;
}

rs_ret rs_recv_give_up(rs_call *c, rs_parked *p)
{
    (void)c;
    return p->done ? rs_done((int64_t)p->done) : rs_refuse(RS_EINTR);
}
