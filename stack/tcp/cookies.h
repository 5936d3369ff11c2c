/* cookies.h — a listener that answers SYNs without keeping them (RFC 4987 3.6; net.ipv4.tcp_syncookies).
 *
 * The answer is made by a child like any other, which then vanishes. The ACK that comes back makes the child again,
 * from what the cookie and the timestamp say, as if its SYN-ACK were still out. */
#ifndef RS_TCP_COOKIES_H
#define RS_TCP_COOKIES_H

#include "env.h"
#include "listener.h"
#include "tcb.h"

/* The ISN of the answer to this SYN. */
rs_seq rs_cookies_isn(rs_env *env, rs_listener *l, const rs_seg *syn);
/* What the answer may say: less than usual, because only timestamps can carry the rest. After the child took the SYN.
 */
void rs_cookies_limit(rs_env *env, rs_tcb *t);
/* An ACK for a listener: does it acknowledge a cookie? Then *syn is what the SYN must have been. */
bool rs_cookies_proves(rs_env *env, const rs_listener *l, const rs_seg *ack, rs_seg *syn);

#endif
