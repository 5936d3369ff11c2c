/* Step six: the urgent pointer (RFC 9293 3.10.7.4 sixth, 3.8.5). It names the first octet after the urgent data
 * (MUST-62); the knob stdurg reads it as the last urgent octet, as RFC 1122 had it. */
#include "state.h"
#include "step.h"

rs_verdict rs_take_urg(rs_env *env, rs_tcb *t, rs_arrival *a)
{
    const rs_seg *s = a->seg;
    if (!(s->flags & RS_URG) || !rs_row(t->state)->takes_text) return RS_GO_ON;
    rs_seq up = rs_seq_add(s->seq, s->up + (env->cfg->knobs.stdurg ? 1u : 0u));
    if (!rs_seq_after(up, t->rcvq.read)) return RS_GO_ON;
    if (t->rcv.urg && !rs_seq_after(up, t->rcv.up)) return RS_GO_ON;
    t->rcv.up = up;
    t->rcv.urg = true;
    t->rcv.oob_read = false;
    return RS_GO_ON;
}
