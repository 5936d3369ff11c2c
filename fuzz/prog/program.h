/* program.h — the input of fuzz_seg: a header and fixed-width steps. Every byte string is a valid program.
 *
 *     header  FZ_HEADER_BYTES bytes: where to start and how the host is configured
 *     steps   FZ_STEP_BYTES bytes each: kind, actor, arguments; a cut step at the end is ignored
 *
 * Widths are fixed so that a flipped bit changes one step and nothing behind it, and so that mutation and crossover
 * work on borders. Numbers are small choices (classes) that play.c turns into values next to the live state: what would
 * be a guess of one in 2^32 is a choice of one in sixteen. Missing header bytes count as zero. */
#ifndef FZ_PROG_PROGRAM_H
#define FZ_PROG_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FZ_HEADER_BYTES = 16, FZ_STEP_BYTES = 12, FZ_STEPS_MAX = 128, FZ_ARGS = FZ_STEP_BYTES - 2 };
/* Numbers beyond the last kind mean one of the kinds that were there first: what came later did not change them. */
enum { FZ_FIRST_KINDS = 8, FZ_FIRST_STARTS = 19, FZ_SETTINGS = 2 };

typedef enum fz_kind {
#define X(name, weight, text) FZ_##name,
#include "steps.def"
#undef X
    FZ_KINDS
} fz_kind;
const char *fz_kind_name(fz_kind k);
unsigned fz_kind_weight(fz_kind k);

/* Where a program starts. LISTEN and everything that follows from it is passive; the names with ACTIVE come from
 * connect(). */
typedef enum fz_start {
    FZ_AT_LISTEN,
    FZ_AT_SYN_SENT,
    FZ_AT_SYN_RECEIVED,
    FZ_AT_SIMULTANEOUS,
    FZ_AT_ESTABLISHED,
    FZ_AT_ESTABLISHED_ACTIVE,
    FZ_AT_IN_FLIGHT,
    FZ_AT_ZERO_WINDOW,
    FZ_AT_HOLE,
    FZ_AT_UNREAD,
    FZ_AT_RECOVERY,
    FZ_AT_TIMED_OUT,
    FZ_AT_FIN_WAIT_1,
    FZ_AT_FIN_WAIT_2,
    FZ_AT_CLOSE_WAIT,
    FZ_AT_CLOSING,
    FZ_AT_LAST_ACK,
    FZ_AT_TIME_WAIT,
    FZ_AT_CLOSED,
    FZ_STARTS
} fz_start;
const char *fz_start_name(fz_start s);

/* A world that differs only in what a TCP must not mind (O59); all zero: the usual one. */
typedef struct fz_shift {
    int64_t clock_us;    /* the program begins so much later; with it the host's sequence numbers and timestamps */
    uint32_t peer_clock; /* added to the peer's timestamps */
    /* What a program takes for the numbers of a connection that is not there. */
    uint32_t own_seq, peer_seq;
    uint16_t peer_port; /* added to the peer's ports */
    uint8_t peer_addr;  /* added to the last byte of the peer's address */
} fz_shift;

typedef struct fz_header {
    fz_start start;
    bool linux_preset, ipv6, blocking;
    bool peer_ts, peer_sack, peer_wscale; /* what the peer offers in its SYN of the prepared handshake */
    uint8_t wscale;                       /* shift the peer announces */
    uint16_t peer_mss;                    /* 0: no MSS option */
    uint32_t irs;                         /* the peer's first sequence number */
    bool iss_wraps;                       /* the host's own sequence numbers wrap within the first bytes */
    uint8_t iss_before_wrap;
    uint8_t rcvbuf, sndbuf;       /* classes; 0: default */
    uint8_t knobs;                /* bits, see host.c */
    uint8_t without;              /* bit k: steps of kind k do nothing (swarm testing) */
    uint32_t peer_clock;          /* the peer's timestamps begin so much later: its clock passes 2^32 or 2^31 soon */
    uint8_t setting[FZ_SETTINGS]; /* rows of settings.def */
    bool keys;                    /* segments may be signed: a setting or a step says so */
    fz_shift shift;               /* no part of the input */
} fz_header;

typedef struct fz_step {
    fz_kind kind;
    uint8_t actor;
    uint8_t arg[FZ_ARGS];
} fz_step;

typedef struct fz_program {
    fz_header header;
    unsigned count;
    unsigned told_at; /* no part of the input: behind so many steps, and in the end, a script tells what is believed; 0:
                         nowhere */
    fz_step step[FZ_STEPS_MAX];
} fz_program;

void fz_decode(fz_program *out, const uint8_t *data, size_t len);

#endif
