/* accept.h — a child and its listener: the moves between the SYN queue, the accept queue and the user (listener.h).
 *
 * rs_tcb.listener names the listener from the SYN until accept(); RS_NIL afterwards and for active opens. */
#ifndef RS_TCP_ACCEPT_H
#define RS_TCP_ACCEPT_H

#include "env.h"
#include "listener.h"

struct rs_tcb;

/* The listener of a child that was not accepted yet, or NULL. */
rs_listener *rs_listener_of(const rs_env *env, const struct rs_tcb *t);
/* A child was made from a SYN: it counts in the SYN queue. */
void rs_accept_embryo(rs_env *env, const struct rs_tcb *t);
/* A half-open child vanishes. Nothing happens to connections without a listener. */
void rs_accept_forget(rs_env *env, struct rs_tcb *t);
/* The handshake is complete: from the SYN queue to the end of the accept queue. */
void rs_accept_enqueue(rs_env *env, struct rs_tcb *t);
/* The SYN-ACK of a half-open child is about to go again for the first time. */
void rs_accept_aged(rs_env *env, const struct rs_tcb *t);
/* How often a SYN-ACK goes again, of `most` times: when old children fill more than half of the SYN queue their time is
 * cut, so that young ones find a place (embryos_pruned). */
int rs_accept_patience(const rs_env *env, const struct rs_tcb *t, int most);
/* A child that its SYN has opened already (Fast Open): to the end of the accept queue without having been half-open. */
void rs_accept_at_once(rs_env *env, struct rs_tcb *t);
/* TCP_DEFER_ACCEPT: does a bare ACK not open the connection yet, after so many expiries of the SYN-ACK's timer? Data
 * will, or an ACK after the listener's time, which is counted in those expiries as Linux does it. */
bool rs_accept_defers(const rs_env *env, const struct rs_tcb *t, uint32_t expiries);

#endif
