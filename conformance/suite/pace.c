#include "pace.h"

#include <stdio.h>
#include <string.h>

#include "../text/mem.h"

void cf_pace_init(cf_pace *p, uint32_t first, uint32_t most)
{
    *p = (cf_pace){.width = first < most ? first : most, .most = most};
    if (!p->width) p->width = 1;
}

void cf_pace_note(cf_pace *p, int64_t late_us)
{
    if (late_us >= CF_PACE_LOST_US) {
        p->width = p->width > 2 ? p->width - p->width / 4 - (p->width < 4) : 1;
        p->calm = 0;
    } else if (late_us < CF_PACE_LATE_US && ++p->calm >= p->width / 2 && p->width < p->most) {
        p->width++;
        p->calm = 0;
    }
}

static bool of_time(const cf_result *r)
{
    return strncmp(r->signature, "time ", 5) == 0;
}

static bool doubtful(const cf_result *r)
{
    bool failed = r->outcome == CF_FAIL || r->outcome == CF_LAX;
    return failed && r->late_us >= (of_time(r) ? CF_PACE_LATE_US : CF_PACE_LOST_US);
}

static bool like_the_first(const cf_tries *t, const cf_result *r)
{
    return t->count && strncmp(t->first, r->signature, sizeof t->first - 1) == 0;
}

bool cf_tries_again(const cf_tries *t, const cf_result *r)
{
    if (!doubtful(r) || t->count == CF_PACE_REPEATS) return false;
    return of_time(r) || !like_the_first(t, r);
}

void cf_tries_note(cf_tries *t, const cf_result *r)
{
    char now[64];
    snprintf(now, sizeof now, "%.63s", r->signature);
    if (!t->count++) memcpy(t->first, now, sizeof now);
    t->differ = t->differ || strcmp(t->first, now) != 0;
    if (r->late_us > t->worst_us) t->worst_us = r->late_us;
}

void cf_tries_judge(const cf_tries *t, cf_result *r)
{
    if (!t->count) return;
    char *before = r->notes;
    r->notes = cf_mem_fmt("%s%srun %u times: the judge woke up to %.1f ms late before (%s)", before ? before : "",
                          before ? "\n" : "", t->count + 1, (double)t->worst_us / 1000, t->first);
    free(before);
    if (!doubtful(r) || (like_the_first(t, r) && !t->differ)) return;
    char *said = r->message;
    r->message = cf_mem_fmt("%u runs differ, and in none was the judge in time; the last said: %s", t->count + 1,
                            said ? said : "");
    free(said);
    r->outcome = CF_UNSTEADY;
    snprintf(r->signature, sizeof r->signature, "unsteady");
}
