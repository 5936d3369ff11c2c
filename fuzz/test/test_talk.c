#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/bytes.h"
#include "../prog/fail.h"
#include "../world/talk.h"

static fz_talk_plan plan;
static fz_talk talk;

static void begin(void)
{
    plan = (fz_talk_plan){.host = {0, 1}};
    plan.user[0].bytes = plan.user[1].bytes = 100;
    fz_talk_begin(&talk, &plan, 3, (rs_time){0});
    talk.end[0].wrote = talk.end[1].wrote = 100;
    talk.end[0].phase = talk.end[1].phase = FZ_OPEN;
}

/* What the client reads of the server's stream when the bytes are those from `from`. */
static const char *reads(uint64_t at, uint64_t from, size_t len)
{
    uint8_t bytes[200];
    for (size_t i = 0; i < len; i++) bytes[i] = fz_byte(talk.end[1].key, from + i);
    talk.end[0].got = at;
    fz_catch();
    fz_check_read(&talk.end[0], &talk.end[1], bytes, len);
    return fz_caught();
}

TEST(bytes_in_their_place_are_right)
{
    begin();
    CHECK(!reads(0, 0, 100));
    CHECK(!reads(60, 60, 40));
}

TEST(lost_doubled_and_shifted_bytes_are_seen)
{
    begin();
    CHECK_STR(reads(10, 11, 20), "O50 delivery");
    CHECK_STR(reads(10, 0, 20), "O50 delivery");
    CHECK_STR(reads(10, 10 + 4096, 20), "O50 delivery");
    CHECK_STR(reads(10, 10 + 65536, 20), "O50 delivery");
}

TEST(bytes_that_nobody_wrote_are_seen)
{
    begin();
    CHECK_STR(reads(90, 90, 11), "O50 delivery");
    talk.end[0].eof = true;
    CHECK_STR(reads(90, 90, 1), "O53 end");
}

static const char *ends(uint64_t got, bool shut)
{
    talk.end[0].got = got;
    talk.end[1].shut = shut;
    fz_catch();
    fz_check_eof(&talk.end[0], &talk.end[1]);
    return fz_caught();
}

TEST(a_stream_ends_behind_its_last_byte)
{
    begin();
    CHECK(!ends(100, true));
    CHECK_STR(ends(99, true), "O53 end");
    CHECK_STR(ends(100, false), "O53 end");
}

static const char *error(void)
{
    fz_catch();
    fz_check_error(&talk, 0, "recv", RS_ECONNRESET);
    return fz_caught();
}

TEST(an_error_needs_a_reason)
{
    begin();
    CHECK_STR(error(), "O53 error");
    plan.user[1].leaves.us = 5;
    CHECK(!error());
}

TEST(a_linux_host_whose_user_sleeps_may_give_up)
{
    begin();
    fz_ground linux_like = {.linux_preset = {true}};
    talk.end[1].wrote = 100;
    CHECK(fz_talk_is_deaf(&talk, 0, &linux_like));
    CHECK(!fz_talk_is_deaf(&talk, 1, &linux_like));
    talk.end[0].got = 100;
    CHECK(!fz_talk_is_deaf(&talk, 0, &linux_like)); /* there is room */
    talk.end[0].deaf = true;
    CHECK(!error()); /* the other hears of it */
}

static const char *served(void)
{
    fz_catch();
    fz_check_served(&talk);
    return fz_caught();
}

TEST(who_is_still_there_was_not_served)
{
    begin();
    CHECK_STR(served(), "O51 liveness");
    talk.end[0].phase = FZ_GONE;
    CHECK_STR(served(), "O51 liveness");
    talk.end[1].phase = FZ_GONE;
    CHECK(!served());
}

TEST(users_wake_by_their_plan)
{
    begin();
    rs_time now = {10}, origin = {0};
    talk.end[0].phase = FZ_TO_OPEN;
    plan.user[0].start.us = 50;
    CHECK_EQ(fz_talk_wakes(&talk, 0, now, origin).us, 50);
    talk.end[0].phase = FZ_OPEN;
    talk.end[0].write_at.us = 30;
    talk.end[0].read_at.us = 20;
    CHECK_EQ(fz_talk_wakes(&talk, 0, now, origin).us, 20);
    talk.end[0].phase = FZ_GONE;
    CHECK_EQ(fz_talk_wakes(&talk, 0, now, origin).us, INT64_MAX);
}
