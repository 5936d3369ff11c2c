#define CHECK_MAIN
#include "check.h"

#include "../base/time.h"
#include "../mech/cc.h"

enum { MSS = 1000, RTT_MS = 100 };

static rs_cc cc;
static rs_time now;
static rs_seq una;

static void start(const rs_cc_tune *tune)
{
    rs_cc_start s = {.algo = (uint8_t)rs_cc_find("cubic"), .mss = MSS};
    s.params = (rs_cc_params){.initial_segs = 10, .linux_form = true};
    if (tune) s.params.tune = *tune;
    now = (rs_time){1000000};
    una = rs_seq_of(1);
    rs_cc_init(&cc, &s);
    CHECK_SOUND(rs_cc_broken(&cc));
}

static void later(int64_t ms)
{
    now = rs_time_add(now, RS_MS(ms));
}

static void ack(uint32_t segs)
{
    una = rs_seq_add(una, segs * MSS);
    rs_cc_on_ack(
        &cc, &(rs_cc_ack){.now = now, .acked_bytes = segs * MSS, .acked_segs = segs, .mss = MSS, .cwnd_limited = true});
    CHECK_SOUND(rs_cc_broken(&cc));
}

/* One ACK for segs segments of a full window, with a round trip of rtt_ms. */
static void measured_ack(uint32_t segs, int64_t rtt_ms)
{
    rs_seq ack_to = rs_seq_add(una, segs * MSS);
    rs_cc_on_rtt(
        &cc, &(rs_cc_rtt){.now = now, .rtt = RS_MS(rtt_ms), .una = ack_to, .nxt = rs_seq_add(una, cc.cwnd_segs * MSS)});
    ack(segs);
}

static void lose(void)
{
    uint32_t ssthresh = rs_cc_ssthresh(&cc, &(rs_cc_loss){.now = now, .flight_bytes = cc.cwnd_segs * MSS, .mss = MSS});
    cc.ssthresh_segs = cc.cwnd_segs = ssthresh;
    cc.cwnd_cnt = 0;
}

/* Rounds of `segs` segments that are acknowledged one by one, evenly. */
static void round_trip(void)
{
    uint32_t segs = cc.cwnd_segs;
    for (uint32_t i = 0; i < segs; i++) {
        now = rs_time_add(now, (rs_dur){RTT_MS * 1000 / segs});
        ack(1);
    }
}

static void window_is(uint32_t segs)
{
    cc.cwnd_segs = segs;
    cc.ssthresh_segs = segs;
}

TEST(a_loss_leaves_seven_tenths)
{
    start(NULL);
    window_is(100);
    lose();
    CHECK_EQ(cc.cwnd_segs, 70);
    window_is(2);
    lose();
    CHECK_EQ(cc.ssthresh_segs, 2);
}

TEST(the_window_comes_back_to_where_it_was_after_k)
{
    start(NULL);
    window_is(100);
    lose();
    int rounds = 0;
    while (cc.cwnd_segs < 99 && rounds < 100) round_trip(), rounds++;
    /* K = cbrt(30 / 0.4) = 4.2 s; one segment below it after K - cbrt(1 / 0.4) = 2.9 s */
    CHECK(rounds >= 23 && rounds <= 32);
}

TEST(around_the_old_window_growth_is_slow_and_later_fast)
{
    rs_cc_tune t = rs_cc_tune_default;
    t.cubic_friendliness = false;
    start(&t);
    window_is(100);
    lose();
    for (int i = 0; i < 40; i++) round_trip();
    uint32_t at_k = cc.cwnd_segs;
    for (int i = 0; i < 3; i++) round_trip();
    CHECK(cc.cwnd_segs - at_k <= 2);
    CHECK(at_k >= 97 && at_k <= 101);
    for (int i = 0; i < 40; i++) round_trip();
    CHECK(cc.cwnd_segs >= 118);
}

TEST(a_second_loss_below_the_first_makes_room)
{
    rs_cc_tune t = rs_cc_tune_default;
    t.cubic_friendliness = false;
    start(&t);
    window_is(100);
    lose();
    cc.cwnd_segs = 80;
    lose();
    CHECK_EQ(cc.cwnd_segs, 56);
    /* the plateau is at 80 * 1.7 / 2 = 68 */
    for (int i = 0; i < 31; i++) round_trip();
    CHECK(cc.cwnd_segs >= 66 && cc.cwnd_segs <= 70);
}

TEST(short_round_trips_grow_as_reno_would)
{
    start(NULL);
    window_is(20);
    lose();
    CHECK_EQ(cc.cwnd_segs, 14);
    uint32_t first = cc.cwnd_segs;
    for (int r = 0; r < 10; r++) {
        uint32_t segs = cc.cwnd_segs;
        later(5);
        for (uint32_t i = 0; i < segs; i++) ack(1);
    }
    CHECK(cc.cwnd_segs - first >= 4 && cc.cwnd_segs - first <= 6); /* 0.53 in a round */
}

