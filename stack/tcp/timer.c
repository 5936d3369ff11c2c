/* Timers (RFC 9293 3.10.8, 3.8.3): a table from kind to handler. Whatever is due runs in the order of its deadline,
 * then of its kind. */
#include "../base/check.h"
#include "../base/time.h"
#include "build.h"
#include "end.h"
#include "keep.h"
#include "output.h"
#include "recovery.h"
#include "state.h"
#include "tcp.h"
#include "trace.h"

enum { ORPHAN_RETRIES = 8, FIRINGS_MAX = 64 };

/* No answer: the user learns why as well as we know. */
static void give_up(rs_env *env, rs_tcb *t)
{
    rs_end(env, t, RS_ON_GAVE_UP, t->soft_error ? t->soft_error : RS_ETIMEDOUT);
}

/* --- retransmission ---------------------------------------------------------------------------------------------- */

/* R2 for a SYN counts copies (MUST-23); the linear ones come on top. */
static bool syn_exhausted(const rs_env *env, const rs_tcb *t)
{
    const rs_knobs *k = &env->cfg->knobs;
    int retries = t->opts.syncnt ? t->opts.syncnt : k->syn_retries;
    if (t->passive) return t->loss.timeouts >= k->synack_retries;
    if (env->cfg->quirks.syn_linear_timeouts) retries += k->syn_linear_timeouts;
    return t->loss.timeouts >= retries;
}

/* R2 for data is the time that so many doublings take, counted from the first transmission (3.8.3). */
static bool data_exhausted(const rs_env *env, const rs_tcb *t)
{
    const rs_knobs *k = &env->cfg->knobs;
    const rs_sndrec *head = rs_sndq_rec(env->records, rs_sndq_first(&t->sndq));
    int retries = k->retries2;
    if (t->closed) retries = k->orphan_retries ? k->orphan_retries : ORPHAN_RETRIES;
    rs_dur limit = rs_rto_give_up_after(&t->rto, &(rs_rto_model){t->rto.p.min, (uint32_t)(retries > 0 ? retries : 0)});
    rs_time since = head->first_sent;
    /* A peer that answers with a closed window is alive (MUST-37, SHLD-17), however far apart the probes are by now. */
    if (t->snd.wnd == 0 && !rs_time_before(t->stat.ack_recv, head->last_sent)) return false;
    if (t->snd.wnd == 0) since = rs_time_max(since, t->stat.ack_recv);
    return t->loss.timeouts > 0 && !rs_dur_less(rs_time_diff(env->now, since), limit);
}

static void backoff(const rs_env *env, rs_tcb *t)
{
    bool linear = env->cfg->quirks.syn_linear_timeouts && t->state == RS_SYN_SENT &&
                  t->loss.timeouts <= env->cfg->knobs.syn_linear_timeouts;
    if (!linear) rs_rto_backoff(&t->rto);
}

static void on_rto(rs_env *env, rs_tcb *t)
{
    bool opening = t->state == RS_SYN_SENT || t->state == RS_SYN_RECEIVED;
    t->at_rto = RS_NEVER;
    if (t->sndq.segs == 0) return;
    if (opening ? syn_exhausted(env, t) : data_exhausted(env, t)) {
        give_up(env, t);
        return;
    }
    bool probing = t->snd.wnd == 0 && t->sndq.segs == 1; /* a window probe of ours: the network is not to blame */
    if (!opening && !probing) rs_recovery_on_rto(env, t);
    if (t->loss.timeouts < UINT8_MAX) t->loss.timeouts++;
    rs_retransmit(env, t, rs_sndq_first(&t->sndq));
    backoff(env, t);
    t->at_rto = rs_tcb_after(env, rs_rto_timeout(&t->rto));
}

static void on_user(rs_env *env, rs_tcb *t)
{
    give_up(env, t);
}

/* --- waiting ----------------------------------------------------------------------------------------------------- */

