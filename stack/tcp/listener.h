/* listener.h — a listening endpoint: the SYN queue and the accept queue as data (RFC 9293 3.10.7.2; RFC 4987).
 *
 * A listener has no sequence space, so it is not a TCB. Half-open children are real TCBs in SYN-RECEIVED that name
 * their listener; here they are counted. Established children wait in the accept queue, linked through
 * rs_tcb.accept_next.
 *
 *   L1  accept_len = length of the list from accept_head
 *   L2  syn_len = children in SYN-RECEIVED that name this listener and nobody was told of; young of them have timed
 *       out never */
#ifndef RS_TCP_LISTENER_H
#define RS_TCP_LISTENER_H

#include "../base/pool.h"
#include "../include/refstack/config.h"
#include "../include/refstack/types.h"
#include "opts.h"

/* Children of Fast Open that were reset after accept(): so many places that stay taken until then. */
enum { RS_FO_SPOILED_MAX = 8 };
typedef struct rs_fo_spoiled {
    rs_time until;
    uint32_t count;
} rs_fo_spoiled;

typedef struct rs_listener {
    rs_endpoint local;
    uint32_t self;    /* own number */
    uint32_t syn_len; /* half-open children */
    uint32_t young;   /* of them those whose SYN-ACK went only once */
    uint32_t accept_len;
    uint32_t accept_head, accept_tail; /* connection numbers, oldest first; RS_NIL when empty */
    uint32_t backlog;                  /* as given to listen(), capped by somaxconn */
    uint32_t sock;                     /* the socket that listens */
    uint32_t binding;                  /* the port it occupies (net/ports.h); its children share it */
    bool v6, v6only;
    rs_tcp_opts opts;        /* inherited by children */
    bool cookies;            /* SYNs were answered with cookies, the last time */
    rs_time cookies_at;      /* then */
    uint32_t wake;           /* the host's number of the last arrival in the accept queue (tell.h) */
    rs_fo_keys fo_keys;      /* TCP_FASTOPEN_KEY; count 0: the host's */
    uint32_t fo_max, fo_len; /* pending children of Fast Open: at most, now (those reset a moment ago included) */
    uint32_t fo_spoiled_len;
    rs_fo_spoiled fo_spoiled[RS_FO_SPOILED_MAX]; /* oldest first */
    uint32_t events;                             /* RS_TCB_EV_* bits: READABLE when accept_len > 0 */
} rs_listener;

/* Room rules: Linux tests accept_len > backlog; the RFC says nothing. */
bool rs_listener_accept_full(const rs_listener *l);
bool rs_listener_syn_full(const rs_listener *l, const rs_config *cfg);
void rs_listener_init(rs_listener *l, uint32_t self, const rs_endpoint *local, uint32_t backlog);

#endif
