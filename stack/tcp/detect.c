/* What is lost. With SACK by time (RACK, RFC 8985 6.2) or by what is SACKed beyond it (RFC 6675 IsLost); without SACK
 * by duplicate ACKs (RFC 5681 3.2, RFC 6582). */
#include "../base/time.h"
#include "recovery.h"

enum { RACK_ON = 1, RACK_STATIC_WINDOW = 2, RACK_NO_DUP_THRESH = 4, REORDER_SLACK_MS = 2 };

static void lose(rs_env *env, rs_tcb *t, uint32_t rec)
{
    t->loss.lost += rs_sndq_lose(env->records, &t->sndq, rec);
}

/* --- RACK -------------------------------------------------------------------------------------------------------- */

static bool by_time(const rs_env *env, const rs_tcb *t)
{
    return t->sack_on && (env->cfg->quirks.rack_always || (env->cfg->knobs.recovery & RACK_ON));
}

static rs_dur window(const rs_env *env, const rs_tcb *t)
{
    return rs_rack_window(&t->loss.rack,
                          &(rs_rack_view){.min_rtt = t->rto.min_rtt,
                                          .srtt = rs_rto_srtt(&t->rto),
                                          .reordering_seen = t->loss.reorder.seen > 0,
                                          .in_recovery = t->loss.ca_state >= RS_CA_RECOVERY,
                                          .sacked_segs = t->sndq.sacked_segs,
                                          .dup_thresh = t->loss.reorder.segs,
                                          .no_dup_thresh = env->cfg->knobs.recovery & RACK_NO_DUP_THRESH});
}

/* Marks what is overdue; returns how long the last of those that were outrun and are not yet overdue may take, 0: there
 * is none. New segments were sent in the order of their numbers: behind the first that was not outrun, only
 * retransmissions are of interest. */
static rs_dur mark_overdue(rs_env *env, rs_tcb *t)
{
    rs_dur wait = {0}, wnd = window(env, t);
    uint32_t resent = t->sndq.retrans_segs;
    for (uint32_t i = rs_sndq_first(&t->sndq); i != RS_NIL; i = rs_sndq_rec(env->records, i)->next) {
        const rs_sndrec *r = rs_sndq_rec(env->records, i);
        resent -= r->retrans_out;
        if (r->sacked || r->set_aside || (r->lost && !r->retrans_out)) continue;
        if (!rs_rack_outrun(&t->loss.rack, r->last_sent, rs_sndrec_end(r))) {
            if (!resent && !r->ever_retrans) break;
            continue;
        }
        rs_dur left = rs_rack_left(&t->loss.rack, env->now, r->last_sent, wnd);
        if (left.us <= 0) {
            lose(env, t, i);
            if (env->cfg->quirks.rack_looks_once) rs_sndq_set_aside(env->records, i);
        } else wait = rs_dur_max(wait, left);
    }
    return wait;
}

static void detect_by_time(rs_env *env, rs_tcb *t, rs_ack_facts *f)
{
    if (!t->loss.rack.advanced) return;
    t->loss.rack.advanced = false;
    rs_dur wait = mark_overdue(env, t);
    if (wait.us <= 0) return;
    wait = rs_dur_min(rs_dur_add(wait, RS_MS(REORDER_SLACK_MS)), rs_rto_timeout(&t->rto));
    t->at_rto = rs_tcb_after(env, wait); /* the retransmission timeout, which it stands in for, is never longer */
    t->loss.pending = RS_PENDING_REORDER;
    f->set_timer = false;
}

bool rs_detect_late(rs_env *env, rs_tcb *t)
{
    uint32_t before = rs_recovery_inflight(t);
    mark_overdue(env, t);
    return rs_recovery_inflight(t) != before;
}

/* --- RFC 6675 ---------------------------------------------------------------------------------------------------- */

/* SACKed beyond some place: so many bytes, in so many pieces. */
typedef struct beyond {
    uint32_t bytes, pieces;
} beyond;

static beyond count_sacked(const rs_env *env, const rs_tcb *t)
{
    beyond b = {0};
    bool inside = false;
    for (uint32_t i = rs_sndq_first(&t->sndq); i != RS_NIL; i = rs_sndq_rec(env->records, i)->next) {
        const rs_sndrec *r = rs_sndq_rec(env->records, i);
        if (r->sacked) b.bytes += rs_sndrec_space(r);
        b.pieces += r->sacked && !inside;
        inside = r->sacked;
    }
    return b;
}

/* IsLost (RFC 6675 4): DupThresh pieces, or more than DupThresh - 1 full segments, have arrived beyond it. What was
 * sent again stays as it is: this algorithm cannot tell (section 5). */
