/* persist.h — probing a closed window (RFC 9293 3.8.6.1: MUST-35 .. MUST-37, SHLD-29, SHLD-30).
 *
 * The peer offers no window (or too small a one) and data waits. The first probe goes out after one retransmission
 * timeout, the next ones at doubling intervals. As long as the peer answers, this may go on for ever; only unanswered
 * probes count towards giving up. A user who has said how long text may wait (RFC 9293 3.9.1.1, RFC 5482) is obeyed
 * whether the peer answers or not.
 *
 * Life:   rs_persist_init -> { rs_persist_start -> rs_persist_on_timer* [rs_persist_on_answer] -> rs_persist_stop }*.
 *
 *   P1  probes, backoff = 0 while not active, deadline included       P2  backoff <= RS_PERSIST_BACKOFF_MAX */
#ifndef RS_MECH_PERSIST_H
#define RS_MECH_PERSIST_H

#include "../include/refstack/types.h"

enum { RS_PERSIST_BACKOFF_MAX = 30 };

typedef struct rs_persist {
    bool active;
    uint8_t backoff;  /* doublings of the interval */
    uint8_t probes;   /* sent and not answered; saturates at 255 */
    rs_time deadline; /* next probe; RS_NEVER while not active */
    bool waits;       /* a probe is out whose answer is waited for, since */
    rs_time since;    /* when the first probe went out; valid while waits */
} rs_persist;

/* Intervals: base = max(rto, min), doubling up to max. */
typedef struct rs_persist_when {
    rs_time now;
    rs_dur rto, min, max;
    uint8_t backoff; /* doublings that the second interval begins with, when probing starts */
} rs_persist_when;
/* When to give up: after `retries` unanswered probes, or `user_timeout` (0: none) after the first probe. */
typedef struct rs_persist_limit {
    uint8_t retries;
    rs_dur user_timeout;
} rs_persist_limit;
typedef enum rs_persist_act { RS_PERSIST_NONE, RS_PERSIST_PROBE, RS_PERSIST_GIVE_UP } rs_persist_act;

void rs_persist_init(rs_persist *p);
/* The window has closed: arms the first probe. No effect when active. */
void rs_persist_start(rs_persist *p, const rs_persist_when *w);
/* The deadline has come: says whether to probe or to give up, and arms the next one. NONE when not due. */
rs_persist_act rs_persist_on_timer(rs_persist *p, const rs_persist_when *w, const rs_persist_limit *l);
/* The probe could not be sent (no room in the outbox): it does not count, try again after `again`. */
void rs_persist_not_sent(rs_persist *p, rs_time now, rs_dur again);
/* The device did not take the probe: it counts, but the next one comes sooner and waits no longer than this one did. */
void rs_persist_again(rs_persist *p, rs_time now, rs_dur again);
/* An acceptable segment with ACK came: the peer lives. The interval stays as it is (SHLD-30). */
void rs_persist_on_answer(rs_persist *p);
/* An ACK has left the window closed: the interval begins anew with it (Linux). No effect when not active. */
void rs_persist_wait_again(rs_persist *p, const rs_persist_when *w);
/* The window has opened, or nothing waits any more. */
void rs_persist_stop(rs_persist *p);
/* NULL or the broken invariant. */
const char *rs_persist_broken(const rs_persist *p);

#endif
