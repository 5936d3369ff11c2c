/* rcvq.h — the receive queue: bytes in order for the user, and islands beyond gaps (RFC 9293 3.10.7.4, RFC 2018).
 *
 *      read            nxt                                  edge
 *       | in order, unread |  gap  [island]  gap  [island] ... |
 *
 * Payload is stored once, at its place, when it arrives; filling a gap moves nothing. Islands are ranges of sequence
 * numbers in the order of their last change, newest first: that is the order in which SACK reports them (RFC 2018 4).
 * A FIN takes its sequence number like a byte: it is part of an island when it lies beyond a gap, and takes effect when
 * everything before it has arrived.
 *
 * Overlap: the first copy of a byte wins; later copies are not even compared. After a FIN is known, nothing at or
 * behind its place is taken, and a FIN in the middle of what has arrived is ignored.
 * Limits: RS_RCVQ_ISLANDS islands. A segment that would need one more, or for which no memory is left, is taken as far
 * as it goes (or not at all); the rest counts as `refused_bytes` and the peer will send it again.
 *
 * Life:   rs_rcvq_init (after the peer's SYN) -> { take | read | ... }* -> rs_rcvq_clear.
 *
 *   V1  read <= nxt, and the chain holds the bytes from `read` on to the last byte that has arrived
 *   V2  islands lie beyond nxt, are not empty, never overlap and never touch each other or nxt
 *   V3  island_count and ooo_bytes agree with the islands    V4  island_count <= RS_RCVQ_ISLANDS
 *   V5  a known FIN lies at or beyond nxt - 1, no byte behind it has been taken */
#ifndef RS_MECH_RCVQ_H
#define RS_MECH_RCVQ_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"
#include "blocks.h"

enum { RS_RCVQ_ISLANDS = 64 };

typedef struct rs_island {
    uint32_t next; /* older one, or RS_NIL */
    rs_range r;    /* in sequence space: a FIN counts */
} rs_island;
_Static_assert(sizeof(rs_island) <= RS_RECORD_BYTES, "an island fits its slot");

typedef struct rs_rcvq {
    rs_chain bytes;   /* position 0 is `read` */
    rs_seq read;      /* first byte the user has not taken */
    rs_seq nxt;       /* RCV.NXT as far as text and FIN go */
    uint32_t islands; /* newest first, RS_NIL: none */
    uint32_t island_count;
    uint32_t ooo_bytes; /* payload bytes in islands */
    rs_seq fin_at;      /* sequence number of the peer's FIN; valid while fin_known */
    bool fin_known;     /* a FIN has arrived, perhaps beyond a gap */
    bool fin_taken;     /* ... and nxt is behind it: end of file comes after the queued bytes */
    bool has_dup;       /* `dup` waits to be reported */
    rs_range dup;       /* duplicate sequence numbers received last (RFC 2883) */
} rs_rcvq;

/* nxt: the first sequence number expected, after the SYN. */
void rs_rcvq_init(rs_rcvq *q, rs_seq nxt);
/* Gives back everything it holds; nxt stays. */
void rs_rcvq_clear(rs_pool *blocks, rs_pool *records, rs_rcvq *q);

/* Gives back the islands and their bytes: no gap will be filled any more. What is in order stays. */
void rs_rcvq_drop_islands(rs_pool *blocks, rs_pool *records, rs_rcvq *q);

/* --- trimming, as a pure function ------------------------------------------------------------------------ */

/* Text and FIN of a segment against a window. SYN must have been taken off by the caller. */
typedef struct rs_trim_in {
    rs_seq seq;
    uint32_t len;
    bool fin;
    rs_seq nxt, edge;
} rs_trim_in;
typedef struct rs_trim {
    uint32_t skip; /* bytes at the front that are old */
    uint32_t len;  /* bytes to keep after those */
    uint32_t cut;  /* bytes at the back that lie at or beyond the edge */
    bool fin;      /* the FIN is there, is not old and lies before the edge */
    bool old;      /* everything, FIN included, lies before nxt: a pure duplicate (false for an empty segment) */
} rs_trim;
/* What of the segment lies in [nxt, edge) (RFC 9293 3.10.7.4: trim to the window). */
rs_trim rs_rcvq_trim(const rs_trim_in *in);

