#define CHECK_MAIN
#include "check.h"

#include "../base/time.h"
#include "../mech/ratelimit.h"

TEST(the_host_budget_is_used_up_and_refilled_after_a_second)
{
    rs_budget b = {0};
    for (int i = 0; i < 5; i++) CHECK(rs_budget_take(&b, (rs_time){100}, 5));
    CHECK(!rs_budget_take(&b, (rs_time){1000099}, 5));
    CHECK_SOUND(rs_budget_broken(&b));
    CHECK(rs_budget_take(&b, (rs_time){1000100}, 5));
    CHECK_EQ(b.left, 4);
}

TEST(a_budget_of_zero_refuses_all_and_an_unlimited_one_nothing)
{
    rs_budget b = {0};
    CHECK(!rs_budget_take(&b, (rs_time){0}, 0));
    for (int i = 0; i < 1000; i++) CHECK(rs_budget_take(&b, (rs_time){0}, UINT32_MAX));
}

TEST(a_new_limit_takes_effect_at_once)
{
    rs_budget b = {0};
    CHECK(rs_budget_take(&b, (rs_time){0}, 100));
    CHECK(rs_budget_take(&b, (rs_time){1}, 1));
    CHECK(!rs_budget_take(&b, (rs_time){2}, 1));
    CHECK_SOUND(rs_budget_broken(&b));
}

TEST(one_connection_answers_at_most_once_in_half_a_second)
{
    rs_spacing s = {0};
    CHECK(rs_spacing_take(&s, (rs_time){7}, RS_MS(500)));
    CHECK(!rs_spacing_take(&s, (rs_time){7}, RS_MS(500)));
    CHECK(!rs_spacing_take(&s, (rs_time){500006}, RS_MS(500)));
    CHECK(rs_spacing_take(&s, (rs_time){500007}, RS_MS(500)));
    CHECK(!rs_spacing_take(&s, (rs_time){1000006}, RS_MS(500)));
}
