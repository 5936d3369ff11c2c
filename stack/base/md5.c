#include "md5.h"

#include <string.h>

#include "bytes.h"

enum { ROUNDS = 64, LENGTH_AT = 56 };

/* floor(2^32 * |sin(i + 1)|), RFC 1321 3.4. */
static const uint32_t sines[ROUNDS] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};
/* Rotations of the four rounds, four to each. */
static const uint8_t turns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
/* Which word a step of a round takes: (start + step * stride) modulo 16. */
static const uint8_t words[4][2] = {{0, 1}, {1, 5}, {5, 3}, {0, 7}};

static uint32_t rotl(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

static void store_le32(uint8_t *p, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++) p[i] = (uint8_t)(v >> (8 * i));
}

/* F, G, H, I. */
static uint32_t mix(unsigned round, uint32_t b, uint32_t c, uint32_t d)
{
    switch (round) {
    case 0: return (b & c) | (~b & d);
    case 1: return (b & d) | (c & ~d);
    case 2: return b ^ c ^ d;
    default: return c ^ (b | ~d);
    }
}

static void take_block(rs_md5 *m, const uint8_t *p)
{
    uint32_t a = m->state[0], b = m->state[1], c = m->state[2], d = m->state[3];
    for (unsigned i = 0; i < ROUNDS; i++) {
        unsigned round = i / 16, word = (words[round][0] + i % 16 * words[round][1]) % 16;
        uint32_t sum = a + mix(round, b, c, d) + rs_load32_le(p + (size_t)word * 4) + sines[i], was = d;
        d = c;
        c = b;
        b += rotl(sum, turns[round][i % 4]);
        a = was;
    }
    m->state[0] += a;
    m->state[1] += b;
    m->state[2] += c;
    m->state[3] += d;
}

void rs_md5_init(rs_md5 *m)
{
    *m = (rs_md5){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}};
}

void rs_md5_add(rs_md5 *m, const void *data, size_t len)
{
    const uint8_t *p = data;
    while (len) {
        size_t at = m->len % RS_MD5_BLOCK, n = RS_MD5_BLOCK - at < len ? RS_MD5_BLOCK - at : len;
        memcpy(m->block + at, p, n);
        m->len += n;
        p += n;
        len -= n;
        if (at + n == RS_MD5_BLOCK) take_block(m, m->block);
    }
}

void rs_md5_finish(rs_md5 *m, uint8_t out[RS_MD5_BYTES])
{
    static const uint8_t padding[RS_MD5_BLOCK] = {0x80};
    uint8_t bits[8];
    store_le32(bits, (uint32_t)(m->len << 3));
    store_le32(bits + 4, (uint32_t)(m->len >> 29));
    size_t at = m->len % RS_MD5_BLOCK;
    rs_md5_add(m, padding, at < LENGTH_AT ? LENGTH_AT - at : RS_MD5_BLOCK + LENGTH_AT - at);
    rs_md5_add(m, bits, sizeof bits);
    for (unsigned i = 0; i < 4; i++) store_le32(out + (size_t)4 * i, m->state[i]);
}
