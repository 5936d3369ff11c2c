/* Step five: the ACK field (RFC 9293 3.10.7.4 fifth, RFC 5961 5, RFC 7323 4). */
#include "../base/time.h"
#include "accept.h"
#include "accurate.h"
#include "congestion.h"
#include "end.h"
#include "fastopen.h"
#include "keep.h"
#include "mtu.h"
#include "output.h"
#include "pacing.h"
#include "rcvbuf.h"
#include "recovery.h"
#include "state.h"
#include "step.h"
#include "take_ack.h"
#include "tcp.h"
#include "tell.h"
#include "trace.h"

/* --- judging ----------------------------------------------------------------------------------------------------- */

/* By distances: half a circle away a number is both after and before where nothing is out, not even our SYN. */
static bool acks_something_new(const rs_tcb *t, rs_seq ack)
{
    uint32_t news = rs_seq_dist(t->sndq.una, ack);
    return news > 0 && news <= rs_seq_dist(t->sndq.una, t->sndq.nxt);
}

static bool echo_is_ours(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    if (!t->ts.on || !s->opts.has_ts || !env->cfg->quirks.synrecv_ack_checks_tsecr || t->proven) return true;
    uint32_t first = rs_sndq_first(&t->sndq);
    if (first == RS_NIL) return true;
    rs_time sent = rs_sndq_rec(env->records, first)->first_sent;
    return rs_tstamp_echo_plausible(&t->ts, &(rs_echo_range){sent, env->now, s->opts.ts_ecr});
}

static rs_verdict judge_in_syn_received(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    if (!acks_something_new(t, s->ack)) return rs_say(RS_ANSWER_RESET, RS_WHY_ACK_IN_SYN_RECEIVED);
    if (!echo_is_ours(env, t, s)) return rs_say(RS_ANSWER, RS_WHY_TSECR_SYN_RECEIVED);
    if (t->fo.child || t->proven) return RS_GO_ON;
    const rs_listener *l = rs_listener_of(env, t);
    if (rs_seg_len(s) == 0 && rs_accept_defers(env, t, t->loss.timeouts))
        return rs_say(RS_DEFER, RS_WHY_ACCEPT_DEFERRED);
    if (!l || !rs_listener_accept_full(l)) return RS_GO_ON;
    return rs_say(env->cfg->knobs.abort_on_overflow ? RS_REFUSE : RS_DISCARD, RS_WHY_ACCEPT_QUEUE_FULL);
}

/* How far back an ACK may lie: the largest window ever (RFC 5961 5.2). Nobody acknowledged more than was sent. */
static uint32_t oldest_ack(const rs_env *env, const rs_tcb *t)
{
    bool fewer = env->cfg->quirks.old_ack_needs_bytes && t->stat.bytes_acked < t->snd.max_wnd;
    return fewer ? (uint32_t)t->stat.bytes_acked : t->snd.max_wnd;
}

static rs_verdict judge_without_ack(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    bool answered = env->cfg->quirks.tw_answers_without_ack && t->state == RS_TIME_WAIT && rs_seg_len(s) > 0;
    return rs_say(answered ? RS_ANSWER : RS_DISCARD, RS_WHY_NO_ACK);
}

static rs_verdict judge(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    if (!(s->flags & RS_ACK)) return judge_without_ack(env, t, s);
    if (t->state == RS_SYN_RECEIVED) return judge_in_syn_received(env, t, s);
    if (rs_seq_after(s->ack, t->sndq.nxt)) return rs_say(RS_CHALLENGE, RS_WHY_ACK_UNSENT);
    if (rs_seq_before(s->ack, rs_seq_sub(t->sndq.una, oldest_ack(env, t))))
        return rs_say(RS_CHALLENGE, RS_WHY_ACK_TOO_OLD);
    return RS_GO_ON;
}

/* --- applying ---------------------------------------------------------------------------------------------------- */

