/* drs.h — dynamic right-sizing of the receive buffer: how much does the user take in a round trip? (Fisk and Feng 2001,
 * as Linux does it; RFC 9293 3.8.6 leaves the size of the window to the receiver.)
 *
 * The receiver estimates the round trip from the echoes of its timestamps, or from how long the peer takes to fill a
 * whole window. Once per round trip it asks how much the user has taken in it; when that is more than ever before, the
 * buffer has to hold what the sender can send until the window that follows has reached it.
 *
 * Pure measurement: the caller resizes. Life: rs_drs_open -> { rs_drs_on_text | rs_drs_on_echo | rs_drs_on_read }* . */
#ifndef RS_MECH_DRS_H
#define RS_MECH_DRS_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"

typedef struct rs_drs {
    uint32_t rtt8_us;   /* round trip times 8; 0: not known */
    rs_seq window_end;  /* when RCV.NXT gets there, a window has come since window_from */
    uint32_t last_echo; /* TSecr of the last sample */
    rs_time window_from;
    bool measures; /* window_end and window_from are valid */
    /* What the user takes. */
    uint32_t space; /* most bytes in one round trip so far, or the first guess */
    rs_seq from;    /* what he had taken at `since` */
    rs_time since;
} rs_drs;

/* The connection is open: `space` bytes per round trip is the first guess. */
typedef struct rs_drs_start {
    rs_time now;
    rs_seq read;
    uint32_t space;
} rs_drs_start;
void rs_drs_open(rs_drs *d, const rs_drs_start *s);

/* Text in order has come; the window offered last is wnd. */
typedef struct rs_drs_text {
    rs_time now;
    rs_seq nxt;
    uint32_t wnd;
} rs_drs_text;
void rs_drs_on_text(rs_drs *d, const rs_drs_text *t);
/* A full segment echoed our timestamp: the round trip took so long. `unread`: the user has not taken all there is. */
typedef struct rs_drs_echo {
    uint32_t ecr;
    rs_dur rtt;
    bool unread;
} rs_drs_echo;
void rs_drs_on_echo(rs_drs *d, const rs_drs_echo *e);

/* The user has taken text up to `read`, RCV.NXT is nxt. True once per round trip, when he took more than ever before:
 * *taken is how much. */
typedef struct rs_drs_read {
    rs_time now;
    rs_seq read, nxt;
} rs_drs_read;
bool rs_drs_on_read(rs_drs *d, const rs_drs_read *r, uint32_t *taken);

/* The window that a user who takes `taken` bytes in a round trip needs, `before` being the last such number: twice
 * that, since the window is news to the sender only a round trip later, and room for a sender who goes on to grow as
 * fast. */
typedef struct rs_drs_need {
    uint32_t taken, before;
    uint32_t beyond; /* bytes from RCV.NXT to the end of what has come beyond gaps */
} rs_drs_need;
uint64_t rs_drs_window(const rs_drs_need *n);

#endif
