/* fo_cache.h — what a client remembers of the servers it has spoken to for Fast Open (RFC 7413 4.1.3): their cookie,
 * their MSS, and that they or the path did not take it. And when the whole host had better not try.
 *
 * A small table, the entry used longest ago makes room. Keyed by both addresses.
 *
 *   F1  entries in use are first, and no two are for the same pair */
#ifndef RS_MECH_FO_CACHE_H
#define RS_MECH_FO_CACHE_H

#include "../include/refstack/types.h"
#include "fo_cookie.h"

enum { RS_FO_CACHE_MAX = 32 };

/* What an earlier SYN-ACK of this server has said. All zero for a server never heard of. */
typedef struct rs_fo_memory {
    uint16_t mss;
    rs_fo_cookie cookie;
    bool exp;        /* the cookie came in the experimental form, or is to be asked for in it */
    uint8_t try_exp; /* 1: it ignored our request, ask in the experimental form; 2: it ignored that as well */
    uint8_t losses;  /* SYNs with Fast Open that got lost, in a row */
    rs_time lost_at; /* the last of them; valid while losses > 0 */
} rs_fo_memory;

typedef struct rs_fo_cache {
    struct {
        rs_addr local, remote;
        rs_fo_memory of;
        rs_time used;
    } entry[RS_FO_CACHE_MAX];
    uint32_t count;
    /* A suspected black hole silences Fast Open on the whole host for a while (RFC 7413 7.3 gives the reason). */
    rs_time holes_at;
    uint32_t holes; /* since the last success */
} rs_fo_cache;

/* The pair of hosts, and now. */
typedef struct rs_fo_whom {
    const rs_addr *local, *remote;
    rs_time now;
} rs_fo_whom;

/* What is known; the entry counts as used. */
rs_fo_memory rs_fo_recall(rs_fo_cache *c, const rs_fo_whom *w);

/* What a SYN-ACK taught. mss 0: nothing about that. A cookie of length 0 leaves the old one. */
typedef struct rs_fo_lesson {
    uint16_t mss;
    rs_fo_cookie cookie;
    bool exp;
    uint8_t try_exp;
    bool lost; /* the SYN with Fast Open did not get through */
} rs_fo_lesson;
void rs_fo_learn(rs_fo_cache *c, const rs_fo_whom *w, const rs_fo_lesson *l);
/* Everything is forgotten. */
void rs_fo_forget(rs_fo_cache *c);

/* Has Fast Open to this server failed so recently that it is not to be tried (RFC 7413 4.1.3.1)? A minute after the
 * first loss, twice as long after each further one, up to an hour. */
bool rs_fo_avoids(const rs_fo_memory *m, rs_time now);

/* A path was found to swallow Fast Open; the host pauses for `pause`, doubled for each time since the last success, up
 * to 64 times. */
void rs_fo_hole_seen(rs_fo_cache *c, rs_time now);
bool rs_fo_hole_pause(const rs_fo_cache *c, rs_time now, rs_dur pause);
/* Fast Open has worked: the count begins anew. */
void rs_fo_hole_over(rs_fo_cache *c);

const char *rs_fo_cache_broken(const rs_fo_cache *c);

#endif
