/* md5.h — the MD5 message digest (RFC 1321), for the one option that asks for it (RFC 2385). It is broken as a hash for
 * signatures; nothing here makes it better.
 *
 * Life: rs_md5_init -> { rs_md5_add }* -> rs_md5_finish. */
#ifndef RS_BASE_MD5_H
#define RS_BASE_MD5_H

#include <stddef.h>
#include <stdint.h>

enum { RS_MD5_BYTES = 16, RS_MD5_BLOCK = 64 };

typedef struct rs_md5 {
    uint32_t state[4];
    uint64_t len; /* bytes added */
    uint8_t block[RS_MD5_BLOCK];
} rs_md5;

void rs_md5_init(rs_md5 *m);
/* Borrows data. */
void rs_md5_add(rs_md5 *m, const void *data, size_t len);
void rs_md5_finish(rs_md5 *m, uint8_t out[RS_MD5_BYTES]);

#endif
