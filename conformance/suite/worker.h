/* worker.h — one worker process of the pool: starting it, giving it a job, collecting its answer, burying it. */
#ifndef CF_SUITE_WORKER_H
#define CF_SUITE_WORKER_H

#include <sys/types.h>

#include "../text/buf.h"
#include "pool.h"

enum { CF_NO_RUN = -1 };

typedef struct cf_worker {
    pid_t pid;           /* 0: not running */
    int to, from;        /* pipes: job numbers out, parcels in */
    int log;             /* file that takes its stdout and stderr */
    int64_t run;         /* number of the run it is busy with, CF_NO_RUN when idle */
    int64_t deadline_us; /* of the run, on cf_clock_us; INT64_MAX: none */
    cf_buf got;          /* what has come of its answer */
} cf_worker;

typedef enum { CF_W_WAIT, CF_W_ANSWER, CF_W_DEAD } cf_worker_news;

/* Forks workers[at]. The child serves jobs[] and never returns. False with errno when the machine refuses. */
bool cf_worker_start(cf_worker *workers, uint32_t count, uint32_t at, const cf_job *jobs, cf_run_fn *run);
/* Gives an idle worker a run of a job. punctual: as in cf_run_opts. If it is dead already, reading tells. */
void cf_worker_give(cf_worker *w, uint32_t run, uint32_t job, bool punctual, int64_t deadline_us);
/* Reads what is there. On CF_W_ANSWER *r holds the result and the worker is idle. */
cf_worker_news cf_worker_read(cf_worker *w, cf_result *r);
/* What it has printed since the last call; owned, NULL when nothing. */
char *cf_worker_said(cf_worker *w);
/* Ends it (kill: with its children, at once; else by closing its pipe) and waits for it. Returns the wait status. */
int cf_worker_end(cf_worker *w, bool kill);
/* Lets one go that has answered its last job: its pipes are closed, its end is not waited for. Whoever lets it go has
 * to collect the returned process. */
pid_t cf_worker_leave(cf_worker *w);
/* Monotonic clock, microseconds. */
int64_t cf_clock_us(void);

#endif
