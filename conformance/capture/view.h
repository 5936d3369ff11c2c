/* view.h — a packet as it means the same in every capture: positions for sequence numbers, roles for addresses, window
 * scale applied, timestamps counted from the first of their side, TTL from the first of its side.
 *
 * The IP identification has no meaning for TCP and is not looked at. */
#ifndef CF_CAPTURE_VIEW_H
#define CF_CAPTURE_VIEW_H

#include "conn.h"

/* No name of an option needs more than 4 letters for each of its bytes, but for one cut off after its first. */
enum { CF_VIEW_SACKS = 5, CF_VIEW_ORDER = 4 * CF_SEG_OPTS + 8 };

typedef struct cf_view {
    const cf_seg *s;
    cf_offset pos, end, ack; /* ack 0 without the flag */
    int64_t win;             /* bytes */
    int ttl;                 /* less the first TTL of that side: 0 almost always */
    bool has_ts;
    int64_t ts_val, ts_ecr; /* ts_ecr 0 as on the wire */
    uint8_t sacks;
    cf_offset sack[2 * CF_VIEW_SACKS];
    uint16_t mss;              /* 0 none */
    int16_t wscale;            /* -1 none */
    bool has_digest;           /* a signature (RFC 2385, RFC 5925): reckoned over numbers of this very run */
    uint64_t digest;           /* hash of it */
    uint64_t other;            /* hash of the bytes of all other options, a digest left out */
    char order[CF_VIEW_ORDER]; /* "mss,nop,wscale": the options in the order of the wire */
} cf_view;

/* s belongs to k. Lends s. */
void cf_view_of(cf_view *v, const cf_conn *k, const cf_seg *s);
/* "P. 1:101(100) ack 1 win 65535 <...>" without direction and time; ICMP: "icmp type 3 code 4 mtu 1200". Returns the
 * length. */
size_t cf_view_print(const cf_view *v, char *out, size_t cap);

#endif
