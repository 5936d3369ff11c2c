/* aes.h — the block cipher AES with keys of 128 bits (FIPS 197), one direction: what a code made of it needs (mac.h).
 *
 * Life: rs_aes_init -> { rs_aes_encrypt }*. The S-box is reckoned once for each key; this is slow and small. */
#ifndef RS_BASE_AES_H
#define RS_BASE_AES_H

#include <stdint.h>

enum { RS_AES_BYTES = 16, RS_AES_ROUNDS = 10 };

typedef struct rs_aes {
    uint8_t sbox[256];
    uint8_t key[RS_AES_ROUNDS + 1][RS_AES_BYTES];
} rs_aes;

void rs_aes_init(rs_aes *a, const uint8_t key[RS_AES_BYTES]);
void rs_aes_encrypt(const rs_aes *a, uint8_t block[RS_AES_BYTES]);

#endif
