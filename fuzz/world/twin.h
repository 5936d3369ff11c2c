/* twin.h — the same program once more in a world that differs in what users must not notice, and whether they did.
 *
 *     O58   the segments of an attacker who does not know the numbers do not come
 *     O59   v: every packet arrives twice; vi: every segment with text arrives in two pieces
 *
 * What users see: the bytes written and read, the end of the stream, errors. Where a user goes away early, or stops
 * when it has written so much as there was time for, or a host gives up, the two are not compared: the moment decides.
 */
#ifndef FZ_WORLD_TWIN_H
#define FZ_WORLD_TWIN_H

#include "pair.h"

typedef struct fz_seen_by_users {
    uint64_t wrote[2], got[2];
    bool eof[2];
    int error[2];
    bool deaf; /* it was broken off by a host that heard nothing (talk.h) */
} fz_seen_by_users;

/* After fz_pair_play. */
fz_seen_by_users fz_pair_seen(const fz_world *w);
/* Does nothing in the program depend on the moment? Of the program as it was decoded. */
bool fz_pair_is_timeless(const fz_pair_program *p);
/* fz_fail (O58, O59) if they differ. */
void fz_pair_same(fz_pair_twin twin, const fz_seen_by_users *usual, const fz_seen_by_users *there);

#endif
