/* send: moves bytes into the send buffer, as many as fit, waiting for room if the call may wait.
 *
 * The order of answers is that of Linux: what was already moved by this call, then the pending error (once), then EPIPE
 * for a side that is shut or was never connected. */
#include "sock.h"

/* One call in progress: buf is the whole buffer, done counts what has been moved. */
typedef struct sending {
    const uint8_t *buf;
    size_t len, done;
    int flags;
} sending;

/* In the flags of a parked call: the handshake that it began has to end before anything else. No flag of the user. */
enum { OPENING = 0x02000000 };

static bool may_wait(const rs_call *c, int flags)
{
    return !c->s->nonblock && !(flags & RS_MSG_DONTWAIT);
}

/* Why nothing can be sent now; 0: something can, or waiting may help. */
static int obstacle(rs_call *c)
{
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    bool opening = t && !rs_sock_dialed(c);
    if (!t || t->so_error || (!opening && !rs_tcb_may_send(t))) {
        int err = rs_sock_take_error(c->st, c->s);
        return err ? err : RS_EPIPE;
    }
    return 0;
}

static bool pump(rs_call *c, sending *x)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    rs_tcp_write w = {.data = x->buf + x->done,
                      .len = x->len - x->done,
                      .more = x->flags & RS_MSG_MORE,
                      .eor = x->flags & RS_MSG_EOR,
                      .oob = x->flags & RS_MSG_OOB};
    size_t n = rs_tcp_send(&c->env, t, &w);
    x->done += n;
    rs_net_settle(&c->st->net, &c->env, c->s->conn);
    return n > 0;
}

/* Goes on as far as possible; still_waiting when the call has to wait. */
static rs_ret send_on(rs_call *c, sending *x, bool wait)
{
    for (;;) {
        const rs_tcb *t = rs_sock_tcb(c->st, c->s);
        if (x->done > 0 && (!t || t->so_error || !rs_tcb_may_send(t))) return rs_done((int64_t)x->done);
        int err = obstacle(c);
        if (err) return rs_refuse(err);
        bool open = rs_sock_dialed(c);
        if (open && x->done == x->len) return rs_done((int64_t)x->done);
        if (open && !x->buf) return rs_refuse(RS_EFAULT);
        if (open && pump(c, x)) continue;
        if (wait) return rs_still_waiting();
        return x->done ? rs_done((int64_t)x->done) : rs_refuse(RS_EAGAIN);
    }
}

/* The ACK of a SYN-ACK may wait for what this call has still to send. */
static void note_writer(rs_call *c, bool waits)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (t && t->state == RS_SYN_SENT) t->snd.writer = waits;
}

rs_ret rs_send(rs_stack *st, rs_time now, rs_fd fd, const void *buf, size_t len, int flags, const rs_endpoint *to)
{
    rs_call c;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(RS_EBADF);
    sending x = {.buf = buf, .len = len, .flags = flags & ~OPENING};
    rs_ret r;
    bool opening = false;
    if ((flags & RS_MSG_FASTOPEN) || rs_sock_held(&c)) {
        rs_fast_write w = {flags & RS_MSG_FASTOPEN ? to : NULL, buf, len, may_wait(&c, flags)};
        rs_fast_result how = rs_sock_open_fast(&c, &w, &x.done, &r);
        if (how == RS_FAST_ENDED) return r;
        opening = how == RS_FAST_WAIT;
    }
    if (!opening) r = send_on(&c, &x, may_wait(&c, flags)); /* a stream socket goes where it is connected to */
    if (!opening && !r.parked) return r;
    note_writer(&c, x.done < x.len || (!opening && !rs_sock_dialed(&c)));
    if (opening) x.flags |= OPENING;
    rs_parked p = {.kind = RS_CALL_SEND, .sock = c.sock, .flags = x.flags, .len = len, .done = x.done};
    return rs_sock_park(&c, &p, c.s->snd_timeout);
}

bool rs_send_ready(const rs_call *c, const rs_parked *p)
{
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (!t || t->so_error) return true;
    if (!rs_sock_dialed(c)) return false;
    if (p->flags & OPENING) return true;
    return !rs_tcb_may_send(t) || (rs_tcb_events(&c->env, t) & RS_TCB_EV_WRITABLE);
}

rs_ret rs_send_go_on(rs_call *c, rs_parked *p, void *buf)
{
    sending x = {.buf = buf, .len = p->len, .done = p->done, .flags = p->flags};
    rs_ret r;
    if (p->flags & OPENING) {
        rs_fast_result how = rs_sock_open_fast_on(c, p->late, p->done, &r);
        if (how == RS_FAST_ENDED) return r;
        if (how == RS_FAST_WAIT) return rs_still_waiting();
        p->flags &= ~OPENING;
        x.flags = p->flags;
    }
    r = send_on(c, &x, !p->late);
    p->done = x.done;
    return r;
}

rs_ret rs_send_give_up(rs_call *c, rs_parked *p)
{
    note_writer(c, false);
    return p->done && !(p->flags & OPENING) ? rs_done((int64_t)p->done) : rs_refuse(RS_EINTR);
}
