/* align.h — which packet of one connection is which of the other: by meaning (direction, range of bytes, flags,
 * acknowledgment), not by index.
 *
 * Equal packets at the front of both are taken off one by one; where they differ, the best common subsequence of a
 * window of both decides. So memory is constant, and time grows with the number of packets. */
#ifndef CF_CAPTURE_ALIGN_H
#define CF_CAPTURE_ALIGN_H

#include "conn.h"

enum { CF_ALIGN_WINDOW = 256, CF_UNITS_AHEAD = 32 };

/* What a packet, or a run of packets in one direction, says. */
typedef struct cf_unit {
    cf_seg s;           /* a run: its first packet, with the length and the hash of all */
    uint32_t packets;   /* 1 but for runs */
    cf_offset end, ack; /* after the last byte, SYN and FIN counted; ack 0 without the flag */
} cf_unit;

/* Gives the units of a connection one after the other; false at the end. */
typedef bool cf_unit_fn(void *source, cf_unit *u);

typedef struct cf_step {
    const cf_unit *a, *b; /* NULL: not there. Lent during the call */
    bool moved;           /* the same packet at another place */
} cf_step;
typedef void cf_step_fn(void *ctx, const cf_step *step);

void cf_align(cf_unit_fn *next, void *source_a, void *source_b, cf_step_fn *emit, void *ctx);

/* What came before the bytes that belong before it. */
typedef struct cf_ahead {
    cf_unit item[CF_UNITS_AHEAD];
    uint32_t count;
} cf_ahead;

/* A source over the packets of a connection. With runs, consecutive data of one direction is one unit, however it was
 * cut, and acknowledgments without data are left out: only the bytes count, each once and in its place in the stream.
 * What comes behind a gap waits until the gap is filled, or known to be filled behind the capture's back: until the
 * peer acknowledges beyond it, the connection ends, or too much waits. */
typedef struct cf_units {
    cf_conns *conns;
    uint32_t next;
    bool runs;
    bool done;
    cf_unit held; /* runs: read, but not of the run before */
    bool holds;
    cf_unit waiting; /* runs: read, but behind what waits for a gap */
    bool waits;
    bool begun[2];
    cf_offset end[2];  /* runs: told so far, without a gap */
    cf_ahead ahead[2]; /* runs: behind a gap */
} cf_units;
void cf_units_start(cf_units *u, cf_conns *conns, const cf_conn *k, bool runs);
bool cf_units_next(void *units, cf_unit *u);

#endif
