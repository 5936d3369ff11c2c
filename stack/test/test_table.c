#define CHECK_MAIN
#include <stdbool.h>

#include "../net/table.h"
#include "../base/rng.h"
#include "check.h"

enum { CAP = 3000 };

static struct {
    rs_table t;
    uint32_t buckets[CAP];
    rs_table_link links[CAP];
} m;

static void fresh(uint32_t cap)
{
    memset(&m, 0xa5, sizeof m);
    rs_table_init(&m.t, m.buckets, m.links, cap);
}

static bool found(uint32_t id, uint32_t hash)
{
    for (uint32_t i = rs_table_first(&m.t, hash); i != RS_NIL; i = rs_table_next(&m.t, i))
        if (i == id) return true;
    return false;
}

TEST(what_was_added_is_found_and_what_was_removed_is_not)
{
    fresh(CAP);
    static bool in[CAP];
    memset(in, 0, sizeof in);
    rs_rng rng = rs_rng_of(3);
    for (int i = 0; i < 20000; i++) {
        uint32_t id = rs_rng_below(&rng, CAP), hash = id * UINT32_C(2654435761);
        if (in[id]) rs_table_remove(&m.t, id);
        else rs_table_add(&m.t, id, hash);
        in[id] = !in[id];
        CHECK_EQ(found(id, hash), in[id]);
    }
    CHECK_SOUND(rs_table_broken(&m.t));
    for (uint32_t id = 0; id < CAP; id++) CHECK_EQ(found(id, id * UINT32_C(2654435761)), in[id]);
}

TEST(things_with_one_hash_are_all_found)
{
    fresh(100);
    for (uint32_t id = 0; id < 100; id++) rs_table_add(&m.t, id, id < 50 ? 7 : 15);
    uint32_t n = 0;
    for (uint32_t i = rs_table_first(&m.t, 7); i != RS_NIL; i = rs_table_next(&m.t, i)) n++;
    CHECK_EQ(n, 50);
    CHECK_SOUND(rs_table_broken(&m.t));
}

TEST(a_guess_is_mostly_right_and_never_names_who_is_not_there)
{
    fresh(CAP);
    uint32_t right = 0;
    CHECK_EQ(rs_table_guess(&m.t, 7), RS_NIL);
    for (uint32_t id = 0; id < CAP; id++) rs_table_add(&m.t, id, id * UINT32_C(2654435761));
    for (uint32_t id = 0; id < CAP; id++) right += rs_table_guess(&m.t, id * UINT32_C(2654435761)) == id;
    CHECK(right > CAP / 2);
    rs_table_remove(&m.t, rs_table_guess(&m.t, 0));
    CHECK(rs_table_guess(&m.t, 0) != 0);
}

TEST(the_table_grows_by_one_bucket_for_each_thing_and_touches_no_more)
{
    fresh(CAP);
    for (uint32_t id = 0; id < 20; id++) rs_table_add(&m.t, id, id);
    CHECK_EQ(m.t.buckets, 20);
    CHECK_EQ(m.t.high, 20);
    CHECK_EQ(m.buckets[20], 0xa5a5a5a5);
    CHECK_EQ(m.links[20].hash, 0xa5a5a5a5);
}

TEST(a_table_for_one_thing_works)
{
    fresh(1);
    rs_table_add(&m.t, 0, 99);
    CHECK(found(0, 99));
    CHECK_EQ(rs_table_first(&m.t, 98), RS_NIL);
    rs_table_remove(&m.t, 0);
    CHECK_EQ(rs_table_first(&m.t, 99), RS_NIL);
}

TEST(a_damaged_chain_is_noticed)
{
    fresh(100);
    for (uint32_t id = 0; id < 10; id++) rs_table_add(&m.t, id, id);
    m.links[3].hash = 4;
    CHECK(rs_table_broken(&m.t));
    m.links[3].hash = 3;
    m.t.count++;
    CHECK(rs_table_broken(&m.t));
}