void rs_take_window(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    uint32_t wnd = (uint32_t)s->wnd << (s->flags & RS_SYN ? 0 : t->snd.wscale);
    if (wnd > t->snd.wnd && rs_sndq_has_unsent(&t->sndq)) rs_output_after_idle(env, t);
    if (!wnd || !t->snd.wnd) t->snd.shut_at = env->now;
    t->snd.wnd = wnd;
    t->snd.wl1 = s->seq;
    t->snd.wl2 = s->flags & RS_ACK ? s->ack : t->sndq.una;
    if (wnd <= t->snd.max_wnd) return;
    t->snd.max_wnd = wnd;
    t->mtup.binds = t->mtup.on;
    rs_tcb_set_mss(env, t);
}

/* WL1, WL2: only a segment not older than the last one that told a window may tell one. */
static bool window_is_newer(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    if (rs_seq_before(s->ack, t->sndq.una)) return false;
    if (rs_seq_before(t->snd.wl1, s->seq)) return true;
    if (env->cfg->quirks.smaller_window_needs_news) {
        uint32_t wnd = (uint32_t)s->wnd << t->snd.wscale;
        if (rs_seq_after(s->ack, t->sndq.una)) return true;
        return rs_seq_eq(t->snd.wl1, s->seq) && (wnd > t->snd.wnd || !wnd);
    }
    return rs_seq_eq(t->snd.wl1, s->seq) && rs_seq_before_eq(t->snd.wl2, s->ack);
}

/* Returns whether a window was told, even if it is the same. */
static bool take_newer_window(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    if (!window_is_newer(env, t, s)) return false;
    rs_take_window(env, t, s);
    return true;
}

/* TCP_INFO counts the segments of a passive open from the connection on: its SYN and the ACK, none of its SYN-ACKs. */
static void begin_counts(rs_tcb *t)
{
    if (!t->passive || t->fo.child) return;
    t->stat.segs_in = 2;
    t->stat.segs_out = 0;
}

void rs_take_open(rs_env *env, rs_tcb *t)
{
    t->was_open = true;
    begin_counts(t);
    rs_tell_wake(env, t, RS_WAKE_ANY);
    t->snd.used_since = env->now;
    if (!t->fo.child) t->stat.data_recv = t->stat.data_sent = env->now;
    if (!t->passive && t->stat.rto_count && env->cfg->quirks.lost_syn_confessed) rs_ecn_reduced(&t->ecn);
    rs_mtu_open(env, t);
    rs_output_grow_buffer(env, t);
    rs_rcvbuf_open(env, t);
    rs_recovery_timeouts_over(env, t);
    rs_rto_use_fallback(&t->rto);
    rs_rto_reset_backoff(&t->rto);
    /* RFC 5681 3.1, RFC 6928 2: a handshake that took several retransmissions leaves a first flight of one segment. */
    bool early = t->loss.syn_spurious, resent = t->stat.total_retrans > 1;
    if (resent && (!early || !t->fo.child))
        rs_cc_set_initial(&t->cc, &(rs_cc_restart){.mss = t->snd.mss, .segs = early ? 0 : 1});
    uint32_t first = t->snd.mss < t->rcv.adv_mss ? t->snd.mss : t->rcv.adv_mss, half = rs_rcv_wnd(t) / 2;
    if (first > half) first = half;
    t->rcv.mss = (uint16_t)(first > 536 ? 536 : first < 88 ? 88 : first);
    rs_pacing_update(env, t);
    if (t->opts.keepalive) rs_keep_changed(env, t);
    if (!t->close_waits) return;
    t->close_waits = false;
    if (!env->cfg->quirks.close_does_not_push) rs_sndq_mark_push(&t->sndq);
    rs_sndq_queue_fin(&t->sndq);
    rs_tcb_move(env, t, RS_ON_CLOSE);
}

/* A round-trip time, by Karn's rule (RFC 6298 3), of what was acknowledged or else SACKed; by the echoed timestamp when
 * only that can tell (RFC 7323 4). The shortest is taken from the last segment reported: the peer waited for none of
 * those. */
