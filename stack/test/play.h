/* play.h — two stacks under a random program of socket calls, forged packets and time: for the tests that ask whether
 * two runs are the same run. Everything follows from the seed; `hash` covers every packet, every result and every
 * deadline seen. */
#ifndef PLAY_H
#define PLAY_H

#include "world.h"

typedef struct play {
    rs_stack *st[2];
    rs_config cfg[2];
    rs_link *link[2]; /* from st[0] to st[1], and back */
    rs_loop loop;
    rs_rng rng;
    uint64_t hash;
    uint8_t last[2][1600]; /* the last packet each has sent: material for forgeries */
    size_t last_len[2];
    uint32_t parked[2]; /* a blocking call of each, or 0 */
} play;

/* Begins; hosts as in world.h. */
void play_init(play *p, rs_config cfg, uint64_t seed);
/* One random step. */
void play_step(play *p);
/* The same play, in other memory full of rubbish. */
void play_copy(play *to, const play *from);

#endif
