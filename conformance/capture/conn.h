/* conn.h — the connections of a capture: who talks with whom, in which incarnation, and where in the two streams.
 *
 * A connection is a 4-tuple from one SYN to the next that starts a new one; the client is who sent that SYN (without
 * one in the capture: who sent the first packet, unless its port is the smaller well-known one). Sequence numbers
 * become 64-bit positions as they come: the SYN is 0 and the first byte 1 in each direction; without a SYN the first
 * number seen is 1.
 *
 * Life: cf_conns_init -> cf_conns_take for every packet in order -> reading -> cf_conns_free. */
#ifndef CF_CAPTURE_CONN_H
#define CF_CAPTURE_CONN_H

#include "seg.h"
#include "store.h"

enum { CF_CONNS_MAX = 262144, CF_CLIENT = 0, CF_SERVER = 1 };

typedef struct cf_half {
    bool seen, syn, fin, rst;
    bool based;      /* isn is known or assumed */
    bool ts, scaled; /* a timestamp was seen; a window scale was on its SYN */
    uint8_t wscale, ttl;
    uint16_t mss; /* on its SYN; 0 none */
    uint32_t isn, ts_base;
    cf_offset end;        /* after the last byte sent, SYN and FIN counted */
    cf_offset acked;      /* highest acknowledgment it sent */
    uint64_t segs, again; /* packets; those with bytes sent before */
    uint32_t largest;     /* payload */
} cf_half;

typedef struct cf_conn {
    uint8_t addr[2][16]; /* client, server */
    uint16_t port[2];
    uint8_t family;
    bool no_syn;    /* the capture starts in the middle of it */
    uint8_t closer; /* which side sent the first FIN */
    cf_half half[2];
    uint32_t first, last, before_last; /* records */
    uint32_t count;
    uint32_t stray_syn; /* a SYN that may start the next incarnation */
    uint32_t older;     /* chain of the table */
    int64_t start_ns, end_ns;
} cf_conn;

typedef struct cf_conns {
    cf_store segs;   /* of cf_seg */
    uint64_t key[4]; /* of the table's hash: nobody can make a capture whose connections all fall into one place */
    cf_conn *items;
    uint32_t count, cap;
    uint32_t *bucket;
    uint32_t buckets;
    uint64_t beyond; /* packets of connections after the CF_CONNS_MAX-th */
} cf_conns;

void cf_conns_init(cf_conns *c);
void cf_conns_free(cf_conns *c);
/* Files one packet. False with the reason in why when there is no room. */
bool cf_conns_take(cf_conns *c, const cf_seg *s, const cf_ends *ends, char *why, size_t why_cap);
/* A record of a connection; lends until the next call on the same cf_conns. */
cf_seg *cf_conns_seg(cf_conns *c, uint32_t number);
/* Bytes of payload that a side sent, without SYN, FIN and repetitions. */
uint64_t cf_half_bytes(const cf_half *h);
/* "192.0.2.1:4000 > 192.168.0.1:8080", client first. */
size_t cf_conn_name(const cf_conn *c, char *out, size_t cap);

#endif
