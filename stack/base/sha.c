#include "sha.h"

#include <string.h>

#include "bytes.h"

static uint32_t left(uint32_t v, unsigned n)
{
    return v << n | v >> (32 - n);
}

static uint32_t right(uint32_t v, unsigned n)
{
    return v >> n | v << (32 - n);
}

/* --- SHA-1 (FIPS 180-4 6.1.2) */

static void sha1_round(uint32_t v[5], unsigned t, uint32_t word)
{
    static const uint32_t k[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    uint32_t b = v[1], c = v[2], d = v[3], f = b ^ c ^ d;
    if (t < 20) f = (b & c) | (~b & d);
    else if (t >= 40 && t < 60) f = (b & c) | (b & d) | (c & d);
    uint32_t sum = left(v[0], 5) + f + v[4] + k[t / 20] + word;
    v[4] = d, v[3] = c, v[2] = left(b, 30), v[1] = v[0], v[0] = sum;
}

static void sha1_block(uint32_t state[8], const uint8_t *block)
{
    uint32_t w[80], v[5];
    for (unsigned t = 0; t < 16; t++) w[t] = rs_load32(block + 4 * (size_t)t);
    for (unsigned t = 16; t < 80; t++) w[t] = left(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    memcpy(v, state, sizeof v);
    for (unsigned t = 0; t < 80; t++) sha1_round(v, t, w[t]);
    for (unsigned i = 0; i < 5; i++) state[i] += v[i];
}

/* --- SHA-256 (FIPS 180-4 6.2.2) */

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t expand(const uint32_t *w)
{
    uint32_t a = w[1], b = w[14];
    return w[0] + (right(a, 7) ^ right(a, 18) ^ a >> 3) + w[9] + (right(b, 17) ^ right(b, 19) ^ b >> 10);
}

static void sha256_round(uint32_t v[8], uint32_t k, uint32_t word)
{
    uint32_t a = v[0], e = v[4];
    uint32_t one = v[7] + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & v[5]) ^ (~e & v[6])) + k + word;
    uint32_t two = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += one;
    v[0] = one + two;
}

static void sha256_block(uint32_t state[8], const uint8_t *block)
{
    uint32_t w[64], v[8];
    for (unsigned t = 0; t < 16; t++) w[t] = rs_load32(block + 4 * (size_t)t);
    for (unsigned t = 16; t < 64; t++) w[t] = expand(w + t - 16);
    memcpy(v, state, sizeof v);
    for (unsigned t = 0; t < 64; t++) sha256_round(v, constants[t], w[t]);
    for (unsigned i = 0; i < 8; i++) state[i] += v[i];
}

/* --- both */

void rs_sha_init(rs_sha *s, rs_sha_kind kind)
{
    static const uint32_t first[2][8] = {
        {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0, 0, 0, 0},
        {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
    s->kind = kind;
    s->len = 0;
    memcpy(s->state, first[kind], sizeof s->state);
}

static void mix(rs_sha *s)
{
    if (s->kind == RS_SHA1) sha1_block(s->state, s->block);
    else sha256_block(s->state, s->block);
}

void rs_sha_add(rs_sha *s, const void *data, size_t len)
{
    const uint8_t *p = data;
    while (len > 0) {
        size_t at = (size_t)(s->len % RS_SHA_BLOCK), n = RS_SHA_BLOCK - at < len ? RS_SHA_BLOCK - at : len;
        memcpy(s->block + at, p, n);
        s->len += n;
        p += n;
        len -= n;
        if (at + n == RS_SHA_BLOCK) mix(s);
    }
}

/* A one bit, zeros, and the length in bits in the last eight bytes of a block (5.1.1). */
size_t rs_sha_finish(rs_sha *s, uint8_t out[RS_SHA256_BYTES])
{
    static const uint8_t padding[RS_SHA_BLOCK] = {0x80};
    uint8_t bits[8];
    uint64_t len = s->len * 8;
    size_t at = (size_t)(s->len % RS_SHA_BLOCK), zeros = (at < 56 ? 56 : 120) - at;
    rs_store32(bits, (uint32_t)(len >> 32));
    rs_store32(bits + 4, (uint32_t)len);
    rs_sha_add(s, padding, zeros);
    rs_sha_add(s, bits, sizeof bits);
    size_t bytes = s->kind == RS_SHA1 ? RS_SHA1_BYTES : RS_SHA256_BYTES;
    for (size_t i = 0; i < bytes / 4; i++) rs_store32(out + 4 * i, s->state[i]);
    return bytes;
}
