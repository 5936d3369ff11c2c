/* linux.c — the kernel of this machine as a target: life, settings, operations. */
#include "linux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "../text/mem.h"

/* ---------- settings ---------- */

/* "net.ipv4.tcp_sack" -> "/proc/sys/net/ipv4/tcp_sack" */
static bool knob_path(const char *name, char *out, size_t cap)
{
    int n = snprintf(out, cap, "/proc/sys/%s", name);
    if (n < 0 || (size_t)n >= cap || strstr(name, "..") || strchr(name, '/')) return false;
    for (char *c = out + strlen("/proc/sys/"); *c; c++)
        if (*c == '.') *c = '/';
    return true;
}

static int linux_set(cf_target *t, const char *name, const char *value, char *why, size_t cap)
{
    char path[300];
    (void)t;
    int fd = knob_path(name, path, sizeof path) ? open(path, O_WRONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        snprintf(why, cap, "%s is no setting of this kernel", name);
        return 2;
    }
    ssize_t n = write(fd, value, strlen(value));
    if (n < 0) snprintf(why, cap, "%s does not take the value \"%s\": %s", name, value, strerror(errno));
    close(fd);
    return n < 0 ? 3 : 0;
}

static bool linux_get(cf_target *t, const char *name, char *value, size_t cap)
{
    char path[300];
    (void)t;
    int fd = knob_path(name, path, sizeof path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n = fd >= 0 ? read(fd, value, cap - 1) : -1;
    if (fd >= 0) close(fd);
    if (n < 0) return false;
    while (n > 0 && value[n - 1] == '\n') n--;
    value[n] = '\0';
    return true;
}

static bool apply_tunings(cf_linux *l, const cf_open *o, char *why, size_t cap)
{
    for (uint32_t i = 0; i < o->tunings; i++)
        if (linux_set(&l->base, o->tuning[i].name, o->tuning[i].value, why, cap) != 0) return false;
    return true;
}

/* ---------- life ---------- */

static void close_one(int fd)
{
    if (fd >= 0) close(fd);
}

static void linux_close(cf_target *t)
{
    cf_linux *l = cf_linux_of(t);
    cf_linux_run_end(t);
    cf_helper_stop(&l->helper);
    close_one(l->tun);
    close_one(l->sniffer);
    close_one(l->timer);
    cf_linux_ns_leave(l->home);
    cf_linux_sweep_end(l);
    free(l->frame);
    free(l);
}

static bool prepare(cf_linux *l, const cf_open *o, char *why, size_t cap)
{
    if (!cf_linux_sweep_start(l, why, cap) || !cf_linux_ns_enter(&l->home, why, cap)) return false;
    if (!cf_linux_tun_open(l, o, why, cap) || !cf_linux_net_setup(o, why, cap)) return false;
    if (!cf_linux_sniffer_open(l, why, cap)) return false;
    l->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (l->timer >= 0) return apply_tunings(l, o, why, cap);
    snprintf(why, cap, "no timer: %s", strerror(errno));
    return false;
}

static cf_target *linux_open(const cf_open *o, char *why, size_t cap)
{
    cf_linux *l = cf_mem_zero(1, sizeof *l);
    l->base.ops = &cf_target_linux;
    l->tun = l->sniffer = l->timer = l->home = l->sweeper = -1;
    l->frame = cf_mem_zero(1, CF_LINUX_FRAME_MAX);
    signal(SIGPIPE, SIG_IGN);
    l->punctual = o->punctual;
    if (prepare(l, o, why, cap)) return &l->base;
    linux_close(&l->base);
    return NULL;
}

static void linux_story(cf_target *t, cf_story_fn *fn, void *ctx)
{
    (void)t; /* the kernel does not tell */
    (void)fn;
    (void)ctx;
}

static int64_t linux_late(cf_target *t)
{
    return cf_linux_of(t)->late_us;
}

static int64_t linux_next_event(cf_target *t)
{
    (void)t;
    return INT64_MAX;
}

#define KERNEL_CAPS                                                                                                    \
    (CF_CAP(IPV4) | CF_CAP(IPV6) | CF_CAP(MSS) | CF_CAP(WSCALE) | CF_CAP(TIMESTAMPS) | CF_CAP(SACK) |                  \
     CF_CAP(SACK_RECOVERY) | CF_CAP(DSACK) | CF_CAP(NEWRENO) | CF_CAP(CUBIC) | CF_CAP(RACK) | CF_CAP(PRR) |            \
     CF_CAP(FRTO) | CF_CAP(ECN) | CF_CAP(ACCECN) | CF_CAP(FASTOPEN) | CF_CAP(CHALLENGE_ACK) | CF_CAP(SYNCOOKIES) |     \
     CF_CAP(URG) | CF_CAP(NAGLE) | CF_CAP(KEEPALIVE) | CF_CAP(LINGER) | CF_CAP(USER_TIMEOUT) | CF_CAP(PMTUD) |         \
     CF_CAP(ICMP_ERRORS) | CF_CAP(MD5) | CF_CAP(POLL) | CF_CAP(EPOLL) | CF_CAP(ERRQUEUE) | CF_CAP(ZEROCOPY) |          \
     CF_CAP(UDP) | CF_CAP(ENCAPSULATION) | CF_CAP(GRO) | CF_CAP(STATE_PROBE))

const cf_target_ops cf_target_linux = {
    .name = "linux",
    .what = "the kernel of this machine, in a network namespace of its own, real time",
    .caps = KERNEL_CAPS | CF_CAP(HOST_SHELL) | CF_CAP(REAL_CLOCK),
    .like = "linux",
    .open = linux_open,
    .close = linux_close,
    .now = cf_linux_now,
    .sleep_until = cf_linux_sleep_until,
    .runs_begin = cf_linux_keeper_start,
    .runs_end = cf_linux_keeper_end,
    .run_begin = cf_linux_run_begin,
    .run_end = cf_linux_run_end,
    .late = linux_late,
    .inject = cf_linux_inject,
    .sniff = cf_linux_sniff,
    .call = cf_linux_call,
    .call_begin = cf_linux_call_begin,
    .call_done = cf_linux_call_done,
    .set = linux_set,
    .get = linux_get,
    .info = cf_linux_info,
    .socket_view = cf_linux_socket_view,
    .story = linux_story,
    .next_event = linux_next_event,
};
