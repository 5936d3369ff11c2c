/* offset.h — 32-bit sequence numbers unrolled to 64-bit positions.
 *
 * The judge counts stream positions with 64 bits and never compares two 32-bit numbers: the question "before or after?"
 * of modular arithmetic is answered once, here, by taking the position nearest to one already known. */
#ifndef CF_PACKET_OFFSET_H
#define CF_PACKET_OFFSET_H

#include <stdint.h>

typedef int64_t cf_offset;

/* The position congruent to seq modulo 2^32 that lies nearest to near; of two equally near ones the later. */
static inline cf_offset cf_unroll(cf_offset near, uint32_t seq)
{
    uint32_t ahead = seq - (uint32_t)(uint64_t)near;
    if (ahead <= 0x80000000u) return near + (cf_offset)ahead;
    return near - (cf_offset)(0x100000000ull - ahead);
}

/* How far to lies from base, the shorter way round; negative when it lies before. */
static inline cf_offset cf_distance(uint32_t base, uint32_t to)
{
    return cf_unroll((cf_offset)base, to) - (cf_offset)base;
}

/* Back to the wire. */
static inline uint32_t cf_roll(cf_offset at)
{
    return (uint32_t)(uint64_t)at;
}

#endif
