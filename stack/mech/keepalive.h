/* keepalive.h — is the peer still there? (RFC 9293 3.8.4: MAY-5, MUST-24 .. MUST-28; off unless the user asks.)
 *
 * After `idle` without hearing anything, a probe is sent every `interval`; any segment from the peer ends the series;
 * `count` unanswered probes end the connection. While data waits for acknowledgment the retransmission timer does this
 * work, and keepalive only looks again later.
 *
 * Life:   rs_keepalive_init -> { rs_keepalive_start -> { on_timer | on_segment }* -> rs_keepalive_stop }*.
 *
 *   K1  active <=> deadline is not RS_NEVER       K2  probes = 0 while not active */
#ifndef RS_MECH_KEEPALIVE_H
#define RS_MECH_KEEPALIVE_H

#include "../include/refstack/types.h"

typedef struct rs_keepalive {
    bool active;
    uint8_t probes;   /* unanswered */
    rs_time deadline; /* RS_NEVER while not active */
} rs_keepalive;

typedef struct rs_keepalive_params {
    rs_dur idle, interval;
    rs_dur user_timeout; /* replaces count; 0: none */
    uint8_t count;
} rs_keepalive_params;
typedef enum rs_keepalive_act { RS_KEEPALIVE_NONE, RS_KEEPALIVE_PROBE, RS_KEEPALIVE_GIVE_UP } rs_keepalive_act;

void rs_keepalive_init(rs_keepalive *k);
typedef struct rs_keepalive_now {
    rs_time now, last_heard; /* last_heard: arrival of the peer's last segment */
    bool data_waits;         /* something sent or unsent is not acknowledged */
} rs_keepalive_now;
/* Switched on, or its parameters changed: the idle time counts from the last segment heard. */
void rs_keepalive_start(rs_keepalive *k, const rs_keepalive_now *n, const rs_keepalive_params *p);
/* The deadline has come. */
rs_keepalive_act rs_keepalive_on_timer(rs_keepalive *k, const rs_keepalive_now *n, const rs_keepalive_params *p);
/* A segment of the peer came: the series ends. The deadline stays; on_timer looks at last_heard. */
void rs_keepalive_on_segment(rs_keepalive *k);
void rs_keepalive_stop(rs_keepalive *k);
/* NULL or the broken invariant. */
const char *rs_keepalive_broken(const rs_keepalive *k);

#endif
