/* output.h — may I send, and what? (RFC 9293 3.7.4, 3.8.6; RFC 5681) */
#ifndef RS_TCP_OUTPUT_H
#define RS_TCP_OUTPUT_H

#include "env.h"
#include "tcb.h"

/* What our SYN carries beside its usual options: a Fast Open option, text from the queue. All zero: nothing. */
typedef struct rs_syn_extra {
    bool has_fo, fo_exp;
    uint8_t fo_len, fo[RS_FO_COOKIE_BYTES];
    uint32_t text_len;
    bool silent; /* it went long ago */
} rs_syn_extra;
/* Our SYN or SYN-ACK, for the first time; then the timers. It waits for memory as any SYN, and then goes without this.
 */
void rs_output_syn(rs_env *env, rs_tcb *t, const rs_syn_extra *x);
/* Everything that may go now: first what is lost, then new segments; then the timers that follow from what is out. */
void rs_output(rs_env *env, rs_tcb *t);
/* The same although a partial segment would wait: the override timeout has run out (MUST-38). False: nothing could
 * go. */
bool rs_output_override(rs_env *env, rs_tcb *t);
/* One new segment beyond the congestion window (tail loss probe). False: nothing could go. */
bool rs_output_one(rs_env *env, rs_tcb *t);
/* One byte (or the FIN) into a closed window (3.8.6.1). False: there is none to send. */
bool rs_output_probe(rs_env *env, rs_tcb *t);
/* Payload bytes a segment can carry now: SND.MSS less what SACK blocks take. */
uint32_t rs_output_mss(const rs_env *env, const rs_tcb *t);
/* Segments of the longest burst that goes out in one piece. */
uint32_t rs_output_burst_segs(const rs_env *env, const rs_tcb *t);
/* A full burst in bytes: what a write may add to the tail of the queue before the buffer is asked again. */
uint32_t rs_output_chunk_goal(const rs_env *env, const rs_tcb *t);
/* What the send queue takes of the send buffer: its bytes, and with sndbuf_by_chunk what Linux books for each of its
 * pieces besides. */
uint32_t rs_output_held(const rs_env *env, const rs_tcb *t);
/* The user timeout counts from the first transmission of what is oldest (RFC 9293 3.9.1.1; TCP_USER_TIMEOUT), in Linux
 * from the first retransmission that a timeout has caused. */
void rs_output_arm_user(const rs_env *env, rs_tcb *t);
/* From when and how long a closed window is waited for. */
rs_persist_when rs_output_probe_wait(const rs_env *env, const rs_tcb *t);
/* An acceptable ACK came. looked_at: it was not just text for us, told from what was expected by its header alone. */
void rs_output_answered(const rs_env *env, rs_tcb *t, bool looked_at);
/* Something was idle for longer than an RTO: the congestion window has to be found again (RFC 5681 4.1). */
void rs_output_after_idle(rs_env *env, rs_tcb *t);
/* An automatic send buffer grows with the congestion window. */
void rs_output_grow_buffer(const rs_env *env, rs_tcb *t);
/* Time accounting of what the sender waits for. */
void rs_chrono_update(const rs_env *env, rs_tcb *t, bool rwnd_limited);

#endif
