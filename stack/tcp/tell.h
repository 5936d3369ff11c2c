/* tell.h — what the user learns beside the stream: wake-ups, and notes in the error queue (mech/notes.h).
 *
 * A wake-up is a number from the host's counter: somebody who remembers the last one he saw can tell that something
 * happened since, although the socket is as ready as it was before (edge-triggered epoll). Kinds follow what Linux
 * wakes for: data, room, an error, anything. */
#ifndef RS_TCP_TELL_H
#define RS_TCP_TELL_H

#include "env.h"
#include "tcb.h"
#include "tcp.h"

void rs_tell_wake(rs_env *env, rs_tcb *t, enum rs_wake kind);
/* Text is readable now, as SO_RCVLOWAT sees it: wakes readers. */
void rs_tell_readable(rs_env *env, rs_tcb *t);
/* Somebody found the send buffer full: wakes writers when there is room again. */
void rs_tell_room(rs_env *env, rs_tcb *t);

/* A SEND has queued text: its last byte is marked. Text of one chunk of the queue is told of together: newer stamps
 * take the place of older ones, zero-copy writes are completed as one. */
typedef struct rs_tell_place {
    rs_seq tail_before, tail_now; /* where the last chunk began before the text came, and where it begins now */
} rs_tell_place;
void rs_tell_wrote(rs_env *env, rs_tcb *t, const rs_tcp_write *w, const rs_tell_place *p);
/* A segment with text goes out, for the first time or again. */
typedef struct rs_tell_text {
    rs_seq seq;
    uint32_t len;
} rs_tell_text;
void rs_tell_sent(rs_env *env, rs_tcb *t, const rs_tell_text *x);
/* SND.UNA has moved. ttl: of the segment that acknowledged. */
void rs_tell_acked(rs_env *env, rs_tcb *t, uint8_t ttl);
/* The send queue is gone: zero-copy writes are complete, stamps will not come. */
void rs_tell_ended(rs_env *env, rs_tcb *t);
/* An ICMP error met a connection attempt whose user wants to know (IP_RECVERR). */
void rs_tell_icmp(rs_env *env, rs_tcb *t, const rs_icmp_error *e);

#endif
