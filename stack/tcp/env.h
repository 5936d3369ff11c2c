/* env.h — what a protocol step may touch besides its connection: the time, the shared pools, the outbox, the trace.
 *
 * Built on the stack frame of every entry point (net/ makes it), passed down, never kept. */
#ifndef RS_TCP_ENV_H
#define RS_TCP_ENV_H

#include "../base/pool.h"
#include "../base/rng.h"
#include "../include/refstack/config.h"
#include "../include/refstack/probe.h"
#include "../include/refstack/trace.h"
#include "outbox.h"

typedef struct rs_env {
    rs_time now;
    const rs_config *cfg;
    rs_rng *rng;
    rs_pool *blocks;       /* payload blocks (mech/blocks.h) */
    rs_pool *records;      /* send-queue records and out-of-order ranges (mech/sndq.h, mech/rcvq.h) */
    struct rs_tcbs *conns; /* all connections: number = rs_tcb.self (accept queues are lists of these; tcbs.h) */
    rs_pool *listeners;    /* all listeners: slot number = rs_listener.self */
    rs_outbox *out;
    rs_counters *count;
    rs_trace_fn *trace; /* NULL when nobody listens */
    void *trace_ctx;
    struct rs_host *host; /* host-wide protocol state: challenge-ACK budget (tcp/tcp.h) */
} rs_env;

#endif
