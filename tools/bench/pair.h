/* pair.h — two hosts with refstack, joined by memory: packets are handed over at once, time is virtual.
 *
 * Life: bench_pair_up -> { use, bench_shuttle, bench_advance }* -> bench_pair_down (also after a failed bench_pair_up).
 */
#ifndef BENCH_PAIR_H
#define BENCH_PAIR_H

#include <stddef.h>

#include "../../stack/include/refstack/refstack.h"

typedef struct {
    rs_stack *st;
    void *arena;
    size_t size;
} bench_host;

/* a, 10.0.0.1, opens; b, 10.0.0.2, listens. */
typedef struct {
    bench_host a, b;
    rs_time now;
} bench_pair;

static inline rs_addr bench_addr(uint8_t last)
{
    return (rs_addr){.bytes = {10, 0, 0, last}, .family = RS_IPV4};
}
static inline rs_endpoint bench_at(uint8_t last, uint16_t port)
{
    return (rs_endpoint){.addr = bench_addr(last), .port = port};
}

/* syncookies: the knob of both; -1: as Linux has it. */
typedef struct {
    rs_limits limits;
    int syncookies;
    bool small_pages; /* huge pages are not asked for, they are forbidden */
} bench_pair_conf;
bool bench_pair_up(bench_pair *p, const bench_pair_conf *conf);
void bench_pair_down(bench_pair *p);
/* Hands packets over in both directions until both are silent. What is for nobody of the two is lost. */
void bench_shuttle(bench_pair *p);
/* Time goes on by so much, and timers run. */
void bench_advance(bench_pair *p, int64_t us);
/* A listening socket of b; -1: it could not be made. */
rs_fd bench_listener(bench_pair *p, uint16_t port, int backlog);
/* One established connection: descriptors on both sides. */
bool bench_connect_one(bench_pair *p, rs_fd l, uint16_t port, rs_fd *c, rs_fd *s);

#endif
