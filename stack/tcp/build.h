/* build.h — putting segments into the outbox: flags from the state row, options, the window field.
 *
 * Nothing here decides whether a segment should be sent; output.c, timer.c and the input steps do. A segment that finds
 * the outbox full is lost, as on a wire, and counted. */
#ifndef RS_TCP_BUILD_H
#define RS_TCP_BUILD_H

#include "env.h"
#include "tcb.h"

/* Bytes that SACK blocks would take from the payload of a segment sent now. */
uint32_t rs_build_option_bytes(const rs_env *env, const rs_tcb *t);

/* One segment of a connection. text_len bytes from `seq` (behind the SYN if there is one) on come from the send queue.
 */
typedef struct rs_build {
    rs_seq seq;
    uint16_t flags;
    uint32_t text_len;
    bool fresh;                       /* goes for the first time, and is no window probe */
    const struct rs_syn_extra *extra; /* of a SYN; may be NULL */
} rs_build;
void rs_build_segment(rs_env *env, rs_tcb *t, const rs_build *b);

/* <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK> (with the timestamp, SACK and window of now). */
void rs_send_ack(rs_env *env, rs_tcb *t);
/* <SEQ=ISS><CTL=SYN> or <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>, as the state row says. */
void rs_send_syn(rs_env *env, rs_tcb *t);
/* <SEQ=SND.NXT><ACK=RCV.NXT><CTL=RST,ACK>: the connection is gone for us. */
void rs_send_reset(rs_env *env, rs_tcb *t);
/* No text, SEQ = SND.UNA-1: draws an ACK from a live peer (RFC 9293 3.8.4, 3.8.6.1). */
void rs_send_probe_before_una(rs_env *env, rs_tcb *t);
struct rs_signer;
/* The reset that answers a segment without a connection (3.10.7.1), from nothing but that segment; signed if the
 * endpoint it was for has a key for the peer. */
void rs_send_reset_for(rs_env *env, const rs_seg *seg, const struct rs_signer *by);

#endif
