#define _GNU_SOURCE /* gettid */
/* linux_call.c — calls that end at once, made by the running thread; calls that may block, made by the helper thread.
 *
 * A call has been begun when the helper is seen asleep inside it (state S in /proc), or has come back: what the script
 * does next really happens while the call waits. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "linux.h"

enum { HELPER_STACK = 256 << 10 };

void cf_linux_call(cf_target *t, const cf_call_in *in, cf_call_out *out)
{
    cf_linux_do(in, out);
    out->done_at_us = cf_linux_now(t);
}

/* ---------- the helper ---------- */

static void signal_event(int fd)
{
    uint64_t one = 1;
    while (write(fd, &one, sizeof one) < 0 && errno == EINTR) {}
}

static void take_event(int fd)
{
    uint64_t n;
    while (read(fd, &n, sizeof n) < 0 && errno == EINTR) {}
}

static void *help(void *ctx)
{
    cf_linux *l = ctx;
    cf_helper *h = &l->helper;
    h->tid = gettid();
    signal_event(h->done);
    for (;;) {
        take_event(h->wake);
        atomic_store(&h->state, CF_HELPER_INSIDE);
        cf_linux_do(&h->in, &h->out);
        h->out.done_at_us = cf_linux_now(&l->base);
        atomic_store(&h->state, CF_HELPER_DONE);
        signal_event(h->done);
    }
    return NULL;
}

void cf_linux_helper_start(cf_linux *l)
{
    cf_helper *h = &l->helper;
    pthread_attr_t a;
    h->wake = eventfd(0, EFD_CLOEXEC);
    h->done = eventfd(0, EFD_CLOEXEC);
    if (h->wake < 0 || h->done < 0 || pthread_attr_init(&a) != 0) return;
    pthread_attr_setstacksize(&a, HELPER_STACK);
    h->started = pthread_create(&h->thread, &a, help, l) == 0;
    pthread_attr_destroy(&a);
    if (h->started) take_event(h->done); /* it runs, and its number is known */
}

void cf_linux_helper_stop(cf_linux *l)
{
    cf_helper *h = &l->helper;
    if (!h->started) return;
    h->started = false;
    pthread_cancel(h->thread);
    pthread_join(h->thread, NULL);
    close(h->wake);
    close(h->done);
}

/* ---------- blocking calls ---------- */

/* The state letter behind the name in parentheses; '?' when the thread cannot be looked at. */
static char thread_state(pid_t tid)
{
    char path[64], text[256];
    snprintf(path, sizeof path, "/proc/self/task/%ld/stat", (long)tid);
    FILE *f = fopen(path, "re");
    if (!f) return '?';
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    const char *end = strrchr(text, ')');
    return end && end[1] == ' ' ? end[2] : '?';
}

bool cf_linux_call_begin(cf_target *t, const cf_call_in *in)
{
    cf_helper *h = &cf_linux_of(t)->helper;
    if (!h->started || atomic_load(&h->state) != CF_HELPER_IDLE) return false;
    h->in = *in;
    h->out = (cf_call_out){0};
    atomic_store(&h->state, CF_HELPER_ASKED);
    signal_event(h->wake);
    for (;;) {
        int state = atomic_load(&h->state);
        if (state == CF_HELPER_DONE) return true;
        char seen = state == CF_HELPER_INSIDE ? thread_state(h->tid) : 'R';
        if (seen == 'S' || seen == '?') return true;
        struct timespec moment = {.tv_nsec = 20000};
        nanosleep(&moment, NULL); /* on one processor the helper must get its turn */
    }
}

bool cf_linux_call_done(cf_target *t, int64_t deadline_us, cf_call_out *out)
{
    cf_helper *h = &cf_linux_of(t)->helper;
    struct pollfd p = {.fd = h->done, .events = POLLIN};
    if (atomic_load(&h->state) == CF_HELPER_IDLE) return false;
    for (;;) {
        int64_t left = deadline_us - cf_linux_now(t);
        int ms = left <= 0 ? 0 : left > 60000000 ? 60000 : (int)((left + 999) / 1000);
        if (poll(&p, 1, ms) > 0) break;
        if (left <= 0) return false;
    }
    take_event(h->done);
    *out = h->out;
    atomic_store(&h->state, CF_HELPER_IDLE);
    return true;
}
