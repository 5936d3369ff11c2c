/* route.h — addresses of this host and of others: what is ours, what cannot be a peer, which source address to use.
 *
 * There is one device. Every address that is not ours is reached through it; the source of a connection is the local
 * address that shares the longest prefix with the destination. */
#ifndef RS_NET_ROUTE_H
#define RS_NET_ROUTE_H

#include "../include/refstack/config.h"

/* One of the host's own addresses. */
bool rs_route_is_local(const rs_config *cfg, const rs_addr *a);
/* 255.255.255.255, or the broadcast address of one of our IPv4 networks (RFC 1122 3.2.1.3). */
bool rs_route_is_broadcast(const rs_config *cfg, const rs_addr *a);
/* Can one host somewhere else have this address? False for "any", multicast, broadcast and loopback (RFC 1122 3.2.1.3;
 * RFC 9293 MUST-57, MUST-63), and for our own addresses. */
bool rs_route_is_host(const rs_config *cfg, const rs_addr *a);
/* The address to talk to `to` from. ENETUNREACH: no address of that family, or nobody can be there. */
RS_MUST_USE rs_status rs_route_source(const rs_config *cfg, const rs_addr *to, rs_addr *from);

#endif
