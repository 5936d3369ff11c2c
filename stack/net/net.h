/* net.h — the host below its sockets: packets in, packets out, connections, ports, deadlines.
 *
 * One rs_net is one host. Upper floors make an rs_env for each entry (rs_net_env), call tcp.h for one connection, and
 * then always rs_net_settle for it: that turns the outbox into packets, resumes what waited, refreshes the deadline,
 * and buries the connection if it died. Nothing here calls upward: whoever waits for a connection looks at
 * rs_tcb_events.
 *
 * Waiting for room: when the ring towards the device is full, segments without data are lost and counted (the device is
 * overrun; TCP repairs that), while connections with data keep it, stand in line, and go on in that order as packets
 * leave.
 *
 *   N5  the line holds exactly the slots marked as waiting, once each
 *   N6  every connection's deadline is in the heap, the dead ones' is not
 *   N7  every binding is held as often as sockets and connections name it (checked one floor up)
 *   N8  the host counts its orphans and its connections in TIME-WAIT as many as there are */
#ifndef RS_NET_NET_H
#define RS_NET_NET_H

#include "../base/heap.h"
#include "conns.h"
#include "outring.h"
#include "ports.h"

typedef struct rs_net {
    rs_config cfg;
    rs_host host;
    rs_rng rng;
    rs_counters count;
    rs_time now; /* of the last entry */
    rs_trace_fn *trace;
    void *trace_ctx;
    rs_pool blocks, records;
    rs_conns conns;
    rs_ports ports;
    rs_heap deadlines; /* by connection number */
    rs_outring ring;
    uint64_t outbox_at; /* bytes from this struct to the outbox, which is empty between entries */
    uint32_t wait_head, wait_tail;
    uint16_t ip_id;
    uint32_t ingress; /* packets that have come since the host last looked after itself */
} rs_net;

/* Lays everything out in the arena; n is not touched while measuring (a->base NULL). cfg is valid. */
void rs_net_init(rs_net *n, rs_arena *a, const rs_config *cfg, rs_time now);
void rs_net_parts(const rs_net *n, rs_parts *p);

/* Begins an entry at `now`. The environment is good until the next one. */
rs_env rs_net_env(rs_net *n, rs_time now);
/* An environment for functions that only look. */
rs_env rs_net_look(const rs_net *n);

static inline rs_tcb *rs_net_tcb(const rs_net *n, uint32_t conn)
{
    return rs_conns_tcb(&n->conns, conn);
}

/* After every call into tcp.h for this connection. The slot is gone afterwards if it died and nobody holds it. */
void rs_net_settle(rs_net *n, rs_env *env, uint32_t conn);
/* Turns the outbox into packets. */
void rs_net_drain(rs_net *n, rs_env *env);
/* A socket lets go of its connection: it goes on as an orphan, or ends now if it is dead. */
void rs_net_disown(rs_net *n, rs_env *env, uint32_t conn);

/* An active open (RFC 9293 3.10.1). */
typedef struct rs_dial {
    rs_endpoint local; /* address "any", port 0: to be chosen */
    rs_endpoint remote;
    uint32_t sock;
    uint32_t binding; /* of the socket, or RS_NIL: a port is chosen and claimed, and *binding names it afterwards */
    rs_tcp_opts opts;
    bool reuse_addr, reuse_port;
    bool hold; /* the SYN waits for rs_tcp_open_fast */
} rs_dial;
/* Opens and sends the SYN; d->local and d->binding get what was chosen, *conn the connection. ENETUNREACH,
 * EADDRNOTAVAIL (no port left, or the tuple is taken), ENOBUFS. */
RS_MUST_USE rs_status rs_net_dial(rs_net *n, rs_env *env, rs_dial *d, uint32_t *conn);
/* Makes the child of a listener that a segment asks for; *iss is the ISN to use, or NULL. */
typedef struct rs_spawn {
    uint32_t listener;
    const rs_seg *seg;
    const rs_seq *iss;
    rs_listen_result how; /* not RS_LISTEN_DONE */
} rs_spawn;
void rs_net_spawn(rs_net *n, rs_env *env, const rs_spawn *s);
/* Ends a listener: its half-open children vanish with a reset, its unaccepted ones are reset too. */
void rs_net_unlisten(rs_net *n, rs_env *env, uint32_t listener);

/* The queue between the device and the host has room for another packet: as on Linux, a packet finds at most
 * net.core.netdev_max_backlog others that came since time went on or the host did something else. */
bool rs_net_ingress(rs_net *n, rs_env *env);
/* The host has had time to empty that queue. */
static inline void rs_net_looked(rs_net *n)
{
    n->ingress = 0;
}
/* Packets that are about to be given to rs_net_input: a hint for the caches, without effect. */
enum { RS_NET_TRAIN = 32 };
void rs_net_expect(const rs_net *n, const rs_bytes *pkts, uint32_t count);
/* A packet arrived from the device, or (looped) from this very host. */
void rs_net_input(rs_net *n, rs_env *env, rs_bytes pkt, bool looped);
/* Its TCP segment, addresses already judged. */
void rs_net_segment(rs_net *n, rs_env *env, const rs_seg *seg);
/* Its ICMP message, likewise. */
struct rs_ip;
void rs_net_icmp(rs_net *n, rs_env *env, const struct rs_ip *ip);
/* Queues one segment of the outbox as a packet. */
void rs_net_send(rs_net *n, rs_env *env, rs_outseg *out);
/* Room in the ring for a finished packet of len bytes, or NULL: then it was counted as lost. */
uint8_t *rs_net_packet_space(rs_net *n, rs_env *env, size_t len);
/* The packet written there, for `to`, is complete. */
void rs_net_packet_done(rs_net *n, rs_env *env, size_t len, const rs_addr *to);

/* The next packet for the device; false when there is none. */
bool rs_net_output(rs_net *n, rs_env *env, rs_bytes *out);
/* Runs the timers that are due. */
void rs_net_advance(rs_net *n, rs_env *env);

const char *rs_net_broken(const rs_net *n);
/* The part of it that is about single connections. */
const char *rs_net_conns_broken(const rs_net *n);

#endif
