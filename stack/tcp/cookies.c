/* see cookies.h */
#include "cookies.h"

#include "../base/time.h"
#include "../mech/accecn.h"
#include "../mech/cookie.h"
#include "../mech/mss.h"

static rs_tuple tuple_of(const rs_seg *s)
{
    return (rs_tuple){s->dst, s->src};
}

rs_seq rs_cookies_isn(rs_env *env, rs_listener *l, const rs_seg *syn)
{
    rs_tuple tuple = tuple_of(syn);
    uint16_t mss = rs_mss_default((rs_family)syn->dst.addr.family);
    if (syn->opts.has_mss && syn->opts.mss) mss = syn->opts.mss;
    l->cookies = true;
    l->cookies_at = env->now;
    return rs_cookie_make(&(rs_cookie_in){env->cfg->secret, &tuple, syn->seq, env->now}, &mss);
}

void rs_cookies_limit(rs_env *env, rs_tcb *t)
{
    if (!t->ts.on) {
        t->sack_on = t->wscale_on = false;
        t->snd.wscale = 0;
        rs_rcvwnd_scale(&t->wnd, false);
        return;
    }
    rs_cookie_said said = {.has_wscale = t->wscale_on, .sack_ok = t->sack_on, .wscale = t->snd.wscale};
    uint32_t now = rs_tstamp_val(&t->ts, env->now);
    t->ts.offset -= now - rs_cookie_ts(now, &said);
}

/* Timestamps were agreed on if the SYN-ACK had one: its echo is at most as old as a cookie, and some ticks for the bits
 * that carry options. */
static bool echoes_a_cookie(const rs_env *env, const rs_tuple *tuple, const rs_seg *ack)
{
    enum { TICKS = RS_COOKIE_VALID_SECS * 1000000 / RS_TSTAMP_TICK_US, OPTION_TICKS = 128 };
    rs_tstamp ts;
    rs_tstamp_init(&ts, rs_isn_ts_offset(env->cfg->secret, tuple));
    return rs_tstamp_val(&ts, env->now) - ack->opts.ts_ecr <= TICKS + OPTION_TICKS;
}

bool rs_cookies_proves(rs_env *env, const rs_listener *l, const rs_seg *ack, rs_seg *syn)
{
    const rs_knobs *k = &env->cfg->knobs;
    if (!k->syncookies || !l->cookies || (ack->flags & RS_SYN)) return false;
    if (rs_dur_less(RS_SEC(RS_COOKIE_VALID_SECS), rs_time_diff(env->now, l->cookies_at))) return false;
    rs_tuple tuple = tuple_of(ack);
    rs_cookie_in in = {env->cfg->secret, &tuple, rs_seq_sub(ack->seq, 1), env->now};
    uint16_t mss = rs_cookie_mss(&in, rs_seq_sub(ack->ack, 1));
    if (!mss) return false;
    bool accurate = rs_accecn_may_agree(k->ecn) && rs_ace_of(ack->flags) > 1; /* RFC 9768 5.1 */
    *syn = (rs_seg){.src = ack->src, .dst = ack->dst, .seq = in.peer_isn, .wnd = ack->wnd};
    syn->flags = accurate ? RS_SYN | RS_AE | RS_CWR | RS_ECE : RS_SYN;
    syn->opts = (rs_opts){.has_mss = true, .mss = mss};
    if (!ack->opts.has_ts || !k->timestamps) return !ack->opts.has_ts;
    if (!echoes_a_cookie(env, &tuple, ack)) return false;
    rs_cookie_said said = rs_cookie_said_in(ack->opts.ts_ecr);
    if ((said.sack_ok && !k->sack) || (said.has_wscale && !k->window_scaling)) return false;
    syn->opts.has_ts = true;
    syn->opts.ts_val = ack->opts.ts_val;
    syn->opts.sack_ok = said.sack_ok;
    syn->opts.has_wscale = said.has_wscale;
    syn->opts.wscale = said.wscale;
    return true;
}
