/* bytes.h — big-endian numbers at a place in a packet. */
#ifndef CF_PACKET_BYTES_H
#define CF_PACKET_BYTES_H

#include <stdint.h>

static inline uint16_t cf_get16(const uint8_t *p)
{
    return (uint16_t)(p[0] * 256 + p[1]);
}

static inline uint32_t cf_get32(const uint8_t *p)
{
    return (uint32_t)cf_get16(p) * 65536 + cf_get16(p + 2);
}

static inline void cf_set16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 8 & 255);
    p[1] = (uint8_t)(v & 255);
}

static inline void cf_set32(uint8_t *p, uint32_t v)
{
    cf_set16(p, v >> 16);
    cf_set16(p + 2, v & 0xFFFF);
}

#endif
