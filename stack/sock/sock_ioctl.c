/* ioctl: what is queued, and whether the urgent mark is next. */
#include "sock.h"

rs_ret rs_ioctl(rs_stack *st, rs_time now, rs_fd fd, unsigned long request, int *out)
{
    rs_call c;
    rs_probe p = {0};
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd) == RS_EBADF ? RS_EBADF : RS_EINVAL);
    bool known =
        request == RS_FIONREAD || request == RS_SIOCOUTQ || request == RS_SIOCOUTQNSD || request == RS_SIOCATMARK;
    if (!known) return rs_refuse(RS_ENOTTY);
    if (c.s->phase == RS_SK_LISTENING && request != RS_SIOCATMARK) return rs_refuse(RS_EINVAL);
    if (!out) return rs_refuse(RS_EFAULT);
    const rs_tcb *t = rs_sock_tcb(st, c.s);
    if (t) rs_tcp_probe(&c.env, t, &p);
    bool opening = t && (t->state == RS_SYN_SENT || t->state == RS_SYN_RECEIVED);
    if (request == RS_SIOCATMARK) *out = t && rs_tcb_at_mark(t);
    else if (opening) *out = 0;
    else if (request == RS_FIONREAD) *out = t ? (int)rs_tcb_unread(t) : 0;
    else *out = (int)(request == RS_SIOCOUTQ ? p.sndq_bytes : p.notsent_bytes);
    return rs_done(0);
}
