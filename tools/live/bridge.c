/* bridge.c — moves packets between two TUN devices in two network namespaces: Linux to Linux over the same way, clean
 * or as bad as asked for. A router that marks instead of dropping (RFC 3168 5) is part of it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "live.h"
#include "../../stack/drive/tun_linux.h"

enum { IDLE_US = 100000, MILLION = 1000000, ECN_BITS = 3, CE = 3 };

typedef struct way {
    int from, to;
    rs_link *link; /* NULL: straight through */
    rs_rng rng;    /* which packets are marked */
} way;

static uint8_t packet[RS_LIVE_PACKET_BYTES];

static int open_other(const live_opts *o)
{
    int ns = open(o->other_net, O_RDONLY | O_CLOEXEC);
    if (ns < 0 || setns(ns, CLONE_NEWNET) != 0) return -1;
    close(ns);
    return rs_tun_open(o->tun);
}

/* ---------- marks ---------- */

/* RFC 1624: what a header's checksum becomes when one of its 16-bit words does. */
static void adjust(uint8_t *sum, uint16_t before, uint16_t after)
{
    uint32_t s = (uint16_t)~((uint32_t)sum[0] << 8 | sum[1]);
    s += (uint16_t)~before + (uint32_t)after;
    s = (s & 0xFFFF) + (s >> 16);
    s = ~(s + (s >> 16));
    sum[0] = (uint8_t)(s >> 8);
    sum[1] = (uint8_t)s;
}

/* Congestion experienced, if the sender understands that. */
static void mark(uint8_t *p, size_t len)
{
    bool v4 = len >= 20 && p[0] >> 4 == 4, v6 = len >= 40 && p[0] >> 4 == 6;
    if (!v4 && !v6) return;
    unsigned shift = v4 ? 0 : 4;
    if ((p[1] >> shift & ECN_BITS) == 0) return;
    uint16_t before = (uint16_t)(p[0] << 8 | p[1]);
    p[1] = (uint8_t)(p[1] | CE << shift);
    if (v4) adjust(p + 10, before, (uint16_t)(p[0] << 8 | p[1]));
}

/* ---------- packets ---------- */

static bool take(way *w, const live_opts *o)
{
    for (int i = 0; i < RS_LIVE_BATCH; i++) {
        long n = rs_tun_read(w->from, packet, sizeof packet);
        if (n <= 0) return n == 0;
        if (o->mark && rs_rng_below(&w->rng, MILLION) < o->mark) mark(packet, (size_t)n);
        rs_bytes pkt = {packet, (size_t)n};
        if (w->link) rs_link_send(w->link, rs_live_now(), pkt);
        else rs_tun_write(w->to, pkt);
    }
    return true;
}

static void deliver(way *w)
{
    rs_bytes pkt;
    while (w->link && rs_link_receive(w->link, rs_live_now(), &pkt)) rs_tun_write(w->to, pkt);
}

/* Until a packet comes or one that is under way arrives. */
static bool wait_for(const way w[2])
{
    struct pollfd p[2] = {{.fd = w[0].from, .events = POLLIN}, {.fd = w[1].from, .events = POLLIN}};
    int64_t now = rs_live_now().us, until = now + IDLE_US;
    for (int i = 0; i < 2; i++)
        if (w[i].link && rs_link_next(w[i].link).us < until) until = rs_link_next(w[i].link).us;
    long us = until > now ? (long)(until - now) : 0;
    struct timespec t = {us / MILLION, us % MILLION * 1000};
    return ppoll(p, 2, &t, NULL) >= 0 || errno == EINTR;
}

static bool faulty(const rs_link_faults *f)
{
    static const rs_link_faults none;
    return memcmp(f, &none, sizeof none) != 0;
}

static int ready_ways(way w[2], const live_opts *o)
{
    w[0] = (way){.from = rs_tun_open(o->tun), .rng = rs_rng_of(o->seed * 4)};
    if (w[0].from < 0) return live_fail(o->tun);
    w[1] = (way){.from = open_other(o), .rng = rs_rng_of(o->seed * 4 + 1)};
    if (w[1].from < 0) return live_fail(o->other_net);
    for (unsigned i = 0; i < 2; i++) {
        w[i].to = w[!i].from;
        if (!faulty(&o->faults)) continue;
        w[i].link = live_link(o, o->seed * 4 + 2 + i);
        if (!w[i].link) return live_fail("memory for the link");
    }
    return 0;
}

int live_bridge(const live_opts *o)
{
    way w[2];
    live_catch_signals();
    if (ready_ways(w, o) != 0 || !live_ready(o)) return 1;
    while (!live_stopped()) {
        if (!wait_for(w)) return live_fail("poll");
        if (!take(&w[0], o) || !take(&w[1], o)) return live_fail("the TUN device");
        deliver(&w[0]);
        deliver(&w[1]);
    }
    return 0;
}
