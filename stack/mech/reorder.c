#include "reorder.h"

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void rs_reorder_late(rs_reorder *r, uint32_t bytes, const rs_reorder_limits *l)
{
    if (l->mss && bytes > (uint64_t)r->segs * l->mss) r->segs = least((bytes + l->mss - 1) / l->mss, l->most_segs);
    if (r->segs == 0) r->segs = 1;
    r->seen++;
}

void rs_reorder_nonsack(rs_reorder *r, uint32_t out_segs, const rs_reorder_limits *l)
{
    r->segs = least(out_segs, l->most_segs);
    if (r->segs == 0) r->segs = 1;
    r->seen++;
}

void rs_reorder_lower(rs_reorder *r, uint32_t segs)
{
    if (segs && segs < r->segs) r->segs = segs;
}

const char *rs_reorder_broken(const rs_reorder *r)
{
    return r->segs == 0 ? "D1: no threshold" : NULL;
}
