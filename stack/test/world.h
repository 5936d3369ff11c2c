/* world.h — two hosts, "client" and "server", joined by two links in virtual time, for tests that speak through
 * sockets.
 *
 *     world *w = world_of(rs_config_rfc(), RS_IPV4);
 *     w_faults(w, (rs_link_faults){.delay = RS_MS(10), .lose = 20000});
 *     pair p = connected(w, 80);                        // client and server descriptors of one connection
 *     transfer(w, p.client, p.server, 100000);          // every byte arrives once, in order
 *
 * Both hosts have an address of each family. One world per process: world_of starts afresh. After every step of time
 * all invariants of both stacks are checked. */
#ifndef WORLD_H
#define WORLD_H

#include "../base/addr.h"
#include "../base/time.h"
#include "../drive/loop.h"
#include "../include/refstack/refstack.h"
#include "check.h"

typedef struct host {
    rs_stack *st;
    rs_config cfg;
    rs_addr v4, v6;
} host;

typedef struct world {
    host client, server;
    rs_loop loop;
    rs_link *there, *back;
    rs_family family;
} world;

/* Small limits, so that a world is cheap; every idle connection rests. */
rs_config small(rs_config cfg);
/* Two hosts of one configuration; of two. */
world *world_of(rs_config cfg, rs_family family);
world *world_of_two(rs_config client, rs_config server, rs_family family);
/* Memory of the test, given back at the next world_of. */
void *w_memory(size_t len);

/* Both directions behave like this from now on. */
void w_faults(world *w, rs_link_faults f);
rs_endpoint at(const world *w, const host *h, uint16_t port);
rs_endpoint anywhere(const world *w, uint16_t port);

/* Time passes. */
void w_pass(world *w, rs_dur d);
/* What happens within d, until the condition holds; fails the test if it never does. */
void w_until(world *w, rs_dur d, rs_loop_until *until, void *ctx);

/* A call that must succeed at once: its value. */
#define OK(call) ok_value((call), #call, __FILE__, __LINE__)
int64_t ok_value(rs_ret r, const char *what, const char *file, int line);
/* A call that must fail with this error at once. */
#define FAILS(call, error) CHECK_STR(error_of(call), #error)
const char *error_of(rs_ret r);
/* A parked call that goes on until it ends: drives the world, for up to d. */
rs_ret finish(world *w, const host *h, rs_ret r, void *buf, size_t len, rs_dur d);

/* A non-blocking socket of the world's family; one that listens. */
rs_fd sock(world *w, const host *h);
rs_fd listener(world *w, const host *h, uint16_t port, int backlog);

typedef struct pair {
    rs_fd client, server, listener;
} pair;
/* A connection from the client to the server's port, both ends non-blocking. */
pair connected(world *w, uint16_t port);
/* Another one through the same listener. */
pair connected_again(world *w, rs_fd listener, uint16_t port);
rs_probe probe(const world *w, const host *h, rs_fd fd);
#define STATE_IS(w, h, fd, s) CHECK_STR(rs_state_name(probe((w), (h), (fd)).state), rs_state_name(s))

/* Sends bytes with a pattern from one descriptor and receives them at the other, checking each; the bytes are left
 * after `from` bytes that were sent before. */
typedef struct flow {
    const host *src, *dst;
    rs_fd from, to;
    uint64_t total, sent, received;
    bool close_after;
    bool eof;
} flow;
void start_flow(flow *f, const host *src, rs_fd from, const host *dst, rs_fd to, uint64_t total);
bool flow_step(flow *f, rs_time now);
void transfer(world *w, const host *src, rs_fd from, const host *dst, rs_fd to, uint64_t total);

/* What a descriptor is ready for. */
int ready_for(const world *w, const host *h, rs_fd fd);

#endif
