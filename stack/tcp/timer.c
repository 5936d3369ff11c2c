/* Timers (RFC 9293 3.10.8, 3.8.3): a table from kind to handler. Whatever is due runs in the order of its deadline,
 * then of its kind. */
#include "../base/check.h"
#include "../base/time.h"
#include "accept.h"
#include "build.h"
#include "end.h"
#include "fastopen.h"
#include "handshake.h"
#include "keep.h"
#include "mtu.h"
#include "output.h"
#include "pacing.h"
#include "recovery.h"
#include "state.h"
#include "tcp.h"
#include "trace.h"

enum { ORPHAN_RETRIES = 8, FIRINGS_MAX = 64, PROBE_AGAIN_MS = 500 };

/* No answer: the user learns why as well as we know. */
static void give_up(rs_env *env, rs_tcb *t)
{
    rs_end(env, t, RS_ON_GAVE_UP, t->soft_error ? t->soft_error : RS_ETIMEDOUT);
}

/* --- retransmission ---------------------------------------------------------------------------------------------- */

/* TCP_DEFER_ACCEPT, the peer has our SYN-ACK, and that many expiries from now the listener still waits for data. */
static bool waits_for_data(const rs_env *env, const rs_tcb *t, uint32_t ahead)
{
    return t->rcv.bare_ack && rs_accept_defers(env, t, t->loss.timeouts + ahead);
}

/* Linux also gives up after the time that so many doublings would have taken. */
static bool syn_too_old(const rs_env *env, const rs_tcb *t, int times)
{
    if (t->sndq.syn_unsent || t->loss.timeouts == 0) return false;
    rs_time since = rs_sndq_rec(env->records, rs_sndq_first(&t->sndq))->first_sent;
    rs_rto_model m = {t->rto.p.initial, (uint32_t)(times > 0 ? times : 0)};
    return !rs_dur_less(rs_time_diff(env->now, since), rs_rto_give_up_after(&t->rto, &m));
}

/* R2 for a SYN counts copies (MUST-23); the linear ones come on top. */
static bool syn_exhausted(const rs_env *env, const rs_tcb *t)
{
    const rs_knobs *k = &env->cfg->knobs;
    int times = t->opts.syncnt ? t->opts.syncnt : k->syn_retries;
    if (t->fo.child) return t->loss.timeouts > (t->opts.syncnt ? t->opts.syncnt - 1 : k->synack_retries);
    if (t->passive)
        return t->loss.timeouts >= rs_accept_patience(env, t, k->synack_retries) && !waits_for_data(env, t, 0);
    if (!env->cfg->quirks.syn_linear_timeouts) return t->loss.timeouts >= times;
    return t->loss.timeouts >= times + k->syn_linear_timeouts || syn_too_old(env, t, times);
}

/* How often a segment, or a window probe, goes again before the connection is given up (R2). */
static int retries(const rs_env *env, const rs_tcb *t)
{
    const rs_knobs *k = &env->cfg->knobs;
    if (!t->closed) return k->retries2;
    return k->orphan_retries ? k->orphan_retries : ORPHAN_RETRIES;
}

/* The window was closed over what is out: in Linux such timeouts are no sign of trouble to count. */
static bool waits_for_window(const rs_env *env, const rs_tcb *t)
{
    return env->cfg->quirks.shrunk_window_recuts && t->snd.wnd == 0 && !t->closed;
}

/* ... and it is waited for until the peer has been silent, and the text out, for twice the longest timeout: however
 * many doublings that is. */
static bool silence_exhausted(const rs_env *env, const rs_tcb *t, rs_time sent)
{
    rs_dur limit = rs_dur_shl(t->rto.p.max, 1);
    rs_time since = rs_time_max(sent, t->stat.ack_recv);
    return rs_dur_less(limit, rs_time_diff(env->now, since));
}

/* R2 for data is the time that so many doublings take, counted from the first transmission (3.8.3). A peer that answers
 * with a closed window is alive (MUST-37, SHLD-17), however far apart the probes are by now; the time that its window
 * was closed says nothing about the network. What the own device refuses is never sent, and is no reason to wait. */
static bool data_exhausted(const rs_env *env, const rs_tcb *t)
{
    const rs_sndrec *head = rs_sndq_rec(env->records, rs_sndq_first(&t->sndq));
    if (waits_for_window(env, t)) return silence_exhausted(env, t, head->first_sent);
    rs_dur limit = rs_rto_text_gives_up_after(&t->rto, retries(env, t));
    rs_time alive = rs_time_max(t->snd.shut_at, t->stat.news_refused), since = rs_time_max(head->first_sent, alive);
    bool refused = env->out->refused;
    if (t->snd.wnd == 0) {
        if (!refused && !t->loss.stuck && !rs_time_before(t->stat.ack_recv, head->last_sent)) return false;
        since = rs_time_max(since, t->stat.ack_recv);
    } else if (!refused && !t->loss.stuck && rs_time_before(head->last_sent, alive)) {
        return false; /* nothing has been tried since it opened, or since the peer spoke */
    }
    return (t->loss.timeouts > 0 || t->snd.wnd == 0) && !rs_dur_less(rs_time_diff(env->now, since), limit);
}

/* A stream with little out gets no help from duplicate ACKs: its first timeouts are not backed off (Linux). */
static bool thin(const rs_env *env, const rs_tcb *t)
{
    enum { THIN_SEGS = 4, THIN_TIMEOUTS = 6 };
    bool asked = t->opts.thin_linear || env->cfg->knobs.thin_linear;
    return asked && t->state == RS_ESTABLISHED && t->sndq.segs < THIN_SEGS && t->loss.timeouts <= THIN_TIMEOUTS;
}

