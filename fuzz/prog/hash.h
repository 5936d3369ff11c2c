/* hash.h — one number for everything that hosts do while an input runs: packets, calls and their answers, bytes read,
 * every event with its figures. Two builds of the same sources must give the same numbers (O60). Off unless asked for;
 * costs one test when off. */
#ifndef FZ_PROG_HASH_H
#define FZ_PROG_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../stack/include/refstack/refstack.h"

/* From now on everything is folded in. */
void fz_hash_on(void);
bool fz_hashing(void);
void fz_hash_begin(void);
uint64_t fz_hash_value(void);

void fz_hash_number(int64_t v);
/* With the number of the bytes. Borrows them. */
void fz_hash_bytes(const void *bytes, size_t len);
/* Without texts: only what happened, to whom, and how much. */
void fz_hash_event(const rs_event *ev);

/* A hash of h, the length and the bytes, by itself. */
uint64_t fz_fold(uint64_t h, const uint8_t *bytes, size_t len);

#endif
