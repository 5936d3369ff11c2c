/* bytes.h — streams whose every byte is known: what is lost, doubled, swapped or shifted is seen when it is read. */
#ifndef FZ_PROG_BYTES_H
#define FZ_PROG_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* The bytes of stream `key` from `at` on. A stream does not repeat itself, and no two are alike. */
void fz_bytes(uint64_t key, uint64_t at, uint8_t *out, size_t len);
uint8_t fz_byte(uint64_t key, uint64_t at);

/* What gives the bytes that are right from a place on. */
typedef void fz_stream_fn(uint64_t at, uint8_t *out, size_t len);
/* Index of the first byte that is not the one `right` gives there; len: all are. */
size_t fz_first_wrong(const uint8_t *bytes, size_t len, uint64_t at, fz_stream_fn *right);

#endif
