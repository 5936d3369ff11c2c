/* see end.h */
#include "end.h"

#include "../base/addr.h"
#include "../base/time.h"
#include "accept.h"
#include "build.h"
#include "fastopen.h"
#include "output.h"
#include "tell.h"
#include "tcp.h"
#include "trace.h"

enum { REOPEN_ISS_STEP = 65537 }; /* the new incarnation starts beyond every number the old one used (RFC 9293 3.6.1) */

void rs_end(rs_env *env, rs_tcb *t, rs_change why, int err)
{
    if (t->state == RS_SYN_RECEIVED && !t->user) rs_accept_forget(env, t);
    rs_fo_ended(env, t, err);
    rs_tcb_move(env, t, why);
    rs_tcb_stop_timers(t);
    rs_outbox_forget_text(env->out, t->self);
    rs_sndq_clear(env->blocks, env->records, &t->sndq);
    rs_tell_ended(env, t);
    rs_tell_wake(env, t, RS_WAKE_ANY);
    rs_rmem_read(&t->rmem, &(rs_rmem_part){t->rcvq.ooo_bytes, rs_rcvq_held(&t->rcvq)});
    rs_rcvq_drop_islands(env->blocks, env->records, &t->rcvq); /* no gap will be filled any more */
    rs_chrono_update(env, t, false);
    t->output_pending = t->close_waits = t->rcv.ack_now = false;
    if (!err || !t->user) return;
    t->so_error = err;
    rs_trace_tell(env, t, &(rs_event){.kind = RS_EV_ERROR, .a = err, .why = rs_change_name(why)});
}

int rs_end_reset_error(const rs_env *env, const rs_tcb *t)
{
    if (t->state == RS_TIME_WAIT) return 0;
    bool crossed = t->state == RS_SYN_RECEIVED && !t->fo.child && !env->cfg->quirks.syn_received_rst_is_reset;
    bool opening = t->state == RS_SYN_SENT || crossed;
    if (opening) return RS_ECONNREFUSED;
    if (t->state == RS_CLOSE_WAIT && env->cfg->quirks.close_wait_rst_is_epipe) return RS_EPIPE;
    return RS_ECONNRESET;
}

void rs_end_restart_time_wait(rs_env *env, rs_tcb *t)
{
    t->at_close = rs_tcb_after(env, env->cfg->knobs.msl2);
}

/* Only the 2MSL timer runs in TIME-WAIT. A host that keeps too many of them keeps no more (tcp_max_tw_buckets). */
static void begin_time_wait(rs_env *env, rs_tcb *t)
{
    rs_tcb_stop_timers(t);
    rs_end_restart_time_wait(env, t);
    if (env->cfg->knobs.max_tw_buckets >= 0 && env->host->tw_count > (uint32_t)env->cfg->knobs.max_tw_buckets)
        t->at_close = env->now;
}

rs_seq rs_end_make_room(rs_env *env, rs_tcb *t)
{
    rs_seq iss = rs_seq_add(t->sndq.nxt, REOPEN_ISS_STEP);
    rs_end(env, t, RS_ON_REOPENED, 0);
    return iss;
}

/* TIME-WAIT long enough after the last timestamp, where the host wants that. */
static bool may_reuse(const rs_env *env, const rs_tcb *t)
{
    const rs_knobs *k = &env->cfg->knobs;
    if (k->tw_reuse != 1 && !(k->tw_reuse == 2 && rs_addr_is_loopback(&t->remote.addr))) return false;
    return !rs_dur_less(rs_time_diff(env->now, t->ts.recent_at), k->tw_reuse_delay);
}

bool rs_tcp_give_way(rs_env *env, rs_tcb *t, bool bound, rs_seq *iss)
{
    if (t->state != RS_TIME_WAIT || !t->ts.on) return false;
    if (!(bound && env->cfg->quirks.bound_port_takes_over) && !may_reuse(env, t)) return false;
    *iss = rs_end_make_room(env, t);
    return true;
}

void rs_end_arm_fin_wait_2(rs_env *env, rs_tcb *t)
{
    if (t->state != RS_FIN_WAIT_2 || !t->closed || !env->cfg->quirks.fin_wait_2_orphan_timer) return;
    rs_dur wait = t->opts.linger2_secs ? RS_SEC(t->opts.linger2_secs) : env->cfg->knobs.fin_timeout;
    t->at_close = rs_tcb_after(env, t->opts.linger2_none ? RS_US(0) : wait);
}

void rs_end_fin_acked(rs_env *env, rs_tcb *t)
{
    if (t->state == RS_LAST_ACK) {
        rs_end(env, t, RS_ON_FIN_ACKED, 0);
        return;
    }
    rs_tcb_move(env, t, RS_ON_FIN_ACKED);
    if (t->state == RS_TIME_WAIT) begin_time_wait(env, t);
    else rs_end_arm_fin_wait_2(env, t);
}

void rs_end_fin_taken(rs_env *env, rs_tcb *t)
{
    rs_tcb_move(env, t, RS_ON_FIN_TAKEN);
    rs_tell_wake(env, t, RS_WAKE_ANY);
    if (t->state == RS_TIME_WAIT) begin_time_wait(env, t);
}

void rs_end_sending(rs_env *env, rs_tcb *t)
{
    if (t->state == RS_SYN_RECEIVED && rs_sndq_bytes(&t->sndq)) {
        t->close_waits = true;
        return;
    }
    if (!env->cfg->quirks.close_does_not_push) rs_sndq_mark_push(&t->sndq);
    rs_sndq_queue_fin(&t->sndq);
    rs_tcb_move(env, t, RS_ON_CLOSE);
    rs_output(env, t);
}
