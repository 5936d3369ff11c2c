/* helper.h — the thread that makes calls which may block.
 *
 * One call at a time. A call has begun when the thread is seen asleep inside it (state S in /proc), or has come back:
 * what the script does next really happens while the call waits. Only one thread uses a helper. */
#ifndef CF_TARGET_HELPER_H
#define CF_TARGET_HELPER_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "target.h"

typedef enum { CF_HELPER_IDLE, CF_HELPER_ASKED, CF_HELPER_INSIDE, CF_HELPER_DONE } cf_helper_state;

/* Makes the call and notes when it ended. */
typedef void cf_helper_fn(void *ctx, const cf_call_in *in, cf_call_out *out);

/* The state goes round: the user sets ASKED and takes DONE back to IDLE, the thread does the other steps. */
typedef struct cf_helper {
    pthread_t thread;
    bool started;
    pid_t tid;
    int wake, done; /* eventfds */
    _Atomic int state;
    cf_helper_fn *make;
    void *ctx;
    cf_call_in in;
    cf_call_out out;
} cf_helper;

/* Starts the thread; it inherits the scheduling of the caller. When that fails, every begin() will. */
void cf_helper_start(cf_helper *h, cf_helper_fn *make, void *ctx);
/* Ends it, also inside a call. */
void cf_helper_stop(cf_helper *h);
/* Begins a call; its buffers are borrowed until done(). False: a call is on its way already, or there is no thread. */
bool cf_helper_begin(cf_helper *h, const cf_call_in *in);
bool cf_helper_busy(const cf_helper *h);
/* Takes the outcome, waiting so long at most. False: still inside, or nothing was begun. */
bool cf_helper_done(cf_helper *h, int64_t patience_us, cf_call_out *out);

#endif
