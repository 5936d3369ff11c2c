/* end.h — the moves that close a connection or begin its end, with everything that belongs to them. */
#ifndef RS_TCP_END_H
#define RS_TCP_END_H

#include "env.h"
#include "state.h"
#include "tcb.h"

/* To CLOSED: timers stop, the send queue is given up, a half-open child leaves its listener. err (0: none) is what the
 * user gets to know. What was received stays readable. */
void rs_end(rs_env *env, rs_tcb *t, rs_change why, int err);
/* Our FIN was acknowledged, the peer's FIN arrived: the move, and the timers of the new state. */
void rs_end_fin_acked(rs_env *env, rs_tcb *t);
void rs_end_fin_taken(rs_env *env, rs_tcb *t);
/* TIME-WAIT counts from now (3.10.7.4 fifth and eighth). */
void rs_end_restart_time_wait(rs_env *env, rs_tcb *t);
/* TIME-WAIT ends for a new incarnation; its ISN. */
rs_seq rs_end_make_room(rs_env *env, rs_tcb *t);
/* FIN-WAIT-2 without a user ends after a while (a practice that RFC 9293 3.6.1 tolerates). */
void rs_end_arm_fin_wait_2(rs_env *env, rs_tcb *t);
/* The user is done sending: FIN after what is queued, and the state that says so (3.10.4). */
void rs_end_sending(rs_env *env, rs_tcb *t);
/* What the user is told when the peer resets (3.10.7.3, 3.10.7.4 second). */
int rs_end_reset_error(const rs_env *env, const rs_tcb *t);

#endif
