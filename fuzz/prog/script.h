/* script.h — the story of a program as a script, written line by line while it happens. Off unless FZ_SCRIPT in the
 * environment names a file; FZ_PCAP names one for a capture of the same packets.
 *
 * The script says what the peer sent, what the user called, and what the host then did, right or wrong: on the stack
 * that it was taken from it passes. Told are the main connection and what a script can say of it; the rest is left out
 * with a comment. Every fz_host_open begins anew. */
#ifndef FZ_PROG_SCRIPT_H
#define FZ_PROG_SCRIPT_H

#include "../../conformance/packet/packet.h"
#include "program.h"

enum { FZ_SCRIPT_FD_FIRST = 3 }; /* 0 to 2 are taken in a script */

bool fz_script_on(void);
/* What is told besides the program (FZ_AFTERMATH in the environment, a digit): how it goes on behind its last step (not
 * at all, a little, to the end: play.h), and whether that says what the host believes (inner.h); 6: what it believes
 * when the user has left and all timers have run. */
typedef struct fz_script_more {
    bool any, inner, to_rest;
    unsigned steps; /* 0, 1, 2 */
} fz_script_more;
fz_script_more fz_script_aftermath(void);
void fz_script_begin(const fz_header *header);
void fz_script_set(int64_t at_us, const char *knob, const char *value);
void fz_script_packet(int64_t at_us, char dir, const cf_packet *p);
/* "close(4) = 0" */
void fz_script_call(int64_t at_us, const char *text);
/* A call that blocks (its number: rs_ret.parked), and what it came to: told where it began, if nothing else was called
 * meanwhile, for packetdrill has one blocking call at a time. One that sleeps to the end is left out, unless that is
 * what is wrong. */
void fz_script_blocks(int64_t at_us, uint32_t number, const char *call);
void fz_script_woken(int64_t at_us, uint32_t number, const char *result);
void fz_script_asleep(uint32_t number);
/* Statements of a code block, one a line. */
void fz_script_code(int64_t at_us, const char *statements);
/* A comment. */
void fz_script_note(const char *text);

#endif
