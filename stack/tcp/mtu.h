/* mtu.h — the size of segments and the path: probing for bigger packets, and packets that vanish for their size (RFC
 * 4821; mech/mtuprobe.h). */
#ifndef RS_TCP_MTU_H
#define RS_TCP_MTU_H

#include "env.h"
#include "tcb.h"

/* A message said that no bigger packet gets through. False: nothing new. */
bool rs_mtu_shrink(const rs_env *env, rs_tcb *t, uint32_t mtu);
/* Before anything is sent: what other connections have found out about this path (RFC 1191 6.2). */
void rs_mtu_hear(const rs_env *env, rs_tcb *t);
/* A route with a fixed MTU may have been changed: packets follow with the next reason to look at their size. */
void rs_mtu_follow_route(const rs_env *env, rs_tcb *t);
/* The connection is open. */
void rs_mtu_open(const rs_env *env, rs_tcb *t);
/* Payload of the probe to be sent now, from SND.NXT on; 0: none. `mss` is that of other segments. */
uint32_t rs_mtu_probe_len(const rs_env *env, rs_tcb *t, uint32_t mss);
/* It has gone. */
void rs_mtu_probe_sent(const rs_env *env, rs_tcb *t, rs_seq start, uint32_t len);
/* An ACK was applied to the send queue. */
void rs_mtu_on_ack(const rs_env *env, rs_tcb *t);
/* The first segment is judged lost. True: it was a probe, which goes again in pieces, and the network is not to blame.
 */
bool rs_mtu_on_loss(rs_env *env, rs_tcb *t);
/* The retransmission timer has run out. */
void rs_mtu_on_timeout(const rs_env *env, rs_tcb *t);

#endif
