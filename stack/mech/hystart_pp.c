#include "hystart_pp.h"

enum { SAMPLES = 8, DIVISOR = 8, LEAST_US = 4000, MOST_US = 16000 };

void rs_hspp_init(rs_hspp *h)
{
    *h = (rs_hspp){.last_us = UINT32_MAX, .round_us = UINT32_MAX};
}

/* A round ends when all is acknowledged that was out when it began. */
static void begin_round(rs_hspp *h, rs_seq nxt)
{
    h->last_us = h->round_us;
    h->round_us = UINT32_MAX;
    h->samples = 0;
    h->end = nxt;
    h->rounds += h->css;
    h->begun = true;
}

/* RFC 9406 4.2: how much longer is clearly longer. */
static uint32_t threshold(uint32_t last_us)
{
    uint32_t t = last_us / DIVISOR;
    return t < LEAST_US ? LEAST_US : t > MOST_US ? MOST_US : t;
}

static void enter_css(rs_hspp *h)
{
    h->css = true;
    h->rounds = 0;
    h->base_us = h->round_us;
}

static void take_sample(rs_hspp *h, uint32_t us)
{
    if (us < h->round_us) h->round_us = us;
    if (h->samples < SAMPLES) h->samples++;
    if (h->samples < SAMPLES) return;
    if (h->css && h->round_us < h->base_us) h->css = false, h->rounds = 0;
    else if (!h->css && h->last_us != UINT32_MAX && h->round_us >= h->last_us + threshold(h->last_us)) enter_css(h);
}

/* The ACK that ends a round belongs to it. */
rs_hspp_phase rs_hspp_on_rtt(rs_hspp *h, const rs_hspp_ack *k)
{
    uint32_t us = k->rtt.us < 1 ? 1 : k->rtt.us >= UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)k->rtt.us;
    if (!h->begun) begin_round(h, k->nxt);
    take_sample(h, us);
    if (!rs_seq_before(k->una, h->end)) begin_round(h, k->nxt);
    if (h->rounds == RS_HSPP_ROUNDS) {
        rs_hspp_init(h);
        return RS_HSPP_OVER;
    }
    return h->css ? RS_HSPP_CSS : RS_HSPP_SLOW_START;
}

const char *rs_hspp_broken(const rs_hspp *h)
{
    if (!h->css) return h->rounds ? "H1: rounds of CSS are counted outside of it" : NULL;
    return h->rounds < RS_HSPP_ROUNDS && h->base_us != UINT32_MAX ? NULL
                                                                  : "H1: CSS without a baseline, or for too long";
}
