/* tstamp.h — the timestamps option (RFC 7323 3-5): our clock, the value to echo, PAWS.
 *
 * One rs_tstamp per connection. Timestamps are 32-bit points on a circle like sequence numbers, but of another kind, so
 * they are plain uint32_t here and never leave as rs_seq.
 *
 * Life:   rs_tstamp_init -> rs_tstamp_agree (both SYNs carried the option) -> { judge | update | rtt }*.
 *
 *   T1  recent and recent_at are 0 until has_recent */
#ifndef RS_MECH_TSTAMP_H
#define RS_MECH_TSTAMP_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"

/* What the option and its padding take of a segment (RFC 7323 appendix A). */
enum { RS_TSTAMP_OPTION_BYTES = 12, RS_TSTAMP_TICK_US = 1000 };

typedef struct rs_tstamp {
    uint32_t offset;   /* added to our clock (RFC 7323 5.4: hides the uptime) */
    uint32_t recent;   /* TS.Recent */
    rs_time recent_at; /* when it was taken */
    bool on;           /* agreed on */
    bool has_recent;
} rs_tstamp;

void rs_tstamp_init(rs_tstamp *t, uint32_t offset);
/* Both SYNs carried the option. */
void rs_tstamp_agree(rs_tstamp *t);

/* TSval for a segment sent at `now`: 1 ms ticks (RFC 7323 5.4: between 1 ms and 1 s) plus the offset. */
uint32_t rs_tstamp_val(const rs_tstamp *t, rs_time now);
/* TSecr for a segment with ACK: TS.Recent, 0 when there is none. */
static inline uint32_t rs_tstamp_ecr(const rs_tstamp *t)
{
    return t->has_recent ? t->recent : 0;
}

/* PAWS (RFC 7323 5.3 R1). */
typedef struct rs_paws_in {
    rs_time now;
    uint32_t ts_val;
    uint32_t tolerance_ticks; /* 0: RFC, 1: Linux */
    rs_dur idle;              /* TS.Recent is outdated after this (RFC 7323 5.5: 24 days) */
} rs_paws_in;
/* True when the segment is old: TSval before TS.Recent by more than the tolerance, and TS.Recent is not outdated. */
bool rs_tstamp_is_old(const rs_tstamp *t, const rs_paws_in *in);

/* A segment was accepted by PAWS and by the sequence test. */
typedef struct rs_tstamp_seg {
    rs_time now;
    uint32_t ts_val;
    rs_seq seq, last_ack_sent;
    rs_dur idle; /* as above */
} rs_tstamp_seg;
/* TS.Recent <- TSval if SEG.SEQ <= Last.ACK.sent and TSval is not older (or TS.Recent is outdated) (RFC 7323 4.3).
 * Returns whether it was taken. */
bool rs_tstamp_update(rs_tstamp *t, const rs_tstamp_seg *s);
/* Takes the TSval of a SYN without asking. */
void rs_tstamp_take_first(rs_tstamp *t, rs_time now, uint32_t ts_val);

/* Echo received in a segment with ACK. */
typedef struct rs_echo_in {
    rs_time now;
    uint32_t ts_ecr;
} rs_echo_in;
/* Round trip from an echo: false when the echo is 0 or lies in the future of our clock (RFC 7323 3.2, 4.1). At least 1
 * ms minus what the tick hides: a round trip within one tick gives 1 ms. */
bool rs_tstamp_rtt(const rs_tstamp *t, const rs_echo_in *in, rs_dur *rtt);
/* Does the echo lie between what we sent at `first_sent` and now? For the SYN-ACK's TSecr. */
typedef struct rs_echo_range {
    rs_time first_sent, now;
    uint32_t ts_ecr;
} rs_echo_range;
bool rs_tstamp_echo_plausible(const rs_tstamp *t, const rs_echo_range *in);
/* a is before b on the circle of timestamps. */
static inline bool rs_ts_before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}
/* NULL or the broken invariant. */
const char *rs_tstamp_broken(const rs_tstamp *t);

#endif
