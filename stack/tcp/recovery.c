/* Loss recovery without SACK-based detection: RFC 5681 3.2, RFC 6582, RFC 3042.
 *
 *   OPEN --dup ACK--> DISORDER --third dup ACK--> RECOVERY --ACK >= recover--> OPEN
 *     \---------------------- RTO ------------------> LOSS --ACK >= recover--> OPEN
 *
 * DISORDER: each of the first two duplicate ACKs lets one new segment out (limited transmit). RECOVERY: the first
 * segment goes again, every partial ACK sends the next one, further duplicates inflate the window. LOSS: everything is
 * lost; slow start sends it again in order. */
#include "recovery.h"

#include "../base/time.h"
#include "build.h"
#include "output.h"
#include "state.h"
#include "trace.h"

enum { LIMITED_TRANSMIT_SEGS = 2 };

static void tell_cwnd(rs_env *env, const rs_tcb *t, const char *why)
{
    rs_trace_tell(env, t, &(rs_event){.kind = RS_EV_CWND, .a = t->cc.cwnd_segs, .b = t->cc.ssthresh_segs, .why = why});
}

/* In the last round, by RFC 7661's idea in the way Linux does it. */
bool rs_recovery_cwnd_limited(const rs_env *env, const rs_tcb *t)
{
    if (!env->cfg->quirks.cwnd_limited_growth || t->snd.cwnd_limited) return true;
    return rs_cc_in_slow_start(&t->cc) && t->cc.cwnd_segs < 2 * t->snd.max_out;
}

/* Segments that this ACK newly reports as delivered. Without SACK each duplicate ACK has reported one already. */
static uint32_t newly_delivered(const rs_tcb *t, const rs_sndq_acked *got)
{
    if (t->sack_on) return got->new_segs;
    if (got->segs > t->loss.dup_acks) return got->segs - t->loss.dup_acks;
    return got->segs ? 1 : 0;
}

static void grow(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    uint32_t delivered = newly_delivered(t, f->got);
    rs_cc_on_ack(&t->cc, &(rs_cc_ack){.now = env->now,
                                      .acked_bytes = f->got->bytes,
                                      .acked_segs = delivered,
                                      .inflight_segs = f->inflight_before,
                                      .mss = t->snd.mss,
                                      .cwnd_limited = rs_recovery_cwnd_limited(env, t),
                                      .srtt = rs_rto_srtt(&t->rto)});
    tell_cwnd(env, t, "ack");
}

static void leave(rs_env *env, rs_tcb *t)
{
    if (t->loss.ca_state == RS_CA_RECOVERY)
        rs_cc_on_exit_recovery(&t->cc, &(rs_cc_exit){env->now, rs_sndq_flight(&t->sndq), t->snd.mss});
    t->loss.ca_state = RS_CA_OPEN;
    t->loss.has_recover = true;
    t->snd.used_since = env->now;
    tell_cwnd(env, t, "recovered");
}

static void lose_first(rs_env *env, rs_tcb *t)
{
    uint32_t first = rs_sndq_first(&t->sndq);
    if (first != RS_NIL) rs_sndq_lose(env->records, &t->sndq, first);
}

/* FlightSize without what limited transmit sent beyond the window: that must not count (RFC 5681 3.2 step 2). */
static uint32_t flight_in_window(const rs_tcb *t)
{
    uint64_t window = rs_cc_bytes(&t->cc, t->snd.mss);
    uint32_t flight = rs_sndq_flight(&t->sndq);
    return flight < window ? flight : (uint32_t)window;
}

static void enter_recovery(rs_env *env, rs_tcb *t)
{
    rs_cc_on_enter_recovery(&t->cc, &(rs_cc_loss){.now = env->now,
                                                  .flight_bytes = flight_in_window(t),
                                                  .inflight_segs = t->sndq.segs,
                                                  .mss = t->snd.mss,
                                                  .dup_acks = t->loss.dup_acks});
    t->loss.ca_state = RS_CA_RECOVERY;
    t->loss.recover = t->sndq.nxt;
    t->loss.partial_seen = false;
    lose_first(env, t);
    tell_cwnd(env, t, "fast retransmit");
}

