/* see output.h
 *
 * Output works in bursts: one decision for up to `burst` segments. The RFC's way is bursts of one segment. With the
 * quirk psh_on_burst a burst is what a host with segmentation offload hands to its device: sized to about a millisecond
 * at the sending rate and at most half of the congestion window; its last segment carries PSH. */
#include "output.h"

#include "../base/time.h"
#include "build.h"
#include "mtu.h"
#include "congestion.h"
#include "pacing.h"
#include "recovery.h"
#include "state.h"
#include "tcp.h"

enum { BURST_BYTES_MAX = 65536 - 320, PACING_SHIFT = 10 };

/* What the decision for the next burst depends on. */
typedef struct rs_want {
    uint32_t mss, usable, quota;
    uint32_t max_segs; /* longest burst */
    bool override;     /* small segments may go */
    bool rwnd_limited, cwnd_limited;
} rs_want;

uint32_t rs_output_mss(const rs_env *env, const rs_tcb *t)
{
    uint32_t used = rs_build_option_bytes(env, t);
    return t->snd.mss > used + 1 ? t->snd.mss - used : 1;
}

static uint32_t usable_window(const rs_tcb *t)
{
    rs_seq edge = rs_tcb_send_edge(t);
    return rs_seq_after(edge, t->sndq.nxt) ? rs_seq_dist(t->sndq.nxt, edge) : 0;
}

/* Segments of a burst by rate: about 1 ms of it, more over short round trips. */
static uint32_t autosize(const rs_env *env, const rs_tcb *t, uint32_t mss)
{
    uint64_t bytes = rs_pacing_rate(t) >> PACING_SHIFT;
    int log = env->cfg->knobs.tso_rtt_log;
    int64_t far = t->rto.min_rtt.us >> log;
    if (log && far < 32) bytes += (uint64_t)BURST_BYTES_MAX >> far;
    if (bytes > BURST_BYTES_MAX) bytes = BURST_BYTES_MAX;
    uint32_t segs = (uint32_t)(bytes / mss),
             least = (uint32_t)(env->cfg->knobs.min_tso_segs > 0 ? env->cfg->knobs.min_tso_segs : 1);
    return segs > least ? segs : least;
}

uint32_t rs_output_burst_segs(const rs_env *env, const rs_tcb *t)
{
    if (!env->cfg->quirks.psh_on_burst || t->snd.urg) return 1;
    return autosize(env, t, rs_output_mss(env, t));
}

uint32_t rs_output_chunk_goal(const rs_env *env, const rs_tcb *t)
{
    uint32_t mss = rs_output_mss(env, t), goal = BURST_BYTES_MAX, half = t->snd.max_wnd / 2;
    if (half && half < goal) goal = half;
    return goal > mss ? goal / mss * mss : mss;
}

/* Pieces of the queue as Linux keeps it: bursts that are out, chunks that are not. */
static uint32_t pieces(const rs_env *env, const rs_tcb *t)
{
    rs_seq nxt = t->sndq.nxt, end = t->sndq.end, chunk = t->snd.chunk_end;
    uint32_t burst = t->sndq.segs ? autosize(env, t, rs_output_mss(env, t)) : 1, goal = rs_output_chunk_goal(env, t);
    uint32_t n = (t->sndq.segs + burst - 1) / burst;
    if (!rs_sndq_unsent(&t->sndq)) return n;
    n++;
    if (rs_seq_after(chunk, nxt) && rs_seq_before(chunk, end)) n += (rs_seq_dist(chunk, end) + goal - 1) / goal;
    return n;
}

uint32_t rs_output_held(const rs_env *env, const rs_tcb *t)
{
    enum { PIECE_BYTES = 832 };
    uint32_t bytes = rs_sndq_bytes(&t->sndq);
    if (!env->cfg->quirks.sndbuf_by_chunk || !bytes) return bytes;
    return bytes + pieces(env, t) * PIECE_BYTES;
}

/* --- the decision ------------------------------------------------------------------------------------------------ */

static bool nagle_allows(const rs_env *env, const rs_tcb *t, uint16_t flags)
{
    if (t->opts.nodelay || (flags & RS_FIN) || t->sndq.segs == rs_tcb_syn_ack_out(t)) return true;
    if (t->snd.urg && rs_seq_after(t->snd.up, t->sndq.nxt)) return true;
    if (!env->cfg->quirks.minshall_nagle) return false;
    return !t->snd.has_small;
}

