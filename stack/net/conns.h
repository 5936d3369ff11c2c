/* conns.h — every connection and every listener of the host, and how a segment finds its own.
 *
 * Connections are numbered slots. What TCP knows of one is its rs_tcb; what this floor knows beside that is its
 * rs_conn: which port it occupies and how it can be reached. A connection is found by its 4-tuple through a table keyed
 * with a secret hash (RFC 6056 3.3.3 explains why attackers must not be able to choose collisions); the cost of finding
 * one does not depend on how many there are.
 *
 * Life of a connection: rs_conns_take -> rs_conns_enter (can be found) -> rs_conns_leave (dead for the network) ->
 * rs_conns_give. A dead connection stays while a socket or an accept queue holds it: its unread data and its error wait
 * there.
 *
 *   N1  findable connections are in the table by their tuple, and no two have the same one
 *   N2  a connection that nobody holds is findable      N3  findable connections are not dead
 *   N4  every listener is in the table by its address and port       N8  `last` is findable */
#ifndef RS_NET_CONNS_H
#define RS_NET_CONNS_H

#include "../tcp/tcbs.h"
#include "../tcp/tcp.h"
#include "arena.h"
#include "table.h"

typedef struct rs_conn {
    uint32_t binding;   /* the port it occupies (ports.h), or RS_NIL */
    uint32_t wait_next; /* while waiting: the connection behind it (net.h) */
    bool live;          /* the slot is in use */
    bool findable;
    bool waiting; /* has data to send as soon as the ring towards the device has room */
} rs_conn;

typedef struct rs_conns {
    rs_tcbs tcbs;
    uint64_t conns_at; /* bytes from this struct to the rs_conn of every slot */
    rs_table by_tuple;
    rs_pool listeners;
    rs_table by_local;
    uint8_t key[16];
    uint32_t last; /* the connection that was found last, or RS_NIL: segments come in trains (Jain, 1990) */
} rs_conns;

/* Lays the arrays out in the arena; c is not touched while measuring. */
void rs_conns_init(rs_conns *c, rs_arena *a, const rs_limits *limits, const uint8_t key[16]);
void rs_conns_parts(const rs_conns *c, rs_parts *p);

/* In full, awake from now on. */
static inline rs_tcb *rs_conns_tcb(const rs_conns *c, uint32_t i)
{
    return rs_tcbs_at(&c->tcbs, i);
}
static inline rs_conn *rs_conns_at(const rs_conns *c, uint32_t i)
{
    return (rs_conn *)((uintptr_t)c + (uintptr_t)c->conns_at) + i;
}
static inline rs_listener *rs_conns_listener(const rs_conns *c, uint32_t i)
{
    return rs_pool_at(&c->listeners, i);
}

/* Takes a slot that nobody can find yet; RS_NIL when there is none. */
uint32_t rs_conns_take(rs_conns *c);
/* From now on segments find it. Its tcb has both endpoints. */
void rs_conns_enter(rs_conns *c, uint32_t conn);
/* Segments find it no more. Nothing happens if they did not before. */
void rs_conns_leave(rs_conns *c, uint32_t conn);
/* Ends the slot. The caller has released what the tcb held. */
void rs_conns_give(rs_conns *c, uint32_t conn);
/* The connection with this tuple, or RS_NIL. */
uint32_t rs_conns_find(const rs_conns *c, const rs_endpoint *local, const rs_endpoint *remote);
/* The same with the hash from rs_conns_expect; remembers it as `last`, for the next segment. Is it that one? */
uint32_t rs_conns_find_hashed(rs_conns *c, uint32_t hash, const rs_endpoint *local, const rs_endpoint *remote);
bool rs_conns_is_last(const rs_conns *c, const rs_endpoint *local, const rs_endpoint *remote);

/* Hints for the caches, for a segment that comes soon: asks for the bucket and returns the hash; later names the
 * connection it most likely is for, or RS_NIL, and asks for what finding it needs. */
uint32_t rs_conns_expect(const rs_conns *c, const rs_endpoint *local, const rs_endpoint *remote);
uint32_t rs_conns_guess(const rs_conns *c, uint32_t hash);

/* Makes a listener for `local` (address "any": every address of its family, and with IPv6 also those of IPv4 unless
 * v6only); RS_NIL when there is no slot. */
uint32_t rs_conns_listen(rs_conns *c, const rs_endpoint *local, bool v6only, uint32_t backlog);
/* It is found no more; then its slot ends. */
void rs_conns_hide(rs_conns *c, uint32_t listener);
void rs_conns_unlisten(rs_conns *c, uint32_t listener);
/* The listener that a segment from `remote` to `local` is for: the exact address before "any", the own family before
 * the other; among several of one kind (SO_REUSEPORT) the tuple decides. RS_NIL when there is none. */
uint32_t rs_conns_find_listener(const rs_conns *c, const rs_endpoint *local, const rs_endpoint *remote);
/* Is this listener slot in use? */
bool rs_conns_listening(const rs_conns *c, uint32_t listener);

const char *rs_conns_broken(const rs_conns *c);

#endif
