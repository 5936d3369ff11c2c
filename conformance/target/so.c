#define _GNU_SOURCE /* RTLD_DEEPBIND */
#include "so.h"

#include <dlfcn.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../text/mem.h"
#include "info.h"

/* The library's own symbols come first, even if ours have the same names. The sanitizer does not allow it. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DEEP 0
#endif
#endif
#ifndef DEEP
#define DEEP RTLD_DEEPBIND
#endif

/* A packet that is waited for is asked for this often; a sleep ends this long before its time, the rest is spun away.
 * A clock that does not move while it is looked at is moved by sleeping. */
enum {
    FRAME_MAX = 1 << 17,
    ASK_AGAIN_US = 100,
    SPIN_US = 20,
    SPINS_MAX = 100000,
    USLEEP_MAX = 900000,
    GIVE_WAY_US = 1000,
    CALL_STEP_US = 20000
};

/* ---------- time ---------- */

static int64_t so_now(cf_target *t)
{
    cf_so *s = cf_so_of(t);
    struct timeval tv = {0};
    s->table.gettimeofday(s->table.userdata, &tv, NULL);
    return (int64_t)tv.tv_sec * 1000000 + tv.tv_usec;
}

/* While a call waits in the other thread, that one gets a moment first: a clock that moves only by sleeping would
 * otherwise run away from a call that is just about to return. */
static void sleep_us(cf_so *s, int64_t us)
{
    if (cf_helper_busy(&s->helper)) {
        struct timespec moment = {.tv_nsec = GIVE_WAY_US * 1000};
        int64_t before = so_now(&s->base);
        nanosleep(&moment, NULL);
        us -= so_now(&s->base) - before;
    }
    for (; us > 0; us -= USLEEP_MAX) s->table.usleep(s->table.userdata, (unsigned)(us < USLEEP_MAX ? us : USLEEP_MAX));
}

static void so_sleep_until(cf_target *t, int64_t at_us)
{
    cf_so *s = cf_so_of(t);
    int64_t now = so_now(t), seen = now;
    uint32_t still = 0;
    if (at_us - SPIN_US > now) sleep_us(s, at_us - SPIN_US - now);
    for (; (now = so_now(t)) < at_us; seen = now) {
        still = now == seen ? still + 1 : 0;
        if (still == SPINS_MAX) sleep_us(s, at_us - now);
    }
}

/* ---------- packets ---------- */

static bool so_inject(cf_target *t, const uint8_t *bytes, size_t len, char *why, size_t cap)
{
    cf_so *s = cf_so_of(t);
    if (s->table.netdev_send(s->table.userdata, bytes, len) == 0) return true;
    snprintf(why, cap, "netdev_send of the library failed");
    return false;
}

static bool so_sniff(cf_target *t, int64_t deadline_us, cf_sniffed *out)
{
    cf_so *s = cf_so_of(t);
    for (;;) {
        size_t n = FRAME_MAX;
        long long at = 0;
        if (s->table.netdev_receive(s->table.userdata, s->frame, &n, &at) == 0 && n > 0 && n <= FRAME_MAX) {
            *out = (cf_sniffed){s->frame, n, at};
            return true;
        }
        int64_t step = cf_helper_busy(&s->helper) ? GIVE_WAY_US : ASK_AGAIN_US;
        int64_t left = deadline_us == INT64_MAX ? step : deadline_us - so_now(t);
        if (left <= 0) return false;
        sleep_us(s, left < step ? left : step);
    }
}

/* ---------- calls ---------- */

static void so_call(cf_target *t, const cf_call_in *in, cf_call_out *out)
{
    cf_so_do(cf_so_of(t), in, out);
    out->done_at_us = so_now(t);
}

static void make(void *ctx, const cf_call_in *in, cf_call_out *out)
{
    so_call(ctx, in, out);
}

static bool so_call_begin(cf_target *t, const cf_call_in *in)
{
    cf_so *s = cf_so_of(t);
    if (!s->helper.started) cf_helper_start(&s->helper, make, t);
    return cf_helper_begin(&s->helper, in);
}

/* The clock may be one that only moves when somebody sleeps. */
static bool so_call_done(cf_target *t, int64_t deadline_us, cf_call_out *out)
{
    cf_so *s = cf_so_of(t);
    while (cf_helper_busy(&s->helper)) {
        int64_t left = deadline_us - so_now(t);
        if (cf_helper_done(&s->helper, 0, out)) return true;
        if (left <= 0) return false;
        sleep_us(s, left < CALL_STEP_US ? left : CALL_STEP_US);
    }
    return false;
}

