#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../text/arena.h"

TEST(pieces_are_zeroed_aligned_and_do_not_overlap)
{
    cf_arena *a = cf_arena_new();
    unsigned char *one = cf_arena_alloc(a, 3), *two = cf_arena_alloc(a, 100);
    CHECK_EQ((uintptr_t)one % sizeof(void *), 0);
    CHECK_EQ((uintptr_t)two % sizeof(void *), 0);
    memset(one, 0xFF, 3);
    for (int i = 0; i < 100; i++) CHECK_EQ(two[i], 0);
    cf_arena_free(a);
}

TEST(a_piece_larger_than_a_block_is_given_too)
{
    cf_arena *a = cf_arena_new();
    char *small = cf_arena_copy(a, "abc", 3), *big = cf_arena_alloc(a, 1 << 20), *after = cf_arena_copy(a, "def", 3);
    memset(big, 1, 1 << 20);
    CHECK_STR(small, "abc");
    CHECK_STR(after, "def");
    CHECK(cf_arena_used(a) >= (1 << 20) + 8);
    cf_arena_free(a);
}

TEST(an_array_keeps_its_items_while_it_grows)
{
    cf_arena *a = cf_arena_new();
    int *items = NULL;
    for (int i = 0; i < 1000; i++) {
        items = cf_arena_more(a, items, (size_t)i, sizeof *items);
        items[i] = i;
    }
    for (int i = 0; i < 1000; i++) CHECK_EQ(items[i], i);
    cf_arena_free(a);
}

TEST(freeing_nothing_is_fine)
{
    cf_arena_free(NULL);
    cf_arena *a = cf_arena_new();
    CHECK_EQ(cf_arena_used(a), 0);
    cf_arena_free(a);
}
