#include "sha.h"

#include <stdbool.h>
#include <string.h>

#include "bytes.h"

static inline uint32_t left(uint32_t v, unsigned n)
{
    return v << n | v >> (32 - n);
}

static inline uint32_t right(uint32_t v, unsigned n)
{
    return v >> n | v << (32 - n);
}

/* A round makes two numbers of the state anew and turns the names of all by one. It costs less to turn the names than
 * the numbers: so many rounds are written out that each name is back where it was. */

/* --- SHA-1 (FIPS 180-4 6.1.2) */

static inline uint32_t choose(uint32_t b, uint32_t c, uint32_t d)
{
    return d ^ (b & (c ^ d));
}

static inline uint32_t parity(uint32_t b, uint32_t c, uint32_t d)
{
    return b ^ c ^ d;
}

static inline uint32_t majority(uint32_t b, uint32_t c, uint32_t d)
{
    return (b & c) | (d & (b | c));
}

#define SHA1_ROUND(f, a, b, c, d, e, k, word) (e += left(a, 5) + f(b, c, d) + (k) + (word), b = left(b, 30))
#define SHA1_ROUNDS(f, k, first)                                                                                       \
    for (const uint32_t *w = words + (first); w < words + (first) + 20; w += 5) {                                      \
        SHA1_ROUND(f, a, b, c, d, e, k, w[0]);                                                                         \
        SHA1_ROUND(f, e, a, b, c, d, k, w[1]);                                                                         \
        SHA1_ROUND(f, d, e, a, b, c, k, w[2]);                                                                         \
        SHA1_ROUND(f, c, d, e, a, b, k, w[3]);                                                                         \
        SHA1_ROUND(f, b, c, d, e, a, k, w[4]);                                                                         \
    }

static void sha1_block(uint32_t state[8], const uint8_t *block)
{
    uint32_t words[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (unsigned t = 0; t < 16; t++) words[t] = rs_load32(block + 4 * (size_t)t);
    for (unsigned t = 16; t < 80; t++) words[t] = left(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);
    SHA1_ROUNDS(choose, 0x5a827999, 0)
    SHA1_ROUNDS(parity, 0x6ed9eba1, 20)
    SHA1_ROUNDS(majority, 0x8f1bbcdc, 40)
    SHA1_ROUNDS(parity, 0xca62c1d6, 60)
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
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

static inline uint32_t expand(const uint32_t *w)
{
    uint32_t a = w[1], b = w[14];
    return w[0] + (right(a, 7) ^ right(a, 18) ^ a >> 3) + w[9] + (right(b, 17) ^ right(b, 19) ^ b >> 10);
}

static inline uint32_t sum_of_a(uint32_t a)
{
    return right(a, 2) ^ right(a, 13) ^ right(a, 22);
}

static inline uint32_t sum_of_e(uint32_t e)
{
    return right(e, 6) ^ right(e, 11) ^ right(e, 25);
}

#define SHA256_ROUND(a, b, c, d, e, f, g, h, i)                                                                        \
    (h += sum_of_e(e) + choose(e, f, g) + constants[i] + w[i], d += h, h += sum_of_a(a) + majority(a, b, c))

static void sha256_block(uint32_t state[8], const uint8_t *block)
{
    uint32_t w[64], a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (unsigned t = 0; t < 16; t++) w[t] = rs_load32(block + 4 * (size_t)t);
    for (unsigned t = 16; t < 64; t++) w[t] = expand(w + t - 16);
    for (unsigned t = 0; t < 64; t += 8) {
        SHA256_ROUND(a, b, c, d, e, f, g, h, t);
        SHA256_ROUND(h, a, b, c, d, e, f, g, t + 1);
        SHA256_ROUND(g, h, a, b, c, d, e, f, t + 2);
        SHA256_ROUND(f, g, h, a, b, c, d, e, t + 3);
        SHA256_ROUND(e, f, g, h, a, b, c, d, t + 4);
        SHA256_ROUND(d, e, f, g, h, a, b, c, t + 5);
        SHA256_ROUND(c, d, e, f, g, h, a, b, t + 6);
        SHA256_ROUND(b, c, d, e, f, g, h, a, t + 7);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
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

static void mix(rs_sha *s, const uint8_t *block)
{
    if (s->kind == RS_SHA1) sha1_block(s->state, block);
    else sha256_block(s->state, block);
}

void rs_sha_add(rs_sha *s, const void *data, size_t len)
{
    const uint8_t *p = data;
    while (len > 0) {
        size_t at = (size_t)(s->len % RS_SHA_BLOCK), n = RS_SHA_BLOCK - at < len ? RS_SHA_BLOCK - at : len;
        bool whole = n == RS_SHA_BLOCK;
        if (!whole) memcpy(s->block + at, p, n);
        if (at + n == RS_SHA_BLOCK) mix(s, whole ? p : s->block);
        s->len += n;
        p += n;
        len -= n;
    }
}

/* A one bit, zeros, and the length in bits in the last eight bytes of a block (5.1.1). */
size_t rs_sha_finish(rs_sha *s, uint8_t out[RS_SHA256_BYTES])
{
    enum { LENGTH_AT = RS_SHA_BLOCK - 8 };
    size_t at = (size_t)(s->len % RS_SHA_BLOCK);
    s->block[at++] = 0x80;
    memset(s->block + at, 0, RS_SHA_BLOCK - at);
    if (at > LENGTH_AT) {
        mix(s, s->block);
        memset(s->block, 0, LENGTH_AT);
    }
    rs_store32(s->block + LENGTH_AT, (uint32_t)(s->len >> 29));
    rs_store32(s->block + LENGTH_AT + 4, (uint32_t)(s->len << 3));
    mix(s, s->block);
    size_t bytes = s->kind == RS_SHA1 ? RS_SHA1_BYTES : RS_SHA256_BYTES;
    for (size_t i = 0; i < bytes / 4; i++) rs_store32(out + 4 * i, s->state[i]);
    return bytes;
}
