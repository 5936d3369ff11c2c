#include "aes.h"

#include <string.h>

#include "bytes.h"

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

/* A column of the state is a number: row r is byte r from below. Four such numbers are the state (3.4). */
static uint32_t rows_up(uint32_t column, unsigned rows)
{
    return column >> 8 * rows | column << (32 - 8 * rows);
}

/* SubBytes and ShiftRows in one: row r of the state moves r columns (5.1.1, 5.1.2). */
static uint32_t substitute_and_shift(const rs_aes *a, const uint32_t s[4], unsigned c)
{
    uint32_t v = 0;
    for (unsigned r = 0; r < 4; r++) v |= (uint32_t)a->sbox[s[(c + r) % 4] >> 8 * r & 0xff] << 8 * r;
    return v;
}

/* Each byte becomes twice itself, three times the next and once the two others (5.1.3): all four, but itself, and twice
 * the sum of itself and the next. */
static uint32_t mix(uint32_t column)
{
    uint32_t next = rows_up(column, 1), pair = column ^ next;
    uint32_t doubled = (pair & 0x7f7f7f7f) << 1 ^ (pair >> 7 & 0x01010101) * 0x1b;
    return doubled ^ next ^ rows_up(column, 2) ^ rows_up(column, 3);
}

void rs_aes_encrypt(const rs_aes *a, uint8_t block[RS_AES_BYTES])
{
    uint32_t s[4], next[4];
    for (unsigned c = 0; c < 4; c++)
        s[c] = rs_load32_le(block + 4 * (size_t)c) ^ rs_load32_le(a->key[0] + 4 * (size_t)c);
    for (unsigned round = 1; round <= RS_AES_ROUNDS; round++) {
        for (unsigned c = 0; c < 4; c++) {
            uint32_t v = substitute_and_shift(a, s, c);
            next[c] = (round < RS_AES_ROUNDS ? mix(v) : v) ^ rs_load32_le(a->key[round] + 4 * (size_t)c);
        }
        memcpy(s, next, sizeof s);
    }
    for (unsigned i = 0; i < RS_AES_BYTES; i++) block[i] = (uint8_t)(s[i / 4] >> 8 * (i % 4));
}
