#include "sum.h"

cf_sum cf_sum_bytes(cf_sum s, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i + 1 < len; i += 2) s += (cf_sum)bytes[i] * 256 + bytes[i + 1];
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
