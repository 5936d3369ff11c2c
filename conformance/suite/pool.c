#define _GNU_SOURCE /* sched_getaffinity */
#include "pool.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "../text/mem.h"
#include "pace.h"
#include "repeat.h"
#include "worker.h"

enum { WORKERS_MAX = 256, LOOK_AGAIN_MS = 250 /* a signal between a look at stop and poll() must not be lost */ };

typedef struct {
    const cf_job *jobs;
    const cf_pool_opts *o;
    uint32_t count, repeat; /* runs are numbered job * repeat + repetition */
    uint32_t *order;        /* of jobs, in which they begin; NULL: as they stand */
    uint32_t next, finished;
    uint32_t *done; /* repetitions of each job that have finished */
    cf_result *out;
    char **said;
    cf_seen_run *seen;
    cf_pace pace;
    cf_tries *tries;                         /* of each run; NULL on virtual clocks */
    bool *company;                           /* of each run: had its last try others beside it? */
    uint32_t *beside, besides, besides_next; /* runs to be repeated beside others */
    uint32_t *alone, alones, alones_next;    /* runs to be repeated alone when all others are done */
    pid_t leaving[WORKERS_MAX];              /* processes on their way out: kernels take their time with namespaces */
    uint32_t leaving_count;
} pool;

uint32_t cf_pool_cpus(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n > 0 ? (uint32_t)n : 1;
}

/* ---------- a run has come to an end ---------- */

/* A run that says nothing about the stack is put back. */
static bool put_back(pool *p, uint32_t run, cf_result *r)
{
    if (!p->tries) return false;
    cf_pace_note(&p->pace, r->late_us, r->outcome == CF_PASS);
    cf_try again = cf_tries_again(&p->tries[run], r, p->company[run]);
    if (again != CF_TRY_NO_MORE) {
        cf_tries_note(&p->tries[run], r, p->company[run]);
        if (again == CF_TRY_BESIDE) p->beside[p->besides++] = run;
        else p->alone[p->alones++] = run;
        cf_result_free(r);
        return true;
    }
    cf_tries_judge(&p->tries[run], r, p->company[run]);
    return false;
}

static void keep(pool *p, uint32_t run, cf_result *r, char *said)
{
    uint32_t job = run / p->repeat;
    if (put_back(p, run, r)) {
        free(said);
        return;
    }
    cf_repeat_note(&p->seen[run], r);
    p->finished++;
    p->done[job]++;
    if (p->o->done) p->o->done(p->o->ctx, r, p->finished, p->count * p->repeat);
    if (run % p->repeat == 0) p->out[job] = *r;
    else cf_result_free(r);
    if (p->said[job]) free(said);
    else p->said[job] = said;
}

static void make_error(const cf_job *j, cf_result *r, const char *signature, char *message, const char *hint)
{
    memset(r, 0, sizeof *r);
    r->id = cf_mem_str(j->id);
    r->path = cf_mem_str(j->path);
    r->variant = cf_mem_str(j->opts.variant ? j->opts.variant : "");
    r->outcome = CF_RUN_ERROR;
    r->seed = j->opts.seed;
    r->message = message;
    r->hint = cf_mem_str(hint);
    snprintf(r->signature, sizeof r->signature, "%s", signature);
}

static const char *signal_name(int sig)
{
    static const struct {
        int sig;
        const char *name;
    } table[] = {
        {SIGSEGV, "SIGSEGV"}, {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"}, {SIGFPE, "SIGFPE"},   {SIGILL, "SIGILL"},
        {SIGKILL, "SIGKILL"}, {SIGTERM, "SIGTERM"}, {SIGINT, "SIGINT"}, {SIGXCPU, "SIGXCPU"}, {SIGTRAP, "SIGTRAP"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].sig == sig) return table[i].name;
    return "signal";
}

static void died(pool *p, cf_worker *w)
{
    static const char hint[] = "run it with -j0 to stay in one process, under a debugger";
    int64_t run = w->run;
    char *said = cf_worker_said(w);
    int status = cf_worker_end(w, false);
    if (run == CF_NO_RUN) {
        free(said);
        return;
    }
    char signature[80];
    cf_result r;
    const cf_job *j = &p->jobs[(uint32_t)run / p->repeat];
    if (WIFSIGNALED(status)) {
        int sig = WTERMSIG(status);
        snprintf(signature, sizeof signature, "crash %s", signal_name(sig));
        make_error(j, &r, signature, cf_mem_fmt("the worker died of %s (%d) in this run", signal_name(sig), sig), hint);
    } else {
        snprintf(signature, sizeof signature, "crash exit %d", WEXITSTATUS(status));
        make_error(j, &r, signature, cf_mem_fmt("the worker left with status %d in this run", WEXITSTATUS(status)),
                   hint);
    }
    keep(p, (uint32_t)run, &r, said);
}

static void timed_out(pool *p, cf_worker *w)
{
    uint32_t run = (uint32_t)w->run;
    char *said = cf_worker_said(w);
    cf_worker_end(w, true);
    cf_result r;
    make_error(&p->jobs[run / p->repeat], &r, "timeout",
               cf_mem_fmt("the run was not over after %g s of real time", (double)p->o->timeout_us / 1e6),
               "raise the limit with --timeout, or look where it hangs with -j0");
    keep(p, run, &r, said);
}

/* ---------- processes on their way out ---------- */

/* Collects those that are gone; so many at most may be left. */
static void collect_leaving(pool *p, uint32_t most)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < p->leaving_count; i++) {
        bool wait = p->leaving_count - i + left > most;
        pid_t got;
        while ((got = waitpid(p->leaving[i], NULL, wait ? 0 : WNOHANG)) < 0 && errno == EINTR) {}
        if (got == 0) p->leaving[left++] = p->leaving[i];
    }
    p->leaving_count = left;
}

