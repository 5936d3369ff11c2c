/* rcvbuf.h — the receive buffer of a connection: what it holds, what arriving text does to it and to the window, and
 * how it grows with what the user takes (mech/rmem.h, mech/drs.h, mech/window.h).
 *
 * With the quirk rcvbuf_half memory is counted as Linux does; without it the buffer holds bytes and keeps its size. */
#ifndef RS_TCP_RCVBUF_H
#define RS_TCP_RCVBUF_H

#include "env.h"
#include "tcb.h"

/* What the next offer depends on. */
rs_rcvwnd_now rs_rcvbuf_now(const rs_tcb *t);
/* The connection is open. */
void rs_rcvbuf_open(const rs_env *env, rs_tcb *t);
/* May this text be kept? Makes room if it can. False: the text is dropped. */
bool rs_rcvbuf_admits(rs_env *env, rs_tcb *t, const rs_seg *s, rs_seq text_at);
/* A round trip can be told from this segment, before its text is taken. */
void rs_rcvbuf_hear_echo(const rs_env *env, rs_tcb *t, const rs_seg *s);
/* The peer's segments have this size now; before the text of s is taken. */
void rs_rcvbuf_new_mss(rs_tcb *t, const rs_seg *s);
/* The text was taken. True: the window has grown. */
bool rs_rcvbuf_took(rs_env *env, rs_tcb *t, const rs_seg *s, const rs_rcvq_took *took);
/* The user has taken n bytes. */
void rs_rcvbuf_read(rs_env *env, rs_tcb *t, uint32_t n);
/* SO_RCVLOWAT: the buffer has to be able to hold so much. */
void rs_rcvbuf_low_water(const rs_env *env, rs_tcb *t);

#endif
