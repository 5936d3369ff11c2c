/* pace.h — runs on a real clock: how many at once, and which of them count.
 *
 * The judge of such a run notes how late it woke at worst (cf_result.late_us). As long as runs wake in time, more are
 * started at once; a late one that failed brings the number down. What may come of the company or of a late judge says
 * nothing about the stack, and is tried again, at most CF_PACE_REPEATS times:
 *
 *   alone, when all others are done: a run that had company and one of whose times was off and lies within a tick of
 *     its tolerance, on either side. Timers of a kernel fire on ticks, and a busy processor ticks otherwise than one
 *     that sleeps;
 *   alone: any failure while the judge was late by CF_PACE_LATE_US or more: packets may have crossed on the way. One
 *     that is not of time is believed when it comes a second time;
 *   alone: a target that did not start beside others;
 *   beside others: any other failure of a run that had company. It is believed when it comes a second time, and tried
 *     alone when something else comes. */
#ifndef CF_SUITE_PACE_H
#define CF_SUITE_PACE_H

#include "../run/result.h"

enum {
    CF_PACE_REPEATS = 3,
    CF_PACE_LATE_US = 500,
    CF_PACE_LOST_US = 2000, /* half of the usual tolerance: fewer runs at once */
    CF_PACE_TICK_US = 4000  /* of a kernel with 250 ticks in a second, as most have */
};

typedef struct cf_pace {
    uint32_t width, most; /* runs at once now, at most */
    uint32_t calm;        /* runs in time since the width changed */
} cf_pace;

void cf_pace_init(cf_pace *p, uint32_t first, uint32_t most);
/* A run has ended that woke late by late_us at worst. good: it went well all the same, so fewer at once would have
 * brought nothing; more do not follow either. */
void cf_pace_note(cf_pace *p, int64_t late_us, bool good);

/* What came of one job so far, while it is repeated. */
typedef struct cf_tries {
    uint32_t count;
    int64_t worst_us;
    char first[64]; /* signature of the first */
    bool differ;    /* not all had the same */
} cf_tries;
void cf_tries_note(cf_tries *t, const cf_result *r);
/* Is this result good, or worth another try, and how? company: other runs went beside it. */
typedef enum { CF_TRY_NO_MORE, CF_TRY_BESIDE, CF_TRY_ALONE } cf_try;
cf_try cf_tries_again(const cf_tries *t, const cf_result *r, bool company);
/* The last try is the result, which was alone: says that it was repeated, and why, if that matters; `unsteady` when no
 * try was in time and they differ. */
void cf_tries_judge(const cf_tries *t, cf_result *r);

#endif
