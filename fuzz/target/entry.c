/* entry.c — how the engine changes inputs that are programs: part of every target whose input is one. */
#include "../mutate/mutate.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t cap, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len, uint8_t *out,
                                 size_t cap, unsigned seed);
/* The engine's, or that of run/seeds.c. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t len, size_t cap);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t cap, unsigned seed)
{
    return fz_mutate(data, len, cap, seed, LLVMFuzzerMutate);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len, uint8_t *out,
                                 size_t cap, unsigned seed)
{
    return fz_cross(a, a_len, b, b_len, out, cap, seed);
}
