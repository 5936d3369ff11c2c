#include "seeds.h"

enum { ROUNDS_LEAST = 4, ROUNDS = 28, BYTES_MOST = 512 };

/* Marsaglia's xorshift64*, behind a first step that spreads neighbouring numbers. */
static uint64_t state = 1;

static uint32_t roll(uint32_t sides)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)(state * UINT64_C(0x2545f4914f6cdd1d) >> 32) % sides;
}

static void begin(uint64_t number)
{
    state = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    if (state == 0) state = 1;
    roll(1);
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t len, size_t cap)
{
    if (len > cap) len = cap;
    if (len == 0) return 0;
    for (uint32_t n = 1 + roll(3); n-- > 0;) data[roll((uint32_t)len)] = (uint8_t)roll(roll(2) ? 256 : 16);
    return len;
}

size_t fz_seed_input(fz_mutator_fn *mutator, uint64_t number, uint8_t *out, size_t cap)
{
    begin(number);
    size_t len = 0;
    if (!mutator) {
        for (len = roll(BYTES_MOST); len > cap; len /= 2) continue;
        for (size_t i = 0; i < len; i++) out[i] = (uint8_t)roll(256);
        return len;
    }
    for (uint32_t n = ROUNDS_LEAST + roll(ROUNDS); n-- > 0;) len = mutator(out, len, cap, roll(UINT32_MAX));
    return len;
}
