#define _GNU_SOURCE /* SCHED_RESET_ON_FORK */
#include <stdlib.h>
#include <sched.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK_MAIN
#include "live_fix.h"

static cf_linux l;

static void set_up(void)
{
    l = (cf_linux){.base.ops = &cf_target_linux, .timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)};
    CHECK(l.timer >= 0);
}

TEST(a_sleep_is_never_too_short_and_its_lateness_is_noted)
{
    set_up();
    l.timed = true;
    for (int i = 0; i < 5; i++) {
        int64_t at = cf_linux_now(&l.base) + 3000;
        cf_linux_sleep_until(&l.base, at);
        int64_t late = cf_linux_now(&l.base) - at;
        CHECK(late >= 0);
        CHECK(l.late_us >= 0 && l.late_us < 1000000);
    }
    close(l.timer);
}

TEST(a_time_that_is_over_is_not_waited_for)
{
    set_up();
    l.timed = true;
    int64_t before = cf_linux_now(&l.base);
    cf_linux_sleep_until(&l.base, before - 5000000);
    CHECK(cf_linux_now(&l.base) - before < 1000000);
    CHECK_EQ(l.late_us, 0);
    close(l.timer);
}

TEST(only_the_timed_part_counts_as_late)
{
    set_up();
    cf_linux_note_wake(&l, cf_linux_now(&l.base) - 70000);
    CHECK_EQ(l.late_us, 0);
    l.timed = true;
    cf_linux_note_wake(&l, cf_linux_now(&l.base) - 70000);
    CHECK(l.late_us >= 70000);
    close(l.timer);
}

TEST(calendar_stamps_become_times_of_the_monotonic_clock)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t mono = cf_linux_now(&l.base), turned = cf_linux_from_calendar(&now) / 1000;
    CHECK(llabs(turned - mono) < 100000);
    now.tv_sec -= 3600;
    CHECK(llabs(cf_linux_from_calendar(&now) / 1000 - (mono - INT64_C(3600000000))) < 100000);
}

/* What a script starts must not keep the judge, or the machine, from working. */
TEST(children_of_a_run_do_not_inherit_its_priority)
{
    set_up();
    cf_linux_run_begin(&l.base);
    bool taken = l.priority;
    int mine = sched_getscheduler(0), helpers = sched_getscheduler(l.helper.tid);
    pid_t child = fork();
    if (child == 0) _exit(sched_getscheduler(0) == SCHED_OTHER ? 0 : 1);
    int status = -1;
    waitpid(child, &status, 0);
    cf_linux_run_end(&l.base);
    cf_helper_stop(&l.helper);
    close(l.timer);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    if (!taken) CHECK_SKIP("no right to real-time priority");
    CHECK_EQ(mine & ~SCHED_RESET_ON_FORK, SCHED_RR);
    CHECK_EQ(helpers & ~SCHED_RESET_ON_FORK, SCHED_RR);
}
