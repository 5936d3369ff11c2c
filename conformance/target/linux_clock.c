#define _GNU_SOURCE /* SCHED_RESET_ON_FORK */
/* linux_clock.c — real time: the monotonic clock in microseconds, sleeping to the point, the start of a run, and how
 * late this process woke. */
#include <sched.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "linux.h"

/* A sleep ends this long before its time; the rest is spun away. */
enum { SPIN_US = 40, START_AFTER_TICK_NS = 250000, STAMP_TRIES = 4 };

static int64_t ns_of(const struct timespec *ts)
{
    return (int64_t)ts->tv_sec * 1000000000 + ts->tv_nsec;
}

static int64_t clock_ns(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return ns_of(&ts);
}

int64_t cf_linux_now(cf_target *t)
{
    (void)t;
    return clock_ns(CLOCK_MONOTONIC) / 1000;
}

/* The calendar clock may be set at any time, so its distance is measured anew; the narrowest of a few tries counts. */
int64_t cf_linux_from_calendar(const struct timespec *ts)
{
    int64_t best = INT64_MAX, distance = 0;
    for (int i = 0; i < STAMP_TRIES; i++) {
        int64_t before = clock_ns(CLOCK_MONOTONIC), there = clock_ns(CLOCK_REALTIME);
        int64_t after = clock_ns(CLOCK_MONOTONIC);
        if (after - before >= best) continue;
        best = after - before;
        distance = there - (before + (after - before) / 2);
    }
    return ns_of(ts) - distance;
}

void cf_linux_note_wake(cf_linux *l, int64_t due_us)
{
    int64_t late = cf_linux_now(&l->base) - due_us;
    if (l->timed && late > l->late_us) l->late_us = late;
}

void cf_linux_sleep_until(cf_target *t, int64_t at_us)
{
    cf_linux *l = cf_linux_of(t);
    uint64_t expired;
    int64_t wake = at_us - SPIN_US;
    if (at_us <= cf_linux_now(t)) return;
    if (wake > cf_linux_now(t)) {
        struct itimerspec when = {.it_value = {.tv_sec = wake / 1000000, .tv_nsec = wake % 1000000 * 1000}};
        if (timerfd_settime(l->timer, TFD_TIMER_ABSTIME, &when, NULL) == 0)
            while (read(l->timer, &expired, sizeof expired) < 0 && cf_linux_now(t) < wake) {}
    }
    while (cf_linux_now(t) < at_us) {}
    cf_linux_note_wake(l, at_us);
}

/* ---------- the timed part ---------- */

/* Without the rights the run is only less exact: lateness is measured, not assumed. What the script starts (shell
 * commands) does not inherit it; the helper gets it by name. */
static void take_priority(cf_linux *l)
{
    struct sched_param p = {.sched_priority = sched_get_priority_min(SCHED_RR)};
    l->priority = sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &p) == 0;
    if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) munlockall();
}

int64_t cf_linux_run_begin(cf_target *t)
{
    cf_linux *l = cf_linux_of(t);
    take_priority(l);
    if (l->punctual) cf_linux_keeper_settle();
    cf_linux_helper_start(l);
    l->late_us = 0;
    int64_t seen = cf_linux_tick_watch();
    int64_t start = cf_linux_tick_after(seen, START_AFTER_TICK_NS, clock_ns(CLOCK_MONOTONIC)) / 1000;
    l->timed = true;
    return start;
}

void cf_linux_run_end(cf_target *t)
{
    cf_linux *l = cf_linux_of(t);
    struct sched_param none = {0};
    l->timed = false;
    if (l->priority) sched_setscheduler(0, SCHED_OTHER, &none);
    l->priority = false;
    munlockall();
}
