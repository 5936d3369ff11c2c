/* see handshake.h */
#include "handshake.h"

#include "../mech/mss.h"
#include "accurate.h"
#include "output.h"
#include "recovery.h"
#include "signing.h"

/* crossed: the peer's SYN came while ours was under way. */
static void agree(const rs_env *env, rs_tcb *t, const rs_opts *o, bool crossed)
{
    const rs_knobs *k = &env->cfg->knobs;
    t->snd.peer_mss = rs_mss_default((rs_family)t->family);
    if (o->has_mss && o->mss) t->snd.peer_mss = o->mss;
    t->sack_on = k->sack && o->sack_ok;
    t->wscale_on = k->window_scaling && o->has_wscale;
    t->snd.wscale = !t->wscale_on ? 0 : o->wscale > RS_WSCALE_MAX ? RS_WSCALE_MAX : o->wscale;
    bool kept = crossed && env->cfg->quirks.simopen_offers_again && k->window_scaling;
    rs_rcvwnd_scale(&t->wnd, t->wscale_on || kept);
    /* A signature and timestamps leave no room for SACK blocks; our own SYN did without timestamps then. */
    bool crowded = rs_signing(env, t) && (t->passive ? t->sack_on : rs_signing_md5(env, t));
    if (!k->timestamps || !o->has_ts || crowded) return;
    rs_tstamp_agree(&t->ts);
    rs_tstamp_take_first(&t->ts, env->now, o->ts_val);
}

/* A congestion control that needs marks agrees whatever the host says, and takes a SYN that is ECT (RFC 8257 3.6). */
static void hear_ecn_syn(rs_env *env, rs_tcb *t, const rs_seg *syn)
{
    if (rs_accurate_hear_syn(env, t, syn)) return;
    bool needed = rs_cc_algo_of(&t->cc)->wants_marks;
    uint8_t ip = needed ? RS_NOT_ECT : syn->tos & RS_IP_ECN;
    rs_ecn_hear_syn(&t->ecn,
                    &(rs_ecn_syn){syn->flags, ip, needed || env->cfg->knobs.ecn > 0 || env->cfg->knobs.route.ecn});
}

void rs_handshake_take_syn(rs_env *env, rs_tcb *t, const rs_seg *syn)
{
    t->rcv.irs = syn->seq;
    rs_rcvq_init(&t->rcvq, rs_seq_add(syn->seq, 1));
    t->rcv.acked = t->rcvq.nxt;
    bool crosses = !t->passive && !(syn->flags & RS_ACK);
    t->snd.answers = crosses && t->sndq.syn_unsent; /* it waits for memory */
    agree(env, t, &syn->opts, crosses && !t->snd.answers);
    if (!(syn->flags & RS_ACK)) hear_ecn_syn(env, t, syn);
    else if (!rs_accurate_hear_syn_ack(env, t, syn)) rs_ecn_hear_syn_ack(&t->ecn, syn->flags);
    rs_tcb_set_mss(env, t);
    rs_handshake_initial_window(env, t);
    uint32_t used = t->ts.on ? RS_TSTAMP_OPTION_BYTES : 0;
    if (t->passive) rs_rcvwnd_set_first(&t->wnd, t->rcv.adv_mss > used ? t->rcv.adv_mss - used : 1);
    rs_rcvwnd_anchor(&t->wnd, t->rcvq.nxt);
}

void rs_handshake_initial_window(const rs_env *env, rs_tcb *t)
{
    uint8_t forgiven = env->cfg->quirks.cc_in_segments ? 1 : 0;
    /* A SYN-ACK that was spared, because the peer had it (TCP_DEFER_ACCEPT), was no loss. */
    uint32_t lost = t->stat.total_retrans + 1 < t->loss.timeouts ? t->stat.total_retrans + 1 : t->loss.timeouts;
    bool lossy = lost > forgiven;
    rs_cc_set_initial(&t->cc, &(rs_cc_restart){.mss = t->snd.mss, .segs = lossy ? 1 : 0});
}

void rs_handshake_resend(rs_env *env, rs_tcb *t)
{
    uint32_t syn = rs_sndq_first(&t->sndq);
    if (syn == RS_NIL) rs_output(env, t);
    else rs_retransmit(env, t, syn);
}
