/* TCP_CC_INFO: what a congestion control tells beside TCP_INFO, in the structures of Linux. Those that work with the
 * window alone have nothing to tell. */
#include "../tcp/accurate.h"
#include "sock_opt.h"

/* Without a connection: the algorithm that one would have, at rest. */
static uint32_t at_rest(const rs_call *c, uint8_t out[RS_CC_INFO_BYTES])
{
    uint8_t set = rs_sock_opts(c->st, c->s)->congestion;
    int algo = set ? set - 1 : rs_cc_find(c->env.cfg->knobs.congestion_control);
    rs_cc none = {.algo = algo < 0 ? 0 : (uint8_t)algo};
    return rs_cc_info(&none, &(rs_cc_view){.marks = true}, out);
}

int rs_opt_get_CC_INFO(rs_call *c, rs_opt_bytes out)
{
    uint8_t value[RS_CC_INFO_BYTES];
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (!t || t->state == RS_CLOSED) return rs_opt_put(out, value, at_rest(c, value));
    rs_cc_view v = {.mss = t->snd.mss,
                    .delivered = t->stat.delivered,
                    .delivered_ce = t->stat.delivered_ce,
                    .min_rtt_us = t->rto.min_rtt.us > 0 ? (uint32_t)t->rto.min_rtt.us : UINT32_MAX,
                    .marks = t->ecn.on || rs_accurate_on(&c->env, t),
                    .ce = t->ecn.ce,
                    .active = !t->passive};
    return rs_opt_put(out, value, rs_cc_info(&t->cc, &v, value));
}

int rs_opt_set_CC_INFO(rs_call *c, rs_opt_value in)
{
    (void)c, (void)in;
    return RS_ENOPROTOOPT;
}
