#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../target/linux.h"

TEST(a_tick_is_between_a_tenth_of_a_millisecond_and_a_tenth_of_a_second)
{
    CHECK(cf_linux_tick_ns() >= 100000);
    CHECK(cf_linux_tick_ns() <= 100000000);
}

TEST(two_looks_at_the_ticks_agree)
{
    int64_t tick = cf_linux_tick_ns(), best = tick;
    for (int i = 0; i < 20; i++) { /* a busy machine may keep us from looking */
        int64_t apart = (cf_linux_tick_watch() - cf_linux_tick_watch()) % tick;
        apart = apart < 0 ? -apart : apart;
        if (apart > tick / 2) apart = tick - apart;
        if (apart < best) best = apart;
    }
    CHECK(best < tick / 8);
}

TEST(an_instant_behind_a_tick_is_never_over)
{
    int64_t tick = cf_linux_tick_ns();
    CHECK_EQ(cf_linux_tick_after(1000, 250, 900), 1250);
    CHECK_EQ(cf_linux_tick_after(1000, 250, 1250), 1250);
    CHECK_EQ(cf_linux_tick_after(1000, 250, 1251), 1250 + tick);
    CHECK_EQ(cf_linux_tick_after(1000, 250, 1250 + 7 * tick), 1250 + 7 * tick);
    CHECK_EQ(cf_linux_tick_after(1000, 250, 1250 + 7 * tick + 1), 1250 + 8 * tick);
}
