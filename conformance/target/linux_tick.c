#define _GNU_SOURCE /* CLOCK_MONOTONIC_COARSE */
/* linux_tick.c — where the kernel's ticks are. */
#include <time.h>

#include "linux.h"

enum { TICKS_WATCHED = 2 };

static int64_t clock_ns(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int64_t cf_linux_tick_ns(void)
{
    struct timespec ts = {0};
    clock_getres(CLOCK_MONOTONIC_COARSE, &ts);
    int64_t tick = (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
    return tick > 0 ? tick : 1000000;
}

/* The coarse clock moves with the ticks, but its values have a phase of their own: only when it moves tells. */
static int64_t next_tick(void)
{
    int64_t old = clock_ns(CLOCK_MONOTONIC_COARSE);
    while (clock_ns(CLOCK_MONOTONIC_COARSE) == old) {}
    return clock_ns(CLOCK_MONOTONIC);
}

/* Of two instants at which ticks were seen the one that lies closer behind its tick. */
static int64_t truer(int64_t a, int64_t b, int64_t tick)
{
    int64_t apart = ((b - a) % tick + tick) % tick;
    return apart > tick / 2 ? b : a;
}

int64_t cf_linux_tick_watch(void)
{
    int64_t at = next_tick(), tick = cf_linux_tick_ns();
    for (int i = 1; i < TICKS_WATCHED; i++) at = truer(at, next_tick(), tick);
    return at;
}

int64_t cf_linux_tick_after(int64_t seen_ns, int64_t phase_ns, int64_t now_ns)
{
    int64_t tick = cf_linux_tick_ns(), at = seen_ns + phase_ns;
    if (now_ns > at) at += (now_ns - at + tick - 1) / tick * tick;
    return at;
}
