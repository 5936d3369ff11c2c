/* rng.h — the one source of "random" numbers: SplitMix64, a value seeded by the configuration.
 *
 * Good enough to spread ports, jitter and test inputs; not a secret. What an attacker must not guess comes from
 * siphash.h. The same seed gives the same numbers on every machine. Copying the value forks the sequence. */
#ifndef RS_BASE_RNG_H
#define RS_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct rs_rng {
    uint64_t state;
} rs_rng;

static inline rs_rng rs_rng_of(uint64_t seed)
{
    return (rs_rng){seed};
}
uint64_t rs_rng_u64(rs_rng *r);
static inline uint32_t rs_rng_u32(rs_rng *r)
{
    return (uint32_t)(rs_rng_u64(r) >> 32);
}
/* A number in [0, n), every one equally likely; 0 when n is 0. */
uint32_t rs_rng_below(rs_rng *r, uint32_t n);
/* A number in [low, high]. low <= high. */
static inline uint32_t rs_rng_between(rs_rng *r, uint32_t low, uint32_t high)
{
    uint32_t span = high - low;
    return span == UINT32_MAX ? rs_rng_u32(r) : low + rs_rng_below(r, span + 1);
}
/* Fills len bytes. */
void rs_rng_fill(rs_rng *r, void *buf, size_t len);

#endif
