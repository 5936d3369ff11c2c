/* send: moves bytes into the send buffer, as many as fit, waiting for room if the call may wait.
 *
 * The order of answers is that of Linux: what was already moved by this call, then the pending error (once), then EPIPE
 * for a side that is shut or was never connected. */
#include "sock.h"

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

/* A zero-copy write keeps its pieces apart, and a segment can hold so many of them (Linux: MAX_SKB_FRAGS). */
enum { PIECES_OF_SEGMENT = 17 };

/* How much of what is left fits one segment by its pieces; all of it when that does not matter. */
static size_t by_pieces(const rs_sending *x, bool zerocopy)
{
    size_t at = 0, goes = 0;
    uint32_t in_segment = 0;
    for (uint32_t i = 0; zerocopy && i < x->piece_count; i++) {
        at += x->pieces[i];
        if (!x->pieces[i]) continue;
        if (++in_segment < PIECES_OF_SEGMENT) continue;
        in_segment = 0;
        if (at > x->done) {
            goes = at - x->done;
            break;
        }
    }
    return goes ? goes : x->len - x->done;
}

static bool pump(rs_call *c, rs_sending *x, bool wait)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    bool zerocopy = (x->flags & RS_MSG_ZEROCOPY) && t->opts.zerocopy;
    size_t len = by_pieces(x, zerocopy);
    bool last = x->done + len == x->len;
    rs_tcp_write w = {.data = x->buf + x->done,
                      .len = len,
                      .more = last && (x->flags & RS_MSG_MORE),
                      .eor = last && (x->flags & RS_MSG_EOR),
                      .oob = last && (x->flags & RS_MSG_OOB),
                      .boundary = !last,
                      .zerocopy = zerocopy,
                      .zerocopy_goes_on = x->numbered,
                      .waits = wait || !last,
                      .stamps = x->stamps};
    size_t n = rs_tcp_send(&c->env, t, &w);
    x->numbered |= zerocopy && n > 0;
    x->done += n;
    rs_net_settle(&c->st->net, &c->env, c->s->conn);
    return n > 0;
}

/* Goes on as far as possible; still_waiting when the call has to wait. */
static rs_ret send_on(rs_call *c, rs_sending *x, bool wait)
{
    for (;;) {
        const rs_tcb *t = rs_sock_tcb(c->st, c->s);
        if (x->done > 0 && (!t || t->so_error || !rs_tcb_may_send(t))) return rs_done((int64_t)x->done);
        int err = obstacle(c);
        if (err) return rs_refuse(err);
        bool open = rs_sock_dialed(c);
        if (open && x->done == x->len) return rs_done((int64_t)x->done);
        if (open && !x->buf) return rs_refuse(RS_EFAULT);
        if (open && pump(c, x, wait)) continue;
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
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    rs_sending x = {.buf = buf, .len = len, .flags = flags, .to = to, .stamps = rs_sock_opts(st, c.s)->stamping};
    return rs_send_now(&c, &x);
}

rs_ret rs_send_now(rs_call *c, rs_sending *x)
{
    rs_ret r;
    bool opening = false, fast = x->flags & RS_MSG_FASTOPEN, wait = may_wait(c, x->flags);
    x->flags &= ~OPENING;
    if (fast || rs_sock_held(c)) {
        rs_fast_write w = {.to = fast ? x->to : NULL,
                           .buf = x->buf,
                           .len = x->len,
                           .wait = wait,
                           .zerocopy = x->flags & RS_MSG_ZEROCOPY,
                           .stamps = x->stamps};
        rs_fast_result how = rs_sock_open_fast(c, &w, &x->done, &r);
        if (how == RS_FAST_ENDED) return r;
        x->numbered = x->done > 0 && (x->flags & RS_MSG_ZEROCOPY);
        opening = how == RS_FAST_WAIT;
    }
    if (!opening) r = send_on(c, x, wait); /* a stream socket goes where it is connected to */
    if (!opening && !r.parked) return r;
    note_writer(c, x->done < x->len || (!opening && !rs_sock_dialed(c)));
    if (opening) x->flags |= OPENING;
    rs_parked p = {.kind = RS_CALL_SEND,
                   .sock = c->sock,
                   .flags = x->flags,
                   .len = x->len,
                   .done = x->done,
                   .stamps = x->stamps,
                   .numbered = x->numbered};
    return rs_sock_park(c, &p, c->s->snd_timeout);
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
    rs_sending x = {
        .buf = buf, .len = p->len, .done = p->done, .flags = p->flags, .stamps = p->stamps, .numbered = p->numbered};
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
    p->numbered = x.numbered;
    return r;
}

rs_ret rs_send_give_up(rs_call *c, rs_parked *p)
{
    note_writer(c, false);
    return p->done && !(p->flags & OPENING) ? rs_done((int64_t)p->done) : rs_refuse(RS_EINTR);
}
