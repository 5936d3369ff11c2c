/* aes.h — the block cipher AES with keys of 128 bits (FIPS 197), one direction: what a code made of it needs (mac.h).
 *
 * Life: rs_aes_init -> { rs_aes_encrypt }*. Tables: how long it takes may tell who measures it what the key is. */
#ifndef RS_BASE_AES_H
#define RS_BASE_AES_H

#include <stdint.h>

enum { RS_AES_BYTES = 16, RS_AES_ROUNDS = 10 };

typedef struct rs_aes {
    uint32_t key[RS_AES_ROUNDS + 1][4]; /* of each round, four columns */
} rs_aes;
/* Of each byte, its element of the S-box times 2, 1, 1, 3; the lowest byte first. */
extern const uint32_t rs_aes_columns[256];

void rs_aes_init(rs_aes *a, const uint8_t key[RS_AES_BYTES]);
void rs_aes_encrypt(const rs_aes *a, uint8_t block[RS_AES_BYTES]);

#endif
