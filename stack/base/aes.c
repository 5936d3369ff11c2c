#include "aes.h"

#include <string.h>

/* Times x in the field of 2^8 elements (FIPS 197 4.2.1). */
static uint8_t twice(uint8_t v)
{
    return (uint8_t)(v << 1 ^ (v >> 7) * 0x1b);
}

static uint8_t left(uint8_t v, unsigned n)
{
    return (uint8_t)(v << n | v >> (8 - n));
}

/* The inverse of each element, then an affine map (5.1.1). Every element but 0 is a power of 3, and the inverse of the
 * n-th power is the power of 255 - n. */
static void make_sbox(uint8_t sbox[256])
{
    uint8_t power[256] = {1};
    for (unsigned n = 1; n < 256; n++) power[n] = (uint8_t)(power[n - 1] ^ twice(power[n - 1]));
    sbox[0] = 0x63;
    for (unsigned n = 0; n < 255; n++) {
        uint8_t inverse = power[255 - n], mapped = (uint8_t)(inverse ^ sbox[0]);
        for (unsigned turn = 1; turn <= 4; turn++) mapped ^= left(inverse, turn);
        sbox[power[n]] = mapped;
    }
}

static void next_key(const rs_aes *a, uint8_t next[RS_AES_BYTES], const uint8_t key[RS_AES_BYTES], uint8_t constant)
{
    for (unsigned i = 0; i < 4; i++) next[i] = key[i] ^ a->sbox[key[12 + (i + 1) % 4]];
    next[0] ^= constant;
    for (unsigned i = 4; i < RS_AES_BYTES; i++) next[i] = key[i] ^ next[i - 4];
}

void rs_aes_init(rs_aes *a, const uint8_t key[RS_AES_BYTES])
{
    uint8_t constant = 1;
    make_sbox(a->sbox);
    memcpy(a->key[0], key, RS_AES_BYTES);
    for (unsigned round = 1; round <= RS_AES_ROUNDS; round++, constant = twice(constant))
        next_key(a, a->key[round], a->key[round - 1], constant);
}

static void add_key(uint8_t b[RS_AES_BYTES], const uint8_t key[RS_AES_BYTES])
{
    for (unsigned i = 0; i < RS_AES_BYTES; i++) b[i] ^= key[i];
}

/* SubBytes and ShiftRows in one: row r of the state moves r columns (5.1.1, 5.1.2). */
static void substitute_and_shift(const rs_aes *a, uint8_t b[RS_AES_BYTES])
{
    uint8_t from[RS_AES_BYTES];
    memcpy(from, b, sizeof from);
    for (unsigned i = 0; i < RS_AES_BYTES; i++) b[i] = a->sbox[from[(i + 4 * (i % 4)) % RS_AES_BYTES]];
}

static void mix_column(uint8_t c[4])
{
    uint8_t all = (uint8_t)(c[0] ^ c[1] ^ c[2] ^ c[3]), first = c[0];
    for (unsigned i = 0; i < 4; i++) {
        uint8_t next = i < 3 ? c[i + 1] : first;
        c[i] = (uint8_t)(c[i] ^ all ^ twice((uint8_t)(c[i] ^ next)));
    }
}

void rs_aes_encrypt(const rs_aes *a, uint8_t block[RS_AES_BYTES])
{
    add_key(block, a->key[0]);
    for (unsigned round = 1; round <= RS_AES_ROUNDS; round++) {
        substitute_and_shift(a, block);
        for (unsigned c = 0; c < 4 && round < RS_AES_ROUNDS; c++) mix_column(block + 4 * (size_t)c);
        add_key(block, a->key[round]);
    }
}
