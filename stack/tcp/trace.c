/* see trace.h */
#include "trace.h"

#include "tcb.h"

enum {
#define E(kind, name, a, b) LISTED_##kind,
#include "trace.def"
#undef E
    LISTED
};
_Static_assert(LISTED == (int)RS_EV_KINDS, "trace.def lists every event kind");
_Static_assert(LISTED_SOCKET == (int)RS_EV_SOCKET, "in the order of the enumeration");

void rs_trace_tell(rs_env *env, const rs_tcb *t, rs_event *ev)
{
    if (!env->trace) return;
    ev->at = env->now;
    ev->conn = t->self;
    ev->local = t->local;
    ev->remote = t->remote;
    env->trace(env->trace_ctx, ev);
}
