/* The options that move the timers of one connection: RFC 6298's bounds, the delay of ACKs, thin streams. */
#include "../base/time.h"
#include "sock_opt.h"

static rs_tcp_opts *opts_of(const rs_call *c)
{
    return rs_sock_opts(c->st, c->s);
}

static int us(uint32_t set, rs_dur by_default)
{
    return set ? (int)set : (int)by_default.us;
}

int rs_opt_get_RTO_MAX_MS(rs_call *c, int *out)
{
    *out = opts_of(c)->rto_max_ms ? (int)opts_of(c)->rto_max_ms : (int)(c->env.cfg->knobs.rto_max.us / 1000);
    return 0;
}

int rs_opt_set_RTO_MAX_MS(rs_call *c, int value)
{
    opts_of(c)->rto_max_ms = (uint32_t)value;
    return 0;
}

int rs_opt_get_RTO_MIN_US(rs_call *c, int *out)
{
    *out = us(opts_of(c)->rto_min_us, c->env.cfg->knobs.rto_min);
    return 0;
}

int rs_opt_set_RTO_MIN_US(rs_call *c, int value)
{
    opts_of(c)->rto_min_us = (uint32_t)value;
    return 0;
}

int rs_opt_get_DELACK_MAX_US(rs_call *c, int *out)
{
    *out = us(opts_of(c)->delack_max_us, c->env.cfg->knobs.delack_max);
    return 0;
}

int rs_opt_set_DELACK_MAX_US(rs_call *c, int value)
{
    opts_of(c)->delack_max_us = (uint32_t)value;
    return 0;
}

int rs_opt_get_THIN_LINEAR_TIMEOUTS(rs_call *c, int *out)
{
    *out = opts_of(c)->thin_linear;
    return 0;
}

int rs_opt_set_THIN_LINEAR_TIMEOUTS(rs_call *c, int value)
{
    opts_of(c)->thin_linear = value != 0;
    return 0;
}

/* Linux takes it and has forgotten it since RACK does better. */
int rs_opt_get_THIN_DUPACK(rs_call *c, int *out)
{
    (void)c;
    *out = 0;
    return 0;
}

int rs_opt_set_THIN_DUPACK(rs_call *c, int value)
{
    (void)c, (void)value;
    return 0;
}

/* Linux stamps packets with a later departure and leaves the waiting to the device queue fq; under any other queue, and
 * here, where packets do not wait, nothing follows. */
int rs_opt_get_TX_DELAY(rs_call *c, int *out)
{
    *out = (int)opts_of(c)->tx_delay_us;
    return 0;
}

int rs_opt_set_TX_DELAY(rs_call *c, int value)
{
    opts_of(c)->tx_delay_us = (uint32_t)value;
    return 0;
}
