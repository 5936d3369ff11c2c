/* see congestion.h */
#include "congestion.h"

/* The handshake says little about the path under load: Linux's algorithms begin after it. */
void rs_congestion_rtt(rs_env *env, rs_tcb *t, rs_dur newest)
{
    if (!t->was_open) return;
    rs_cc_on_rtt(
        &t->cc,
        &(rs_cc_rtt){
            .now = env->now, .rtt = newest, .una = t->sndq.una, .nxt = t->sndq.nxt, .pacing_rate = t->snd.pacing_rate});
}

void rs_congestion_send(const rs_env *env, rs_tcb *t)
{
    if (rs_sndq_inflight(&t->sndq)) return;
    rs_cc_on_begin(&t->cc, &(rs_cc_begin){.now = env->now, .last_sent = t->stat.data_sent});
}
