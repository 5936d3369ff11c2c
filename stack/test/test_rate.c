/* Delivery rate samples (mech/rate.h). */
#define CHECK_MAIN
#include "check.h"

#include "../base/time.h"
#include "../mech/rate.h"

static rs_rate r;
static uint32_t delivered;

static rs_time at(int64_t ms)
{
    return (rs_time){ms * 1000};
}

static rs_rate_stamp send_at(int64_t ms, bool nothing_out)
{
    return rs_rate_sent(&r, &(rs_rate_out){at(ms), delivered, nothing_out});
}

/* An ACK at ms for n segments, the newest sent at sent_ms with this stamp. */
static rs_rate_found ack_at(int64_t ms, uint32_t n, const rs_rate_stamp *s, int64_t sent_ms)
{
    delivered += n;
    return rs_rate_sample(&r, &(rs_rate_in){.now = at(ms),
                                            .stamp = s,
                                            .sent = at(sent_ms),
                                            .delivered = delivered,
                                            .new_delivered = n,
                                            .min_rtt = RS_MS(50)});
}

static void start(void)
{
    delivered = 0;
    rs_rate_init(&r, at(0));
    r.slow_until = 0; /* something was delivered, and fast */
    r.best_slow = false;
}

TEST(until_something_was_delivered_the_user_counts_as_slow)
{
    delivered = 0;
    rs_rate_init(&r, at(0));
    CHECK(r.best_slow);
    CHECK(send_at(0, true).slow);
    ack_at(100, 1, NULL, 0);
    CHECK(!send_at(100, true).slow);
}

TEST(a_burst_that_is_acknowledged_at_once_took_a_round_trip)
{
    start();
    rs_rate_stamp s = send_at(100, true);
    rs_rate_found f = ack_at(200, 10, &s, 100);
    CHECK(f.valid && !f.slow);
    CHECK_EQ(f.segs, 10);
    CHECK_EQ(f.us, 100000);
    CHECK_EQ(rs_rate_bytes_per_sec(&r, 1000), 100000);
}

TEST(acks_that_come_in_a_bunch_do_not_make_it_faster)
{
    start();
    rs_rate_stamp first = send_at(0, true), s[10];
    for (int i = 0; i < 10; i++) s[i] = send_at(10 * i, false);
    (void)first;
    /* sent over 90 ms, all acknowledged at 150 ms: the sending phase of the next window counts */
    ack_at(150, 1, &s[0], 0);
    rs_rate_found f = ack_at(150, 9, &s[9], 90);
    CHECK_EQ(f.segs, 10);
    CHECK_EQ(f.us, 150000);
    rs_rate_stamp t = send_at(150, false);
    f = ack_at(210, 1, &t, 150);
    CHECK_EQ(f.us, 60000); /* 60 ms from 90 to 150 to send, and 60 ms to acknowledge */
}

TEST(what_was_sent_while_the_user_was_slow_is_marked_until_it_is_delivered)
{
    start();
    rs_rate_user_is_slow(&r, delivered, 0);
    rs_rate_stamp s = send_at(0, true);
    CHECK(s.slow);
    CHECK(ack_at(100, 1, &s, 0).slow);
    CHECK(ack_at(100, 1, NULL, 0).segs == 0 && !send_at(100, true).slow); /* one more than was out */
    rs_rate_user_is_slow(&r, 5, 3);
    CHECK_EQ(r.slow_until, 8);
}

TEST(a_marked_sample_counts_only_when_it_is_faster)
{
    start();
    rs_rate_stamp s = send_at(0, true);
    ack_at(100, 10, &s, 0);
    rs_rate_user_is_slow(&r, delivered, 0);
    s = send_at(200, true);
    ack_at(300, 2, &s, 200);
    CHECK_EQ(rs_rate_bytes_per_sec(&r, 1000), 100000);
    CHECK(!r.best_slow);
    rs_rate_user_is_slow(&r, delivered, 20);
    s = send_at(400, true);
    ack_at(500, 20, &s, 400);
    CHECK_EQ(rs_rate_bytes_per_sec(&r, 1000), 200000);
    CHECK(r.best_slow);
}

TEST(a_sample_shorter_than_the_shortest_round_trip_is_none)
{
    start();
    rs_rate_stamp s = send_at(0, true);
    CHECK(!ack_at(20, 1, &s, 0).valid);
    CHECK_EQ(rs_rate_bytes_per_sec(&r, 1000), 0);
}

TEST(nothing_is_learnt_from_an_ack_that_reports_nothing_or_takes_back)
{
    start();
    CHECK(!ack_at(100, 0, NULL, 0).valid);
    rs_rate_stamp s = send_at(100, true);
    delivered++;
    rs_rate_in in = {.now = at(200), .stamp = &s, .sent = at(100), .delivered = 1, .new_delivered = 1, .reneged = true};
    CHECK(!rs_rate_sample(&r, &in).valid);
}
