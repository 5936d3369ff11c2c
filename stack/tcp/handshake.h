/* handshake.h — what a peer's SYN tells, wherever it arrives (LISTEN, SYN-SENT). */
#ifndef RS_TCP_HANDSHAKE_H
#define RS_TCP_HANDSHAKE_H

#include "env.h"
#include "tcb.h"

/* IRS, RCV.NXT and the options that both sides can: MSS, window scale, SACK, timestamps. */
void rs_handshake_take_syn(rs_env *env, rs_tcb *t, const rs_seg *syn);
/* The congestion window to begin with: one segment when our SYN or SYN-ACK was lost (RFC 5681 3.1); Linux forgives one
 * loss. */
void rs_handshake_initial_window(const rs_env *env, rs_tcb *t);
/* Our SYN goes again as the state says it. */
void rs_handshake_resend(rs_env *env, rs_tcb *t);

#endif
