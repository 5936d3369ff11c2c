/* ledger.h — what the system calls of a run gave back, and what TCP_INFO said of the connection at its end, as two
 * short texts: for `compare`, which lays those of two runs side by side, and for recordings.
 *
 *   calls  one word for each call in the order of their ends: LINE:NAME=RESULT, /ERRNO when it failed, {OUTPUT} for
 * what it wrote (received bytes as LENGTH:HASH), @MICROSECONDS of script time when it blocked. A new descriptor has the
 * number of the script. info   NAME=VALUE of everything that is not 0. */
#ifndef CF_RUN_LEDGER_H
#define CF_RUN_LEDGER_H

#include "../text/buf.h"
#include "call_marshal.h"

typedef struct cf_ledger {
    cf_buf calls, info;
} cf_ledger;

typedef struct cf_ledger_call {
    uint32_t line;
    const cf_marshal *m;
    const cf_call_out *out;
    int64_t result; /* as the script counts */
    int64_t at_us;  /* < 0: it did not block */
} cf_ledger_call;

void cf_ledger_call_ended(cf_ledger *l, const cf_ledger_call *c);
/* Takes TCP_INFO of a live descriptor, in place of what was taken before. A target without it leaves the text empty. */
void cf_ledger_take_info(cf_ledger *l, cf_target *t, int fd);
void cf_ledger_free(cf_ledger *l);

#endif
