#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../packet/offset.h"

TEST(a_sequence_number_unrolls_to_the_nearest_position)
{
    CHECK_EQ(cf_unroll(0, 100), 100);
    CHECK_EQ(cf_unroll(0, 0xFFFFFFFF), -1);
    CHECK_EQ(cf_unroll(0xFFFFFFFF, 0), 0x100000000);
    CHECK_EQ(cf_unroll(0x100000005, 0xFFFFFFF0), 0xFFFFFFF0);
    CHECK_EQ(cf_unroll(0x500000000, 7), 0x500000007);
}

TEST(half_the_circle_ahead_counts_as_later)
{
    CHECK_EQ(cf_unroll(0, 0x80000000), 0x80000000);
    CHECK_EQ(cf_unroll(0, 0x80000001), -0x7FFFFFFF);
}

TEST(rolling_back_gives_the_number_of_the_wire)
{
    for (int64_t at = -3; at < 3; at++) CHECK_EQ(cf_unroll(at, cf_roll(at)), at);
    CHECK_EQ(cf_roll(0x100000001), 1);
    CHECK_EQ(cf_roll(-1), 0xFFFFFFFF);
}

TEST(a_distance_is_taken_the_shorter_way_round)
{
    CHECK_EQ(cf_distance(10, 15), 5);
    CHECK_EQ(cf_distance(15, 10), -5);
    CHECK_EQ(cf_distance(0xfffffff0, 16), 32);
    CHECK_EQ(cf_distance(16, 0xfffffff0), -32);
}