static bool sample_rtt(rs_env *env, rs_tcb *t, rs_ack_facts *f)
{
    rs_dur rtt, newest = {0};
    const rs_opts *o = &f->seg->opts;
    bool no_time = t->proven && !t->was_open; /* when the cookie went out, only its timestamp tells */
    bool acked = f->has_acked && !f->retrans_acked && !no_time;
    if (f->has_sacked) newest = rs_time_diff(env->now, f->last_sacked);
    else if (acked) newest = rs_time_diff(env->now, f->last_acked);
    if (acked) rtt = rs_time_diff(env->now, f->first_acked);
    else if (f->has_sacked) rtt = rs_time_diff(env->now, f->first_sacked);
    else if (!t->ts.on || !o->has_ts || !f->got.segs ||
             !rs_tstamp_rtt(&t->ts, &(rs_echo_in){env->now, o->ts_ecr}, &rtt))
        return false;
    else newest = rtt;
    rs_rto_sample(&t->rto, &(rs_rto_obs){.now = env->now,
                                         .rtt = rtt,
                                         .una = t->sndq.una,
                                         .nxt = t->sndq.nxt,
                                         .remember = env->cfg->knobs.min_rtt_wlen,
                                         .newest = newest});
    rs_trace_tell(env, t, &(rs_event){.kind = RS_EV_RTT, .a = rtt.us, .b = rs_rto_timeout(&t->rto).us});
    f->rtt = newest;
    rs_congestion_rtt(env, t, newest);
    return true;
}

/* A SACKed segment that went out after the first one says that the path lives; one that went out before it does not, or
 * the timeout would be put off for ever. */
static bool sack_restarts_timer(const rs_env *env, const rs_tcb *t, const rs_ack_facts *f)
{
    uint32_t first = rs_sndq_first(&t->sndq);
    if (!f->has_sacked || f->got.segs || first == RS_NIL) return false;
    return rs_time_before(f->first_sacked, rs_sndq_rec(env->records, first)->last_sent);
}

/* A closed window has opened and did not take our probe: it goes again at once, not after a backed-off timeout. */
static void resend_refused_probe(rs_env *env, rs_tcb *t, uint32_t wnd_before)
{
    if (wnd_before || !t->snd.wnd || t->sndq.segs != 1 || env->cfg->quirks.probe_before_una) return;
    rs_rto_reset_backoff(&t->rto);
    rs_retransmit(env, t, rs_sndq_first(&t->sndq));
    rs_rto_start(env, t);
}

/* Marks in the sequence space that SND.UNA has passed are forgotten: half a circle later they would seem to lie ahead.
 */
static void forget_passed_marks(rs_tcb *t)
{
    if (t->snd.urg && !rs_seq_after(t->snd.up, t->sndq.una)) t->snd.urg = false;
    if (t->snd.has_small && !rs_seq_after(t->snd.small_end, t->sndq.una)) t->snd.has_small = false;
}

/* An ACK below SND.UNA can still bring SACK blocks. */
static void take_old(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    rs_ack_facts f;
    if (!t->sack_on || !s->opts.sack_count) return;
    rs_ack_look(t, s, &f);
    rs_sack_take(env, t, &f);
    rs_recovery_on_old_ack(env, t, &f);
    if (env->cfg->quirks.old_ack_uncounted) t->stat.delivered = f.delivered;
}

/* Header prediction: who only receives has nothing out, and all that these segments acknowledge is known. Of what
 * follows only the window can matter then, and what counts marks (RFC 9768), which looks at every segment. An echo of a
 * mark (RFC 3168) says nothing while nothing is out: it is repeated until our CWR, so on the next ACK of something. */
static bool is_expected(const rs_tcb *t, const rs_seg *s)
{
    if (t->loss.probe_out || t->accecn != RS_NIL) return false;
    return t->sndq.segs == 0 && rs_seq_eq(s->ack, t->sndq.una) && !s->opts.sack_count;
}

