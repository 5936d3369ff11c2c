/* delack.h — when to acknowledge: at once, or together with something else a little later (RFC 9293 3.8.6.3, MUST-40,
 * SHLD-18, SHLD-19; RFC 5681 4.2).
 *
 * Pure policy: the caller reports what happened and does what the answer says; the timer is the caller's.
 *
 *   RFC:    at least every second full-sized segment is acknowledged at once, the rest within `max` (< 500 ms).
 *   Linux:  at the start, and after gaps, a budget of ACKs is sent at once (quick); then the delay adapts to the
 *           spacing of arrivals (ato, 40 ms .. 200 ms); a connection that answers data with data (ping-pong) always
 *           delays. A read that takes the end of a write, or leaves more than a segment unacknowledged, sends what is
 *           owed.
 *
 *           Beyond a gap three ACKs for the same RCV.NXT go at once, so that the peer can tell a loss; more are merged
 *           for a twentieth of a round trip (SACK compression).
 *
 * Life:   rs_delack_init -> { on_data | on_ack_sent | on_data_sent | on_timer }*.
 *
 *   D1  deadline is RS_NEVER while nothing is owed
 *   D2  linux_form: ato = 0 (no data yet) or ato >= min; RFC form: ato = quick = ends = 0 */
#ifndef RS_MECH_DELACK_H
#define RS_MECH_DELACK_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"

typedef struct rs_delack_params {
    rs_dur min, max;         /* linux_form: 40 and 200 ms; RFC form: max is the delay */
    uint8_t pingpong_thresh; /* answers within ato that make a connection interactive */
    bool linux_form;
} rs_delack_params;

typedef struct rs_delack {
    rs_delack_params p;
    rs_dur ato;        /* linux_form: current delay estimate */
    rs_time last_data; /* arrival of the last data, or the connection's beginning */
    rs_time deadline;  /* when the delayed ACK is due; RS_NEVER: none waits */
    uint8_t quick;     /* ACKs still to be sent at once */
    uint8_t pingpong;  /* answers seen; interactive when >= thresh */
    uint8_t ends;      /* linux_form: segments since the last ACK that look like the end of a write; 2: or more */
    uint8_t dups;      /* ACKs for dup_nxt that went at once because text came beyond a gap */
    uint8_t merged;    /* such ACKs since then that wait as one */
    rs_seq dup_nxt;
    bool owed; /* something arrived that is not acknowledged yet */
} rs_delack;

void rs_delack_init(rs_delack *d, const rs_delack_params *p, rs_time now);

/* Data (or FIN) arrived and was taken in order, or not. */
typedef struct rs_delack_data {
    rs_time now;
    uint32_t unacked_bytes; /* RCV.NXT - highest acknowledgment sent, this segment included */
    uint32_t len;           /* text of this segment */
    uint32_t rcv_mss;       /* full size of the peer's segments */
    uint32_t rcv_wnd;       /* offered window, for the budget */
    bool must_ack;          /* out of order, filled a gap, FIN: RFC 5681 4.2 */
    bool gap; /* text lies beyond a gap, and SACK tells of it: the ACK may be merged with others (merge) */
    bool push;
    bool window_grew;  /* linux_form: the peer is told at once */
    bool fin_waits;    /* linux_form: the peer's FIN, which the user may answer with his own; the connection
                        becomes interactive */
    bool window_moves; /* the ACK could carry a window at least as large as before, or the user waits for more;
                        linux_form only: without it the second segment does not force an ACK */
    rs_dur rto, srtt;
    struct {
        rs_seq nxt;    /* RCV.NXT */
        uint32_t most; /* ACKs that one may stand for; 0: every one goes */
        rs_dur delay;
    } merge; /* valid with gap */
} rs_delack_data;
typedef enum rs_delack_act { RS_DELACK_NONE, RS_DELACK_NOW, RS_DELACK_LATER /* at d->deadline */ } rs_delack_act;
rs_delack_act rs_delack_on_data(rs_delack *d, const rs_delack_data *e);

/* The user has taken text. True: an owed ACK is to be sent now (RFC form: never). */
typedef struct rs_delack_read {
    uint32_t unacked_bytes, rcv_mss;
    bool empty; /* nothing is left to read */
} rs_delack_read;
bool rs_delack_on_read(const rs_delack *d, const rs_delack_read *e);

/* Any segment with ACK went out: nothing is owed any more; uses up one of the quick budget. */
void rs_delack_on_ack_sent(rs_delack *d);
/* Something is owed that text of ours is about to carry: alone it goes after `max` at the latest. Counts as an arrival.
 */
void rs_delack_postpone(rs_delack *d, rs_time now);
/* A data segment went out: an answer within ato counts as interactive. */
void rs_delack_on_data_sent(rs_delack *d, rs_time now);
/* The deadline has passed: the caller sends an ACK if it returns true. Lengthens ato up to rto. */
bool rs_delack_on_timer(rs_delack *d, rs_dur rto);

/* Acknowledge the next `budget` data segments at once and stop being interactive (duplicates, gaps; Linux: 16 or 2).
 * RFC form: no effect. */
typedef struct rs_delack_quick {
    uint8_t budget;
    uint32_t rcv_mss, rcv_wnd;
} rs_delack_quick;
void rs_delack_go_quick(rs_delack *d, const rs_delack_quick *q);
/* TCP_QUICKACK: on leaves interactive mode; off enters it. Returns true when an owed ACK is to be sent now. */
bool rs_delack_set_quick(rs_delack *d, bool on);
/* Memory is short: the budget is used up. */
static inline void rs_delack_no_haste(rs_delack *d)
{
    d->quick = 0;
}
static inline bool rs_delack_interactive(const rs_delack *d)
{
    return d->pingpong >= d->p.pingpong_thresh;
}
/* NULL or the broken invariant. */
const char *rs_delack_broken(const rs_delack *d);

#endif
