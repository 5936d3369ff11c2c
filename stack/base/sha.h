/* sha.h — the digests SHA-1 and SHA-256 (FIPS 180-4), for message authentication codes (mac.h). Both work on blocks of
 * 64 bytes and pad alike.
 *
 * Life: rs_sha_init -> { rs_sha_add }* -> rs_sha_finish. */
#ifndef RS_BASE_SHA_H
#define RS_BASE_SHA_H

#include <stddef.h>
#include <stdint.h>

enum { RS_SHA1_BYTES = 20, RS_SHA256_BYTES = 32, RS_SHA_BLOCK = 64 };

typedef enum rs_sha_kind { RS_SHA1, RS_SHA256 } rs_sha_kind;

typedef struct rs_sha {
    rs_sha_kind kind;
    uint32_t state[8];
    uint64_t len; /* bytes added */
    uint8_t block[RS_SHA_BLOCK];
} rs_sha;

void rs_sha_init(rs_sha *s, rs_sha_kind kind);
/* Borrows data. */
void rs_sha_add(rs_sha *s, const void *data, size_t len);
/* Writes RS_SHA1_BYTES or RS_SHA256_BYTES, and returns how many. */
size_t rs_sha_finish(rs_sha *s, uint8_t out[RS_SHA256_BYTES]);

#endif
