/* Fast Open (RFC 7413) at the socket: a send that connects, and the options around it.
 *
 * What MSG_FASTOPEN gives on a socket in each phase is what connect() would give there, except that bytes which went
 * with the SYN are worth more than EINPROGRESS. An attempt that fails is the error of the call, whatever went. */
#include <string.h>

#include "../base/status.h"
#include "../mech/fo_cookie.h"
#include "../tcp/tell.h"
#include "sock_opt.h"

static rs_fast_result ended(rs_ret *r, rs_ret how)
{
    *r = how;
    return RS_FAST_ENDED;
}

/* The SYN is out. */
static rs_fast_result in_progress(rs_ret *r, size_t done)
{
    return ended(r, done ? rs_done((int64_t)done) : rs_refuse(RS_EINPROGRESS));
}

static int dial(rs_call *c, const rs_endpoint *given)
{
    rs_endpoint to;
    if (!given) return RS_EINVAL;
    rs_status ok = rs_sock_mean(c->s, given, &to);
    if (!rs_failed(ok)) ok = rs_sock_dial(c, &to, true);
    return ok.code;
}

/* Text that went with the SYN is told of as any other. */
static void tell(rs_call *c, const rs_fast_write *w, rs_tcb *t)
{
    rs_tcp_write text = {.zerocopy = w->zerocopy && t->opts.zerocopy, .stamps = w->stamps};
    rs_tell_place place = {.tail_before = t->sndq.end, .tail_now = t->sndq.end};
    rs_tell_wrote(&c->env, t, &text, &place);
}

static rs_fast_result send_syn(rs_call *c, const rs_fast_write *w, size_t *done, rs_ret *r)
{
    *done = rs_tcp_open_fast(&c->env, rs_sock_tcb(c->st, c->s), w->buf, w->len);
    if (*done) tell(c, w, rs_sock_tcb(c->st, c->s));
    rs_net_settle(&c->st->net, &c->env, c->s->conn);
    return w->wait ? RS_FAST_WAIT : in_progress(r, *done);
}

rs_fast_result rs_sock_open_fast(rs_call *c, const rs_fast_write *w, size_t *done, rs_ret *r)
{
    bool nowhere = w->to && w->to->addr.family == RS_AF_NONE;
    if (!(c->env.cfg->knobs.fastopen & RS_FO_CLIENT) || nowhere) return ended(r, rs_refuse(RS_EOPNOTSUPP));
    if (c->s->phase == RS_SK_LISTENING || c->s->phase == RS_SK_CONNECTED) return ended(r, rs_refuse(RS_EISCONN));
    if (c->s->phase == RS_SK_IDLE) {
        int err = dial(c, w->to);
        if (err) return ended(r, rs_refuse(err));
    }
    if (rs_sock_held(c)) return send_syn(c, w, done, r);
    if (rs_sock_dialed(c)) return rs_sock_open_fast_on(c, false, 0, r);
    return w->wait ? RS_FAST_WAIT : ended(r, rs_refuse(RS_EALREADY));
}

rs_fast_result rs_sock_open_fast_on(rs_call *c, bool late, size_t done, rs_ret *r)
{
    if (c->s->phase == RS_SK_CONNECTED) return RS_FAST_GO_ON;
    if (c->s->phase != RS_SK_DIALING) return ended(r, rs_refuse(RS_ECONNABORTED));
    if (!rs_sock_dialed(c)) return late ? in_progress(r, done) : RS_FAST_WAIT;
    *r = rs_sock_outcome(c);
    return r->value < 0 ? RS_FAST_ENDED : RS_FAST_GO_ON;
}

/* --- options ------------------------------------------------------------------------------------------------------ */

static rs_listener *listener_of(const rs_call *c)
{
    return c->s->phase == RS_SK_LISTENING ? rs_conns_listener(&c->st->net.conns, c->s->listener) : NULL;
}

static bool has_connection(const rs_call *c)
{
    return c->s->phase != RS_SK_IDLE && c->s->phase != RS_SK_LISTENING;
}

int rs_opt_get_FASTOPEN(rs_call *c, int *out)
{
    *out = (int)(listener_of(c) ? listener_of(c)->fo_max : c->s->fo_max);
    return 0;
}

int rs_opt_set_FASTOPEN(rs_call *c, int value)
{
    if (has_connection(c)) return RS_EINVAL;
    int most = c->env.cfg->knobs.somaxconn;
    c->s->fo_max = (uint32_t)(value > most ? most : value);
    if (listener_of(c)) listener_of(c)->fo_max = c->s->fo_max;
    return 0;
}

int rs_opt_get_FASTOPEN_CONNECT(rs_call *c, int *out)
{
    *out = rs_sock_opts(c->st, c->s)->fo_connect;
    return 0;
}

int rs_opt_set_FASTOPEN_CONNECT(rs_call *c, int value)
{
    if (!(c->env.cfg->knobs.fastopen & RS_FO_CLIENT)) return RS_EOPNOTSUPP;
    if (c->s->phase != RS_SK_IDLE) return RS_EINVAL;
    rs_sock_opts(c->st, c->s)->fo_connect = value != 0;
    return 0;
}

int rs_opt_get_FASTOPEN_NO_COOKIE(rs_call *c, int *out)
{
    *out = rs_sock_opts(c->st, c->s)->fo_no_cookie;
    return 0;
}

int rs_opt_set_FASTOPEN_NO_COOKIE(rs_call *c, int value)
{
    if (has_connection(c)) return RS_EINVAL;
    rs_sock_opts(c->st, c->s)->fo_no_cookie = value != 0;
    return 0;
}

int rs_opt_get_FASTOPEN_KEY(rs_call *c, rs_opt_bytes out)
{
    rs_fo_keys k = listener_of(c) ? listener_of(c)->fo_keys : c->s->fo_keys;
    if (k.count == 0) k = c->env.cfg->knobs.fastopen_key;
    return rs_opt_put(out, k.key, k.count * (uint32_t)sizeof k.key[0]);
}

int rs_opt_set_FASTOPEN_KEY(rs_call *c, rs_opt_value in)
{
    rs_fo_keys k;
    if (!rs_fo_keys_of_bytes(&k, in.val, in.len)) return RS_EINVAL;
    c->s->fo_keys = k;
    if (listener_of(c)) listener_of(c)->fo_keys = k;
    return 0;
}
