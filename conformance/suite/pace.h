/* pace.h — runs on a real clock: how many at once, and which of them count.
 *
 * The judge of such a run notes how late it woke at worst (cf_result.late_us). As long as runs wake in time, more are
 * started at once; a late one that failed brings the number down.
 *
 * What may come of the company, of a late judge or of the kernel's ticks says nothing about the stack. So some results
 * are believed only when they come again; the rule is the same however many runs go at once:
 *
 *   narrow     A run one of whose times was off and lies within a tick of its tolerance, on either side, whether it
 *              passed or failed. A kernel's timer may fire a tick later than usual; that would have turned the verdict.
 *              It is tried until two tries in time came to the same, verdict and failing line.
 *   late       A failure while the judge was late by CF_PACE_LATE_US or more: packets may have crossed on the way. It
 *              is tried again alone. One that is not of time is believed when it comes a second time.
 *   in company Any other failure beside other runs is believed when it comes a second time. A target that did not start
 *              beside others is tried alone.
 *
 * The second try goes beside others, if the first did and was no narrow failure; those that follow go alone, when all
 * others are done. Every repetition, and every run where one goes at a time, is timed on the processor whose timers are
 * punctual (target/linux_keeper.c); the first tries go wherever there is room. A try alone that is not late, where
 * neither it nor one before it was narrow, is believed at once. After CF_PACE_REPEATS repetitions without a result that
 * can be believed the run is `unsteady`: neither passed nor failed, an outcome that nobody expects. A run that fails
 * each time stays failed: no rule here takes the best of several. */
#ifndef CF_SUITE_PACE_H
#define CF_SUITE_PACE_H

#include "../run/result.h"

enum {
    CF_PACE_REPEATS = 5,
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
    struct {
        cf_outcome outcome;
        char signature[64];
        int64_t late_us;
        bool company; /* other runs went beside it */
        bool narrow;  /* one of its times lies within a tick of its tolerance */
    } seen[CF_PACE_REPEATS];
} cf_tries;
/* company: other runs went beside this one. */
void cf_tries_note(cf_tries *t, const cf_result *r, bool company);
/* Is this result good, or worth another try, and how? */
typedef enum { CF_TRY_NO_MORE, CF_TRY_BESIDE, CF_TRY_ALONE } cf_try;
cf_try cf_tries_again(const cf_tries *t, const cf_result *r, bool company);
/* No more tries, this is the last result: counts them, tells what each came to if they differ, and makes it `unsteady`
 * when it cannot be believed. */
void cf_tries_judge(const cf_tries *t, cf_result *r, bool company);

#endif