static void on_delack(rs_env *env, rs_tcb *t)
{
    if (rs_delack_on_timer(&t->delack, rs_rto_timeout(&t->rto))) rs_send_ack(env, t);
}

/* The RFC's probe is one byte of new data, which from then on is retransmitted like any other (3.8.6.1); Linux repeats
 * an old sequence number, so that nothing has to be kept. */
static void send_window_probe(rs_env *env, rs_tcb *t)
{
    if (env->cfg->quirks.probe_before_una) {
        rs_send_probe_before_una(env, t);
        return;
    }
    rs_rto_backoff(&t->rto);
    rs_output_probe(env, t);
}

static void on_persist(rs_env *env, rs_tcb *t)
{
    const rs_knobs *k = &env->cfg->knobs;
    int retries = t->closed ? (k->orphan_retries ? k->orphan_retries : ORPHAN_RETRIES) : k->retries2;
    if (t->snd.wnd > 0) {
        rs_sndq_mark_push(&t->sndq);
        if (rs_output_override(env, t)) return;
    }
    rs_persist_limit limit = {.retries = (uint8_t)(retries > UINT8_MAX ? UINT8_MAX : retries),
                              .user_timeout = t->opts.user_timeout};
    rs_persist_when when = {env->now, t->rto.base, k->persist_min, t->rto.p.max};
    switch (rs_persist_on_timer(&t->persist, &when, &limit)) {
    case RS_PERSIST_PROBE: send_window_probe(env, t); break;
    case RS_PERSIST_GIVE_UP: give_up(env, t); break;
    case RS_PERSIST_NONE: break;
    }
}

static void on_keepalive(rs_env *env, rs_tcb *t)
{
    switch (rs_keep_due(env, t)) {
    case RS_KEEPALIVE_PROBE: rs_send_probe_before_una(env, t); break;
    case RS_KEEPALIVE_GIVE_UP:
        rs_send_reset(env, t);
        give_up(env, t);
        break;
    case RS_KEEPALIVE_NONE: break;
    }
}

/* End of TIME-WAIT, or of a FIN-WAIT-2 that nobody waits for. */
static void on_close(rs_env *env, rs_tcb *t)
{
    rs_end(env, t, RS_ON_EXPIRED, 0);
}

/* --- the table --------------------------------------------------------------------------------------------------- */

typedef void rs_timer_handler(rs_env *env, rs_tcb *t);

static rs_timer_handler *const handlers[RS_TIMERS] = {
    [RS_T_RTO] = on_rto,         [RS_T_TLP] = rs_tlp_fire,        [RS_T_DELACK] = on_delack,
    [RS_T_PERSIST] = on_persist, [RS_T_KEEPALIVE] = on_keepalive, [RS_T_2MSL] = on_close,
    [RS_T_FW2] = on_close,       [RS_T_USER] = on_user,
};

static enum rs_timer earliest(const rs_tcb *t)
{
    enum rs_timer best = RS_TIMERS;
    for (int kind = 0; kind < RS_TIMERS; kind++) {
        rs_time at = rs_tcb_deadline(t, (enum rs_timer)kind);
        if (rs_time_is_never(at)) continue;
        if (best == RS_TIMERS || rs_time_before(at, rs_tcb_deadline(t, best))) best = (enum rs_timer)kind;
    }
    return best;
}

void rs_tcp_timers(rs_env *env, rs_tcb *t)
{
    for (unsigned n = 0; t->state != RS_CLOSED; n++) {
        enum rs_timer kind = earliest(t);
        if (kind == RS_TIMERS || !rs_time_due(rs_tcb_deadline(t, kind), env->now)) break;
        rs_check(n < FIRINGS_MAX);
        env->count->timers_fired++;
        rs_trace_tell(env, t, &(rs_event){.kind = RS_EV_TIMER, .a = kind});
        handlers[kind](env, t);
    }
    rs_check(!rs_tcb_broken(t));
}
