/* mech_pools.h — the two pools that queues live in, for tests of stack/mech. Tests set how many slots there are:
 * running out is part of the behaviour. */
#ifndef MECH_POOLS_H
#define MECH_POOLS_H

#include "../base/rng.h"
#include "../mech/blocks.h"

enum { POOL_BLOCKS_MAX = 64, POOL_RECORDS_MAX = 256 };

typedef struct block_pool {
    rs_pool p;
    uint64_t slots[POOL_BLOCKS_MAX * RS_BLOCK_SLOT_BYTES / 8];
} block_pool;
typedef struct record_pool {
    rs_pool p;
    uint64_t slots[POOL_RECORDS_MAX * RS_RECORD_BYTES / 8];
} record_pool;

static block_pool block_arena;

/* A fresh pool of n blocks. */
static inline rs_pool *fresh_blocks(uint32_t n)
{
    rs_pool_init(&block_arena.p, block_arena.slots, RS_BLOCK_SLOT_BYTES, n);
    return &block_arena.p;
}

/* A fresh pool of n records, in the caller's arena. */
static inline rs_pool *fresh_records(record_pool *arena, uint32_t n)
{
    rs_pool_init(&arena->p, arena->slots, RS_RECORD_BYTES, n);
    return &arena->p;
}

#endif
