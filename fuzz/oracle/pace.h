/* pace.h — when a connection sends, and how much at once: timers, delayed acknowledgments, the congestion window.
 *
 *     fz_pace_sent for each segment of the host, fz_pace_arrives before and fz_pace_look after each of the peer, and
 *     fz_pace_look after every step
 *
 * O09 what is out has a timer; O13 no round trip is taken from what went twice; O14 timeouts back off, to a limit, and
 * forget it; O38 text is acknowledged within half a second; O39 a timeout leaves one segment; O41 no more is out than
 * the congestion window, which grows with what is acknowledged. */
#ifndef FZ_ORACLE_PACE_H
#define FZ_ORACLE_PACE_H

#include "../../conformance/packet/offset.h"
#include "../../conformance/packet/packet.h"
#include "../../stack/include/refstack/refstack.h"

typedef struct fz_pace {
    bool linux_preset;
    bool other_cc;     /* not the congestion control of RFC 5681, nor the usual options, perhaps: set by the caller */
    bool knobs_change; /* timeouts may have other limits in the middle: set by the caller */
    bool unheard;      /* what it says may not have reached the wire: set by the caller */
    /* what goes again while the peer is silent */
    struct {
        bool open;
        uint32_t seq;
        unsigned times;
        rs_time at;
        int64_t gap; /* between the last two */
    } chain;
    bool again; /* something went twice: [again_from, again_to) */
    uint32_t again_from, again_to;
    uint32_t out; /* segments, at the last look */
    uint32_t una; /* SND.UNA at the last look, if that is known */
    bool una_known;
    uint32_t max; /* SND.MAX, and the deadline of the retransmission timer, at the last look */
    rs_time rto_at;
    uint32_t iss, end;
    uint32_t largest;  /* text of one segment */
    bool spoke;        /* end is valid */
    bool new_text;     /* bytes were sent that had not been, since the last look */
    bool timer_resent; /* ... or sent again, with nobody asking */
    rs_time ack_due;   /* the latest time for the acknowledgment of text; 0: none is due */
    uint32_t ack_of;
    /* growth of the congestion window */
    bool growing;
    uint32_t base_cwnd, base_mss;
    uint64_t base_acked;
    rs_probe before; /* the look before the segment that is being answered */
    bool answering, have_before;
} fz_pace;

/* The host begins a new incarnation, whose first number may be the old one. */
void fz_pace_begins(fz_pace *p);
void fz_pace_arrives(fz_pace *p, const rs_probe *before, rs_time at); /* before: NULL when there is no connection */
void fz_pace_sent(fz_pace *p, rs_time at, const cf_tcp *t, uint32_t text);
/* now: NULL when there is no connection (any more). answered: the peer's segment has been answered. */
void fz_pace_look(fz_pace *p, rs_time at, const rs_probe *now, bool answered);

/* O44: first sequence numbers (RFC 6528). The host sends a SYN or SYN-ACK of a new connection. */
enum { FZ_ISNS_MAX = 16 };
typedef struct fz_isns {
    unsigned count;
    uint16_t local, remote; /* the connection that began last, and when */
    rs_time began;
    struct {
        uint16_t local, remote;
        uint32_t iss;
        rs_time at;
    } seen[FZ_ISNS_MAX];
} fz_isns;
/* A connection begins; its SYN or SYN-ACK follows. */
void fz_isns_begins(fz_isns *s, uint16_t local, uint16_t remote, rs_time at);
/* It is over. Was its SYN-ACK not seen yet, then that is a SYN cookie's: nothing has begun, and the number may come
 * again as long as the cookie's clock stands. */
void fz_isns_ends(fz_isns *s, uint16_t local, uint16_t remote);
/* tick_ns: of the clock in them, as the preset has it. */
void fz_isns_take(fz_isns *s, const cf_tcp *t, rs_time at, int64_t tick_ns);

/* O10: what a listener counts is there. */
void fz_check_listener(const rs_stack *st, rs_time now, const rs_probe *listener);

#endif
