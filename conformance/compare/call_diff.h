/* call_diff.h — what the system calls of two runs of one script gave back, laid side by side.
 *
 * Both texts are `calls` of run/ledger.h. Calls are paired by their place in the script and their turn there; only the
 * first call whose result differs is told: what follows it follows from it. */
#ifndef CF_COMPARE_CALL_DIFF_H
#define CF_COMPARE_CALL_DIFF_H

#include "../capture/diff.h"

/* where: "line 20 recv", "tcpi_snd_cwnd". Both lend during the call. */
typedef void cf_run_diff_fn(void *ctx, const char *where, const cf_difference *x);

typedef struct cf_run_diff {
    const cf_rules *rules;
    bool no_time;
    int64_t time_us;   /* times differ when they are further apart than this */
    bool again_told;   /* packets: one side sent something again that the other did not */
    bool with_digests; /* packets: they are signed */
    bool both_whole;   /* both runs came to their end: calls that only one made are a difference */
    cf_run_diff_fn *emit;
    void *ctx;
} cf_run_diff;

void cf_call_diff(const cf_run_diff *d, const char *a, const char *b);

#endif
