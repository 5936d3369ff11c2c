#include "sum.h"

#include <string.h>

static cf_sum brought_down(cf_sum s)
{
    while (s > 0xFFFF) s = s % 65536 + s / 65536;
    return s;
}

/* The sum does not mind the order of bytes: words as this machine reads them have a sum that it writes as the network
 * would (RFC 1071 2 (B)). So eight bytes are taken at once; 65536 is 1 in this arithmetic, and what lies above comes
 * down in the end. */
static cf_sum of_blocks(const uint8_t *b, size_t blocks)
{
    uint64_t low = 0, high = 0, eight;
    for (size_t i = 0; i < blocks; i++) {
        memcpy(&eight, b + i * sizeof eight, sizeof eight);
        low += eight & UINT32_MAX;
        high += eight >> 32;
    }
    uint16_t word = (uint16_t)brought_down(brought_down(low) + brought_down(high));
    uint8_t written[sizeof word];
    memcpy(written, &word, sizeof word);
    return (cf_sum)written[0] * 256 + written[1];
}

cf_sum cf_sum_bytes(cf_sum s, const uint8_t *bytes, size_t len)
{
    size_t i = len / 8 * 8;
    s += of_blocks(bytes, len / 8);
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
