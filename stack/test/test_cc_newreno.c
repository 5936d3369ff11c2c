#define CHECK_MAIN
#include "check.h"

#include "../base/time.h"
#include "../mech/cc.h"

enum { MSS = 1000 };

static rs_cc cc;

static void start(bool linux_form, uint32_t abc_limit)
{
    rs_cc_start s = {.algo = (uint8_t)rs_cc_find("reno"), .mss = MSS};
    s.params = (rs_cc_params){.initial_segs = 10, .abc_limit = abc_limit, .linux_form = linux_form};
    rs_cc_init(&cc, &s);
    CHECK_SOUND(rs_cc_broken(&cc));
}

static void ack(uint32_t segs)
{
    rs_cc_on_ack(&cc, &(rs_cc_ack){.acked_bytes = segs * MSS, .acked_segs = segs, .mss = MSS, .cwnd_limited = true});
    CHECK_SOUND(rs_cc_broken(&cc));
}

static void lose(uint32_t flight_segs, uint32_t dup_acks)
{
    rs_cc_on_enter_recovery(&cc, &(rs_cc_loss){.flight_bytes = flight_segs * MSS, .mss = MSS, .dup_acks = dup_acks});
    CHECK_SOUND(rs_cc_broken(&cc));
}

TEST(slow_start_of_linux_grows_by_what_is_acknowledged_however_the_acks_come)
{
    start(true, 0);
    ack(10);
    CHECK_EQ(cc.cwnd_segs, 20);
    start(true, 0);
    for (int i = 0; i < 10; i++) ack(1);
    CHECK_EQ(cc.cwnd_segs, 20);
}

TEST(slow_start_of_rfc_5681_grows_by_one_segment_per_ack_at_most)
{
    start(false, 1);
    ack(10);
    CHECK_EQ(cc.cwnd_segs, 11);
    start(false, 2);
    ack(10);
    CHECK_EQ(cc.cwnd_segs, 12);
}

TEST(parts_of_segments_add_up_in_the_byte_view)
{
    start(false, 2);
    rs_cc_ack e = {.acked_bytes = 400, .acked_segs = 1, .mss = MSS, .cwnd_limited = true};
    rs_cc_on_ack(&cc, &e);
    rs_cc_on_ack(&cc, &e);
    CHECK_EQ(cc.cwnd_segs, 10);
    CHECK_EQ(rs_cc_bytes(&cc, MSS), 10800);
    rs_cc_on_ack(&cc, &e);
    CHECK_EQ(cc.cwnd_segs, 11);
}

TEST(nothing_grows_while_the_window_is_not_the_limit)
{
    for (int form = 0; form < 2; form++) {
        start(form, 2);
        rs_cc_on_ack(&cc, &(rs_cc_ack){.acked_bytes = 10 * MSS, .acked_segs = 10, .mss = MSS});
        CHECK_EQ(cc.cwnd_segs, 10);
    }
}

TEST(avoidance_grows_by_one_segment_for_a_window_acknowledged)
{
    for (int form = 0; form < 2; form++) {
        start(form, 2);
        cc.ssthresh_segs = 10;
        for (int i = 0; i < 9; i++) ack(1);
        CHECK_EQ(cc.cwnd_segs, 10);
        ack(1);
        CHECK_EQ(cc.cwnd_segs, 11);
        for (int i = 0; i < 11; i++) ack(1);
        CHECK_EQ(cc.cwnd_segs, 12);
    }
}

TEST(an_ack_that_crosses_ssthresh_counts_for_both_phases_in_linux)
{
    start(true, 0);
    cc.ssthresh_segs = 12;
    ack(10);
    CHECK_EQ(cc.cwnd_segs, 12);
    CHECK_EQ(cc.cwnd_cnt, 8);
    ack(4);
    CHECK_EQ(cc.cwnd_segs, 13);
}

TEST(loss_halves_flight_size_in_the_rfc_form_and_cwnd_in_the_linux_form)
{
    start(false, 2);
    lose(8, 3);
    CHECK_EQ(cc.ssthresh_segs, 4);
    CHECK_EQ(cc.cwnd_segs, 7);
    start(true, 0);
    lose(8, 0);
    CHECK_EQ(cc.ssthresh_segs, 5);
    CHECK_EQ(cc.cwnd_segs, 5);
}