/* TCP_CORK holds partial segments, MSG_MORE only those of its own call. */
static bool held_back(const rs_tcb *t, uint16_t flags)
{
    return (t->opts.cork || t->snd.more) && !(flags & RS_FIN);
}

static bool partial_may_go(const rs_env *env, const rs_tcb *t, const rs_want *w, const rs_sndq_chunk *c,
                           uint32_t partial)
{
    if (w->override) return true;
    if (c->eor && c->len < rs_sndq_unsent(&t->sndq)) return true; /* more cannot join it */
    if (held_back(t, c->flags)) return false;
    bool whole = c->last || c->eor || rs_sndq_unsent(&t->sndq) == c->len;
    return rs_sws_judge(&(rs_sws_in){.usable = w->usable,
                                     .queued = whole ? partial : rs_sndq_unsent(&t->sndq),
                                     .mss = w->mss,
                                     .max_snd_wnd = t->snd.max_wnd,
                                     .pushed = true,
                                     .nagle_ok = nagle_allows(env, t, c->flags),
                                     .override = false}) != RS_SWS_WAIT;
}

/* Linux waits for a bigger burst when little may go, the last one was just now and an ACK is due soon. */
static bool defer(const rs_env *env, const rs_tcb *t, const rs_want *w, const rs_sndq_chunk *c)
{
    const rs_knobs *k = &env->cfg->knobs;
    if (!env->cfg->quirks.psh_on_burst || w->override || t->loss.ca_state >= RS_CA_RECOVERY) return false;
    if (rs_time_diff(env->now, t->stat.data_sent).us >= 1000 || t->sndq.segs == 0 || (c->flags & RS_FIN) || c->eor)
        return false;
    uint64_t room = (uint64_t)w->quota * w->mss, limit = room < w->usable ? room : w->usable;
    if (limit >= (uint64_t)w->max_segs * w->mss) return false;
    if (k->tso_win_divisor > 0) {
        uint64_t window = rs_cc_bytes(&t->cc, w->mss);
        if (t->snd.wnd < window) window = t->snd.wnd;
        if (limit >= window / (uint64_t)k->tso_win_divisor) return false;
    }
    int64_t srtt = rs_rto_srtt(&t->rto).us, soon = srtt / 2 < 1000 ? srtt / 2 : 1000;
    const rs_sndrec *head = rs_sndq_rec(env->records, rs_sndq_first(&t->sndq));
    return head->last_sent.us + srtt - env->now.us <= soon;
}

/* The burst that may go now; len 0 and flags 0 when nothing may. */
static rs_sndq_chunk next_burst(const rs_env *env, const rs_tcb *t, rs_want *w)
{
    static const rs_sndq_chunk none = {0};
    uint32_t most = w->max_segs < w->quota ? w->max_segs : w->quota, bytes = most * w->mss;
    rs_sndq_chunk c = rs_sndq_next(env->records, &t->sndq, bytes < w->usable ? bytes : w->usable);
    if (c.len + ((c.flags & RS_FIN) != 0) > w->usable) {
        c.flags &= (uint8_t)~RS_FIN;
        c.last = false;
    }
    if (!c.len && !c.flags) {
        w->rwnd_limited = true;
        return none;
    }
    uint32_t partial = c.len % w->mss;
    if (partial && !partial_may_go(env, t, w, &c, partial)) {
        w->rwnd_limited = c.len == w->usable;
        c.len -= partial;
        c.flags = 0;
        c.last = c.eor = false;
        if (!c.len) return none;
    }
    if (c.len > w->mss && defer(env, t, w, &c)) return none;
    return c;
}

static void follow_up(rs_env *env, rs_tcb *t, bool sent);

/* --- sending ----------------------------------------------------------------------------------------------------- */

/* `push`: PSH on the wire only, a retransmission by itself does not carry it. */
static bool send_segment(rs_env *env, rs_tcb *t, rs_sndq_chunk *c, uint32_t mss, bool push)
{
    if (!rs_outbox_has_room(env->out)) {
        t->output_pending = true;
        return false;
    }
    if (env->out->refused) { /* congestion of our own: nothing counts as sent (Linux) */
        rs_recovery_enter_cwr(env, t);
        return false;
    }
    if (c->len) rs_congestion_send(env, t);
    uint32_t rec = rs_sndq_cut(env->records, &t->sndq, c, env->now);
    if (rec == RS_NIL) return false;
    rs_recovery_sent(env, t, rec);
    uint16_t flags = c->flags;
    if (push) flags |= RS_PSH;
    flags |= RS_ACK; /* SYNs go another way */
    rs_build_segment(env, t, &(rs_build){.seq = c->seq, .flags = flags, .text_len = c->len, .fresh = t->snd.wnd > 0});
    if (c->len && c->len < mss) {
        t->snd.has_small = true;
        t->snd.small_end = t->sndq.nxt;
    }
    return true;
}

