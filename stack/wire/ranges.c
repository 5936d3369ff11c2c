#include "ranges.h"

#include <string.h>

#include "../base/check.h"

static const uint32_t HALF = (uint32_t)1 << 31;

static uint32_t range_len(rs_range r)
{
    return rs_seq_dist(r.start, r.end);
}

void rs_ranges_init(rs_ranges *s, uint16_t cap)
{
    rs_check(cap > 0);
    rs_check(cap <= RS_RANGES_MAX);
    s->count = 0;
    s->cap = cap;
}

/* Would the set, with r in it, still lie within half the circle? Measured from the first number of the set, where r may
 * begin before it. */
static bool near_enough(const rs_ranges *s, rs_range r)
{
    if (range_len(r) >= HALF) return false;
    if (s->count == 0) return true;
    rs_seq first = s->at[0].start;
    int64_t start = (int32_t)rs_seq_dist(first, r.start), end = start + range_len(r);
    int64_t set_end = rs_seq_dist(first, s->at[s->count - 1].end);
    return (end > set_end ? end : set_end) - (start < 0 ? start : 0) < HALF;
}

/* Index of the first range that ends at or after q; count if there is none. */
static uint16_t first_reaching(const rs_ranges *s, rs_seq q)
{
    uint16_t low = 0, high = s->count;
    while (low < high) {
        uint16_t mid = (uint16_t)((low + high) / 2);
        if (rs_seq_before(s->at[mid].end, q)) low = (uint16_t)(mid + 1);
        else high = mid;
    }
    return low;
}

/* Puts r in the place of ranges first..last-1. */
static void replace(rs_ranges *s, uint16_t first, uint16_t last, rs_range r)
{
    memmove(&s->at[first + 1], &s->at[last], (size_t)(s->count - last) * sizeof s->at[0]);
    s->count = (uint16_t)(s->count - (last - first) + 1);
    s->at[first] = r;
}

rs_ranges_result rs_ranges_insert(rs_ranges *s, rs_range r)
{
    if (rs_seq_eq(r.start, r.end)) return RS_RANGES_OK;
    if (!near_enough(s, r)) return RS_RANGES_FAR;
    uint16_t first = first_reaching(s, r.start), last = first;
    while (last < s->count && rs_seq_before_eq(s->at[last].start, r.end)) last++;
    if (first == last && s->count == s->cap) return RS_RANGES_FULL;
    if (first < last) {
        r.start = rs_seq_min(r.start, s->at[first].start);
        r.end = rs_seq_max(r.end, s->at[last - 1].end);
    }
    replace(s, first, last, r);
    return RS_RANGES_OK;
}

void rs_ranges_remove_below(rs_ranges *s, rs_seq point)
{
    uint16_t gone = 0;
    while (gone < s->count && rs_seq_before_eq(s->at[gone].end, point)) gone++;
    memmove(&s->at[0], &s->at[gone], (size_t)(s->count - gone) * sizeof s->at[0]);
    s->count = (uint16_t)(s->count - gone);
    if (s->count > 0 && rs_seq_before(s->at[0].start, point)) s->at[0].start = point;
}

const rs_range *rs_ranges_find(const rs_ranges *s, rs_seq q)
{
    for (uint16_t i = 0; i < s->count; i++)
        if (rs_seq_inside(q, s->at[i].start, range_len(s->at[i]))) return &s->at[i];
    return NULL;
}

bool rs_ranges_covers(const rs_ranges *s, rs_range r)
{
    if (rs_seq_eq(r.start, r.end)) return true;
    const rs_range *in = rs_ranges_find(s, r.start);
    return in && range_len(r) <= rs_seq_dist(r.start, in->end);
}

bool rs_ranges_overlaps(const rs_ranges *s, rs_range r)
{
    if (rs_seq_eq(r.start, r.end)) return false;
    if (rs_ranges_contains(s, r.start)) return true;
    for (uint16_t i = 0; i < s->count; i++)
        if (rs_seq_inside(s->at[i].start, r.start, range_len(r))) return true;
    return false;
}

uint32_t rs_ranges_total(const rs_ranges *s)
{
    uint32_t n = 0;
    for (uint16_t i = 0; i < s->count; i++) n += range_len(s->at[i]);
    return n;
}

const char *rs_ranges_broken(const rs_ranges *s)
{
    if (s->count > s->cap || s->cap > RS_RANGES_MAX) return "S4: not count <= cap <= RS_RANGES_MAX";
    uint32_t before = 0; /* end of the range before, as a distance from the first number */
    for (uint16_t i = 0; i < s->count; i++) {
        uint32_t start = rs_seq_dist(s->at[0].start, s->at[i].start), end = rs_seq_dist(s->at[0].start, s->at[i].end);
        if (start >= HALF || end >= HALF) return "S3: the set does not fit into half the circle";
        if (end <= start) return "S1: a range is empty";
        if (i > 0 && start <= before) return "S2: ranges overlap, touch or are out of order";
        before = end;
    }
    return NULL;
}
