#define CHECK_MAIN
#include "check.h"

#include "../base/rng.h"
#include "../mech/cc.h"

TEST(every_algorithm_is_complete_and_found_by_its_name)
{
    for (int i = 0; rs_cc_all[i]; i++) {
        const rs_cc_algo *a = rs_cc_all[i];
        CHECK(a->init && a->on_ack && a->on_enter_recovery && a->on_dup_ack && a->on_partial_ack);
        CHECK(a->on_exit_recovery && a->on_rto && a->on_idle_restart);
        CHECK(a->state_size <= RS_CC_STATE_BYTES);
        CHECK(a->rfc && a->rfc[0]);
        CHECK_EQ(rs_cc_find(a->name), i);
    }
    CHECK_EQ(rs_cc_find("newreno"), rs_cc_find("reno"));
    CHECK_EQ(rs_cc_find("vegas"), -1);
}

TEST(the_initial_window_is_that_of_rfc_6928)
{
    rs_cc_params p = {0};
    const uint32_t row[][2] = {{100, 10}, {1460, 10}, {1461, 9}, {4000, 3}, {7300, 2}, {9000, 2}, {60000, 2}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) CHECK_EQ(rs_cc_initial_segs(&p, row[i][0]), row[i][1]);
    p.initial_segs = 3;
    CHECK_EQ(rs_cc_initial_segs(&p, 1460), 3);
}

TEST(a_new_start_sets_the_window)
{
    rs_cc cc;
    rs_cc_init(&cc, &(rs_cc_start){.algo = (uint8_t)rs_cc_find("reno"), .mss = 536});
    rs_cc_set_initial(&cc, &(rs_cc_restart){.mss = 1460, .segs = 1});
    CHECK_EQ(cc.cwnd_segs, 1);
    rs_cc_set_initial(&cc, &(rs_cc_restart){.mss = 1460});
    CHECK_EQ(cc.cwnd_segs, 10);
}

TEST(the_clamp_holds)
{
    rs_cc cc;
    rs_cc_init(&cc, &(rs_cc_start){.algo = (uint8_t)rs_cc_find("reno"), .mss = 1000, .params = {.linux_form = true}});
    cc.clamp_segs = 15;
    rs_cc_on_ack(&cc, &(rs_cc_ack){.acked_bytes = 10000, .acked_segs = 10, .mss = 1000, .cwnd_limited = true});
    CHECK_EQ(cc.cwnd_segs, 15);
}

/* What an ACK may tell, with any numbers. */
static rs_cc_sample any_sample(rs_rng *rng, uint32_t mss, rs_time now)
{
    uint32_t n = rs_rng_u32(rng) >> rs_rng_below(rng, 32);
    return (rs_cc_sample){.now = now,
                          .una = rs_seq_of(rs_rng_u32(rng)),
                          .nxt = rs_seq_of(rs_rng_u32(rng)),
                          .mss = mss,
                          .delivered = rs_rng_u32(rng),
                          .delivered_ce = rs_rng_u32(rng),
                          .lost = rs_rng_u32(rng),
                          .new_delivered = n,
                          .new_lost = rs_rng_below(rng, 4) ? 0 : n,
                          .inflight_segs = n,
                          .prior_inflight_segs = n,
                          .phase = (rs_cc_phase)rs_rng_below(rng, RS_CC_LOSS + 1),
                          .segs = n,
                          .prior_delivered = rs_rng_u32(rng),
                          .us = (int64_t)(rs_rng_u32(rng) >> rs_rng_below(rng, 32)),
                          .slow = rs_rng_below(rng, 2),
                          .rtt = {(int64_t)rs_rng_below(rng, 1000000) - 1},
                          .min_rtt = {rs_rng_below(rng, 100000)},
                          .srtt = {rs_rng_below(rng, 100000)},
                          .ahead = {rs_rng_below(rng, 100000)},
                          .most_rate = rs_rng_below(rng, 2) ? UINT64_MAX : n,
                          .random = rs_rng_u32(rng)};
}