/* Cuts a burst into segments. PSH: where the user pushed; without a PUSH call, where the queue runs empty (MUST-61);
 * with the quirk, at the end of a burst of several. */
static bool send_burst(rs_env *env, rs_tcb *t, const rs_sndq_chunk *burst, uint32_t mss)
{
    bool offload = env->cfg->quirks.psh_on_burst, several = burst->len > mss;
    uint32_t left = burst->len, before = RS_NIL;
    do {
        uint32_t len = left < mss ? left : mss;
        rs_sndq_chunk c = rs_sndq_next(env->records, &t->sndq, len);
        bool end = c.len == left;
        if (end && !(burst->flags & RS_FIN)) c.flags &= (uint8_t)~RS_FIN, c.last = c.last && !t->sndq.fin_queued;
        if (end) c.flags |= burst->flags & RS_PSH;
        if (c.len && end && offload && c.eor) c.flags |= RS_PSH;
        if (c.len && !offload && c.len == rs_sndq_unsent(&t->sndq)) c.flags |= RS_PSH;
        if (!send_segment(env, t, &c, mss, c.len && end && offload && several)) return false;
        if (before != RS_NIL && offload) rs_sndq_join(env->records, before, true);
        before = t->sndq.tail;
        left -= c.len;
    } while (left);
    return true;
}

static rs_want look(const rs_env *env, const rs_tcb *t, bool override)
{
    rs_want w = {.mss = rs_output_mss(env, t),
                 .usable = usable_window(t),
                 .quota = rs_recovery_quota(env, t),
                 .override = override};
    w.max_segs = rs_output_burst_segs(env, t);
    if (env->cfg->quirks.psh_on_burst && !t->snd.urg) {
        uint32_t half = t->cc.cwnd_segs / 2 ? t->cc.cwnd_segs / 2 : 1;
        if (half < w.quota) w.quota = half;
    }
    return w;
}

/* A window that the user does not fill tells of old times: after an RTO it decays towards what is used (RFC 2861). */
static void note_use(const rs_env *env, rs_tcb *t)
{
    if (rs_recovery_cwnd_limited(env, t)) {
        t->snd.used_segs = 0;
        t->snd.used_since = env->now;
        return;
    }
    if (t->sndq.segs > t->snd.used_segs) t->snd.used_segs = t->sndq.segs;
    if (!env->cfg->knobs.slow_start_after_idle) return;
    if (rs_dur_less(rs_time_diff(env->now, t->snd.used_since), rs_rto_timeout(&t->rto))) return;
    uint32_t used = t->snd.used_segs, least = rs_cc_initial_segs(&t->cc.p, t->snd.mss);
    if (used < least) used = least;
    if (t->loss.ca_state == RS_CA_OPEN && !t->snd.nospace && used < t->cc.cwnd_segs) rs_cc_on_underuse(&t->cc, used);
    t->snd.used_segs = 0;
    t->snd.used_since = env->now;
}

/* Was the congestion window in the way? Remembered per round for the growth rule. */
static void note_round(rs_tcb *t, bool limited)
{
    bool fresh = !rs_seq_before(t->sndq.una, t->snd.round_end);
    if (!fresh && !limited && (t->snd.cwnd_limited || t->sndq.segs <= t->snd.max_out)) return;
    t->snd.cwnd_limited = limited;
    t->snd.max_out = t->sndq.segs;
    t->snd.round_end = t->sndq.nxt;
}

static void note_limit(const rs_env *env, rs_tcb *t, bool sent, bool limited)
{
    limited |= rs_recovery_inflight(t) >= t->cc.cwnd_segs;
    if (!sent && !limited) return;
    note_round(t, limited);
    note_use(env, t);
}

/* The congestion window is about data: a FIN without any need not wait for it. */
static bool only_fin_waits(const rs_env *env, const rs_tcb *t)
{
    return t->sndq.fin_queued && !t->sndq.fin_sent && !rs_sndq_unsent(&t->sndq) && !env->cfg->quirks.fin_needs_cwnd;
}

