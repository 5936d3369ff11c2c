/* A segment for a listener (RFC 9293 3.10.7.2). The child itself is made by rs_tcp_open_passive: the caller has the
 * pool. */
#include "build.h"
#include "reason.h"
#include "tcp.h"

static rs_listen_result dropped(rs_env *env, const rs_seg *seg, rs_reason why)
{
    rs_drop(env, RS_NO_CONN, seg, why);
    return RS_LISTEN_DONE;
}

rs_listen_result rs_tcp_listen_input(rs_env *env, rs_listener *l, const rs_seg *seg)
{
    if (seg->flags & RS_RST) return dropped(env, seg, RS_WHY_LISTEN_RST);
    if (seg->flags & RS_ACK) {
        rs_send_reset_for(env, seg);
        return dropped(env, seg, RS_WHY_LISTEN_ACK);
    }
    if (!(seg->flags & RS_SYN)) return dropped(env, seg, RS_WHY_LISTEN_OTHER);
    if ((seg->flags & RS_FIN) && env->cfg->quirks.syn_fin_dropped) return dropped(env, seg, RS_WHY_LISTEN_SYN_FIN);
    if (rs_listener_accept_full(l)) return dropped(env, seg, RS_WHY_ACCEPT_QUEUE_FULL);
    if (rs_listener_syn_full(l, env->cfg)) return dropped(env, seg, RS_WHY_SYN_QUEUE_FULL);
    /* A child that could not send its SYN-ACK would have to stay silent: the SYN comes again. */
    if (env->records->live == env->records->cap) return dropped(env, seg, RS_WHY_SYN_NO_MEMORY);
    return RS_LISTEN_SPAWN;
}
