#define CHECK_MAIN
#include "check.h"

#include "../base/heap.h"
#include "../base/rng.h"

enum { IDS = 64 };

typedef struct arena {
    rs_heap heap;
    rs_heap_item items[IDS];
    uint32_t place[IDS];
} arena;

static void setup(arena *a)
{
    memset(a, 0, sizeof *a);
    rs_heap_init(&a->heap, a->items, a->place, IDS);
}

static rs_time at(int64_t us)
{
    return (rs_time){us};
}

TEST(deadlines_fire_by_time_then_kind_then_id)
{
    arena a;
    setup(&a);
    rs_heap_set(&a.heap, 9, at(100), 2);
    rs_heap_set(&a.heap, 3, at(100), 2);
    rs_heap_set(&a.heap, 50, at(100), 1);
    rs_heap_set(&a.heap, 1, at(200), 0);
    rs_heap_set(&a.heap, 60, at(-5), 7);
    const uint32_t order[] = {60, 50, 3, 9, 1};
    for (int i = 0; i < 5; i++) {
        CHECK_EQ(rs_heap_first(&a.heap)->id, order[i]);
        rs_heap_clear(&a.heap, order[i]);
        CHECK_SOUND(rs_heap_broken(&a.heap));
    }
    CHECK(rs_heap_first(&a.heap) == NULL);
}

TEST(what_is_set_again_or_only_expected_stays_where_it_is)
{
    arena a, before;
    setup(&a);
    for (uint32_t id = 0; id < 20; id++) rs_heap_set(&a.heap, id, at(100 - id), id % 3);
    before = a;
    for (uint32_t id = 0; id < 20; id++) {
        rs_heap_set(&a.heap, id, at(100 - id), id % 3);
        rs_heap_expect(&a.heap, id);
        rs_heap_expect_item(&a.heap, id);
    }
    CHECK(memcmp(&a, &before, sizeof a) == 0);
    rs_heap_set(&a.heap, 19, at(81), 2); /* another kind alone is a change */
    CHECK_EQ(rs_heap_first(&a.heap)->kind, 2);
}

TEST(setting_again_moves_the_deadline)
{
    arena a;
    setup(&a);
    rs_heap_set(&a.heap, 0, at(10), 0);
    rs_heap_set(&a.heap, 1, at(20), 0);
    rs_heap_set(&a.heap, 0, at(30), 0);
    CHECK_EQ(a.heap.len, 2);
    CHECK_EQ(rs_heap_first(&a.heap)->id, 1);
    CHECK_EQ(rs_heap_at(&a.heap, 0).us, 30);
    rs_heap_set(&a.heap, 0, at(20), 0);
    CHECK_EQ(rs_heap_first(&a.heap)->id, 0);
}

TEST(never_clears_and_clearing_twice_is_harmless)
{
    arena a;
    setup(&a);
    CHECK_EQ(rs_heap_at(&a.heap, 5).us, INT64_MAX);
    rs_heap_set(&a.heap, 5, at(10), 0);
    rs_heap_set(&a.heap, 5, RS_NEVER, 0);
    CHECK_EQ(a.heap.len, 0);
    CHECK_EQ(rs_heap_at(&a.heap, 5).us, INT64_MAX);
    rs_heap_clear(&a.heap, 5);
    rs_heap_clear(&a.heap, 63);
    CHECK_SOUND(rs_heap_broken(&a.heap));
}

TEST(memory_beyond_the_used_ids_is_not_touched)
{
    arena a;
    setup(&a);
    rs_heap_set(&a.heap, 2, at(1), 0);
    rs_heap_clear(&a.heap, 40);
    CHECK_EQ(a.heap.high, 3);
    for (int i = 3; i < IDS; i++) CHECK_EQ(a.place[i], 0);
    for (int i = 1; i < IDS; i++) CHECK_EQ(a.items[i].at.us, 0);
}

TEST(a_copied_heap_goes_on_by_itself)
{
    arena a, b;
    setup(&a);
    rs_heap_set(&a.heap, 7, at(70), 0);
    memcpy(&b, &a, sizeof a);
    rs_heap_set(&b.heap, 8, at(8), 0);
    CHECK_EQ(rs_heap_first(&b.heap)->id, 8);
    CHECK_EQ(rs_heap_first(&a.heap)->id, 7);
    CHECK((const char *)rs_heap_first(&b.heap) > (const char *)&b);
    CHECK((const char *)rs_heap_first(&b.heap) < (const char *)(&b + 1));
}

/* The model: a deadline and a kind for each id, searched from end to end. */
typedef struct model {
    int64_t at[IDS];
    uint32_t kind[IDS];
} model;

static uint32_t model_first(const model *m)
{
    uint32_t best = IDS;
    for (uint32_t i = 0; i < IDS; i++) {
        if (m->at[i] == INT64_MAX) continue;
        if (best == IDS || m->at[i] < m->at[best] || (m->at[i] == m->at[best] && m->kind[i] < m->kind[best])) best = i;
    }
    return best;
}

TEST(any_history_gives_the_order_of_a_search_from_end_to_end)
{
    arena a;
    model m;
    rs_rng rng = rs_rng_of(3);
    setup(&a);
    for (int i = 0; i < IDS; i++) m.at[i] = INT64_MAX;
    for (int step = 0; step < 20000; step++) {
        uint32_t id = rs_rng_below(&rng, IDS), what = rs_rng_below(&rng, 4);
        if (what == 0) {
            rs_heap_clear(&a.heap, id);
            m.at[id] = INT64_MAX;
        } else {
            m.at[id] = rs_rng_below(&rng, 40); /* few values, many ties */
            m.kind[id] = rs_rng_below(&rng, 3);
            rs_heap_set(&a.heap, id, at(m.at[id]), m.kind[id]);
        }
        CHECK_SOUND(rs_heap_broken(&a.heap));
        uint32_t first = model_first(&m);
        const rs_heap_item *top = rs_heap_first(&a.heap);
        CHECK_EQ(top ? top->id : IDS, first);
        CHECK_EQ(rs_heap_at(&a.heap, id).us, m.at[id]);
    }
}

TEST(the_checker_finds_each_broken_invariant)
{
    arena a;
    setup(&a);
    rs_heap_set(&a.heap, 0, at(1), 0);
    rs_heap_set(&a.heap, 1, at(2), 0);
    a.items[1].at = at(0);
    CHECK_STR(rs_heap_broken(&a.heap), "H1: an item is before its parent");
    a.items[1].at = RS_NEVER;
    CHECK_STR(rs_heap_broken(&a.heap), "H3: a deadline is RS_NEVER");
    a.items[1].at = at(2);
    a.place[0] = 2;
    CHECK_STR(rs_heap_broken(&a.heap), "H2: a place does not name its item");
    a.place[0] = 1;
    a.heap.high = IDS + 1;
    CHECK_STR(rs_heap_broken(&a.heap), "H4: not len <= high <= cap");
}
