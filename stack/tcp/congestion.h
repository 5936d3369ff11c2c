/* congestion.h — what the congestion control learns of a connection besides acknowledgments and losses (recovery.h). */
#ifndef RS_TCP_CONGESTION_H
#define RS_TCP_CONGESTION_H

#include "env.h"
#include "tcb.h"

/* An ACK told that a segment has arrived that was sent so long ago: the newest of those it told about. */
void rs_congestion_rtt(rs_env *env, rs_tcb *t, rs_dur newest);
/* Text is about to be sent. */
void rs_congestion_send(const rs_env *env, rs_tcb *t);

#endif
