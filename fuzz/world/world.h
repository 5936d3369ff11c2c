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
#include "../prog/happened.h"
#include "judge.h"

/* Somebody who decides what happens to each packet, in place of the plan. f starts as the plan has it. True: the
 * network marks the packet when its sender understands that (CE, RFC 3168 5). */
typedef struct fz_fate {
    void *ctx;
    bool (*decide)(void *ctx, unsigned from, const cf_packet *p, rs_link_faults *f);
    /* May be NULL. A packet arrives at a host: true if it has been brought there (fz_world_inject), in whatever form.
     */
    bool (*deliver)(void *ctx, unsigned to, rs_bytes pkt);
} fz_fate;

/* One direction between two hosts. */
typedef struct fz_path {
    rs_link *link;
    uint8_t from, to;
    rs_time next; /* when a packet arrives */
    bool unsound; /* on some packet that went here a checksum may be wrong */
} fz_path;

enum { FZ_USERS = 2 * FZ_TALKS_MAX, FZ_PATHS_MAX = FZ_USERS, FZ_NO_PATH = UINT8_MAX };

_Static_assert(FZ_USERS <= 32, "sets of users are words");

/* The user at one side of a conversation, as a set. */
static inline uint32_t fz_user_bit(unsigned talk, unsigned side)
{
    return 1u << (2 * talk + side);
}

/* Takes the first of a set that is not empty. */
static inline unsigned fz_user_take(uint32_t *set)
{
    unsigned user = (unsigned)__builtin_ctz(*set);
    *set &= *set - 1;
    return user;
}

typedef struct fz_world {
    const fz_plan *plan;
    const fz_fate *fate; /* may be NULL */
    rs_time now, origin; /* origin: where the clock started, which the plan's wish may have moved */
    rs_time loud_from;   /* tell what happens from then on; 0: never */
    bool fair;
    rs_stack *st[FZ_HOSTS_MAX];
    rs_addr addr[FZ_HOSTS_MAX];
    /* Sets of users, by fz_user_bit. */
    uint32_t on_host[FZ_HOSTS_MAX];
    uint32_t stirred;                            /* something happened to their connections: they look ... */
    uint32_t news;                               /* ... and not by their own doing */
    uint32_t moved;                              /* they sent, or were stirred, since the last look at their pace */
    bool due;                                    /* at this moment something arrives or a timer may fire */
    uint32_t unchecked, unchecked_whole;         /* something happened since the last look at the invariants */
    uint32_t there;                              /* have a connection, by the last look: */
    int64_t wake[FZ_USERS];                      /* when they want to do something whatever the network does */
    int64_t pace_due;                            /* an oracle of time wants to look by then */
    fz_path path[FZ_PATHS_MAX];                  /* in order of from, then to */
    uint8_t path_of[FZ_HOSTS_MAX][FZ_HOSTS_MAX]; /* FZ_NO_PATH: nobody talks there */
    unsigned paths;
    bool bad[FZ_HOSTS_MAX][FZ_HOSTS_MAX]; /* the state of Gilbert's model */
    rs_rng rng;
    unsigned idle_packets; /* since a user read or wrote ... */
    rs_time idle_since;    /* ... which was then */
    uint64_t hash, packets, bytes, moments;
    fz_happened happened;
    fz_ground ground[FZ_TALKS_MAX];
    fz_talk talk[FZ_TALKS_MAX];
    fz_answer answer;
    rs_probe seen[FZ_USERS];      /* ... which is this */
    fz_judge judge[FZ_TALKS_MAX]; /* the last: so much is set up as there are conversations */
} fz_world;

void fz_world_open(fz_world *w, const fz_plan *plan, const fz_fate *fate);
/* Everything up to `end`, which is `now` then; stops earlier when nothing will ever happen. */
void fz_world_run(fz_world *w, rs_time end);
/* A host loses all that it knows; its users go with it. What it had sent is still under way. */
void fz_world_reboot(fz_world *w, unsigned host);
/* Everybody looks whether there is something to do: a plan has changed. */
void fz_world_stir(fz_world *w);
/* O01: every host's own invariants, where something has happened since they were looked at. whole: not only those of
 * connections. */
void fz_world_check(fz_world *w, bool whole);
/* A packet out of nowhere arrives at a host. */
void fz_world_inject(fz_world *w, unsigned host, rs_bytes pkt);
/* The connection of one side of a conversation; false: there is none (any more). */
bool fz_world_look(const fz_world *w, const fz_talk *t, unsigned side, rs_probe *out);
void fz_world_fair(fz_world *w);
void fz_world_close(fz_world *w);
void fz_world_play(fz_world *w, const fz_plan *plan);

/* How long what is left may take once the network is fair: what is computed for O51. */
rs_dur fz_world_bound(const fz_world *w);

#endif
