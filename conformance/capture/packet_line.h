/* packet_line.h — a record as a packet of a script. */
#ifndef CF_CAPTURE_PACKET_LINE_H
#define CF_CAPTURE_PACKET_LINE_H

#include "../script/ast.h"
#include "infer.h"

enum { CF_LINE_OPTS = 40 };

/* A packet of the script language with room for its options. */
typedef struct cf_packet_line {
    cf_pkt p;
    cf_opt_spec opt[CF_LINE_OPTS];
} cf_packet_line;

/* What must be remembered from packet to packet: the timestamps that the stack under test has sent, as an inbound echo
 * can only name one of them. */
typedef struct cf_line_memory {
    uint32_t ts[64];
    uint32_t count;
    uint32_t odd_options, odd_echoes;
    bool raw_echoes; /* the script says --tcp_ts_ecr_scaled: any value will do */
    bool no_stamps;  /* no packet of the stack says its timestamp: the peer has none to echo, and goes without */
} cf_line_memory;

void cf_packet_line_of(cf_packet_line *l, const cf_recording *r, const cf_seg *s, bool any_options,
                       cf_line_memory *memory);

#endif
