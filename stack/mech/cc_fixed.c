/* A window that never changes: for tests that are about something else. */
#include "cc.h"

static void init(rs_cc *cc)
{
    if (cc->p.fixed_segs) cc->cwnd_segs = cc->p.fixed_segs;
}

static void on_ack(rs_cc *cc, const rs_cc_ack *e)
{
    (void)cc, (void)e;
}

static void on_loss(rs_cc *cc, const rs_cc_loss *e)
{
    (void)cc, (void)e;
}

static void on_time(rs_cc *cc, rs_time now)
{
    (void)cc, (void)now;
}

static void on_partial_ack(rs_cc *cc, const rs_cc_partial *e)
{
    (void)cc, (void)e;
}

static void on_exit_recovery(rs_cc *cc, const rs_cc_exit *e)
{
    (void)cc, (void)e;
}

static void on_idle_restart(rs_cc *cc, const rs_cc_idle *e)
{
    (void)cc, (void)e;
}

static void on_underuse(rs_cc *cc, uint32_t used_segs)
{
    (void)cc, (void)used_segs;
}

static uint32_t ssthresh(rs_cc *cc, const rs_cc_loss *e)
{
    (void)e;
    return cc->ssthresh_segs;
}

static void on_sample(rs_cc *cc, const rs_cc_sample *e)
{
    (void)cc, (void)e;
}

static void on_rtt(rs_cc *cc, const rs_cc_rtt *e)
{
    (void)cc, (void)e;
}

static void on_begin(rs_cc *cc, const rs_cc_begin *e)
{
    (void)cc, (void)e;
}

const rs_cc_algo rs_cc_fixed = {
    .name = "fixed",
    .rfc = "none",
    .state_size = 0,
    .init = init,
    .on_ack = on_ack,
    .on_enter_recovery = on_loss,
    .on_dup_ack = on_time,
    .on_partial_ack = on_partial_ack,
    .on_exit_recovery = on_exit_recovery,
    .on_rto = on_loss,
    .on_idle_restart = on_idle_restart,
    .on_underuse = on_underuse,
    .ssthresh = ssthresh,
    .on_sample = on_sample,
    .on_rtt = on_rtt,
    .on_begin = on_begin,
};
