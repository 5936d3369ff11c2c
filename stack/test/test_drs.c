#define CHECK_MAIN
#include "check.h"

#include "../base/time.h"
#include "../mech/drs.h"

static rs_drs d;

static void open_at_0(uint32_t space)
{
    d = (rs_drs){0};
    rs_drs_open(&d, &(rs_drs_start){(rs_time){0}, rs_seq_of(0), space});
}

static void echo(uint32_t ecr, rs_dur rtt, bool unread)
{
    rs_drs_on_echo(&d, &(rs_drs_echo){ecr, rtt, unread});
}

static bool reads(int64_t at, uint32_t read, uint32_t nxt, uint32_t *taken)
{
    return rs_drs_on_read(&d, &(rs_drs_read){(rs_time){at}, rs_seq_of(read), rs_seq_of(nxt)}, taken);
}

TEST(nothing_is_asked_before_a_round_trip_is_known)
{
    uint32_t taken;
    open_at_0(10000);
    CHECK(!reads(1000000, 1000000, 1000000, &taken));
    echo(1, RS_MS(10), false);
    CHECK(reads(1000000, 1000000, 1000000, &taken));
    CHECK_EQ(taken, 1000000);
}

TEST(echoes_are_smoothed_and_the_least_counts_at_once)
{
    open_at_0(1);
    echo(1, RS_MS(80), false);
    CHECK_EQ(d.rtt8_us, 640000);
    echo(2, RS_MS(160), true); /* the user kept the peer waiting */
    CHECK_EQ(d.rtt8_us, 640000);
    echo(3, RS_MS(160), false);
    CHECK_EQ(d.rtt8_us, 720000);
    echo(4, RS_MS(40), true);
    CHECK_EQ(d.rtt8_us, 320000);
    echo(5, RS_MS(0), false);
    CHECK_EQ(d.rtt8_us, 320000);
}

TEST(an_absurd_echo_is_a_long_round_trip_and_no_short_one)
{
    open_at_0(1);
    echo(1, RS_SEC(500), false);
    echo(2, RS_SEC(100000), false);
    CHECK_EQ(d.rtt8_us, UINT32_MAX / 8 + 7 * (uint32_t)500000000);
    for (uint32_t i = 3; i < 200; i++) {
        echo(i, RS_SEC(100000), false);
        CHECK(d.rtt8_us >= 4000000000u);
    }
}

TEST(without_echoes_the_time_of_a_window_is_an_upper_bound)
{
    open_at_0(1);
    rs_drs_on_text(&d, &(rs_drs_text){(rs_time){0}, rs_seq_of(1000), 5000});
    rs_drs_on_text(&d, &(rs_drs_text){(rs_time){20000}, rs_seq_of(5999), 5000});
    CHECK_EQ(d.rtt8_us, 0);
    rs_drs_on_text(&d, &(rs_drs_text){(rs_time){30000}, rs_seq_of(6000), 5000});
    CHECK_EQ(d.rtt8_us, 240000);
    rs_drs_on_text(&d, &(rs_drs_text){(rs_time){90000}, rs_seq_of(11000), 5000});
    CHECK_EQ(d.rtt8_us, 240000);
    rs_drs_on_text(&d, &(rs_drs_text){(rs_time){90000}, rs_seq_of(16000), 5000});
    CHECK_EQ(d.rtt8_us, 8);
}

TEST(once_per_round_trip_what_the_user_took_is_compared_with_the_most_so_far)
{
    uint32_t taken = 0;
    open_at_0(10000);
    echo(1, RS_MS(10), false);
    CHECK(!reads(9999, 20000, 20000, &taken));
    CHECK(!reads(10000, 20000, 30000, &taken)); /* what waits unread does not count */
    CHECK(reads(20000, 40000, 45000, &taken));
    CHECK_EQ(taken, 15000);
}

TEST(a_faster_user_gets_a_window_for_a_sender_that_doubles)
{
    CHECK_EQ(rs_drs_window(&(rs_drs_need){10000, 10000, 0}), 20000);
    CHECK_EQ(rs_drs_window(&(rs_drs_need){20000, 10000, 0}), 40000 + 2 * 40000);
    CHECK_EQ(rs_drs_window(&(rs_drs_need){10000, 10000, 7000}), 27000);
    CHECK_EQ(rs_drs_window(&(rs_drs_need){10000, 0, 0}), 20000);
}
