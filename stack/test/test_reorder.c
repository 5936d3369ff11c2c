#define CHECK_MAIN
#include "check.h"

#include "../mech/reorder.h"

static const rs_reorder_limits limits = {.mss = 1000, .most_segs = 300};

TEST(the_threshold_becomes_the_distance_that_a_segment_was_overtaken)
{
    rs_reorder r = {.segs = 3};
    rs_reorder_late(&r, 3000, &limits);
    CHECK_EQ(r.segs, 3);
    CHECK_EQ(r.seen, 1);
    rs_reorder_late(&r, 5001, &limits);
    CHECK_EQ(r.segs, 6);
    rs_reorder_late(&r, 4000, &limits);
    CHECK_EQ(r.segs, 6);
    rs_reorder_late(&r, 1000000, &limits);
    CHECK_EQ(r.segs, 300);
    CHECK_EQ(r.seen, 4);
    CHECK_SOUND(rs_reorder_broken(&r));
}

TEST(without_sack_it_becomes_what_is_out_and_a_timeout_lowers_it)
{
    rs_reorder r = {.segs = 3};
    rs_reorder_nonsack(&r, 12, &limits);
    CHECK_EQ(r.segs, 12);
    rs_reorder_lower(&r, 20);
    CHECK_EQ(r.segs, 12);
    rs_reorder_lower(&r, 3);
    CHECK_EQ(r.segs, 3);
    rs_reorder_nonsack(&r, 0, &limits);
    CHECK_EQ(r.segs, 1);
    r.segs = 0;
    CHECK(rs_reorder_broken(&r)[1] == '1');
}
