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

static bool in_time(int64_t late_us)
{
    return late_us < CF_PACE_LATE_US;
}

/* Failed while the judge was late. */
static bool late_failure(const cf_result *r)
{
    return failed(r) && !in_time(r->late_us);
}

static bool like(const cf_tries *t, uint32_t i, const cf_result *r)
{
    return t->seen[i].outcome == r->outcome &&
           strncmp(t->seen[i].signature, r->signature, sizeof t->seen[i].signature - 1) == 0;
}

/* A time lies so near to its tolerance that a tick more or less decides. */
static bool narrow(const cf_result *r)
{
    return r->off && r->margin_us < CF_PACE_TICK_US && r->margin_us > -CF_PACE_TICK_US;
}

/* Does this result, or one before it, hang on a tick? */
static bool in_doubt(const cf_tries *t, const cf_result *r)
{
    bool doubt = narrow(r);
    for (uint32_t i = 0; i < t->count; i++) doubt = doubt || t->seen[i].narrow;
    return doubt;
}

/* Two tries in time came to the same, and this is the second of them. */
static bool agrees(const cf_tries *t, const cf_result *r)
{
    for (uint32_t i = 0; i < t->count && in_time(r->late_us); i++)
        if (in_time(t->seen[i].late_us) && like(t, i, r)) return true;
    return false;
}

static bool not_started(const cf_result *r)
{
    return r->outcome == CF_RUN_ERROR && starts(r, "target");
}

static bool wrong(const cf_result *r)
{
    return failed(r) || (r->outcome == CF_RUN_ERROR && starts(r, "error"));
}

static bool believed(const cf_tries *t, const cf_result *r, bool company)
{
    bool again = t->count && like(t, 0, r);
    if (late_failure(r)) return !of_time(r) && again;
    if (in_doubt(t, r)) return agrees(t, r);
    if (!company) return true;
    if (not_started(r)) return false;
    return t->count ? again : !wrong(r);
}

cf_try cf_tries_again(const cf_tries *t, const cf_result *r, bool company)
{
    if (t->count == CF_PACE_REPEATS || believed(t, r, company)) return CF_TRY_NO_MORE;
    bool alone = t->count || late_failure(r) || not_started(r) || (narrow(r) && failed(r));
    return company && !alone ? CF_TRY_BESIDE : CF_TRY_ALONE;
}

void cf_tries_note(cf_tries *t, const cf_result *r, bool company)
{
    uint32_t i = t->count++;
    t->seen[i].outcome = r->outcome;
    snprintf(t->seen[i].signature, sizeof t->seen[i].signature, "%.63s", r->signature);
    t->seen[i].late_us = r->late_us;
    t->seen[i].company = company;
    t->seen[i].narrow = narrow(r);
}

static bool all_like(const cf_tries *t, const cf_result *r)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (!like(t, i, r)) return false;
    return true;
}

static void put_try(cf_buf *b, cf_outcome o, const char *signature, bool company, int64_t late_us)
{
    cf_buf_printf(b, "%s%s", signature[0] ? signature : cf_outcome_name(o), company ? " beside others" : "");
    if (!in_time(late_us)) cf_buf_printf(b, " (judge %.1f ms late)", (double)late_us / 1000);
}

/* "run 3 times: time late line 4 beside others (judge 9.0 ms late), pass, pass" */
static void add_note(const cf_tries *t, cf_result *r, bool company)
{
    cf_buf b = {0};
    if (r->notes) cf_buf_printf(&b, "%s\n", r->notes);
    cf_buf_printf(&b, "run %u times: ", t->count + 1);
    for (uint32_t i = 0; i < t->count; i++) {
        put_try(&b, t->seen[i].outcome, t->seen[i].signature, t->seen[i].company, t->seen[i].late_us);
        cf_buf_printf(&b, ", ");
    }
    put_try(&b, r->outcome, r->signature, company, r->late_us);
    free(r->notes);
    r->notes = cf_buf_take(&b);
}

void cf_tries_judge(const cf_tries *t, cf_result *r, bool company)
{
    r->tries = t->count + 1;
    if (!t->count || all_like(t, r)) return;
    add_note(t, r, company);
    if (believed(t, r, company)) return;
    char *said = r->message;
    r->message = cf_mem_fmt("%u runs differ, and no two can be believed; the last said: %s", t->count + 1,
                            said ? said : cf_outcome_name(r->outcome));
    free(said);
    r->outcome = CF_UNSTEADY;
    snprintf(r->signature, sizeof r->signature, "unsteady");
}