static void let_go(pool *p, cf_worker *w)
{
    collect_leaving(p, WORKERS_MAX - 1);
    p->leaving[p->leaving_count++] = cf_worker_leave(w);
}

/* ---------- the loop ---------- */

static uint32_t total(const pool *p)
{
    return p->count * p->repeat;
}

typedef enum { NOTHING, FIRST, BESIDE, ALONE } turn;

/* Whose turn is it while so many are busy? What is repeated beside others goes first, or what takes long would begin
 * again when all others are done. */
static turn whose_turn(const pool *p, uint32_t busy)
{
    if (p->tries && busy >= p->pace.width) return NOTHING;
    if (p->besides_next < p->besides) return BESIDE;
    if (p->next < total(p)) return FIRST;
    return busy == 0 && p->alones_next < p->alones ? ALONE : NOTHING;
}

static uint32_t take(pool *p, turn t)
{
    if (t == BESIDE) return p->beside[p->besides_next++];
    if (t == ALONE) return p->alone[p->alones_next++];
    uint32_t run = p->next++;
    return p->order ? p->order[run / p->repeat] * p->repeat + run % p->repeat : run;
}

/* A run begins: it is company for those that are under way. */
static void note_company(pool *p, const cf_worker *workers, uint32_t n, uint32_t run)
{
    if (!p->tries) return;
    p->company[run] = false;
    for (uint32_t i = 0; i < n; i++) {
        if (workers[i].run == CF_NO_RUN || workers[i].run == run) continue;
        p->company[run] = p->company[workers[i].run] = true;
    }
}

/* Gives every free place a worker and a job. False when there is work and not one worker. */
static bool hand_out(pool *p, cf_worker *workers, uint32_t n)
{
    uint32_t busy = 0;
    for (uint32_t i = 0; i < n; i++) busy += workers[i].run != CF_NO_RUN;
    for (uint32_t i = 0; i < n; i++) {
        cf_worker *w = &workers[i];
        turn t = w->run == CF_NO_RUN ? whose_turn(p, busy) : NOTHING;
        if (t == NOTHING) continue;
        if (!w->pid && !cf_worker_start(workers, n, i, p->jobs, p->o->run)) continue;
        uint32_t run = take(p, t);
        int64_t deadline = p->o->timeout_us ? cf_clock_us() + p->o->timeout_us : INT64_MAX;
        cf_worker_give(w, run, run / p->repeat, n == 1 || t != FIRST, deadline);
        note_company(p, workers, n, run);
        busy++;
    }
    return busy > 0 || p->finished == total(p);
}

static bool stopped(const pool *p)
{
    return p->o->stop && *p->o->stop;
}

static int wait_ms(const pool *p, const cf_worker *workers, uint32_t n)
{
    int64_t first = p->o->stop ? cf_clock_us() + LOOK_AGAIN_MS * 1000 : INT64_MAX;
    for (uint32_t i = 0; i < n; i++)
        if (workers[i].run != CF_NO_RUN && workers[i].deadline_us < first) first = workers[i].deadline_us;
    if (first == INT64_MAX) return -1;
    int64_t left = first - cf_clock_us();
    return left <= 0 ? 0 : left > 60000000 ? 60000 : (int)(left / 1000) + 1;
}

