#define CHECK_MAIN
#include "check.h"

#include "../base/time.h"
#include "../mech/rack.h"

static rs_rack r;

/* A segment that was sent and arrives at these milliseconds. */
static void arrives(int64_t sent_ms, int64_t now_ms, uint32_t end, bool again)
{
    rs_rack_on_delivered(&r, &(rs_rack_delivery){.now = {now_ms * 1000},
                                                 .sent = {sent_ms * 1000},
                                                 .end = rs_seq_of(end),
                                                 .min_rtt = RS_MS(100),
                                                 .retransmitted = again});
    CHECK_SOUND(rs_rack_broken(&r));
}

static rs_rack_view calm = {.min_rtt = {100000}, .srtt = {110000}, .dup_thresh = 3};

TEST(what_was_sent_before_the_newest_arrival_is_outrun)
{
    rs_rack_init(&r);
    CHECK(!rs_rack_outrun(&r, (rs_time){0}, rs_seq_of(0)));
    arrives(10, 110, 3000, false);
    CHECK(rs_rack_outrun(&r, (rs_time){9000}, rs_seq_of(9000)));
    CHECK(rs_rack_outrun(&r, (rs_time){10000}, rs_seq_of(2000)));
    CHECK(!rs_rack_outrun(&r, (rs_time){10000}, rs_seq_of(3000)));
    CHECK(!rs_rack_outrun(&r, (rs_time){11000}, rs_seq_of(1000)));
    arrives(5, 120, 1000, false); /* an older one does not move it back */
    CHECK(rs_rack_outrun(&r, (rs_time){10000}, rs_seq_of(2000)));
}

TEST(it_may_take_a_round_trip_and_the_window_longer)
{
    rs_rack_init(&r);
    arrives(0, 100, 4000, false);
    CHECK_EQ(rs_rack_left(&r, (rs_time){100000}, (rs_time){0}, RS_MS(25)).us, 25000);
    CHECK_EQ(rs_rack_left(&r, (rs_time){126000}, (rs_time){0}, RS_MS(25)).us, -1000);
}

TEST(an_answer_too_soon_for_a_retransmission_says_nothing)
{
    rs_rack_init(&r);
    arrives(100, 199, 1000, true);
    CHECK(!r.any && !r.advanced);
    arrives(100, 200, 1000, true);
    CHECK(r.any && r.advanced);
    CHECK_EQ(r.rtt.us, 100000);
}

TEST(the_window_is_a_quarter_of_the_shortest_round_trip_and_none_in_haste)
{
    rs_rack_init(&r);
    CHECK_EQ(rs_rack_window(&r, &calm).us, 25000);
    rs_rack_view v = calm;
    v.sacked_segs = 3;
    CHECK_EQ(rs_rack_window(&r, &v).us, 0);
    v.no_dup_thresh = true;
    CHECK_EQ(rs_rack_window(&r, &v).us, 25000);
    v.in_recovery = true;
    CHECK_EQ(rs_rack_window(&r, &v).us, 0);
    v.reordering_seen = true;
    CHECK_EQ(rs_rack_window(&r, &v).us, 25000);
}

TEST(a_round_with_duplicates_adds_a_step_up_to_a_whole_round_trip)
{
    rs_rack_init(&r);
    r.dsack_seen = true;
    rs_rack_adapt(&r, &(rs_rack_round){.sent_delivered = 10, .delivered = 20});
    CHECK_EQ(rs_rack_window(&r, &calm).us, 50000);
    r.dsack_seen = true; /* sent before the last step: it says nothing about it */
    rs_rack_adapt(&r, &(rs_rack_round){.sent_delivered = 19, .delivered = 25});
    CHECK_EQ(rs_rack_window(&r, &calm).us, 50000);
    for (uint32_t n = 20; n < 30; n++) {
        r.dsack_seen = true;
        rs_rack_adapt(&r, &(rs_rack_round){.sent_delivered = n, .delivered = n});
    }
    CHECK_EQ(rs_rack_window(&r, &calm).us, 110000);
}

TEST(the_wider_window_is_kept_for_sixteen_recoveries)
{
    rs_rack_init(&r);
    r.dsack_seen = true;
    rs_rack_adapt(&r, &(rs_rack_round){.sent_delivered = 1, .delivered = 1});
    for (int n = 0; n < RS_RACK_PERSIST; n++) {
        rs_rack_adapt(&r, &(rs_rack_round){.sent_delivered = 2, .delivered = 2});
        CHECK_EQ(r.steps, 2);
        rs_rack_recovered(&r);
    }
    rs_rack_adapt(&r, &(rs_rack_round){.sent_delivered = 3, .delivered = 3});
    CHECK_EQ(r.steps, 1);
    rs_rack_undone(&r);
    CHECK_EQ(r.persist, 1);
}

TEST(what_cannot_be_is_named)
{
    rs_rack_init(&r);
    r.steps = 0;
    CHECK(rs_rack_broken(&r)[1] == '1');
    rs_rack_init(&r);
    r.persist = RS_RACK_PERSIST + 1;
    CHECK(rs_rack_broken(&r)[1] == '2');
    rs_rack_init(&r);
    r.rtt = RS_US(-1);
    CHECK(rs_rack_broken(&r)[1] == '3');
}
