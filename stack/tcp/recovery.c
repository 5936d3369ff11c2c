/* see recovery.h: the states of recovery and the congestion window in them (RFC 5681, 6582, 6675, 9937, 3042). */
#include "congestion.h"
#include "recovery.h"

#include "../base/time.h"
#include "mtu.h"
#include "output.h"
#include "state.h"
#include "trace.h"

enum { LIMITED_TRANSMIT_SEGS = 2, RENEGE_DELAY_MS = 10 };

void rs_recovery_tell(rs_env *env, const rs_tcb *t, const char *why)
{
    rs_trace_tell(env, t, &(rs_event){.kind = RS_EV_CWND, .a = t->cc.cwnd_segs, .b = t->cc.ssthresh_segs, .why = why});
}

/* In the last round, by RFC 7661's idea in the way Linux does it. */
bool rs_recovery_cwnd_limited(const rs_env *env, const rs_tcb *t)
{
    if (!env->cfg->quirks.cwnd_limited_growth || t->snd.cwnd_limited) return true;
    return rs_cc_in_slow_start(&t->cc) && t->cc.cwnd_segs < 2 * t->snd.max_out;
}

/* Half of the way down that a recovery has gone does not count. */
uint32_t rs_recovery_ssthresh(const rs_tcb *t)
{
    uint32_t kept = (t->cc.cwnd_segs >> 1) + (t->cc.cwnd_segs >> 2);
    if (rs_recovery_reduces(t) || kept < t->cc.ssthresh_segs) return t->cc.ssthresh_segs;
    return kept;
}

uint32_t rs_recovery_quota(const rs_env *env, const rs_tcb *t)
{
    uint32_t out = rs_recovery_inflight(t), cwnd = t->cc.cwnd_segs;
    if (rs_recovery_inflates(env, t) && t->loss.ca_state != RS_CA_LOSS) {
        out = t->sndq.segs - rs_tcb_syn_ack_out(t);
        if (t->loss.ca_state == RS_CA_DISORDER) /* RFC 3042 */
            cwnd += t->loss.dup_acks < LIMITED_TRANSMIT_SEGS ? t->loss.dup_acks : LIMITED_TRANSMIT_SEGS;
    }
    return cwnd > out ? cwnd - out : 0;
}

/* --- reductions -------------------------------------------------------------------------------------------------- */

/* FlightSize without what limited transmit sent beyond the window: that must not count (RFC 5681 3.2 step 2). */
static uint32_t flight_in_window(const rs_tcb *t)
{
    uint64_t window = rs_cc_bytes(&t->cc, t->snd.mss);
    uint32_t flight = rs_sndq_flight(&t->sndq);
    return flight < window ? flight : (uint32_t)window;
}

void rs_recovery_start_reduction(rs_env *env, rs_tcb *t, bool marked)
{
    uint32_t cwnd = t->cc.cwnd_segs;
    t->loss.recover = t->sndq.nxt;
    t->loss.probe_out = false;
    t->loss.undo.prior_cwnd = cwnd;
    rs_prr_start(&t->loss.prr, cwnd);
    rs_cc_on_enter_recovery(&t->cc, &(rs_cc_loss){.now = env->now,
                                                  .flight_bytes = flight_in_window(t),
                                                  .inflight_segs = rs_recovery_inflight(t),
                                                  .mss = t->snd.mss,
                                                  .dup_acks = t->loss.dup_acks,
                                                  .nxt = t->sndq.nxt,
                                                  .marked = marked});
    rs_ecn_reduced(&t->ecn);
    if (!rs_recovery_inflates(env, t)) rs_cc_set_window(&t->cc, cwnd); /* it shrinks in step: see shrink */
}

void rs_recovery_end_reduction(rs_env *env, rs_tcb *t)
{
    bool undone = t->loss.ca_state != RS_CA_CWR && !t->loss.undo.on;
    if (undone || t->cc.ssthresh_segs >= RS_CC_INFINITE || rs_congestion_owned(t)) return;
    rs_cc_on_exit_recovery(&t->cc, &(rs_cc_exit){env->now, rs_sndq_flight(&t->sndq), t->snd.mss});
    if (!rs_recovery_inflates(env, t)) rs_cc_set_window(&t->cc, t->cc.ssthresh_segs);
    t->snd.used_since = env->now;
}

