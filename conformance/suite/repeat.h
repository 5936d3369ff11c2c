/* repeat.h — several runs of one job come to one result.
 *
 * The first run's result is kept; of the others only what must agree (of a signature its first 63 letters). When
 * something differs the result becomes `unsteady` and says what was seen how often. */
#ifndef CF_SUITE_REPEAT_H
#define CF_SUITE_REPEAT_H

#include "../run/result.h"

typedef struct cf_seen_run {
    cf_outcome outcome;
    char signature[64];
    uint64_t hash;
} cf_seen_run;

/* Notes what a run came to. */
void cf_repeat_note(cf_seen_run *seen, const cf_result *r);
/* Judges n runs of one job; result is that of the first. */
void cf_repeat_judge(cf_result *result, const cf_seen_run *runs, uint32_t n, bool same_packets);

#endif
