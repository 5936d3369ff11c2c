/* see keep.h; the mechanism is mech/keepalive.h */
#include "keep.h"

#include "../base/time.h"

static rs_keepalive_params limits_of(const rs_env *env, const rs_tcb *t)
{
    const rs_knobs *k = &env->cfg->knobs;
    int count = t->opts.keepcnt ? t->opts.keepcnt : k->keepalive_probes;
    return (rs_keepalive_params){.idle = t->opts.keepidle_secs ? RS_SEC(t->opts.keepidle_secs) : k->keepalive_time,
                                 .interval =
                                     t->opts.keepintvl_secs ? RS_SEC(t->opts.keepintvl_secs) : k->keepalive_intvl,
                                 .user_timeout = RS_MS(t->opts.user_timeout_ms),
                                 .count = (uint8_t)(count > UINT8_MAX ? UINT8_MAX : count)};
}

static rs_keepalive_now keepalive_now(const rs_env *env, const rs_tcb *t)
{
    rs_time heard = rs_time_max(t->stat.ack_recv, t->stat.data_recv);
    return (rs_keepalive_now){
        .now = env->now, .last_heard = heard, .data_waits = t->sndq.segs || rs_sndq_has_unsent(&t->sndq)};
}

rs_keepalive_act rs_keep_due(rs_env *env, rs_tcb *t)
{
    rs_keepalive_now now = keepalive_now(env, t);
    rs_keepalive_params limits = limits_of(env, t);
    return rs_keepalive_on_timer(&t->keepalive, &now, &limits);
}

void rs_keep_changed(rs_env *env, rs_tcb *t)
{
    if (!t->opts.keepalive || !t->was_open || t->state == RS_TIME_WAIT) {
        rs_keepalive_stop(&t->keepalive);
        return;
    }
    rs_keepalive_now now = keepalive_now(env, t);
    rs_keepalive_params limits = limits_of(env, t);
    rs_keepalive_start(&t->keepalive, &now, &limits);
}