static void backoff(const rs_env *env, rs_tcb *t)
{
    if (thin(env, t)) {
        rs_rto_reset_backoff(&t->rto);
        return;
    }
    bool linear = env->cfg->quirks.syn_linear_timeouts && t->state == RS_SYN_SENT &&
                  t->loss.timeouts <= env->cfg->knobs.syn_linear_timeouts;
    if (!linear) rs_rto_backoff(&t->rto);
}

static void on_rto(rs_env *env, rs_tcb *t)
{
    /* A user may have closed while the SYN-ACK waits for memory: FIN-WAIT-1, and still nothing has gone. */
    bool opening = t->state == RS_SYN_SENT || t->state == RS_SYN_RECEIVED || t->sndq.syn_unsent;
    t->at_rto = RS_NEVER;
    if (t->sndq.segs == 0 && !t->sndq.syn_unsent) return;
    bool exhausted = opening ? syn_exhausted(env, t) : data_exhausted(env, t);
    rs_fo_timed_out(env, t, exhausted);
    if (exhausted) {
        give_up(env, t);
        return;
    }
    bool patient = !opening && waits_for_window(env, t);
    if (!opening && !patient) rs_mtu_on_timeout(env, t);
    bool spare = opening && waits_for_data(env, t, 1); /* only the last one goes: an ACK of it opens the connection */
    /* A window probe of ours: the network is not to blame. */
    bool probing = t->snd.wnd == 0 && t->sndq.segs == 1 && !env->cfg->quirks.probe_before_una;
    bool text_lost = t->fo.child && opening && t->loss.timeouts == 1 && t->sndq.segs > 1;
    if ((!opening && !probing) || text_lost) rs_recovery_on_rto(env, t);
    if (!patient) rs_recovery_count_timeout(env, t);
    bool embryo = t->state == RS_SYN_RECEIVED && t->passive && t->listener != RS_NIL && !t->user;
    if (embryo && t->loss.timeouts == 0) rs_accept_aged(env, t);
    if (t->loss.timeouts < UINT8_MAX && !patient) t->loss.timeouts++;
    backoff(env, t);
    if (t->sndq.syn_unsent) { /* there was no record for it until now */
        rs_output(env, t);
        return;
    }
    if (t->state == RS_SYN_RECEIVED && !text_lost) rs_handshake_initial_window(env, t);
    t->loss.stuck = !spare && !rs_retransmit(env, t, rs_sndq_first(&t->sndq));
    if (t->loss.stuck && !opening) t->loss.resend = RS_RESEND_LOST;
    rs_rto_start(env, t);
    rs_output_arm_user(env, t);
    if (env->out->refused) t->at_rto = rs_tcb_after(env, RS_MS(PROBE_AGAIN_MS));
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
 * an old sequence number, so that nothing has to be kept. An urgent pointer counts only on a segment that is acceptable
 * (MUST-66): it goes ahead, at SND.UNA. */
static void send_window_probe(rs_env *env, rs_tcb *t)
{
    if (env->cfg->quirks.probe_before_una) {
        if (t->snd.urg) rs_build_segment(env, t, &(rs_build){.seq = t->sndq.una, .flags = RS_ACK});
        rs_send_probe_before_una(env, t);
        if (env->out->refused) rs_persist_again(&t->persist, env->now, RS_MS(PROBE_AGAIN_MS));
        return;
    }
    if (!rs_output_probe(env, t)) { /* no room here says nothing about the peer; but nobody waits for an orphan */
        rs_dur soon = RS_MS(PROBE_AGAIN_MS);
        if (env->out->refused && t->closed) rs_persist_again(&t->persist, env->now, soon);
        else rs_persist_not_sent(&t->persist, env->now, soon);
        return;
    }
    rs_rto_backoff(&t->rto);
    rs_arm_rto(env, t);
}

static void on_persist(rs_env *env, rs_tcb *t)
{
    int times = retries(env, t);
    if (t->snd.wnd > 0) {
        rs_sndq_mark_push(&t->sndq);
        bool sent = rs_output_override(env, t);
        if (sent && env->cfg->quirks.probe_waits_from_ack) rs_rto_start(env, t); /* no tail loss probe follows */
        if (sent) return;
    }
    rs_persist_limit limit = {.retries = (uint8_t)(times > UINT8_MAX ? UINT8_MAX : times),
                              .user_timeout = RS_MS(t->opts.user_timeout_ms)};
    rs_persist_when when = rs_output_probe_wait(env, t);
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

static const struct {
    rs_timer_handler *fire;
    const char *name;
} timers[RS_TIMERS] = {
    [RS_T_RTO] = {on_rto, "retransmission"},
    [RS_T_DELACK] = {on_delack, "delayed ACK"},
    [RS_T_PERSIST] = {on_persist, "persist"},
    [RS_T_KEEPALIVE] = {on_keepalive, "keepalive"},
    [RS_T_2MSL] = {on_close, "2MSL"},
    [RS_T_USER] = {on_user, "user timeout"},
    [RS_T_FW2] = {on_close, "FIN-WAIT-2"},
    [RS_T_PACE] = {rs_pacing_fire, "pacing"},
    [RS_T_TLP] = {rs_tlp_fire, "tail loss probe"},
    [RS_T_REORDER] = {rs_recovery_on_reorder, "reordering"},
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
        rs_trace_tell(env, t, &(rs_event){.kind = RS_EV_TIMER, .a = kind, .why = timers[kind].name});
        timers[kind].fire(env, t);
    }
    rs_check(!rs_tcb_broken(t));
}
