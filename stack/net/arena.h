/* arena.h — laying a stack out in one block of memory, and finding the used parts of it again.
 *
 * Every component takes its arrays from the arena in a fixed order, first without memory (base NULL) to learn the size,
 * then with it. Since the order and the sizes follow from the configuration alone, two stacks of one configuration have
 * the same layout, and copying the used part of every array copies the stack. */
#ifndef RS_NET_ARENA_H
#define RS_NET_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "../base/check.h"
#include "../base/pool.h"

enum { RS_ARENA_ALIGN = 64, RS_PARTS_MAX = 32 };

typedef struct rs_arena {
    char *base;  /* NULL while measuring */
    uint64_t at; /* bytes taken; more than any memory of a 32-bit machine while measuring, perhaps */
} rs_arena;

/* Takes bytes of the arena; NULL while measuring. Products are the caller's, in 64 bits. */
static inline void *rs_arena_take(rs_arena *a, uint64_t bytes)
{
    uint64_t at = (a->at + RS_ARENA_ALIGN - 1) / RS_ARENA_ALIGN * RS_ARENA_ALIGN;
    a->at = at + bytes;
    return a->base ? a->base + at : NULL;
}

/* The used parts of a stack: [at, at + len) from its base. */
typedef struct rs_parts {
    const char *base;
    uint32_t count;
    struct {
        size_t at, len;
    } part[RS_PARTS_MAX];
} rs_parts;

static inline void rs_parts_add(rs_parts *p, const void *from, size_t len)
{
    rs_check(p->count < RS_PARTS_MAX);
    p->part[p->count].at = (size_t)((const char *)from - p->base);
    p->part[p->count++].len = len;
}

static inline void rs_parts_add_pool(rs_parts *p, const rs_pool *pool)
{
    rs_parts_add(p, rs_pool_at(pool, 0), (size_t)pool->high * pool->size);
}

/* Takes the slots of a pool from the arena; p is not touched while measuring. */
static inline void rs_arena_pool(rs_arena *a, rs_pool *p, size_t size, uint32_t cap)
{
    uint32_t rounded = (uint32_t)((size + 7) / 8 * 8);
    void *slots = rs_arena_take(a, (uint64_t)rounded * cap);
    if (slots) rs_pool_init(p, slots, rounded, cap);
}

#endif
