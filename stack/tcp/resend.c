/* Sending again, and the timer that asks for it. A record goes again as one segment: cut to the MSS of now and to what
 * a shrunken window leaves (SHLD-16), or joined by small neighbours. */
#include "../base/time.h"
#include "build.h"
#include "congestion.h"
#include "mtu.h"
#include "output.h"
#include "pacing.h"
#include "recovery.h"
#include "trace.h"

static bool fit(rs_env *env, rs_tcb *t, uint32_t rec)
{
    const rs_sndrec *r = rs_sndq_rec(env->records, rec);
    uint32_t max = rs_output_mss(env, t);
    rs_seq edge = rs_tcb_send_edge(t);
    bool first = rec == rs_sndq_first(&t->sndq);
    if (t->was_open && !rs_seq_before(r->seq, edge) && !first) return false;
    if (rs_seq_before(r->seq, edge) && rs_seq_dist(r->seq, edge) < max) max = rs_seq_dist(r->seq, edge);
    if (r->len > max) {
        /* Without a record for the rest it goes as it is, if the blocks that have come between are left out. */
        bool whole = rs_seq_dist(r->seq, edge) >= r->len && r->len <= t->snd.mss;
        return rs_sndq_split(env->records, &t->sndq, rec, max) != RS_NIL || whole;
    }
    if (env->cfg->knobs.retrans_collapse && r->len && r->len < max) rs_sndq_merge(env->records, &t->sndq, rec, max);
    rs_detect_limit(t);
    return true;
}

/* Congestion of our own: it was tried, and counts as such (Linux), but nothing has gone. */
static void refused(rs_env *env, rs_tcb *t, uint32_t rec)
{
    const rs_sndrec *r = rs_sndq_rec(env->records, rec);
    rs_build_segment(env, t, &(rs_build){.seq = r->seq, .flags = r->flags | RS_ACK, .text_len = r->len});
    t->stat.total_retrans++;
    t->stat.bytes_retrans += r->len;
    rs_recovery_enter_cwr(env, t);
}

/* Room to send it, and its size of now. Splitting and joining give the record other neighbours. */
static bool prepare(rs_env *env, rs_tcb *t, uint32_t rec)
{
    rs_mtu_hear(env, t);
    if (env->out->refused && !(rs_sndq_rec(env->records, rec)->flags & RS_SYN)) {
        refused(env, t, rec);
        return false;
    }
    if (rs_outbox_has_room(env->out)) return fit(env, t, rec);
    t->output_pending = true;
    return false;
}

static void send_again(rs_env *env, rs_tcb *t, uint32_t rec, bool push)
{
    const rs_sndrec *r = rs_sndq_rec(env->records, rec);
    uint16_t flags = r->flags;
    if (push) flags |= RS_PSH;
    if (!(flags & RS_SYN) || t->state != RS_SYN_SENT) flags |= RS_ACK;
    rs_build_segment(env, t, &(rs_build){.seq = r->seq, .flags = flags, .text_len = r->len});
    t->stat.total_retrans++;
    t->stat.bytes_retrans += r->len;
    env->count->retransmits++;
    rs_trace_tell(env, t, &(rs_event){.kind = RS_EV_RETRANSMIT, .a = rs_seq_dist(t->snd.iss, r->seq), .b = r->len});
    rs_congestion_sent(env, t, rec);
}

static void resend_one(rs_env *env, rs_tcb *t, uint32_t rec, bool push)
{
    send_again(env, t, rec, push);
    rs_sndq_resent(env->records, &t->sndq, rec, env->now);
    rs_undo_sent(&t->loss.undo, 1, rs_tstamp_val(&t->ts, env->now));
    if (rs_recovery_reduces(t)) rs_prr_sent(&t->loss.prr, 1);
}

bool rs_retransmit(rs_env *env, rs_tcb *t, uint32_t rec)
{
    if (!prepare(env, t, rec)) return false;
    resend_one(env, t, rec, false);
    rs_sndq_join(env->records, rec, false);
    return true;
}

bool rs_retransmit_probe(rs_env *env, rs_tcb *t, uint32_t rec)
{
    if (!prepare(env, t, rec)) return false;
    send_again(env, t, rec, false);
    rs_sndq_probed(env->records, rec, env->now);
    return true;
}

void rs_recovery_sent(rs_env *env, rs_tcb *t, uint32_t rec)
{
    rs_congestion_sent(env, t, rec);
    if (rs_recovery_reduces(t)) rs_prr_sent(&t->loss.prr, 1);
}

/* A run of joined records becomes one. Returns its length. */
static uint32_t whole_burst(rs_env *env, rs_tcb *t, uint32_t rec)
{
    uint32_t len = rs_sndq_rec(env->records, rec)->len;
    for (uint32_t i = rec; rs_sndq_rec(env->records, i)->joined && rs_sndq_rec(env->records, i)->next != RS_NIL;) {
        rs_sndq_join(env->records, i, false);
        i = rs_sndq_rec(env->records, i)->next;
        len += rs_sndq_rec(env->records, i)->len;
    }
    rs_sndq_merge(env->records, &t->sndq, rec, len);
    return rs_sndq_rec(env->records, rec)->len;
}

