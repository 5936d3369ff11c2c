/* live.h — the verbs of live_stack and what they share. Every verb returns an exit status: 0 done, 1 failed (said on
 * standard error), 2 wrong usage. */
#ifndef LIVE_H
#define LIVE_H

#include "../../stack/drive/live_linux.h"
#include "../../stack/include/refstack/refstack.h"

typedef struct live_opts {
    const char *tun;       /* device name */
    const char *file;      /* serve: what is served */
    const char *other_net; /* bridge: path of the network namespace of the second device */
    const char *ready;     /* this file appears when the device is there and packets are taken; NULL: none */
    rs_endpoint local;     /* address of refstack; port to listen on */
    rs_endpoint peer;      /* fetch: the server */
    rs_link_faults faults; /* of both directions */
    uint32_t mark;         /* bridge: so many of a million packets get the mark of congestion (RFC 3168) */
    uint64_t seed;
} live_opts;

typedef struct live_host {
    rs_live live;
    rs_stack *st;
} live_host;

/* One stack with preset linux and the local address of o, on the device of o. NULL when that fails (said). Lives until
 * the process ends. */
live_host *live_host_up(const live_opts *o);
/* A link with these faults; NULL without memory. Lives until the process ends. */
rs_link *live_link(const live_opts *o, uint64_t seed);
/* Makes the file o->ready, if there is one. */
bool live_ready(const live_opts *o);
/* Prints "live_stack: WHAT: strerror" and returns 1. */
int live_fail(const char *what);
/* SIGTERM and SIGINT end the verb (live_host_up does it too). */
void live_catch_signals(void);
bool live_stopped(void);

int live_serve(const live_opts *o);
int live_fetch(const live_opts *o);
int live_bridge(const live_opts *o);

#endif
