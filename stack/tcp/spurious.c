/* Taking a reduction of the window back that proves to have been a mistake: by the echoed timestamp (Eifel, RFC 3522
 * and 4015) or because every retransmission was reported as a duplicate (RFC 2883 5). */
#include "../base/time.h"
#include "recovery.h"

bool rs_undo_any_resent(const rs_env *env, const rs_tcb *t)
{
    uint32_t first = rs_sndq_first(&t->sndq);
    return t->sndq.retrans_segs || (first != RS_NIL && rs_sndq_rec(env->records, first)->ever_retrans);
}

bool rs_undo_delayed(const rs_tcb *t, const rs_ack_facts *f)
{
    const rs_opts *o = &f->seg->opts;
    if (t->loss.undo.has_first) return t->ts.on && o->has_ts && rs_undo_echo_is_older(&t->loss.undo, o->ts_ecr);
    /* Nothing was sent again, so what arrived was the original. Without SACK the mark was dropped early, see
     * stays_for_now. */
    return t->sack_on || rs_seq_before(t->sndq.una, t->loss.recover);
}

static bool may_undo(const rs_env *env, const rs_tcb *t, const rs_ack_facts *f)
{
    if (!env->cfg->knobs.undo || !t->loss.undo.on) return false;
    return rs_undo_by_dsack(&t->loss.undo) || rs_undo_delayed(t, f);
}

/* Linux gives back what was taken. RFC 4015 3.2 step 7 gives a window of what is out and at most an initial window
 * more, so that no burst follows. */
static void restore_window(rs_env *env, rs_tcb *t, uint32_t acked_segs)
{
    const rs_undo *u = &t->loss.undo;
    if (!u->prior_ssthresh) return;
    uint32_t first = rs_cc_initial_segs(&t->cc.p, t->snd.mss), more = acked_segs < first ? acked_segs : first;
    rs_cc_undo back = {.cwnd_segs = u->prior_cwnd, .ssthresh_segs = u->prior_ssthresh};
    if (!env->cfg->quirks.undo_restores_window) back.cwnd_segs = rs_recovery_inflight(t) + more;
    if (back.ssthresh_segs > t->cc.ssthresh_segs) t->ecn.cwr_due = false; /* there is nothing to confess */
    rs_cc_on_undo(&t->cc, &back);
}

static void undo(rs_env *env, rs_tcb *t, uint32_t acked_segs, bool nothing_lost)
{
    if (nothing_lost) rs_sndq_unlose_all(env->records, &t->sndq);
    restore_window(env, t, acked_segs);
    t->snd.used_since = env->now;
    rs_undo_forget(&t->loss.undo);
    t->loss.rack.advanced = true; /* whatever is missing is looked at anew */
    rs_recovery_tell(env, t, "spurious");
}

/* Without SACK an ACK of exactly `recover` does not end it: duplicates of what was sent before could start another
 * recovery (RFC 6582 4.2). */
static bool stays_for_now(rs_env *env, rs_tcb *t)
{
    if (t->sack_on || rs_recovery_inflates(env, t) || !rs_seq_eq(t->sndq.una, t->loss.recover)) return false;
    if (!rs_undo_any_resent(env, t)) t->loss.undo.has_first = false;
    return true;
}

bool rs_undo_at_end(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    if (may_undo(env, t, f)) undo(env, t, f->got.segs, false);
    else rs_rack_recovered(&t->loss.rack);
    if (stays_for_now(env, t)) return true;
    t->loss.ca_state = RS_CA_OPEN;
    t->loss.reneged = false;
    return false;
}

bool rs_undo_partial(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    if (!env->cfg->knobs.undo || !t->loss.undo.on || !rs_undo_delayed(t, f)) return false;
    if (t->sack_on) rs_sack_reordered(env, t, f->una);
    if (t->sndq.retrans_segs) return true; /* one retransmission's fate is still open: nothing more is marked lost */
    if (!rs_undo_any_resent(env, t)) t->loss.undo.has_first = false;
    undo(env, t, f->got.segs, true);
    rs_recovery_keep_open(env, t);
    return false;
}

bool rs_undo_dsack(rs_env *env, rs_tcb *t)
{
    if (!env->cfg->knobs.undo || !rs_undo_by_dsack(&t->loss.undo)) return false;
    rs_rack_undone(&t->loss.rack);
    undo(env, t, 0, false);
    return true;
}

bool rs_undo_timeout(rs_env *env, rs_tcb *t, const rs_ack_facts *f, bool proven)
{
    if (!proven && !may_undo(env, t, f)) return false;
    undo(env, t, f->got.segs, true);
    t->loss.timeouts = 0;
    if (stays_for_now(env, t)) return true;
    if (proven || t->sack_on || rs_recovery_inflates(env, t)) {
        t->loss.ca_state = RS_CA_OPEN;
        t->loss.reneged = false;
    }
    return true;
}
