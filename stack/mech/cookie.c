#include "cookie.h"

#include <string.h>

#include "../base/siphash.h"
#include "mss.h"

enum { COOKIE_BITS = 24, MINUTES_VALID = 2, MSS_COUNT = 4, MSS_BITS = 2 };
enum { TS_BITS = 6, TS_MASK = (1 << TS_BITS) - 1, TS_NO_WSCALE = 15, TS_SACK = 16 };
enum {
    MESSAGE_BYTES = 1 + 17 + 17 + 2 + 2 + 4 + 4,
    FOR_COOKIE_FIXED = 11,
    FOR_COOKIE_MINUTE = 12 /* and one more for each MSS */
};

/* The MSSs that are worth telling apart, ascending; the rest counts as the next smaller one. */
static const uint16_t mss4[MSS_COUNT] = {RS_MSS_DEFAULT_IPV4, 1300, 1440, 1460};
static const uint16_t mss6[MSS_COUNT] = {RS_MSS_DEFAULT_IPV6, 1420, 1440, 8940};

static const uint16_t *table_of(const rs_cookie_in *in)
{
    return in->tuple->local.addr.family == RS_IPV6 ? mss6 : mss4;
}

static uint8_t *put(uint8_t *p, const void *from, size_t n)
{
    memcpy(p, from, n);
    return p + n;
}

static uint8_t *put_number(uint8_t *p, uint32_t v, int bytes)
{
    while (bytes-- > 0) *p++ = (uint8_t)(v >> 8 * bytes);
    return p;
}

static uint32_t hash(const rs_cookie_in *in, uint8_t use, uint32_t minute)
{
    uint8_t message[MESSAGE_BYTES], *p = message;
    const rs_tuple *t = in->tuple;
    *p++ = use;
    *p++ = t->local.addr.family;
    p = put(p, t->local.addr.bytes, sizeof t->local.addr.bytes);
    *p++ = t->remote.addr.family;
    p = put(p, t->remote.addr.bytes, sizeof t->remote.addr.bytes);
    p = put_number(p, t->local.port, 2);
    p = put_number(p, t->remote.port, 2);
    p = put_number(p, minute, 4);
    p = put_number(p, in->peer_isn.raw, 4);
    return (uint32_t)rs_siphash(in->secret, message, (size_t)(p - message));
}

static uint32_t minute_of(rs_time now)
{
    return (uint32_t)((uint64_t)now.us / 60000000u);
}

static uint32_t low(uint32_t v)
{
    return v & ((UINT32_C(1) << COOKIE_BITS) - 1);
}

/* The MSS stands in the clear and is hashed too: a number beside the right one has another MSS and so another hash. */
static uint32_t proof(const rs_cookie_in *in, uint32_t minute, uint32_t mss_index)
{
    uint32_t h = hash(in, (uint8_t)(FOR_COOKIE_MINUTE + mss_index), minute);
    return low(h & ~(uint32_t)((1u << MSS_BITS) - 1)) | mss_index;
}

rs_seq rs_cookie_make(const rs_cookie_in *in, uint16_t *mss)
{
    uint32_t i = MSS_COUNT - 1, minute = minute_of(in->now);
    while (i > 0 && table_of(in)[i] > *mss) i--;
    *mss = table_of(in)[i];
    uint32_t fixed = hash(in, FOR_COOKIE_FIXED, 0);
    return rs_seq_of(fixed + (minute << COOKIE_BITS) + proof(in, minute, i));
}

uint16_t rs_cookie_mss(const rs_cookie_in *in, rs_seq cookie)
{
    uint32_t minute = minute_of(in->now), v = cookie.raw - hash(in, FOR_COOKIE_FIXED, 0);
    uint32_t age = (minute - (v >> COOKIE_BITS)) & 0xff;
    if (age >= MINUTES_VALID) return 0;
    uint32_t i = v & ((1u << MSS_BITS) - 1);
    return low(v) == proof(in, minute - age, i) ? table_of(in)[i] : 0;
}

uint32_t rs_cookie_ts(uint32_t ts_now, const rs_cookie_said *said)
{
    uint32_t bits = (said->has_wscale ? said->wscale : (uint32_t)TS_NO_WSCALE) | (said->sack_ok ? TS_SACK : 0u);
    uint32_t ts = (ts_now & ~(uint32_t)TS_MASK) | bits;
    return (ts_now & TS_MASK) < bits ? ts - (1u << TS_BITS) : ts;
}

rs_cookie_said rs_cookie_said_in(uint32_t ts_ecr)
{
    uint8_t wscale = ts_ecr & 15;
    bool has = wscale != TS_NO_WSCALE;
    return (rs_cookie_said){.has_wscale = has, .sack_ok = ts_ecr & TS_SACK, .wscale = has ? wscale : 0};
}
