/* seeds.h — inputs that follow from a number, for targets that bring their own mutator: an empty input, changed again
 * and again. Without a fuzzing engine, under any compiler, the same number gives the same input. */
#ifndef FZ_RUN_SEEDS_H
#define FZ_RUN_SEEDS_H

#include <stddef.h>
#include <stdint.h>

typedef size_t fz_mutator_fn(uint8_t *data, size_t len, size_t cap, unsigned seed);

/* Writes the input of this number, at most cap bytes; its length. Without a mutator: bytes as they come. */
size_t fz_seed_input(fz_mutator_fn *mutator, uint64_t number, uint8_t *out, size_t cap);

/* What an engine offers to a target's mutator: a few bytes are changed. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t len, size_t cap);

#endif