void rs_resend_recut(rs_env *env, rs_tcb *t)
{
    uint32_t mss = rs_output_mss(env, t);
    for (uint32_t i = rs_sndq_first(&t->sndq); i != RS_NIL; i = rs_sndq_rec(env->records, i)->next) {
        if (!rs_sndq_rec(env->records, i)->lost) continue;
        for (uint32_t len = whole_burst(env, t, i); len > mss; len -= mss) {
            uint32_t rest = rs_sndq_split(env->records, &t->sndq, i, mss);
            if (rest == RS_NIL) return;
            rs_sndq_join(env->records, i, true);
            i = rest;
        }
    }
}

static uint32_t room(const rs_env *env, const rs_tcb *t)
{
    uint32_t inflight = rs_recovery_inflight(t), cwnd = t->cc.cwnd_segs;
    if (t->loss.ca_state == RS_CA_RECOVERY && rs_recovery_inflates(env, t)) return 1;
    return cwnd > inflight ? cwnd - inflight : 0;
}

/* Is the record the last one of a burst that goes again in one piece? */
static bool is_last(const rs_env *env, uint32_t rec, uint32_t left)
{
    const rs_sndrec *r = rs_sndq_rec(env->records, rec);
    if (left == 0 || !r->joined || r->next == RS_NIL) return true;
    const rs_sndrec *n = rs_sndq_rec(env->records, r->next);
    return !n->lost || n->retrans_out;
}

/* What went out in one burst goes again in one, PSH at its end, if the window allows it. */
static bool resend_burst(rs_env *env, rs_tcb *t, uint32_t rec, uint32_t segs)
{
    for (uint32_t n = 0, last = false; !last; n++) {
        if (!prepare(env, t, rec)) return false;
        last = is_last(env, rec, segs - n - 1);
        resend_one(env, t, rec, last && n > 0);
        if (last) rs_sndq_join(env->records, rec, false);
        rec = rs_sndq_rec(env->records, rec)->next;
    }
    return true;
}

void rs_recovery_resend(rs_env *env, rs_tcb *t)
{
    bool first = false;
    uint32_t most = rs_output_burst_segs(env, t);
    t->loss.resend = RS_RESEND_NONE;
    for (uint32_t segs; (segs = room(env, t)) > 0;) {
        if (rs_pacing_waits(env, t)) {
            t->loss.resend = RS_RESEND_LOST;
            break;
        }
        uint32_t rec = rs_sndq_next_lost(env->records, &t->sndq);
        if (rec == RS_NIL) break;
        first |= rec == rs_sndq_first(&t->sndq);
        if (resend_burst(env, t, rec, segs < most ? segs : most)) {
            rs_pacing_sent(env, t, t->snd.mss);
            continue;
        }
        if (t->output_pending) t->loss.resend = RS_RESEND_LOST;
        break;
    }
    if (first && t->loss.pending != RS_PENDING_REORDER && !rs_recovery_inflates(env, t)) rs_rto_start(env, t);
}

void rs_recovery_before_new(rs_env *env, rs_tcb *t)
{
    if (t->loss.resend == RS_RESEND_LOST) rs_recovery_resend(env, t);
}

void rs_recovery_after_new(rs_env *env, rs_tcb *t)
{
    if (t->loss.resend != RS_RESEND_AFTER_NEW) return;
    t->loss.resend = RS_RESEND_NONE;
    if (rs_seq_after(t->sndq.nxt, t->loss.recover)) return;
    t->loss.frto = false; /* nothing new could go: the conventional way */
    rs_recovery_resend(env, t);
}

/* --- the timer --------------------------------------------------------------------------------------------------- */

void rs_rto_start(rs_env *env, rs_tcb *t)
{
    t->loss.pending = RS_PENDING_RTO;
    t->at_rto = t->sndq.segs ? rs_tcb_after(env, rs_rto_timeout(&t->rto)) : RS_NEVER;
}

rs_dur rs_rto_left(const rs_env *env, const rs_tcb *t)
{
    rs_time sent = rs_sndq_rec(env->records, rs_sndq_first(&t->sndq))->last_sent;
    return rs_time_diff(rs_time_add(sent, rs_rto_timeout(&t->rto)), env->now);
}

void rs_rto_rearm(rs_env *env, rs_tcb *t)
{
    bool other = t->loss.pending != RS_PENDING_RTO && !rs_time_is_never(t->at_rto);
    rs_rto_start(env, t);
    if (other && t->sndq.segs) t->at_rto = rs_tcb_after(env, rs_dur_max(rs_rto_left(env, t), RS_US(1)));
}

void rs_arm_rto(rs_env *env, rs_tcb *t)
{
    if (t->sndq.segs && rs_tlp_arm(env, t, rs_rto_timeout(&t->rto))) return;
    rs_rto_rearm(env, t);
}
