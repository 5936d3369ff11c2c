/* A segment for a connection from SYN-RECEIVED on: the eight steps of RFC 9293 3.10.7.4 in their order.
 *
 * Steps one to four are here; they only judge. */
#include "step.h"

#include "../base/check.h"
#include "accurate.h"
#include "fastopen.h"
#include "state.h"
#include "tcp.h"

/* Linux: from what was acknowledged last to the edge of the window, both included. The small records that it keeps of
 * SYN-RECEIVED and TIME-WAIT ask for something new, or nothing at all at the edge. */
static bool within_borders(const rs_tcb *t, const rs_seg *s)
{
    rs_seq end = rs_seg_end(s), edge = rs_seq_add(t->rcvq.nxt, rs_rcv_wnd(t));
    if (t->state != RS_SYN_RECEIVED && t->state != RS_TIME_WAIT)
        return !rs_seq_before(end, t->rcv.acked) && !rs_seq_after(s->seq, edge);
    if (rs_seq_eq(s->seq, t->rcvq.nxt) || (rs_seq_eq(s->seq, edge) && rs_seq_eq(end, edge))) return true;
    return rs_seq_after(end, t->rcvq.nxt) && rs_seq_before(s->seq, edge);
}

/* With a closed window valid ACKs still count (3.10.7.4). They come from RCV.NXT, or from behind the byte that the peer
 * has probed with (3.8.6.1): if those were refused, two hosts that probe each other would answer each other's ACKs for
 * ever (A.2). Text at RCV.NXT is cut off below (MUST-66). */
static bool acceptable_when_closed(const rs_tcb *t, const rs_seg *s)
{
    if (rs_seq_eq(s->seq, t->rcvq.nxt)) return true;
    return rs_seg_len(s) == 0 && rs_seq_eq(s->seq, rs_seq_add(t->rcvq.nxt, 1)) && !(s->flags & RS_RST);
}

/* The four cases of the acceptability test. A peer whose text fills the window and was lost in part sends its pure ACKs
 * from behind the window: they are refused, but what it sends again acknowledges as well. */
static bool acceptable(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    uint32_t len = rs_seg_len(s), wnd = rs_rcv_wnd(t);
    if (env->cfg->quirks.window_borders_ok) return within_borders(t, s);
    if (wnd == 0) return acceptable_when_closed(t, s);
    if (rs_seq_inside(s->seq, t->rcvq.nxt, wnd)) return true;
    if (len == 0) return false;
    return rs_seq_inside(rs_seq_add(s->seq, len - 1), t->rcvq.nxt, wnd);
}

/* A FIN needs no memory: Linux takes one whose number is the first behind the window, behind text or in its order. */
static bool fin_at_edge(const rs_env *env, const rs_tcb *t, const rs_seg *s, rs_seq edge)
{
    if (!env->cfg->quirks.fin_at_edge_ok || (s->flags & (RS_FIN | RS_SYN)) != RS_FIN) return false;
    bool last = rs_seq_eq(rs_seq_add(s->seq, (uint32_t)s->text.len), edge);
    return last && (s->text.len > 0 || rs_seq_eq(s->seq, t->rcvq.nxt));
}

/* What lies in [RCV.NXT, RCV.NXT+RCV.WND), controls included. The segment is acceptable. */
static void trim(const rs_env *env, const rs_tcb *t, rs_arrival *a)
{
    const rs_seg *s = a->seg;
    rs_seq edge = rs_seq_add(t->rcvq.nxt, rs_rcv_wnd(t)), end = rs_seq_add(s->seq, rs_seg_len(s));
    bool fin = s->flags & RS_FIN;
    if (fin_at_edge(env, t, s, edge)) edge = rs_seq_add(edge, 1);
    bool whole = env->cfg->quirks.beyond_window_refused && s->text.len > 0 && rs_rcvq_ready(&t->rcvq) == 0;
    if (whole && rs_seq_before(s->seq, edge) && rs_rcv_wnd(t) > 0 && rs_seq_after(end, edge)) edge = end;
    a->syn = (s->flags & RS_SYN) && rs_seq_inside(s->seq, t->rcvq.nxt, rs_rcv_wnd(t));
    a->seq = s->flags & RS_SYN ? rs_seq_add(s->seq, 1) : s->seq;
    rs_trim r = rs_rcvq_trim(&(rs_trim_in){a->seq, (uint32_t)s->text.len, fin, t->rcvq.nxt, edge});
    a->len = r.len;
    a->fin = r.fin;
    a->old = r.old;
    a->edge = edge;
    a->cut_right = r.cut > 0 || (fin && !r.fin && !r.old);
}

