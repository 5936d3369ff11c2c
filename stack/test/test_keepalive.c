#define CHECK_MAIN
#include "check.h"

#include "../base/time.h"
#include "../mech/keepalive.h"

static const rs_keepalive_params params = {.idle = {7200000000}, .interval = {75000000}, .count = 9};

static rs_keepalive k;

static rs_keepalive_act fire(rs_time heard, bool data_waits)
{
    rs_keepalive_now n = {.now = k.deadline, .last_heard = heard, .data_waits = data_waits};
    rs_keepalive_act act = rs_keepalive_on_timer(&k, &n, &params);
    CHECK_SOUND(rs_keepalive_broken(&k));
    return act;
}

static void start(void)
{
    rs_keepalive_init(&k);
    CHECK_SOUND(rs_keepalive_broken(&k));
    rs_keepalive_start(&k, &(rs_keepalive_now){.now = {0}, .last_heard = {0}}, &params);
}

TEST(a_dead_peer_is_given_up_after_two_hours_eleven_minutes_and_fifteen_seconds)
{
    start();
    for (int i = 0; i < 9; i++) CHECK_EQ(fire((rs_time){0}, false), RS_KEEPALIVE_PROBE);
    CHECK_EQ(fire((rs_time){0}, false), RS_KEEPALIVE_GIVE_UP);
    CHECK_EQ(k.deadline.us, RS_SEC(2 * 3600 + 11 * 60 + 15).us);
}

TEST(a_segment_ends_the_series_and_the_idle_time_counts_from_it)
{
    start();
    for (int i = 0; i < 3; i++) fire((rs_time){0}, false);
    rs_time heard = k.deadline;
    rs_keepalive_on_segment(&k);
    CHECK_EQ(fire(heard, false), RS_KEEPALIVE_NONE);
    CHECK_EQ(k.deadline.us, heard.us + 7200000000);
    for (int i = 0; i < 9; i++) CHECK_EQ(fire(heard, false), RS_KEEPALIVE_PROBE);
    CHECK_EQ(fire(heard, false), RS_KEEPALIVE_GIVE_UP);
}

TEST(while_data_waits_keepalive_only_looks_again_later)
{
    start();
    CHECK_EQ(fire((rs_time){0}, true), RS_KEEPALIVE_NONE);
    CHECK_EQ(k.deadline.us, 2 * 7200000000);
    CHECK_EQ(k.probes, 0);
}

TEST(switched_on_late_it_probes_at_once_when_the_peer_has_been_silent_long_enough)
{
    rs_keepalive_init(&k);
    rs_keepalive_start(&k, &(rs_keepalive_now){.now = {8000000000}, .last_heard = {0}}, &params);
    CHECK_EQ(k.deadline.us, 8000000000);
    CHECK_EQ(fire((rs_time){0}, false), RS_KEEPALIVE_PROBE);
}

TEST(the_user_timeout_replaces_the_count)
{
    rs_keepalive_params p = {.idle = RS_SEC(10), .interval = RS_SEC(1), .user_timeout = RS_SEC(13), .count = 1};
    rs_keepalive_init(&k);
    rs_keepalive_start(&k, &(rs_keepalive_now){.now = {0}}, &p);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(rs_keepalive_on_timer(&k, &(rs_keepalive_now){.now = k.deadline}, &p), RS_KEEPALIVE_PROBE);
    CHECK_EQ(rs_keepalive_on_timer(&k, &(rs_keepalive_now){.now = k.deadline}, &p), RS_KEEPALIVE_GIVE_UP);
    CHECK_EQ(k.deadline.us, 13000000);
}

TEST(nothing_happens_before_the_deadline_or_after_stop)
{
    start();
    CHECK_EQ(rs_keepalive_on_timer(&k, &(rs_keepalive_now){.now = {7199999999}}, &params), RS_KEEPALIVE_NONE);
    rs_keepalive_stop(&k);
    CHECK_SOUND(rs_keepalive_broken(&k));
    CHECK_EQ(rs_keepalive_on_timer(&k, &(rs_keepalive_now){.now = {INT64_MAX - 1}}, &params), RS_KEEPALIVE_NONE);
}
