#define CHECK_MAIN
#include "check.h"

#include "../base/time.h"

static rs_time at(int64_t us)
{
    return (rs_time){us};
}

TEST(units_are_what_they_say)
{
    CHECK_EQ(RS_SEC(3).us, 3000000);
    CHECK_EQ(RS_MS(200).us, 200000);
    CHECK_EQ(RS_US(7).us, 7);
}

TEST(never_is_later_than_everything_and_does_not_move)
{
    CHECK(rs_time_before(at(INT64_MAX - 1), RS_NEVER));
    CHECK(rs_time_is_never(rs_time_add(RS_NEVER, RS_SEC(-5))));
    CHECK(rs_time_is_never(rs_time_sub(RS_NEVER, RS_SEC(5))));
    CHECK(!rs_time_due(RS_NEVER, RS_NEVER));
    CHECK_EQ(rs_time_min(RS_NEVER, at(5)).us, 5);
    CHECK(rs_time_is_never(rs_time_max(RS_NEVER, at(5))));
}

TEST(a_deadline_is_due_from_its_own_microsecond_on)
{
    CHECK(!rs_time_due(at(10), at(9)));
    CHECK(rs_time_due(at(10), at(10)));
    CHECK(rs_time_due(at(10), at(11)));
}

TEST(time_saturates_instead_of_wrapping)
{
    CHECK(rs_time_is_never(rs_time_add(at(INT64_MAX - 1), RS_SEC(1))));
    CHECK_EQ(rs_time_add(at(INT64_MIN + 1), RS_SEC(-1)).us, INT64_MIN);
    CHECK_EQ(rs_time_diff(at(INT64_MAX), at(-1)).us, INT64_MAX);
    CHECK_EQ(rs_time_diff(at(INT64_MIN), at(1)).us, INT64_MIN);
    CHECK_EQ(rs_time_diff(at(3), at(10)).us, -7);
    CHECK_EQ(rs_time_sub(at(INT64_MIN), RS_US(1)).us, INT64_MIN);
}

TEST(durations_saturate_in_every_direction)
{
    CHECK_EQ(rs_dur_add(RS_FOREVER, RS_US(1)).us, INT64_MAX);
    CHECK_EQ(rs_dur_mul(RS_SEC(1), INT64_MAX).us, INT64_MAX);
    CHECK_EQ(rs_dur_mul(RS_SEC(-1), INT64_MAX).us, INT64_MIN);
    CHECK_EQ(rs_dur_mul(RS_SEC(2), -3).us, -6000000);
}

TEST(backoff_doubles_and_then_stays_at_the_end)
{
    CHECK_EQ(rs_dur_shl(RS_MS(200), 0).us, 200000);
    CHECK_EQ(rs_dur_shl(RS_MS(200), 3).us, 1600000);
    CHECK_EQ(rs_dur_shl(RS_SEC(1), 62).us, INT64_MAX);
    CHECK_EQ(rs_dur_shl(RS_US(1), 63).us, INT64_MAX);
    CHECK_EQ(rs_dur_shl(RS_US(-1), 200).us, INT64_MIN);
    CHECK_EQ(rs_dur_shl(RS_US(0), 200).us, 0);
}

TEST(a_clamped_duration_lies_between_its_bounds)
{
    CHECK_EQ(rs_dur_clamp(RS_MS(1), RS_MS(200), RS_SEC(120)).us, 200000);
    CHECK_EQ(rs_dur_clamp(RS_SEC(500), RS_MS(200), RS_SEC(120)).us, 120000000);
    CHECK_EQ(rs_dur_clamp(RS_SEC(1), RS_MS(200), RS_SEC(120)).us, 1000000);
    CHECK_EQ(rs_dur_min(RS_MS(1), RS_MS(2)).us, 1000);
    CHECK_EQ(rs_dur_max(RS_MS(1), RS_MS(2)).us, 2000);
    CHECK(rs_dur_less(RS_MS(1), RS_MS(2)));
}

TEST(earlier_and_later_agree_with_each_other)
{
    CHECK(rs_time_before(at(1), at(2)));
    CHECK(!rs_time_before(at(2), at(2)));
    CHECK(rs_time_before_eq(at(2), at(2)));
    CHECK(!rs_time_before_eq(at(3), at(2)));
    CHECK(rs_time_eq(at(2), at(2)));
}
