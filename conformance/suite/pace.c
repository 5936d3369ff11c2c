#include "pace.h"

#include <stdio.h>
#include <string.h>

#include "../text/mem.h"

void cf_pace_init(cf_pace *p, uint32_t first, uint32_t most)
{
    *p = (cf_pace){.width = first < most ? first : most, .most = most};
    if (!p->width) p->width = 1;
}

void cf_pace_note(cf_pace *p, int64_t late_us, bool good)
{
    if (late_us >= CF_PACE_LOST_US && good) {
        p->calm = 0;
    } else if (late_us >= CF_PACE_LOST_US) {
        p->width = p->width > 2 ? p->width - p->width / 4 - (p->width < 4) : 1;
        p->calm = 0;
    } else if (late_us < CF_PACE_LATE_US && ++p->calm >= p->width / 2 && p->width < p->most) {
        p->width++;
        p->calm = 0;
    }
}

static bool starts(const cf_result *r, const char *with)
{
    return strncmp(r->signature, with, strlen(with)) == 0;
}

static bool of_time(const cf_result *r)
{
    return starts(r, "time ");
}

static bool failed(const cf_result *r)
{
    return r->outcome == CF_FAIL || r->outcome == CF_LAX;
}

/* Failed while the judge was late. */
static bool late_failure(const cf_result *r)
{
    return failed(r) && r->late_us >= CF_PACE_LATE_US;
}

static bool like_the_first(const cf_tries *t, const cf_result *r)
{
    return t->count && strncmp(t->first, r->signature, sizeof t->first - 1) == 0;
}

/* A time lies so near to its tolerance that a tick more or less decides. */
static bool narrow(const cf_result *r)
{
    return r->off && r->margin_us < CF_PACE_TICK_US && r->margin_us > -CF_PACE_TICK_US;
}

static cf_try after_company(const cf_tries *t, const cf_result *r)
{
    bool target = r->outcome == CF_RUN_ERROR && starts(r, "target");
    bool wrong = failed(r) || (r->outcome == CF_RUN_ERROR && starts(r, "error"));
    if (target || narrow(r)) return CF_TRY_ALONE;
    if (t->count) return like_the_first(t, r) ? CF_TRY_NO_MORE : CF_TRY_ALONE;
    return wrong ? CF_TRY_BESIDE : CF_TRY_NO_MORE;
}

cf_try cf_tries_again(const cf_tries *t, const cf_result *r, bool company)
{
    if (t->count == CF_PACE_REPEATS) return CF_TRY_NO_MORE;
    if (late_failure(r) && (of_time(r) || !like_the_first(t, r))) return CF_TRY_ALONE;
    return company ? after_company(t, r) : CF_TRY_NO_MORE;
}

void cf_tries_note(cf_tries *t, const cf_result *r)
{
    char now[64];
    snprintf(now, sizeof now, "%.63s", r->signature);
    if (!t->count++) memcpy(t->first, now, sizeof now);
    t->differ = t->differ || strcmp(t->first, now) != 0;
    if (r->late_us > t->worst_us) t->worst_us = r->late_us;
}

static void add_note(const cf_tries *t, cf_result *r)
{
    const char *first = t->first[0] ? t->first : "pass";
    char *before = r->notes;
    char *say = t->worst_us >= CF_PACE_LATE_US
                    ? cf_mem_fmt("run %u times: the judge woke up to %.1f ms late before (%s)", t->count + 1,
                                 (double)t->worst_us / 1000, first)
                    : cf_mem_fmt("run %u times: beside others it came to something else (%s)", t->count + 1, first);
    r->notes = cf_mem_fmt("%s%s%s", before ? before : "", before ? "\n" : "", say);
    free(say);
    free(before);
}

void cf_tries_judge(const cf_tries *t, cf_result *r)
{
    if (!t->count) return;
    bool same = like_the_first(t, r) && !t->differ;
    if (!same) add_note(t, r);
    if (!late_failure(r) || same) return;
    char *said = r->message;
    r->message = cf_mem_fmt("%u runs differ, and in none was the judge in time; the last said: %s", t->count + 1,
                            said ? said : "");
    free(said);
    r->outcome = CF_UNSTEADY;
    snprintf(r->signature, sizeof r->signature, "unsteady");
}
