/* sha256.h — SHA-256 (FIPS 180-4) of a text, as hex: names a script's content in reports. */
#ifndef CF_RUN_SHA256_H
#define CF_RUN_SHA256_H

#include <stddef.h>

void cf_sha256_hex(const void *bytes, size_t len, char out[65]);

#endif
