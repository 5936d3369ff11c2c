#define CHECK_MAIN
#include "check.h"

#include "../base/time.h"
#include "../mech/tstamp.h"

static rs_tstamp t;
static const rs_dur day_24 = {INT64_C(24) * 24 * 3600 * 1000000};

static void open_at(uint32_t offset, uint32_t recent)
{
    rs_tstamp_init(&t, offset);
    CHECK_SOUND(rs_tstamp_broken(&t));
    rs_tstamp_agree(&t);
    rs_tstamp_take_first(&t, (rs_time){0}, recent);
    CHECK_SOUND(rs_tstamp_broken(&t));
}

static bool old(uint32_t ts_val, uint32_t tolerance)
{
    return rs_tstamp_is_old(
        &t, &(rs_paws_in){.now = {1000000}, .ts_val = ts_val, .tolerance_ticks = tolerance, .idle = day_24});
}

TEST(the_clock_ticks_once_a_millisecond_from_its_offset_and_wraps)
{
    rs_tstamp_init(&t, 0xfffffffe);
    CHECK_EQ(rs_tstamp_val(&t, (rs_time){999}), 0xfffffffe);
    CHECK_EQ(rs_tstamp_val(&t, (rs_time){1000}), 0xffffffff);
    CHECK_EQ(rs_tstamp_val(&t, (rs_time){3000}), 1);
}

TEST(the_echo_is_ts_recent_and_zero_before_there_is_one)
{
    rs_tstamp_init(&t, 5);
    CHECK_EQ(rs_tstamp_ecr(&t), 0);
    rs_tstamp_take_first(&t, (rs_time){0}, 77);
    CHECK_EQ(rs_tstamp_ecr(&t), 77);
}

TEST(paws_refuses_a_timestamp_before_ts_recent)
{
    open_at(0, 1000);
    CHECK(old(999, 0));
    CHECK(!old(1000, 0));
    CHECK(!old(1001, 0));
    open_at(0, 5);
    CHECK(old(0xfffffff0, 0));
}

TEST(linux_tolerates_one_tick_and_no_more)
{
    open_at(0, 1000);
    CHECK(!old(999, 1));
    CHECK(old(998, 1));
}

TEST(paws_ends_when_ts_recent_is_outdated)
{
    open_at(0, 1000);
    rs_paws_in in = {.now = RS_NEVER, .ts_val = 500, .idle = day_24};
    in.now = (rs_time){day_24.us};
    CHECK(rs_tstamp_is_old(&t, &in));
    in.now.us++;
    CHECK(!rs_tstamp_is_old(&t, &in));
    in.now = (rs_time){RS_SEC(2148).us};
    CHECK(rs_tstamp_is_old(&t, &in));
    in.idle = RS_SEC(2147);
    CHECK(!rs_tstamp_is_old(&t, &in));
}

TEST(ts_recent_follows_only_segments_that_start_at_or_before_the_last_ack)
{
    open_at(0, 1000);
    rs_tstamp_seg s = {.now = {5}, .ts_val = 1010, .seq = rs_seq_of(501), .last_ack_sent = rs_seq_of(500)};
    CHECK(!rs_tstamp_update(&t, &s));
    CHECK_EQ(t.recent, 1000);
    s.seq = rs_seq_of(500);
    CHECK(rs_tstamp_update(&t, &s));
    CHECK_EQ(t.recent, 1010);
    CHECK_EQ(t.recent_at.us, 5);
}

TEST(ts_recent_never_goes_back_unless_it_is_outdated)
{
    open_at(0, 1000);
    rs_tstamp_seg s = {.ts_val = 999, .seq = rs_seq_of(1), .last_ack_sent = rs_seq_of(1), .idle = day_24};
    CHECK(!rs_tstamp_update(&t, &s));
    s.now = (rs_time){day_24.us + 1};
    CHECK(rs_tstamp_update(&t, &s));
    CHECK_EQ(t.recent, 999);
}

TEST(an_echo_of_ours_gives_a_round_trip_and_a_foreign_one_none)
{
    rs_dur rtt;
    open_at(10000, 1);
    CHECK(rs_tstamp_rtt(&t, &(rs_echo_in){.now = {50000}, .ts_ecr = 10020}, &rtt));
    CHECK_EQ(rtt.us, 30000);
    CHECK(rs_tstamp_rtt(&t, &(rs_echo_in){.now = {50000}, .ts_ecr = 10050}, &rtt));
    CHECK_EQ(rtt.us, 1000);
    CHECK(!rs_tstamp_rtt(&t, &(rs_echo_in){.now = {50000}, .ts_ecr = 10051}, &rtt));
    CHECK(!rs_tstamp_rtt(&t, &(rs_echo_in){.now = {50000}, .ts_ecr = 0}, &rtt));
}

TEST(a_syn_ack_must_echo_something_sent_since_the_first_syn)
{
    open_at(0xfffffff0, 1);
    rs_echo_range in = {.first_sent = {10000}, .now = {30000}};
    const struct {
        uint32_t ecr;
        bool ok;
    } row[] = {{0xfffffff9, false}, {0xfffffffa, true}, {14, true}, {15, false}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        in.ts_ecr = row[i].ecr;
        CHECK_EQ(rs_tstamp_echo_plausible(&t, &in), row[i].ok);
    }
}
