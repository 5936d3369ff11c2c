/* A segment in SYN-SENT (RFC 9293 3.10.7.3): ACK, RST, security, SYN, in that order. */
#include "../base/time.h"
#include "accurate.h"
#include "end.h"
#include "fastopen.h"
#include "handshake.h"
#include "state.h"
#include "build.h"
#include "step.h"
#include "take_ack.h"
#include "tcp.h"

enum { OPEN_QUICK_ACKS = 16, TWO_TICKS_MS = 8 };

/* First: an ACK has to acknowledge our SYN. */
static rs_verdict judge_ack(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    if (!(s->flags & RS_ACK)) return RS_GO_ON;
    bool rst = s->flags & RS_RST;
    if (!rs_seq_after(s->ack, t->snd.iss) || rs_seq_after(s->ack, t->sndq.nxt))
        return rs_say(rst ? RS_DISCARD : RS_ANSWER_RESET, RS_WHY_SYNSENT_BAD_ACK);
    if (rst || !env->cfg->quirks.synsent_ack_checks_tsecr || !s->opts.has_ts || !s->opts.ts_ecr) return RS_GO_ON;
    rs_time sent = rs_sndq_rec(env->records, rs_sndq_first(&t->sndq))->first_sent;
    if (rs_tstamp_echo_plausible(&t->ts, &(rs_echo_range){sent, env->now, s->opts.ts_ecr})) return RS_GO_ON;
    return rs_say(RS_ANSWER_RESET, RS_WHY_SYNSENT_BAD_TSECR);
}

static rs_verdict judge(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    rs_verdict v = judge_ack(env, t, s);
    if (v.kind != RS_PROCEED) return v;
    if (s->flags & RS_RST) {
        if (s->flags & RS_ACK) return rs_say(RS_RESET_TAKEN, RS_WHY_RESET);
        return rs_say(RS_DISCARD, RS_WHY_SYNSENT_RST_NO_ACK);
    }
    if (!(s->flags & RS_SYN)) return rs_say(RS_DISCARD, RS_WHY_SYNSENT_NO_SYN);
    return RS_GO_ON;
}

/* Simultaneous open: the peer has not seen our SYN. Ours goes again, with an ACK of the peer's (3.5 figure 7). */
static void cross(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    uint32_t syn = rs_sndq_first(&t->sndq); /* RS_NIL: it waits for memory */
    t->fo.held = false;
    rs_take_window(env, t, s);
    rs_tcb_move(env, t, RS_ON_SYN_TAKEN);
    if (syn == RS_NIL || !env->cfg->quirks.simopen_offers_again || !rs_outbox_has_room(env->out)) {
        rs_handshake_resend(env, t);
        return;
    }
    rs_sndq_sent_anew(env->records, syn, env->now);
    rs_build_segment(env, t, &(rs_build){.seq = t->snd.iss, .flags = RS_SYN | RS_ACK});
}

/* The SYN-ACK is acknowledged at once; Linux waits when the text of a waiting call will carry the ACK in a moment. */
static void acknowledge(rs_env *env, rs_tcb *t)
{
    if (rs_accurate_on(env, t)) { /* pure, so that it says what the SYN-ACK came with (RFC 9768 3.2.2.1) */
        rs_send_ack(env, t);
        return;
    }
    if (!t->snd.writer || !env->cfg->quirks.open_ack_waits) {
        t->rcv.ack_now = true;
        return;
    }
    rs_delack_go_quick(&t->delack, &(rs_delack_quick){OPEN_QUICK_ACKS, t->rcv.mss, t->wnd.wnd});
    rs_delack_postpone(&t->delack, env->now);
}

rs_verdict rs_input_synsent(rs_env *env, rs_tcb *t, const rs_seg *seg)
{
    rs_verdict v = judge(env, t, seg);
    if (v.why == RS_WHY_SYNSENT_BAD_ACK && !t->loss.timeouts && env->cfg->quirks.synsent_bad_ack_hurries)
        t->at_rto = rs_tcb_after(env, RS_MS(TWO_TICKS_MS));
    if (v.kind != RS_PROCEED) return v;
    rs_handshake_take_syn(env, t, seg);
    if (!(seg->flags & RS_ACK)) {
        cross(env, t, seg);
        return rs_say(RS_DISCARD, RS_WHY_NONE);
    }
    rs_tcb_move(env, t, RS_ON_SYN_ACK_TAKEN);
    rs_take_window(env, t, seg);
    rs_take_acknowledged(env, t, seg);
    rs_take_open(env, t);
    if (rs_fo_syn_acked(env, t, seg)) acknowledge(env, t);
    rs_arrival a = {.seg = seg,
                    .seq = rs_seq_add(seg->seq, 1),
                    .len = (uint32_t)seg->text.len,
                    .edge = rs_rcvwnd_edge(&t->wnd),
                    .fin = seg->flags & RS_FIN};
    rs_take_urg(env, t, &a);
    if (env->cfg->quirks.syn_ack_text_dropped && !t->fo.taken && !t->fo.asked) {
        if (a.len || a.fin) rs_drop(env, t->self, seg, RS_WHY_TEXT_ON_SYN_ACK);
        return RS_GO_ON;
    }
    v = rs_take_text(env, t, &a);
    if (v.kind != RS_PROCEED) return v;
    return rs_take_fin(env, t, &a);
}
