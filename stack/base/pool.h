/* pool.h — a fixed number of equal slots, named by index.
 *
 * Slots are handed out lowest-unused-first and recycled last-in first-out, so the same history gives the same indices.
 * A pool holds no pointer: the slots live at a distance from the pool itself, so an arena that contains both can be
 * copied with memcpy. Untouched slots are never written: a big pool costs nothing until it is used.
 *
 *   P1  live <= high <= cap       P2  the free list holds exactly high - live slots
 *
 * Life: rs_pool_init (in an arena, once) -> { rs_pool_take | rs_pool_give }* . */
#ifndef RS_BASE_POOL_H
#define RS_BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

#define RS_NIL UINT32_MAX /* "no slot": ends lists, means none */

typedef struct rs_pool {
    uint64_t at;   /* bytes from this struct to slot 0 */
    uint32_t size; /* bytes per slot, a multiple of 8 */
    uint32_t cap;  /* slots */
    uint32_t high; /* slots ever touched */
    uint32_t live; /* slots in use */
    uint32_t free; /* first free touched slot, or RS_NIL; the link is kept in the slot's first four bytes */
} rs_pool;

/* Sets up a pool of cap slots of size bytes at `slots`, which must lie after `p` in the same arena. */
void rs_pool_init(rs_pool *p, void *slots, uint32_t size, uint32_t cap);
/* Takes a slot (contents undefined); RS_NIL when all are in use. */
uint32_t rs_pool_take(rs_pool *p);
/* Gives a slot back. */
void rs_pool_give(rs_pool *p, uint32_t i);
/* NULL or the broken invariant. */
const char *rs_pool_broken(const rs_pool *p);

static inline void *rs_pool_at(const rs_pool *p, uint32_t i)
{
    return (char *)(uintptr_t)p + p->at + (size_t)i * p->size;
}

#endif
