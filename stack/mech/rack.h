/* rack.h — losses by time (RFC 8985 section 6): what was sent before the newest segment that has arrived, and should
 * have been reported by now, is lost.
 *
 *      sent:   1    2    3    4            arrived: 3
 *      1 and 2 were sent before 3; at  sent(1) + RACK.rtt + window  without news of 1, it is lost. 4 says nothing yet.
 *
 * One rs_rack per connection. It remembers the newest delivery and the reordering window; the caller walks its own
 * records, asks rs_rack_outrun and rs_rack_left for each, and marks.
 *
 * The window is 0 while nothing was ever seen out of order and a recovery runs or begins; else min_rtt / 4 times
 * `steps`, at most SRTT. Every round trip in which a duplicate report (D-SACK) shows that we were too hasty adds a
 * step, kept for 16 recoveries.
 *
 *   K1  1 <= steps    K2  persist <= RS_RACK_PERSIST    K3  rtt >= 0 */
#ifndef RS_MECH_RACK_H
#define RS_MECH_RACK_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"

enum { RS_RACK_PERSIST = 16 };

typedef struct rs_rack {
    rs_time sent;            /* when the newest delivered segment went out; valid while `any` */
    rs_seq end;              /* where it ended */
    rs_dur rtt;              /* its round trip */
    uint32_t last_delivered; /* the sender's count of deliveries when `steps` last grew */
    uint8_t steps, persist;  /* the window in quarters of min_rtt; recoveries for which it is kept */
    bool any : 1;            /* something was delivered */
    bool advanced : 1;       /* something was, since the caller last searched for losses */
    bool dsack_seen : 1;     /* a D-SACK that may be our haste, since `steps` last grew */
} rs_rack;

void rs_rack_init(rs_rack *r);

/* A segment was acknowledged or SACKed for the first time. */
typedef struct rs_rack_delivery {
    rs_time now, sent; /* when it last went out */
    rs_seq end;
    rs_dur min_rtt;     /* 0: none known */
    bool retransmitted; /* then an answer that comes too soon is the original's and says nothing (6.2 step 2) */
} rs_rack_delivery;
void rs_rack_on_delivered(rs_rack *r, const rs_rack_delivery *d);

typedef struct rs_rack_view {
    rs_dur min_rtt, srtt;
    bool reordering_seen, in_recovery; /* in_recovery: fast recovery or after a timeout */
    uint32_t sacked_segs, dup_thresh;
    bool no_dup_thresh; /* tcp_recovery 4: so many SACKed segments are no reason for haste */
} rs_rack_view;
/* RACK.reo_wnd (6.2 step 4). */
rs_dur rs_rack_window(const rs_rack *r, const rs_rack_view *v);

/* Was a segment that ends at `end` sent before the newest one that was delivered? */
bool rs_rack_outrun(const rs_rack *r, rs_time sent, rs_seq end);
/* How long a segment may still take; <= 0: it is lost. */
rs_dur rs_rack_left(const rs_rack *r, rs_time now, rs_time sent, rs_dur window);

typedef struct rs_rack_round {
    uint32_t sent_delivered; /* deliveries when the newest segment that this ACK reports was sent */
    uint32_t delivered;      /* deliveries now */
} rs_rack_round;
/* An ACK has delivered something: adapts the window (6.2 step 4), at most once in a round trip. */
void rs_rack_adapt(rs_rack *r, const rs_rack_round *o);
/* A recovery has ended: by an undo that D-SACKs brought about (the window is kept for longer), or otherwise. */
void rs_rack_undone(rs_rack *r);
void rs_rack_recovered(rs_rack *r);
/* NULL or the broken invariant. */
const char *rs_rack_broken(const rs_rack *r);

#endif