TEST(no_more_than_one_segment_for_two)
{
    start(NULL);
    window_is(50);
    lose();
    later(1);
    ack(1);
    later(60000);
    uint32_t before = cc.cwnd_segs;
    for (int i = 0; i < 40; i++) ack(1);
    CHECK(cc.cwnd_segs - before <= 21);
    CHECK(cc.cwnd_segs > before);
}

TEST(before_any_loss_twenty_acknowledged_make_one_more)
{
    start(NULL);
    window_is(30);
    later(10);
    for (int i = 0; i < 60; i++) ack(1);
    CHECK_EQ(cc.cwnd_segs, 33);
}

TEST(time_without_sending_does_not_count)
{
    start(NULL);
    window_is(100);
    lose();
    for (int i = 0; i < 5; i++) round_trip();
    uint32_t before = cc.cwnd_segs;
    rs_time last = now;
    later(60000);
    rs_cc_on_begin(&cc, &(rs_cc_begin){.now = now, .last_sent = last});
    round_trip();
    CHECK(cc.cwnd_segs - before <= 5);
}

TEST(after_a_timeout_the_old_window_is_forgotten)
{
    start(NULL);
    window_is(40);
    rs_cc_on_rto(&cc, &(rs_cc_loss){.now = now, .flight_bytes = 40 * MSS, .mss = MSS, .nxt = una});
    CHECK_EQ(cc.cwnd_segs, 1);
    CHECK_EQ(cc.ssthresh_segs, 28);
    for (int i = 0; i < 27; i++) ack(1);
    CHECK_EQ(cc.cwnd_segs, 28);
    for (int i = 0; i < 20; i++) ack(1);
    CHECK_EQ(cc.cwnd_segs, 29);
}

TEST(a_round_of_longer_round_trips_ends_slow_start)
{
    start(NULL);
    later(200);
    measured_ack(10, 200);
    CHECK_EQ(cc.cwnd_segs, 20);
    later(240);
    for (int i = 0; i < 8; i++, later(3)) measured_ack(2, 240);
    CHECK_EQ(cc.ssthresh_segs, RS_CC_INFINITE);
    CHECK_EQ(cc.cwnd_segs, 36);
    measured_ack(2, 240);
    CHECK_EQ(cc.ssthresh_segs, 36);
    CHECK_EQ(cc.cwnd_segs, 36);
}

TEST(one_short_round_trip_in_the_round_keeps_slow_start)
{
    start(NULL);
    later(200);
    measured_ack(10, 200);
    later(240);
    for (int i = 0; i < 9; i++, later(3)) measured_ack(2, i == 4 ? 210 : 240);
    CHECK_EQ(cc.ssthresh_segs, RS_CC_INFINITE);
}

TEST(acks_that_keep_coming_for_half_a_round_trip_end_slow_start)
{
    rs_cc_tune t = rs_cc_tune_default;
    t.hystart_detect = 1;
    start(&t);
    later(40);
    measured_ack(10, 40);
    cc.cwnd_segs = 40;
    later(40);
    for (int i = 0; i < 21; i++, later(1)) measured_ack(1, 40);
    CHECK_EQ(cc.ssthresh_segs, RS_CC_INFINITE);
    measured_ack(1, 40); /* 21 ms after the first of the round */
    CHECK_EQ(cc.ssthresh_segs, 61);
}

TEST(a_gap_breaks_the_train)
{
    rs_cc_tune t = rs_cc_tune_default;
    t.hystart_detect = 1;
    start(&t);
    later(40);
    measured_ack(10, 40);
    later(40);
    for (int i = 0; i < 10; i++, later(3)) measured_ack(1, 40);
    CHECK_EQ(cc.ssthresh_segs, RS_CC_INFINITE);
}

TEST(below_the_low_window_and_switched_off_nothing_is_looked_for)
{
    rs_cc_tune t = rs_cc_tune_default;
    t.hystart = false;
    start(&t);
    for (int i = 0; i < 40; i++, later(1)) measured_ack(1, 40 + i);
    CHECK_EQ(cc.ssthresh_segs, RS_CC_INFINITE);
    t.hystart = true;
    t.hystart_low_window = 100;
    start(&t);
    for (int i = 0; i < 40; i++, later(1)) measured_ack(1, 40 + i);
    CHECK_EQ(cc.ssthresh_segs, RS_CC_INFINITE);
}

TEST(a_first_threshold_can_be_given_when_hystart_is_off)
{
    rs_cc_tune t = rs_cc_tune_default;
    t.cubic_initial_ssthresh = 33;
    start(&t);
    CHECK_EQ(cc.ssthresh_segs, RS_CC_INFINITE);
    t.hystart = false;
    start(&t);
    CHECK_EQ(cc.ssthresh_segs, 33);
}

TEST(the_rfc_form_cuts_what_was_out)
{
    rs_cc_start s = {.algo = (uint8_t)rs_cc_find("cubic"), .mss = MSS, .params = {.initial_segs = 10}};
    rs_cc_init(&cc, &s);
    window_is(100);
    CHECK_EQ(rs_cc_ssthresh(&cc, &(rs_cc_loss){.flight_bytes = 40 * MSS, .mss = MSS}), 28);
}
