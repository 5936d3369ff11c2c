#include "info_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TENTH = 10 };

/* 0 when it is not there: zeros are not written. */
static int64_t value_of(const char *text, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = text; *at; at += strcspn(at, " "), at += *at == ' ')
        if (strncmp(at, name, n) == 0 && at[n] == '=') return strtoll(at + n + 1, NULL, 10);
    return 0;
}

static void compare(const cf_run_diff *d, const char *name, int64_t x, int64_t y)
{
    char where[60];
    cf_diff_facts f = {.kind = CF_D_INFO,
                       .field = name,
                       .x = x,
                       .y = y,
                       .absent = {x == 0, y == 0},
                       .script = true,
                       .told = d->again_told,
                       .with_digests = d->with_digests};
    cf_difference out = cf_difference_of(d->rules, &f);
    snprintf(where, sizeof where, "tcpi_%s", name);
    snprintf(out.a, sizeof out.a, "%lld", (long long)x);
    snprintf(out.b, sizeof out.b, "%lld", (long long)y);
    d->emit(d->ctx, where, &out);
}

/* Further apart than the tolerance and than a tenth of the larger: clocks of computers tick, and run on. */
static bool far(const cf_run_diff *d, int64_t x, int64_t y, int64_t per_us)
{
    int64_t apart = x < y ? y - x : x - y, larger = x < y ? y : x;
    return !d->no_time && apart * per_us > d->time_us && apart * TENTH > larger;
}

/* Without a connection there is nothing but the state: what Linux shows then are the values a connection would start
 * with, or those of one that is gone. */
static bool connected(const char *info)
{
    enum { CLOSE = 7, LISTEN = 10 };
    int64_t state = value_of(info, "state");
    return state != CLOSE && state != LISTEN;
}

/* SYN-SENT and SYN-RECEIVED: most of what will be known is not known yet. */
static bool opening(const char *info)
{
    enum { SYN_SENT = 2, SYN_RECV = 3 };
    int64_t state = value_of(info, "state");
    return state == SYN_SENT || state == SYN_RECV;
}

bool cf_info_diff(const cf_run_diff *d, const char *a, const char *b)
{
    static const struct {
        const char *name;
        int64_t per_us; /* 0: no time */
        bool early;
    } fields[] = {
#define SAME(name) {#name, 0, false},
#define EARLY(name) {#name, 0, true},
#define TIME(name, per) {#name, per, false},
#include "info.def"
#undef SAME
#undef EARLY
#undef TIME
    };
    bool near = false;
    if (!*a || !*b) return false;
    bool there = connected(a) && connected(b), open = there && !opening(a) && !opening(b);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        int64_t x = value_of(a, fields[i].name), y = value_of(b, fields[i].name);
        if (i > 0 && (!there || (!open && !fields[i].early))) continue;
        bool differs = fields[i].per_us ? far(d, x, y, fields[i].per_us) : x != y;
        if (differs) compare(d, fields[i].name, x, y);
        near = near || (!differs && x != y);
    }
    return near;
}
