#define CHECK_MAIN
#include "check.h"

#include "../base/wipe.h"

TEST(all_bytes_that_were_named_are_zero_and_no_others)
{
    uint8_t b[10];
    memset(b, 7, sizeof b);
    rs_wipe(b + 1, 8);
    CHECK_EQ(b[0], 7);
    for (int i = 1; i < 9; i++) CHECK_EQ(b[i], 0);
    CHECK_EQ(b[9], 7);
    rs_wipe(b, 0);
    CHECK_EQ(b[0], 7);
}
