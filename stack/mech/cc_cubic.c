/* CUBIC (RFC 9438), in the integer arithmetic of Linux, with HyStart.
 *
 * After a cut the window follows a cubic of the time t since the epoch began, around the window W_max before the cut:
 *
 *      cwnd                              /        W(t) = C (t - K)^3 + W_max,   K = cbrt((W_max - cwnd) / C)
 *   W_max ____________ . - - ' ' - - . '          flat near W_max: careful there, fast away from it
 *                . '        K
 *   cut       .'
 *
 * The window never moves by W(t) itself: `every` says after how many acknowledged segments it grows by one, so that it
 * would reach W(t) within a round trip. Where Reno would be faster (RFC 9438 4.3), its estimate rules.
 *
 * Times are 1/1024 s, windows segments; C = scale / 1024 * 10 per (10 s)^3 in Linux's parameters: 0.4 with scale 41.
 *
 * HyStart leaves slow start before the queue overflows: ACKs of one round that keep coming for half of the smallest
 * round trip (train), or a round whose smallest round trip is an eighth above it (delay). In its place the RFC form can
 * have HyStart++ (hystart_pp.h; RFC 9438 4.10).
 *
 * Linux counts in clock ticks and in microseconds that wrap; so does this: a difference of two is right as long as it
 * is smaller than half the circle. */
#include "cc_reno.h"

#include "../base/time.h"

enum {
    ABE_BETA = 870,        /* 0.85: what is kept when a mark told of congestion (RFC 8511 3.1) */
    UNIT = 1024,           /* of beta, of a second */
    UNIT_LOG = 10,         /* its logarithm */
    LEAST_EVERY = 2,       /* at most one segment for two acknowledged */
    FIRST_EVERY = 20,      /* as long as no loss has told W_max */
    STILL_EVERY = 100,     /* windows, when the cubic is below */
    OFFSET_MOST = 1 << 18, /* 256 s: its cube times C still fits */
    SAMPLES = 8,
    DELAY_LEAST_US = 4000,
    DELAY_MOST_US = 16000,
    TRAIN_ALLOWANCE_US = 1000, /* most that sending itself may take */
    BURST_BYTES = 65536,
    TRAIN = 1,
    DELAY = 2
};

typedef struct cubic {
    uint32_t every;                 /* acknowledged segments for one more */
    uint32_t w_max;                 /* window before the last cut; 0: no cut yet */
    uint32_t last_segs, last_ticks; /* when `every` was reckoned last, and for which window */
    uint32_t origin;                /* window around which the cubic is flat */
    uint32_t k;                     /* when it is reached, 1/1024 s after the epoch began */
    uint32_t delay_min_us;          /* smallest round trip; 0: none */
    uint32_t epoch_ticks;           /* begin of the epoch; 0: begins with the next ACK */
    uint32_t acked, reno_segs;      /* Reno's window beside ours */
    uint8_t samples;                /* of this round */
    bool found;                     /* slow start is over for HyStart */
    bool in_round;                  /* the next line counts */
    uint32_t round_us, last_us, round_rtt_us;
    rs_seq round_end;
    rs_hspp pp; /* HyStart++ (RFC 9406) in the place of all that */
} cubic;
_Static_assert(sizeof(cubic) <= RS_CC_STATE_BYTES, "cubic's state fits");

static cubic *of(rs_cc *cc)
{
    return (cubic *)(void *)cc->state;
}

static uint32_t most(uint32_t a, uint32_t b)
{
    return a < b ? b : a;
}

/* Linux's clocks never show 0 here, which means "none". */
static uint32_t ticks(const rs_cc *cc, rs_time at)
{
    return (uint32_t)(at.us / cc->p.tick_us) + 1;
}

static int32_t since(uint32_t now, uint32_t then)
{
    return (int32_t)(now - then);
}

static void begin_round(cubic *c, rs_time now, rs_seq nxt)
{
    c->round_us = c->last_us = (uint32_t)now.us;
    c->round_end = nxt;
    c->round_rtt_us = UINT32_MAX;
    c->samples = 0;
    c->in_round = true;
}

static void init(rs_cc *cc)
{
    cubic *c = of(cc);
    *c = (cubic){0};
    rs_hspp_init(&c->pp);
    int first = cc->p.tune.cubic_initial_ssthresh;
    if (!cc->p.tune.hystart && first > 0) cc->ssthresh_segs = most((uint32_t)first, RS_CC_LEAST_SSTHRESH);
}

/* --- the cubic */

/* The largest integer whose cube is not above a. */
static uint64_t cube_root(uint64_t a)
{
    uint64_t y = 0;
    for (int shift = 63; shift >= 0; shift -= 3) {
        y *= 2;
        uint64_t step = 3 * y * (y + 1) + 1;
        if (a >> shift < step) continue;
        a -= step << shift;
        y++;
    }
    return y;
}

/* K for a window so many segments below W_max. The last step is one of Newton's with a third taken as 341/1024: that
 * is how Linux rounds. */
