/* bridge.c — moves packets between two TUN devices in two network namespaces: Linux to Linux over the same way. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "live.h"
#include "../../stack/drive/tun_linux.h"

enum { IDLE_MS = 100 };

static uint8_t packet[RS_LIVE_PACKET_BYTES];

static int open_other(const live_opts *o)
{
    int ns = open(o->other_net, O_RDONLY | O_CLOEXEC);
    if (ns < 0 || setns(ns, CLONE_NEWNET) != 0) return -1;
    close(ns);
    return rs_tun_open(o->tun);
}

static bool forward(int from, int to)
{
    for (int i = 0; i < RS_LIVE_BATCH; i++) {
        long n = rs_tun_read(from, packet, sizeof packet);
        if (n <= 0) return n == 0;
        rs_tun_write(to, (rs_bytes){packet, (size_t)n});
    }
    return true;
}

int live_bridge(const live_opts *o)
{
    struct pollfd p[2] = {{.events = POLLIN}, {.events = POLLIN}};
    p[0].fd = rs_tun_open(o->tun);
    if (p[0].fd < 0) return live_fail(o->tun);
    p[1].fd = open_other(o);
    if (p[1].fd < 0) return live_fail(o->other_net);
    if (!live_ready(o)) return 1;
    while (!live_stopped()) {
        if (poll(p, 2, IDLE_MS) < 0 && errno != EINTR) return live_fail("poll");
        if (!forward(p[0].fd, p[1].fd) || !forward(p[1].fd, p[0].fd)) return live_fail("the TUN device");
    }
    return 0;
}
