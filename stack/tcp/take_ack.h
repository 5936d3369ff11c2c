/* take_ack.h — parts of step five that SYN-SENT needs too: its SYN-ACK acknowledges and tells a window like any
 * ACK. */
#ifndef RS_TCP_TAKE_ACK_H
#define RS_TCP_TAKE_ACK_H

#include "env.h"
#include "tcb.h"

/* SND.WND, WL1, WL2 from this segment, without asking. */
void rs_take_window(rs_env *env, rs_tcb *t, const rs_seg *s);
/* An acceptable ACK: send queue, round-trip time, recovery, timers, closing states. */
void rs_take_acknowledged(rs_env *env, rs_tcb *t, const rs_seg *s);
/* The connection has just become ESTABLISHED. */
void rs_take_open(rs_env *env, rs_tcb *t);

#endif