/* One event of any kind with any numbers. */
static void any_event(rs_cc *cc, rs_rng *rng)
{
    uint32_t mss = 1 + rs_rng_below(rng, 9000), bytes = rs_rng_u32(rng) >> rs_rng_below(rng, 32);
    rs_cc_loss loss = {.flight_bytes = bytes, .inflight_segs = bytes / mss, .mss = mss};
    rs_cc_ack ack = {.acked_bytes = bytes, .acked_segs = bytes / mss + 1, .mss = mss};
    loss.dup_acks = rs_rng_below(rng, 4);
    loss.again = rs_rng_below(rng, 2);
    ack.cwnd_limited = rs_rng_below(rng, 8);
    rs_time now = {(int64_t)(rs_rng_u64(rng) >> rs_rng_below(rng, 60) >> 3)};
    rs_cc_sample sample = any_sample(rng, mss, now);
    ack.now = loss.now = now;
    loss.marked = rs_rng_below(rng, 2);
    switch (rs_rng_below(rng, 13)) {
    case 0: rs_cc_on_enter_recovery(cc, &loss); break;
    case 1: rs_cc_on_dup_ack(cc, (rs_time){0}); break;
    case 2: rs_cc_on_partial_ack(cc, &(rs_cc_partial){.acked_bytes = bytes, .mss = mss}); break;
    case 3: rs_cc_on_exit_recovery(cc, &(rs_cc_exit){.flight_bytes = bytes, .mss = mss}); break;
    case 4: rs_cc_on_rto(cc, &loss); break;
    case 5: rs_cc_on_idle_restart(cc, &(rs_cc_idle){.idle = {bytes}, .rto = {200000}, .mss = mss}); break;
    case 6: rs_cc_on_underuse(cc, rs_rng_below(rng, cc->cwnd_segs)); break;
    case 7: rs_cc_on_sample(cc, &sample); break;
    case 8: rs_cc_on_rtt(cc, &(rs_cc_rtt){.now = now, .rtt = sample.rtt, .pacing_rate = sample.most_rate}); break;
    case 9: rs_cc_on_begin(cc, &(rs_cc_begin){.now = now, .last_sent = {0}, .mss = mss, .slow = true}); break;
    case 10: rs_cc_on_undo(cc, &(rs_cc_undo){.cwnd_segs = sample.segs, .ssthresh_segs = sample.segs}); break;
    default: rs_cc_on_ack(cc, &ack);
    }
}

TEST(another_algorithm_does_not_inherit_the_caution_of_the_last_one)
{
    rs_cc cc;
    rs_cc_init(&cc, &(rs_cc_start){.algo = (uint8_t)rs_cc_find("reno"), .mss = 1000, .params = {.initial_segs = 10}});
    cc.cautious = true; /* as in conservative slow start (RFC 9406) */
    rs_cc_choose(&cc, (uint8_t)rs_cc_find("dctcp"));
    rs_cc_on_ack(&cc, &(rs_cc_ack){.acked_bytes = 4000, .acked_segs = 4, .mss = 1000, .cwnd_limited = true});
    CHECK_EQ(rs_cc_bytes(&cc, 1000), 14000);
}

TEST(no_sequence_of_events_breaks_an_algorithm)
{
    rs_rng rng = rs_rng_of(4);
    for (uint8_t i = 0; rs_cc_all[i]; i++) {
        for (int form = 0; form < 2; form++) {
            rs_cc cc;
            rs_cc_params p = {.linux_form = form, .abc_limit = rs_rng_below(&rng, 3)};
            rs_cc_init(&cc, &(rs_cc_start){.algo = i, .mss = 1460, .params = p});
            for (int step = 0; step < 20000; step++) {
                any_event(&cc, &rng);
                CHECK_SOUND(rs_cc_broken(&cc));
            }
        }
    }
}
