/* TCP_SAVE_SYN and TCP_SAVED_SYN: the headers of the SYN that opened a connection, as they came. A listener asks for
 * them (1: from the IP header on; 2: from the link's header on, of which there is none here), its child gives them out
 * once. A SYN that was answered with a cookie is not kept. */
#include "sock_opt.h"

int rs_opt_get_SAVE_SYN(rs_call *c, int *out)
{
    *out = rs_sock_opts(c->st, c->s)->save_syn;
    return 0;
}

int rs_opt_set_SAVE_SYN(rs_call *c, int value)
{
    rs_sock_opts(c->st, c->s)->save_syn = (unsigned)value & 3u;
    return 0;
}

/* Too little room: the length that is needed, and EINVAL. */
int rs_opt_get_SAVED_SYN(rs_call *c, rs_opt_bytes out)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    rs_bytes syn = t ? rs_synsave_bytes(c->env.blocks, t->saved_syn) : (rs_bytes){0};
    bool fits = *out.len >= syn.len;
    *out.len = (uint32_t)syn.len;
    if (!fits) return RS_EINVAL;
    int err = rs_opt_put(out, syn.data, (uint32_t)syn.len);
    if (!err && t) rs_synsave_release(c->env.blocks, &t->saved_syn);
    return err;
}

int rs_opt_set_SAVED_SYN(rs_call *c, rs_opt_value in)
{
    (void)c, (void)in;
    return RS_ENOPROTOOPT;
}
