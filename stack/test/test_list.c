#define CHECK_MAIN
#include "check.h"

#include <stdbool.h>

#include "../base/list.h"
#include "../base/rng.h"

enum { SLOTS = 12 };
typedef struct thing {
    uint32_t value;
    rs_list_node link, other;
    uint32_t pad;
} thing;
typedef struct arena {
    rs_pool pool;
    rs_list list, second;
    thing slots[SLOTS];
} arena;

static void setup(arena *a)
{
    memset(a, 0, sizeof *a);
    rs_pool_init(&a->pool, a->slots, sizeof(thing), SLOTS);
    rs_list_init(&a->list, offsetof(thing, link));
    rs_list_init(&a->second, offsetof(thing, other));
    for (int i = 0; i < SLOTS; i++) (void)rs_pool_take(&a->pool);
}

TEST(a_list_is_a_queue)
{
    arena a;
    setup(&a);
    for (uint32_t i = 0; i < 3; i++) rs_list_push(&a.list, &a.pool, i);
    CHECK_SOUND(rs_list_broken(&a.list, &a.pool));
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQ(a.list.head, i);
        rs_list_remove(&a.list, &a.pool, i);
    }
    CHECK_EQ(a.list.len, 0);
    CHECK_EQ(a.list.tail, RS_NIL);
}

TEST(a_slot_with_two_links_is_on_two_lists)
{
    arena a;
    setup(&a);
    rs_list_push(&a.list, &a.pool, 4);
    rs_list_push(&a.list, &a.pool, 5);
    rs_list_insert_after(&a.second, &a.pool, RS_NIL, 4);
    rs_list_insert_after(&a.second, &a.pool, RS_NIL, 5);
    rs_list_remove(&a.list, &a.pool, 4);
    CHECK_EQ(a.list.head, 5);
    CHECK_EQ(rs_list_next(&a.second, &a.pool, 5), 4);
    CHECK_SOUND(rs_list_broken(&a.list, &a.pool));
    CHECK_SOUND(rs_list_broken(&a.second, &a.pool));
}

/* The model: the same slots in an array. */
typedef struct model {
    uint32_t at[SLOTS], n;
} model;

static void model_insert(model *m, uint32_t k, uint32_t i)
{
    memmove(&m->at[k + 1], &m->at[k], (m->n - k) * sizeof m->at[0]);
    m->at[k] = i;
    m->n++;
}

static void model_remove(model *m, uint32_t k)
{
    m->n--;
    memmove(&m->at[k], &m->at[k + 1], (m->n - k) * sizeof m->at[0]);
}

/* The lowest slot that is not on the list. */
static uint32_t model_unused(const model *m)
{
    bool used[SLOTS + 1] = {false};
    for (uint32_t k = 0; k < m->n; k++) used[m->at[k]] = true;
    uint32_t i = 0;
    while (used[i]) i++;
    return i;
}

static void agree(const arena *a, const model *m)
{
    CHECK_SOUND(rs_list_broken(&a->list, &a->pool));
    CHECK_EQ(a->list.len, m->n);
    uint32_t i = a->list.head;
    for (uint32_t k = 0; k < m->n; k++, i = rs_list_next(&a->list, &a->pool, i)) CHECK_EQ(i, m->at[k]);
    CHECK_EQ(i, RS_NIL);
}

TEST(any_history_of_inserting_and_removing_agrees_with_an_array)
{
    arena a;
    model m = {.n = 0};
    rs_rng rng = rs_rng_of(2);
    setup(&a);
    for (int step = 0; step < 3000; step++) {
        if (m.n < SLOTS && (m.n == 0 || rs_rng_below(&rng, 2))) {
            uint32_t i = model_unused(&m), k = rs_rng_below(&rng, m.n + 1);
            rs_list_insert_after(&a.list, &a.pool, k ? m.at[k - 1] : RS_NIL, i);
            model_insert(&m, k, i);
        } else {
            uint32_t k = rs_rng_below(&rng, m.n);
            rs_list_remove(&a.list, &a.pool, m.at[k]);
            model_remove(&m, k);
        }
        agree(&a, &m);
    }
}

TEST(the_checker_finds_links_that_disagree)
{
    arena a;
    setup(&a);
    rs_list_push(&a.list, &a.pool, 1);
    rs_list_push(&a.list, &a.pool, 2);
    rs_list_link(&a.list, &a.pool, 2)->prev = 7;
    CHECK_STR(rs_list_broken(&a.list, &a.pool), "list: next and prev disagree");
    rs_list_link(&a.list, &a.pool, 2)->prev = 1;
    a.list.len = 3;
    CHECK_STR(rs_list_broken(&a.list, &a.pool), "list: fewer slots than its length");
}