/* A packet bigger than those that are known to pass (RFC 4821). */
static bool send_probe(rs_env *env, rs_tcb *t)
{
    uint32_t mss = rs_output_mss(env, t), len = rs_mtu_probe_len(env, t, mss);
    if (!len) return false;
    rs_sndq_chunk c = rs_sndq_next(env->records, &t->sndq, len);
    if (!send_segment(env, t, &c, mss, false)) return false;
    rs_mtu_probe_sent(env, t, c.seq, c.len);
    return true;
}

/* A burst that wants more than its chunk has takes the front of the next one, whose end stays where it is. */
static void leave_chunk(const rs_env *env, rs_tcb *t)
{
    uint32_t goal = rs_output_chunk_goal(env, t);
    if (rs_seq_before(t->sndq.nxt, t->snd.chunk_end)) return;
    t->snd.chunk_end = rs_seq_add(t->sndq.nxt, goal - rs_seq_dist(t->snd.chunk_end, t->sndq.nxt) % goal);
}

static bool send_new(rs_env *env, rs_tcb *t, bool override)
{
    rs_mtu_follow_route(env, t);
    bool waiting = rs_sndq_has_unsent(&t->sndq), sent = send_probe(env, t), rwnd = false, cwnd = false;
    while (rs_sndq_has_unsent(&t->sndq) && !rs_pacing_waits(env, t)) {
        rs_want w = look(env, t, override);
        if (!w.quota && only_fin_waits(env, t)) w.quota = 1;
        if (!w.quota) {
            cwnd = true;
            break;
        }
        rs_sndq_chunk c = next_burst(env, t, &w);
        rwnd = w.rwnd_limited;
        if (!c.len && !c.flags) break;
        if (override && c.len && c.len == w.usable && env->cfg->quirks.window_fill_pushed) c.flags |= RS_PSH;
        bool whole = send_burst(env, t, &c, w.mss);
        uint32_t gone = rs_seq_dist(c.seq, t->sndq.nxt);
        if (!gone) break;
        rs_pacing_sent(env, t, gone < c.len ? gone : c.len);
        leave_chunk(env, t);
        sent = true;
        if (!whole || t->snd.one_burst) break;
    }
    if (waiting && !override) note_limit(env, t, sent, cwnd);
    rs_chrono_update(env, t, rwnd);
    return sent;
}

/* Text that goes with our SYN has a record of its own: SYNs go again alone (RFC 7413 4.2.2). */
static uint32_t cut_syn_text(rs_env *env, rs_tcb *t, uint32_t len)
{
    if (!len) return 0;
    rs_sndq_chunk c = rs_sndq_next(env->records, &t->sndq, len);
    uint32_t rec = rs_sndq_cut(env->records, &t->sndq, &c, env->now);
    if (rec == RS_NIL) return 0;
    rs_recovery_sent(env, t, rec);
    return c.len;
}

/* Before the handshake is over only our SYN may go; one that is held waits for text. */
static void send_syn(rs_env *env, rs_tcb *t, const rs_syn_extra *x)
{
    if (!t->sndq.syn_unsent || t->fo.held) return;
    if (!rs_outbox_has_room(env->out)) {
        t->output_pending = true;
        return;
    }
    rs_sndq_chunk c = rs_sndq_next(env->records, &t->sndq, 0);
    uint32_t rec = rs_sndq_cut(env->records, &t->sndq, &c, env->now);
    if (rec == RS_NIL) return;
    rs_recovery_sent(env, t, rec);
    if (x->silent) {
        rs_sndq_resent(env->records, &t->sndq, rec, env->now); /* no round-trip time can be taken from it */
        return;
    }
    uint16_t flags = t->state == RS_SYN_SENT ? RS_SYN : RS_SYN | RS_ACK;
    uint32_t len = cut_syn_text(env, t, x->text_len);
    rs_build_segment(env, t, &(rs_build){.seq = c.seq, .flags = flags, .text_len = len, .fresh = true, .extra = x});
}

bool rs_output_one(rs_env *env, rs_tcb *t)
{
    rs_want w = {.mss = rs_output_mss(env, t), .usable = usable_window(t), .quota = 1, .max_segs = 1, .override = true};
    if (!rs_sndq_has_unsent(&t->sndq)) return false;
    rs_sndq_chunk c = next_burst(env, t, &w);
    return (c.len || c.flags) && send_burst(env, t, &c, w.mss);
}