static uint32_t flat_after(const rs_cc *cc, uint32_t below_segs)
{
    uint64_t scale = (uint64_t)most((uint32_t)cc->p.tune.cubic_scale, 1) * 10;
    uint64_t a = ((uint64_t)1 << 40) / scale, room = UINT64_MAX / a;
    a *= below_segs < room ? below_segs : room;
    uint64_t y = cube_root(a);
    return y < 2 ? (uint32_t)y : (uint32_t)((2 * y + a / (y * (y - 1))) * 341 >> UNIT_LOG);
}

static void begin_epoch(rs_cc *cc, uint32_t now, uint32_t acked)
{
    cubic *c = of(cc);
    c->epoch_ticks = now;
    c->acked = acked;
    c->reno_segs = cc->cwnd_segs;
    bool above = c->w_max <= cc->cwnd_segs;
    c->k = above ? 0 : flat_after(cc, c->w_max - cc->cwnd_segs);
    c->origin = above ? cc->cwnd_segs : c->w_max;
}

/* W(t) a round trip from now, in segments. */
static uint32_t target(const rs_cc *cc, const cubic *c, uint32_t now)
{
    uint64_t rtt_ticks = ((uint64_t)c->delay_min_us + cc->p.tick_us - 1) / cc->p.tick_us;
    uint64_t t = (uint64_t)(uint32_t)since(now, c->epoch_ticks) + rtt_ticks;
    t = t * UNIT * cc->p.tick_us / 1000000;
    uint64_t off = t < c->k ? c->k - t : t - c->k;
    if (off > OFFSET_MOST) off = OFFSET_MOST;
    uint64_t delta = (uint64_t)most((uint32_t)cc->p.tune.cubic_scale, 1) * 10 * off * off * off >> 40;
    if (t < c->k) return delta < c->origin ? c->origin - (uint32_t)delta : 0;
    return delta < RS_CC_INFINITE - (uint64_t)c->origin ? c->origin + (uint32_t)delta : RS_CC_INFINITE;
}

static void follow_cubic(rs_cc *cc, uint32_t now, uint32_t acked)
{
    cubic *c = of(cc);
    c->last_segs = cc->cwnd_segs;
    c->last_ticks = now;
    if (!c->epoch_ticks) begin_epoch(cc, now, acked);
    uint32_t aim = target(cc, c, now);
    uint64_t still = (uint64_t)STILL_EVERY * cc->cwnd_segs;
    c->every = still < RS_CC_INFINITE ? (uint32_t)still : RS_CC_INFINITE;
    if (aim > cc->cwnd_segs) c->every = cc->cwnd_segs / (aim - cc->cwnd_segs);
    if (!c->w_max && c->every > FIRST_EVERY) c->every = FIRST_EVERY;
}

/* RFC 9438 4.3: Reno with this beta grows by 3 (1 - beta) / (1 + beta) segments per window. */
static void follow_reno(rs_cc *cc)
{
    cubic *c = of(cc);
    uint32_t beta = (uint32_t)cc->p.tune.cubic_beta;
    if (beta >= UNIT) return;
    uint64_t scale = 8 * (UNIT + (uint64_t)beta) / 3 / (UNIT - beta), window = cc->cwnd_segs * scale >> 3;
    if (window && c->acked > window) {
        uint32_t steps = (uint32_t)((c->acked - 1) / window);
        c->acked -= (uint32_t)(steps * window);
        c->reno_segs += steps;
    }
    if (c->reno_segs <= cc->cwnd_segs) return;
    uint32_t every = cc->cwnd_segs / (c->reno_segs - cc->cwnd_segs);
    if (c->every > every) c->every = every;
}

static void reckon(rs_cc *cc, rs_time at, uint32_t acked)
{
    cubic *c = of(cc);
    uint32_t now = ticks(cc, at), rest = 1000000 / cc->p.tick_us / 32;
    c->acked += acked;
    if (c->last_segs == cc->cwnd_segs && since(now, c->last_ticks) <= (int32_t)rest) return;
    if (!c->epoch_ticks || now != c->last_ticks) follow_cubic(cc, now, acked);
    if (cc->p.tune.cubic_friendliness) follow_reno(cc);
    c->every = most(c->every, LEAST_EVERY);
}

static void on_ack(rs_cc *cc, const rs_cc_ack *e)
{
    if (!e->cwnd_limited) return;
    bool below = rs_cc_in_slow_start(cc);
    uint32_t left = rs_reno_slow_start(cc, e);
    if (!left || (below && !cc->p.linux_form)) return;
    reckon(cc, e->now, left);
    rs_reno_add(cc, of(cc)->every, left);
}

/* Time in which nothing was sent does not count (RFC 9438 5.8). */
static void on_begin(rs_cc *cc, const rs_cc_begin *e)
{
    cubic *c = of(cc);
    uint32_t now = ticks(cc, e->now);
    int32_t idle = since(now, ticks(cc, e->last_sent));
    if (!c->epoch_ticks || idle <= 0) return;
    c->epoch_ticks += (uint32_t)idle;
    if (since(c->epoch_ticks, now) > 0) c->epoch_ticks = now;
}

/* --- loss */

