#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../suite/pool.h"
#include "../text/mem.h"

enum { JOBS = 40 };

static volatile sig_atomic_t stop;
static _Atomic int *inside; /* runs under way; NULL: nobody counts */

/* A stand-in for the runner that does what the script's name says. */
static void act(const char *path, const char *id, const cf_run_opts *opts, cf_result *out)
{
    static unsigned calls;
    *out = (cf_result){
        .id = cf_mem_str(id), .path = cf_mem_str(path), .outcome = CF_PASS, .virtual_us = (int64_t)opts->seed};
    out->variant = cf_mem_str(opts->variant);
    if (strstr(id, "crash")) {
        fprintf(stderr, "about to fall\n");
        raise(SIGSEGV);
    }
    if (strstr(id, "leave")) _exit(3);
    if (strstr(id, "hang")) poll(NULL, 0, -1);
    if (strstr(id, "stop")) stop = SIGINT; /* without workers: as if the signal came now */
    if (inside) {                          /* shared by all workers */
        int patience = strstr(id, "crowded") ? 40 : 4;
        atomic_fetch_add(inside, 1);
        do poll(NULL, 0, 5);
        while (--patience && (atomic_load(inside) == 1 || !strstr(id, "crowded")));
        if (strstr(id, "crowded") && atomic_load(inside) > 1) {
            out->outcome = CF_FAIL;
            out->off = true;
            out->margin_us = -100;
            snprintf(out->signature, sizeof out->signature, "time late line 1");
        }
        atomic_fetch_sub(inside, 1);
    }
    if (strstr(id, "flaky") && calls++ % 2) out->outcome = CF_FAIL;
}

static cf_job jobs[JOBS];
static cf_result results[JOBS];
static char *said[JOBS];
static char ids[JOBS][24], why[200];

static void set_up(const char *special)
{
    for (int i = 0; i < JOBS; i++) {
        snprintf(ids[i], sizeof ids[i], "%s%d", i == 7 && special ? special : "job", i);
        jobs[i] = (cf_job){.path = "x.pkt", .id = ids[i], .opts = {.seed = (uint64_t)i, .variant = "ipv4"}};
    }
}

static bool run(uint32_t workers, uint32_t repeat, int64_t timeout_us, uint32_t count)
{
    cf_pool_opts o = {.workers = workers, .repeat = repeat, .timeout_us = timeout_us, .run = act};
    return cf_pool_run(jobs, count, &o, results, said, why, sizeof why);
}

static void tear_down(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        cf_result_free(&results[i]);
        free(said[i]);
    }
}

TEST(results_are_in_the_order_of_the_jobs_for_any_number_of_workers)
{
    static const uint32_t workers[] = {0, 1, 3, 64};
    for (size_t k = 0; k < sizeof workers / sizeof *workers; k++) {
        set_up(NULL);
        CHECK(run(workers[k], 1, 0, JOBS));
        for (int i = 0; i < JOBS; i++) {
            CHECK_STR(results[i].id, ids[i]);
            CHECK_EQ(results[i].virtual_us, i);
        }
        tear_down(JOBS);
    }
}

TEST(a_worker_that_dies_takes_only_its_own_run_with_it)
{
    set_up("crash");
    CHECK(run(2, 1, 0, JOBS));
    CHECK_EQ(results[7].outcome, CF_RUN_ERROR);
    CHECK(strncmp(results[7].signature, "crash ", 6) == 0);
    CHECK_STR(results[7].id, "crash7");
    CHECK_STR(results[7].variant, "ipv4");
    CHECK(strstr(said[7], "about to fall") != NULL);
    for (int i = 0; i < JOBS; i++)
        if (i != 7) CHECK_EQ(results[i].outcome, CF_PASS);
    tear_down(JOBS);
}

TEST(a_worker_that_leaves_early_is_an_error_with_its_status)
{
    set_up("leave");
    CHECK(run(1, 1, 0, JOBS));
    CHECK_STR(results[7].signature, "crash exit 3");
    CHECK_EQ(results[8].outcome, CF_PASS);
    tear_down(JOBS);
}

TEST(a_run_that_takes_too_long_is_ended_and_the_others_go_on)
{
    set_up("hang");
    CHECK(run(2, 1, 200000, JOBS));
    CHECK_STR(results[7].signature, "timeout");
    CHECK(strstr(results[7].message, "0.2 s") != NULL);
    CHECK_EQ(results[39].outcome, CF_PASS);
    tear_down(JOBS);
}

TEST(repetitions_that_differ_are_unsteady)
{
    set_up("flaky");
    CHECK(run(1, 4, 0, 10));
    CHECK_EQ(results[7].outcome, CF_UNSTEADY);
    CHECK(strstr(results[7].message, "pass x2, fail x2") != NULL);
    CHECK_EQ(results[6].outcome, CF_PASS);
    tear_down(10);
}

static uint32_t told, last;

