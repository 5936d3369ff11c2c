/* The registry of congestion controls, and what all of them share. */
#include <string.h>

#include "cc.h"

const rs_cc_algo *const rs_cc_all[] = {&rs_cc_newreno, &rs_cc_cubic, &rs_cc_bbr, &rs_cc_dctcp, &rs_cc_fixed, NULL};

const rs_cc_tune rs_cc_tune_default = {.cubic_beta = 717,
                                       .cubic_scale = 41,
                                       .cubic_fast_convergence = true,
                                       .cubic_friendliness = true,
                                       .hystart = true,
                                       .hystart_detect = 3,
                                       .hystart_low_window = 16,
                                       .hystart_ack_delta_us = 2000,
                                       .dctcp_shift_g = 4,
                                       .dctcp_alpha_on_init = 1024};

enum { TICK_US = 4000 };
enum { IW_SEGS = 10, IW_LEAST_SEGS = 2, IW_BYTES = 14600, MAX_REST = 65535 };

int rs_cc_find(const char *name)
{
    if (strcmp(name, "newreno") == 0) name = rs_cc_newreno.name;
    for (int i = 0; rs_cc_all[i]; i++)
        if (strcmp(rs_cc_all[i]->name, name) == 0) return i;
    return -1;
}

/* RFC 6928 2: min(10 * MSS, max(2 * MSS, 14600)), in segments. */
uint32_t rs_cc_initial_segs(const rs_cc_params *p, uint32_t mss)
{
    if (p->initial_segs) return p->initial_segs;
    uint32_t segs = IW_BYTES / mss;
    if (segs > IW_SEGS) return IW_SEGS;
    return segs < IW_LEAST_SEGS ? IW_LEAST_SEGS : segs;
}

static void keep_bounds(rs_cc *cc)
{
    if (cc->cwnd_segs < 1) cc->cwnd_segs = 1;
    if (cc->cwnd_segs <= cc->clamp_segs) return;
    cc->cwnd_segs = cc->clamp_segs;
    cc->rest_bytes = 0;
}

void rs_cc_init(rs_cc *cc, const rs_cc_start *s)
{
    *cc = (rs_cc){.p = s->params, .ssthresh_segs = RS_CC_INFINITE, .clamp_segs = RS_CC_INFINITE};
    cc->cwnd_segs = rs_cc_initial_segs(&cc->p, s->mss);
    cc->algo = s->algo;
    if (!cc->p.tick_us) cc->p.tick_us = TICK_US;
    if (!cc->p.tune.cubic_beta) cc->p.tune = rs_cc_tune_default;
    rs_cc_algo_of(cc)->init(cc);
    keep_bounds(cc);
}

void rs_cc_choose(rs_cc *cc, uint8_t algo)
{
    if (cc->algo == algo) return;
    cc->algo = algo;
    cc->pacing_rate = 0;
    cc->draining = cc->cautious = false;
    memset(cc->state, 0, sizeof cc->state);
    rs_cc_algo_of(cc)->init(cc);
    keep_bounds(cc);
}

void rs_cc_set_initial(rs_cc *cc, const rs_cc_restart *r)
{
    cc->cwnd_segs = r->segs ? r->segs : rs_cc_initial_segs(&cc->p, r->mss);
    cc->rest_bytes = 0;
    rs_cc_algo_of(cc)->init(cc);
}

void rs_cc_on_ack(rs_cc *cc, const rs_cc_ack *e)
{
    rs_cc_algo_of(cc)->on_ack(cc, e);
    keep_bounds(cc);
}

void rs_cc_on_enter_recovery(rs_cc *cc, const rs_cc_loss *e)
{
    rs_cc_algo_of(cc)->on_enter_recovery(cc, e);
    keep_bounds(cc);
}

void rs_cc_on_dup_ack(rs_cc *cc, rs_time now)
{
    rs_cc_algo_of(cc)->on_dup_ack(cc, now);
    keep_bounds(cc);
}

void rs_cc_on_partial_ack(rs_cc *cc, const rs_cc_partial *e)
{
    rs_cc_algo_of(cc)->on_partial_ack(cc, e);
    keep_bounds(cc);
}

void rs_cc_on_exit_recovery(rs_cc *cc, const rs_cc_exit *e)
{
    rs_cc_algo_of(cc)->on_exit_recovery(cc, e);
    keep_bounds(cc);
}

void rs_cc_on_rto(rs_cc *cc, const rs_cc_loss *e)
{
    rs_cc_algo_of(cc)->on_rto(cc, e);
    keep_bounds(cc);
}

void rs_cc_on_undo(rs_cc *cc, const rs_cc_undo *e)
{
    if (rs_cc_algo_of(cc)->on_undo) {
        rs_cc_algo_of(cc)->on_undo(cc, e);
    } else {
        if (cc->cwnd_segs < e->cwnd_segs) cc->cwnd_segs = e->cwnd_segs;
        if (cc->ssthresh_segs < e->ssthresh_segs) cc->ssthresh_segs = e->ssthresh_segs;
    }
    keep_bounds(cc);
}

void rs_cc_set_window(rs_cc *cc, uint32_t segs)
{
    cc->cwnd_segs = segs;
    cc->rest_bytes = 0;
    keep_bounds(cc);
}

void rs_cc_on_idle_restart(rs_cc *cc, const rs_cc_idle *e)
{
    rs_cc_algo_of(cc)->on_idle_restart(cc, e);
    keep_bounds(cc);
}

void rs_cc_on_underuse(rs_cc *cc, uint32_t used_segs)
{
    rs_cc_algo_of(cc)->on_underuse(cc, used_segs);
    keep_bounds(cc);
}

uint32_t rs_cc_ssthresh(rs_cc *cc, const rs_cc_loss *e)
{
    uint32_t segs = rs_cc_algo_of(cc)->ssthresh(cc, e);
    return segs < RS_CC_INFINITE ? segs : RS_CC_INFINITE;
}

void rs_cc_on_rtt(rs_cc *cc, const rs_cc_rtt *e)
{
    rs_cc_algo_of(cc)->on_rtt(cc, e);
    keep_bounds(cc);
}

void rs_cc_on_sample(rs_cc *cc, const rs_cc_sample *e)
{
    rs_cc_algo_of(cc)->on_sample(cc, e);
    keep_bounds(cc);
}

void rs_cc_on_begin(rs_cc *cc, const rs_cc_begin *e)
{
    rs_cc_algo_of(cc)->on_begin(cc, e);
    keep_bounds(cc);
}

uint32_t rs_cc_info(const rs_cc *cc, const rs_cc_view *v, uint8_t out[RS_CC_INFO_BYTES])
{
    return rs_cc_algo_of(cc)->info ? rs_cc_algo_of(cc)->info(cc, v, out) : 0;
}

const char *rs_cc_broken(const rs_cc *cc)
{
    uint32_t algos = 0;
    while (rs_cc_all[algos]) algos++;
    if (cc->algo >= algos) return "C3: no such algorithm";
    if (cc->cwnd_segs < 1 || cc->cwnd_segs > cc->clamp_segs) return "C1: cwnd is not within [1, clamp]";
    if (cc->ssthresh_segs < 2) return "C2: ssthresh is below two segments";
    if (cc->rest_bytes > MAX_REST) return "C4: the remainder is larger than any segment";
    return rs_cc_algo_of(cc)->broken ? rs_cc_algo_of(cc)->broken(cc) : NULL;
}
