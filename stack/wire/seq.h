/* seq.h — sequence numbers: points on a circle of 2^32 (RFC 9293 3.4).
 *
 * There is no '<' between points; there is only "before, if the two are less than 2^31 apart". The type is a struct so
 * that a plain comparison does not compile. */
#ifndef RS_WIRE_SEQ_H
#define RS_WIRE_SEQ_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t raw;
} rs_seq;

/* [start, end) */
typedef struct {
    rs_seq start, end;
} rs_range;

static inline rs_seq rs_seq_of(uint32_t raw)
{
    return (rs_seq){raw};
}
static inline rs_seq rs_seq_add(rs_seq s, uint32_t n)
{
    return (rs_seq){s.raw + n};
}
static inline rs_seq rs_seq_sub(rs_seq s, uint32_t n)
{
    return (rs_seq){s.raw - n};
}
static inline bool rs_seq_eq(rs_seq a, rs_seq b)
{
    return a.raw == b.raw;
}
static inline bool rs_seq_before(rs_seq a, rs_seq b)
{
    return (int32_t)(a.raw - b.raw) < 0;
}
static inline bool rs_seq_before_eq(rs_seq a, rs_seq b)
{
    return (int32_t)(a.raw - b.raw) <= 0;
}
static inline bool rs_seq_after(rs_seq a, rs_seq b)
{
    return rs_seq_before(b, a);
}
/* b is at or after a: how far. */
static inline uint32_t rs_seq_dist(rs_seq a, rs_seq b)
{
    return b.raw - a.raw;
}
/* first <= s < first + len */
static inline bool rs_seq_inside(rs_seq s, rs_seq first, uint32_t len)
{
    return s.raw - first.raw < len;
}
static inline rs_seq rs_seq_max(rs_seq a, rs_seq b)
{
    return rs_seq_before(a, b) ? b : a;
}
static inline rs_seq rs_seq_min(rs_seq a, rs_seq b)
{
    return rs_seq_before(a, b) ? a : b;
}

#endif
