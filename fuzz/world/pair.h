/* pair.h — the input of fuzz_pair: two hosts, one conversation, and a network and users that a program drives.
 *
 *     header  FZ_PAIR_HEADER bytes: the hosts, the path, the users
 *     steps   FZ_STEP_BYTES bytes each, as in prog/program.h: kind, actor, arguments
 *
 * Every byte string is a valid program; missing bytes count as zero, a cut step at the end is ignored. In the end the
 * network is fair and all must be served, so the program may not do what lets a TCP give up: losses are limited
 * (FZ_LOSSES) until the sender has been heard, and a segment out of nowhere lies outside the window (what O58 asks for:
 * it changes nothing). The header is as long as two steps more than that of prog/program.h, whose mutator serves both.
 */
#ifndef FZ_WORLD_PAIR_H
#define FZ_WORLD_PAIR_H

#include "../prog/program.h"
#include "world.h"

enum {
    FZ_PAIR_HEADER = FZ_HEADER_BYTES + 2 * FZ_STEP_BYTES,
    FZ_PAIR_STEPS = 96,
    FZ_LEAST_PIECE = 64,     /* less a call would make a long stream a long run */
    FZ_FATES = 16,           /* packets of one direction whose fate can be decided ahead */
    FZ_OLD = 16,             /* packets that can come again */
    FZ_LOSSES = 5,           /* in a row, as long as one of the senders waits */
    FZ_EARLY_LOSSES = 3,     /* before the connection is open on both sides */
    FZ_TROUBLE_US = 15000000 /* so long may be lost until everything is acknowledged again */
};

typedef enum fz_pair_kind {
    FZ_PAIR_FATE,   /* what becomes of coming packets: lost, doubled, late, damaged */
    FZ_PAIR_USER,   /* a user writes, reads, ends, leaves, or its host restarts */
    FZ_PAIR_TIME,   /* time passes */
    FZ_PAIR_BLIND,  /* a segment of an attacker who does not know the numbers */
    FZ_PAIR_AGAIN,  /* a packet seen before arrives again */
    FZ_PAIR_KNOB,   /* a setting of a running host */
    FZ_PAIR_NARROW, /* the path takes only smaller packets for a while */
    FZ_PAIR_BURST,  /* many packets in a row have the same fate */
    FZ_PAIR_KINDS
} fz_pair_kind;

/* What a user does in such a step (arg[0] % 8), as far as others must know. */
enum { FZ_USER_STOPS = 5, FZ_USER_LEAVES = 7 };
/* How it leaves (arg[2] % 8); the other numbers: not at all. */
enum { FZ_LEAVES_ALONE = 0, FZ_LEAVES_WITH_HOST = 1 };

/* How the world differs that the program is played in (twin.h); no part of the input. */
typedef enum fz_pair_twin { FZ_AS_IT_IS, FZ_WITHOUT_ATTACKER, FZ_TWICE, FZ_IN_PIECES, FZ_PAIR_TWINS } fz_pair_twin;

typedef struct fz_pair_program {
    fz_pair_twin twin;
    fz_plan plan;
    unsigned count;
    struct {
        fz_pair_kind kind;
        uint8_t side, arg[FZ_ARGS]; /* side: 0 the client's */
    } step[FZ_PAIR_STEPS];
} fz_pair_program;

void fz_pair_decode(fz_pair_program *out, const uint8_t *data, size_t len);

/* Called after the connection was begun (step -1) and after every step. */
typedef void fz_pair_after(void *ctx, fz_world *w, int step);
/* Plays it to its end, oracles included. Changes the plan in p as the users change their minds. */
void fz_pair_play(fz_world *w, fz_pair_program *p, fz_pair_after *after, void *ctx);

#endif
