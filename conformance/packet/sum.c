#include "sum.h"

/* Two 16-bit words at once: 65536 is 1 in this arithmetic, so the upper one comes down in the end (RFC 1071 2 (B)). */
static cf_sum double_word(const uint8_t *b)
{
    return (cf_sum)b[0] << 24 | (cf_sum)b[1] << 16 | (cf_sum)b[2] << 8 | b[3];
}

cf_sum cf_sum_bytes(cf_sum s, const uint8_t *bytes, size_t len)
{
    size_t i = 0;
    for (; i + 8 <= len; i += 8) s += double_word(bytes + i) + double_word(bytes + i + 4);
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
    while (s > 0xFFFF) s = s % 65536 + s / 65536;
    return (uint16_t)(0xFFFF - s);
}
