/* BBR, version 1 as Linux has it (draft-cardwell-iccrg-bbr-congestion-control-00): not losses but a model of the path
 * says how much may be out.
 *
 *   bottleneck bandwidth   the largest delivery rate of the last ten round trips
 *   round-trip time        the smallest of the last ten seconds
 *
 *   STARTUP --full pipe--> DRAIN --queue gone--> PROBE_BW  <--->  PROBE_RTT (for 200 ms, when ten seconds brought no
 *     twice as fast          undo                 1.25 .75 1...    smaller round-trip time)
 *     each round trip        that queue
 *
 * The rate is gain * bandwidth, less one percent; the window gain * bandwidth * round-trip time, with room for bursts
 * and for ACKs that come in bunches. Under a policer (losses while the rate stays the same) the long-term rate rules.
 *
 * Bandwidth is segments per microsecond in 1/2^24; gains are in 1/256. */
#include <string.h>

#include "cc_reno.h"

#include "../base/time.h"

enum { UNIT = 256, BW_LOG = 24, HIGH_GAIN = 739, DRAIN_GAIN = 88, WINDOW_GAIN = 512 };
enum { PER_SEC_LESS_MARGIN = 990000 };
enum { CYCLE = 8, CYCLE_RANDOM = 7, BW_ROUNDS = CYCLE + 2 };
enum { MIN_RTT_SECS = 10, PROBE_RTT_MS = 200, LEAST_SEGS = 4, INITIAL_SEGS = 10 };
enum { FULL_GROWTH = 320, FULL_ROUNDS = 3 };
enum { LT_LEAST_ROUNDS = 4, LT_LOSS = 50, LT_RATIO = 32, LT_DIFF_BYTES = 500, LT_MOST_ROUNDS = 48 };
enum { AGGR_ROUNDS = 5, AGGR_MOST_US = 100000, AGGR_EPOCH_SEGS = 1 << 20 };
enum { BURST_LOG = 10, BURST_BYTES = 65536 - 1 - 320, BURST_SEGS = 127, SLOW_RATE = 1200000 / 8 };

enum { STARTUP, DRAIN, PROBE_BW, PROBE_RTT };

/* The largest of a window of rounds, and the runners-up for when it goes out of date. */
typedef struct best {
    uint32_t round, bw;
} best;

typedef struct bbr {
    rs_time cycle_at; /* when this phase of PROBE_BW began */
    rs_time aggr_at;  /* when ACKs began to come faster than the bandwidth */
    best bw[3];
    uint32_t min_rtt_us;       /* UINT32_MAX: none */
    uint32_t min_rtt_ms;       /* when it was measured */
    uint32_t probe_end_ms;     /* end of PROBE_RTT; valid while probe_timed */
    uint32_t round, round_end; /* rounds so far; the present one ends when this count of deliveries was in flight */
    uint32_t lt_bw, lt_delivered, lt_lost, lt_ms; /* long-term sampling: bandwidth; counts when it began */
    uint32_t prior_segs;                          /* window before recovery or PROBE_RTT */
    uint32_t full_bw;                             /* bandwidth when it last grew */
    uint32_t aggr_acked;
    uint16_t aggr[2]; /* most ACKs beyond the bandwidth, of this window of rounds and the last one */
    uint16_t pace_gain, window_gain;
    uint8_t mode, phase, cycle, full_rounds, lt_rounds, aggr_rounds, aggr_now;
    bool begun : 1, round_start : 1, full : 1, conserve : 1, idle_restart : 1, probe_timed : 1, probe_round : 1;
    bool lt_on : 1, lt_sampling : 1, seen_rtt : 1;
} bbr;
_Static_assert(sizeof(bbr) <= RS_CC_STATE_BYTES, "bbr's state fits");

static const uint16_t cycle_gain[CYCLE] = {UNIT * 5 / 4, UNIT * 3 / 4, UNIT, UNIT, UNIT, UNIT, UNIT, UNIT};

static bbr *of(rs_cc *cc)
{
    return (bbr *)(void *)cc->state;
}

