/* pool.h — many runs at once, in worker processes.
 *
 * A worker is a fork of this process that takes the number of a job from a pipe, runs it and writes the result back. A
 * worker that dies or hangs takes only its own run with it: that run becomes an `error` with the signal and what the
 * worker had printed, and another worker takes its place. Results are stored by job, so their order does not depend on
 * how many workers there are. */
#ifndef CF_SUITE_POOL_H
#define CF_SUITE_POOL_H

#include <signal.h>

#include "../run/result.h"

typedef struct cf_job {
    const char *path, *id;
    cf_run_opts opts;
    int64_t length_us; /* on a real clock: about how long it takes; 0: not known. The longest begin first */
} cf_job;

typedef void cf_run_fn(const char *path, const char *id, const cf_run_opts *opts, cf_result *out);

typedef struct cf_pool_opts {
    uint32_t workers;   /* 0: run in this process, one after the other, without a time limit (for debuggers) */
    uint32_t repeat;    /* runs of each job; 0 is 1. Outcomes that differ make the result `unsteady` */
    bool same_packets;  /* packets that differ between repetitions make it `unsteady` too (virtual clocks) */
    int64_t timeout_us; /* real time for each run; 0: no limit */
    bool real_clock;    /* each run in a process of its own, as many at once as wake in time; see pace.h */
    cf_run_fn *run;     /* cf_run_script */
    void (*done)(void *ctx, const cf_result *r, uint32_t finished, uint32_t total); /* after each run; may be NULL */
    void *ctx;
    const volatile sig_atomic_t *stop; /* not 0: end soon, with what has finished; NULL: never */
} cf_pool_opts;

/* Runs all jobs. out[i] is the result of jobs[i] (free with cf_result_free); said[i] what its worker printed meanwhile,
 * owned, NULL when nothing. A job that was stopped before its last repetition leaves out[i] empty (id NULL). False,
 * with the reason in why, when no worker can be started; out and said are then empty.
 */
bool cf_pool_run(const cf_job *jobs, uint32_t count, const cf_pool_opts *o, cf_result *out, char **said, char *why,
                 size_t why_cap);
/* Processors of this machine that we may use, at least 1. */
uint32_t cf_pool_cpus(void);

#endif
