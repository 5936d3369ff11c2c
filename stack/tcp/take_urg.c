/* Step six: the urgent pointer (RFC 9293 3.10.7.4 sixth, 3.8.5). It names the first octet after the urgent data
 * (MUST-62); the knob stdurg reads it as the last urgent octet, as RFC 1122 had it. */
#include "rcvbuf.h"
#include "state.h"
#include "step.h"

/* What was urgent until now is left out of the stream if the user has come to it; who has not will find it there, for
 * only one byte at a time is out of band (Linux, tcp_check_urg). */
static void leave_out(rs_env *env, rs_tcb *t)
{
    if (!rs_tcb_urgent_byte_first(t) || rs_rcvq_ready(&t->rcvq) == 0) return;
    rs_rcvbuf_read(env, t, rs_rcvq_read(env->blocks, &t->rcvq, NULL, 1));
}

rs_verdict rs_take_urg(rs_env *env, rs_tcb *t, rs_arrival *a)
{
    const rs_seg *s = a->seg;
    if (!(s->flags & RS_URG) || !rs_row(t->state)->takes_text) return RS_GO_ON;
    rs_seq up = rs_seq_add(s->seq, s->up + (env->cfg->knobs.stdurg ? 1u : 0u));
    if (!rs_seq_after(up, t->rcvq.read)) return RS_GO_ON;
    if (t->rcv.urg && !rs_seq_after(up, t->rcv.up)) return RS_GO_ON;
    leave_out(env, t);
    t->rcv.up = up;
    t->rcv.urg = true;
    t->rcv.oob_read = false;
    return RS_GO_ON;
}