/* RFC 6582 3.2 step 1: duplicates of what was sent in an earlier recovery do not start another one. */
static bool may_enter_recovery(const rs_env *env, const rs_tcb *t, bool sack_news)
{
    uint32_t threshold = env->cfg->knobs.reordering > 0 ? (uint32_t)env->cfg->knobs.reordering : 3;
    if (t->loss.dup_acks < threshold) return false;
    return sack_news || !t->loss.has_recover || rs_seq_after(t->sndq.una, t->loss.recover);
}

static void on_duplicate(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    t->loss.dup_acks++;
    if (t->loss.ca_state == RS_CA_LOSS) return;
    if (t->loss.ca_state == RS_CA_RECOVERY) {
        rs_cc_on_dup_ack(&t->cc, env->now);
        return;
    }
    t->loss.ca_state = RS_CA_DISORDER;
    if (may_enter_recovery(env, t, f->sack_news)) enter_recovery(env, t);
}

/* RFC 6582 3.2 step 3: the next hole starts at SND.UNA. */
static void on_partial(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    rs_cc_on_partial_ack(&t->cc, &(rs_cc_partial){env->now, f->got->bytes, t->snd.mss});
    lose_first(env, t);
    tell_cwnd(env, t, "partial ack");
}

static void on_new(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    bool covered = !rs_seq_before(t->sndq.una, t->loss.recover);
    switch (t->loss.ca_state) {
    case RS_CA_RECOVERY:
        if (covered) leave(env, t);
        else on_partial(env, t, f);
        break;
    case RS_CA_LOSS:
        grow(env, t, f);
        if (covered) leave(env, t);
        break;
    default: t->loss.ca_state = RS_CA_OPEN; grow(env, t, f);
    }
    t->loss.dup_acks = 0;
    t->loss.timeouts = 0;
    if (rs_seq_after(t->sndq.una, t->loss.recover)) t->loss.has_recover = false;
    if (!rs_seq_before(t->sndq.una, t->snd.round_end)) {
        t->snd.round_end = t->sndq.nxt;
        t->snd.max_out = f->segs_before;
    }
}

void rs_recovery_on_ack(rs_env *env, rs_tcb *t, const rs_ack_facts *f)
{
    t->stat.delivered += f->got->new_segs;
    rs_tlp_on_ack(t);
    if (f->got->segs || f->got->bytes) on_new(env, t, f);
    else if (f->duplicate) on_duplicate(env, t, f);
}

void rs_recovery_on_rto(rs_env *env, rs_tcb *t)
{
    bool again = t->loss.ca_state == RS_CA_LOSS && t->loss.timeouts > 0;
    /* The first segment cannot be SACKed and unacknowledged: the receiver has thrown away what it had reported (RFC
     * 2018 section 8). */
    if (rs_sndq_rec(env->records, rs_sndq_first(&t->sndq))->sacked) rs_sndq_unsack_all(env->records, &t->sndq);
    rs_sndq_lose_all(env->records, &t->sndq);
    rs_cc_on_rto(&t->cc, &(rs_cc_loss){.now = env->now,
                                       .flight_bytes = rs_sndq_flight(&t->sndq),
                                       .inflight_segs = rs_sndq_inflight(&t->sndq),
                                       .mss = t->snd.mss,
                                       .dup_acks = t->loss.dup_acks,
                                       .nxt = t->sndq.nxt,
                                       .again = again});
    t->loss.ca_state = RS_CA_LOSS;
    t->loss.recover = t->sndq.nxt;
    t->loss.has_recover = true;
    t->loss.dup_acks = 0;
    t->loss.tlp_out = false;
    tell_cwnd(env, t, "timeout");
}

