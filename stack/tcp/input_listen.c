/* A segment for a listener (RFC 9293 3.10.7.2). The child itself is made by rs_tcp_open_passive: the caller has the
 * pool. */
#include "build.h"
#include "cookies.h"
#include "reason.h"
#include "signing.h"
#include "tcp.h"

enum { ALWAYS = 2 }; /* net.ipv4.tcp_syncookies */

static rs_listen_result dropped(rs_env *env, const rs_seg *seg, rs_reason why)
{
    rs_drop(env, RS_NO_CONN, seg, why);
    return RS_LISTEN_DONE;
}

/* A child that authenticates needs a ring of keys of its own. */
static bool lacks_ring(const rs_env *env, const rs_listener *l)
{
    return rs_keyring_state(env->blocks, l->opts.keys) && env->blocks->live == env->blocks->cap;
}

/* An ACK out of nowhere: of a cookie, or for somebody else. */
static rs_listen_result judge_ack(rs_env *env, const rs_listener *l, const rs_seg *seg)
{
    rs_seg syn;
    if (rs_cookies_proves(env, l, seg, &syn)) {
        if (lacks_ring(env, l)) return dropped(env, seg, RS_WHY_SYN_NO_MEMORY);
        if (!rs_listener_accept_full(l)) return RS_LISTEN_PROVEN;
        return dropped(env, seg, RS_WHY_ACCEPT_QUEUE_FULL);
    }
    rs_send_reset_for(env, seg, &(rs_signer){.ring = l->opts.keys});
    return dropped(env, seg, RS_WHY_LISTEN_ACK);
}

rs_listen_result rs_tcp_listen_input(rs_env *env, rs_listener *l, const rs_seg *seg)
{
    if (seg->flags & RS_RST) return dropped(env, seg, RS_WHY_LISTEN_RST);
    if (seg->flags & RS_ACK) return judge_ack(env, l, seg);
    if (!(seg->flags & RS_SYN)) return dropped(env, seg, RS_WHY_LISTEN_OTHER);
    if ((seg->flags & RS_FIN) && env->cfg->quirks.syn_fin_dropped) return dropped(env, seg, RS_WHY_LISTEN_SYN_FIN);
    if (rs_listener_accept_full(l)) return dropped(env, seg, RS_WHY_ACCEPT_QUEUE_FULL);
    bool full = rs_listener_syn_full(l, env->cfg);
    int cookies = env->cfg->knobs.syncookies;
    if (full && !cookies) return dropped(env, seg, RS_WHY_SYN_QUEUE_FULL);
    /* A child that could not send its SYN-ACK would have to stay silent: the SYN comes again. */
    if (env->records->live == env->records->cap || lacks_ring(env, l)) return dropped(env, seg, RS_WHY_SYN_NO_MEMORY);
    return full || cookies == ALWAYS ? RS_LISTEN_COOKIE : RS_LISTEN_SPAWN;
}
