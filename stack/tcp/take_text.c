/* Step seven: the text (RFC 9293 3.10.7.4 seventh). The receive queue trims, orders and keeps; here is decided whether
 * text is wanted at all and when it is acknowledged. A FIN goes into the queue with its text, because it may lie beyond
 * a gap. */
#include "../base/time.h"
#include "build.h"
#include "rcvbuf.h"
#include "state.h"
#include "step.h"
#include "tell.h"

enum { LARGE = 536, SMALL = 88 };

/* Could a segment of this size be a full one? It is as large as any has to be able to send, or of a middle size and not
 * the end of anything. */
static bool may_be_full(const rs_tcb *t, const rs_seg *s)
{
    uint32_t head = t->ts.on ? RS_TSTAMP_OPTION_BYTES : 0, len = (uint32_t)s->text.len + head;
    return len >= LARGE || (len >= SMALL && !(s->flags & (RS_PSH | RS_FIN | RS_URG)));
}

/* What the peer's segments carry: the largest seen, up to what we announced; Linux believes two smaller ones of one
 * size in a row as well. */
static void measure_mss(const rs_env *env, rs_tcb *t, const rs_seg *s)
{
    uint32_t most = t->rcv.adv_mss, len = (uint32_t)s->text.len;
    uint16_t last = t->rcv.last_len;
    t->rcv.last_len = 0;
    if (!t->was_open) return; /* the estimate begins with the connection */
    if (len >= t->rcv.mss) {
        if (len != t->rcv.mss) rs_rcvbuf_new_mss(t, s);
        t->rcv.mss = (uint16_t)(len < most ? len : most);
    } else if (env->cfg->quirks.rcv_mss_from_pairs && may_be_full(t, s)) {
        t->rcv.last_len = (uint16_t)len;
        if (len == last) t->rcv.mss = (uint16_t)len;
    }
}

/* Text for a user who has closed, or shut both directions, is lost: the peer has to know (MAY-1, SHLD-3). */
static bool nobody_reads(const rs_tcb *t, const rs_arrival *a)
{
    return a->len > 0 && rs_row(t->state)->fin_queued && (t->closed || t->rcv.shut);
}

/* What the ECN bits say. True: the ACK should not wait, because the peer's window may be very small. A mark counts on
 * text that is taken (RFC 3168 6.1.5); CWR ends the echo, and a mark beside it begins the next one. */
static bool hear_marks(rs_tcb *t, const rs_seg *s, const rs_rcvq_took *took)
{
    bool soon = t->ecn.on && (s->flags & RS_CWR);
    if (!took->new_bytes && !took->ooo_bytes) return soon;
    if (rs_cc_algo_of(&t->cc)->wants_marks) return soon;
    return rs_ecn_on_data(&t->ecn, s->tos & RS_IP_ECN) == RS_ECN_ACK_SOON || soon;
}

/* RFC 8257 3.2: the sender counts marks, so an ACK must not cover marked and unmarked text alike. Before the text is
 * taken. */
static void echo_each_mark(rs_env *env, rs_tcb *t, const rs_arrival *a)
{
    uint8_t ip = a->seg->tos & RS_IP_ECN;
    if (!rs_cc_algo_of(&t->cc)->wants_marks || !a->len) return;
    bool changes = rs_ecn_changes(&t->ecn, ip);
    if (changes && !rs_time_is_never(t->delack.deadline)) rs_send_ack(env, t);
    if (changes) t->rcv.ack_now = true;
    rs_ecn_echo_exactly(&t->ecn, ip);
}

/* A twentieth of the round trip, by whichever end knows it shorter. */
static rs_dur merge_delay(const rs_env *env, const rs_tcb *t)
{
    enum { PART = 20 };
    int64_t rtt = t->drs.rtt8_us / 8, srtt = rs_rto_srtt(&t->rto).us;
    if (srtt > 0 && srtt < rtt) rtt = srtt;
    return rs_dur_min(RS_US(rtt / PART), RS_US(env->cfg->knobs.comp_sack_delay_ns / 1000));
}

static void schedule_ack(rs_env *env, rs_tcb *t, const rs_rcvq_took *took, const rs_seg *s, bool grew)
{
    bool marked = hear_marks(t, s, took);
    bool again = took->dup_bytes && !(took->new_bytes && env->cfg->quirks.quickack); /* Linux: new bytes can wait */
    bool fin_waits = took->fin && t->state == RS_ESTABLISHED && env->cfg->quirks.fin_ack_delayed;
    rs_rcvwnd_now now = rs_rcvbuf_now(t);
    uint32_t low = t->opts.rcvlowat ? t->opts.rcvlowat : 1;
    uint32_t unacked = rs_seq_dist(t->rcv.acked, t->rcvq.nxt);
    /* Linux looks whether the window could move before it asks for haste, and there is none while memory is short. */
    if (unacked > t->rcv.mss && rs_rcvq_ready(&t->rcvq) >= low && rs_rcvwnd_is_tight(&t->wnd, now.held))
        rs_delack_no_haste(&t->delack);
    bool merges = took->beyond_gap && t->sack_on && env->cfg->knobs.comp_sack_nr > 0 && env->cfg->quirks.quickack;
    rs_delack_data d = {.now = env->now,
                        .unacked_bytes = unacked,
                        .rcv_mss = t->rcv.mss,
                        .rcv_wnd = t->wnd.wnd,
                        .must_ack = (took->beyond_gap && !merges) || took->filled || (took->fin && !fin_waits) ||
                                    again || took->refused_bytes || marked || env->cfg->knobs.route.quickack,
                        .len = (uint32_t)s->text.len,
                        .push = s->flags & RS_PSH,
                        .window_grew = grew,
                        .fin_waits = fin_waits,
                        .window_moves = rs_rcvq_ready(&t->rcvq) < low || rs_rcvwnd_moves(&t->wnd, &now),
                        .gap = merges,
                        .merge = {t->rcvq.nxt, (uint32_t)env->cfg->knobs.comp_sack_nr, merge_delay(env, t)},
                        .rto = rs_rto_timeout(&t->rto),
                        .srtt = rs_rto_srtt(&t->rto)};
    if (took->dup_bytes && !took->new_bytes)
        rs_delack_go_quick(&t->delack, &(rs_delack_quick){16, t->rcv.mss, t->wnd.wnd});
    if (rs_delack_on_data(&t->delack, &d) == RS_DELACK_NOW) t->rcv.ack_now = true;
    if (marked) rs_delack_go_quick(&t->delack, &(rs_delack_quick){2, t->rcv.mss, t->wnd.wnd});
}