/* RFC 9937: the window follows what arrives. */
static void shrink(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    uint32_t delivered = t->stat.delivered - f->delivered, inflight = rs_recovery_inflight(t);
    if (!delivered || rs_recovery_inflates(env, t) || rs_congestion_owned(t)) return;
    bool safe = f->advanced && t->loss.lost == f->lost;
    uint32_t more = rs_prr_on_ack(&t->loss.prr, &(rs_prr_ack){delivered, inflight, t->cc.ssthresh_segs, safe});
    rs_cc_set_window(&t->cc, inflight + more);
    rs_recovery_tell(env, t, "reduction");
}

static void grow(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    rs_cc_on_ack(&t->cc, &(rs_cc_ack){.now = env->now,
                                      .acked_bytes = f->got.bytes,
                                      .acked_segs = t->stat.delivered - f->delivered,
                                      .inflight_segs = f->inflight,
                                      .mss = t->snd.mss,
                                      .cwnd_limited = rs_recovery_cwnd_limited(env, t),
                                      .srtt = rs_rto_srtt(&t->rto)});
    t->snd.used_since = env->now; /* an ACK says that the window is still right, used or not (Linux) */
    rs_recovery_tell(env, t, "ack");
}

/* Where much reordering was seen, SACKed segments let the window grow like acknowledged ones. */
static bool may_grow(const rs_env *env, const rs_tcb *t, const rs_ack_facts *f)
{
    bool reorders = t->loss.reorder.segs > (uint32_t)env->cfg->knobs.reordering;
    return reorders ? f->data_acked || f->syn_acked || f->sacked : f->data_acked || f->got.bytes;
}

/* The ACK that ends a recovery leaves the window where the reduction put it (RFC 5681 3.2 (6)); Linux grows from there
 * at once. */
static void control(rs_env *env, rs_tcb *t, const rs_ack_facts *f, bool reduced)
{
    if (rs_congestion_owned(t)) return;
    if (rs_recovery_reduces(t)) shrink(env, t, f);
    else if (reduced && !env->cfg->quirks.cc_in_segments) return;
    else if (may_grow(env, t, f)) grow(env, t, f);
}

/* --- states ------------------------------------------------------------------------------------------------------ */

void rs_recovery_keep_open(rs_env *env, rs_tcb *t)
{
    uint8_t state = RS_CA_OPEN;
    bool missing = rs_recovery_arrived(t) || t->sndq.lost_segs || (rs_recovery_inflates(env, t) && t->loss.dup_acks);
    if (missing || rs_undo_any_resent(env, t)) state = RS_CA_DISORDER;
    if (t->loss.ca_state == state) return;
    t->loss.ca_state = state;
    if (!rs_recovery_inflates(env, t)) t->loss.recover = t->sndq.nxt;
}

void rs_recovery_enter_cwr(rs_env *env, rs_tcb *t)
{
    t->loss.undo.prior_ssthresh = 0;
    if (t->loss.ca_state >= RS_CA_CWR) return;
    rs_undo_forget(&t->loss.undo);
    rs_recovery_start_reduction(env, t, true);
    t->loss.ca_state = RS_CA_CWR;
    rs_recovery_tell(env, t, "congestion told");
}

static void enter_recovery(rs_env *env, rs_tcb *t, bool ece)
{
    rs_undo *u = &t->loss.undo;
    u->has_first = false;
    u->prior_ssthresh = 0;
    rs_undo_start(u, t->sndq.una, t->sndq.retrans_segs + (t->loss.probe_out && t->loss.probe_resent));
    if (!rs_recovery_reduces(t)) {
        if (!ece) u->prior_ssthresh = rs_recovery_ssthresh(t);
        rs_recovery_start_reduction(env, t, false);
    } else if (!env->cfg->quirks.cwr_keeps_recover) {
        t->loss.recover = t->sndq.nxt; /* the window is cut already, but the loss was found now (RFC 6675 5 step 4.1) */
    }
    t->loss.ca_state = RS_CA_RECOVERY;
    t->loss.partial_seen = false;
    rs_recovery_tell(env, t, "fast retransmit");
}

static void try_to_open(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    if (!rs_undo_any_resent(env, t)) t->loss.undo.has_first = false;
    if (f->ece) rs_recovery_enter_cwr(env, t);
    if (t->loss.ca_state != RS_CA_CWR) rs_recovery_keep_open(env, t);
}

