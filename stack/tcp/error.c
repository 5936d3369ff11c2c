/* ICMP errors (RFC 9293 3.9.2.2; RFC 5461, RFC 5927). An error counts only if it quotes something that is out now: an
 * attacker who cannot see the connection does not know those numbers. */
#include "../base/time.h"
#include "../mech/mss.h"
#include "end.h"
#include "handshake.h"
#include "mtu.h"
#include "output.h"
#include "reason.h"
#include "recovery.h"
#include "signing.h"
#include "state.h"
#include "tcp.h"
#include "tell.h"

/* The smallest path MTU that a message can make us believe in: below, fragmentation is the better cure (IPv4 then goes
 * without DF, as on Linux). */
enum { LEAST_PMTU_V6 = 1280 };
enum { SIZE_UNBELIEVED = 1, IGNORED = 2 }; /* net.ipv4.ip_no_pmtu_disc */

/* By distance: half a circle away every number would be both before and after, and nothing may be out. */
static bool quotes_what_is_out(const rs_tcb *t, rs_seq seq)
{
    return rs_seq_inside(seq, t->sndq.una, rs_seq_dist(t->sndq.una, t->sndq.nxt));
}

/* A router from before RFC 1191 tells no size: the next of the sizes that links have below that of our packets (RFC
 * 1191 7.1). */
static uint32_t plateau_below(uint32_t mtu)
{
    static const uint16_t plateau[] = {65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296};
    for (unsigned i = 0; i < sizeof plateau / sizeof plateau[0]; i++)
        if (plateau[i] < mtu) return plateau[i];
    return 68;
}

/* What is out and now too big goes again in smaller pieces; the network lost nothing, so the window stays (RFC 1191
 * 6). */
static void too_big(rs_env *env, rs_tcb *t, uint32_t mtu)
{
    uint32_t least = t->family == RS_IPV6 ? LEAST_PMTU_V6 : (uint32_t)env->cfg->knobs.min_pmtu;
    bool without_df = t->opts.df_off && t->family == RS_IPV4; /* nobody fragments an IPv6 packet on its way */
    if (env->cfg->knobs.route.mtu_lock || (without_df && env->cfg->quirks.too_big_needs_df)) return;
    if (t->family == RS_IPV4 && env->cfg->knobs.no_pmtu_disc == SIZE_UNBELIEVED) mtu = 0;
    if (mtu == 0 && !env->cfg->quirks.mtu_0_is_least) mtu = plateau_below(t->snd.pmtu);
    if (mtu < least) {
        t->snd.path_fragments |= t->family == RS_IPV4;
        mtu = least;
    }
    if (!rs_mtu_shrink(env, t, mtu)) return;
    if (t->state == RS_SYN_SENT && env->cfg->quirks.syn_mss_from_path)
        t->rcv.adv_mss = rs_mss_to_announce(&(rs_mss_announce){(rs_family)t->family, mtu, t->opts.user_mss});
    if (t->state == RS_SYN_SENT && t->fo.text) {
        rs_handshake_resend(env, t); /* alone it is small enough */
        return;
    }
    if (!t->was_open) return;
    rs_recovery_on_too_big(env, t);
    rs_output(env, t);
}

/* A destination that cannot be reached now may come back any moment: a timeout was no sign of congestion then, and one
 * doubling is taken back (RFC 6069). Types and codes as IPv4 and IPv6 have them: net, host; no route. */
static void take_back_doubling(rs_env *env, rs_tcb *t, const rs_icmp_error *e)
{
    enum { V4_UNREACHABLE = 3, V6_UNREACHABLE = 1, HOST = 1 };
    bool unreachable =
        t->family == RS_IPV4 ? e->type == V4_UNREACHABLE && e->code <= HOST : e->type == V6_UNREACHABLE && e->code == 0;
    if (!env->cfg->quirks.icmp_reverts_backoff || !unreachable || !rs_seq_eq(e->seq, t->sndq.una)) return;
    if (!t->loss.timeouts || !t->rto.backoff || t->sndq.segs == 0) return;
    rs_rto_take_back(&t->rto);
    rs_time due = rs_time_add(rs_sndq_rec(env->records, rs_sndq_first(&t->sndq))->last_sent, rs_rto_timeout(&t->rto));
    t->loss.pending = RS_PENDING_RTO;
    t->at_rto = rs_time_max(due, rs_tcb_after(env, RS_US(1)));
}

static bool ends_connection(const rs_config *cfg, const rs_tcb *t, const rs_icmp_error *e)
{
    bool accepted = t->fo.child && t->listener == RS_NIL; /* to its user it is a connection like any other */
    bool opening = !rs_row(t->state)->synchronized && !accepted;
    if (e->kind == RS_ICMP_HARD) return opening || !cfg->quirks.icmp_hard_is_soft;
    return opening && cfg->quirks.icmp_soft_aborts_open;
}

void rs_tcp_icmp(rs_env *env, rs_tcb *t, const rs_icmp_error *e)
{
    if (t->state == RS_CLOSED || t->state == RS_TIME_WAIT || !quotes_what_is_out(t, e->seq)) {
        rs_drop(env, t->self, NULL, RS_WHY_ICMP_SEQ);
        return;
    }
    if (rs_signing_ignores(env, t, e->type, e->code)) {
        rs_drop(env, t->self, NULL, RS_WHY_ICMP_IGNORED);
        return;
    }
    if (e->kind == RS_ICMP_TOO_BIG && t->family == RS_IPV4 && env->cfg->knobs.no_pmtu_disc == IGNORED) {
        rs_drop(env, t->self, NULL, RS_WHY_ICMP_IGNORED);
        return;
    }
    if (e->kind == RS_ICMP_TOO_BIG) {
        too_big(env, t, e->mtu);
        return;
    }
    t->soft_error = e->err;
    take_back_doubling(env, t, e);
    bool opening = !rs_row(t->state)->synchronized;
    if (t->opts.recverr && opening) rs_tell_icmp(env, t, e);
    if (ends_connection(env->cfg, t, e)) {
        rs_end(env, t, RS_ON_UNREACHABLE, e->err);
    } else if (t->opts.recverr && !opening) { /* the user asked to be told at once (Linux: IP_RECVERR) */
        t->so_error = e->err;
        rs_tell_wake(env, t, RS_WAKE_ERROR);
    }
}
