/* reorder.h — how far this path has been seen to reorder (RFC 4653's idea, in the way Linux measures it).
 *
 * A segment that was never retransmitted and arrives after later ones has been overtaken: by how many segments is the
 * new threshold of duplicates before loss is believed, if it is larger than before.
 *
 *   D1  1 <= segs */
#ifndef RS_MECH_REORDER_H
#define RS_MECH_REORDER_H

#include "../include/refstack/types.h"

typedef struct rs_reorder {
    uint32_t segs; /* DupThresh in force (tcp_reordering at first) */
    uint32_t seen; /* events */
} rs_reorder;

typedef struct rs_reorder_limits {
    uint32_t mss, most_segs;
} rs_reorder_limits;
/* The late segment began `bytes` below the end of the highest one that had arrived. */
void rs_reorder_late(rs_reorder *r, uint32_t bytes, const rs_reorder_limits *l);
/* Without SACK: duplicates came for more segments than can have been overtaken. */
void rs_reorder_nonsack(rs_reorder *r, uint32_t out_segs, const rs_reorder_limits *l);
/* A timeout after so many reports says that the threshold was too high. */
void rs_reorder_lower(rs_reorder *r, uint32_t segs);
/* NULL or the broken invariant. */
const char *rs_reorder_broken(const rs_reorder *r);

#endif
