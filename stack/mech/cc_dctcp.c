/* DCTCP (RFC 8257): the window gives up as much as was marked.
 *
 * Once per window of data the sender sees which part F of what was delivered the peer echoed as marked, and keeps a
 * moving mean alpha of it. When marks ask for a reduction, the window loses alpha / 2 of itself; a loss halves it as
 * everywhere. It needs switches that mark early, and a peer that echoes each mark and not only the first. */
#include <string.h>

#include "cc_reno.h"

enum { ALPHA_MOST = 1024, ALPHA_LOG = 10 };

typedef struct dctcp {
    uint32_t alpha;             /* in 1/1024 */
    uint32_t delivered, marked; /* counts when this window began */
    rs_seq window_end;
    bool in_window;
} dctcp;
_Static_assert(sizeof(dctcp) <= RS_CC_STATE_BYTES, "dctcp's state fits");

static dctcp *of(rs_cc *cc)
{
    return (dctcp *)(void *)cc->state;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void init(rs_cc *cc)
{
    *of(cc) = (dctcp){.alpha = least((uint32_t)cc->p.tune.dctcp_alpha_on_init, ALPHA_MOST)};
}

static void begin_window(dctcp *d, const rs_cc_sample *e)
{
    d->delivered = e->delivered;
    d->marked = e->delivered_ce;
    d->window_end = e->nxt;
    d->in_window = true;
}

/* RFC 8257 3.3 step 6: alpha = (1 - g) alpha + g F. What is too small to lose a part loses all. */
static void learn(rs_cc *cc, const rs_cc_sample *e)
{
    dctcp *d = of(cc);
    uint32_t g = (uint32_t)cc->p.tune.dctcp_shift_g, delivered = e->delivered - d->delivered;
    uint64_t marked = (uint64_t)(e->delivered_ce - d->marked) << (ALPHA_LOG - g);
    uint32_t less = d->alpha >> g;
    d->alpha -= less ? less : d->alpha;
    d->alpha = least(d->alpha + (uint32_t)(marked / (delivered ? delivered : 1)), ALPHA_MOST);
}

static void on_sample(rs_cc *cc, const rs_cc_sample *e)
{
    dctcp *d = of(cc);
    if (d->in_window && rs_seq_before(e->una, d->window_end)) return;
    if (d->in_window) learn(cc, e);
    begin_window(d, e);
}

/* RFC 8257 3.3 step 9 for marks, 3.5 for losses. */
static uint32_t ssthresh(rs_cc *cc, const rs_cc_loss *e)
{
    uint64_t segs = cc->cwnd_segs;
    if (!cc->p.linux_form && e->flight_bytes / e->mss < segs) segs = e->flight_bytes / e->mss;
    uint64_t cut = e->marked ? segs * of(cc)->alpha >> (ALPHA_LOG + 1) : segs - segs / 2;
    return segs - cut > RS_CC_LEAST_SSTHRESH ? (uint32_t)(segs - cut) : RS_CC_LEAST_SSTHRESH;
}

static void on_ack(rs_cc *cc, const rs_cc_ack *e)
{
    rs_cc_newreno.on_ack(cc, e);
}

/* struct tcp_dctcp_info: enabled, ce_state (16 bits each), alpha, bytes that were marked and all, in this window. */
static uint32_t info(const rs_cc *cc, const rs_cc_view *v, uint8_t out[RS_CC_INFO_BYTES])
{
    const dctcp *d = (const dctcp *)(const void *)cc->state;
    uint16_t flags[2] = {1, v->ce};
    uint32_t tell[3] = {d->alpha, v->mss * (v->delivered_ce - d->marked), v->mss * (v->delivered - d->delivered)};
    memset(out, 0, sizeof flags + sizeof tell);
    if (v->marks) memcpy(out, flags, sizeof flags);
    if (v->marks) memcpy(out + sizeof flags, tell, sizeof tell);
    return sizeof flags + sizeof tell;
}

const rs_cc_algo rs_cc_dctcp = {
    .name = "dctcp",
    .rfc = "8257",
    .state_size = sizeof(dctcp),
    .init = init,
    .on_ack = on_ack,
    .on_enter_recovery = rs_reno_on_enter_recovery,
    .on_dup_ack = rs_reno_on_dup_ack,
    .on_partial_ack = rs_reno_on_partial_ack,
    .on_exit_recovery = rs_reno_on_exit_recovery,
    .on_rto = rs_reno_on_rto,
    .on_idle_restart = rs_reno_on_idle_restart,
    .on_underuse = rs_reno_on_underuse,
    .ssthresh = ssthresh,
    .wants_marks = true,
    .on_sample = on_sample,
    .on_rtt = rs_reno_on_rtt,
    .on_begin = rs_reno_on_begin,
    .info = info,
};
