/* What an ACK reports: SACK blocks (RFC 2018), duplicates (D-SACK, RFC 2883), and the acknowledgment number. Each
 * record is looked at once when it is first reported: that is when it was delivered. */
#include "../base/time.h"
#include "recovery.h"

void rs_ack_look(const rs_tcb *t, const rs_seg *s, rs_ack_facts *f)
{
    *f = (rs_ack_facts){.seg = s,
                        .una = t->sndq.una,
                        .fack = rs_sack_highest(t),
                        .segs = t->sndq.segs,
                        .inflight = rs_recovery_inflight(t),
                        .delivered = t->stat.delivered,
                        .lost = t->loss.lost,
                        .wnd = t->snd.wnd,
                        .late = t->sndq.nxt,
                        .rtt = {-1},
                        .ece = rs_ecn_is_echo(&t->ecn, s->flags),
                        .text = rs_seg_len(s) > 0,
                        .advanced = rs_seq_after(s->ack, t->sndq.una)};
    f->acked = f->advanced ? s->ack : t->sndq.una;
}

rs_seq rs_sack_highest(const rs_tcb *t)
{
    return t->sndq.sacked_segs ? t->loss.fack : t->sndq.una;
}

void rs_sack_reordered(rs_env *env, rs_tcb *t, rs_seq seq)
{
    rs_seq high = rs_sack_highest(t);
    if (!rs_seq_before(seq, high)) return;
    int most = env->cfg->knobs.max_reordering;
    rs_reorder_late(&t->loss.reorder, rs_seq_dist(seq, high),
                    &(rs_reorder_limits){t->snd.mss, (uint32_t)(most > 0 ? most : 1)});
}

/* --- a record is reported ---------------------------------------------------------------------------------------- */

/* The time when the newest of them was sent is remembered: delivery rates are reckoned from it. */
static void note_newest(rs_ack_facts *f, const rs_sndrec *r)
{
    rs_seq end = rs_sndrec_end(r);
    bool newer = !f->stamped || rs_time_before(f->newest_sent, r->last_sent) ||
                 (rs_time_eq(f->newest_sent, r->last_sent) && rs_seq_after(end, f->newest_end));
    if (!newer) return;
    f->stamped = true;
    f->sent_delivered = r->stamp.delivered;
    f->stamp = r->stamp;
    f->resent = r->ever_retrans;
    f->newest_sent = r->last_sent;
    f->newest_end = end;
}

/* RACK hears of it. */
static void rack_hears(rs_env *env, rs_tcb *t, const rs_sndrec *r)
{
    rs_rack_on_delivered(&t->loss.rack, &(rs_rack_delivery){.now = env->now,
                                                            .sent = r->last_sent,
                                                            .end = rs_sndrec_end(r),
                                                            .min_rtt = t->rto.min_rtt,
                                                            .retransmitted = r->ever_retrans});
}

static bool is_before_recover(const rs_tcb *t, const rs_sndrec *r)
{
    return !rs_seq_after(rs_sndrec_end(r), t->loss.recover);
}

static void sack_news(rs_env *env, rs_tcb *t, rs_ack_facts *f, uint32_t rec)
{
    const rs_sndrec *r = rs_sndq_rec(env->records, rec);
    rack_hears(env, t, r);
    note_newest(f, r);
    if (!r->ever_retrans) {
        if (rs_seq_before(r->seq, rs_sack_highest(t)) && rs_seq_before(r->seq, f->late)) f->late = r->seq;
        if (is_before_recover(t, r)) f->original = true;
        if (!f->has_sacked) f->first_sacked = r->last_sent;
        f->last_sacked = r->last_sent;
        f->has_sacked = true;
    }
    rs_seq end = rs_sndrec_end(r);
    if (!t->sndq.sacked_segs || rs_seq_after(end, t->loss.fack)) t->loss.fack = end;
    rs_sndq_sack(env->records, &t->sndq, rec);
    t->stat.delivered++;
    f->sacked = true;
}

