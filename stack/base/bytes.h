/* bytes.h — numbers in bytes: network byte order loads and stores, and cursors that cannot leave their buffer.
 *
 * A cursor that is asked for more than there is reads zeros (or writes nothing), stays where it is and remembers: check
 * `bad` once at the end instead of every step. A bad cursor stays bad. */
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
static inline uint64_t rs_load64(const void *p)
{
    return (uint64_t)rs_load32(p) << 32 | rs_load32((const uint8_t *)p + 4);
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
static inline void rs_store64(void *p, uint64_t v)
{
    rs_store32(p, (uint32_t)(v >> 32));
    rs_store32((uint8_t *)p + 4, (uint32_t)v);
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
static inline uint64_t rs_get64(rs_reader *r)
{
    const uint8_t *p = rs_get_bytes(r, 8);
    return p ? rs_load64(p) : 0;
}

/* Writing. Borrows the buffer as long as it lives. */
typedef struct rs_writer {
    uint8_t *start, *at, *end;
    bool bad;
} rs_writer;

static inline rs_writer rs_writer_of(void *buf, size_t cap)
{
    uint8_t *b = buf;
    return (rs_writer){.start = b, .at = b, .end = cap ? b + cap : b};
}
static inline size_t rs_put_len(const rs_writer *w)
{
    return w->at ? (size_t)(w->at - w->start) : 0;
}
static inline size_t rs_put_room(const rs_writer *w)
{
    return w->at ? (size_t)(w->end - w->at) : 0;
}
/* n bytes of room to be filled by the caller; NULL (and bad) when there is less. */
static inline uint8_t *rs_put_space(rs_writer *w, size_t n)
{
    if (w->bad || rs_put_room(w) < n) {
        w->bad = true;
        return NULL;
    }
    uint8_t *p = w->at;
    if (n) w->at += n;
    return p;
}
static inline void rs_put8(rs_writer *w, uint8_t v)
{
    uint8_t *p = rs_put_space(w, 1);
    if (p) p[0] = v;
}
static inline void rs_put16(rs_writer *w, uint16_t v)
{
    uint8_t *p = rs_put_space(w, 2);
    if (p) rs_store16(p, v);
}
static inline void rs_put32(rs_writer *w, uint32_t v)
{
    uint8_t *p = rs_put_space(w, 4);
    if (p) rs_store32(p, v);
}
static inline void rs_put64(rs_writer *w, uint64_t v)
{
    uint8_t *p = rs_put_space(w, 8);
    if (p) rs_store64(p, v);
}
static inline void rs_put_bytes(rs_writer *w, const void *src, size_t n)
{
    uint8_t *p = rs_put_space(w, n);
    if (p && n) memcpy(p, src, n);
}
static inline void rs_put_zeros(rs_writer *w, size_t n)
{
    uint8_t *p = rs_put_space(w, n);
    if (p && n) memset(p, 0, n);
}

#endif
