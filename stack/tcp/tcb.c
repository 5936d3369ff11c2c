/* see tcb.h: creation, limits, deadlines, event bits */
#include "tcb.h"

#include <string.h>

#include "../base/time.h"
#include "../mech/mss.h"
#include "accurate.h"
#include "output.h"
#include "signing.h"
#include "state.h"
#include "tcp.h"

rs_dur rs_tcb_rto_min(const rs_config *cfg, const rs_tcb *t)
{
    if (cfg->knobs.route.rto_min.us) return cfg->knobs.route.rto_min;
    return t->opts.rto_min_us ? RS_US(t->opts.rto_min_us) : cfg->knobs.rto_min;
}

rs_dur rs_tcb_rto_max(const rs_config *cfg, const rs_tcb *t)
{
    return t->opts.rto_max_ms ? RS_MS(t->opts.rto_max_ms) : cfg->knobs.rto_max;
}

rs_dur rs_tcb_delack_max(const rs_config *cfg, const rs_tcb *t)
{
    return t->opts.delack_max_us ? RS_US(t->opts.delack_max_us) : cfg->knobs.delack_max;
}

static void init_rto(const rs_config *cfg, rs_tcb *t)
{
    const rs_knobs *k = &cfg->knobs;
    rs_rto_init(&t->rto, &(rs_rto_params){.initial = k->rto_initial,
                                          .fallback = k->rto_fallback,
                                          .min = rs_tcb_rto_min(cfg, t),
                                          .max = rs_tcb_rto_max(cfg, t),
                                          .granularity = k->clock_tick,
                                          .floor_on_variance = cfg->quirks.rto_floor_on_variance});
}

static uint64_t largest_rcvbuf(const rs_config *cfg, const rs_tcb *t)
{
    if (t->opts.rcvbuf_locked) return 0;
    int64_t big = cfg->knobs.rmem[2] > cfg->knobs.rmem_max ? cfg->knobs.rmem[2] : cfg->knobs.rmem_max;
    return (uint64_t)big;
}

static void init_windows(const rs_config *cfg, rs_tcb *t)
{
    if (!t->opts.rcvbuf) t->opts.rcvbuf = (uint32_t)cfg->knobs.rmem[1];
    if (!t->opts.sndbuf) t->opts.sndbuf = (uint32_t)cfg->knobs.wmem[1];
    rs_rcvwnd_init(&t->wnd, &(rs_rcvwnd_conf){.buf = t->opts.rcvbuf,
                                              .share256 = cfg->quirks.rcvbuf_half ? 128 : 256,
                                              .mss = t->rcv.adv_mss,
                                              .user_clamp = t->opts.window_clamp ? t->opts.window_clamp
                                                                                 : (uint32_t)cfg->knobs.route.window,
                                              .first_segs = (uint32_t)cfg->knobs.route.initrwnd,
                                              .largest_buf = largest_rcvbuf(cfg, t),
                                              .want_scale = cfg->knobs.window_scaling,
                                              .linux_form = cfg->quirks.rcvbuf_half,
                                              .shrinks = cfg->knobs.shrink_window,
                                              .is_signed = cfg->knobs.signed_windows});
}

static void init_cc(const rs_config *cfg, rs_tcb *t)
{
    int algo = t->opts.congestion ? t->opts.congestion - 1 : rs_cc_find(cfg->knobs.congestion_control);
    rs_cc_init(&t->cc, &(rs_cc_start){.algo = algo < 0 ? 0 : (uint8_t)algo,
                                      .mss = t->snd.mss,
                                      .params = {.initial_segs = (uint32_t)(cfg->knobs.route.initcwnd
                                                                                ? cfg->knobs.route.initcwnd
                                                                                : cfg->knobs.initial_cwnd_segs),
                                                 .abc_limit = cfg->quirks.cc_in_segments ? 0 : 1,
                                                 .tick_us = (uint32_t)cfg->knobs.clock_tick.us,
                                                 .tune = cfg->knobs.cc,
                                                 .linux_form = cfg->quirks.cc_in_segments}});
}

static uint16_t announced_mss(const rs_config *cfg, const rs_tcp_open *o)
{
    uint32_t route = (uint32_t)cfg->knobs.route.advmss;
    if (route && o->opts.user_mss && o->opts.user_mss < route) route = o->opts.user_mss;
    if (route) return (uint16_t)route;
    return rs_mss_to_announce(&(rs_mss_announce){(rs_family)o->family, o->mtu, o->opts.user_mss});
}

