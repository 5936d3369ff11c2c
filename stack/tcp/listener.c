/* see listener.h */
#include "listener.h"

#include "../base/check.h"
#include "accept.h"
#include "state.h"
#include "tcb.h"
#include "tcbs.h"
#include "tcp.h"

enum { CROWD_LEAST = 8, PATIENCE_LEAST = 2 };

void rs_listener_init(rs_listener *l, uint32_t self, const rs_endpoint *local, uint32_t backlog)
{
    *l = (rs_listener){.local = *local,
                       .self = self,
                       .accept_head = RS_NIL,
                       .accept_tail = RS_NIL,
                       .backlog = backlog,
                       .sock = RS_NIL,
                       .v6 = local->addr.family == RS_IPV6};
}

bool rs_listener_accept_full(const rs_listener *l)
{
    return l->accept_len > l->backlog;
}

/* Half-open children may be one more than the backlog, like those in the accept queue. Where there are no cookies to
 * fall back to they may use all but the last quarter of the host's limit: that quarter is kept for peers known from
 * before, and this stack knows none (RFC 4987 section 3). */
bool rs_listener_syn_full(const rs_listener *l, const rs_config *cfg)
{
    uint32_t host = cfg->knobs.max_syn_backlog > 0 ? (uint32_t)cfg->knobs.max_syn_backlog : 1;
    return l->syn_len > l->backlog || (!cfg->knobs.syncookies && l->syn_len > host - host / 4);
}

rs_listener *rs_listener_of(const rs_env *env, const rs_tcb *t)
{
    return t->listener == RS_NIL ? NULL : rs_pool_at(env->listeners, t->listener);
}

static void show_readable(rs_listener *l)
{
    l->events = l->accept_len ? RS_TCB_EV_READABLE : 0;
}

void rs_accept_embryo(rs_env *env, const rs_tcb *t)
{
    rs_listener *l = rs_listener_of(env, t);
    l->syn_len++;
    l->young++;
}

static void leave_syn_queue(rs_listener *l, const rs_tcb *t)
{
    rs_check(l->syn_len > 0);
    l->syn_len--;
    l->young -= t->loss.timeouts == 0;
}

void rs_accept_aged(rs_env *env, const rs_tcb *t)
{
    rs_listener *l = rs_listener_of(env, t);
    rs_check(l && l->young > 0);
    l->young--;
}

int rs_accept_patience(const rs_env *env, const rs_tcb *t, int most)
{
    const rs_listener *l = rs_listener_of(env, t);
    uint32_t crowd = l->backlog > CROWD_LEAST ? l->backlog : CROWD_LEAST;
    if (!env->cfg->quirks.embryos_pruned || 2 * l->syn_len <= crowd) return most;
    for (uint64_t room = 2 * (uint64_t)l->young; most > PATIENCE_LEAST && l->syn_len >= room; room *= 2) most--;
    return most;
}

void rs_accept_forget(rs_env *env, rs_tcb *t)
{
    rs_listener *l = rs_listener_of(env, t);
    if (!l) return;
    leave_syn_queue(l, t);
    t->listener = RS_NIL;
}

bool rs_accept_defers(const rs_env *env, const rs_tcb *t, uint32_t expiries)
{
    const rs_listener *l = rs_listener_of(env, t);
    return l && l->opts.defer_accept_secs > (UINT64_C(1) << (expiries & 63)) - 1;
}

void rs_accept_at_once(rs_env *env, rs_tcb *t)
{
    rs_listener *l = rs_listener_of(env, t);
    l->accept_len++;
    t->user = true;
    t->accept_next = RS_NIL;
    if (l->accept_tail == RS_NIL) l->accept_head = t->self;
    else rs_tcbs_at(env->conns, l->accept_tail)->accept_next = t->self;
    l->accept_tail = t->self;
    l->wake = ++env->host->wakes;
    show_readable(l);
}

void rs_accept_enqueue(rs_env *env, rs_tcb *t)
{
    rs_listener *l = rs_listener_of(env, t);
    rs_check(l);
    leave_syn_queue(l, t);
    rs_accept_at_once(env, t);
}

void rs_tcp_accepted(rs_env *env, rs_tcb *t)
{
    rs_listener *l = rs_listener_of(env, t);
    rs_check(l && l->accept_len > 0);
    uint32_t before = RS_NIL, at = l->accept_head;
    while (at != t->self) {
        rs_check(at != RS_NIL);
        before = at;
        at = rs_tcbs_at(env->conns, at)->accept_next;
    }
    if (before == RS_NIL) l->accept_head = t->accept_next;
    else rs_tcbs_at(env->conns, before)->accept_next = t->accept_next;
    if (l->accept_tail == t->self) l->accept_tail = before;
    l->accept_len--;
    t->accept_next = RS_NIL;
    t->listener = RS_NIL;
    show_readable(l);
}

void rs_tcp_hand_on(rs_env *env, rs_tcb *t, uint32_t listener)
{
    bool waits = t->user;
    if (waits) rs_tcp_accepted(env, t);
    else rs_accept_forget(env, t);
    t->listener = listener;
    if (waits) {
        rs_accept_at_once(env, t);
        return;
    }
    rs_accept_embryo(env, t);
    if (t->loss.timeouts) rs_accept_aged(env, t);
}