/* A duplicate of the SYN that opened this connection lies left of the window; so does the SYN-ACK of a simultaneous
 * open, although figure 7 of RFC 9293 uses it (appendix A.2). */
static bool is_opening_syn(const rs_tcb *t, const rs_seg *s)
{
    return t->state == RS_SYN_RECEIVED && (s->flags & RS_SYN) && !(s->flags & RS_RST) && rs_seq_eq(s->seq, t->rcv.irs);
}

static rs_verdict judge_opening_syn(rs_env *env, rs_tcb *t, rs_arrival *a)
{
    const rs_quirks *q = &env->cfg->quirks;
    bool with_ack = a->seg->flags & RS_ACK;
    if (with_ack && !t->passive && q->simopen_synack_ok && rs_seq_eq(a->seg->ack, t->sndq.nxt)) {
        trim(env, t, a);
        if (q->crossed_syn_dsack && t->sack_on)
            rs_rcvq_note_dup(&t->rcvq, (rs_range){t->rcv.irs, rs_seq_add(t->rcv.irs, 1)});
        t->rcv.ack_now = true; /* its sender may not have our SYN-ACK: this ACK opens its side as well */
        return RS_GO_ON;
    }
    if (!with_ack && rs_accurate_is_mixed(env, t, a->seg)) return rs_say(RS_REFUSE, RS_WHY_SYN_ECN_MIXED);
    if (!with_ack && q->syn_dup_resends_synack) return rs_say(RS_ANSWER_SYN, RS_WHY_SYN_DUPLICATE);
    return rs_say(RS_ANSWER, RS_WHY_SYN_DUPLICATE);
}

/* An ACK that others overtook is not worth an answer, which its sender would take for a duplicate ACK. With the number
 * expected it may even count, when it tells nothing new and is not older than a timeout and a fifth. */
static rs_verdict judge_overtaken(const rs_tcb *t, const rs_seg *s)
{
    if (rs_seq_before(s->seq, t->rcvq.nxt)) return rs_say(RS_DISCARD, RS_WHY_PAWS);
    uint32_t wnd = (uint32_t)s->wnd << t->snd.wscale;
    bool same_wnd = rs_seq_eq(s->seq, t->snd.wl1) && wnd && wnd <= t->snd.wnd;
    int64_t age_us = (int64_t)(uint32_t)(t->ts.recent - s->opts.ts_val) * RS_TSTAMP_TICK_US;
    bool recent = age_us <= rs_rto_timeout(&t->rto).us * 6 / 5;
    if (!rs_seq_eq(s->seq, t->rcvq.nxt) || !rs_seq_eq(s->ack, t->sndq.una) || !same_wnd || !recent)
        return rs_say(RS_ANSWER, RS_WHY_PAWS);
    return RS_GO_ON;
}

/* RFC 7323 5.3 R1 and 3.2. A RST is never judged by its timestamp. */
static rs_verdict judge_timestamp(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    if (!t->ts.on || (s->flags & RS_RST)) return RS_GO_ON;
    if (!s->opts.has_ts) return env->cfg->quirks.accept_without_ts ? RS_GO_ON : rs_say(RS_DISCARD, RS_WHY_TS_MISSING);
    rs_paws_in in = {.now = env->now,
                     .ts_val = s->opts.ts_val,
                     .tolerance_ticks = env->cfg->quirks.paws_one_tick,
                     .idle = env->cfg->knobs.paws_idle};
    if (!rs_tstamp_is_old(&t->ts, &in)) return RS_GO_ON;
    bool pure = (s->flags & (RS_ACK | RS_SYN | RS_FIN)) == RS_ACK && s->text.len == 0;
    if (pure && env->cfg->quirks.paws_spares_pure_acks) return judge_overtaken(t, s);
    return rs_say(s->flags & RS_SYN ? RS_CHALLENGE : RS_ANSWER, RS_WHY_PAWS);
}