void rs_tcb_init(rs_env *env, rs_tcb *t, const rs_tcp_open *o)
{
    const rs_config *cfg = env->cfg;
    memset(t, 0, sizeof *t);
    t->local = o->local;
    t->remote = o->remote;
    t->self = o->conn;
    t->listener = o->listener;
    t->accept_next = t->sock = t->fo_listener = t->accecn = RS_NIL;
    t->family = o->family;
    t->opts = o->opts;
    t->state = RS_CLOSED;
    t->at_rto = t->at_user = t->at_close = t->at_pace = RS_NEVER;
    t->snd.iss = t->snd.wl1 = t->snd.wl2 = t->snd.round_end = o->iss;
    t->snd.pushed = t->snd.chunk_end = rs_seq_add(o->iss, 1);
    t->snd.pmtu = o->mtu;
    t->snd.peer_mss = rs_mss_default((rs_family)o->family);
    t->rcv.adv_mss = announced_mss(cfg, o);
    rs_sndq_init(&t->sndq, o->iss);
    rs_sndq_queue_syn(&t->sndq);
    rs_rcvq_init(&t->rcvq, rs_seq_of(0));
    rs_tstamp_init(&t->ts, o->ts_offset);
    rs_rack_init(&t->loss.rack);
    t->loss.reorder.segs =
        (uint32_t)(cfg->knobs.route.reordering ? cfg->knobs.route.reordering : cfg->knobs.reordering);
    init_rto(cfg, t);
    init_windows(cfg, t);
    rs_tcb_set_mss(env, t);
    init_cc(cfg, t);
    rs_delack_init(&t->delack,
                   &(rs_delack_params){.min = cfg->knobs.delack_min,
                                       .max = rs_tcb_delack_max(cfg, t),
                                       .pingpong_thresh = (uint8_t)cfg->knobs.pingpong_thresh,
                                       .linux_form = cfg->quirks.quickack},
                   env->now);
    rs_rate_init(&t->rate, env->now);
    rs_persist_init(&t->persist);
    rs_keepalive_init(&t->keepalive);
    rs_notes_init(&t->notes);
    t->stat.data_recv = t->stat.data_sent = t->stat.ack_recv = t->stat.chrono_since = env->now;
}

uint8_t rs_tcb_option_bytes(const rs_env *env, const rs_tcb *t)
{
    return (uint8_t)((t->ts.on ? RS_TSTAMP_OPTION_BYTES : 0) + rs_signing_bytes(env, t));
}

void rs_tcb_set_mss(const rs_env *env, rs_tcb *t)
{
    int floor = env->cfg->knobs.min_snd_mss;
    uint32_t path = t->snd.pmtu;
    if (t->mtup.on && t->mtup.binds && t->mtup.low < path) path = t->mtup.low;
    t->snd.mss = rs_mss_effective(&(rs_mss_send){.family = (rs_family)t->family,
                                                 .peer_mss = t->snd.peer_mss,
                                                 .path_mtu = path,
                                                 .user_mss = t->opts.user_mss,
                                                 .min_mss = (uint16_t)(floor > 0 ? floor : 1),
                                                 .option_bytes = rs_tcb_option_bytes(env, t),
                                                 .max_snd_wnd = env->cfg->quirks.half_window_mss ? t->snd.max_wnd : 0});
}

void rs_tcb_release(rs_env *env, rs_tcb *t)
{
    rs_sndq_clear(env->blocks, env->records, &t->sndq);
    rs_rcvq_clear(env->blocks, env->records, &t->rcvq);
    rs_notes_clear(env->blocks, env->records, &t->notes);
    rs_accurate_forget(env, t);
    rs_synsave_release(env->blocks, &t->saved_syn);
    rs_keyring_release(env->blocks, &t->opts.keys);
}

void rs_tcb_stop_timers(rs_tcb *t)
{
    t->at_rto = t->at_user = t->at_close = t->at_pace = RS_NEVER;
    t->loss.pending = RS_PENDING_RTO;
    t->delack.deadline = RS_NEVER;
    t->stat.last_probes = t->persist.probes;
    rs_persist_stop(&t->persist);
    rs_keepalive_stop(&t->keepalive);
}

rs_time rs_tcb_after(const rs_env *env, rs_dur d)
{
    rs_time at = rs_time_add(env->now, d);
    int64_t tick = env->cfg->knobs.clock_tick.us;
    if (tick > 1 && !rs_time_is_never(at)) at.us = (at.us + tick - 1) / tick * tick;
    return at;
}

