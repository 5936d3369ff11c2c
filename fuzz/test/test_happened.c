#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/happened.h"

TEST(what_is_added_is_taken_once)
{
    (void)fz_happened_take();
    fz_happened_add(&(fz_happened){.packets = 1, .timers = 20, .calls = 300, .steps = 4000});
    fz_happened_add(&(fz_happened){.packets = 2, .calls = 100});
    fz_happened h = fz_happened_take();
    CHECK_EQ(h.packets, 3);
    CHECK_EQ(h.timers, 20);
    CHECK_EQ(h.calls, 400);
    CHECK_EQ(h.steps, 4000);
    CHECK_EQ(fz_happened_events(&h), 4423);
    h = fz_happened_take();
    CHECK_EQ(fz_happened_events(&h), 0);
}