static void sack_record(rs_env *env, rs_tcb *t, rs_ack_facts *f, uint32_t rec, bool dup)
{
    const rs_sndrec *r = rs_sndq_rec(env->records, rec);
    if (dup && r->ever_retrans) {
        rs_undo_duplicate(&t->loss.undo, rs_sndrec_end(r), 1);
        if (r->sacked && rs_seq_before(r->seq, f->late)) f->late = r->seq;
    }
    if (rs_seq_before_eq(rs_sndrec_end(r), f->acked)) return; /* about to leave */
    if (!r->sacked) sack_news(env, t, f, rec);
    if (dup) rs_sndq_arrived_twice(env->records, &t->sndq, rec);
}

/* The records that lie wholly in the block. Its edges cut bursts: what lies inside does not go again with what lies
 * outside. */
static void sack_block(rs_env *env, rs_tcb *t, rs_ack_facts *f, rs_range b, bool dup)
{
    uint32_t before = RS_NIL;
    bool inside = false;
    for (uint32_t i = rs_sndq_first(&t->sndq); i != RS_NIL; i = rs_sndq_rec(env->records, i)->next) {
        const rs_sndrec *r = rs_sndq_rec(env->records, i);
        bool was = inside;
        inside = !rs_seq_before(r->seq, b.start) && rs_seq_before_eq(rs_sndrec_end(r), b.end);
        if (inside != was && before != RS_NIL) rs_sndq_join(env->records, before, false);
        if (!inside && was) return;
        if (inside) sack_record(env, t, f, i, dup);
        before = i;
    }
}

/* --- the blocks -------------------------------------------------------------------------------------------------- */

/* A report of a duplicate, longer than what one window can hold, or more of them than ever went twice, is no evidence
 * (RFC 2883 5 warns of replicated packets). Returns how many segments it tells of. */
static uint32_t dsack_segs(rs_tcb *t, rs_ack_facts *f, rs_range b)
{
    if (!rs_seq_before(b.start, b.end)) return 0;
    uint32_t len = rs_seq_dist(b.start, b.end), segs = 1;
    if (len > t->snd.max_wnd) return 0;
    bool probe = t->loss.probe_out && rs_seq_eq(t->loss.probe_end, b.end);
    if (len > t->snd.mss) segs = (len + t->snd.mss - 1) / t->snd.mss;
    else if (probe) f->dsack_probe = true;
    t->stat.dsack_dups += segs;
    if (t->stat.dsack_dups > t->stat.total_retrans) return 0;
    if (t->loss.reorder.seen && !f->dsack_probe) t->loss.rack.dsack_seen = true;
    f->dsack = true;
    t->stat.delivered += segs;
    return segs;
}

/* RFC 2883 4: the first block lies below the acknowledgment number, or inside the second. */
static bool take_dsack(rs_tcb *t, rs_ack_facts *f)
{
    const rs_opts *o = &f->seg->opts;
    rs_range b = o->sack[0];
    if (!rs_seq_before(b.start, f->seg->ack)) {
        if (o->sack_count < 2) return false;
        if (rs_seq_after(b.end, o->sack[1].end) || rs_seq_before(b.start, o->sack[1].start)) return false;
    }
    uint32_t segs = dsack_segs(t, f, b);
    if (!segs) return false;
    if (!rs_seq_after(b.end, f->una)) rs_undo_duplicate(&t->loss.undo, b.end, segs);
    return true;
}

/* Blocks of what is out. One below SND.UNA is of use only when it reports a duplicate since the reduction began. */
static bool is_valid(const rs_tcb *t, const rs_ack_facts *f, rs_range b, bool dsack)
{
    const rs_undo *u = &t->loss.undo;
    if (!rs_seq_before(b.start, b.end) || rs_seq_after(b.end, t->sndq.nxt)) return false;
    if (!rs_seq_before(b.start, t->sndq.nxt)) return false;
    if (rs_seq_after(b.start, f->acked)) return true;
    if (!dsack || !u->on || rs_seq_after(b.end, f->acked)) return false;
    if (!rs_seq_before(b.start, u->marker)) return true;
    if (!rs_seq_after(b.end, u->marker)) return false;
    return !rs_seq_before(b.start, rs_seq_sub(b.end, t->snd.max_wnd));
}