static uint32_t most(uint32_t a, uint32_t b)
{
    return a < b ? b : a;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t ms_of(rs_time at)
{
    return (uint32_t)(at.us / 1000);
}

static uint32_t to_u32(uint64_t n)
{
    return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static void init(rs_cc *cc)
{
    *of(cc) = (bbr){.min_rtt_us = UINT32_MAX, .pace_gain = HIGH_GAIN, .window_gain = HIGH_GAIN};
    cc->ssthresh_segs = RS_CC_INFINITE;
    cc->draining = false;
}

/* --- the model */

static void forget_bw(best w[3], best b)
{
    w[0] = w[1] = w[2] = b;
}

/* A new measurement (Nichols' windowed maximum: best, second and third best, each later than the one before). */
static void note_bw(best w[3], uint32_t round, uint32_t bw)
{
    best b = {round, bw};
    if (bw >= w[0].bw || round - w[2].round > BW_ROUNDS) {
        forget_bw(w, b);
        return;
    }
    if (bw >= w[1].bw) w[1] = w[2] = b;
    else if (bw >= w[2].bw) w[2] = b;
    uint32_t age = round - w[0].round;
    if (age > BW_ROUNDS) {
        w[0] = w[1], w[1] = w[2], w[2] = b;
        if (round - w[0].round > BW_ROUNDS) w[0] = w[1], w[1] = w[2], w[2] = b;
    } else if (w[1].round == w[0].round && age > BW_ROUNDS / 4) {
        w[1] = w[2] = b;
    } else if (w[2].round == w[1].round && age > BW_ROUNDS / 2) {
        w[2] = b;
    }
}

static uint32_t bandwidth(const bbr *b)
{
    return b->lt_on ? b->lt_bw : b->bw[0].bw;
}

/* Bytes per second, less one percent so that queues can drain. */
static uint64_t rate_of(uint64_t bw, uint32_t mss, uint32_t gain)
{
    uint64_t rate = (bw < UINT32_MAX ? bw : UINT32_MAX) * mss * gain / UNIT;
    return (rate < UINT64_MAX / PER_SEC_LESS_MARGIN ? rate * PER_SEC_LESS_MARGIN : UINT64_MAX) >> BW_LOG;
}

static void begin_rate(rs_cc *cc, uint32_t mss, rs_dur srtt, uint64_t most_rate)
{
    bbr *b = of(cc);
    uint64_t us = srtt.us > 0 ? (uint64_t)srtt.us : 1000;
    b->seen_rtt = srtt.us > 0;
    cc->pacing_rate = rate_of(((uint64_t)cc->cwnd_segs << BW_LOG) / us, mss, HIGH_GAIN);
    if (cc->pacing_rate > most_rate) cc->pacing_rate = most_rate;
}

static void set_rate(rs_cc *cc, const rs_cc_sample *e, uint32_t bw, uint32_t gain)
{
    bbr *b = of(cc);
    uint64_t rate = rate_of(bw, e->mss, gain);
    if (rate > e->most_rate) rate = e->most_rate;
    if (!b->seen_rtt && e->srtt.us > 0) begin_rate(cc, e->mss, e->srtt, e->most_rate);
    if (b->full || rate > cc->pacing_rate) cc->pacing_rate = rate;
}

static uint32_t burst_segs(const rs_cc *cc, uint32_t mss)
{
    uint64_t bytes = cc->pacing_rate >> BURST_LOG;
    uint32_t segs = (uint32_t)((bytes < BURST_BYTES ? bytes : BURST_BYTES) / mss);
    segs = most(segs, cc->pacing_rate < SLOW_RATE ? 1 : 2);
    return least(segs, BURST_SEGS);
}

static uint32_t bdp(const bbr *b, uint32_t bw, uint32_t gain)
{
    if (b->min_rtt_us == UINT32_MAX) return INITIAL_SEGS;
    uint64_t bytes = (uint64_t)bw * b->min_rtt_us;
    if (bytes > UINT64_MAX / gain) return RS_CC_INFINITE;
    return to_u32(((bytes * gain >> 8) + (1 << BW_LOG) - 1) >> BW_LOG);
}

/* Room for whole bursts at both ends and in between; even, because ACKs come for two. */
static uint32_t with_budget(const rs_cc *cc, const bbr *b, uint32_t segs, uint32_t mss)
{
    uint64_t n = ((uint64_t)segs + 3 * burst_segs(cc, mss) + 1) & ~(uint64_t)1;
    if (b->mode == PROBE_BW && b->cycle == 0) n += 2;
    return n < RS_CC_INFINITE ? (uint32_t)n : RS_CC_INFINITE;
}

static uint32_t target(const rs_cc *cc, const bbr *b, uint32_t gain, uint32_t mss)
{
    return with_budget(cc, b, bdp(b, b->bw[0].bw, gain), mss);
}

/* What will be in the network when the next segment departs. */
static uint32_t inflight_then(const rs_cc *cc, const bbr *b, const rs_cc_sample *e, uint32_t now_segs)
{
    uint64_t ahead_us = e->ahead.us > 0 ? (uint64_t)e->ahead.us : 0;
    uint64_t gone = (uint64_t)bandwidth(b) * (ahead_us < 10000000 ? ahead_us : 10000000) >> BW_LOG;
    uint64_t then = now_segs;
    if (b->pace_gain > UNIT) then += burst_segs(cc, e->mss);
    return gone >= then ? 0 : (uint32_t)(then - gone);
}

/* --- long-term bandwidth: a policer passes the same rate again and again and drops the rest */

static void lt_begin_interval(bbr *b, const rs_cc_sample *e)
{
    b->lt_ms = ms_of(e->now);
    b->lt_delivered = e->delivered;
    b->lt_lost = e->lost;
    b->lt_rounds = 0;
}

static void lt_forget(bbr *b, const rs_cc_sample *e)
{
    b->lt_bw = 0;
    b->lt_on = b->lt_sampling = false;
    lt_begin_interval(b, e);
}

static void lt_interval_done(bbr *b, const rs_cc_sample *e, uint32_t bw)
{
    if (b->lt_bw) {
        uint32_t diff = bw > b->lt_bw ? bw - b->lt_bw : b->lt_bw - bw;
        if ((uint64_t)diff * UNIT <= (uint64_t)LT_RATIO * b->lt_bw || rate_of(diff, e->mss, UNIT) <= LT_DIFF_BYTES) {
            b->lt_bw = (uint32_t)(((uint64_t)bw + b->lt_bw) / 2);
            b->lt_on = true;
            b->pace_gain = UNIT;
            b->lt_rounds = 0;
            return;
        }
    }
    b->lt_bw = bw;
    lt_begin_interval(b, e);
}

static void advance_cycle(bbr *b, rs_time now)
{
    b->cycle = (uint8_t)((b->cycle + 1) % CYCLE);
    b->cycle_at = now;
}

/* PROBE_BW begins anywhere but where it would drain. */
static void begin_probe_bw(bbr *b, const rs_cc_sample *e)
{
    b->mode = PROBE_BW;
    b->cycle = (uint8_t)(CYCLE - 1 - e->random % CYCLE_RANDOM);
    advance_cycle(b, e->now);
}

static void lt_sample(bbr *b, const rs_cc_sample *e)
{
    if (b->lt_on) {
        if (b->mode != PROBE_BW || !b->round_start || ++b->lt_rounds < LT_MOST_ROUNDS) return;
        lt_forget(b, e);
        begin_probe_bw(b, e);
        return;
    }
    if (!b->lt_sampling) {
        if (!e->new_lost) return;
        lt_begin_interval(b, e);
        b->lt_sampling = true;
    }
    if (b->round_start && !e->slow) b->lt_rounds++;
    if (e->slow || b->lt_rounds > 4 * LT_LEAST_ROUNDS) {
        lt_forget(b, e);
        return;
    }
    uint32_t lost = e->lost - b->lt_lost, delivered = e->delivered - b->lt_delivered, ms = ms_of(e->now) - b->lt_ms;
    if (b->lt_rounds < LT_LEAST_ROUNDS || !e->new_lost || !delivered) return;
    if ((uint64_t)lost * UNIT < (uint64_t)LT_LOSS * delivered || ms < 1 || ms > INT32_MAX / 1000) return;
    lt_interval_done(b, e, to_u32(((uint64_t)delivered << BW_LOG) / ((uint64_t)ms * 1000)));
}

/* --- an ACK */

static void update_bw(bbr *b, const rs_cc_sample *e)
{
    b->round_start = false;
    if (!e->segs || e->us <= 0) return;
    if ((int32_t)(e->prior_delivered - b->round_end) >= 0) {
        b->round_end = e->delivered;
        b->round++;
        b->round_start = true;
        b->conserve = false;
    }
    lt_sample(b, e);
    uint32_t bw = to_u32(((uint64_t)e->segs << BW_LOG) / (uint64_t)e->us);
    if (!e->slow || bw >= b->bw[0].bw) note_bw(b->bw, b->round, bw);
}

static void update_aggregation(const rs_cc *cc, bbr *b, const rs_cc_sample *e)
{
    if (!e->new_delivered || e->us <= 0) return;
    if (b->round_start && ++b->aggr_rounds >= AGGR_ROUNDS) {
        b->aggr_rounds = 0;
        b->aggr_now ^= 1;
        b->aggr[b->aggr_now] = 0;
    }
    int64_t us = rs_time_diff(e->now, b->aggr_at).us;
    uint64_t expected = us < 100000000 ? (uint64_t)bandwidth(b) * (uint64_t)(us > 0 ? us : 0) >> BW_LOG : UINT32_MAX;
    if (b->aggr_acked <= expected || b->aggr_acked + (uint64_t)e->new_delivered >= AGGR_EPOCH_SEGS) {
        b->aggr_acked = 0;
        b->aggr_at = e->now;
        expected = 0;
    }
    b->aggr_acked = least(b->aggr_acked + e->new_delivered, AGGR_EPOCH_SEGS - 1);
    uint32_t extra = least(least(b->aggr_acked - (uint32_t)expected, cc->cwnd_segs), UINT16_MAX);
    if (extra > b->aggr[b->aggr_now]) b->aggr[b->aggr_now] = (uint16_t)extra;
}

static bool phase_is_over(const rs_cc *cc, const bbr *b, const rs_cc_sample *e)
{
    bool full = rs_time_diff(e->now, b->cycle_at).us > b->min_rtt_us;
    if (b->pace_gain == UNIT) return full;
    uint32_t inflight = inflight_then(cc, b, e, e->prior_inflight_segs);
    if (b->pace_gain > UNIT) return full && (e->new_lost || inflight >= target(cc, b, b->pace_gain, e->mss));
    return full || inflight <= target(cc, b, UNIT, e->mss);
}

static void look_for_full_pipe(bbr *b, const rs_cc_sample *e)
{
    if (b->full || !b->round_start || e->slow) return;
    if (b->bw[0].bw >= (uint64_t)b->full_bw * FULL_GROWTH >> 8) {
        b->full_bw = b->bw[0].bw;
        b->full_rounds = 0;
        return;
    }
    b->full = ++b->full_rounds >= FULL_ROUNDS;
}

static void drain(rs_cc *cc, bbr *b, const rs_cc_sample *e)
{
    uint32_t pipe = target(cc, b, UNIT, e->mss);
    if (b->mode == STARTUP && b->full) {
        b->mode = DRAIN;
        cc->ssthresh_segs = most(pipe, RS_CC_LEAST_SSTHRESH);
    }
    if (b->mode == DRAIN && inflight_then(cc, b, e, e->inflight_segs) <= pipe) begin_probe_bw(b, e);
}

static void save_window(const rs_cc *cc, bbr *b)
{
    bool calm = b->phase < RS_CC_RECOVERY && b->mode != PROBE_RTT;
    b->prior_segs = calm ? cc->cwnd_segs : most(b->prior_segs, cc->cwnd_segs);
}

static void end_probe_rtt(rs_cc *cc, bbr *b, const rs_cc_sample *e)
{
    if ((int32_t)(ms_of(e->now) - b->probe_end_ms) <= 0) return;
    b->min_rtt_ms = ms_of(e->now);
    cc->cwnd_segs = most(cc->cwnd_segs, b->prior_segs);
    if (b->full) begin_probe_bw(b, e);
    else b->mode = STARTUP;
}

static void stay_in_probe_rtt(rs_cc *cc, bbr *b, const rs_cc_sample *e)
{
    if (!b->probe_timed && e->inflight_segs <= LEAST_SEGS) {
        b->probe_end_ms = ms_of(e->now) + PROBE_RTT_MS;
        b->probe_timed = true;
        b->probe_round = false;
        b->round_end = e->delivered;
        return;
    }
    if (!b->probe_timed) return;
    if (b->round_start) b->probe_round = true;
    if (b->probe_round) end_probe_rtt(cc, b, e);
}

static void update_min_rtt(rs_cc *cc, bbr *b, const rs_cc_sample *e)
{
    uint32_t now = ms_of(e->now);
    bool old = (int32_t)(now - b->min_rtt_ms) > MIN_RTT_SECS * 1000;
    if (e->rtt.us >= 0 && (e->rtt.us < b->min_rtt_us || (old && !e->delayed))) {
        b->min_rtt_us = to_u32((uint64_t)most(to_u32((uint64_t)e->rtt.us), 1));
        b->min_rtt_ms = now;
    }
    if (old && !b->idle_restart && b->mode != PROBE_RTT) {
        save_window(cc, b);
        b->mode = PROBE_RTT;
        b->probe_timed = false;
    }
    cc->draining = b->mode == PROBE_RTT;
    if (b->mode == PROBE_RTT) stay_in_probe_rtt(cc, b, e);
    if (e->us > 0) b->idle_restart = false;
}

static void update_gains(bbr *b)
{
    static const uint16_t pace[] = {HIGH_GAIN, DRAIN_GAIN, UNIT, UNIT},
                          window[] = {HIGH_GAIN, HIGH_GAIN, WINDOW_GAIN, UNIT};
    b->pace_gain = pace[b->mode];
    b->window_gain = window[b->mode];
    if (b->mode == PROBE_BW && !b->lt_on) b->pace_gain = cycle_gain[b->cycle];
}

/* --- the window */

/* The first round of recovery sends what arrives and no more; afterwards the old window is right again. True: the
 * window is decided. */
static bool recover(rs_cc *cc, bbr *b, const rs_cc_sample *e)
{
    uint8_t before = b->phase;
    uint32_t segs = cc->cwnd_segs;
    if (e->new_lost) segs = segs > e->new_lost ? segs - e->new_lost : 1;
    if (e->phase == RS_CC_RECOVERY && before != RS_CC_RECOVERY) {
        b->conserve = true;
        b->round_end = e->delivered;
        segs = e->inflight_segs + e->new_delivered;
    } else if (before >= RS_CC_RECOVERY && e->phase < RS_CC_RECOVERY) {
        segs = most(segs, b->prior_segs);
        b->conserve = false;
    }
    b->phase = (uint8_t)e->phase;
    cc->cwnd_segs = b->conserve ? most(segs, e->inflight_segs + e->new_delivered) : segs;
    return b->conserve;
}

static uint32_t aggregation_segs(const bbr *b)
{
    if (!b->full) return 0;
    uint64_t cap = (uint64_t)bandwidth(b) * AGGR_MOST_US >> BW_LOG;
    uint32_t extra = most(b->aggr[0], b->aggr[1]);
    return extra < cap ? extra : (uint32_t)cap;
}

static void set_window(rs_cc *cc, bbr *b, const rs_cc_sample *e)
{
    if (e->new_delivered && !recover(cc, b, e)) {
        uint64_t aim = (uint64_t)bdp(b, bandwidth(b), b->window_gain) + aggregation_segs(b);
        uint32_t goal = with_budget(cc, b, aim < RS_CC_INFINITE ? (uint32_t)aim : RS_CC_INFINITE, e->mss);
        uint32_t more = cc->cwnd_segs + e->new_delivered;
        if (b->full) cc->cwnd_segs = least(more, goal);
        else if (cc->cwnd_segs < goal || e->delivered < INITIAL_SEGS) cc->cwnd_segs = more;
        cc->cwnd_segs = most(cc->cwnd_segs, LEAST_SEGS);
    }
    if (b->mode == PROBE_RTT) cc->cwnd_segs = least(cc->cwnd_segs, LEAST_SEGS);
}

static void begin(rs_cc *cc, bbr *b, const rs_cc_sample *e)
{
    b->begun = true;
    b->min_rtt_us = e->min_rtt.us > 0 ? to_u32((uint64_t)e->min_rtt.us) : UINT32_MAX;
    b->min_rtt_ms = ms_of(e->now);
    b->aggr_at = b->cycle_at = e->now;
    lt_forget(b, e);
    if (!cc->pacing_rate) begin_rate(cc, e->mss, e->srtt, e->most_rate);
}

static void on_sample(rs_cc *cc, const rs_cc_sample *e)
{
    bbr *b = of(cc);
    if (!b->begun) begin(cc, b, e);
    update_bw(b, e);
    update_aggregation(cc, b, e);
    if (b->mode == PROBE_BW && phase_is_over(cc, b, e)) advance_cycle(b, e->now);
    look_for_full_pipe(b, e);
    drain(cc, b, e);
    update_min_rtt(cc, b, e);
    update_gains(b);
    set_rate(cc, e, bandwidth(b), b->pace_gain);
    set_window(cc, b, e);
}

/* --- what others do by the window, here it is remembered */

static void on_ack(rs_cc *cc, const rs_cc_ack *e)
{
    (void)cc, (void)e;
}

static uint32_t ssthresh(rs_cc *cc, const rs_cc_loss *e)
{
    (void)e;
    save_window(cc, of(cc));
    return cc->ssthresh_segs;
}

static void on_enter_recovery(rs_cc *cc, const rs_cc_loss *e)
{
    ssthresh(cc, e);
}

static void on_dup_ack(rs_cc *cc, rs_time now)
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

static void on_rto(rs_cc *cc, const rs_cc_loss *e)
{
    bbr *b = of(cc);
    if (!e->again) save_window(cc, b);
    b->phase = RS_CC_LOSS;
    b->full_bw = 0;
    b->round_start = true;
    cc->cwnd_segs = e->inflight_segs + 1;
}

static void on_undo(rs_cc *cc, const rs_cc_undo *e)
{
    bbr *b = of(cc);
    (void)e;
    b->full_bw = 0;
    b->full_rounds = 0;
    b->lt_bw = 0;
    b->lt_on = b->lt_sampling = false;
}

static void on_idle_restart(rs_cc *cc, const rs_cc_idle *e)
{
    (void)cc, (void)e;
}

static void on_underuse(rs_cc *cc, uint32_t used_segs)
{
    (void)cc, (void)used_segs;
}

/* After a pause: at the rate of the model, neither faster nor slower. */
static void on_begin(rs_cc *cc, const rs_cc_begin *e)
{
    bbr *b = of(cc);
    if (!e->slow || !b->begun) return;
    b->idle_restart = true;
    b->aggr_at = e->now;
    b->aggr_acked = 0;
    if (b->mode == PROBE_BW) cc->pacing_rate = rate_of(bandwidth(b), e->mss, UNIT);
}

/* struct tcp_bbr_info: bandwidth in bytes per second (low, high half), smallest round-trip time, both gains. Before the
 * first ACK of data Linux shows gains of one where a SYN-ACK was the first ACK, else none; a socket that never had a
 * connection shows zeros. */
static uint32_t info(const rs_cc *cc, const rs_cc_view *v, uint8_t out[RS_CC_INFO_BYTES])
{
    const bbr *b = (const bbr *)(const void *)cc->state;
    uint64_t bytes = (uint64_t)bandwidth(b) * v->mss * 1000000 >> BW_LOG;
    bool known = b->begun && b->min_rtt_us != UINT32_MAX, none = b->min_rtt_us == 0;
    uint32_t first = v->active ? UNIT : 0;
    uint32_t tell[5] = {(uint32_t)bytes, (uint32_t)(bytes >> 32), known ? b->min_rtt_us : v->min_rtt_us,
                        b->begun ? b->pace_gain : first, b->begun ? b->window_gain : first};
    if (none) memset(tell, 0, sizeof tell);
    memcpy(out, tell, sizeof tell);
    return sizeof tell;
}

const rs_cc_algo rs_cc_bbr = {
    .name = "bbr",
    .rfc = "draft-cardwell-iccrg-bbr-congestion-control-00",
    .state_size = sizeof(bbr),
    .init = init,
    .on_ack = on_ack,
    .on_enter_recovery = on_enter_recovery,
    .on_dup_ack = on_dup_ack,
    .on_partial_ack = on_partial_ack,
    .on_exit_recovery = on_exit_recovery,
    .on_rto = on_rto,
    .on_undo = on_undo,
    .on_idle_restart = on_idle_restart,
    .on_underuse = on_underuse,
    .ssthresh = ssthresh,
    .owns_window = true,
    .on_sample = on_sample,
    .on_rtt = rs_reno_on_rtt,
    .on_begin = on_begin,
    .info = info,
};
