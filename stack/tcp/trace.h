/* trace.h — telling the trace hook something about a connection. trace.def lists the events. */
#ifndef RS_TCP_TRACE_H
#define RS_TCP_TRACE_H

#include "env.h"

struct rs_tcb;

/* Fills time, connection and endpoints of *ev and tells it; nothing happens when nobody listens. */
void rs_trace_tell(rs_env *env, const struct rs_tcb *t, rs_event *ev);

#endif