void rs_sack_take(rs_env *env, rs_tcb *t, rs_ack_facts *f)
{
    const rs_opts *o = &f->seg->opts;
    if (!t->sack_on || !o->sack_count) return;
    bool dsack = take_dsack(t, f);
    for (unsigned i = 0; i < o->sack_count && t->sndq.segs; i++) {
        bool dup = dsack && i == 0;
        if (!is_valid(t, f, o->sack[i], dup) || !rs_seq_after(o->sack[i].end, f->una)) continue;
        sack_block(env, t, f, o->sack[i], dup);
    }
    bool believed = t->loss.ca_state != RS_CA_LOSS || t->loss.undo.on;
    if (believed && t->sndq.segs) rs_sack_reordered(env, t, f->late);
}

/* --- the acknowledgment number ----------------------------------------------------------------------------------- */

/* RFC 8985 6.2 step 2: the echo is older than this transmission, so the ACK is of an earlier one. */
static bool echo_is_of_an_earlier_one(const rs_tcb *t, const rs_ack_facts *f, const rs_sndrec *r)
{
    const rs_opts *o = &f->seg->opts;
    if (!r->ever_retrans || !t->ts.on || !o->has_ts || !o->ts_ecr) return false;
    return rs_ts_before(o->ts_ecr, rs_tstamp_val(&t->ts, r->last_sent));
}

/* An echo of our first SYN, although it went again: the timeout was too early (RFC 3522 3.2). */
static void ack_syn(const rs_env *env, rs_tcb *t, rs_ack_facts *f, const rs_sndrec *r)
{
    const rs_opts *o = &f->seg->opts;
    f->syn_acked = true;
    if (!env->cfg->knobs.undo || !r->ever_retrans || !t->ts.on || !o->has_ts) return;
    t->loss.syn_spurious = o->ts_ecr == rs_tstamp_val(&t->ts, r->first_sent);
}

static void ack_record(rs_env *env, rs_tcb *t, rs_ack_facts *f, const rs_sndrec *r)
{
    /* The handshake's round trip is no measure of data's: a peer may sit on the last of it. */
    bool syn_ack = (r->flags & RS_SYN) && t->passive;
    if (r->ever_retrans) {
        /* Karn: which SYN-ACK is answered is not known; text of Fast Open that went once behind it is a sample. */
        if (!syn_ack) f->retrans_acked = true;
    } else if (!r->sacked) {
        if (!f->has_acked) f->first_acked = r->last_sent;
        f->last_acked = r->last_sent;
        f->has_acked = true;
        if (is_before_recover(t, r)) f->original = true;
    }
    if (!r->sacked && t->sack_on) {
        t->stat.delivered++;
        if (!syn_ack && !echo_is_of_an_earlier_one(t, f, r)) rack_hears(env, t, r);
    }
    if (!r->sacked && !syn_ack) note_newest(f, r);
    if (r->flags & RS_SYN) ack_syn(env, t, f, r);
    else f->data_acked = true;
}

void rs_ack_take(rs_env *env, rs_tcb *t, rs_ack_facts *f)
{
    rs_seq late = t->sndq.nxt;
    if (!f->advanced) return;
    for (uint32_t i = rs_sndq_first(&t->sndq); i != RS_NIL; i = rs_sndq_rec(env->records, i)->next) {
        const rs_sndrec *r = rs_sndq_rec(env->records, i);
        if (rs_seq_after(rs_sndrec_end(r), f->acked)) break;
        if (!r->ever_retrans && !r->sacked && rs_seq_before(r->seq, late)) late = r->seq;
        ack_record(env, t, f, r);
    }
    f->got = rs_sndq_ack(env->blocks, env->records, &t->sndq, f->acked);
    uint32_t first = rs_sndq_first(&t->sndq);
    f->reneged = first != RS_NIL && rs_sndq_rec(env->records, first)->sacked;
    if (f->syn_acked) t->loss.undo.has_first = false;
    f->set_timer = f->got.segs || !env->cfg->quirks.part_keeps_timer; /* RFC 6298 5.3: any new data */
    if (!f->got.segs) return;
    if (t->sack_on) {
        if (rs_seq_before(late, f->fack)) rs_sack_reordered(env, t, late);
        return;
    }
    /* Without SACK nothing says which of the segments that went twice has arrived. */
    if (f->retrans_acked) f->original = false;
    rs_detect_covered(env, t, f->got.segs);
}
