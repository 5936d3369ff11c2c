/* pacing.h — the rate at which a connection would send evenly: a window in a round trip, and somewhat more so that the
 * window can grow. It sizes bursts always; it spaces departures only when that was asked for.
 *
 * The rate is reckoned after every ACK and kept, because what came with an ACK is judged by the rate of before. */
#ifndef RS_TCP_PACING_H
#define RS_TCP_PACING_H

#include "env.h"
#include "tcb.h"

/* Reckons the rate from the window and the round-trip time of now. */
void rs_pacing_update(const rs_env *env, rs_tcb *t);
/* Bytes in a second; UINT64_MAX as long as nothing limits it. */
uint64_t rs_pacing_rate(const rs_tcb *t);
/* The rate that the user allows (SO_MAX_PACING_RATE). */
uint64_t rs_pacing_most(const rs_tcb *t);

/* Departures are spaced when the user set a limit, the congestion control wants it, or the device does it (fq). */
bool rs_pacing_on(const rs_env *env, const rs_tcb *t);
/* Is it too early for the next burst? Then RS_T_PACE runs until it may go. */
bool rs_pacing_waits(const rs_env *env, rs_tcb *t);
/* How far ahead of now the next departure is. */
rs_dur rs_pacing_ahead(const rs_env *env, const rs_tcb *t);
/* A burst with so much text was sent. Bytes that went late give the next ones credit, up to half of their time; the
 * first ten segments of a connection are not spaced (Linux). */
void rs_pacing_sent(const rs_env *env, rs_tcb *t, uint32_t bytes);
/* The time has come. */
void rs_pacing_fire(rs_env *env, rs_tcb *t);

#endif
