/* hystart_pp.h — HyStart++: leaving slow start when round trips grow, before the queue overflows (RFC 9406).
 *
 * Round trips are sampled in rounds of about one each. When the shortest of a round is clearly longer than that of the
 * round before, a queue may be building: growth goes on at a quarter of its speed (conservative slow start, CSS). If
 * the round trips come down again it was noise, and slow start resumes; after five rounds it was not, and slow start
 * ends.
 *
 *     slow start --- longer by an eighth (4 to 16 ms) ---> CSS --- five rounds ---> congestion avoidance
 *                <--------- shorter again ----------------
 *
 * For the first slow start of a connection only (4.3). It sees round trips and numbers, never the window.
 *
 * Life:   rs_hspp_init -> { rs_hspp_on_rtt }*.
 *
 *   H1  CSS has lasted less than RS_HSPP_ROUNDS rounds and has a baseline */
#ifndef RS_MECH_HYSTART_PP_H
#define RS_MECH_HYSTART_PP_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"

enum { RS_HSPP_DIVISOR = 4, RS_HSPP_ROUNDS = 5 };

typedef struct rs_hspp {
    uint32_t last_us, round_us; /* shortest round trip of the last round, of this one; UINT32_MAX: none yet */
    uint32_t base_us;           /* in CSS: the shortest of the round that led there */
    rs_seq end;                 /* when SND.UNA reaches it the next round begins */
    uint8_t samples;            /* of this round; saturates */
    uint8_t rounds;             /* of CSS that are over */
    bool begun : 1, css : 1;
} rs_hspp;

typedef enum rs_hspp_phase { RS_HSPP_SLOW_START, RS_HSPP_CSS, RS_HSPP_OVER } rs_hspp_phase;
typedef struct rs_hspp_ack {
    rs_seq una, nxt; /* after it */
    rs_dur rtt;
} rs_hspp_ack;

void rs_hspp_init(rs_hspp *h);
/* An ACK in slow start gave a round-trip time: how to go on. */
rs_hspp_phase rs_hspp_on_rtt(rs_hspp *h, const rs_hspp_ack *k);
/* NULL or the broken invariant. */
const char *rs_hspp_broken(const rs_hspp *h);

#endif