/* --- an ACK in each of them -------------------------------------------------------------------------------------- */

/* What makes an ACK a duplicate. The window counts as changed when it grows or closes, in Linux's way; by RFC 5681
 * section 2 (e), whenever it is another one. */
static bool is_duplicate(const rs_tcb *t, const rs_ack_facts *f)
{
    if (f->advanced || f->text || f->window || f->dsack || !f->segs) return false;
    return t->sack_on || (rs_seq_eq(f->seg->ack, f->una) && t->snd.wnd > 0);
}

/* The receiver seems to have thrown away what it SACKed: the timeout need not be waited for. */
static bool reneging(rs_env *env, rs_tcb *t, rs_ack_facts *f)
{
    if (!f->reneged || !f->advanced || !env->cfg->quirks.renege_timer) return false;
    rs_dur delay = rs_dur_max(RS_US(rs_rto_srtt(&t->rto).us / 2), RS_MS(RENEGE_DELAY_MS));
    t->at_rto = rs_tcb_after(env, rs_dur_min(delay, t->rto.p.max)); /* no timeout is longer (RFC 6298 2.5) */
    t->loss.pending = RS_PENDING_RTO;
    f->set_timer = false;
    return true;
}

/* What was out when loss was found is acknowledged. True: nothing else is to be done. */
static bool at_end(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    if (t->loss.ca_state == RS_CA_OPEN) {
        t->loss.undo.has_first = false;
        return false;
    }
    if (rs_seq_before(t->sndq.una, t->loss.recover)) return false;
    if (t->loss.ca_state == RS_CA_CWR && !rs_seq_eq(t->sndq.una, t->loss.recover)) {
        rs_recovery_end_reduction(env, t);
        t->loss.ca_state = RS_CA_OPEN;
    } else if (t->loss.ca_state == RS_CA_RECOVERY) {
        t->loss.dup_segs = 0;
        if (rs_undo_at_end(env, t, f)) return true;
        rs_recovery_end_reduction(env, t);
        t->loss.has_recover = true;
        rs_recovery_tell(env, t, "recovered");
    }
    return false;
}

/* RFC 6582 3.2 steps 3 and 4 by the letter: inflate for a duplicate, deflate for a partial ACK. */
static void inflate(rs_env *env, rs_tcb *t, const rs_ack_facts *f, bool dup)
{
    if (!rs_recovery_inflates(env, t)) return;
    if (dup) rs_cc_on_dup_ack(&t->cc, env->now);
    else if (f->advanced) rs_cc_on_partial_ack(&t->cc, &(rs_cc_partial){env->now, f->got.bytes, t->snd.mss});
}

static void in_recovery(rs_env *env, rs_tcb *t, rs_ack_facts *f, bool dup)
{
    inflate(env, t, f, dup);
    if (!f->advanced) {
        if (dup && !t->sack_on) rs_detect_duplicate(env, t);
    } else if (rs_undo_partial(env, t, f)) {
        return;
    }
    if (rs_undo_dsack(env, t)) try_to_open(env, t, f);
    rs_detect(env, t, f);
    if (t->loss.ca_state != RS_CA_RECOVERY) {
        if (!t->sndq.lost_segs) return;
        enter_recovery(env, t, f->ece);
    }
    t->loss.resend = RS_RESEND_LOST;
}

static void in_open(rs_env *env, rs_tcb *t, rs_ack_facts *f, bool dup)
{
    if (!t->sack_on) {
        if (f->advanced) t->loss.dup_segs = 0;
        if (dup) rs_detect_duplicate(env, t);
    }
    if (t->loss.ca_state <= RS_CA_DISORDER) rs_undo_dsack(env, t);
    rs_detect(env, t, f);
    if (!t->sndq.lost_segs) {
        try_to_open(env, t, f);
        return;
    }
    if (rs_mtu_on_loss(env, t)) return;
    enter_recovery(env, t, f->ece);
    t->loss.resend = RS_RESEND_LOST;
}

static void in_loss(rs_env *env, rs_tcb *t, rs_ack_facts *f, bool dup)
{
    rs_frto_on_ack(env, t, f, dup);
    if (t->loss.ca_state != RS_CA_LOSS) {
        t->loss.has_recover = true;
        rs_recovery_timeouts_over(env, t);
    }
    rs_detect(env, t, f);
    if (t->loss.ca_state == RS_CA_OPEN || f->again_lost) in_open(env, t, f, dup);
}

