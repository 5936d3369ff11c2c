/* mtuprobe.h — finding out how big a packet the path takes, by sending one (RFC 4821): no message of a router is needed
 * or believed.
 *
 * Between `low`, which is known to pass, and `high`, which may, a probe halves the range. Sizes are of whole IP
 * packets. Never is one beyond `high`, whatever base the range is to begin with.
 *
 *   size       low ............ size ............ high
 *   acked      ---------------> low
 *   lost                        high <---
 *
 *   M1  low <= high while on      M2  a probe lies in (low, high] */
#ifndef RS_MECH_MTUPROBE_H
#define RS_MECH_MTUPROBE_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"

typedef struct rs_mtup {
    bool on;
    bool binds; /* low bounds the segments; the caller's: Linux does that only from the first news on */
    uint16_t low, high;
    uint16_t size;     /* of the probe that is out; 0: none */
    rs_seq start, end; /* its text; valid while size */
    rs_time since;     /* when the range was opened last */
} rs_mtup;

typedef struct rs_mtup_range {
    uint32_t low, high;
    rs_time now;
} rs_mtup_range;
/* Begins to look, between these. */
void rs_mtup_begin(rs_mtup *m, const rs_mtup_range *r);
/* The size to probe now; 0: the range is narrower than threshold, or a probe is out. */
uint32_t rs_mtup_next(const rs_mtup *m, uint32_t threshold);
/* A narrow range is opened again up to r->high when `interval` has passed (RFC 4821 7.7). */
void rs_mtup_reopen(rs_mtup *m, const rs_mtup_range *r, rs_dur interval);
typedef struct rs_mtup_sent {
    uint32_t size;
    rs_seq start, end;
} rs_mtup_sent;
void rs_mtup_sent_probe(rs_mtup *m, const rs_mtup_sent *s);
/* Everything before una is acknowledged. True: the probe is, and low is its size. */
bool rs_mtup_on_ack(rs_mtup *m, rs_seq una);
/* What begins at una is lost. True: it is the probe, and nothing else is known to be. */
bool rs_mtup_on_loss(rs_mtup *m, rs_seq una);
/* Nothing passes any more: low is what is believed in now (RFC 4821 7.7 full-stop timeout). */
void rs_mtup_black_hole(rs_mtup *m, uint32_t low);
/* The path takes no more than this. */
void rs_mtup_bound(rs_mtup *m, uint32_t mtu);
const char *rs_mtup_broken(const rs_mtup *m);

#endif