/* RFC 9438 4.6; 4.7: a W_max below the last one makes room for others. */
static uint32_t ssthresh(rs_cc *cc, const rs_cc_loss *e)
{
    cubic *c = of(cc);
    const rs_cc_tune *k = &cc->p.tune;
    uint64_t beta = (uint64_t)k->cubic_beta, segs = cc->cwnd_segs;
    if (e->marked && k->abe && beta < ABE_BETA) beta = ABE_BETA;
    c->epoch_ticks = 0;
    c->w_max = cc->cwnd_segs < c->w_max && k->cubic_fast_convergence ? (uint32_t)(segs * (UNIT + beta) / (2 * UNIT))
                                                                     : cc->cwnd_segs;
    if (!cc->p.linux_form && e->flight_bytes / e->mss < segs) segs = e->flight_bytes / e->mss;
    return most((uint32_t)(segs * beta / UNIT), RS_CC_LEAST_SSTHRESH);
}

/* After a timeout the path is unknown again: Linux forgets W_max as well. */
static void on_rto(rs_cc *cc, const rs_cc_loss *e)
{
    rs_reno_on_rto(cc, e);
    *of(cc) = (cubic){0};
    rs_hspp_init(&of(cc)->pp);
    begin_round(of(cc), e->now, e->nxt);
}

/* --- HyStart */

/* What sending four bursts takes at the present rate. */
static uint32_t train_allowance(const rs_cc_rtt *e)
{
    if (!e->pacing_rate) return 0;
    uint64_t us = (uint64_t)BURST_BYTES * 4 * 1000000 / e->pacing_rate;
    return us < TRAIN_ALLOWANCE_US ? (uint32_t)us : TRAIN_ALLOWANCE_US;
}

static bool train_is_long(const rs_cc *cc, cubic *c, const rs_cc_rtt *e)
{
    uint32_t now = (uint32_t)e->now.us;
    if (since(now, c->last_us) > cc->p.tune.hystart_ack_delta_us) return false;
    c->last_us = now;
    uint32_t limit = c->delay_min_us + train_allowance(e);
    if (!e->paced) limit /= 2;
    return since(now, c->round_us) > (int32_t)limit;
}

static bool delay_has_grown(cubic *c, uint32_t rtt_us)
{
    if (c->round_rtt_us > rtt_us) c->round_rtt_us = rtt_us;
    if (c->samples < SAMPLES) {
        c->samples++;
        return false;
    }
    uint32_t eighth = c->delay_min_us / 8;
    if (eighth < DELAY_LEAST_US) eighth = DELAY_LEAST_US;
    if (eighth > DELAY_MOST_US) eighth = DELAY_MOST_US;
    return c->round_rtt_us > c->delay_min_us + eighth;
}

static void look_for_exit(rs_cc *cc, const rs_cc_rtt *e, uint32_t rtt_us)
{
    cubic *c = of(cc);
    int what = cc->p.tune.hystart_detect;
    if (!c->in_round || rs_seq_after(e->una, c->round_end)) begin_round(c, e->now, e->nxt);
    if ((int64_t)cc->cwnd_segs < cc->p.tune.hystart_low_window) return;
    bool train = (what & TRAIN) && train_is_long(cc, c, e);
    bool delay = (what & DELAY) && delay_has_grown(c, rtt_us);
    if (!train && !delay) return;
    c->found = true;
    cc->ssthresh_segs = most(cc->cwnd_segs, RS_CC_LEAST_SSTHRESH);
}

static void on_rtt(rs_cc *cc, const rs_cc_rtt *e)
{
    cubic *c = of(cc);
    if (rs_reno_hystart_pp(cc, &c->pp, e)) return;
    /* Samples of the first second after a cut show the queue of before. */
    if (c->epoch_ticks && (int64_t)since(ticks(cc, e->now), c->epoch_ticks) * cc->p.tick_us < 1000000) return;
    int64_t us = e->rtt.us < 1 ? 1 : e->rtt.us > INT32_MAX ? INT32_MAX : e->rtt.us;
    if (!c->delay_min_us || c->delay_min_us > us) c->delay_min_us = (uint32_t)us;
    if (!c->found && rs_cc_in_slow_start(cc) && cc->p.tune.hystart) look_for_exit(cc, e, (uint32_t)us);
}

static const char *broken(const rs_cc *cc)
{
    return rs_hspp_broken(&((const cubic *)(const void *)cc->state)->pp);
}

const rs_cc_algo rs_cc_cubic = {
    .name = "cubic",
    .rfc = "9438",
    .state_size = sizeof(cubic),
    .init = init,
    .on_ack = on_ack,
    .on_enter_recovery = rs_reno_on_enter_recovery,
    .on_dup_ack = rs_reno_on_dup_ack,
    .on_partial_ack = rs_reno_on_partial_ack,
    .on_exit_recovery = rs_reno_on_exit_recovery,
    .on_rto = on_rto,
    .on_idle_restart = rs_reno_on_idle_restart,
    .on_underuse = rs_reno_on_underuse,
    .ssthresh = ssthresh,
    .on_sample = rs_reno_on_sample,
    .on_rtt = on_rtt,
    .on_begin = on_begin,
    .broken = broken,
};
