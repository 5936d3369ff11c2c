/* fastopen.h — Fast Open (RFC 7413): text in the SYN, for a client that can show a cookie.
 *
 * A client asks for a cookie once, remembers it (mech/fo_cache.h), and from then on its SYN carries cookie and text. A
 * server that finds the cookie good takes the text, and its child is a connection for the user while its SYN-ACK is
 * still on the way: it stands in the accept queue in SYN-RECEIVED, may send, and its death is told like any other.
 *
 * In the send queue the text of a SYN is a record of its own behind the SYN's, so that a SYN goes again alone (4.2.2).
 */
#ifndef RS_TCP_FASTOPEN_H
#define RS_TCP_FASTOPEN_H

#include "env.h"
#include "listener.h"
#include "output.h"
#include "tcb.h"

/* Why text did not go, or not through, with our SYN, as Linux numbers it in TCP_INFO. */
enum { RS_FO_NO_FAIL, RS_FO_NO_COOKIE, RS_FO_TEXT_NOT_ACKED, RS_FO_SYN_RETRANSMITTED };

/* --- client */

/* The SYN-ACK came and is applied: what it teaches is remembered, and text that it did not acknowledge goes again.
 * False: such text has gone, and carried the ACK. */
bool rs_fo_syn_acked(rs_env *env, rs_tcb *t, const rs_seg *s);
/* The retransmission timer has run out, for the last time or not: a middlebox may swallow everything of a connection
 * that used Fast Open. */
void rs_fo_timed_out(rs_env *env, const rs_tcb *t, bool given_up);
/* A RST in the window but not at RCV.NXT, likewise. */
void rs_fo_odd_reset(rs_env *env, const rs_tcb *t);

/* --- server */

/* What the SYN-ACK to this SYN is to say, and whether the SYN's text is taken. */
typedef struct rs_fo_answer {
    bool take;
    rs_syn_extra extra;
} rs_fo_answer;
rs_fo_answer rs_fo_judge_syn(rs_env *env, rs_listener *l, const rs_seg *syn);
/* The child takes the text and goes to the user. Before its SYN-ACK is sent. */
void rs_fo_take_syn(rs_env *env, rs_tcb *t, const rs_seg *syn);
/* Its handshake is over: the listener has a place for another one, but after a reset only in a minute, because resets
 * cost a forger of addresses nothing (5.1). Nothing happens to other connections. */
void rs_fo_settled(rs_env *env, rs_tcb *t, bool reset);

/* Both: the connection ends. */
void rs_fo_ended(rs_env *env, rs_tcb *t, int err);

#endif
