/* accurate.h — accurate ECN feedback of a connection (mech/accecn.h; RFC 9768): when it is agreed on, what arrives,
 * what an ACK tells, what leaves. Its counters lie in a record of their own, which a connection without it does not
 * have. */
#ifndef RS_TCP_ACCURATE_H
#define RS_TCP_ACCURATE_H

#include "../mech/accecn.h"
#include "recovery.h"
#include "step.h"

/* The counters, once they were asked for or agreed on; else NULL. */
static inline rs_accecn *rs_accurate(const rs_env *env, const rs_tcb *t)
{
    return t->accecn == RS_NIL ? NULL : rs_pool_at(env->records, t->accecn);
}
/* Are ACE and the option in use? */
static inline bool rs_accurate_on(const rs_env *env, const rs_tcb *t)
{
    const rs_accecn *a = rs_accurate(env, t);
    return a && a->on;
}

/* Our SYN asks for it if the host wants that. False: it does not. */
bool rs_accurate_ask(rs_env *env, rs_tcb *t);
/* A SYN without ACK opens the connection, or crosses ours. True: it agrees. */
bool rs_accurate_hear_syn(rs_env *env, rs_tcb *t, const rs_seg *s);
/* The answer to our SYN. */
bool rs_accurate_hear_syn_ack(rs_env *env, rs_tcb *t, const rs_seg *s);
/* A SYN or SYN-ACK that came again, and was refused as such (3.1.5, 3.2.2.1). */
void rs_accurate_hear_again(rs_env *env, rs_tcb *t, const rs_seg *s);
/* A SYN of this handshake asks for the other kind of ECN than the one before: who knows what its sender believes
 * (3.1.5)? */
bool rs_accurate_is_mixed(const rs_env *env, const rs_tcb *t, const rs_seg *s);
/* The ACK that opens a passive connection. */
void rs_accurate_hear_third_ack(rs_env *env, rs_tcb *t, const rs_seg *s);

/* A segment was taken. */
void rs_accurate_received(rs_env *env, rs_tcb *t, const rs_seg *s);
/* An ACK, after it has cut the queue: f->ece says whether it tells of marks. */
void rs_accurate_on_ack(rs_env *env, rs_tcb *t, rs_ack_facts *f);

/* A segment is built: the flags and marks; false if they are not ours to say. */
struct rs_build;
bool rs_accurate_mark(rs_env *env, rs_tcb *t, const struct rs_build *b, rs_seg *s);
/* ... its option, beside SACK blocks of which some may have to go; looking changes nothing in the connection. */
void rs_accurate_option(const rs_env *env, const rs_tcb *t, rs_opts *o);
void rs_accurate_syn_option(const rs_env *env, const rs_tcb *t, rs_opts *o);
/* ... and the next ACK reports nothing out of order. */
static inline bool rs_accurate_bare(const rs_env *env, const rs_tcb *t)
{
    const rs_accecn *a = rs_accurate(env, t);
    return a && a->bare;
}

void rs_accurate_forget(rs_env *env, rs_tcb *t);

#endif
