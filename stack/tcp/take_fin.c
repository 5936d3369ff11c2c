/* Step eight: the FIN (RFC 9293 3.10.7.4 eighth). The receive queue has said whether it is in order. */
#include "end.h"
#include "state.h"
#include "step.h"

rs_verdict rs_take_fin(rs_env *env, rs_tcb *t, rs_arrival *a)
{
    if (a->fin_taken) {
        rs_end_fin_taken(env, t);
        if (t->state != RS_CLOSE_WAIT || !env->cfg->quirks.fin_ack_delayed) t->rcv.ack_now = true;
        return RS_GO_ON;
    }
    if (!(a->seg->flags & RS_FIN) || a->old || rs_row(t->state)->takes_text || t->state == RS_CLOSED) return RS_GO_ON;
    rs_drop(env, t->self, a->seg, RS_WHY_FIN_NOT_TAKEN);
    if (t->state == RS_TIME_WAIT) rs_end_restart_time_wait(env, t);
    return RS_GO_ON;
}
