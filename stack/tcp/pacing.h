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

#endif
