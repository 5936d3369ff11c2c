#include "rng.h"

/* SplitMix64 (Steele, Lea, Flood 2014): a counter with an odd step, and a mixer. */
uint64_t rs_rng_u64(rs_rng *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The high half of a product spreads 32 random bits over n (Lemire 2019); low halves under 2^32 mod n are drawn again,
 * because they would favour some results. */
uint32_t rs_rng_below(rs_rng *r, uint32_t n)
{
    if (n == 0) return 0;
    uint32_t unfair = (uint32_t)-n % n;
    for (;;) {
        uint64_t m = (uint64_t)rs_rng_u32(r) * n;
        if ((uint32_t)m >= unfair) return (uint32_t)(m >> 32);
    }
}

void rs_rng_fill(rs_rng *r, void *buf, size_t len)
{
    uint8_t *b = buf;
    uint64_t v = 0;
    for (size_t i = 0; i < len; i++) {
        if (i % 8 == 0) v = rs_rng_u64(r);
        b[i] = (uint8_t)(v >> (8 * (i % 8)));
    }
}