static void detect_by_blocks(rs_env *env, rs_tcb *t)
{
    beyond b = count_sacked(env, t);
    uint32_t thresh = t->loss.reorder.segs;
    bool inside = false;
    for (uint32_t i = rs_sndq_first(&t->sndq); i != RS_NIL; i = rs_sndq_rec(env->records, i)->next) {
        const rs_sndrec *r = rs_sndq_rec(env->records, i);
        if (r->sacked) b.bytes -= rs_sndrec_space(r);
        if (!r->sacked && inside) b.pieces--;
        inside = r->sacked;
        if (r->sacked || r->lost || r->retrans_out) continue;
        if (b.pieces >= thresh || b.bytes > (uint64_t)(thresh - 1) * t->snd.mss) lose(env, t, i);
    }
    uint32_t first = rs_sndq_first(&t->sndq);
    /* Section 5 (2): so many duplicate ACKs say it of the first segment whatever they carry. */
    if (t->loss.ca_state < RS_CA_RECOVERY && t->loss.dup_acks >= thresh && !rs_sndq_rec(env->records, first)->sacked)
        lose(env, t, first);
}

/* --- without SACK ------------------------------------------------------------------------------------------------ */

bool rs_detect_limit(rs_tcb *t)
{
    const rs_sndq *q = &t->sndq;
    if (t->sack_on || !t->loss.dup_segs) return false;
    uint32_t holes = q->lost_segs ? q->lost_segs : 1, most;
    if (holes > q->segs) holes = q->segs;
    most = q->segs - holes;
    if (t->loss.dup_segs <= most) return false;
    t->loss.dup_segs = most;
    return true;
}

static void check_reordering(rs_env *env, rs_tcb *t, uint32_t more)
{
    int most = env->cfg->knobs.max_reordering;
    if (!rs_detect_limit(t)) return;
    rs_reorder_nonsack(&t->loss.reorder, t->sndq.segs + more,
                       &(rs_reorder_limits){t->snd.mss, (uint32_t)(most > 0 ? most : 1)});
}

void rs_detect_duplicate(rs_env *env, rs_tcb *t)
{
    if (rs_recovery_inflates(env, t)) return;
    uint32_t before = t->loss.dup_segs++;
    check_reordering(env, t, 0);
    if (t->loss.dup_segs > before) t->stat.delivered += t->loss.dup_segs - before;
}

/* One of the segments filled the hole; the others had been reported by duplicate ACKs. */
void rs_detect_covered(rs_env *env, rs_tcb *t, uint32_t segs)
{
    uint32_t told = t->loss.dup_segs;
    t->stat.delivered += segs > told + 1 ? segs - told : 1;
    t->loss.dup_segs = segs - 1 >= told ? 0 : told - (segs - 1);
    check_reordering(env, t, segs);
}

/* RFC 6582 3.2 step 1: duplicates of what was sent in an earlier recovery do not start another one. */
static bool is_another(const rs_env *env, const rs_tcb *t)
{
    return !rs_recovery_inflates(env, t) || !t->loss.has_recover || rs_seq_after(t->sndq.una, t->loss.recover);
}

static void detect_by_duplicates(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    uint32_t dups = rs_recovery_inflates(env, t) ? t->loss.dup_acks : t->loss.dup_segs;
    uint32_t first = rs_sndq_first(&t->sndq);
    bool enough = t->loss.ca_state < RS_CA_RECOVERY && dups >= t->loss.reorder.segs && is_another(env, t);
    bool partial = t->loss.ca_state == RS_CA_RECOVERY && f->advanced;
    if (!enough && !partial) return;
    if (rs_sndq_rec(env->records, first)->lost) return;
    lose(env, t, first);
}

/* --- all --------------------------------------------------------------------------------------------------------- */

void rs_detect(rs_env *env, rs_tcb *t, rs_ack_facts *f)
{
    if (!t->sndq.segs) return;
    uint32_t resent = t->sndq.retrans_segs;
    if (!t->sack_on) detect_by_duplicates(env, t, f);
    else if (by_time(env, t)) detect_by_time(env, t, f);
    else detect_by_blocks(env, t);
    if (t->sack_on && t->sndq.retrans_segs < resent) f->again_lost = true;
}

void rs_detect_timeout(rs_env *env, rs_tcb *t)
{
    uint32_t first = rs_sndq_first(&t->sndq);
    /* The first segment cannot be SACKed and unacknowledged: the receiver has thrown away what it had reported (RFC
     * 2018 section 8). */
    bool reneged = rs_sndq_rec(env->records, first)->sacked;
    if (reneged) {
        rs_sndq_unsack_all(env->records, &t->sndq);
        t->loss.reneged = true;
    }
    t->loss.dup_segs = 0;
    for (uint32_t i = first; i != RS_NIL; i = rs_sndq_rec(env->records, i)->next) {
        const rs_sndrec *r = rs_sndq_rec(env->records, i);
        bool recent = by_time(env, t) && i != first && !reneged &&
                      rs_rack_left(&t->loss.rack, env->now, r->last_sent, RS_US(0)).us > 0;
        if (!recent) lose(env, t, i);
    }
}
