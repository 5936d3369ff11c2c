/* linux.c — the same work done by the running kernel: loopback in a fresh network namespace, MTU 1500, offloads off.
 *
 * A child process makes the namespace (with a user namespace when it is not root), does the work and reports one number
 * through a pipe, so nothing of it outlives the call. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

typedef struct {
    double value;
    char why[128];
} answer;

static int fail(answer *a, const char *what)
{
    a->value = -1;
    snprintf(a->why, sizeof a->why, "%s: %s", what, strerror(errno));
    return -1;
}

static void offload(int s, struct ifreq *ifr, unsigned cmd)
{
    struct ethtool_value v = {.cmd = cmd, .data = 0};
    ifr->ifr_data = (void *)&v;
    ioctl(s, SIOCETHTOOL, ifr); /* not every feature exists on lo; the MTU bounds segments in any case */
}

static int enter_namespace(answer *a)
{
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return fail(a, "no right to make a network namespace");
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq ifr;
    memset(&ifr, 0, sizeof ifr);
    memcpy(ifr.ifr_name, "lo", 3);
    ifr.ifr_mtu = 1500;
    if (ioctl(s, SIOCSIFMTU, &ifr) != 0) return fail(a, "cannot set the MTU of lo");
    static const unsigned features[] = {ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO};
    for (unsigned i = 0; i < sizeof features / sizeof features[0]; i++) offload(s, &ifr, features[i]);
    memset(&ifr, 0, sizeof ifr);
    memcpy(ifr.ifr_name, "lo", 3);
    ifr.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
    if (ioctl(s, SIOCSIFFLAGS, &ifr) != 0) return fail(a, "cannot bring lo up");
    close(s);
    return 0;
}

static uint64_t out_segs(void)
{
    FILE *f = fopen("/proc/self/net/snmp", "r");
    if (!f) return 0;
    char line[512];
    uint64_t v = 0;
    while (fgets(line, sizeof line, f)) {
        unsigned long long x[11];
        if (sscanf(line, "Tcp: %llu %llu %lld %lld %llu %llu %llu %llu %llu %llu %llu", &x[0], &x[1],
                   (long long *)&x[2], (long long *)&x[3], &x[4], &x[5], &x[6], &x[7], &x[8], &x[9], &x[10]) == 11)
            v = x[10];
    }
    fclose(f);
    return v;
}

static int listen_any(struct sockaddr_in *at)
{
    int s = socket(AF_INET, SOCK_STREAM, 0);
    *at = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof *at;
    if (bind(s, (struct sockaddr *)at, len) != 0 || listen(s, 4096) != 0) return -1;
    getsockname(s, (struct sockaddr *)at, &len);
    return s;
}

typedef struct {
    int s;
    uint64_t bytes;
} sink_arg;

static void *sink(void *p)
{
    sink_arg *a = p;
    int c = accept(a->s, NULL, NULL);
    char buf[65536];
    ssize_t n;
    while ((n = read(c, buf, sizeof buf)) > 0) a->bytes += (uint64_t)n;
    close(c);
    return NULL;
}

static void do_bulk(uint64_t bytes, answer *a)
{
    struct sockaddr_in at;
    sink_arg arg = {.s = listen_any(&at)};
    if (arg.s < 0) {
        fail(a, "listen");
        return;
    }
    pthread_t t;
    pthread_create(&t, NULL, sink, &arg);
    int c = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(c, (struct sockaddr *)&at, sizeof at) != 0) {
        fail(a, "connect");
        return;
    }
    static char buf[65536];
    uint64_t before = out_segs(), left = bytes;
    double t0 = bench_seconds();
    while (left > 0) {
        ssize_t n = write(c, buf, left < sizeof buf ? left : sizeof buf);
        if (n <= 0) {
            fail(a, "write");
            return;
        }
        left -= (uint64_t)n;
    }
    close(c);
    pthread_join(t, NULL);
    double took = bench_seconds() - t0;
    uint64_t segs = out_segs() - before;
    /* Data segments as full-sized ones, so that all sides are counted alike; the wire count must be at least that. */
    if (segs < bytes / 1460) snprintf(a->why, sizeof a->why, "offloads could not be switched off");
    a->value = segs < bytes / 1460 ? -1 : (double)bytes / 1460 / took;
}

static void *echo(void *p)
{
    int s = *(int *)p;
    for (;;) {
        int c = accept(s, NULL, NULL);
        if (c < 0) return NULL;
        char b;
        if (read(c, &b, 1) == 1 && write(c, "y", 1) == 1) shutdown(c, SHUT_WR);
        close(c);
    }
}

static void do_conns(uint64_t conns, answer *a)
{
    struct sockaddr_in at;
    int s = listen_any(&at);
    pthread_t t;
    pthread_create(&t, NULL, echo, &s);
    double t0 = bench_seconds();
    for (uint64_t i = 0; i < conns; i++) {
        int c = socket(AF_INET, SOCK_STREAM, 0);
        char b;
        /* another source address every 20 000, so that TIME-WAIT does not exhaust the ports */
        struct sockaddr_in from = {.sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(0x7f000002u + (uint32_t)(i / 20000))};
        if (bind(c, (struct sockaddr *)&from, sizeof from) != 0 || connect(c, (struct sockaddr *)&at, sizeof at) != 0) {
            fail(a, "connect");
            return;
        }
        if (write(c, "x", 1) != 1 || read(c, &b, 1) != 1) {
            fail(a, "exchange");
            return;
        }
        while (read(c, &b, 1) > 0) continue;
        close(c);
    }
    a->value = (double)conns / (bench_seconds() - t0);
}

static double in_child(void (*work)(uint64_t, answer *), uint64_t amount, char *why, unsigned why_cap)
{
    int p[2];
    if (pipe(p) != 0) return -1;
    pid_t pid = fork();
    if (pid == 0) {
        answer a = {0};
        if (enter_namespace(&a) == 0) work(amount, &a);
        ssize_t n = write(p[1], &a, sizeof a);
        _exit(n == sizeof a ? 0 : 1);
    }
    close(p[1]);
    answer a = {.value = -1, .why = "the child process died"};
    if (pid > 0 && read(p[0], &a, sizeof a) == sizeof a) snprintf(why, why_cap, "%s", a.why);
    close(p[0]);
    if (pid > 0) waitpid(pid, NULL, 0);
    return a.value;
}

double linux_bulk(uint64_t bytes, char *why, unsigned why_cap)
{
    return in_child(do_bulk, bytes, why, why_cap);
}
double linux_conns(uint32_t conns, char *why, unsigned why_cap)
{
    return in_child(do_conns, conns, why, why_cap);
}