static void collect(pool *p, cf_worker *w, bool readable)
{
    int64_t run = w->run;
    cf_result r;
    cf_worker_news news = readable ? cf_worker_read(w, &r) : CF_W_WAIT;
    if (news == CF_W_ANSWER) {
        char *said = cf_worker_said(w);
        if (p->tries) let_go(p, w); /* the next run has a process of its own */
        keep(p, (uint32_t)run, &r, said);
    } else if (news == CF_W_DEAD) died(p, w);
    else if (run != CF_NO_RUN && cf_clock_us() >= w->deadline_us) timed_out(p, w);
}

static bool run_parallel(pool *p, uint32_t n, char *why, size_t why_cap)
{
    cf_worker *workers = cf_mem_zero(n, sizeof *workers);
    for (uint32_t i = 0; i < n; i++) workers[i].run = CF_NO_RUN;
    void (*old)(int) = signal(SIGPIPE, SIG_IGN);
    struct pollfd fds[WORKERS_MAX];
    bool ok = true;
    while (p->finished < total(p) && ok && !stopped(p)) {
        collect_leaving(p, 2 * n);
        ok = hand_out(p, workers, n);
        if (!ok) snprintf(why, why_cap, "cannot start a worker process: %s", strerror(errno));
        for (uint32_t i = 0; i < n; i++)
            fds[i] = (struct pollfd){.fd = workers[i].pid ? workers[i].from : -1, .events = POLLIN};
        if (ok && poll(fds, n, wait_ms(p, workers, n)) < 0) continue;
        for (uint32_t i = 0; i < n && ok; i++)
            if (workers[i].pid) collect(p, &workers[i], fds[i].revents != 0);
    }
    for (uint32_t i = 0; i < n; i++)
        if (workers[i].pid) cf_worker_end(&workers[i], !ok || stopped(p));
    collect_leaving(p, 0);
    signal(SIGPIPE, old);
    free(workers);
    return ok;
}

static void run_here(pool *p)
{
    for (uint32_t run = 0; run < total(p) && !stopped(p); run++) {
        const cf_job *j = &p->jobs[run / p->repeat];
        cf_result r = {0};
        cf_run_opts opts = j->opts;
        opts.punctual = true;
        p->o->run(j->path, j->id, &opts, &r);
        if (stopped(p)) cf_result_free(&r); /* its children got the signal too */
        else keep(p, run, &r, NULL);
    }
}

/* The longest first, or one that takes minutes may begin when all others are done. Jobs of one length stay in order. */
static uint32_t *by_length(const cf_job *jobs, uint32_t count)
{
    uint32_t *order = cf_mem_zero(count, sizeof *order);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;
        for (; at > 0 && jobs[order[at - 1]].length_us < jobs[i].length_us; at--) order[at] = order[at - 1];
        order[at] = i;
    }
    return order;
}

bool cf_pool_run(const cf_job *jobs, uint32_t count, const cf_pool_opts *o, cf_result *out, char **said, char *why,
                 size_t why_cap)
{
    pool p = {.jobs = jobs, .o = o, .count = count, .repeat = o->repeat ? o->repeat : 1, .out = out, .said = said};
    memset(out, 0, count * sizeof *out);
    memset(said, 0, count * sizeof *said);
    p.seen = cf_mem_zero(total(&p), sizeof *p.seen);
    p.done = cf_mem_zero(count, sizeof *p.done);
    uint32_t n = o->workers > WORKERS_MAX ? WORKERS_MAX : o->workers;
    if (n > total(&p)) n = total(&p);
    if (o->real_clock && n) {
        p.tries = cf_mem_zero(total(&p), sizeof *p.tries);
        p.order = by_length(jobs, count);
        p.company = cf_mem_zero(total(&p), sizeof *p.company);
        p.beside = cf_mem_zero(total(&p) * (size_t)CF_PACE_REPEATS, sizeof *p.beside);
        p.alone = cf_mem_zero(total(&p) * (size_t)CF_PACE_REPEATS, sizeof *p.alone);
        cf_pace_init(&p.pace, n, n);
    }
    bool ok = true;
    if (o->workers == 0) run_here(&p);
    else ok = run_parallel(&p, n, why, why_cap);
    for (uint32_t i = 0; i < count; i++) {
        if (ok && p.done[i] == p.repeat) cf_repeat_judge(&out[i], &p.seen[i * p.repeat], p.repeat, o->same_packets);
        else cf_result_free(&out[i]), free(said[i]), said[i] = NULL;
    }
    free(p.seen);
    free(p.done);
    free(p.tries);
    free(p.order);
    free(p.company);
    free(p.beside);
    free(p.alone);
    return ok;
}