void rs_recovery_on_too_big(rs_env *env, rs_tcb *t)
{
    bool any = false;
    for (uint32_t i = rs_sndq_first(&t->sndq); i != RS_NIL; i = rs_sndq_rec(env->records, i)->next) {
        const rs_sndrec *r = rs_sndq_rec(env->records, i);
        if (r->len <= t->snd.mss || r->sacked) continue;
        rs_sndq_lose(env->records, &t->sndq, i);
        any = true;
    }
    if (!any) return;
    if (t->loss.ca_state < RS_CA_RECOVERY) {
        t->loss.ca_state = RS_CA_LOSS;
        t->loss.recover = t->sndq.nxt;
    }
    rs_recovery_resend(env, t);
    rs_arm_rto(env, t); /* an expiry that was due for the big ones would come too early for the small ones */
}

void rs_recovery_on_refused(rs_env *env, rs_tcb *t)
{
    rs_sndq_lose_all(env->records, &t->sndq);
    t->loss.ca_state = RS_CA_LOSS;
    t->loss.recover = t->sndq.nxt;
    rs_recovery_resend(env, t);
    rs_arm_rto(env, t);
}

void rs_recovery_resend(rs_env *env, rs_tcb *t)
{
    if (t->loss.ca_state < RS_CA_RECOVERY) return;
    for (;;) {
        if (t->loss.ca_state == RS_CA_LOSS && rs_sndq_inflight(&t->sndq) >= t->cc.cwnd_segs) return;
        uint32_t rec = rs_sndq_next_lost(env->records, &t->sndq);
        if (rec == RS_NIL || !rs_retransmit(env, t, rec)) return;
    }
}

uint32_t rs_recovery_quota(const rs_tcb *t)
{
    uint32_t out = t->sndq.segs - rs_tcb_syn_ack_out(t), cwnd = t->cc.cwnd_segs;
    if (t->loss.ca_state == RS_CA_LOSS) out = rs_sndq_inflight(&t->sndq);
    if (t->loss.ca_state == RS_CA_DISORDER)
        cwnd += t->loss.dup_acks < LIMITED_TRANSMIT_SEGS ? t->loss.dup_acks : LIMITED_TRANSMIT_SEGS;
    return cwnd > out ? cwnd - out : 0;
}

/* A record goes again as one segment: cut to the MSS of now and to what a shrunken window leaves (SHLD-16), or joined
 * by small neighbours. */
static bool fit(rs_env *env, rs_tcb *t, uint32_t rec)
{
    const rs_sndrec *r = rs_sndq_rec(env->records, rec);
    uint32_t max = rs_output_mss(env, t);
    rs_seq edge = rs_seq_add(t->sndq.una, t->snd.wnd);
    bool first = rec == rs_sndq_first(&t->sndq);
    if (t->was_open && !rs_seq_before(r->seq, edge) && !first) return false;
    if (rs_seq_before(r->seq, edge) && rs_seq_dist(r->seq, edge) < max) max = rs_seq_dist(r->seq, edge);
    if (r->len > max) return rs_sndq_split(env->records, &t->sndq, rec, max) != RS_NIL;
    if (env->cfg->quirks.retransmit_collapse && r->len && r->len < max) rs_sndq_merge(env->records, &t->sndq, rec, max);
    return true;
}

bool rs_retransmit(rs_env *env, rs_tcb *t, uint32_t rec)
{
    if (!rs_outbox_has_room(env->out)) {
        t->output_pending = true;
        return false;
    }
    if (!fit(env, t, rec)) return false;
    const rs_sndrec *r = rs_sndq_rec(env->records, rec);
    uint16_t flags = r->flags;
    if (!(flags & RS_SYN) || t->state != RS_SYN_SENT) flags |= RS_ACK;
    rs_build_segment(env, t, &(rs_build){.seq = r->seq, .flags = flags, .text_len = r->len});
    t->stat.total_retrans++;
    t->stat.bytes_retrans += r->len;
    env->count->retransmits++;
    rs_trace_tell(env, t, &(rs_event){.kind = RS_EV_RETRANSMIT, .a = rs_seq_dist(t->snd.iss, r->seq), .b = r->len});
    rs_sndq_resent(env->records, &t->sndq, rec, env->now);
    return true;
}
