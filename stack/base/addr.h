/* addr.h — questions about addresses and endpoints that need no configuration. */
#ifndef RS_BASE_ADDR_H
#define RS_BASE_ADDR_H

#include <string.h>

#include "../include/refstack/types.h"

static inline rs_addr rs_addr_v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    return (rs_addr){.bytes = {a, b, c, d}, .family = RS_IPV4};
}
static inline bool rs_addr_eq(const rs_addr *a, const rs_addr *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}
static inline bool rs_endpoint_eq(const rs_endpoint *a, const rs_endpoint *b)
{
    return a->port == b->port && rs_addr_eq(&a->addr, &b->addr);
}
/* 0.0.0.0, ::, or no address at all. */
static inline bool rs_addr_is_any(const rs_addr *a)
{
    static const uint8_t zero[16] = {0};
    return memcmp(a->bytes, zero, sizeof zero) == 0;
}
static inline bool rs_addr_is_multicast(const rs_addr *a)
{
    return a->family == RS_IPV4 ? (a->bytes[0] & 0xf0) == 0xe0 : a->family == RS_IPV6 && a->bytes[0] == 0xff;
}
/* 255.255.255.255; whether a subnet's broadcast is meant takes the configuration. */
static inline bool rs_addr_is_broadcast(const rs_addr *a)
{
    return a->family == RS_IPV4 && (a->bytes[0] & a->bytes[1] & a->bytes[2] & a->bytes[3]) == 0xff;
}
static inline bool rs_addr_is_loopback(const rs_addr *a)
{
    static const uint8_t one[16] = {[15] = 1};
    return a->family == RS_IPV4 ? a->bytes[0] == 127 : a->family == RS_IPV6 && memcmp(a->bytes, one, sizeof one) == 0;
}
/* ::ffff:a.b.c.d (RFC 4291 2.5.5.2). */
static inline bool rs_addr_is_mapped(const rs_addr *a)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
    return a->family == RS_IPV6 && memcmp(a->bytes, prefix, sizeof prefix) == 0;
}
/* a.b.c.d from ::ffff:a.b.c.d; other addresses unchanged. */
static inline rs_addr rs_addr_unmap(rs_addr a)
{
    return rs_addr_is_mapped(&a) ? rs_addr_v4(a.bytes[12], a.bytes[13], a.bytes[14], a.bytes[15]) : a;
}
/* ::ffff:a.b.c.d from a.b.c.d; other addresses unchanged. */
static inline rs_addr rs_addr_map(rs_addr a)
{
    if (a.family != RS_IPV4) return a;
    rs_addr m = {.bytes = {[10] = 0xff, [11] = 0xff}, .family = RS_IPV6};
    memcpy(m.bytes + 12, a.bytes, 4);
    return m;
}

#endif
