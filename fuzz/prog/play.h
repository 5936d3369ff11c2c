/* play.h — runs a program on a host. */
#ifndef FZ_PROG_PLAY_H
#define FZ_PROG_PLAY_H

#include "host.h"

/* Called after the start and after every step; index of the step, or -1 for the start. */
typedef void fz_after_fn(void *ctx, fz_host *h, int step);

/* Opens the host, brings it to the start and runs all steps. The host may be looked at until the next play. */
void fz_play(fz_host *h, const fz_program *p, const fz_watch *watch, fz_after_fn *after);
/* Which knob a step FZ_KNOB sets, to which value; "" for none. */
const char *fz_knob_of(const fz_step *s, const char **value);
/* Adds to a program what shows on the wire what an oracle saw inside: time passes and the peer acknowledges, without
 * any call (amount 1); then the peer is honest, and the user writes and closes (2). Steps that find no room are left
 * out. inner: what the host believes is told (inner.h) where the program ended, and in the end. */
void fz_aftermath(fz_program *p, unsigned amount, bool inner);
/* The peer turns honest: acknowledges all it has seen, opens its window, and waits, until nothing is queued. False:
 * still something queued after `rounds` exchanges, or given up while the peer was there; which is the host's fault. */
bool fz_fair(fz_host *h, unsigned rounds);
/* The honest peer sends the next byte of its stream, with the last one once more in front of it. False: the host has
 * room and a user, and does not take it. */
bool fz_peer_speaks(fz_host *h);

#endif
