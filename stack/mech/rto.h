/* rto.h — retransmission timeout (RFC 6298; RFC 9293 MUST-18, MUST-19, SHLD-6).
 *
 * One rs_rto per connection. Feed it round-trip samples, ask it for the timeout to arm, tell it when that ran out. It
 * never reads a clock and never arms a timer: the caller does both.
 *
 *   RFC:    SRTT, RTTVAR by (2.2) and (2.3); RTO = SRTT + max(G, 4 * RTTVAR), not less than min.
 *   Linux:  (floor_on_variance) RTO = SRTT + max(4 * RTTVAR, min), so the floor is SRTT + min. RTTVAR is the largest
 *           deviation of the current round trip, falls by a quarter of the way per round trip, and a falling RTT counts
 *           only 1/32 so that a sudden improvement does not raise the RTO.
 *
 * Life:   rs_rto_init -> { rs_rto_sample | rs_rto_backoff | rs_rto_reset_backoff }* ; nothing to free.
 * Karn:   the caller must not sample a segment that was sent twice unless a timestamp tells which copy was
 *         acknowledged. A sample ends the backoff, nothing else does by itself (RFC 6298 5, RFC 9293 MUST-18).
 *
 *   R1  min (floor form: min + srtt) <= base <= max; max wins      R2  backoff <= RS_RTO_BACKOFF_MAX
 *   R3  srtt = 0 <=> no sample yet */
#ifndef RS_MECH_RTO_H
#define RS_MECH_RTO_H

#include <stdbool.h>

#include "../include/refstack/types.h"
#include "../wire/seq.h"

/* Doublings counted; longer samples count as this long. */
enum { RS_RTO_BACKOFF_MAX = 30, RS_RTO_SAMPLE_MAX_SECS = 3600 };

typedef struct rs_rto_params {
    rs_dur initial;  /* before the first sample: 1 s (RFC 6298 2.1) */
    rs_dur fallback; /* for data when the handshake gave no sample: 3 s (RFC 6298 5.7) */
    rs_dur min, max;
    rs_dur granularity;     /* G */
    bool floor_on_variance; /* the Linux form */
} rs_rto_params;

typedef struct rs_rto {
    rs_rto_params p;
    rs_dur base;              /* timeout without backoff */
    int64_t srtt8;            /* SRTT * 8, us; 0 before the first sample */
    int64_t var4;             /* RTTVAR * 4, us: what is added to SRTT; with the floor in the Linux form */
    int64_t mdev4, mdev_max4; /* Linux form: smoothed deviation * 4, and its maximum in this round trip */
    rs_seq round_end;         /* Linux form: SND.NXT when this round trip began */
    uint8_t backoff;          /* doublings in force */
    bool moved;               /* the limits are others than those that base was put together with */
    rs_dur min_rtt;           /* smallest sample of the last rs_rto_obs.remember; 0: none */
    rs_time min_rtt_at;
} rs_rto;

void rs_rto_init(rs_rto *r, const rs_rto_params *p);
/* Other limits, from the next sample on; in the Linux form the smallest from the next round trip on. */
void rs_rto_limit(rs_rto *r, rs_dur min, rs_dur max);

/* One round-trip measurement. una and nxt (SND.UNA, SND.NXT after the ACK) tell where one round trip ends. */
typedef struct rs_rto_obs {
    rs_time now;
    rs_dur rtt;
    rs_seq una, nxt;
    rs_dur remember; /* for so long the smallest sample counts */
    rs_dur newest;   /* round trip of the newest segment reported, for the smallest one; 0: the same as rtt */
} rs_rto_obs;
/* Takes a sample (at least 1 us is assumed; negative ones are ignored) and ends the backoff. */
void rs_rto_sample(rs_rto *r, const rs_rto_obs *o);

/* The timer ran out: double (RFC 6298 5.5). Saturates at max. */
void rs_rto_backoff(rs_rto *r);
void rs_rto_reset_backoff(rs_rto *r);
/* The last doubling was for nothing. No effect without one. */
void rs_rto_take_back(rs_rto *r);
/* The handshake is over and gave no sample: use the fallback for data. No effect after a sample. */
void rs_rto_use_fallback(rs_rto *r);

/* The timeout to arm now, backoff included. */
rs_dur rs_rto_timeout(const rs_rto *r);
/* The sum of the timeouts of the first `retries` + 1 expiries when doubling from `first` up to p.max: what a count of
 * retries means as time (R1, R2 of RFC 9293 3.8.3). */
typedef struct rs_rto_model {
    rs_dur first;
    uint32_t retries;
} rs_rto_model;
rs_dur rs_rto_give_up_after(const rs_rto *r, const rs_rto_model *m);
/* Of text: from the least timeout on, but never from less than 200 ms, the least that Linux has by itself. Who sets a
 * smaller one for a fast network is not to be given up sooner by a slow one. */
rs_dur rs_rto_text_gives_up_after(const rs_rto *r, int retries);

/* SRTT and RTTVAR for reports; 0 before the first sample. RTTVAR is the plain deviation (1/4 of the added term). */
static inline rs_dur rs_rto_srtt(const rs_rto *r)
{
    return (rs_dur){r->srtt8 >> 3};
}
static inline rs_dur rs_rto_var(const rs_rto *r)
{
    return (rs_dur){(r->p.floor_on_variance ? r->mdev4 : r->var4) >> 2};
}
static inline bool rs_rto_has_sample(const rs_rto *r)
{
    return r->srtt8 != 0;
}
/* NULL or the broken invariant. */
const char *rs_rto_broken(const rs_rto *r);

#endif
