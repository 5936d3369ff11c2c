/* cookie.h — SYN cookies (RFC 4987 3.6): a SYN answered without keeping anything. What has to be known later is in the
 * ISN of the answer, and, with timestamps, in the low bits of its TSval.
 *
 *   ISN = F(tuple, ISN of the peer) + minute * 2^24 + (G(tuple, ISN of the peer, minute, i) mod 2^24, its last two
 *         bits replaced by i, the index of the MSS)
 *
 * The ISN of the peer and the index are hashed: were they added, an ACK that is one too low or too high would be good,
 * with the next MSS of the table.
 *
 * Only who has received it can acknowledge it, and only for two minutes. Pure functions. */
#ifndef RS_MECH_COOKIE_H
#define RS_MECH_COOKIE_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"
#include "isn.h"

/* How long a listener that has sent cookies believes in ACKs out of nowhere. */
enum { RS_COOKIE_VALID_SECS = 120 };

typedef struct rs_cookie_in {
    const uint8_t *secret; /* 16 bytes */
    const rs_tuple *tuple;
    rs_seq peer_isn;
    rs_time now;
} rs_cookie_in;

/* The ISN for a peer that announced that MSS; *mss becomes the one of the table that will be remembered. */
rs_seq rs_cookie_make(const rs_cookie_in *in, uint16_t *mss);
/* The MSS in a cookie that came back; 0: it is none of ours, or too old. */
uint16_t rs_cookie_mss(const rs_cookie_in *in, rs_seq cookie);

/* What else the SYN said, where timestamps carry it. */
typedef struct rs_cookie_said {
    bool has_wscale, sack_ok;
    uint8_t wscale;
} rs_cookie_said;
/* The TSval that says it: not later than ts_now. */
uint32_t rs_cookie_ts(uint32_t ts_now, const rs_cookie_said *said);
rs_cookie_said rs_cookie_said_in(uint32_t ts_ecr);

#endif
