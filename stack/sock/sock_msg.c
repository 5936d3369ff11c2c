/* sendmsg and recvmsg: ancillary data both ways, the error queue, zero-copy writes in pieces. */
#include <string.h>

#include "../base/time.h"
#include "sock.h"

/* Numbers of Linux. */
enum { SOL_SOCKET_ = 1, SOL_TCP_ = 6, SOL_IP_ = 0, SOL_IPV6_ = 41 };
enum { SO_TIMESTAMPING_OLD = 37, SO_TIMESTAMPING_NEW = 65, SCM_OPT_STATS = 54, CM_INQ = 36, IP_RECVERR_ = 11 };
enum { IPV6_RECVERR_ = 25, STAMPING_SOFTWARE = 1 << 4 };
/* What a write may ask to be told of, and what stays as the socket has it. */
enum { TX_RECORDS = 1 << 0 | 1 << 1 | 1 << 8 | 1 << 9 | 1 << 18 };

static void put(rs_msg *m, int level, int type, const void *data, uint32_t len)
{
    uint32_t used = m->controls ? m->control[m->controls - 1].at + m->control[m->controls - 1].len : 0;
    if (!m->wants_control || m->controls == RS_CONTROLS_MAX || len > RS_CONTROL_BYTES - used) {
        m->flags |= RS_MSG_CTRUNC;
        return;
    }
    memcpy(m->room + used, data, len);
    m->control[m->controls++] = (rs_control){level, type, used, len};
}

/* --- the error queue */

/* struct scm_timestamping: three times as seconds and nanoseconds, the first is the software's. */
static void put_stamp(rs_msg *m, const rs_note *n)
{
    int64_t times[6] = {n->at.us / 1000000, n->at.us % 1000000 * 1000};
    put(m, SOL_SOCKET_, SO_TIMESTAMPING_OLD, times, sizeof times);
}

/* struct sock_extended_err, and room for the address of an offender, which there is for ICMP only. */
static void put_error(rs_msg *m, const rs_note *n, bool v6)
{
    enum { ERROR_BYTES = 16, SOCKADDR_V4 = 16, SOCKADDR_V6 = 28 };
    uint8_t bytes[ERROR_BYTES + SOCKADDR_V6] = {0};
    memcpy(bytes, &n->err, 4);
    bytes[4] = n->origin;
    bytes[5] = n->type;
    bytes[6] = n->code;
    memcpy(bytes + 8, &n->info, 4);
    memcpy(bytes + 12, &n->data, 4);
    put(m, v6 ? SOL_IPV6_ : SOL_IP_, v6 ? IPV6_RECVERR_ : IP_RECVERR_, bytes,
        ERROR_BYTES + (v6 ? SOCKADDR_V6 : SOCKADDR_V4));
}

/* The statistics of a stamp are its payload as well. The copy of the packet that other stamps have on Linux is not kept
 * here: it is reported as cut off whole. */
static uint32_t give_payload(rs_msg *m, const rs_note *n, const uint8_t *stats)
{
    uint32_t len = stats ? n->stats_len : 0, fits = m->len < len ? (uint32_t)m->len : len;
    if (fits && m->buf) memcpy(m->buf, stats, fits);
    if (fits < len || n->has_packet) m->flags |= RS_MSG_TRUNC;
    return m->buf ? fits : 0;
}

static rs_ret recv_note(rs_call *c, rs_msg *m)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    const rs_note *n = t ? rs_notes_first(c->env.records, &t->notes) : NULL;
    if (!n) return rs_refuse(RS_EAGAIN);
    const uint8_t *stats = rs_note_stats_of(c->env.blocks, n);
    m->flags |= RS_MSG_ERRQUEUE;
    uint32_t given = give_payload(m, n, stats);
    if (n->has_stamp && (t->opts.stamping & STAMPING_SOFTWARE)) put_stamp(m, n);
    if (stats) put(m, SOL_SOCKET_, SCM_OPT_STATS, stats, n->stats_len);
    put_error(m, n, c->s->v6);
    rs_notes_drop_first(c->env.blocks, c->env.records, &t->notes);
    if (t->notes.count) t->wake[RS_WAKE_ERROR] = ++c->env.host->wakes;
    return rs_done(given);
}

/* --- recvmsg */

/* How much waits behind what this call took (TCP_INQ). The peer's FIN counts as one, so that nobody stops reading. */
static void put_inq(rs_call *c, rs_msg *m, rs_ret r)
{
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (!t || !t->opts.inq || r.parked || r.value < 0) return;
    int32_t inq = (int32_t)rs_tcb_unread(t) + t->rcvq.fin_taken;
    put(m, SOL_TCP_, CM_INQ, &inq, sizeof inq);
}

rs_ret rs_recvmsg(rs_stack *st, rs_time now, rs_fd fd, rs_msg *m, int flags)
{
    rs_call c;
    m->flags = 0;
    m->controls = 0;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    if (flags & RS_MSG_ERRQUEUE) return recv_note(&c, m);
    rs_ret r = rs_recv(st, now, fd, m->buf, m->len, flags, &m->flags);
    if (!(flags & RS_MSG_OOB)) put_inq(&c, m, r);
    return r;
}

rs_ret rs_call_resume_msg(rs_stack *st, rs_time now, uint32_t parked, rs_msg *m)
{
    rs_call c;
    const rs_parked *p = rs_waits_at(&st->waits, parked);
    if (!p || p->kind != RS_CALL_RECV) return rs_refuse(RS_EINVAL);
    m->flags = 0;
    m->controls = 0;
    uint32_t sock = p->sock;
    bool oob = p->flags & RS_MSG_OOB;
    rs_sock_hold(st, sock); /* its last descriptor may have been closed meanwhile */
    rs_ret r = rs_call_resume(st, now, parked, m->buf, m->len);
    rs_call_on_sock(&c, st, now, sock);
    if (!oob) put_inq(&c, m, r);
    rs_sock_let_go(st, &c.env, sock);
    return r;
}

/* --- sendmsg */

/* What the ancillary data asks for: the stamps of this write. */
static int read_controls(const rs_msg *m, uint32_t *stamps)
{
    for (uint32_t i = 0; i < m->controls; i++) {
        const rs_control *k = &m->control[i];
        bool stamping = k->level == SOL_SOCKET_ && (k->type == SO_TIMESTAMPING_OLD || k->type == SO_TIMESTAMPING_NEW);
        uint32_t value;
        if (k->level != SOL_SOCKET_) continue; /* of no concern to a stream (Linux looks at this level only) */
        if (!stamping || k->len != sizeof value) return RS_EINVAL;
        memcpy(&value, m->room + k->at, sizeof value);
        if (value & ~(uint32_t)TX_RECORDS) return RS_EINVAL;
        *stamps = (*stamps & ~(uint32_t)TX_RECORDS) | value;
    }
    return 0;
}

rs_ret rs_sendmsg(rs_stack *st, rs_time now, rs_fd fd, const rs_msg *m, int flags)
{
    rs_call c;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    rs_sending x = {
        .buf = m->buf, .len = m->len, .flags = flags, .to = m->to, .stamps = rs_sock_opts(st, c.s)->stamping};
    int err = read_controls(m, &x.stamps);
    if (err) return rs_refuse(err);
    x.pieces = m->pieces;
    x.piece_count = m->piece_count;
    return rs_send_now(&c, &x);
}
