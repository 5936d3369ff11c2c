#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../audit/cover.h"

TEST(ranges_that_touch_become_one)
{
    cf_cover c = {.count = 0};
    cf_cover_add(&c, 10, 20);
    cf_cover_add(&c, 30, 40);
    cf_cover_add(&c, 20, 30);
    CHECK_EQ(c.count, 1);
    CHECK(cf_cover_has(&c, 10, 40));
}

TEST(one_range_may_swallow_many)
{
    cf_cover c = {.count = 0};
    for (int i = 0; i < 10; i++) cf_cover_add(&c, 100 * i, 100 * i + 10);
    cf_cover_add(&c, 150, 750);
    CHECK_EQ(c.count, 5);
    CHECK(cf_cover_has(&c, 150, 750));
    CHECK(!cf_cover_has(&c, 100, 120));
}

TEST(a_hole_is_a_hole)
{
    cf_cover c = {.count = 0};
    cf_cover_add(&c, 0, 10);
    cf_cover_add(&c, 11, 20);
    CHECK(!cf_cover_has(&c, 0, 20));
    CHECK(!cf_cover_has(&c, 10, 11));
    CHECK_EQ(cf_cover_reach(&c, 0), 10);
    CHECK_EQ(cf_cover_reach(&c, 11), 20);
    CHECK_EQ(cf_cover_reach(&c, 50), 50);
}

TEST(what_does_not_fit_is_never_denied)
{
    cf_cover c = {.count = 0};
    for (int i = 0; i <= CF_COVER_MAX; i++) cf_cover_add(&c, 2 * i, 2 * i + 1);
    CHECK(c.full);
    CHECK(cf_cover_has(&c, 1, 2));
}