/* Returns whether our FIN is acknowledged now. */
static bool take_news(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    rs_ack_facts f;
    rs_ack_look(t, s, &f);
    f.window = take_newer_window(env, t, s);
    if (!env->cfg->quirks.smaller_window_needs_news) f.window = t->snd.wnd != f.wnd; /* RFC 5681 2 (e) */
    rs_sack_take(env, t, &f);
    rs_ack_take(env, t, &f);
    rs_accurate_on_ack(env, t, &f);
    bool sampled = sample_rtt(env, t, &f), moved = f.got.segs || f.got.bytes;
    if (moved) rs_tell_acked(env, t, s->ttl);
    if (moved) rs_mtu_on_ack(env, t);
    if (sampled && sack_restarts_timer(env, t, &f)) f.set_timer = true;
    rs_recovery_on_ack(env, t, &f);
    rs_pacing_update(env, t);
    if (!moved) resend_refused_probe(env, t, f.wnd);
    t->stat.bytes_acked += f.got.bytes;
    return f.got.fin;
}

static void take_expected(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    take_newer_window(env, t, s);
    rs_pacing_update(env, t);
}

void rs_take_acknowledged(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    bool fin = false;
    if (rs_seq_before(s->ack, t->sndq.una)) {
        take_old(env, t, s);
        return;
    }
    if (is_expected(t, s)) take_expected(env, t, s);
    else fin = take_news(env, t, s);
    t->stat.ack_recv = env->now;
    rs_output_answered(env, t, s->text.len == 0 || rs_rcvq_ready(&t->rcvq) == 0);
    rs_keepalive_on_segment(&t->keepalive);
    forget_passed_marks(t);
    rs_chrono_update(env, t, t->stat.chrono == RS_CHRONO_RWND);
    if (fin) rs_end_fin_acked(env, t);
}

static void take_timestamp(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    if (!t->ts.on || !s->opts.has_ts) return;
    rs_tstamp_update(&t->ts,
                     &(rs_tstamp_seg){env->now, s->opts.ts_val, s->seq, t->rcv.acked, env->cfg->knobs.paws_idle});
}

/* In Linux the connection begins with this ACK: what the SYN has told of the window, and what was dropped since, is
 * forgotten. */
static void begin_anew(const rs_env *env, rs_tcb *t, const rs_seg *s)
{
    t->stat.data_segs_in = s->text.len > 0;
    if (env->cfg->quirks.third_ack_tells_window) t->snd.max_wnd = 0;
}

/* The handshake is over with this ACK, which may be a SYN-ACK when both sides opened. */
static void take_opening_ack(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    if (t->passive && !t->fo.child) rs_accept_enqueue(env, t);
    rs_fo_settled(env, t, false);
    rs_tcb_move(env, t, RS_ON_SYN_ACKED);
    if (t->passive && !t->fo.child) begin_anew(env, t, s);
    rs_take_window(env, t, s);
    rs_take_acknowledged(env, t, s);
    if (t->passive && !t->fo.child) rs_rate_init(&t->rate, env->now);
    if (!t->passive) t->stat.delivered++; /* our SYN-ACK beside our SYN */
    if ((s->flags & RS_SYN) && env->cfg->quirks.crossed_window_scaled) t->snd.wnd <<= t->snd.wscale;
    rs_take_open(env, t);
}

rs_verdict rs_take_ack(rs_env *env, rs_tcb *t, rs_arrival *a)
{
    rs_verdict v = judge(env, t, a->seg);
    if (v.kind != RS_PROCEED) return v;
    take_timestamp(env, t, a->seg);
    a->in_time_wait = t->state == RS_TIME_WAIT;
    if (a->in_time_wait) return RS_GO_ON;
    if (t->state == RS_SYN_RECEIVED) rs_accurate_hear_third_ack(env, t, a->seg);
    rs_accurate_received(env, t, a->seg);
    if (t->state == RS_SYN_RECEIVED) {
        take_opening_ack(env, t, a->seg);
        return RS_GO_ON;
    }
    rs_take_acknowledged(env, t, a->seg);
    /* CLOSE came in SYN-RECEIVED: this ACK of our SYN opens the connection although it never was ESTABLISHED. */
    if (t->was_open || !rs_seq_after(t->sndq.una, t->snd.iss)) return RS_GO_ON;
    rs_fo_settled(env, t, false);
    rs_take_open(env, t);
    return RS_GO_ON;
}