static void count(rs_env *env, rs_tcb *t, const rs_seg *s, const rs_rcvq_took *took)
{
    t->stat.bytes_received += took->new_bytes;
    t->stat.ooo_segs += took->beyond_gap;
    if (took->new_bytes || took->ooo_bytes) t->stat.data_recv = env->now;
    if (took->refused_bytes) rs_drop(env, t->self, s, RS_WHY_TEXT_NO_MEMORY);
}

static void keep(rs_env *env, rs_tcb *t, rs_arrival *a)
{
    const rs_seg *s = a->seg;
    uint32_t len = (uint32_t)s->text.len;
    rs_rcvbuf_hear_echo(env, t, s);
    echo_each_mark(env, t, a);
    if (!rs_rcvbuf_admits(env, t, s, a->seq)) {
        rs_drop(env, t->self, s, RS_WHY_TEXT_NO_MEMORY);
        return;
    }
    if (len) measure_mss(env, t, s);
    rs_rcvq_took took = rs_rcvq_take(
        env->blocks, env->records, &t->rcvq,
        &(rs_rcvq_in){.seq = a->seq, .text = s->text.data, .len = len, .fin = s->flags & RS_FIN, .edge = a->edge});
    a->fin_taken = took.fin;
    count(env, t, s, &took);
    bool grew = rs_rcvbuf_took(env, t, s, &took);
    if (t->rcv.shut && !env->cfg->quirks.shutdown_rd_keeps_data)
        rs_rcvbuf_read(env, t, rs_rcvq_read(env->blocks, &t->rcvq, NULL, rs_rcvq_ready(&t->rcvq)));
    if (took.new_bytes) rs_tell_readable(env, t);
    schedule_ack(env, t, &took, s, grew);
    if (a->cut_right) t->rcv.ack_now = true;
}

/* The peer has not heard that we have all of it: perhaps it has lost our ACK, and is in slow start (Linux). */
static void repeat_ack(const rs_env *env, rs_tcb *t, const rs_seg *s)
{
    rs_rcvq_note_dup(&t->rcvq, (rs_range){s->seq, rs_seg_end(s)});
    if (env->cfg->quirks.quickack) rs_delack_go_quick(&t->delack, &(rs_delack_quick){16, t->rcv.mss, t->wnd.wnd});
    t->rcv.ack_now = true;
}

/* Text after a FIN is none of the peer's stream. Linux answers it in TIME-WAIT, and takes offence if it goes on over
 * where the FIN was. */
static rs_verdict judge_after_fin(rs_env *env, rs_tcb *t, const rs_arrival *a)
{
    const rs_seg *s = a->seg;
    if (!s->text.len) return RS_GO_ON;
    rs_seq end = rs_seq_add(s->seq, (uint32_t)s->text.len);
    if (env->cfg->quirks.text_after_fin_answered) {
        if (a->in_time_wait) return rs_say(RS_ANSWER, RS_WHY_TEXT_AFTER_FIN);
        if (rs_seq_before(s->seq, t->rcvq.nxt) && rs_seq_after(end, t->rcvq.nxt))
            return rs_say(RS_LATE_TEXT, RS_WHY_TEXT_AFTER_FIN);
    }
    rs_drop(env, t->self, s, RS_WHY_TEXT_AFTER_FIN);
    return RS_GO_ON;
}

rs_verdict rs_take_text(rs_env *env, rs_tcb *t, rs_arrival *a)
{
    const rs_seg *s = a->seg;
    if (t->ecn.on && (s->flags & RS_CWR)) rs_ecn_on_cwr(&t->ecn);
    if (t->state == RS_CLOSED || (!s->text.len && !(s->flags & RS_FIN))) return RS_GO_ON;
    if (!rs_row(t->state)->takes_text) {
        if (!a->old) return judge_after_fin(env, t, a);
        repeat_ack(env, t, s);
        return RS_GO_ON;
    }
    if (nobody_reads(t, a)) return rs_say(RS_LATE_TEXT, RS_WHY_TEXT_AFTER_CLOSE);
    keep(env, t, a);
    return RS_GO_ON;
}