TEST(ssthresh_is_never_below_two_segments)
{
    for (int form = 0; form < 2; form++) {
        start(form, 2);
        cc.cwnd_segs = 1;
        lose(1, 0);
        CHECK_EQ(cc.ssthresh_segs, 2);
    }
}

TEST(recovery_inflates_by_duplicates_and_deflates_by_partial_acks)
{
    start(false, 2);
    lose(10, 3);
    CHECK_EQ(cc.cwnd_segs, 8);
    for (int i = 0; i < 6; i++) rs_cc_on_dup_ack(&cc, (rs_time){0});
    CHECK_EQ(cc.cwnd_segs, 14);
    rs_cc_on_partial_ack(&cc, &(rs_cc_partial){.acked_bytes = 3 * MSS, .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 12);
    rs_cc_on_partial_ack(&cc, &(rs_cc_partial){.acked_bytes = 500, .mss = MSS});
    CHECK_EQ(rs_cc_bytes(&cc, MSS), 11500);
    rs_cc_on_partial_ack(&cc, &(rs_cc_partial){.acked_bytes = 90 * MSS, .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 1);
}

TEST(the_end_of_recovery_allows_no_burst_in_the_rfc_form)
{
    start(false, 2);
    lose(20, 3);
    rs_cc_on_exit_recovery(&cc, &(rs_cc_exit){.flight_bytes = 3 * MSS, .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 4);
    start(false, 2);
    lose(20, 3);
    rs_cc_on_exit_recovery(&cc, &(rs_cc_exit){.flight_bytes = 30 * MSS, .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 10);
    start(true, 0);
    lose(20, 0);
    rs_cc_on_exit_recovery(&cc, &(rs_cc_exit){.flight_bytes = 0, .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 5);
}

TEST(a_timeout_leaves_one_segment_and_cuts_ssthresh_once)
{
    start(false, 2);
    rs_cc_on_rto(&cc, &(rs_cc_loss){.flight_bytes = 10 * MSS, .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 1);
    CHECK_EQ(cc.ssthresh_segs, 5);
    rs_cc_on_rto(&cc, &(rs_cc_loss){.flight_bytes = 1 * MSS, .mss = MSS, .again = true});
    CHECK_EQ(cc.ssthresh_segs, 5);
    start(true, 0);
    rs_cc_on_rto(&cc, &(rs_cc_loss){.flight_bytes = 10 * MSS, .inflight_segs = 3, .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 4);
}

TEST(an_idle_sender_restarts_with_the_initial_window_in_the_rfc_form)
{
    start(false, 2);
    cc.cwnd_segs = 80;
    rs_cc_on_idle_restart(&cc, &(rs_cc_idle){.idle = RS_MS(300), .rto = RS_MS(300), .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 80);
    rs_cc_on_idle_restart(&cc, &(rs_cc_idle){.idle = RS_MS(301), .rto = RS_MS(300), .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 10);
}

TEST(an_idle_sender_loses_half_its_window_per_rto_in_linux)
{
    start(true, 0);
    cc.cwnd_segs = 80;
    cc.ssthresh_segs = 20;
    rs_cc_on_idle_restart(&cc, &(rs_cc_idle){.idle = RS_MS(700), .rto = RS_MS(300), .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 20);
    CHECK_EQ(cc.ssthresh_segs, 60);
    cc.cwnd_segs = 80;
    rs_cc_on_idle_restart(&cc, &(rs_cc_idle){.idle = RS_SEC(3), .rto = RS_MS(300), .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 10);
    cc.cwnd_segs = 4;
    rs_cc_on_idle_restart(&cc, &(rs_cc_idle){.idle = RS_SEC(3), .rto = {0}, .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 4);
}

TEST(a_window_that_is_not_used_goes_half_way_down_and_three_quarters_are_remembered)
{
    start(true, 0);
    ack(30);
    cc.ssthresh_segs = 5;
    rs_cc_on_underuse(&cc, 10);
    CHECK_EQ(cc.cwnd_segs, 25);
    CHECK_EQ(cc.ssthresh_segs, 30);
}
