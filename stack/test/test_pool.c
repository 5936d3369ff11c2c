#define CHECK_MAIN
#include "check.h"

#include <stdbool.h>

#include "../base/pool.h"
#include "../base/rng.h"

enum { SLOTS = 16, SLOT_BYTES = 24 };

typedef struct arena {
    rs_pool pool;
    uint64_t slots[SLOTS * SLOT_BYTES / 8];
} arena;

static void setup(arena *a)
{
    memset(a, 0, sizeof *a);
    rs_pool_init(&a->pool, a->slots, SLOT_BYTES, SLOTS);
}

TEST(slots_come_lowest_first_and_come_back_last_in_first_out)
{
    arena a;
    setup(&a);
    for (uint32_t i = 0; i < 4; i++) CHECK_EQ(rs_pool_take(&a.pool), i);
    rs_pool_give(&a.pool, 1);
    rs_pool_give(&a.pool, 3);
    CHECK_SOUND(rs_pool_broken(&a.pool));
    CHECK_EQ(rs_pool_take(&a.pool), 3);
    CHECK_EQ(rs_pool_take(&a.pool), 1);
    CHECK_EQ(rs_pool_take(&a.pool), 4);
    CHECK_EQ(a.pool.live, 5);
}

TEST(a_full_pool_says_so_and_recovers)
{
    arena a;
    setup(&a);
    for (uint32_t i = 0; i < SLOTS; i++) CHECK(rs_pool_take(&a.pool) != RS_NIL);
    CHECK_EQ(rs_pool_take(&a.pool), RS_NIL);
    rs_pool_give(&a.pool, 7);
    CHECK_EQ(rs_pool_take(&a.pool), 7);
    CHECK_EQ(rs_pool_take(&a.pool), RS_NIL);
}

TEST(slots_nobody_took_are_not_touched)
{
    arena a;
    setup(&a);
    uint32_t first = rs_pool_take(&a.pool), second = rs_pool_take(&a.pool);
    memset(rs_pool_at(&a.pool, first), 0xff, SLOT_BYTES);
    rs_pool_give(&a.pool, second);
    rs_pool_give(&a.pool, first);
    for (size_t i = 2 * SLOT_BYTES / 8; i < SLOTS * SLOT_BYTES / 8; i++) CHECK_EQ(a.slots[i], 0);
}

TEST(a_copied_arena_goes_on_by_itself)
{
    arena a, b;
    setup(&a);
    uint32_t i = rs_pool_take(&a.pool), j = rs_pool_take(&a.pool);
    memcpy(rs_pool_at(&a.pool, j), "kept", 5);
    rs_pool_give(&a.pool, i);
    memcpy(&b, &a, sizeof a);
    CHECK_STR(rs_pool_at(&b.pool, j), "kept");
    CHECK_EQ(rs_pool_take(&b.pool), i);
    CHECK_EQ(b.pool.live, 2);
    CHECK_EQ(a.pool.live, 1);
    CHECK((char *)rs_pool_at(&b.pool, j) > (char *)&b && (char *)rs_pool_at(&b.pool, j) < (char *)(&b + 1));
}

TEST(no_slot_is_in_two_hands_whatever_the_history)
{
    arena a;
    uint32_t held[SLOTS], n = 0;
    bool out[SLOTS] = {0};
    rs_rng rng = rs_rng_of(1);
    setup(&a);
    for (int step = 0; step < 5000; step++) {
        if (rs_rng_below(&rng, 2)) {
            uint32_t i = rs_pool_take(&a.pool);
            CHECK_EQ(i == RS_NIL, n == SLOTS);
            if (i == RS_NIL) continue;
            CHECK(!out[i]);
            out[i] = true;
            held[n++] = i;
        } else if (n) {
            uint32_t k = rs_rng_below(&rng, n);
            rs_pool_give(&a.pool, held[k]);
            out[held[k]] = false;
            held[k] = held[--n];
        }
        CHECK_EQ(a.pool.live, n);
        CHECK_SOUND(rs_pool_broken(&a.pool));
    }
}

TEST(the_checker_finds_a_free_list_that_lost_a_slot)
{
    arena a;
    setup(&a);
    uint32_t i = rs_pool_take(&a.pool);
    rs_pool_give(&a.pool, i);
    a.pool.free = RS_NIL;
    CHECK_STR(rs_pool_broken(&a.pool), "P2: the free list is too short");
    a.pool.free = 5;
    CHECK_STR(rs_pool_broken(&a.pool), "P2: the free list leaves the touched slots");
    a.pool.high = SLOTS + 1;
    CHECK_STR(rs_pool_broken(&a.pool), "P1: not live <= high <= cap");
}
