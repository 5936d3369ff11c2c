/* heap.h — which deadline is next: one deadline for each of a fixed set of ids.
 *
 * Items are ordered by (deadline, kind, id): a total order, so the same history fires in the same order on every
 * machine. An id has at most one deadline; setting it again moves it. Where each id stands in the heap is kept beside
 * it, so setting and clearing cost O(log n) and asking for the first costs nothing. No pointers: like a pool, a heap
 * may be copied together with the arena around it.
 *
 *   H1  no item is before its parent          H2  place[id] is where the item of id stands, plus one; 0 means "none"
 *   H3  no deadline is RS_NEVER               H4  every id is below high <= cap
 *
 * Life: rs_heap_init (in an arena, once) -> { rs_heap_set | rs_heap_clear | rs_heap_first }* . */
#ifndef RS_BASE_HEAP_H
#define RS_BASE_HEAP_H

#include <stddef.h>

#include "../include/refstack/types.h"

typedef struct rs_heap_item {
    rs_time at;
    uint32_t kind; /* breaks ties of `at`: lower first */
    uint32_t id;   /* breaks the rest: lower first */
} rs_heap_item;

typedef struct rs_heap {
    uint64_t items_at; /* bytes from this struct to the items */
    uint64_t place_at; /* bytes from this struct to the places, one uint32_t for each id */
    uint32_t cap;      /* ids are 0..cap-1 */
    uint32_t len;      /* deadlines set now */
    uint32_t high;     /* ids ever used are below this: a copy needs len items and high places */
} rs_heap;

/* Sets up an empty heap. `items` (cap rs_heap_item) and `place` (cap uint32_t) must lie after h in the same
 * arena; they are kept and not touched before they are needed. */
void rs_heap_init(rs_heap *h, void *items, void *place, uint32_t cap);
/* Gives id the deadline `at` (with its kind), in place of the one it had. RS_NEVER clears. */
void rs_heap_set(rs_heap *h, uint32_t id, rs_time at, uint32_t kind);
/* Takes id's deadline away; nothing happens if it has none. */
void rs_heap_clear(rs_heap *h, uint32_t id);
/* The deadline of id; RS_NEVER if it has none. */
rs_time rs_heap_at(const rs_heap *h, uint32_t id);
/* The deadline of id will be set or asked for soon: a hint for the caches, without effect. */
void rs_heap_expect(const rs_heap *h, uint32_t id);
/* The same, one step further on: where it stands is known by now. */
void rs_heap_expect_item(const rs_heap *h, uint32_t id);
/* NULL or the broken invariant. Walks everything. */
const char *rs_heap_broken(const rs_heap *h);

/* The first item, lent until the heap changes; NULL when the heap is empty. */
static inline const rs_heap_item *rs_heap_first(const rs_heap *h)
{
    return h->len ? (const rs_heap_item *)(const void *)((const char *)h + h->items_at) : NULL;
}

#endif
