/* Headers of a SYN, kept (mech/synsave.h). */
#define CHECK_MAIN
#include "check.h"

#include "../mech/synsave.h"

static struct {
    rs_pool p;
    _Alignas(8) uint8_t slots[1][RS_BLOCK_SLOT_BYTES];
} pool;
#define BLOCKS (&pool.p)

static uint32_t keep(size_t len)
{
    static uint8_t headers[RS_SYNSAVE_BYTES + 1];
    uint32_t number = 0;
    for (size_t i = 0; i < len; i++) headers[i] = (uint8_t)i;
    rs_synsave_keep(BLOCKS, &number, (rs_bytes){headers, len});
    return number;
}

static void begin(void)
{
    rs_pool_init(&pool.p, pool.slots, RS_BLOCK_SLOT_BYTES, 1);
}

TEST(what_is_kept_is_lent_until_it_is_released)
{
    begin();
    uint32_t number = keep(60);
    rs_bytes b = rs_synsave_bytes(BLOCKS, number);
    CHECK_EQ(b.len, 60);
    CHECK_EQ(b.data[59], 59);
    CHECK_SOUND(rs_synsave_broken(BLOCKS, number));
    rs_synsave_release(BLOCKS, &number);
    CHECK_EQ(number, 0);
    CHECK_EQ(pool.p.live, 0);
    CHECK_EQ(rs_synsave_bytes(BLOCKS, number).len, 0);
    rs_synsave_release(BLOCKS, &number);
}

TEST(nothing_too_much_and_no_memory_keep_nothing)
{
    begin();
    CHECK_EQ(keep(0), 0);
    CHECK_EQ(keep(RS_SYNSAVE_BYTES + 1), 0);
    CHECK_EQ(pool.p.live, 0);
    CHECK(keep(RS_SYNSAVE_BYTES));
    CHECK_EQ(keep(60), 0);
}

TEST(a_length_that_cannot_be_is_told)
{
    begin();
    uint32_t number = keep(60);
    memset(pool.slots[0], 0, sizeof(uint32_t));
    CHECK(rs_synsave_broken(BLOCKS, number) != NULL);
}
