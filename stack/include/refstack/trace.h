/* trace.h — every observable event, told to one hook.
 *
 * The list of events is stack/tcp/trace.def; this header gives the record. The hook is called in the middle of the
 * stack's work: it may look at the record (borrowed) and must not call the stack. */
#ifndef REFSTACK_TRACE_H
#define REFSTACK_TRACE_H

#include "stack.h"

typedef enum rs_event_kind {
    RS_EV_PACKET_IN,  /* a packet arrived; a = length */
    RS_EV_PACKET_OUT, /* a packet was queued for the wire; a = length */
    RS_EV_DROP,       /* a packet or segment was dropped or answered only; why = reason */
    RS_EV_STATE,      /* a = old state, b = new state, why = transition event */
    RS_EV_TIMER,      /* a = timer kind that fired, why = its name */
    RS_EV_RETRANSMIT, /* a = first sequence number (relative to ISS), b = length */
    RS_EV_CWND,       /* a = cwnd in segments, b = ssthresh in segments, why = cause */
    RS_EV_RTT,        /* a = sample in us, b = resulting RTO in us */
    RS_EV_ERROR,      /* the connection died for its user; a = RS_E* */
    RS_EV_SOCKET,     /* a socket became readable/writable/...; a = POLL* bits */
    RS_EV_KINDS
} rs_event_kind;

typedef struct rs_event {
    rs_time at;
    rs_event_kind kind;
    uint32_t conn;             /* connection number, or RS_NO_CONN */
    int64_t a, b;              /* see the kind */
    const char *why;           /* name of a reason or cause (static string), or NULL */
    const char *why_text;      /* the same for people (static string), or NULL */
    const char *rfc;           /* "9293 3.10.7.4 first", or NULL */
    rs_endpoint local, remote; /* of the connection or the segment, when known */
} rs_event;

#define RS_NO_CONN UINT32_MAX

typedef void rs_trace_fn(void *ctx, const rs_event *ev);

/* Installs (or with NULL removes) the hook. Keeps ctx until then. */
void rs_stack_on_trace(rs_stack *st, rs_trace_fn *hook, void *ctx);

/* One line of text for an event, into buf (always terminated). Returns the length it would have had. */
size_t rs_event_text(char *buf, size_t cap, const rs_event *ev);

#endif
