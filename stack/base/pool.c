#include "pool.h"

#include <string.h>

#include "check.h"

static uint32_t free_link(const rs_pool *p, uint32_t i)
{
    uint32_t next;
    memcpy(&next, rs_pool_at(p, i), sizeof next);
    return next;
}

void rs_pool_init(rs_pool *p, void *slots, uint32_t size, uint32_t cap)
{
    rs_check(size > 0 && size % 8 == 0);
    rs_check((uintptr_t)slots > (uintptr_t)p);
    rs_check(cap < RS_NIL);
    *p = (rs_pool){.at = (uintptr_t)slots - (uintptr_t)p, .size = size, .cap = cap, .free = RS_NIL};
}

uint32_t rs_pool_take(rs_pool *p)
{
    uint32_t i = p->free;
    if (i != RS_NIL) {
        p->free = free_link(p, i);
    } else {
        if (p->high == p->cap) return RS_NIL;
        i = p->high++;
    }
    p->live++;
    return i;
}

void rs_pool_give(rs_pool *p, uint32_t i)
{
    rs_check(i < p->high);
    rs_check(p->live > 0);
    memcpy(rs_pool_at(p, i), &p->free, sizeof p->free);
    p->free = i;
    p->live--;
}

const char *rs_pool_broken(const rs_pool *p)
{
    if (p->live > p->high || p->high > p->cap) return "P1: not live <= high <= cap";
    uint32_t n = 0;
    for (uint32_t i = p->free; i != RS_NIL; i = free_link(p, i)) {
        if (i >= p->high) return "P2: the free list leaves the touched slots";
        if (++n > p->high - p->live) return "P2: the free list is too long";
    }
    return n == p->high - p->live ? NULL : "P2: the free list is too short";
}
