/* see output.h
 *
 * Output works in bursts: one decision for up to `burst` segments. The RFC's way is bursts of one segment. With the quirk
 * psh_on_burst a burst is what a host with segmentation offload hands to its device: sized to about a millisecond at the
 * sending rate and at most half of the congestion window; its last segment carries PSH. */
#include "output.h"

#include "../base/time.h"
#include "build.h"
#include "recovery.h"
#include "state.h"
#include "tcp.h"

enum { BURST_BYTES_MAX = 65536 - 320, PACING_SHIFT = 10, RTT_LOG = 9 };

/* What the decision for the next burst depends on. */
typedef struct rs_want {
    uint32_t mss, usable, quota;
    uint32_t max_segs;      /* longest burst */
    bool     override;      /* small segments may go */
    bool     rwnd_limited, cwnd_limited;
} rs_want;

uint32_t rs_output_mss(const rs_env *env, const rs_tcb *t)
{
    uint32_t used = rs_build_option_bytes(env, t);
    return t->snd.mss > used + 1 ? t->snd.mss - used : 1;
}

static uint32_t usable_window(const rs_tcb *t)
{
    rs_seq edge = rs_seq_add(t->sndq.una, t->snd.wnd);
    return rs_seq_after(edge, t->sndq.nxt) ? rs_seq_dist(t->sndq.nxt, edge) : 0;
}

/* Bytes sent in a second at the rate that paces (cwnd in an SRTT, faster in slow start). */
static uint64_t pacing_rate(const rs_env *env, const rs_tcb *t)
{
    int64_t srtt = rs_rto_srtt(&t->rto).us;
    if (srtt <= 0) return UINT64_MAX;
    bool     early = t->cc.cwnd_segs < t->cc.ssthresh_segs / 2;
    int      ratio = early ? env->cfg->knobs.pacing_ss_ratio : env->cfg->knobs.pacing_ca_ratio;
    uint32_t segs = t->cc.cwnd_segs > t->sndq.segs ? t->cc.cwnd_segs : t->sndq.segs;
    return (uint64_t)t->snd.mss * segs * 10000u * (uint64_t)(ratio > 0 ? ratio : 100) / (uint64_t)srtt;
}

/* Segments of a burst by rate: about 1 ms of it, more over short round trips. */
static uint32_t autosize(const rs_env *env, const rs_tcb *t, uint32_t mss)
{
    uint64_t bytes = pacing_rate(env, t) >> PACING_SHIFT;
    int64_t  far = t->rto.min_rtt.us >> RTT_LOG;
    if (far < 32) bytes += (uint64_t)BURST_BYTES_MAX >> far;
    if (bytes > BURST_BYTES_MAX) bytes = BURST_BYTES_MAX;
    uint32_t segs = (uint32_t)(bytes / mss), least = (uint32_t)(env->cfg->knobs.min_tso_segs > 0 ? env->cfg->knobs.min_tso_segs : 1);
    return segs > least ? segs : least;
}

uint32_t rs_output_chunk_goal(const rs_env *env, const rs_tcb *t)
{
    uint32_t mss = rs_output_mss(env, t), goal = BURST_BYTES_MAX, half = t->snd.max_wnd / 2;
    if (half && half < goal) goal = half;
    return goal > mss ? goal / mss * mss : mss;
}

/* --- the decision -------------------------------------------------------------------------------------------------- */

static bool nagle_allows(const rs_env *env, const rs_tcb *t, uint16_t flags)
{
    if (t->opts.nodelay || (flags & RS_FIN) || t->sndq.segs == 0) return true;
    if (t->snd.urg && rs_seq_after(t->snd.up, t->sndq.nxt)) return true;
    if (!env->cfg->quirks.minshall_nagle) return false;
    return !t->snd.has_small || !rs_seq_before(t->sndq.una, t->snd.small_end);
}

/* TCP_CORK holds partial segments, MSG_MORE only those of its own call. */
static bool held_back(const rs_tcb *t, uint16_t flags)
{
    return (t->opts.cork || t->snd.more) && !(flags & RS_FIN);
}

static bool partial_may_go(const rs_env *env, const rs_tcb *t, const rs_want *w, const rs_sndq_chunk *c, uint32_t partial)
{
    if (w->override) return true;
    if (held_back(t, c->flags)) return false;
    bool whole = c->last || c->eor || rs_sndq_unsent(&t->sndq) == c->len;
    return rs_sws_judge(&(rs_sws_in){.usable = w->usable, .queued = whole ? partial : rs_sndq_unsent(&t->sndq), .mss = w->mss,
                                     .max_snd_wnd = t->snd.max_wnd, .pushed = true,
                                     .nagle_ok = nagle_allows(env, t, c->flags), .override = false}) != RS_SWS_WAIT;
}