/* A half-open child of a listener is as good as no connection for who does not know its ISN. */
static bool acks_another_syn(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    bool embryo = t->state == RS_SYN_RECEIVED && t->passive && !t->fo.child && env->cfg->quirks.embryo_ack_first;
    return embryo && (s->flags & (RS_ACK | RS_RST)) == RS_ACK && !rs_seq_eq(s->ack, t->sndq.nxt);
}

/* The peer used the number of its FIN again (Linux). */
static bool resets_before_fin(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    bool fin_seen = rs_row(t->state)->fin_seen && t->state != RS_TIME_WAIT;
    return env->cfg->quirks.rst_before_fin_ok && fin_seen && rs_seq_eq(s->seq, rs_seq_sub(t->rcvq.nxt, 1));
}

/* Two hosts that have both filled the other's window and more, by a window that was told late, refuse each other's ACKs
 * until a user reads. They answer, and so are alive (MUST-37); an ACK of what is out says the same while our window is
 * open, and was filled to its edge. */
static void hear_refused(const rs_env *env, rs_tcb *t, const rs_seg *s)
{
    bool ack = s->flags & RS_ACK && !rs_seq_before(s->ack, t->sndq.una) && !rs_seq_after(s->ack, t->sndq.nxt);
    if (!ack || env->cfg->quirks.window_borders_ok) return;
    if (rs_rcv_wnd(t) == 0) t->stat.ack_recv = env->now;
    if (rs_seq_after(s->ack, t->sndq.una)) t->stat.news_refused = env->now;
}

static rs_verdict check_sequence(rs_env *env, rs_tcb *t, rs_arrival *a)
{
    const rs_seg *s = a->seg;
    if (acks_another_syn(env, t, s)) return rs_say(RS_ANSWER_RESET, RS_WHY_ACK_IN_SYN_RECEIVED);
    rs_verdict v = judge_timestamp(env, t, s);
    if (v.kind != RS_PROCEED) return v;
    if (is_opening_syn(t, s)) return judge_opening_syn(env, t, a);
    if (!acceptable(env, t, s)) {
        hear_refused(env, t, s);
        if (!(s->flags & RS_RST)) return rs_say(RS_ANSWER, RS_WHY_SEQ_OUTSIDE_WINDOW);
        if (resets_before_fin(env, t, s)) return rs_say(RS_RESET_TAKEN, RS_WHY_RESET);
        return rs_say(RS_DISCARD, RS_WHY_RST_OUTSIDE_WINDOW);
    }
    trim(env, t, a);
    if (a->cut_right && env->cfg->quirks.beyond_window_refused && !(s->flags & (RS_RST | RS_SYN)) &&
        rs_rcvq_ready(&t->rcvq) > 0)
        return rs_say(RS_ANSWER, RS_WHY_SEQ_BEYOND_WINDOW);
    return RS_GO_ON;
}

static bool at_sack_edge(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    rs_seq edge;
    return t->sack_on && rs_rcvq_newest_edge(env->records, &t->rcvq, &edge) && rs_seq_eq(edge, s->seq);
}

