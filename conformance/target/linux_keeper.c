#define _GNU_SOURCE /* CPU_SET, SCHED_IDLE */
/* linux_keeper.c — the processor on which the kernel's timers are punctual.
 *
 * The kernel's timers fire on ticks. One processor, the timekeeper, moves the kernel's count of ticks on in its own
 * tick. Another one that is awake has its tick at the same instant and may look at the count a moment too early; what
 * was due then waits for its next tick. So a timer armed on the timekeeper is punctual, and one armed elsewhere is a
 * whole tick late now and then, by chance: with tolerances of one tick that turns verdicts.
 *
 * Nothing tells which one it is, so it is found by trying: short waits that the kernel ends by such a timer. A
 * processor on which one ends a tick late is not the timekeeper. The duty is handed on only by a timekeeper that falls
 * asleep. So while it is looked for, threads of the lowest priority keep all processors awake, and then one keeps the
 * one that was found awake, until the end. */
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "linux.h"

enum { PROCESSORS = 8, ROUNDS = 20, ARM_AFTER_TICK_NS = 500000 };

/* What the keeper has found, in memory that it shares with all runs: while it searches they begin. */
enum { NONE = -1, SEARCHING = -2, PATIENCE_MS = 2000 };

static pid_t keeper;
static atomic_int *found;

static int64_t now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static bool go_to(uint32_t cpu)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    return sched_setaffinity(0, sizeof one, &one) == 0;
}

static void die_with(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0); /* it is dead already */
}

__attribute__((noreturn)) static void stay_awake(uint32_t cpu)
{
    struct sched_param none = {0};
    go_to(cpu);
    sched_setscheduler(0, SCHED_IDLE, &none);
    for (;;) {}
}

/* Waits that end by a timer of the kernel: the shortest there are. -1: no such socket. */
static int open_waits(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval shortest = {.tv_usec = 1};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (bind(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &shortest, sizeof shortest) == 0)
        return fd;
    close(fd);
    return -1;
}

/* One wait, armed at the same phase of a tick each time: how long it took, in ns. */
static int64_t wait_once(int fd, int64_t tick_at)
{
    char byte;
    int64_t arm = cf_linux_tick_after(tick_at, ARM_AFTER_TICK_NS, now_ns());
    while (now_ns() < arm) {}
    recv(fd, &byte, 1, 0);
    return now_ns() - arm;
}

int cf_linux_keeper_pick(cf_linux_wait_fn *wait_on, void *ctx, uint32_t count, int64_t tick)
{
    bool out[PROCESSORS] = {false};
    int64_t shortest = INT64_MAX;
    uint32_t left = count < PROCESSORS ? count : PROCESSORS, all = left;
    for (int round = 0; round < ROUNDS && left > 1; round++) {
        for (uint32_t i = 0; i < all && left > 1; i++) {
            if (out[i]) continue;
            int64_t took = wait_on(ctx, i);
            if (took < shortest) shortest = took;
            out[i] = took > shortest + tick / 2;
            left -= out[i];
        }
    }
    for (uint32_t i = 0; i < all; i++)
        if (!out[i]) return (int)i;
    return -1;
}

typedef struct {
    uint32_t cpus[PROCESSORS], count;
    int fd;
    int64_t tick_at;
} finder;

static int64_t wait_there(void *ctx, uint32_t i)
{
    finder *f = ctx;
    go_to(f->cpus[i]);
    return wait_once(f->fd, f->tick_at);
}

static void list_processors(finder *f)
{
    cpu_set_t all;
    if (sched_getaffinity(0, sizeof all, &all) != 0) return;
    for (uint32_t cpu = 0; cpu < CPU_SETSIZE && f->count < PROCESSORS; cpu++)
        if (CPU_ISSET(cpu, &all)) f->cpus[f->count++] = cpu;
}

static int find(void)
{
    finder f = {.fd = open_waits()};
    pid_t awake[PROCESSORS];
    struct sched_param p = {.sched_priority = sched_get_priority_min(SCHED_RR)};
    list_processors(&f);
    if (f.fd < 0 || !f.count) return NONE;
    for (uint32_t i = 0; i < f.count; i++) {
        pid_t self = getpid();
        awake[i] = fork();
        if (awake[i] == 0) {
            die_with(self);
            stay_awake(f.cpus[i]);
        }
    }
    sched_setscheduler(0, SCHED_RR, &p);
    f.tick_at = cf_linux_tick_watch();
    int best = cf_linux_keeper_pick(wait_there, &f, f.count, cf_linux_tick_ns());
    if (best >= 0) go_to(f.cpus[best]); /* busy there before the others go */
    for (uint32_t i = 0; i < f.count; i++) {
        if (awake[i] <= 0) continue;
        kill(awake[i], SIGKILL);
        waitpid(awake[i], NULL, 0);
    }
    close(f.fd);
    return best >= 0 ? (int)f.cpus[best] : NONE;
}

__attribute__((noreturn)) static void keep(pid_t parent)
{
    die_with(parent);
    setpgid(0, 0); /* Ctrl-C is for those who have something to finish */
    int cpu = find();
    atomic_store(found, cpu);
    if (cpu < 0) _exit(0);
    stay_awake((uint32_t)cpu);
}

void cf_linux_keeper_start(void)
{
    if (keeper > 0) return;
    void *room = mmap(NULL, sizeof *found, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) return;
    found = room;
    atomic_store(found, SEARCHING);
    pid_t self = getpid();
    keeper = fork();
    if (keeper == 0) keep(self);
    if (keeper < 0) cf_linux_keeper_end();
}

void cf_linux_keeper_end(void)
{
    if (keeper > 0) {
        kill(keeper, SIGKILL);
        waitpid(keeper, NULL, 0);
    }
    if (found) munmap(found, sizeof *found);
    keeper = 0;
    found = NULL;
}

bool cf_linux_keeper_settle(void)
{
    struct timespec moment = {.tv_nsec = 1000000};
    if (!found) return false;
    for (int i = 0; i < PATIENCE_MS && atomic_load(found) == SEARCHING; i++) nanosleep(&moment, NULL);
    int cpu = atomic_load(found);
    return cpu >= 0 && go_to((uint32_t)cpu);
}
