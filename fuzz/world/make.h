/* make.h — the memory of a world: stacks and links, as the plan wants them. */
#ifndef FZ_WORLD_MAKE_H
#define FZ_WORLD_MAKE_H

#include "world.h"

rs_addr fz_world_addr(bool ipv6, unsigned host);
/* Fills st, addr, link and origin of a world whose plan is set. */
void fz_world_make(fz_world *w);
/* A host's stack is as it was in the beginning. */
void fz_world_make_again(fz_world *w, unsigned host);

#endif
