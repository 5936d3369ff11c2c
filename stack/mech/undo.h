/* undo.h — was the last reduction of the window needed at all? (RFC 3522, 4015; RFC 2883 section 5)
 *
 * A reduction remembers what it took away. It is found spurious when the ACK of the first retransmission echoes a
 * timestamp from before it (Eifel), or when every retransmission since has been reported as a duplicate (D-SACK).
 *
 * Life:   rs_undo_start at the reduction -> rs_undo_sent for every retransmission, rs_undo_duplicate for every one
 *         reported twice -> rs_undo_by_dsack, rs_undo_by_echo say yes -> the caller restores, rs_undo_forget.
 *
 *   N1  retrans >= -1    N2  while not `on`, retrans counts nothing */
#ifndef RS_MECH_UNDO_H
#define RS_MECH_UNDO_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"

typedef struct rs_undo {
    rs_seq marker;           /* SND.UNA at the reduction; valid while on */
    int32_t retrans;         /* retransmissions since, less those reported as duplicates; -1: none was sent yet */
    uint32_t prior_cwnd;     /* what the reduction took away */
    uint32_t prior_ssthresh; /* 0: the reduction may not be undone (the network has asked for it) */
    uint32_t first_ts;       /* TSval of the first retransmission; valid while has_first */
    bool on : 1, has_first : 1;
} rs_undo;

/* retrans_out: retransmissions in flight whose duplicates may still be reported. */
void rs_undo_start(rs_undo *u, rs_seq una, uint32_t retrans_out);
/* The reduction stays. */
void rs_undo_forget(rs_undo *u);
/* Segments went again; ts_val is the timestamp they carried, or would have. */
void rs_undo_sent(rs_undo *u, uint32_t segs, uint32_t ts_val);
/* A D-SACK reported so many segments that end at `end`. */
void rs_undo_duplicate(rs_undo *u, rs_seq end, uint32_t segs);
/* Every retransmission was for nothing. */
static inline bool rs_undo_by_dsack(const rs_undo *u)
{
    return u->on && u->retrans == 0;
}
/* The echo is older than the first retransmission (3.2 of RFC 3522). */
bool rs_undo_echo_is_older(const rs_undo *u, uint32_t ts_ecr);
/* NULL or the broken invariant. */
const char *rs_undo_broken(const rs_undo *u);

#endif