/* RFC 5961 section 3: only a RST exactly at RCV.NXT counts. */
static rs_verdict check_rst(rs_env *env, rs_tcb *t, rs_arrival *a)
{
    if (!(a->seg->flags & RS_RST)) return RS_GO_ON;
    bool exact = rs_seq_eq(a->seg->seq, t->rcvq.nxt) || resets_before_fin(env, t, a->seg);
    if (t->state == RS_TIME_WAIT) {
        if (exact && !env->cfg->knobs.rfc1337) return rs_say(RS_RESET_TAKEN, RS_WHY_RESET);
        if (exact || env->cfg->quirks.tw_rst_unchallenged) return rs_say(RS_DISCARD, RS_WHY_RST_IN_TIME_WAIT);
    }
    if (!exact && env->cfg->quirks.rst_at_sack_edge) exact = at_sack_edge(env, t, a->seg);
    if (!exact) {
        rs_fo_odd_reset(env, t);
        return rs_say(RS_CHALLENGE, RS_WHY_RST_CHALLENGED);
    }
    if (t->state == RS_SYN_RECEIVED && t->passive && !t->fo.child) return rs_say(RS_UNDO_OPEN, RS_WHY_RESET);
    return rs_say(RS_RESET_TAKEN, RS_WHY_RESET);
}

/* Hosts without multilevel security ignore security and compartment (RFC 9293 A.1.2). */
static rs_verdict check_security(rs_env *env, rs_tcb *t, rs_arrival *a)
{
    (void)env, (void)t, (void)a;
    return RS_GO_ON;
}

/* RFC 5961 section 4: a SYN never ends a synchronized connection, wherever it lies. */
static rs_verdict check_syn(rs_env *env, rs_tcb *t, rs_arrival *a)
{
    if (!(a->seg->flags & RS_SYN)) return RS_GO_ON;
    if (t->state != RS_SYN_RECEIVED) return rs_say(RS_CHALLENGE, RS_WHY_SYN_CHALLENGED);
    if (!a->syn) return RS_GO_ON;
    if (t->passive && !t->fo.child)
        return rs_say(env->cfg->quirks.embryo_syn_refused ? RS_REFUSE : RS_UNDO_OPEN, RS_WHY_SYN_IN_SYN_RECEIVED);
    return rs_say(RS_CHALLENGE, RS_WHY_SYN_CHALLENGED);
}

/* Does this SYN prove to be younger than the connection in TIME-WAIT? By timestamp if both have one, else by sequence
 * number (RFC 6191 section 2, RFC 9293 3.6.1 MAY-2 and SHLD-4). */
static bool starts_new_incarnation(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    bool later = rs_seq_after(s->seq, t->rcvq.nxt);
    if (!t->ts.on) return later || (s->opts.has_ts && !env->cfg->quirks.tw_new_ts_proves_nothing);
    if (!s->opts.has_ts) return later;
    int32_t age = (int32_t)(s->opts.ts_val - t->ts.recent);
    return age > 0 || (age == 0 && later);
}

static const struct {
    rs_step *run;
    const char *rfc;
} steps[] = {
    {check_sequence, "9293 3.10.7.4 first"}, {check_rst, "9293 3.10.7.4 second"},
    {check_security, "9293 3.10.7.4 third"}, {check_syn, "9293 3.10.7.4 fourth"},
    {rs_take_ack, "9293 3.10.7.4 fifth"},    {rs_take_urg, "9293 3.10.7.4 sixth"},
    {rs_take_text, "9293 3.10.7.4 seventh"}, {rs_take_fin, "9293 3.10.7.4 eighth"},
};
_Static_assert(sizeof steps / sizeof steps[0] == 8, "RFC 9293 3.10.7.4 has eight steps");

rs_verdict rs_input_sync(rs_env *env, rs_tcb *t, const rs_seg *seg, bool may_reopen)
{
    if (may_reopen && t->state == RS_TIME_WAIT && (seg->flags & (RS_SYN | RS_RST | RS_ACK)) == RS_SYN &&
        starts_new_incarnation(env, t, seg))
        return rs_say(RS_REOPEN, RS_WHY_NONE);
    rs_arrival a = {.seg = seg};
    for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        rs_verdict v = steps[i].run(env, t, &a);
        if (v.kind != RS_PROCEED) return v;
    }
    return RS_GO_ON;
}
