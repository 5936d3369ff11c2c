/* mac.h — message authentication codes: HMAC (RFC 2104) with SHA-1 or SHA-256, and AES-128-CMAC (RFC 4493).
 *
 * Life: rs_mac_init -> { rs_mac_add }* -> rs_mac_finish. A copy of one that has begun goes on as that would. A CMAC key
 * has 16 bytes; a shorter or longer one is first made into one of that length (RFC 4615 3). */
#ifndef RS_BASE_MAC_H
#define RS_BASE_MAC_H

#include <stddef.h>
#include <stdint.h>

#include "aes.h"
#include "sha.h"

typedef enum rs_mac_kind { RS_HMAC_SHA1, RS_CMAC_AES128, RS_HMAC_SHA256, RS_MACS } rs_mac_kind;
enum { RS_MAC_BYTES_MAX = 32 };

typedef struct rs_mac {
    rs_mac_kind kind;
    rs_sha sha, outer; /* HMAC: the inner digest, and the outer one behind its key */
    rs_aes aes;        /* CMAC from here on */
    uint8_t chain[RS_AES_BYTES], last[RS_AES_BYTES];
    size_t held; /* bytes in last, which may be the end */
} rs_mac;

/* "hmac(sha1)", "cmac(aes128)", "hmac(sha256)", as Linux names them; RS_MACS: none of these. */
rs_mac_kind rs_mac_find(const char *name);
const char *rs_mac_name(rs_mac_kind kind);
/* Bytes of a code. */
size_t rs_mac_len(rs_mac_kind kind);

/* Borrows the key. */
void rs_mac_init(rs_mac *m, rs_mac_kind kind, const uint8_t *key, size_t len);
void rs_mac_add(rs_mac *m, const void *data, size_t len);
/* Writes rs_mac_len bytes; of the key nothing is left in m. */
void rs_mac_finish(rs_mac *m, uint8_t out[RS_MAC_BYTES_MAX]);

#endif
