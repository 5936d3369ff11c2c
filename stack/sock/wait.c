/* see wait.h */
#include "wait.h"

#include "../base/time.h"

void rs_waits_init(rs_waits *w, rs_arena *a, uint32_t cap)
{
    rs_arena_pool(a, &w->calls, sizeof(rs_parked), cap);
    void *items = rs_arena_take(a, (uint64_t)cap * sizeof(rs_heap_item));
    void *places = rs_arena_take(a, (uint64_t)cap * sizeof(uint32_t));
    if (!a->base) return;
    rs_heap_init(&w->deadlines, items, places, cap);
    rs_list_init(&w->order, offsetof(rs_parked, link));
}

void rs_waits_parts(const rs_waits *w, rs_parts *p)
{
    rs_heap_item *items = (rs_heap_item *)((uintptr_t)&w->deadlines + (uintptr_t)w->deadlines.items_at);
    uint32_t *places = (uint32_t *)((uintptr_t)&w->deadlines + (uintptr_t)w->deadlines.place_at);
    rs_parts_add_pool(p, &w->calls);
    rs_parts_add(p, items, w->deadlines.len * sizeof *items);
    rs_parts_add(p, places, w->deadlines.high * sizeof *places);
}

rs_parked *rs_waits_at(const rs_waits *w, uint32_t number)
{
    if (number == 0 || number > w->calls.high) return NULL;
    rs_parked *p = rs_pool_at(&w->calls, number - 1);
    return p->live ? p : NULL;
}

uint32_t rs_waits_park(rs_waits *w, const rs_parked *call, rs_time deadline)
{
    uint32_t i = rs_pool_take(&w->calls);
    if (i == RS_NIL) return 0;
    rs_parked *p = rs_pool_at(&w->calls, i);
    *p = *call;
    p->live = true;
    p->late = false;
    rs_list_push(&w->order, &w->calls, i);
    rs_heap_set(&w->deadlines, i, deadline, 0);
    return i + 1;
}

void rs_waits_end(rs_waits *w, uint32_t number)
{
    rs_parked *p = rs_waits_at(w, number);
    rs_check(p);
    rs_list_remove(&w->order, &w->calls, number - 1);
    rs_heap_clear(&w->deadlines, number - 1);
    p->live = false;
    rs_pool_give(&w->calls, number - 1);
}

void rs_waits_advance(rs_waits *w, rs_time now)
{
    const rs_heap_item *first;
    while ((first = rs_heap_first(&w->deadlines)) && rs_time_due(first->at, now)) {
        uint32_t i = first->id;
        rs_heap_clear(&w->deadlines, i);
        ((rs_parked *)rs_pool_at(&w->calls, i))->late = true;
    }
}

bool rs_waits_behind(const rs_waits *w, uint32_t number)
{
    const rs_parked *p = rs_waits_at(w, number);
    for (uint32_t i = w->order.head; i != RS_NIL && i != number - 1; i = rs_list_next(&w->order, &w->calls, i)) {
        const rs_parked *q = rs_pool_at(&w->calls, i);
        if (q->kind == p->kind && q->sock == p->sock && p->sock != RS_NIL) return true;
    }
    return false;
}

const char *rs_waits_broken(const rs_waits *w)
{
    const char *why = rs_pool_broken(&w->calls);
    if (!why) why = rs_heap_broken(&w->deadlines);
    if (!why) why = rs_list_broken(&w->order, &w->calls);
    return why || w->order.len == w->calls.live ? why : "W1: a parked call is not in the list";
}
