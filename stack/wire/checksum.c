/* Sums of 16-bit words do not care for the byte order of the machine (RFC 1071 2(B)), nor do carries care where they
 * are added as long as they go round (2(A)): so memory is read in the widest words there are, 32-bit halves are added
 * up in 64-bit lanes that cannot overflow, and everything is folded once at the end. */
#include "checksum.h"

#include "../base/bytes.h"

typedef uint64_t lanes __attribute__((vector_size(16)));

enum { LANE_BYTES = sizeof(lanes), STRIDE = 4 * LANE_BYTES };

static inline uint64_t rotl(uint64_t x, unsigned n)
{
    return x << n | x >> (64 - n);
}

static inline lanes load_lanes(const uint8_t *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline lanes halves(lanes v)
{
    return (v & UINT32_MAX) + (v >> 32);
}

static inline rs_sum sum_lanes(lanes v)
{
    return rs_sum_add((rs_sum){v[0]}, (rs_sum){v[1]});
}

/* Fewer than LANE_BYTES bytes. */
static rs_sum sum_tail(const uint8_t *p, size_t len)
{
    uint64_t words[2] = {0, 0};
    if (len) memcpy(words, p, len);
    return rs_sum_add((rs_sum){words[0]}, (rs_sum){words[1]});
}

rs_sum rs_sum_bytes(const void *data, size_t len)
{
    const uint8_t *p = data;
    lanes a = {0, 0}, b = {0, 0};
    for (; len >= STRIDE; len -= STRIDE, p += STRIDE) {
        a += halves(load_lanes(p)) + halves(load_lanes(p + LANE_BYTES));
        b += halves(load_lanes(p + 2 * LANE_BYTES)) + halves(load_lanes(p + 3 * LANE_BYTES));
    }
    for (; len >= LANE_BYTES; len -= LANE_BYTES, p += LANE_BYTES) a += halves(load_lanes(p));
    return rs_sum_add(sum_lanes(a + b), sum_tail(p, len));
}

static inline lanes copy_lanes(uint8_t *to, const uint8_t *from)
{
    lanes v = load_lanes(from);
    memcpy(to, &v, sizeof v);
    return halves(v);
}

rs_sum rs_sum_copy(void *restrict dst, const void *restrict src, size_t len)
{
    const uint8_t *p = src;
    uint8_t *q = dst;
    lanes a = {0, 0}, b = {0, 0};
    for (; len >= STRIDE; len -= STRIDE, p += STRIDE, q += STRIDE) {
        a += copy_lanes(q, p) + copy_lanes(q + LANE_BYTES, p + LANE_BYTES);
        b += copy_lanes(q + 2 * LANE_BYTES, p + 2 * LANE_BYTES) + copy_lanes(q + 3 * LANE_BYTES, p + 3 * LANE_BYTES);
    }
    for (; len >= LANE_BYTES; len -= LANE_BYTES, p += LANE_BYTES, q += LANE_BYTES) a += copy_lanes(q, p);
    if (len) memcpy(q, p, len);
    return rs_sum_add(sum_lanes(a + b), sum_tail(p, len));
}

/* An odd offset swaps the bytes of every word: a multiplication by 256, which is a rotation. */
rs_sum rs_sum_join(rs_sum total, rs_sum part, size_t offset)
{
    return rs_sum_add(total, offset % 2 ? (rs_sum){rotl(part.raw, 8)} : part);
}

rs_sum rs_sum_u16(uint16_t v)
{
    uint16_t raw;
    rs_store16(&raw, v);
    return (rs_sum){raw};
}

rs_sum rs_sum_u32(uint32_t v)
{
    uint32_t raw;
    rs_store32(&raw, v);
    return (rs_sum){raw};
}

/* IPv4 addresses are followed by zeros, so one length does for both families; so does the layout, because zeros and the
 * width of a number do not change a sum. */
rs_sum rs_sum_pseudo(const rs_addr *src, const rs_addr *dst, uint8_t proto, uint32_t len)
{
    uint64_t a[2], b[2];
    memcpy(a, src->bytes, sizeof a);
    memcpy(b, dst->bytes, sizeof b);
    rs_sum s = rs_sum_add((rs_sum){a[0]}, (rs_sum){b[0]});
    s = rs_sum_add(s, rs_sum_add((rs_sum){a[1]}, (rs_sum){b[1]}));
    return rs_sum_add(s, rs_sum_add(rs_sum_u16(proto), rs_sum_u32(len)));
}

uint16_t rs_sum_finish(rs_sum s)
{
    uint64_t v = (s.raw & UINT32_MAX) + (s.raw >> 32);
    v = (v & 0xffff) + (v >> 16 & 0xffff) + (v >> 32);
    v = (v & 0xffff) + (v >> 16); /* was at most 0x1fffe: no carry is left */
    uint16_t folded = (uint16_t)~v;
    return rs_load16(&folded);
}

size_t rs_pseudo_header(uint8_t out[RS_PSEUDO_BYTES], const rs_addr *src, const rs_addr *dst, size_t tcp_len)
{
    enum { TCP = 6 };
    size_t n = src->family == RS_IPV4 ? 4 : 16;
    memcpy(out, src->bytes, n);
    memcpy(out + n, dst->bytes, n);
    if (n == 4) {
        rs_store16(out + 8, TCP);
        rs_store16(out + 10, (uint16_t)tcp_len);
        return 12;
    }
    rs_store32(out + 32, (uint32_t)tcp_len);
    rs_store32(out + 36, TCP);
    return 40;
}
