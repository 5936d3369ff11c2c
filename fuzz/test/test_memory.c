#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/memory.h"

TEST(memory_is_aligned_zero_and_writable)
{
    for (size_t len = 1; len < 100000; len = len * 3 + 1) {
        unsigned char *p = fz_memory(len);
        CHECK_EQ((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < len; i++) CHECK_EQ(p[i], 0);
        memset(p, 1, len);
    }
}