/* ---------- life ---------- */

static bool complete(const cf_so_table *t, char *why, size_t cap)
{
    const struct {
        const char *name;
        bool there;
    } needed[] = {
        {"socket", t->socket != NULL},           {"close", t->close != NULL},
        {"netdev_send", t->netdev_send != NULL}, {"netdev_receive", t->netdev_receive != NULL},
        {"usleep", t->usleep != NULL},           {"gettimeofday", t->gettimeofday != NULL},
    };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (needed[i].there) continue;
        snprintf(why, cap, "the library has no function %s in its table", needed[i].name);
        return false;
    }
    return true;
}

static bool load(cf_so *s, const cf_open *o, char *why, size_t cap)
{
    if (!o->arg || !*o->arg) {
        snprintf(why, cap, "no library is named: --target so:PATH, or --so_filename=PATH");
        return false;
    }
    /* dlopen looks along its search path for a name without a slash; a file of this folder is meant. */
    char *path = strchr(o->arg, '/') ? cf_mem_str(o->arg) : cf_mem_fmt("./%s", o->arg);
    s->library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE | DEEP);
    free(path);
    void *entry = s->library ? dlsym(s->library, CF_SO_INIT) : NULL;
    if (!entry) {
        snprintf(why, cap, "%s", dlerror());
        return false;
    }
    cf_so_init *init;
    memcpy(&init, &entry, sizeof init); /* C has no other way from an object's address to a function's */
    init(o->arg_flags, &s->table);
    s->filled = true;
    return complete(&s->table, why, cap);
}

static void so_close(cf_target *t)
{
    cf_so *s = cf_so_of(t);
    cf_helper_stop(&s->helper);
    if (s->filled && s->table.free) s->table.free(s->table.userdata);
    if (s->library) dlclose(s->library);
    free(s->frame);
    free(s);
}

static cf_target *so_open(const cf_open *o, char *why, size_t cap)
{
    cf_so *s = cf_mem_zero(1, sizeof *s);
    s->base.ops = &cf_target_so;
    s->frame = cf_mem_zero(1, FRAME_MAX);
    if (load(s, o, why, cap)) return &s->base;
    so_close(&s->base);
    return NULL;
}

/* ---------- settings, state ---------- */

static int so_set(cf_target *t, const char *name, const char *value, char *why, size_t cap)
{
    (void)t;
    (void)value;
    snprintf(why, cap, "%s: the library takes no settings", name);
    return 1;
}

static int so_info(cf_target *t, int fd, const char **names, int64_t *values, int cap)
{
    cf_so *s = cf_so_of(t);
    uint8_t room[CF_INFO_ROOM] = {0};
    socklen_t len = sizeof room;
    if (!s->table.getsockopt || s->table.getsockopt(s->table.userdata, fd, IPPROTO_TCP, CF_INFO_OPTION, room, &len))
        return -1;
    cf_info_list l = {names, values, cap, 0};
    cf_info_read(&l, room);
    return l.count;
}

static int64_t so_next_event(cf_target *t)
{
    (void)t;
    return INT64_MAX;
}

static void so_story(cf_target *t, cf_story_fn *fn, void *ctx)
{
    (void)t; /* the interface has nothing to tell it with */
    (void)fn;
    (void)ctx;
}

/* What the library can do is not known before it is asked, so nothing is refused for it but what the interface lacks.
 */
const cf_target_ops cf_target_so = {
    .name = "so",
    .what = "a stack in a shared library (so:PATH) with packetdrill's plug-in interface, on the library's clock",
    .takes = "PATH",
    .caps = ~(CF_CAP(VIRTUAL_CLOCK) | CF_CAP(DROP_REASONS) | CF_CAP(HOST_SHELL) | CF_CAP(PSP)) &
            (((cf_caps)1 << CF_CAPBITS) - 1),
    .open = so_open,
    .close = so_close,
    .now = so_now,
    .sleep_until = so_sleep_until,
    .inject = so_inject,
    .sniff = so_sniff,
    .call = so_call,
    .call_begin = so_call_begin,
    .call_done = so_call_done,
    .set = so_set,
    .info = so_info,
    .story = so_story,
    .next_event = so_next_event,
};
