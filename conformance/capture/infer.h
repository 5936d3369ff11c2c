/* infer.h — a connection of a capture as a script: the packets as they were, and the system calls that one end must
 * have made for it.
 *
 * What the wire shows is taken as it is. What it does not show is guessed (guess.h): search.h tries guesses and keeps
 * one that the stack under test reproduces.
 *
 *     cf_recording r;
 *     if (cf_record(&r, &capture, index, CF_SERVER, why, sizeof why)) {        complete enough to be a script
 *         if (cf_infer(&told, &r, &cf_guesses[0], "title", why, sizeof why)) ... told.text ...
 *         cf_told_free(&told);
 *         cf_recording_free(&r);
 *     } */
#ifndef CF_CAPTURE_INFER_H
#define CF_CAPTURE_INFER_H

#include "capture.h"
#include "guess.h"

enum {
    CF_RECORD_MAX = 20000, /* packets of a script; what comes later is left out, and said */
    CF_LINE_BYTES = 65400  /* payload of a packet in a script: with its headers it has to be an IP packet */
};

typedef struct cf_recording {
    const cf_conn *conn; /* lent from the capture */
    int side;            /* which end becomes the stack under test: CF_CLIENT or CF_SERVER */
    cf_seg *segs;        /* in order; seen from that end */
    uint32_t count;
    char *left_out; /* lines, "" nothing; owned */
} cf_recording;

/* False with the reason in why: the beginning is missing, or one direction is. */
bool cf_record(cf_recording *r, cf_capture *c, uint32_t conn, int side, char *why, size_t why_cap);
void cf_recording_free(cf_recording *r);

/* A script in its canonical spelling, with front matter. */
typedef struct cf_told {
    cf_buf text;
    cf_buf notes;    /* lines about what could not be said in a script */
    uint32_t *first; /* which packet of the recording a packet of the script is, or begins with */
    uint32_t packets;
    uint32_t before; /* packets of the script that stand before them */
} cf_told;

/* False with a message in why: the text is no valid script (a bug here, never the capture's fault). */
bool cf_infer(cf_told *told, const cf_recording *r, const cf_guess *g, const char *title, char *why, size_t why_cap);
void cf_told_free(cf_told *told);
/* The packet of the recording that stands in this line of the script, or in the next line with one; the number of
 * packets when there is none. */
uint32_t cf_told_packet(const cf_told *told, const cf_recording *r, uint32_t line);

#endif
