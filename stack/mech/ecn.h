/* ecn.h — Explicit Congestion Notification: what both ends agreed, what marks say, what we echo (RFC 3168, 8311).
 *
 * A sender that may mark sets ECT(0) on new data. A router that is full sets CE instead of dropping. The receiver says
 * so with ECE on every ACK until the sender answers with CWR: it has slowed down.
 *
 *     sender    --- ECT(0) ---->  router  --- CE ------->  receiver
 *               <-- ACK,ECE --------------------------------
 *               --- CWR ------------------------------------>        ECE ends
 *
 * The mechanism knows header bits and counts nothing but marks; when the window is reduced, and how, is the caller's.
 * Accurate feedback (RFC 9768) is accecn.h.
 *
 * Life:   rs_ecn_ask or rs_ecn_hear_syn -> rs_ecn_hear_syn_ack -> { on_data, on_cwr, ... }*.
 *
 *   E1  echo, cwr_due, seen only while on */
#ifndef RS_MECH_ECN_H
#define RS_MECH_ECN_H

#include "../include/refstack/types.h"
#include "../wire/seg.h"

/* The two low bits of the TOS octet or traffic class (RFC 3168 5). */
enum { RS_NOT_ECT = 0, RS_ECT1 = 1, RS_ECT0 = 2, RS_CE = 3, RS_IP_ECN = 3 };

typedef struct rs_ecn {
    bool asked : 1;   /* our SYN was an ECN-setup SYN */
    bool on : 1;      /* both ends can */
    bool echo : 1;    /* ECE goes on every ACK until CWR comes */
    bool cwr_due : 1; /* the next new data carries CWR */
    bool ce : 1;      /* the last ECT text was marked; for exact echoes */
    bool seen : 1;    /* ECT or CE was seen on the peer's data: without it, that is a retransmission */
} rs_ecn;

/* net.ipv4.tcp_ecn: 0 off; 1, 4, and 3 as the second choice ask; all but 0 agree when asked. */
static inline bool rs_ecn_may_ask(int knob)
{
    return knob == 1 || knob == 3 || knob == 4;
}
/* Flags for our SYN: ECE and CWR. */
uint16_t rs_ecn_ask(rs_ecn *e);
/* Our SYN had to go again and goes without: perhaps somebody on the path dislikes the bits (RFC 3168 6.1.1.1). The
 * answer to the first one still counts. */
static inline uint16_t rs_ecn_syn_flags(const rs_ecn *e, bool again, bool fallback)
{
    return e->asked && !(again && fallback) ? RS_ECE | RS_CWR : 0;
}

/* A SYN without ACK arrives. may: this host agrees. A SYN that is itself ECT is not what RFC 3168 makes. */
typedef struct rs_ecn_syn {
    uint16_t flags;
    uint8_t ip_ecn;
    bool may;
} rs_ecn_syn;
void rs_ecn_hear_syn(rs_ecn *e, const rs_ecn_syn *s);
/* The answer to our SYN: ECE without CWR agrees; both is a host that reflects what it does not know. */
void rs_ecn_hear_syn_ack(rs_ecn *e, uint16_t flags);

/* Text of the peer arrived and is new. */
typedef enum rs_ecn_told { RS_ECN_NOTHING, RS_ECN_ACK_SOON } rs_ecn_told;
rs_ecn_told rs_ecn_on_data(rs_ecn *e, uint8_t ip_ecn);
/* RFC 8257 3.2: each mark is echoed, and nothing else. Does this text differ from the last in being marked? Then what
 * was not acknowledged yet has to be, with the echo of before; rs_ecn_echo_exactly afterwards. */
bool rs_ecn_changes(const rs_ecn *e, uint8_t ip_ecn);
void rs_ecn_echo_exactly(rs_ecn *e, uint8_t ip_ecn);
/* The peer has reduced its window. True: something was echoed. Before rs_ecn_on_data of the same segment: if that is
 * marked, the echo begins anew. */
void rs_ecn_on_cwr(rs_ecn *e);
/* An ACK says that our data met congestion. */
static inline bool rs_ecn_is_echo(const rs_ecn *e, uint16_t flags)
{
    return e->on && (flags & RS_ECE) && !(flags & RS_SYN);
}
/* We have reduced the window because of it. */
static inline void rs_ecn_reduced(rs_ecn *e)
{
    e->cwr_due = e->on;
}

/* What a segment that leaves carries. */
typedef struct rs_ecn_out {
    bool new_text;   /* text that never went before */
    bool always_ect; /* the congestion control wants marks on everything (RFC 8257) */
} rs_ecn_out;
typedef struct rs_ecn_mark {
    uint16_t flags;
    uint8_t ip_ecn;
} rs_ecn_mark;
rs_ecn_mark rs_ecn_send(rs_ecn *e, const rs_ecn_out *o);
/* NULL or the broken invariant. */
const char *rs_ecn_broken(const rs_ecn *e);

#endif
