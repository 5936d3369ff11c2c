/* world.h — many reference stacks in one process on a virtual clock, joined by bad links, with users that talk.
 *
 *     fz_plan_of(&plan, seed, 0); fz_world_open(&w, &plan, NULL);
 *     fz_world_run(&w, plan.origin + plan.rough);        the fault phase
 *     fz_world_fair(&w);                                 faults stop; everything is delivered in bounded time (O51)
 *     fz_world_close(&w);                                users have gone: nothing may be left (O52, O54)
 *
 * or all of it with fz_world_play. Everything that happens follows from the plan: w.hash is the same each time (O60).
 * There is one world at a time: its memory is static. */
#ifndef FZ_WORLD_WORLD_H
#define FZ_WORLD_WORLD_H

#include "../../stack/base/rng.h"
#include "judge.h"

/* Somebody who decides what happens to each packet, in place of the plan. f starts as the plan has it. */
typedef struct fz_fate {
    void *ctx;
    void (*decide)(void *ctx, unsigned from, const cf_packet *p, rs_link_faults *f);
} fz_fate;

typedef struct fz_world {
    const fz_plan *plan;
    const fz_fate *fate; /* may be NULL */
    rs_time now, origin; /* origin: where the clock started, which the plan's wish may have moved */
    rs_time loud_from;   /* tell what happens from then on; 0: never */
    bool fair;
    rs_stack *st[FZ_HOSTS_MAX];
    rs_addr addr[FZ_HOSTS_MAX];
    bool stirred[FZ_HOSTS_MAX]; /* something happened: its users look */
    rs_link *link[FZ_HOSTS_MAX][FZ_HOSTS_MAX];
    bool bad[FZ_HOSTS_MAX][FZ_HOSTS_MAX]; /* the state of Gilbert's model */
    rs_rng rng;
    fz_talk talk[FZ_TALKS_MAX];
    fz_judge judge[FZ_TALKS_MAX];
    fz_answer answer;
    unsigned idle_packets; /* since a user read or wrote ... */
    rs_time idle_since;    /* ... which was then */
    uint64_t hash, packets, bytes, moments;
} fz_world;

void fz_world_open(fz_world *w, const fz_plan *plan, const fz_fate *fate);
/* Everything up to `end`, which is `now` then; stops earlier when nothing will ever happen. */
void fz_world_run(fz_world *w, rs_time end);
/* O01: every host's own invariants. */
void fz_world_check(const fz_world *w);
/* A packet out of nowhere arrives at a host. */
void fz_world_inject(fz_world *w, unsigned host, rs_bytes pkt);
/* The connection of one side of a conversation; false: there is none (any more). */
bool fz_world_look(const fz_world *w, const fz_talk *t, unsigned side, rs_probe *out);
/* What one side of a conversation stands on. */
fz_ground fz_world_ground(const fz_world *w, const fz_talk *t);
void fz_world_fair(fz_world *w);
void fz_world_close(fz_world *w);
void fz_world_play(fz_world *w, const fz_plan *plan);

/* How long what is left may take once the network is fair: what is computed for O51. */
rs_dur fz_world_bound(const fz_world *w);

#endif
