#define _GNU_SOURCE /* gettid, ppoll */
#include "helper.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { HELPER_STACK = 256 << 10 };

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
    cf_helper *h = ctx;
    h->tid = gettid();
    signal_event(h->done);
    for (;;) {
        take_event(h->wake);
        atomic_store(&h->state, CF_HELPER_INSIDE);
        h->make(h->ctx, &h->in, &h->out);
        atomic_store(&h->state, CF_HELPER_DONE);
        signal_event(h->done);
    }
    return NULL;
}

static void close_events(cf_helper *h)
{
    if (h->wake >= 0) close(h->wake);
    if (h->done >= 0) close(h->done);
    h->wake = h->done = -1;
}

void cf_helper_start(cf_helper *h, cf_helper_fn *make, void *ctx)
{
    pthread_attr_t a;
    h->make = make;
    h->ctx = ctx;
    h->wake = eventfd(0, EFD_CLOEXEC);
    h->done = eventfd(0, EFD_CLOEXEC);
    if (h->wake >= 0 && h->done >= 0 && pthread_attr_init(&a) == 0) {
        pthread_attr_setstacksize(&a, HELPER_STACK);
        h->started = pthread_create(&h->thread, &a, help, h) == 0;
        pthread_attr_destroy(&a);
    }
    if (h->started) take_event(h->done); /* it runs, and its number is known */
    else close_events(h);
}

void cf_helper_stop(cf_helper *h)
{
    if (!h->started) return;
    h->started = false;
    pthread_cancel(h->thread);
    pthread_join(h->thread, NULL);
    close_events(h);
}

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

bool cf_helper_begin(cf_helper *h, const cf_call_in *in)
{
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

bool cf_helper_busy(const cf_helper *h)
{
    return atomic_load(&h->state) != CF_HELPER_IDLE;
}

bool cf_helper_done(cf_helper *h, int64_t patience_us, cf_call_out *out)
{
    struct pollfd p = {.fd = h->done, .events = POLLIN};
    struct timespec ts = {.tv_sec = patience_us / 1000000, .tv_nsec = patience_us % 1000000 * 1000};
    if (patience_us < 0) ts = (struct timespec){0};
    if (!h->started || !cf_helper_busy(h)) return false;
    int n;
    while ((n = ppoll(&p, 1, &ts, NULL)) < 0 && errno == EINTR) {}
    if (n <= 0) return false;
    take_event(h->done);
    *out = h->out;
    atomic_store(&h->state, CF_HELPER_IDLE);
    return true;
}
