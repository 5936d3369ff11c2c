#include "sha256.h"

#include <stdio.h>

#include "../../stack/base/sha.h"

void cf_sha256_hex(const void *bytes, size_t len, char out[65])
{
    rs_sha s;
    uint8_t digest[RS_SHA256_BYTES];
    rs_sha_init(&s, RS_SHA256);
    rs_sha_add(&s, bytes, len);
    rs_sha_finish(&s, digest);
    for (int i = 0; i < RS_SHA256_BYTES; i++) snprintf(out + 2 * i, 3, "%02x", digest[i]);
}