bool rs_output_probe(rs_env *env, rs_tcb *t)
{
    rs_sndq_chunk c = rs_sndq_next(env->records, &t->sndq, 1);
    if (c.len) { /* one number: a peer takes ACKs from right behind it, and from nowhere further (input_sync.c) */
        c.flags &= (uint8_t)~RS_FIN;
        c.last = c.last && !t->sndq.fin_queued;
    }
    bool sent = (c.len || c.flags) && send_segment(env, t, &c, rs_output_mss(env, t), false);
    if (sent) follow_up(env, t, true);
    return sent;
}

/* --- the timers that follow -------------------------------------------------------------------------------------- */

/* How long ago text went again for the first time since all was well; valid while undo.has_first. */
static rs_dur since_first_resent(const rs_env *env, const rs_tcb *t)
{
    return RS_US((int64_t)(rs_tstamp_val(&t->ts, env->now) - t->loss.undo.first_ts) * RS_TSTAMP_TICK_US);
}

void rs_output_arm_user(const rs_env *env, rs_tcb *t)
{
    rs_dur limit = t->opts.user_timeout_ms ? RS_MS(t->opts.user_timeout_ms) : env->cfg->knobs.user_timeout;
    t->at_user = RS_NEVER;
    if (limit.us <= 0 || t->sndq.segs == 0) return;
    rs_time since = rs_sndq_rec(env->records, rs_sndq_first(&t->sndq))->first_sent;
    if (env->cfg->quirks.user_timeout_from_resend) {
        if (!t->loss.timeouts) return;
        bool opens = t->state == RS_SYN_SENT; /* there Linux counts from the first SYN */
        if (t->loss.undo.has_first && !opens) since = rs_time_add(env->now, rs_dur_mul(since_first_resent(env, t), -1));
    }
    t->at_user = rs_time_add(since, limit);
}

rs_persist_when rs_output_probe_wait(const rs_env *env, const rs_tcb *t)
{
    bool linux_form = env->cfg->quirks.probe_waits_from_ack;
    return (rs_persist_when){.now = env->now,
                             .rto = linux_form ? rs_rto_timeout(&t->rto) : t->rto.base,
                             .min = env->cfg->knobs.persist_min,
                             .max = t->rto.p.max,
                             .backoff = linux_form ? t->rto.backoff : 0};
}

/* Something waits and nothing is out whose ACK would call us again: the persist timer does (3.8.6.1, MUST-38). A wait
 * for a better segment is bounded by a second. */
static void arm_persist(rs_env *env, rs_tcb *t)
{
    bool waits = t->was_open && rs_sndq_has_unsent(&t->sndq) && t->sndq.segs == 0 && !t->output_pending &&
                 rs_time_is_never(t->at_pace);
    if (!waits) {
        rs_persist_stop(&t->persist);
        return;
    }
    rs_persist_when when = rs_output_probe_wait(env, t);
    if (usable_window(t) > 0 && !env->cfg->quirks.probe_waits_from_ack) when.rto = rs_dur_min(when.rto, RS_SEC(1));
    rs_persist_start(&t->persist, &when);
}

/* A window that still does not hold what waits, the FIN included (Linux looks at the piece of the queue that is next).
 */
static bool still_closed(const rs_env *env, const rs_tcb *t)
{
    uint32_t room = usable_window(t);
    return room < rs_seq_dist(t->sndq.nxt, t->sndq.end) && room < rs_output_chunk_goal(env, t);
}

void rs_output_answered(const rs_env *env, rs_tcb *t, bool looked_at)
{
    rs_persist_on_answer(&t->persist);
    if (!env->cfg->quirks.probe_waits_from_ack || !looked_at || t->sndq.segs) return;
    if (!still_closed(env, t)) {
        rs_persist_stop(&t->persist);
        return;
    }
    rs_persist_when when = rs_output_probe_wait(env, t);
    rs_persist_wait_again(&t->persist, &when);
}

/* What was sent moves no deadline of the RTO, only that of the probe, which looks at the end of the queue. */
static void arm_retransmission(rs_env *env, rs_tcb *t, bool sent)
{
    if (rs_time_is_never(t->at_rto) || (sent && t->loss.pending == RS_PENDING_PROBE)) rs_rto_rearm(env, t);
    if (sent) rs_tlp_arm(env, t, rs_rto_left(env, t));
}