/* --- arriving -------------------------------------------------------------------------------------------- */

/* The text of a segment, not trimmed. Nothing at or beyond `edge` (RCV.NXT + RCV.WND) is taken. Borrows text. */
typedef struct rs_rcvq_in {
    rs_seq seq;
    const uint8_t *text;
    uint32_t len;
    bool fin;
    rs_seq edge;
} rs_rcvq_in;
typedef struct rs_rcvq_took {
    uint32_t new_bytes;     /* payload bytes that became readable: nxt moved over them, islands included */
    uint32_t ooo_bytes;     /* payload bytes newly stored beyond a gap */
    uint32_t dup_bytes;     /* sequence numbers the queue had already */
    uint32_t refused_bytes; /* inside the window but not stored (no memory, no island, behind the FIN) */
    uint32_t dropped_bytes; /* of text that lay beyond a gap and behind the FIN: it is held no longer */
    bool fin;               /* the FIN took effect now: nxt moved behind it */
    bool advanced;          /* nxt moved */
    bool filled;            /* ... and islands waited: all or part of a gap is filled (RFC 5681 4.2: ACK at once) */
    bool beyond_gap;        /* the segment lay beyond a gap, new or not: ACK at once */
} rs_rcvq_took;
/* Takes what is new of a segment. A FIN counts only if all text before it in the segment is taken or there already.
 * Sets `dup` when something was there already. */
rs_rcvq_took rs_rcvq_take(rs_pool *blocks, rs_pool *records, rs_rcvq *q, const rs_rcvq_in *in);
/* Notes duplicate sequence numbers for the next D-SACK (for segments that never reach rs_rcvq_take). Extends the
 * waiting report if they touch, else replaces it. No effect for an empty range. */
void rs_rcvq_note_dup(rs_rcvq *q, rs_range dup);

/* --- reporting ------------------------------------------------------------------------------------------- */

/* Fills out[0..max) for a SACK option: the D-SACK report first when with_dup and one waits (RFC 2883 4), then the
 * islands, newest first. Returns the count. */
typedef struct rs_rcvq_sack {
    rs_range *out;
    uint32_t max;
    bool with_dup;
} rs_rcvq_sack;
uint32_t rs_rcvq_sack_blocks(const rs_pool *records, const rs_rcvq *q, const rs_rcvq_sack *s);
/* The report was sent: a D-SACK is reported once. */
static inline void rs_rcvq_dup_reported(rs_rcvq *q)
{
    q->has_dup = false;
}

/* --- the user -------------------------------------------------------------------------------------------- */

/* Bytes in order and unread. */
static inline uint32_t rs_rcvq_ready(const rs_rcvq *q)
{
    return rs_seq_dist(q->read, q->nxt) - q->fin_taken;
}
/* Everything before the FIN has been read. */
static inline bool rs_rcvq_at_eof(const rs_rcvq *q)
{
    return q->fin_taken && rs_rcvq_ready(q) == 0;
}
/* Takes up to len bytes off the front; to == NULL discards them. Returns how many. */
uint32_t rs_rcvq_read(rs_pool *blocks, rs_rcvq *q, uint8_t *to, uint32_t len);
/* Copies up to span.len bytes from position span.at of the ready ones, and leaves them. Returns how many. */
uint32_t rs_rcvq_peek(const rs_pool *blocks, rs_rcvq *q, const rs_chain_span *span);
/* Payload bytes held, islands included: what the window is reckoned from. */
static inline uint32_t rs_rcvq_held(const rs_rcvq *q)
{
    return rs_rcvq_ready(q) + q->ooo_bytes;
}
/* The right edge of the island that changed last; false: there is none. */
bool rs_rcvq_newest_edge(const rs_pool *records, const rs_rcvq *q, rs_seq *edge);
/* The right edge of the last island, RCV.NXT when there is none. */
rs_seq rs_rcvq_last_edge(const rs_pool *records, const rs_rcvq *q);
/* NULL or the broken invariant. */
const char *rs_rcvq_broken(const rs_pool *blocks, const rs_pool *records, const rs_rcvq *q);

#endif