static void alert(rs_env *env, rs_tcb *t, rs_ack_facts *f, bool dup)
{
    if (f->ece) t->loss.undo.prior_ssthresh = 0;
    if (reneging(env, t, f) || at_end(env, t, f)) return;
    switch (t->loss.ca_state) {
    case RS_CA_RECOVERY: in_recovery(env, t, f, dup); break;
    case RS_CA_LOSS: in_loss(env, t, f, dup); break;
    default: in_open(env, t, f, dup);
    }
}

/* An ACK that is more than "all is well so far". */
static bool is_dubious(const rs_tcb *t, const rs_ack_facts *f, bool dup)
{
    return dup || f->sacked || f->dsack || f->ece || t->loss.ca_state != RS_CA_OPEN;
}

/* SND.UNA has moved: what is counted until it does starts anew. */
static void advanced(rs_tcb *t)
{
    if (rs_seq_after(t->sndq.una, t->loss.recover)) t->loss.has_recover = false;
    t->loss.dup_acks = 0;
    t->loss.timeouts = 0;
}

/* A round is over for the rule of growth: what was out in it counted for this ACK still. */
static void next_round(rs_tcb *t, const rs_ack_facts *f)
{
    if (rs_seq_before(t->sndq.una, t->snd.round_end)) return;
    t->snd.round_end = t->sndq.nxt;
    t->snd.max_out = f->segs;
}

static void adapt(const rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    enum { STATIC_WINDOW = 2 };
    if ((env->cfg->knobs.recovery & STATIC_WINDOW) || !f->sent_delivered) return;
    rs_rack_adapt(&t->loss.rack, &(rs_rack_round){f->sent_delivered, t->stat.delivered});
}

/* The first partial ACK restarts the timer, later ones do not (RFC 6582 3.2 step 3). */
static bool timer_stays(const rs_env *env, rs_tcb *t)
{
    if (!rs_recovery_inflates(env, t)) return false;
    bool again = t->loss.ca_state == RS_CA_RECOVERY && t->loss.partial_seen;
    t->loss.partial_seen = t->loss.ca_state == RS_CA_RECOVERY;
    return again;
}

void rs_recovery_on_ack(rs_env *env, rs_tcb *t, rs_ack_facts *f)
{
    bool dup = is_duplicate(t, f), reduced = rs_recovery_reduces(t);
    rs_congestion_hear(env, t, f);
    if (f->segs) adapt(env, t, f);
    if (t->loss.probe_out) rs_tlp_on_ack(env, t, f);
    if (f->advanced) t->loss.timeouts = 0;
    if (t->sack_on ? f->sacked && !f->advanced : dup) t->loss.dup_acks++; /* RFC 6675 2, RFC 5681 2 */
    if (f->segs ? is_dubious(t, f, dup) : f->dsack) alert(env, t, f, dup);
    if (f->advanced) advanced(t);
    if (!f->segs) return;
    if (f->set_timer && !timer_stays(env, t)) rs_arm_rto(env, t);
    control(env, t, f, reduced);
    rs_congestion_sample(env, t, f);
    if (f->advanced) next_round(t, f);
}

void rs_recovery_on_old_ack(rs_env *env, rs_tcb *t, rs_ack_facts *f)
{
    alert(env, t, f, false);
}

/* --- timers and others ------------------------------------------------------------------------------------------- */

/* RFC 5681 3.1: the threshold is cut once for what was lost in one window. */
static bool cuts_ssthresh(const rs_env *env, const rs_tcb *t)
{
    /* Linux does not count the timeouts of a peer that took its window back: each of them looks like the first. */
    bool uncounted = t->snd.wnd == 0 && env->cfg->quirks.shrunk_window_recuts;
    if (t->loss.ca_state <= RS_CA_DISORDER || !rs_seq_after(t->loss.recover, t->sndq.una)) return true;
    return t->loss.ca_state == RS_CA_LOSS && (t->loss.timeouts == 0 || uncounted);
}