/* Linux waits for a bigger burst when little may go, the last one was just now and an ACK is due soon. */
static bool defer(const rs_env *env, const rs_tcb *t, const rs_want *w, const rs_sndq_chunk *c)
{
    const rs_knobs *k = &env->cfg->knobs;
    if (!env->cfg->quirks.psh_on_burst || w->override || t->loss.ca_state >= RS_CA_RECOVERY) return false;
    if (rs_time_diff(env->now, t->stat.data_sent).us >= 1000 || t->sndq.segs == 0 || (c->flags & RS_FIN) || c->eor) return false;
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
        w->rwnd_limited = partial < w->mss && c.len == w->usable;
        c.len -= partial;
        c.flags = 0;
        c.last = c.eor = false;
        if (!c.len) return none;
    }
    if (c.len > w->mss && defer(env, t, w, &c)) return none;
    return c;
}

/* --- sending ------------------------------------------------------------------------------------------------------- */

static bool send_segment(rs_env *env, rs_tcb *t, rs_sndq_chunk *c, uint32_t mss)
{
    if (!rs_outbox_has_room(env->out)) {
        t->output_pending = true;
        return false;
    }
    if (rs_sndq_cut(env->records, &t->sndq, c, &(rs_sndq_stamp){.now = env->now}) == RS_NIL) return false;
    uint16_t flags = c->flags;
    if (t->state != RS_SYN_SENT) flags |= RS_ACK;
    rs_build_segment(env, t, &(rs_build){.seq = c->seq, .flags = flags, .text_len = c->len});
    if (c->len && c->len < mss) {
        t->snd.has_small = true;
        t->snd.small_end = t->sndq.nxt;
    }
    return true;
}

/* Cuts a burst into segments. PSH: where the user pushed; without a PUSH call, where the queue runs empty (MUST-61); with the
 * quirk, at the end of a burst of several. */
static bool send_burst(rs_env *env, rs_tcb *t, const rs_sndq_chunk *burst, uint32_t mss)
{
    bool     offload = env->cfg->quirks.psh_on_burst, several = burst->len > mss;
    uint32_t left = burst->len;
    do {
        uint32_t      len = left < mss ? left : mss;
        rs_sndq_chunk c = rs_sndq_next(env->records, &t->sndq, len);
        bool          end = c.len == left;
        if (end && !(burst->flags & RS_FIN)) c.flags &= (uint8_t)~RS_FIN, c.last = c.last && !t->sndq.fin_queued;
        if (c.len && end && offload && several) c.flags |= RS_PSH;
        if (c.len && !offload && c.len == rs_sndq_unsent(&t->sndq)) c.flags |= RS_PSH;
        if (!send_segment(env, t, &c, mss)) return false;
        left -= c.len;
    } while (left);
    return true;
}

static rs_want look(const rs_env *env, const rs_tcb *t, bool override)
{
    rs_want w = {.mss = rs_output_mss(env, t), .usable = usable_window(t), .quota = rs_recovery_quota(t), .override = override};
    w.max_segs = 1;
    if (env->cfg->quirks.psh_on_burst && !t->snd.urg) {
        uint32_t half = t->cc.cwnd_segs / 2 ? t->cc.cwnd_segs / 2 : 1;
        w.max_segs = autosize(env, t, w.mss);
        if (half < w.quota) w.quota = half;
    }
    return w;
}

/* Was the congestion window in the way? Remembered per round for the growth rule. */
static void note_limit(rs_tcb *t, bool sent, bool limited)
{
    limited |= rs_sndq_inflight(&t->sndq) >= t->cc.cwnd_segs;
    if (!sent && !limited) return;
    bool fresh = !rs_seq_before(t->sndq.una, t->snd.round_end);
    if (!fresh && !limited && (t->snd.cwnd_limited || t->sndq.segs <= t->snd.max_out)) return;
    t->snd.cwnd_limited = limited;
    t->snd.max_out = t->sndq.segs;
    t->snd.round_end = t->sndq.nxt;
}

static bool send_new(rs_env *env, rs_tcb *t, bool override)
{
    bool sent = false, rwnd = false, cwnd = false;
    while (rs_sndq_has_unsent(&t->sndq)) {
        rs_want w = look(env, t, override);
        if (!w.quota) {
            cwnd = true;
            break;
        }
        rs_sndq_chunk c = next_burst(env, t, &w);
        rwnd = w.rwnd_limited;
        if (!c.len && !c.flags) break;
        if (!send_burst(env, t, &c, w.mss)) break;
        sent = true;
    }
    note_limit(t, sent, cwnd);
    rs_chrono_update(env, t, rwnd);
    return sent;
}

/* Before the handshake is over only our SYN may go. */
static void send_syn(rs_env *env, rs_tcb *t)
{
    if (!t->sndq.syn_unsent) return;
    rs_sndq_chunk c = rs_sndq_next(env->records, &t->sndq, 0);
    send_segment(env, t, &c, t->snd.mss);
}

bool rs_output_one(rs_env *env, rs_tcb *t)
{
    rs_want w = {.mss = rs_output_mss(env, t), .usable = usable_window(t), .quota = 1, .max_segs = 1, .override = true};
    if (!rs_sndq_has_unsent(&t->sndq)) return false;
    rs_sndq_chunk c = next_burst(env, t, &w);
    return (c.len || c.flags) && send_burst(env, t, &c, w.mss);
}
