/* A segment for a connection: the walk for its state, then the effect of the verdict (RFC 9293 3.10.7.3, 3.10.7.4). */
#include "../base/check.h"
#include "../base/time.h"
#include "accept.h"
#include "accurate.h"
#include "build.h"
#include "end.h"
#include "handshake.h"
#include "output.h"
#include "signing.h"
#include "state.h"
#include "step.h"
#include "tcp.h"
#include "tell.h"

/* RFC 5961 section 7: one answer in a while on this connection, and a budget for the host. */
static bool challenge_allowed(rs_env *env, rs_tcb *t)
{
    const rs_knobs *k = &env->cfg->knobs;
    if (env->cfg->quirks.challenge_per_socket && !rs_spacing_take(&t->lim, env->now, k->invalid_ratelimit))
        return false;
    uint32_t limit = k->challenge_ack_limit < 0 ? UINT32_MAX : (uint32_t)k->challenge_ack_limit;
    return rs_budget_take(&env->host->challenge, env->now, limit);
}

/* Two hosts that answer each other's empty segments would never stop: those answers are spaced, where the host wants
 * it. */
static bool answer_allowed(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    bool could_loop = rs_seg_len(s) == 0 || (s->flags & RS_SYN);
    if (!env->cfg->quirks.challenge_per_socket || !could_loop) return true;
    return rs_spacing_take(&t->lim, env->now, env->cfg->knobs.invalid_ratelimit);
}

static void limited_answer(rs_env *env, rs_tcb *t, const rs_seg *s, bool allowed)
{
    if (allowed) rs_send_ack(env, t);
    else rs_drop(env, t->self, s, RS_WHY_RATE_LIMITED);
}

/* An old segment is reported as a duplicate (RFC 2883) with this one ACK only. */
static void answer(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    rs_seq start = s->flags & RS_SYN ? rs_seq_add(s->seq, 1) : s->seq, end = rs_seq_add(start, (uint32_t)s->text.len);
    if (env->cfg->quirks.fin_in_dsack && (s->flags & RS_FIN)) end = rs_seq_add(end, 1);
    bool again = t->state == RS_TIME_WAIT && (s->flags & RS_FIN) && rs_seq_eq(rs_seg_end(s), t->rcvq.nxt);
    if (again) rs_end_restart_time_wait(env, t);
    if (!answer_allowed(env, t, s)) {
        rs_drop(env, t->self, s, RS_WHY_RATE_LIMITED);
        return;
    }
    if (s->text.len && rs_seq_before(start, t->rcvq.nxt)) /* Linux: the peer has lost ACKs, so it is in slow start */
        rs_delack_go_quick(&t->delack, &(rs_delack_quick){16, t->rcv.mss, t->wnd.wnd});
    rs_range waiting = t->rcvq.dup;
    bool waits = t->rcvq.has_dup;
    if (t->sack_on && rs_seq_before(start, t->rcvq.nxt) && t->state != RS_TIME_WAIT)
        rs_rcvq_note_dup(&t->rcvq, (rs_range){start, rs_seq_min(end, t->rcvq.nxt)});
    rs_send_ack(env, t);
    t->rcvq.dup = waiting;
    t->rcvq.has_dup = waits;
}

static void answer_syn(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    if (!answer_allowed(env, t, s)) rs_drop(env, t->self, s, RS_WHY_RATE_LIMITED);
    else rs_handshake_resend(env, t);
}

/* The reset has to count for a peer that is still in SYN-SENT and for one that has our SYN-ACK. */
static void refuse(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    if (s->flags & RS_ACK || env->cfg->quirks.embryo_syn_refused) rs_send_reset_for(env, s, &(rs_signer){.t = t});
    else rs_build_segment(env, t, &(rs_build){.seq = t->sndq.nxt, .flags = RS_RST | RS_ACK});
}

static void effect(rs_env *env, rs_tcb *t, const rs_seg *s, rs_verdict v)
{
    switch (v.kind) {
    case RS_PROCEED:
    case RS_DISCARD:
    case RS_REOPEN: break;
    case RS_ANSWER: answer(env, t, s); break;
    case RS_CHALLENGE: limited_answer(env, t, s, challenge_allowed(env, t)); break;
    case RS_DEFER: t->rcv.bare_ack = true; break;
    case RS_ANSWER_SYN: answer_syn(env, t, s); break;
    case RS_ANSWER_RESET: rs_send_reset_for(env, s, &(rs_signer){.t = t}); break;
    case RS_REFUSE:
        refuse(env, t, s);
        rs_end(env, t, RS_ON_LISTEN_AGAIN, 0);
        break;
    case RS_UNDO_OPEN: rs_end(env, t, RS_ON_LISTEN_AGAIN, 0); break;
    case RS_RESET_TAKEN: rs_end(env, t, RS_ON_RESET, rs_end_reset_error(env, t)); break;
    case RS_LATE_TEXT:
        rs_send_reset_for(env, s, &(rs_signer){.t = t});
        rs_end(env, t, RS_ON_ABORT, 0);
        break;
    }
}

/* After everything was taken: what may go now goes and carries the ACK; what is still owed goes alone (MUST-58,
 * MUST-59). */
static void afterwards(rs_env *env, rs_tcb *t)
{
    if (t->state == RS_CLOSED) return;
    rs_output(env, t);
    rs_tell_room(env, t);
    if (t->rcv.ack_now) rs_send_ack(env, t);
    t->rcv.ack_now = false;
}

rs_tcp_input_result rs_tcp_input(rs_env *env, rs_tcb *t, const rs_seg *seg, rs_seq *iss_hint)
{
    rs_state before = t->state;
    rs_check(before != RS_CLOSED && before != RS_LISTEN);
    t->stat.segs_in++;
    t->stat.data_segs_in += seg->text.len > 0;
    rs_verdict v = before == RS_SYN_SENT ? rs_input_synsent(env, t, seg) : rs_input_sync(env, t, seg, iss_hint != NULL);
    if (v.why != RS_WHY_NONE) rs_drop(env, t->self, seg, v.why);
    if (v.kind == RS_PROCEED) afterwards(env, t);
    else rs_accurate_hear_again(env, t, seg), effect(env, t, seg, v);
    if (v.kind == RS_REOPEN) {
        *iss_hint = rs_end_make_room(env, t);
        return RS_TCP_REOPEN;
    }
    if (t->state != before) rs_check(!rs_tcb_broken(t));
    return RS_TCP_DONE;
}
