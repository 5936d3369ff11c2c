#include "md5.h"

#include <stdbool.h>
#include <string.h>

#include "bytes.h"

enum { ROUNDS = 64, LENGTH_AT = RS_MD5_BLOCK - 8 };

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
static inline uint32_t rotl(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

/* F, G, H, I. */
static inline uint32_t mix_f(uint32_t b, uint32_t c, uint32_t d)
{
    return d ^ (b & (c ^ d));
}

static inline uint32_t mix_g(uint32_t b, uint32_t c, uint32_t d)
{
    return c ^ (d & (b ^ c));
}

static inline uint32_t mix_h(uint32_t b, uint32_t c, uint32_t d)
{
    return b ^ c ^ d;
}

static inline uint32_t mix_i(uint32_t b, uint32_t c, uint32_t d)
{
    return c ^ (b | ~d);
}

/* A step makes one of the four numbers anew; the next one does the same for its neighbour. A round takes the words of
 * the block from `first` on, every `stride`-th, in a circle. */
#define STEP(mix, a, b, c, d, turn, first, stride, i)                                                                  \
    (a += mix(b, c, d) + word[((first) + (i) * (stride)) % 16] + *sine++, a = b + rotl(a, turn))
#define ROUND(mix, first, stride, turn1, turn2, turn3, turn4)                                                          \
    for (unsigned i = 0; i < 16; i += 4) {                                                                             \
        STEP(mix, a, b, c, d, turn1, first, stride, i);                                                                \
        STEP(mix, d, a, b, c, turn2, first, stride, i + 1);                                                            \
        STEP(mix, c, d, a, b, turn3, first, stride, i + 2);                                                            \
        STEP(mix, b, c, d, a, turn4, first, stride, i + 3);                                                            \
    }

static void take_block(rs_md5 *m, const uint8_t *p)
{
    uint32_t word[16], a = m->state[0], b = m->state[1], c = m->state[2], d = m->state[3];
    const uint32_t *sine = sines;
    for (unsigned i = 0; i < 16; i++) word[i] = rs_load32_le(p + (size_t)i * 4);
    ROUND(mix_f, 0, 1, 7, 12, 17, 22)
    ROUND(mix_g, 1, 5, 5, 9, 14, 20)
    ROUND(mix_h, 5, 3, 4, 11, 16, 23)
    ROUND(mix_i, 0, 7, 6, 10, 15, 21)
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
        bool whole = n == RS_MD5_BLOCK;
        if (!whole) memcpy(m->block + at, p, n);
        if (at + n == RS_MD5_BLOCK) take_block(m, whole ? p : m->block);
        m->len += n;
        p += n;
        len -= n;
    }
}

void rs_md5_finish(rs_md5 *m, uint8_t out[RS_MD5_BYTES])
{
    size_t at = m->len % RS_MD5_BLOCK;
    m->block[at++] = 0x80;
    memset(m->block + at, 0, RS_MD5_BLOCK - at);
    if (at > LENGTH_AT) {
        take_block(m, m->block);
        memset(m->block, 0, LENGTH_AT);
    }
    rs_store32_le(m->block + LENGTH_AT, (uint32_t)(m->len << 3));
    rs_store32_le(m->block + LENGTH_AT + 4, (uint32_t)(m->len >> 29));
    take_block(m, m->block);
    for (unsigned i = 0; i < 4; i++) rs_store32_le(out + (size_t)4 * i, m->state[i]);
}
