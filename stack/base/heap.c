#include "heap.h"

#include "check.h"

/* Four children for each item: half as deep as a binary heap, and the children of an item share a cache line. */
enum { FAN = 4 };

static rs_heap_item *items(const rs_heap *h)
{
    return (rs_heap_item *)((uintptr_t)h + (uintptr_t)h->items_at);
}

static uint32_t *places(const rs_heap *h)
{
    return (uint32_t *)((uintptr_t)h + (uintptr_t)h->place_at);
}

static bool item_before(const rs_heap_item *a, const rs_heap_item *b)
{
    if (a->at.us != b->at.us) return a->at.us < b->at.us;
    if (a->kind != b->kind) return a->kind < b->kind;
    return a->id < b->id;
}

static void put(rs_heap *h, uint32_t pos, rs_heap_item it)
{
    items(h)[pos] = it;
    places(h)[it.id] = pos + 1;
}

/* `it` goes to `pos` or above it. */
static void sift_up(rs_heap *h, uint32_t pos, rs_heap_item it)
{
    while (pos > 0) {
        uint32_t parent = (pos - 1) / FAN;
        if (!item_before(&it, &items(h)[parent])) break;
        put(h, pos, items(h)[parent]);
        pos = parent;
    }
    put(h, pos, it);
}

/* The first of the children of pos; len when there are none. */
static uint32_t first_child(const rs_heap *h, uint32_t pos)
{
    uint64_t c = (uint64_t)pos * FAN + 1;
    if (c >= h->len) return h->len;
    uint32_t best = (uint32_t)c, end = h->len - best < FAN ? h->len : best + FAN;
    for (uint32_t i = best + 1; i < end; i++)
        if (item_before(&items(h)[i], &items(h)[best])) best = i;
    return best;
}

/* `it` goes to `pos` or below it. */
static void sift_down(rs_heap *h, uint32_t pos, rs_heap_item it)
{
    for (;;) {
        uint32_t child = first_child(h, pos);
        if (child == h->len || !item_before(&items(h)[child], &it)) break;
        put(h, pos, items(h)[child]);
        pos = child;
    }
    put(h, pos, it);
}

/* Position pos is free for `it`, which may belong above or below. */
static void settle(rs_heap *h, uint32_t pos, rs_heap_item it)
{
    if (pos > 0 && item_before(&it, &items(h)[(pos - 1) / FAN])) sift_up(h, pos, it);
    else sift_down(h, pos, it);
}

void rs_heap_init(rs_heap *h, void *item_mem, void *place_mem, uint32_t cap)
{
    rs_check((uintptr_t)item_mem > (uintptr_t)h);
    rs_check((uintptr_t)place_mem > (uintptr_t)h);
    rs_check(cap < UINT32_MAX);
    *h = (rs_heap){
        .items_at = (uintptr_t)item_mem - (uintptr_t)h,
        .place_at = (uintptr_t)place_mem - (uintptr_t)h,
        .cap = cap,
    };
}

void rs_heap_clear(rs_heap *h, uint32_t id)
{
    rs_check(id < h->cap);
    if (id >= h->high || places(h)[id] == 0) return;
    uint32_t pos = places(h)[id] - 1;
    places(h)[id] = 0;
    h->len--;
    if (pos < h->len) settle(h, pos, items(h)[h->len]);
}

void rs_heap_set(rs_heap *h, uint32_t id, rs_time at, uint32_t kind)
{
    rs_check(id < h->cap);
    if (at.us == INT64_MAX) {
        rs_heap_clear(h, id);
        return;
    }
    while (h->high <= id) places(h)[h->high++] = 0; /* a copied arena is not zero beyond what was in use */
    rs_heap_item it = {at, kind, id};
    uint32_t place = places(h)[id];
    const rs_heap_item *had = place ? &items(h)[place - 1] : NULL;
    if (had && had->at.us == at.us && had->kind == kind) return;
    if (place) settle(h, place - 1, it);
    else sift_up(h, h->len++, it);
}

void rs_heap_expect(const rs_heap *h, uint32_t id)
{
    __builtin_prefetch(&places(h)[id]);
}

void rs_heap_expect_item(const rs_heap *h, uint32_t id)
{
    if (id < h->high && places(h)[id]) __builtin_prefetch(&items(h)[places(h)[id] - 1]);
}

rs_time rs_heap_at(const rs_heap *h, uint32_t id)
{
    rs_check(id < h->cap);
    if (id >= h->high || places(h)[id] == 0) return RS_NEVER;
    return items(h)[places(h)[id] - 1].at;
}

const char *rs_heap_broken(const rs_heap *h)
{
    if (h->high > h->cap || h->len > h->high) return "H4: not len <= high <= cap";
    for (uint32_t i = 0; i < h->len; i++) {
        const rs_heap_item *it = &items(h)[i];
        if (i > 0 && item_before(it, &items(h)[(i - 1) / FAN])) return "H1: an item is before its parent";
        if (it->id >= h->high) return "H4: an id is not below high";
        if (places(h)[it->id] != i + 1) return "H2: a place does not name its item";
        if (it->at.us == INT64_MAX) return "H3: a deadline is RS_NEVER";
    }
    uint32_t set = 0;
    for (uint32_t id = 0; id < h->high; id++) set += places(h)[id] != 0;
    return set == h->len ? NULL : "H2: an id without an item has a place";
}
