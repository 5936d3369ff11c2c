#define _GNU_SOURCE /* pipe2 */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../text/mem.h"
#include "parcel.h"

int64_t cf_clock_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* What goes down the pipe. */
typedef struct {
    uint32_t job, punctual;
} order;

/* ---------- the child's side ---------- */

static bool read_all(int fd, void *out, size_t len)
{
    for (char *at = out; len > 0;) {
        ssize_t n = read(fd, at, len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static bool write_all(int fd, const void *bytes, size_t len)
{
    for (const char *at = bytes; len > 0;) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

__attribute__((noreturn)) static void serve(int in, int out, const cf_job *jobs, cf_run_fn *run)
{
    order o;
    while (read_all(in, &o, sizeof o)) {
        cf_result r = {0};
        const cf_job *j = &jobs[o.job];
        cf_run_opts opts = j->opts;
        opts.punctual = o.punctual;
        run(j->path, j->id, &opts, &r);
        fflush(NULL);
        cf_buf b = {0};
        cf_parcel_pack(&b, &r);
        uint64_t len = b.len;
        bool ok = write_all(out, &len, sizeof len) && write_all(out, b.data, b.len);
        cf_buf_free(&b);
        cf_result_free(&r);
        if (!ok) break;
    }
    _exit(0);
}

static void close_all(cf_worker *workers, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!workers[i].pid) continue;
        close(workers[i].to);
        close(workers[i].from);
        close(workers[i].log);
    }
}

/* ---------- the parent's side ---------- */

/* A file without a name; what is written goes to its end, also after the parent has emptied it. */
static int open_log(void)
{
    FILE *f = tmpfile();
    if (!f) return -1;
    int fd = fcntl(fileno(f), F_DUPFD_CLOEXEC, 3);
    fclose(f);
    if (fd >= 0) fcntl(fd, F_SETFL, O_APPEND);
    return fd;
}

static bool open_pipes(int down[2], int up[2], int *log)
{
    if (pipe2(down, O_CLOEXEC) != 0) return false;
    if (pipe2(up, O_CLOEXEC) != 0) {
        close(down[0]);
        close(down[1]);
        return false;
    }
    *log = open_log();
    if (*log >= 0) return true;
    int saved = errno;
    for (int i = 0; i < 2; i++) {
        close(down[i]);
        close(up[i]);
    }
    errno = saved;
    return false;
}

bool cf_worker_start(cf_worker *workers, uint32_t count, uint32_t at, const cf_job *jobs, cf_run_fn *run)
{
    int down[2], up[2], log;
    if (!open_pipes(down, up, &log)) return false;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody would read the answer */
        setpgid(0, 0);                    /* so that its children can be ended with it */
        signal(SIGINT, SIG_DFL);          /* what the parent does with them is not for workers */
        signal(SIGTERM, SIG_DFL);
        signal(SIGHUP, SIG_DFL);
        close_all(workers, count);
        close(down[1]);
        close(up[0]);
        dup2(log, 1);
        dup2(log, 2);
        serve(down[0], up[1], jobs, run);
    }
    int saved = errno;
    close(down[0]);
    close(up[1]);
    if (pid < 0) {
        close(down[1]);
        close(up[0]);
        close(log);
        errno = saved;
        return false;
    }
    setpgid(pid, pid);
    fcntl(up[0], F_SETFL, O_NONBLOCK);
    workers[at] = (cf_worker){.pid = pid, .to = down[1], .from = up[0], .log = log, .run = CF_NO_RUN};
    return true;
}

void cf_worker_give(cf_worker *w, uint32_t run, uint32_t job, bool punctual, int64_t deadline_us)
{
    order o = {job, punctual};
    w->run = run;
    w->deadline_us = deadline_us;
    (void)write_all(w->to, &o, sizeof o); /* a dead worker shows at the next read */
}

cf_worker_news cf_worker_read(cf_worker *w, cf_result *r)
{
    char bytes[65536];
    for (;;) {
        ssize_t n = read(w->from, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) break;
        if (n <= 0) return CF_W_DEAD;
        cf_buf_put(&w->got, bytes, (size_t)n);
    }
    uint64_t len;
    if (w->got.len < sizeof len) return CF_W_WAIT;
    memcpy(&len, w->got.data, sizeof len);
    if (w->got.len - sizeof len < len) return CF_W_WAIT;
    bool whole = cf_parcel_open(w->got.data + sizeof len, (size_t)len, r);
    cf_buf_clear(&w->got);
    if (!whole) return CF_W_DEAD;
    w->run = CF_NO_RUN;
    return CF_W_ANSWER;
}

char *cf_worker_said(cf_worker *w)
{
    struct stat st;
    if (fstat(w->log, &st) != 0 || st.st_size == 0) return NULL;
    char *text = cf_mem_zero(1, (size_t)st.st_size + 1);
    ssize_t n = pread(w->log, text, (size_t)st.st_size, 0);
    text[n > 0 ? n : 0] = '\0';
    if (ftruncate(w->log, 0) != 0) text[0] = '\0';
    return text;
}

pid_t cf_worker_leave(cf_worker *w)
{
    pid_t pid = w->pid;
    close(w->to);
    close(w->from);
    close(w->log);
    cf_buf_free(&w->got);
    *w = (cf_worker){.run = CF_NO_RUN};
    return pid;
}

int cf_worker_end(cf_worker *w, bool now)
{
    int status = 0;
    if (now) kill(-w->pid, SIGKILL);
    close(w->to);
    while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR) continue;
    close(w->from);
    close(w->log);
    cf_buf_free(&w->got);
    *w = (cf_worker){.run = CF_NO_RUN};
    return status;
}
