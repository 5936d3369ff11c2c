/* blocks.h — payload memory: byte strings made of fixed-size blocks that are linked by index.
 *
 * A chain is a string of bytes with positions 0, 1, 2, ... from its front. It grows at the end (append), or anywhere
 * at and beyond it (write: the bytes between are undefined until they are written), and shrinks at the front (drop).
 * It holds no more blocks than its bytes need, and none when it is empty: an idle connection costs no payload memory.
 *
 * The place of the last access is remembered, so reading or writing in sequence is O(1) per block and not O(chain).
 * That is why copying takes a chain that is not const; nothing visible changes.
 *
 * Life:   rs_chain_init -> { rs_chain_append | rs_chain_write | rs_chain_copy | rs_chain_drop }* -> rs_chain_clear.
 * Full:   when the pool is empty, append and write take what fits and return how much; nothing else changes.
 * Memory: a chain holds indices only; the pool is passed in, the same one in every call.
 *
 *   B1  first < RS_BLOCK_BYTES                   B2  blocks = ceil((first + len) / RS_BLOCK_BYTES), 0 when len = 0
 *   B3  the list from head has `blocks` blocks and ends in tail
 *   B4  walk_block is in the list, its first byte has position walk_at - first */
#ifndef RS_MECH_BLOCKS_H
#define RS_MECH_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/pool.h"
#include "../wire/checksum.h"

/* Payload bytes of a block; bytes of its slot in the pool; bytes of a slot in the pool of small records (send-queue
 * records and marks, out-of-order ranges) that the queues share. */
enum { RS_BLOCK_BYTES = 2048, RS_BLOCK_SLOT_BYTES = RS_BLOCK_BYTES + 8, RS_RECORD_BYTES = 64 };

typedef struct rs_block {
    uint32_t next; /* RS_NIL in the last one */
    uint32_t unused;
    uint8_t data[RS_BLOCK_BYTES];
} rs_block;
_Static_assert(sizeof(rs_block) == RS_BLOCK_SLOT_BYTES, "a block fills its slot");

typedef struct rs_chain {
    uint32_t head, tail; /* RS_NIL while empty */
    uint32_t first;      /* place of position 0 in the head block */
    uint32_t len;        /* one past the highest position */
    uint32_t blocks;     /* blocks held */
    uint32_t walk_block; /* last block used, RS_NIL: none remembered */
    uint32_t walk_at;    /* distance of its first byte from the first byte of the head block */
} rs_chain;

void rs_chain_init(rs_chain *c);
/* Adds bytes at the end; returns how many (all, unless the pool ran out). Borrows data. */
uint32_t rs_chain_append(rs_pool *blocks, rs_chain *c, const uint8_t *data, uint32_t len);

/* Bytes for a place: position `at` may lie before, at or beyond the end of the chain. Borrows data. */
typedef struct rs_chain_bytes {
    const uint8_t *data;
    uint32_t at, len;
} rs_chain_bytes;
/* Writes bytes at a position; returns how many (a prefix; 0 if not even the first fits). */
uint32_t rs_chain_write(rs_pool *blocks, rs_chain *c, const rs_chain_bytes *b);

/* Where to copy from, and to. at + len must not be more than the chain's len. */
typedef struct rs_chain_span {
    uint8_t *to;
    uint32_t at, len;
} rs_chain_span;
void rs_chain_copy(const rs_pool *blocks, rs_chain *c, const rs_chain_span *s);
/* The same, and returns the sum of the bytes: one pass over them does for both. */
rs_sum rs_chain_copy_sum(const rs_pool *blocks, rs_chain *c, const rs_chain_span *s);

/* Forgets the first n bytes (n <= len): position n becomes position 0. */
void rs_chain_drop(rs_pool *blocks, rs_chain *c, uint32_t n);
/* Forgets everything from position n on (n > len: nothing). */
void rs_chain_cut(rs_pool *blocks, rs_chain *c, uint32_t n);
/* Forgets everything and gives all blocks back. */
void rs_chain_clear(rs_pool *blocks, rs_chain *c);
/* NULL or the broken invariant. */
const char *rs_chain_broken(const rs_pool *blocks, const rs_chain *c);

#endif
