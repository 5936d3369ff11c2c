#define CHECK_MAIN
#include "check.h"

#include "mech_pools.h"

enum { MODEL_MAX = 40000 };

static void fill(uint8_t *p, uint32_t n, rs_rng *rng)
{
    rs_rng_fill(rng, p, n);
}

TEST(an_empty_chain_holds_no_memory)
{
    rs_pool *pool = fresh_blocks(4);
    rs_chain c;
    rs_chain_init(&c);
    CHECK_EQ(rs_chain_append(pool, &c, (const uint8_t *)"abc", 3), 3);
    CHECK_EQ(pool->live, 1);
    rs_chain_drop(pool, &c, 3);
    CHECK_EQ(pool->live, 0);
    CHECK_EQ(c.len, 0);
    CHECK_SOUND(rs_chain_broken(pool, &c));
}

TEST(appending_takes_what_fits_when_the_pool_runs_out)
{
    static uint8_t data[3 * RS_BLOCK_BYTES];
    rs_pool *pool = fresh_blocks(2);
    rs_chain c;
    rs_chain_init(&c);
    CHECK_EQ(rs_chain_append(pool, &c, data, sizeof data), 2 * RS_BLOCK_BYTES);
    CHECK_EQ(rs_chain_append(pool, &c, data, 1), 0);
    CHECK_EQ(c.len, 2 * RS_BLOCK_BYTES);
    CHECK_SOUND(rs_chain_broken(pool, &c));
}

TEST(a_write_beyond_the_end_that_finds_no_memory_changes_nothing)
{
    rs_pool *pool = fresh_blocks(2);
    rs_chain c;
    rs_chain_init(&c);
    CHECK_EQ(rs_chain_append(pool, &c, (const uint8_t *)"x", 1), 1);
    rs_chain_bytes far = {.data = (const uint8_t *)"y", .at = 2 * RS_BLOCK_BYTES, .len = 1};
    CHECK_EQ(rs_chain_write(pool, &c, &far), 0);
    CHECK_EQ(pool->live, 1);
    CHECK_EQ(c.len, 1);
    CHECK_SOUND(rs_chain_broken(pool, &c));
}

TEST(a_write_that_straddles_the_last_block_is_taken_in_part)
{
    static uint8_t data[100];
    rs_pool *pool = fresh_blocks(1);
    rs_chain c;
    rs_chain_init(&c);
    rs_chain_bytes b = {.data = data, .at = RS_BLOCK_BYTES - 40, .len = 100};
    CHECK_EQ(rs_chain_write(pool, &c, &b), 40);
    CHECK_EQ(c.len, RS_BLOCK_BYTES);
    CHECK_SOUND(rs_chain_broken(pool, &c));
}

TEST(dropping_the_front_frees_blocks_as_they_empty)
{
    static uint8_t data[3 * RS_BLOCK_BYTES];
    rs_pool *pool = fresh_blocks(8);
    rs_chain c;
    rs_chain_init(&c);
    rs_chain_append(pool, &c, data, sizeof data);
    rs_chain_drop(pool, &c, RS_BLOCK_BYTES - 1);
    CHECK_EQ(pool->live, 3);
    rs_chain_drop(pool, &c, 1);
    CHECK_EQ(pool->live, 2);
    CHECK_SOUND(rs_chain_broken(pool, &c));
}

TEST(sequential_copies_walk_on_from_the_last_place)
{
    static uint8_t data[8 * RS_BLOCK_BYTES], out[1460];
    rs_rng rng = rs_rng_of(7);
    fill(data, sizeof data, &rng);
    rs_pool *pool = fresh_blocks(8);
    rs_chain c;
    rs_chain_init(&c);
    rs_chain_append(pool, &c, data, sizeof data);
    for (uint32_t at = 0; at + sizeof out <= sizeof data; at += sizeof out) {
        rs_chain_copy(pool, &c, &(rs_chain_span){.to = out, .at = at, .len = sizeof out});
        CHECK(memcmp(out, data + at, sizeof out) == 0);
        /* The place it remembers is one block away from where the next copy begins, or it is in the tail. */
        CHECK(c.walk_at + 2 * RS_BLOCK_BYTES >= at || at >= 7 * RS_BLOCK_BYTES);
    }
}

TEST(a_copy_just_before_the_last_place_starts_again_from_the_front)
{
    static uint8_t data[6 * RS_BLOCK_BYTES];
    uint8_t out = 0;
    rs_pool *pool = fresh_blocks(8);
    rs_chain c;
    rs_chain_init(&c);
    data[3 * RS_BLOCK_BYTES - 1] = 77;
    rs_chain_append(pool, &c, data, sizeof data);
    rs_chain_copy(pool, &c, &(rs_chain_span){.to = &out, .at = 3 * RS_BLOCK_BYTES, .len = 1});
    rs_chain_copy(pool, &c, &(rs_chain_span){.to = &out, .at = 3 * RS_BLOCK_BYTES - 1, .len = 1});
    CHECK_EQ(out, 77);
}

