/* time.h — arithmetic on points in time and durations. Everything saturates instead of wrapping, and RS_NEVER plus or
 * minus any duration is RS_NEVER, so a deadline cannot be passed by accident. */
#ifndef RS_BASE_TIME_H
#define RS_BASE_TIME_H

#include "../include/refstack/types.h"

#define RS_US(n) ((rs_dur){(int64_t)(n)})
#define RS_MS(n) ((rs_dur){(int64_t)(n) * 1000})
#define RS_SEC(n) ((rs_dur){(int64_t)(n) * 1000000})
#define RS_FOREVER ((rs_dur){INT64_MAX})

static inline int64_t rs_sat_add(int64_t a, int64_t b)
{
    int64_t r;
    if (!__builtin_add_overflow(a, b, &r)) return r;
    return b < 0 ? INT64_MIN : INT64_MAX;
}
static inline int64_t rs_sat_sub(int64_t a, int64_t b)
{
    int64_t r;
    if (!__builtin_sub_overflow(a, b, &r)) return r;
    return b < 0 ? INT64_MAX : INT64_MIN;
}
static inline int64_t rs_sat_mul(int64_t a, int64_t b)
{
    int64_t r;
    if (!__builtin_mul_overflow(a, b, &r)) return r;
    return (a < 0) != (b < 0) ? INT64_MIN : INT64_MAX;
}

/* Points in time. */
static inline bool rs_time_before(rs_time a, rs_time b)
{
    return a.us < b.us;
}
static inline bool rs_time_before_eq(rs_time a, rs_time b)
{
    return a.us <= b.us;
}
static inline bool rs_time_eq(rs_time a, rs_time b)
{
    return a.us == b.us;
}
static inline bool rs_time_is_never(rs_time t)
{
    return t.us == INT64_MAX;
}
static inline rs_time rs_time_min(rs_time a, rs_time b)
{
    return a.us < b.us ? a : b;
}
static inline rs_time rs_time_max(rs_time a, rs_time b)
{
    return a.us < b.us ? b : a;
}
static inline rs_time rs_time_add(rs_time t, rs_dur d)
{
    return rs_time_is_never(t) ? RS_NEVER : (rs_time){rs_sat_add(t.us, d.us)};
}
static inline rs_time rs_time_sub(rs_time t, rs_dur d)
{
    return rs_time_is_never(t) ? RS_NEVER : (rs_time){rs_sat_sub(t.us, d.us)};
}
/* How long from `from` until `to`; negative when `to` is earlier. */
static inline rs_dur rs_time_diff(rs_time to, rs_time from)
{
    return (rs_dur){rs_sat_sub(to.us, from.us)};
}
/* A deadline that has come: t <= now. RS_NEVER never comes. */
static inline bool rs_time_due(rs_time t, rs_time now)
{
    return !rs_time_is_never(t) && t.us <= now.us;
}

/* Durations. */
static inline bool rs_dur_less(rs_dur a, rs_dur b)
{
    return a.us < b.us;
}
static inline bool rs_dur_is_zero(rs_dur d)
{
    return d.us == 0;
}
static inline rs_dur rs_dur_min(rs_dur a, rs_dur b)
{
    return a.us < b.us ? a : b;
}
static inline rs_dur rs_dur_max(rs_dur a, rs_dur b)
{
    return a.us < b.us ? b : a;
}
static inline rs_dur rs_dur_add(rs_dur a, rs_dur b)
{
    return (rs_dur){rs_sat_add(a.us, b.us)};
}
static inline rs_dur rs_dur_mul(rs_dur d, int64_t n)
{
    return (rs_dur){rs_sat_mul(d.us, n)};
}
/* n times doubled (exponential backoff), saturating; n may be any number. */
static inline rs_dur rs_dur_shl(rs_dur d, unsigned n)
{
    return n >= 63 ? (d.us ? (rs_dur){d.us < 0 ? INT64_MIN : INT64_MAX} : d) : rs_dur_mul(d, (int64_t)1 << n);
}
/* low if d < low, high if d > high. low <= high. */
static inline rs_dur rs_dur_clamp(rs_dur d, rs_dur low, rs_dur high)
{
    return rs_dur_min(rs_dur_max(d, low), high);
}

#endif
