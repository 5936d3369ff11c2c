/* ports.h — which local ports are taken, by whom, and choosing one that is not (RFC 6056).
 *
 * A binding is a claim of an address and a port. It is made by bind(), by listen() or connect() on a socket that was
 * not bound, and shared by everything that follows from it: the socket, its connection, all children of a listener. It
 * ends with its last holder, so a port stays taken while a connection in TIME-WAIT still needs it.
 *
 * Two claims of one port conflict when their addresses overlap, unless both have SO_REUSEPORT, or both have
 * SO_REUSEADDR and the one that was there first does not listen. Ports chosen by connect() never conflict with one
 * another as such: there the whole 4-tuple must be free, which the caller knows.
 *
 *   B1  bindings with holders are in the table by their port, others do not exist */
#ifndef RS_NET_PORTS_H
#define RS_NET_PORTS_H

#include "../include/refstack/config.h"
#include "arena.h"
#include "table.h"

typedef struct rs_binding {
    rs_addr addr;    /* address "any" with the family of the socket. First: a free slot of the pool is overwritten here,
                        and    holders must stay 0 */
    bool v6only : 1; /* an IPv6 "any" that leaves IPv4 alone */
    bool reuse_addr : 1, reuse_port : 1;
    bool listening : 1;
    bool by_connect : 1; /* chosen by connect(): shares its port with every other such binding */
    uint16_t port;
    uint32_t holders;
} rs_binding;

enum { RS_PORT_COUNTERS = 64 };

typedef struct rs_ports {
    rs_pool bindings;
    rs_table by_port;
    uint8_t key[16];
    uint32_t counters[RS_PORT_COUNTERS]; /* RFC 6056 3.3.4: where the next walk begins, per hash of the destination */
} rs_ports;

void rs_ports_init(rs_ports *p, rs_arena *a, uint32_t cap, const uint8_t key[16]);
void rs_ports_parts(const rs_ports *p, rs_parts *parts);

static inline rs_binding *rs_ports_at(const rs_ports *p, uint32_t i)
{
    return rs_pool_at(&p->bindings, i);
}

/* Makes the binding `want` with one holder, whatever others there are; RS_NIL when no memory is left. */
uint32_t rs_ports_claim(rs_ports *p, const rs_binding *want);
void rs_ports_hold(rs_ports *p, uint32_t binding);
/* Lets one holder go; the last one ends the binding. RS_NIL: nothing happens. */
void rs_ports_let_go(rs_ports *p, uint32_t binding);
/* How many hold this slot; 0 when it is not in use. */
uint32_t rs_ports_holders(const rs_ports *p, uint32_t binding);
/* Would `want` conflict with another binding than `self` (RS_NIL: with any)? */
bool rs_ports_conflict(const rs_ports *p, const rs_binding *want, uint32_t self);
/* Was the port claimed by anything but connect()? */
bool rs_ports_reserved(const rs_ports *p, uint16_t port);

/* The order in which ephemeral ports are tried. The range is two circles, by parity; where each begins depends on the
 * key and the peer alone. connect() goes round the circle of the first port and then round the other one, bind() the
 * other way about, so that the two seldom meet. A walk begins behind the last port given out to peers of the same hash
 * and visits every port once. */
typedef struct rs_port_walk {
    uint16_t first;
    uint32_t count, offset, begin, step, counter;
    bool for_bind;
} rs_port_walk;
rs_port_walk rs_ports_walk(const rs_ports *p, const rs_knobs *k, const rs_endpoint *local, const rs_endpoint *remote);
/* The next port to try; false when all have been. */
bool rs_port_walk_next(rs_port_walk *w, uint16_t *port);
/* The last port of the walk was taken. */
void rs_ports_walked(rs_ports *p, const rs_port_walk *w);

/* bind() to port 0: fills want->port with a port that does not conflict; false when there is none. */
bool rs_ports_choose(rs_ports *p, const rs_knobs *k, rs_binding *want);

const char *rs_ports_broken(const rs_ports *p);

#endif
