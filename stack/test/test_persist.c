#define CHECK_MAIN
#include "check.h"

#include "../base/time.h"
#include "../mech/persist.h"

static const rs_persist_limit for_ever = {.retries = 255};

static rs_persist p;

static rs_persist_when at_ms(int64_t ms)
{
    return (rs_persist_when){.now = {ms * 1000}, .rto = RS_MS(300), .min = RS_MS(200), .max = RS_SEC(60)};
}

static void start(int64_t ms)
{
    rs_persist_when w = at_ms(ms);
    rs_persist_init(&p);
    CHECK_SOUND(rs_persist_broken(&p));
    rs_persist_start(&p, &w);
    CHECK_SOUND(rs_persist_broken(&p));
}

/* Lets the deadline come. */
static rs_persist_act expire(const rs_persist_limit *l)
{
    rs_persist_when w = at_ms(0);
    w.now = p.deadline;
    rs_persist_act act = rs_persist_on_timer(&p, &w, l);
    CHECK_SOUND(rs_persist_broken(&p));
    return act;
}

TEST(the_first_probe_waits_one_rto_and_the_next_ones_twice_as_long_each)
{
    start(1000);
    CHECK_EQ(p.deadline.us, 1300000);
    CHECK_EQ(expire(&for_ever), RS_PERSIST_PROBE);
    CHECK_EQ(p.deadline.us, 1900000);
    CHECK_EQ(expire(&for_ever), RS_PERSIST_PROBE);
    CHECK_EQ(p.deadline.us, 3100000);
}

TEST(the_interval_is_bounded_on_both_sides)
{
    rs_persist_when w = {.rto = RS_MS(50), .min = RS_MS(200), .max = RS_SEC(60)};
    rs_persist_init(&p);
    rs_persist_start(&p, &w);
    CHECK_EQ(p.deadline.us, 200000);
    for (int i = 0; i < 50; i++) {
        int64_t before = p.deadline.us;
        CHECK_EQ(expire(&for_ever), RS_PERSIST_PROBE);
        CHECK(p.deadline.us - before <= 60000000);
    }
}

TEST(before_the_deadline_nothing_happens_and_a_second_start_changes_nothing)
{
    start(0);
    rs_persist_when w = at_ms(299);
    CHECK_EQ(rs_persist_on_timer(&p, &w, &for_ever), RS_PERSIST_NONE);
    rs_persist_start(&p, &w);
    CHECK_EQ(p.deadline.us, 300000);
}

TEST(unanswered_probes_end_the_connection_after_the_limit)
{
    rs_persist_limit l = {.retries = 3};
    start(0);
    for (int i = 0; i < 3; i++) CHECK_EQ(expire(&l), RS_PERSIST_PROBE);
    CHECK_EQ(expire(&l), RS_PERSIST_GIVE_UP);
}

TEST(answered_probes_go_on_for_ever_and_keep_their_interval)
{
    rs_persist_limit l = {.retries = 3};
    start(0);
    for (int i = 0; i < 300; i++) {
        CHECK_EQ(expire(&l), RS_PERSIST_PROBE);
        rs_persist_on_answer(&p);
    }
    CHECK_EQ(p.backoff, RS_PERSIST_BACKOFF_MAX);
}

TEST(the_user_timeout_counts_from_the_first_probe_answered_or_not)
{
    rs_persist_limit l = {.retries = 255, .user_timeout = RS_MS(1000)};
    start(0);
    CHECK_EQ(expire(&l), RS_PERSIST_PROBE);
    rs_persist_on_answer(&p);
    CHECK_EQ(expire(&l), RS_PERSIST_PROBE);
    rs_persist_on_answer(&p);
    CHECK_EQ(expire(&l), RS_PERSIST_GIVE_UP);
    CHECK_EQ(p.deadline.us - p.since.us, 1000000);
}

TEST(a_probe_that_found_no_room_does_not_count)
{
    start(0);
    expire(&for_ever);
    rs_persist_not_sent(&p, (rs_time){300000}, RS_MS(500));
    CHECK_EQ(p.probes, 0);
    CHECK_EQ(p.backoff, 0);
    CHECK_EQ(p.deadline.us, 800000);
    rs_persist_stop(&p);
    CHECK_SOUND(rs_persist_broken(&p));
    CHECK(rs_time_is_never(p.deadline));
}

TEST(an_ack_can_start_the_wait_anew)
{
    start(0);
    expire(&for_ever);
    rs_persist_when w = at_ms(500);
    rs_persist_wait_again(&p, &w);
    CHECK_EQ(p.deadline.us, 500000 + 600000);
    rs_persist_stop(&p);
    rs_persist_wait_again(&p, &w);
    CHECK(rs_time_is_never(p.deadline));
}

TEST(doublings_of_before_count_from_the_second_wait_on)
{
    rs_persist_init(&p);
    rs_persist_when w = at_ms(0);
    w.backoff = 2;
    rs_persist_start(&p, &w);
    CHECK_EQ(p.deadline.us, 300000);
    w.now = p.deadline;
    CHECK_EQ(rs_persist_on_timer(&p, &w, &for_ever), RS_PERSIST_PROBE);
    CHECK_EQ(p.deadline.us, 300000 + 8 * 300000);
}
