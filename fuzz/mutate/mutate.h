/* mutate.h — changes programs on their own borders: steps and header, not bytes.
 *
 * Everything follows from the seed. The byte mutator of the engine is used for the inside of one step or of the header.
 */
#ifndef FZ_MUTATE_MUTATE_H
#define FZ_MUTATE_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* The engine's own mutator: changes data[0, len) in place, up to cap; returns the new length. */
typedef size_t fz_bytes_fn(uint8_t *data, size_t len, size_t cap);

/* Changes a program in place; returns its new length, at most cap. */
size_t fz_mutate(uint8_t *data, size_t len, size_t cap, unsigned seed, fz_bytes_fn *bytes);
/* The header of one, a run of first steps of it, then a run of steps of the other. */
size_t fz_cross(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len, uint8_t *out, size_t cap,
                unsigned seed);

#endif