static void count_done(void *ctx, const cf_result *r, uint32_t finished, uint32_t total)
{
    (void)ctx, (void)r;
    told++;
    last = finished == told && total == 20 ? finished : 0;
}

TEST(every_run_is_told_when_it_is_done)
{
    set_up(NULL);
    cf_pool_opts o = {.workers = 2, .repeat = 2, .run = act, .done = count_done};
    CHECK(cf_pool_run(jobs, 10, &o, results, said, why, sizeof why));
    CHECK_EQ(told, 20);
    CHECK_EQ(last, 20);
    tear_down(10);
}

TEST(on_a_real_clock_a_run_that_fails_by_time_beside_others_is_repeated_alone)
{
    cf_pool_opts o = {.workers = 4, .run = act, .real_clock = true};
    set_up("crowded");
    inside = mmap(NULL, sizeof *inside, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(inside != MAP_FAILED);
    CHECK(cf_pool_run(jobs, 12, &o, results, said, why, sizeof why));
    CHECK_EQ(results[7].outcome, CF_PASS);
    CHECK_STR(results[7].notes, "run 3 times: time late line 1 beside others, pass, pass");
    CHECK_EQ(results[7].tries, 3);
    CHECK_EQ(results[6].tries, 1);
    CHECK_EQ(results[6].outcome, CF_PASS);
    CHECK(results[6].notes == NULL);
    munmap(inside, sizeof *inside);
    inside = NULL;
    tear_down(12);
}

static void tell_punctual(const char *path, const char *id, const cf_run_opts *opts, cf_result *out)
{
    act(path, id, opts, out);
    out->packets_in = opts->punctual;
}

TEST(a_run_alone_and_a_repeated_one_are_punctual)
{
    cf_pool_opts o = {.workers = 1, .run = tell_punctual, .real_clock = true};
    set_up(NULL);
    CHECK(cf_pool_run(jobs, 2, &o, results, said, why, sizeof why));
    CHECK_EQ(results[1].packets_in, 1);
    tear_down(2);
    o.workers = 2;
    CHECK(cf_pool_run(jobs, 4, &o, results, said, why, sizeof why));
    CHECK_EQ(results[1].packets_in, 0);
    tear_down(4);
    o.workers = 0;
    CHECK(cf_pool_run(jobs, 2, &o, results, said, why, sizeof why));
    CHECK_EQ(results[1].packets_in, 1);
    tear_down(2);
}

static const char *first_done;

static void note_first(void *ctx, const cf_result *r, uint32_t finished, uint32_t total)
{
    (void)ctx, (void)total;
    for (int i = 0; finished == 1 && i < JOBS; i++)
        if (strcmp(ids[i], r->id) == 0) first_done = ids[i];
}

TEST(on_a_real_clock_the_longest_begin_first_and_results_stay_in_order)
{
    cf_pool_opts o = {.workers = 1, .run = act, .real_clock = true, .done = note_first};
    set_up(NULL);
    jobs[3].length_us = 7000000;
    jobs[5].length_us = 9000000;
    CHECK(cf_pool_run(jobs, 8, &o, results, said, why, sizeof why));
    CHECK_STR(first_done, "job5");
    for (int i = 0; i < 8; i++) CHECK_STR(results[i].id, ids[i]);
    tear_down(8);
}

TEST(there_is_at_least_one_processor)
{
    CHECK(cf_pool_cpus() >= 1);
}

static void stop_after_five(void *ctx, const cf_result *r, uint32_t finished, uint32_t total)
{
    (void)ctx, (void)r, (void)total;
    if (finished == 5) stop = SIGINT;
}

TEST(a_pool_that_is_stopped_keeps_what_has_finished)
{
    cf_pool_opts o = {.workers = 1, .run = act, .done = stop_after_five, .stop = &stop};
    set_up(NULL);
    stop = 0;
    CHECK(cf_pool_run(jobs, JOBS, &o, results, said, why, sizeof why));
    for (int i = 0; i < JOBS; i++) CHECK((results[i].id != NULL) == (i < 5));
    tear_down(JOBS);
}

TEST(a_run_during_which_a_pool_without_workers_is_stopped_does_not_count)
{
    cf_pool_opts o = {.workers = 0, .run = act, .stop = &stop};
    set_up("stop");
    stop = 0;
    CHECK(cf_pool_run(jobs, JOBS, &o, results, said, why, sizeof why));
    for (int i = 0; i < JOBS; i++) CHECK((results[i].id != NULL) == (i < 7));
    tear_down(JOBS);
}

TEST(a_job_whose_repetitions_were_cut_short_does_not_count)
{
    cf_pool_opts o = {.workers = 1, .repeat = 3, .run = act, .done = stop_after_five, .stop = &stop};
    set_up(NULL);
    stop = 0;
    CHECK(cf_pool_run(jobs, JOBS, &o, results, said, why, sizeof why));
    CHECK(results[0].id != NULL);
    CHECK_EQ(results[0].outcome, CF_PASS);
    CHECK(results[1].id == NULL);
    tear_down(JOBS);
}
