/* ratelimit.h — how often to answer segments that may be forged (RFC 5961 7; net.ipv4.tcp_invalid_ratelimit).
 *
 * Two limits, used alone or together: a budget for the host that is refilled every second, and a least distance in
 * time on one connection. Both only count; the caller decides what is limited.
 *
 *   L1  left <= limit of the last refill */
#ifndef RS_MECH_RATELIMIT_H
#define RS_MECH_RATELIMIT_H

#include "../include/refstack/types.h"

/* Host-wide. Zero-filled is a valid start. */
typedef struct rs_budget {
    rs_time epoch; /* start of the second that `left` belongs to */
    uint32_t left;
    uint32_t limit; /* at the last refill */
    bool started;
} rs_budget;
/* Takes one from the budget of this second; false when it is used up. per_second 0 refuses all, UINT32_MAX none. */
bool rs_budget_take(rs_budget *b, rs_time now, uint32_t per_second);
/* NULL or the broken invariant. */
const char *rs_budget_broken(const rs_budget *b);

/* Per connection. Zero-filled is a valid start. */
typedef struct rs_spacing {
    rs_time last;
    bool used;
} rs_spacing;
/* True, and remembered, when the last true answer was at least `gap` ago. */
bool rs_spacing_take(rs_spacing *s, rs_time now, rs_dur gap);

#endif
