/* siphash.h — SipHash-2-4: a short keyed hash that cannot be guessed without its key (Aumasson, Bernstein 2012).
 *
 * For initial sequence numbers (RFC 6528), timestamp offsets, ephemeral ports (RFC 6056) and the connection table. The
 * result depends on the bytes only, not on the machine. */
#ifndef RS_BASE_SIPHASH_H
#define RS_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

/* Hash of len bytes under a 128-bit key. Borrows both. */
uint64_t rs_siphash(const uint8_t key[16], const void *data, size_t len);

#endif