static void follow_up(rs_env *env, rs_tcb *t, bool sent)
{
    if (t->sndq.segs == 0) {
        bool again = t->sndq.syn_unsent && !t->output_pending &&
                     !t->fo.held; /* no record for our SYN: nobody else would call us */
        t->at_rto = again ? rs_tcb_after(env, rs_rto_timeout(&t->rto)) : RS_NEVER;
        t->loss.pending = RS_PENDING_RTO;
    } else {
        arm_retransmission(env, t, sent);
    }
    rs_output_arm_user(env, t);
    arm_persist(env, t);
}

void rs_output_after_idle(rs_env *env, rs_tcb *t)
{
    if (!env->cfg->knobs.slow_start_after_idle || t->sndq.segs || t->stat.bytes_sent == 0) return;
    rs_dur idle = rs_time_diff(env->now, t->stat.data_sent), rto = rs_rto_timeout(&t->rto);
    if (!rs_dur_less(rto, idle)) return;
    t->snd.used_segs = 0;
    t->snd.used_since = env->now;
    rs_cc_on_idle_restart(&t->cc, &(rs_cc_idle){.now = env->now, .idle = idle, .rto = rto, .mss = t->snd.mss});
}

void rs_output(rs_env *env, rs_tcb *t)
{
    bool sent = false;
    t->output_pending = false;
    if (t->state == RS_CLOSED) return;
    rs_mtu_hear(env, t);
    bool opening = t->state == RS_SYN_SENT || t->state == RS_SYN_RECEIVED;
    /* In FIN-WAIT-1 its SYN-ACK may still wait for memory: the user did not. */
    if (opening || t->sndq.syn_unsent) send_syn(env, t, &(rs_syn_extra){0});
    if ((opening && !t->fo.child) || t->sndq.syn_unsent) {
        sent = false;
    } else if (t->state != RS_TIME_WAIT) {
        rs_recovery_before_new(env, t);
        sent = send_new(env, t, false);
        rs_recovery_after_new(env, t);
    }
    if (t->state != RS_TIME_WAIT) follow_up(env, t, sent);
}

void rs_output_syn(rs_env *env, rs_tcb *t, const rs_syn_extra *x)
{
    t->output_pending = false;
    send_syn(env, t, x);
    follow_up(env, t, false);
}

bool rs_output_override(rs_env *env, rs_tcb *t)
{
    bool sent = usable_window(t) > 0 && send_new(env, t, true);
    if (sent) follow_up(env, t, true);
    return sent;
}

/* Linux sizes an automatic send buffer for two windows of segments with their bookkeeping. */
void rs_output_grow_buffer(const rs_env *env, rs_tcb *t)
{
    enum { SEGMENT_EXTRA = 640, RECORD_BYTES = 256 };
    const rs_knobs *k = &env->cfg->knobs;
    if (!env->cfg->quirks.sndbuf_by_chunk || t->opts.sndbuf_locked) return;
    uint32_t room = (t->snd.peer_mss > t->snd.mss ? t->snd.peer_mss : t->snd.mss) + SEGMENT_EXTRA, unit = 1, segs = 10;
    while (unit < room) unit *= 2;
    if (segs < t->cc.cwnd_segs) segs = t->cc.cwnd_segs;
    if (segs < (uint32_t)k->reordering + 1) segs = (uint32_t)k->reordering + 1;
    int64_t want = 2 * (int64_t)segs * (unit + RECORD_BYTES);
    if (want > k->wmem[2]) want = k->wmem[2];
    if (want > t->opts.sndbuf) t->opts.sndbuf = (uint32_t)want;
}

void rs_chrono_update(const rs_env *env, rs_tcb *t, bool rwnd_limited)
{
    uint8_t kind = RS_CHRONO_IDLE;
    bool starved = t->snd.nospace && !rs_sndq_has_unsent(&t->sndq);
    bool waits = rs_sndq_bytes(&t->sndq) || (t->sndq.fin_sent && !rs_tcb_fin_acked(t));
    if (waits) kind = rwnd_limited ? RS_CHRONO_RWND : starved ? RS_CHRONO_SNDBUF : RS_CHRONO_BUSY;
    if (kind == t->stat.chrono) return;
    if (t->stat.chrono != RS_CHRONO_IDLE)
        t->stat.chrono_us[t->stat.chrono - 1] += rs_time_diff(env->now, t->stat.chrono_since).us;
    t->stat.chrono = kind;
    t->stat.chrono_since = env->now;
}

void rs_tcp_output(rs_env *env, rs_tcb *t)
{
    rs_output(env, t);
}
