#include "sum.h"

#include <string.h>

static cf_sum brought_down(cf_sum s)
{
    while (s > 0xFFFF) s = s % 65536 + s / 65536;
    return s;
}

typedef uint64_t words __attribute__((vector_size(16)));

/* The sum does not mind the order of bytes: words as this machine reads them have a sum that it writes as the network
 * would (RFC 1071 2 (B)). So sixteen bytes are taken at once, and the halves of their words apart; 65536 is 1 in this
 * arithmetic, and what lies above comes down in the end. */
static cf_sum of_blocks(const uint8_t *b, size_t blocks)
{
    words low = {0, 0}, high = {0, 0}, v;
    for (size_t i = 0; i < blocks; i++) {
        memcpy(&v, b + i * sizeof v, sizeof v);
        low += v & UINT32_MAX;
        high += v >> 32;
    }
    uint16_t word = (uint16_t)brought_down(low[0] + low[1] + high[0] + high[1]);
    uint8_t written[sizeof word];
    memcpy(written, &word, sizeof word);
    return (cf_sum)written[0] * 256 + written[1];
}

cf_sum cf_sum_bytes(cf_sum s, const uint8_t *bytes, size_t len)
{
    size_t blocks = len / sizeof(words), i = blocks * sizeof(words);
    if (blocks) s += of_blocks(bytes, blocks);
    for (; i + 2 <= len; i += 2) s += (cf_sum)bytes[i] * 256 + bytes[i + 1];
    if (len % 2) s += (cf_sum)bytes[len - 1] * 256;
    return s;
}

cf_sum cf_sum_pseudo(cf_sum s, const cf_addr *src, const cf_addr *dst, uint8_t proto, uint32_t len)
{
    size_t n = src->family == 4 ? 4 : 16;
    s = cf_sum_bytes(s, src->b, n);
    s = cf_sum_bytes(s, dst->b, n);
    return s + proto + len / 65536 + len % 65536;
}

uint16_t cf_sum_finish(cf_sum s)
{
    return (uint16_t)(0xFFFF - brought_down(s));
}
