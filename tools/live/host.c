/* host.c — one refstack on one TUN device. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "live.h"
#include "../../stack/drive/tun_linux.h"

enum { LINK_PACKETS = 16384, LINK_MTU = 1500, BLOCKS = 1 << 16 };

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

void live_catch_signals(void)
{
    signal(SIGTERM, stop);
    signal(SIGINT, stop);
}

bool live_stopped(void)
{
    return stopped;
}

int live_fail(const char *what)
{
    fprintf(stderr, "live_stack: %s: %s\n", what, strerror(errno));
    return 1;
}

static void *memory(size_t size)
{
    void *m = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return m == MAP_FAILED ? NULL : m;
}

rs_link *live_link(const live_opts *o, uint64_t seed)
{
    rs_link_conf conf = {.packets = LINK_PACKETS, .mtu = LINK_MTU, .seed = seed, .faults = o->faults};
    void *m = memory(rs_link_size(&conf));
    return m ? rs_link_init(m, rs_link_size(&conf), &conf) : NULL;
}

static rs_stack *stack_up(const live_opts *o)
{
    rs_config cfg = rs_config_linux();
    cfg.seed = o->seed;
    cfg.limits.blocks = cfg.limits.records = BLOCKS;
    rs_stack *st;
    size_t size;
    void *arena;
    if (rs_config_add_local(&cfg, o->local.addr, o->local.addr.family == RS_IPV4 ? 24 : 64).code) return NULL;
    size = rs_stack_size(&cfg);
    arena = size ? memory(size) : NULL;
    if (!arena || rs_stack_init(&st, arena, size, &cfg, rs_live_now()).code) return NULL;
    return st;
}

live_host *live_host_up(const live_opts *o)
{
    static live_host h; /* one in a process */
    live_catch_signals();
    h.st = h.live.st = stack_up(o);
    h.live.in = live_link(o, o->seed * 2 + 1);
    h.live.out = live_link(o, o->seed * 2 + 2);
    if (!h.st || !h.live.in || !h.live.out) {
        live_fail("memory for the stack");
        return NULL;
    }
    h.live.fd = rs_tun_open(o->tun);
    if (h.live.fd >= 0) return &h;
    live_fail(o->tun);
    return NULL;
}

bool live_ready(const live_opts *o)
{
    if (!o->ready) return true;
    int fd = open(o->ready, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return live_fail(o->ready) == 0;
    close(fd);
    return true;
}
