#define _GNU_SOURCE /* CPU_COUNT */
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../target/linux.h"

enum { TICK = 4000000, USUAL = 7500000 };

/* Processors that are a tick late every so many waits; 0: never. */
typedef struct {
    int late_every[4], waits[4];
} machine;

static int64_t wait_on(void *ctx, uint32_t i)
{
    machine *m = ctx;
    int n = ++m->waits[i];
    return USUAL + 1000 * (int64_t)i + (m->late_every[i] && n % m->late_every[i] == 0 ? TICK : 0);
}

TEST(the_processor_that_is_never_late_is_the_timekeeper)
{
    machine m = {.late_every = {3, 0, 5, 2}};
    CHECK_EQ(cf_linux_keeper_pick(wait_on, &m, 4, TICK), 1);
    machine last = {.late_every = {1, 19, 4, 0}};
    CHECK_EQ(cf_linux_keeper_pick(wait_on, &last, 4, TICK), 3);
}

TEST(the_search_ends_when_one_is_left)
{
    machine m = {.late_every = {2, 0}};
    CHECK_EQ(cf_linux_keeper_pick(wait_on, &m, 2, TICK), 1);
    CHECK_EQ(m.waits[0], 2);
    CHECK_EQ(m.waits[1], 1);
    machine one = {.late_every = {1}};
    CHECK_EQ(cf_linux_keeper_pick(wait_on, &one, 1, TICK), 0);
    CHECK_EQ(one.waits[0], 0);
}

TEST(where_nobody_is_late_anyone_will_do)
{
    machine m = {.late_every = {0, 0}};
    CHECK_EQ(cf_linux_keeper_pick(wait_on, &m, 2, TICK), 0);
    CHECK(m.waits[0] < 100);
}

TEST(without_a_search_nothing_changes)
{
    cpu_set_t before, after;
    CHECK_EQ(sched_getaffinity(0, sizeof before, &before), 0);
    CHECK(!cf_linux_keeper_settle());
    CHECK_EQ(sched_getaffinity(0, sizeof after, &after), 0);
    CHECK(CPU_EQUAL(&before, &after));
}

TEST(runs_settle_on_one_processor_and_the_end_leaves_no_process)
{
    cf_linux_keeper_start();
    cf_linux_keeper_start(); /* once is enough */
    pid_t run = fork();
    if (run == 0) {
        cpu_set_t one;
        int tries = 20; /* the search takes its time beside other tests */
        while (tries-- > 0 && !cf_linux_keeper_settle()) usleep(100000);
        bool ok = tries >= 0 && sched_getaffinity(0, sizeof one, &one) == 0;
        _exit(ok && CPU_COUNT(&one) == 1 ? 0 : 1);
    }
    int status;
    CHECK_EQ(waitpid(run, &status, 0), run);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    cf_linux_keeper_end();
    cf_linux_keeper_end();
    CHECK_EQ(waitpid(-1, NULL, WNOHANG), -1);
    CHECK(!cf_linux_keeper_settle());
}
