#define _GNU_SOURCE /* SCHED_RESET_ON_FORK */
/* linux_call.c — calls that end at once, made by the running thread; calls that may block, made by the helper. */
#include <sched.h>

#include "linux.h"

void cf_linux_call(cf_target *t, const cf_call_in *in, cf_call_out *out)
{
    cf_linux_do(in, out);
    out->done_at_us = cf_linux_now(t);
}

static void make(void *ctx, const cf_call_in *in, cf_call_out *out)
{
    cf_linux_call(ctx, in, out);
}

void cf_linux_helper_start(cf_linux *l)
{
    struct sched_param p = {.sched_priority = sched_get_priority_min(SCHED_RR)};
    cf_helper_start(&l->helper, make, &l->base);
    if (l->helper.started && l->priority) sched_setscheduler(l->helper.tid, SCHED_RR | SCHED_RESET_ON_FORK, &p);
}

bool cf_linux_call_begin(cf_target *t, const cf_call_in *in)
{
    return cf_helper_begin(&cf_linux_of(t)->helper, in);
}

bool cf_linux_call_done(cf_target *t, int64_t deadline_us, cf_call_out *out)
{
    return cf_helper_done(&cf_linux_of(t)->helper, deadline_us - cf_linux_now(t), out);
}
