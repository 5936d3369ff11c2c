/* The options about the memory of a socket: sizes beyond the host's limits, locks, and what is in use. */
#include "../tcp/output.h"
#include "sock_opt.h"

enum { SNDBUF_LOCK = 1, RCVBUF_LOCK = 2, SNDBUF_MIN = 4608, RCVBUF_MIN = 2304 };
/* SO_MEMINFO: the places of its numbers. */
enum { RMEM_ALLOC, RCVBUF, WMEM_ALLOC, SNDBUF, FWD_ALLOC, WMEM_QUEUED, OPTMEM, BACKLOG, DROPS, NUMBERS };

static rs_tcp_opts *opts_of(const rs_call *c)
{
    return rs_sock_opts(c->st, c->s);
}

/* Doubled, for the bookkeeping, and not less than Linux's least. */
static uint32_t doubled(int value, uint32_t least)
{
    uint32_t twice = value < 0 ? 0 : value > INT_MAX / 2 ? INT_MAX : 2 * (uint32_t)value;
    return twice < least ? least : twice;
}

int rs_opt_get_SNDBUFFORCE(rs_call *c, int *out)
{
    (void)c, (void)out;
    return RS_ENOPROTOOPT;
}

int rs_opt_set_SNDBUFFORCE(rs_call *c, int value)
{
    opts_of(c)->sndbuf = doubled(value, SNDBUF_MIN);
    opts_of(c)->sndbuf_locked = true;
    return 0;
}

int rs_opt_get_RCVBUFFORCE(rs_call *c, int *out)
{
    return rs_opt_get_SNDBUFFORCE(c, out);
}

int rs_opt_set_RCVBUFFORCE(rs_call *c, int value)
{
    opts_of(c)->rcvbuf = doubled(value, RCVBUF_MIN);
    opts_of(c)->rcvbuf_locked = true;
    return 0;
}

int rs_opt_get_BUF_LOCK(rs_call *c, int *out)
{
    *out = (opts_of(c)->sndbuf_locked ? SNDBUF_LOCK : 0) | (opts_of(c)->rcvbuf_locked ? RCVBUF_LOCK : 0);
    return 0;
}

/* A buffer that is not locked may be resized by autotuning. */
int rs_opt_set_BUF_LOCK(rs_call *c, int value)
{
    opts_of(c)->sndbuf_locked = value & SNDBUF_LOCK;
    opts_of(c)->rcvbuf_locked = value & RCVBUF_LOCK;
    return 0;
}

int rs_opt_get_MEMINFO(rs_call *c, rs_opt_bytes out)
{
    uint32_t info[NUMBERS] = {0};
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    int size;
    if (!rs_opt_get_RCVBUF(c, &size)) info[RCVBUF] = (uint32_t)size;
    if (!rs_opt_get_SNDBUF(c, &size)) info[SNDBUF] = (uint32_t)size;
    if (t) {
        info[RMEM_ALLOC] = t->wnd.linux_form ? t->rmem.used : rs_rcvq_held(&t->rcvq);
        info[WMEM_QUEUED] = rs_output_held(&c->env, t);
    }
    return rs_opt_put(out, info, sizeof info);
}

/* Linux has no such setting. */
int rs_opt_set_MEMINFO(rs_call *c, rs_opt_value in)
{
    (void)c, (void)in;
    return RS_ENOPROTOOPT;
}