void rs_recovery_on_rto(rs_env *env, rs_tcb *t)
{
    bool first = t->loss.ca_state < RS_CA_RECOVERY, was_calm = t->loss.ca_state <= RS_CA_DISORDER;
    uint32_t arrived = rs_recovery_arrived(t), flight = rs_sndq_flight(&t->sndq);
    rs_detect_timeout(env, t);
    bool cut = cuts_ssthresh(env, t);
    if (cut) {
        t->loss.undo.prior_ssthresh = rs_recovery_ssthresh(t);
        t->loss.undo.prior_cwnd = t->cc.cwnd_segs;
        rs_undo_start(&t->loss.undo, t->sndq.una, t->sndq.retrans_segs + (t->loss.probe_out && t->loss.probe_resent));
    }
    rs_cc_on_rto(&t->cc, &(rs_cc_loss){.now = env->now,
                                       .flight_bytes = flight,
                                       .inflight_segs = rs_recovery_inflight(t),
                                       .mss = t->snd.mss,
                                       .dup_acks = t->loss.dup_acks,
                                       .nxt = t->sndq.nxt,
                                       .again = !cut});
    rs_ecn_reduced(&t->ecn);
    uint32_t thresh = (uint32_t)env->cfg->knobs.reordering;
    if (was_calm && arrived >= thresh) rs_reorder_lower(&t->loss.reorder, thresh);
    t->loss.ca_state = RS_CA_LOSS;
    t->loss.recover = t->sndq.nxt;
    t->loss.has_recover = true;
    t->loss.dup_acks = 0;
    t->loss.probe_out = false;
    t->loss.frto = env->cfg->knobs.frto && (first || t->loss.timeouts);
    rs_recovery_tell(env, t, "timeout");
}

void rs_recovery_count_timeout(const rs_env *env, rs_tcb *t)
{
    if (t->stat.rto_count < UINT16_MAX) t->stat.rto_count++;
    if (t->loss.timeouts) return;
    if (t->stat.rto_series < UINT16_MAX) t->stat.rto_series++;
    t->stat.rto_since = env->now;
    t->stat.rto_runs = true;
}

void rs_recovery_timeouts_over(const rs_env *env, rs_tcb *t)
{
    if (!t->stat.rto_runs) return;
    t->stat.rto_spent = rs_dur_add(t->stat.rto_spent, rs_time_diff(env->now, t->stat.rto_since));
    t->stat.rto_runs = false;
}

void rs_recovery_on_reorder(rs_env *env, rs_tcb *t)
{
    uint32_t lost = t->loss.lost;
    if (rs_detect_late(env, t)) {
        if (t->loss.ca_state != RS_CA_RECOVERY) {
            rs_ack_facts f = {.delivered = t->stat.delivered - 1, .lost = lost};
            enter_recovery(env, t, false);
            shrink(env, t, &f); /* the first retransmission is not held back */
        }
        rs_recovery_resend(env, t);
    }
    if (t->loss.pending != RS_PENDING_RTO) rs_rto_rearm(env, t);
}

void rs_recovery_on_too_big(rs_env *env, rs_tcb *t)
{
    for (uint32_t i = rs_sndq_first(&t->sndq); i != RS_NIL; i = rs_sndq_rec(env->records, i)->next) {
        const rs_sndrec *r = rs_sndq_rec(env->records, i);
        if (r->len > t->snd.mss) t->loss.lost += rs_sndq_lose(env->records, &t->sndq, i);
    }
    if (!t->sndq.lost_segs) return;
    if (env->cfg->quirks.psh_on_burst) rs_resend_recut(env, t);
    rs_detect_limit(t);
    if (t->loss.ca_state != RS_CA_LOSS) {
        t->loss.recover = t->sndq.nxt;
        if (env->cfg->quirks.too_big_lifts_ssthresh) t->cc.ssthresh_segs = rs_recovery_ssthresh(t);
        t->loss.ca_state = RS_CA_LOSS;
        t->loss.undo.prior_ssthresh = 0;
        rs_undo_forget(&t->loss.undo);
    }
    rs_recovery_resend(env, t);
    rs_rto_start(env, t); /* an expiry that was due for the big ones would come too early for the small ones */
}

void rs_recovery_on_refused(rs_env *env, rs_tcb *t)
{
    t->loss.lost += rs_sndq_lose_all(env->records, &t->sndq);
    t->loss.ca_state = RS_CA_LOSS;
    t->loss.recover = t->sndq.nxt;
    rs_recovery_resend(env, t);
    rs_rto_start(env, t);
}
