/* wait.h — calls that wait: parked until something happens or their time is over.
 *
 * A parked call remembers what it was and how far it got, not its buffer. Nothing wakes it: rs_call_ready asks, in the
 * order in which calls were parked, so that of several calls waiting for the same thing the oldest is served first.
 *
 *   W1  every parked call is in the list once, and names a socket that is open or lingers (polls name none) */
#ifndef RS_SOCK_WAIT_H
#define RS_SOCK_WAIT_H

#include "../base/heap.h"
#include "../base/list.h"
#include "../include/refstack/socket.h"
#include "../net/arena.h"

enum { RS_POLL_WAITS_MAX = 64 }; /* descriptors that one waiting poll may watch */

typedef enum rs_call_kind {
#define C(NAME, name, waits_for) RS_CALL_##NAME,
#include "call.def"
#undef C
    RS_CALLS
} rs_call_kind;

typedef struct rs_parked {
    rs_list_node link;
    rs_call_kind kind;
    bool live;
    bool late;        /* its deadline has passed */
    uint32_t sock;    /* RS_NIL for poll */
    int flags;        /* MSG_*, or of accept */
    size_t len, done; /* bytes asked for, and moved so far */
    uint32_t polls;
    uint32_t set;    /* the set of an epoll_wait */
    uint32_t stamps; /* of a send: what to tell of its last byte */
    bool numbered;   /* ... it is a zero-copy write and has its number */
    struct {
        rs_fd fd;
        int16_t events;
    } poll[RS_POLL_WAITS_MAX];
} rs_parked;

typedef struct rs_waits {
    rs_pool calls;
    rs_heap deadlines;
    rs_list order;
} rs_waits;

void rs_waits_init(rs_waits *w, rs_arena *a, uint32_t cap);
void rs_waits_parts(const rs_waits *w, rs_parts *p);

/* The call with this number (as in rs_ret.parked), or NULL. */
rs_parked *rs_waits_at(const rs_waits *w, uint32_t number);
/* Parks a call, until the deadline at the latest; its number, or 0 when there is no room. */
uint32_t rs_waits_park(rs_waits *w, const rs_parked *call, rs_time deadline);
/* The call has ended. */
void rs_waits_end(rs_waits *w, uint32_t number);
/* Marks the calls whose deadline has passed. */
void rs_waits_advance(rs_waits *w, rs_time now);
/* Is another call of this kind, parked earlier, waiting on the same socket? */
bool rs_waits_behind(const rs_waits *w, uint32_t number);

const char *rs_waits_broken(const rs_waits *w);

#endif