rs_time rs_tcb_deadline(const rs_tcb *t, enum rs_timer kind)
{
    switch (kind) {
    case RS_T_RTO: return t->loss.pending == RS_PENDING_RTO ? t->at_rto : RS_NEVER;
    case RS_T_TLP: return t->loss.pending == RS_PENDING_PROBE ? t->at_rto : RS_NEVER;
    case RS_T_REORDER: return t->loss.pending == RS_PENDING_REORDER ? t->at_rto : RS_NEVER;
    case RS_T_DELACK: return t->delack.deadline;
    case RS_T_PERSIST: return t->persist.deadline;
    case RS_T_KEEPALIVE: return t->keepalive.deadline;
    case RS_T_2MSL: return t->state == RS_TIME_WAIT ? t->at_close : RS_NEVER;
    case RS_T_FW2: return t->state == RS_TIME_WAIT ? RS_NEVER : t->at_close;
    case RS_T_USER: return t->at_user;
    case RS_T_PACE: return t->at_pace;
    case RS_TIMERS: break;
    }
    return RS_NEVER;
}

rs_time rs_tcb_next_deadline(const rs_tcb *t)
{
    rs_time at = rs_time_min(rs_time_min(t->at_rto, t->at_pace), rs_time_min(t->at_user, t->at_close));
    at = rs_time_min(at, rs_time_min(t->delack.deadline, t->persist.deadline));
    return rs_time_min(at, t->keepalive.deadline);
}

bool rs_tcb_is_dead(const rs_tcb *t)
{
    return t->state == RS_CLOSED && !t->user;
}

bool rs_tcb_may_send(const rs_tcb *t)
{
    return rs_row(t->state)->user_may_send && !t->close_waits;
}

/* POLLOUT: a third of the buffer is free, and less than half of the notsent mark waits unsent (Linux); shut counts as
 * writable because the call returns at once. */
static bool writable(const rs_env *env, const rs_tcb *t)
{
    if (t->state == RS_CLOSED || rs_row(t->state)->fin_queued || t->close_waits) return true;
    if (!t->was_open && !t->fo.child) return t->fo.held;
    uint64_t held = rs_output_held(env, t);
    int64_t mark = t->opts.notsent_lowat ? t->opts.notsent_lowat : env->cfg->knobs.notsent_lowat;
    if (mark > 0 && (int64_t)rs_sndq_unsent(&t->sndq) * 2 >= mark) return false;
    return held + held / 2 <= rs_tcb_send_limit(t) && held < rs_tcb_send_limit(t);
}

bool rs_tcb_urgent_byte_first(const rs_tcb *t)
{
    return t->rcv.urg && !t->opts.oob_inline && rs_seq_eq(t->rcvq.read, rs_seq_sub(t->rcv.up, 1));
}

/* The user is told as soon as the pointer has come (MUST-32); Linux tells when the byte has. */
static bool urgent_waits(const rs_env *env, const rs_tcb *t)
{
    if (!t->rcv.urg || t->rcv.oob_read || !rs_seq_after(t->rcv.up, t->rcvq.read)) return false;
    return !env->cfg->quirks.pollpri_needs_byte || rs_seq_before_eq(t->rcv.up, t->rcvq.nxt);
}

uint32_t rs_tcb_events(const rs_env *env, const rs_tcb *t)
{
    const rs_state_row *row = rs_row(t->state);
    bool closed = t->state == RS_CLOSED, end = t->rcvq.fin_taken || t->rcv.shut || closed;
    uint32_t low = t->opts.rcvlowat ? t->opts.rcvlowat : 1, ev = 0;
    if (rs_tcb_urgent_byte_first(t)) low++;
    if (rs_rcvq_ready(&t->rcvq) >= low || end || t->so_error) ev |= RS_TCB_EV_READABLE;
    if (writable(env, t)) ev |= RS_TCB_EV_WRITABLE;
    if (urgent_waits(env, t)) ev |= RS_TCB_EV_URGENT;
    if (end) ev |= RS_TCB_EV_RDHUP;
    if (closed || (end && (row->fin_queued || t->close_waits))) ev |= RS_TCB_EV_HUP;
    if (t->so_error) ev |= RS_TCB_EV_ERROR;
    if (t->notes.count) ev |= RS_TCB_EV_NOTES;
    if (t->was_open && !closed) ev |= RS_TCB_EV_CONNECTED;
    return ev;
}
