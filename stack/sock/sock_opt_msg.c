/* The options that decide what a socket tells beside its stream: error queue, stamps, zero copy, TCP_INQ. */
#include <string.h>

#include "sock_opt.h"

/* SOF_TIMESTAMPING_* of Linux. */
enum { OPT_ID = 1 << 7, OPT_TSONLY = 1 << 11, OPT_STATS = 1 << 12, OPT_ID_TCP = 1 << 16, BIND_PHC = 1 << 15 };
enum { EVERY_FLAG = (1 << 19) - 1 };

static rs_tcp_opts *opts_of(const rs_call *c)
{
    return rs_sock_opts(c->st, c->s);
}

int rs_opt_get_ZEROCOPY(rs_call *c, int *out)
{
    *out = opts_of(c)->zerocopy;
    return 0;
}

int rs_opt_set_ZEROCOPY(rs_call *c, int value)
{
    opts_of(c)->zerocopy = value != 0;
    return 0;
}

int rs_opt_get_INQ(rs_call *c, int *out)
{
    *out = opts_of(c)->inq;
    return 0;
}

int rs_opt_set_INQ(rs_call *c, int value)
{
    opts_of(c)->inq = value != 0;
    return 0;
}

int rs_opt_get_MARK(rs_call *c, int *out)
{
    *out = (int)opts_of(c)->mark;
    return 0;
}

int rs_opt_set_MARK(rs_call *c, int value)
{
    opts_of(c)->mark = (uint32_t)value;
    return 0;
}

int rs_opt_get_PRIORITY(rs_call *c, int *out)
{
    *out = (int)opts_of(c)->priority;
    return 0;
}

int rs_opt_set_PRIORITY(rs_call *c, int value)
{
    opts_of(c)->priority = (uint32_t)value;
    return 0;
}

/* Switching it off throws away what waits. */
int rs_opt_get_IP_RECVERR(rs_call *c, int *out)
{
    *out = opts_of(c)->recverr;
    return 0;
}

int rs_opt_set_IP_RECVERR(rs_call *c, int value)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    opts_of(c)->recverr = value != 0;
    if (!value && t) rs_notes_purge(c->env.blocks, c->env.records, &t->notes);
    return 0;
}

int rs_opt_get_IPV6_RECVERR(rs_call *c, int *out)
{
    return rs_opt_get_IP_RECVERR(c, out);
}

int rs_opt_set_IPV6_RECVERR(rs_call *c, int value)
{
    return rs_opt_set_IP_RECVERR(c, value);
}

int rs_opt_get_IP_FREEBIND(rs_call *c, int *out)
{
    *out = c->s->freebind;
    return 0;
}

int rs_opt_set_IP_FREEBIND(rs_call *c, int value)
{
    c->s->freebind = value != 0;
    return 0;
}

/* struct so_timestamping: the flags, and the number of a clock, which there is none of. */
int rs_opt_get_TIMESTAMPING(rs_call *c, rs_opt_bytes out)
{
    uint32_t value[2] = {opts_of(c)->stamping, 0};
    return rs_opt_put(out, value, sizeof value);
}

/* Stamps count bytes from here: from the first one not acknowledged, or the next to be written. */
static int count_from_here(rs_call *c, uint32_t flags)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (!t || t->state == RS_CLOSED) return RS_EINVAL;
    t->notes.base = flags & OPT_ID_TCP ? t->sndq.end : t->sndq.una;
    return 0;
}

int rs_opt_set_TIMESTAMPING(rs_call *c, rs_opt_value in)
{
    uint32_t flags;
    if (in.len < sizeof flags) return RS_EINVAL;
    memcpy(&flags, in.val, sizeof flags);
    if (flags & ~(uint32_t)EVERY_FLAG) return RS_EINVAL;
    if ((flags & OPT_ID_TCP) && !(flags & OPT_ID)) return RS_EINVAL;
    if ((flags & OPT_STATS) && !(flags & OPT_TSONLY)) return RS_EINVAL;
    if (flags & BIND_PHC) return RS_EOPNOTSUPP;
    int err = (flags & OPT_ID) && !(opts_of(c)->stamping & OPT_ID) ? count_from_here(c, flags) : 0;
    if (!err) opts_of(c)->stamping = flags;
    return err;
}

/* The stamps differ from the old ones only where seconds have 32 bits. */
int rs_opt_get_TIMESTAMPING_NEW(rs_call *c, rs_opt_bytes out)
{
    return rs_opt_get_TIMESTAMPING(c, out);
}

int rs_opt_set_TIMESTAMPING_NEW(rs_call *c, rs_opt_value in)
{
    return rs_opt_set_TIMESTAMPING(c, in);
}
