/* ranges.h — a set of sequence numbers as ranges, with a hard cap on their number.
 *
 *   S1  every range is non-empty      S2  ranges are sorted, disjoint and never touch
 *   S3  all of the set lies within 2^31 of its first number, so "sorted" has a meaning on the circle
 *   S4  count <= cap <= RS_RANGES_MAX
 *
 * A value: copy it freely. Life: rs_ranges_init -> calls; nothing to free. */
#ifndef RS_WIRE_RANGES_H
#define RS_WIRE_RANGES_H

#include <stddef.h>

#include "seq.h"

enum { RS_RANGES_MAX = 64 };

typedef struct rs_ranges {
    uint16_t count, cap;
    rs_range at[RS_RANGES_MAX];
} rs_ranges;

typedef enum rs_ranges_result {
    RS_RANGES_OK,
    RS_RANGES_FULL, /* would need one range more than the cap: set unchanged */
    RS_RANGES_FAR,  /* would break S3, or the range itself is 2^31 long or more: set unchanged */
} rs_ranges_result;

/* An empty set of at most cap ranges. 1 <= cap <= RS_RANGES_MAX. */
void rs_ranges_init(rs_ranges *s, uint16_t cap);
/* Adds r, joining what it overlaps or touches. An empty r changes nothing. */
rs_ranges_result rs_ranges_insert(rs_ranges *s, rs_range r);
/* Forgets all numbers before `point`. */
void rs_ranges_remove_below(rs_ranges *s, rs_seq point);
/* The range that contains q, lent until the set changes; NULL if q is not in the set. */
const rs_range *rs_ranges_find(const rs_ranges *s, rs_seq q);
static inline bool rs_ranges_contains(const rs_ranges *s, rs_seq q)
{
    return rs_ranges_find(s, q) != NULL;
}
/* Is all of r in the set? An empty r is. */
bool rs_ranges_covers(const rs_ranges *s, rs_range r);
/* Is any of r in the set? */
bool rs_ranges_overlaps(const rs_ranges *s, rs_range r);
/* How many numbers are in the set. */
uint32_t rs_ranges_total(const rs_ranges *s);
/* NULL or the broken invariant. */
const char *rs_ranges_broken(const rs_ranges *s);

#endif