/* A chain beside a plain array of the same bytes, with a mask of those that were written. */
typedef struct twin {
    rs_pool *pool;
    rs_chain c;
    uint8_t bytes[MODEL_MAX], known[MODEL_MAX];
    uint32_t len;
} twin;

static void twin_write(twin *t, rs_rng *rng, uint32_t at)
{
    static uint8_t data[6000];
    uint32_t n = rs_rng_below(rng, sizeof data);
    if (at + n > MODEL_MAX) return;
    fill(data, n, rng);
    uint32_t took = rs_chain_write(t->pool, &t->c, &(rs_chain_bytes){.data = data, .at = at, .len = n});
    CHECK(took <= n);
    if (took > 0 && took < n) CHECK_EQ(t->pool->live, t->pool->cap);
    if (took == 0 && n > 0) CHECK((t->c.first + at) / RS_BLOCK_BYTES >= t->pool->cap);
    memcpy(t->bytes + at, data, took);
    memset(t->known + at, 1, took);
    if (took && at + took > t->len) t->len = at + took;
}

static void twin_drop(twin *t, uint32_t n)
{
    rs_chain_drop(t->pool, &t->c, n);
    memmove(t->bytes, t->bytes + n, MODEL_MAX - n);
    memmove(t->known, t->known + n, MODEL_MAX - n);
    memset(t->known + MODEL_MAX - n, 0, n);
    t->len -= n;
}

static void twin_compare(twin *t, rs_rng *rng)
{
    static uint8_t out[MODEL_MAX];
    uint32_t at = rs_rng_below(rng, t->len + 1), n = rs_rng_below(rng, t->len - at + 1);
    rs_chain_copy(t->pool, &t->c, &(rs_chain_span){.to = out, .at = at, .len = n});
    for (uint32_t i = 0; i < n; i++)
        if (t->known[at + i]) CHECK_EQ(out[i], t->bytes[at + i]);
    static uint8_t again[MODEL_MAX];
    rs_sum sum = rs_chain_copy_sum(t->pool, &t->c, &(rs_chain_span){.to = again, .at = at, .len = n});
    CHECK(memcmp(out, again, n) == 0);
    CHECK_EQ(rs_sum_finish(sum), rs_sum_finish(rs_sum_bytes(out, n)));
}

TEST(a_chain_behaves_like_an_array_under_random_use)
{
    static twin t;
    rs_rng rng = rs_rng_of(20);
    for (int round = 0; round < 30; round++) {
        memset(&t, 0, sizeof t);
        t.pool = fresh_blocks(1 + rs_rng_below(&rng, 16));
        rs_chain_init(&t.c);
        for (int step = 0; step < 100; step++) {
            uint32_t what = rs_rng_below(&rng, 4);
            if (what == 0) twin_write(&t, &rng, t.len);
            if (what == 1) twin_write(&t, &rng, rs_rng_below(&rng, t.len + 5000));
            if (what == 2) twin_drop(&t, rs_rng_below(&rng, t.len + 1));
            twin_compare(&t, &rng);
            CHECK_EQ(t.c.len, t.len);
            CHECK_SOUND(rs_chain_broken(t.pool, &t.c));
        }
        rs_chain_clear(t.pool, &t.c);
        CHECK_EQ(t.pool->live, 0);
    }
}

TEST(a_copied_arena_holds_the_same_chain)
{
    static block_pool copy;
    uint8_t out[5];
    rs_pool *pool = fresh_blocks(4);
    rs_chain c;
    rs_chain_init(&c);
    rs_chain_append(pool, &c, (const uint8_t *)"hello", 5);
    memcpy(&copy, &block_arena, sizeof copy);
    rs_chain twin_chain = c;
    rs_chain_clear(pool, &c);
    rs_chain_copy(&copy.p, &twin_chain, &(rs_chain_span){.to = out, .at = 0, .len = 5});
    CHECK(memcmp(out, "hello", 5) == 0);
}

TEST(cutting_off_the_end_gives_its_blocks_back)
{
    static uint8_t data[3 * RS_BLOCK_BYTES];
    rs_pool *pool = fresh_blocks(4);
    rs_chain c;
    rs_chain_init(&c);
    CHECK_EQ(rs_chain_append(pool, &c, data, sizeof data), sizeof data);
    rs_chain_cut(pool, &c, sizeof data);
    CHECK_EQ(pool->live, 3);
    rs_chain_cut(pool, &c, RS_BLOCK_BYTES + 1);
    CHECK_EQ(pool->live, 2);
    CHECK_SOUND(rs_chain_broken(pool, &c));
    CHECK_EQ(rs_chain_append(pool, &c, data, 5), 5);
    CHECK_EQ(c.len, RS_BLOCK_BYTES + 6);
    rs_chain_cut(pool, &c, 0);
    CHECK_EQ(pool->live, 0);
    CHECK_SOUND(rs_chain_broken(pool, &c));
}
