/* bytes.h — numbers in bytes: network byte order loads and stores, and a cursor that cannot leave its buffer.
 *
 * A reader that is asked for more than there is reads zeros, stays where it is and remembers: check `bad` once at the
 * end instead of every step. A bad reader stays bad. */
#ifndef RS_BASE_BYTES_H
#define RS_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t rs_load16(const void *p)
{
    const uint8_t *b = p;
    return (uint16_t)((unsigned)b[0] << 8 | b[1]);
}
static inline uint32_t rs_load32(const void *p)
{
    const uint8_t *b = p;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}
/* The other order, as ciphers and hashes have it: in one load, also under sanitizers, which look at each. */
static inline uint32_t rs_load32_le(const void *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? v : __builtin_bswap32(v);
}
static inline uint64_t rs_load64_le(const void *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? v : __builtin_bswap64(v);
}
static inline void rs_store32_le(void *p, uint32_t v)
{
    if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) v = __builtin_bswap32(v);
    memcpy(p, &v, sizeof v);
}
static inline void rs_store16(void *p, uint16_t v)
{
    uint8_t *b = p;
    b[0] = (uint8_t)(v >> 8);
    b[1] = (uint8_t)v;
}
static inline void rs_store32(void *p, uint32_t v)
{
    uint8_t *b = p;
    b[0] = (uint8_t)(v >> 24);
    b[1] = (uint8_t)(v >> 16);
    b[2] = (uint8_t)(v >> 8);
    b[3] = (uint8_t)v;
}

/* Reading. Borrows the bytes as long as it lives. */
typedef struct rs_reader {
    const uint8_t *at, *end;
    bool bad;
} rs_reader;

static inline rs_reader rs_reader_of(const void *data, size_t len)
{
    const uint8_t *b = data;
    return (rs_reader){.at = b, .end = len ? b + len : b};
}
static inline size_t rs_get_left(const rs_reader *r)
{
    return r->at ? (size_t)(r->end - r->at) : 0;
}
/* The next n bytes, lent from the buffer; NULL (and bad) when there are fewer. */
static inline const uint8_t *rs_get_bytes(rs_reader *r, size_t n)
{
    if (r->bad || rs_get_left(r) < n) {
        r->bad = true;
        return NULL;
    }
    const uint8_t *p = r->at;
    if (n) r->at += n;
    return p;
}
static inline uint8_t rs_get8(rs_reader *r)
{
    const uint8_t *p = rs_get_bytes(r, 1);
    return p ? p[0] : 0;
}
static inline uint16_t rs_get16(rs_reader *r)
{
    const uint8_t *p = rs_get_bytes(r, 2);
    return p ? rs_load16(p) : 0;
}
static inline uint32_t rs_get32(rs_reader *r)
{
    const uint8_t *p = rs_get_bytes(r, 4);
    return p ? rs_load32(p) : 0;
}

#endif
