/* window.h — flow control arithmetic: the receive window to offer, and when a small segment may be sent
 * (RFC 9293 3.8.6, RFC 7323 2, RFC 813, RFC 1122 4.2.3.3).
 *
 * Receiver. One rs_rcvwnd per connection. The caller says how many payload bytes it holds; the answer is the window to
 * put in the header. The right edge is never moved left (SHLD-14); it is moved right only by steps worth having
 * (MUST-39).
 *
 *   RFC:    space = buffer. Offer the old edge until the free space exceeds it by min(space / 2, MSS), then all of it.
 *           Rounding to the scale unit is upwards, by at most 1/8 of the space in all.
 *   Linux:  space = share of the buffer (the rest pays for bookkeeping). The share is half at first and then what the
 *           peer's segments have shown: their bytes in the memory they take. The offer follows rcv_ssthresh, which
 *           starts at the first window and grows with good-sized segments up to window_clamp. Below half the space: 0
 *           when less than 1/16 of the space or less than one segment is free. Without scaling: multiples of the MSS.
 *           When the memory is used up a segment is refused, and nothing is offered (the one way in which a window
 *           shrinks; another with tcp_shrink_window).
 *
 * Life:   rs_rcvwnd_init (before the SYN is sent) -> rs_rcvwnd_scale (options agreed) -> rs_rcvwnd_established ->
 *         { rs_rcvwnd_offer | rs_rcvwnd_grow | rs_rcvwnd_resize }* ; nothing to free.
 * Units:  bytes, except where the name says `field` (the 16-bit header value).
 *
 *   W1  wscale <= 14                  W2  wnd <= 65535 << wscale, clamp <= 65535 << 14
 *   W3  the edge never moves left (shown by test, not visible in one state) */
#ifndef RS_MECH_WINDOW_H
#define RS_MECH_WINDOW_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"

enum { RS_WSCALE_MAX = 14 }; /* RFC 7323 2.3 */

typedef struct rs_rcvwnd {
    uint32_t buf;         /* receive buffer */
    uint32_t share256;    /* part of it that is offered, in 1/256: 256 all, 128 half */
    uint32_t clamp;       /* never offer more */
    uint32_t ssthresh;    /* linux_form: current limit of the offer */
    uint32_t wnd;         /* RCV.WND: last offer */
    rs_seq nxt;           /* RCV.NXT when it was made: edge = nxt + wnd */
    uint8_t wscale;       /* shift of our windows; 0 until agreed */
    uint8_t wscale_offer; /* what our SYN proposes */
    bool linux_form;
    bool shrinks;        /* linux_form, tcp_shrink_window: a scaled window follows the free space */
    bool agreed;         /* wscale is settled */
    bool is_signed;      /* without scaling the field is at most 32767 */
    uint32_t user_clamp; /* TCP_WINDOW_CLAMP in force; 0: none */
    uint32_t first_segs; /* limit of the first window; 0: none */
} rs_rcvwnd;

typedef struct rs_rcvwnd_conf {
    uint32_t buf; /* receive buffer of this connection */
    uint32_t share256;
    uint32_t mss;         /* what a segment of the peer will carry: MSS announced, less timestamps if agreed */
    uint32_t user_clamp;  /* TCP_WINDOW_CLAMP; 0: none */
    uint64_t largest_buf; /* to what the buffer may grow (largest of tcp_rmem[2], rmem_max; 0: none): sets the scale */
    uint32_t first_segs;  /* the first window holds at most so many segments; 0: no limit */
    bool want_scale;
    bool linux_form, shrinks;
    bool is_signed; /* without scaling never more than 32767 */
} rs_rcvwnd_conf;
/* Chooses the first window and the scale to propose. */
void rs_rcvwnd_init(rs_rcvwnd *w, const rs_rcvwnd_conf *c);
/* First window again with another MSS (SYN received, timestamps agreed); only before anything was offered. */
void rs_rcvwnd_set_first(rs_rcvwnd *w, uint32_t mss);
/* Options are agreed: with scaling our shift is wscale_offer, without it 0 (RFC 7323 2.2). */
void rs_rcvwnd_scale(rs_rcvwnd *w, bool agreed);
/* The connection is open: linux_form leaves room below the space, for one segment and, where nothing but the space
 * limits the offer, for a part of 1/2^app_win (0: for neither). */
typedef struct rs_rcvwnd_open {
    uint32_t adv_mss;
    int app_win;
} rs_rcvwnd_open;
void rs_rcvwnd_established(rs_rcvwnd *w, const rs_rcvwnd_open *o);
/* The buffer has another size (SO_RCVBUF) or the user another limit (0: none); nothing happens when neither has
 * changed. linux_form: the size alone moves no limit. */
typedef struct rs_rcvwnd_size {
    uint32_t buf, user_clamp;
} rs_rcvwnd_size;
void rs_rcvwnd_resize(rs_rcvwnd *w, const rs_rcvwnd_size *s);
/* linux_form: autotuning gave the buffer another size; the limit is what it can hold. */
void rs_rcvwnd_autosize(rs_rcvwnd *w, uint32_t buf);
/* linux_form: the size of the buffer that offers `window` bytes. */
uint64_t rs_rcvwnd_buf_for(const rs_rcvwnd *w, uint64_t window);
/* A segment, as the Linux form sees it; all of it bytes. */
typedef struct rs_rcvwnd_seg {
    uint32_t len, cost;    /* text, and the memory that it takes */
    uint32_t adv_mss, mss; /* announced, and as far as known */
    uint32_t held;         /* as in rs_rcvwnd_now, this segment included */
    uint32_t largest_buf;  /* to what autotuning may raise the buffer */
} rs_rcvwnd_seg;
/* linux_form: the peer's segments have another size: so does the share. True: it has changed, and the limit with it. */
bool rs_rcvwnd_learn_share(rs_rcvwnd *w, uint32_t len, uint32_t cost);
/* A segment with text was taken. linux_form: raises ssthresh for segments of 128 bytes and more that do not waste
 * memory; else no effect. True: it has risen. */
bool rs_rcvwnd_grow(rs_rcvwnd *w, const rs_rcvwnd_seg *s);
/* linux_form: no memory is left: nothing is offered, and not more than `limit` from now on when more than the buffer is
 * in use. */
void rs_rcvwnd_shut(rs_rcvwnd *w, rs_seq nxt);
void rs_rcvwnd_slow_down(rs_rcvwnd *w, uint32_t limit);

/* What the offer depends on. */
typedef struct rs_rcvwnd_now {
    rs_seq nxt;    /* RCV.NXT */
    uint32_t held; /* payload bytes in the receive queue, out of order ones included; linux_form: their memory */
    uint32_t mss;  /* size of the peer's segments as far as known (Linux: rcv_mss) */
} rs_rcvwnd_now;
/* linux_form: would an ACK now offer at least what the last one did, if the old edge did not bind? Else true. */
bool rs_rcvwnd_moves(const rs_rcvwnd *w, const rs_rcvwnd_now *n);
/* linux_form: less than half of the space is free. */
bool rs_rcvwnd_is_tight(const rs_rcvwnd *w, uint32_t held);
/* The window that would be offered; nothing changes. */
uint32_t rs_rcvwnd_look(const rs_rcvwnd *w, const rs_rcvwnd_now *n);
/* Offers it: moves the edge and returns the header field. A SYN's window is never scaled (RFC 7323 2.2): see below. */
uint16_t rs_rcvwnd_offer(rs_rcvwnd *w, const rs_rcvwnd_now *n);
/* The header field for our SYN or SYN-ACK; sets the first edge when nxt is known (SYN-ACK), else (SYN) call
 * rs_rcvwnd_anchor once it is. */
uint16_t rs_rcvwnd_offer_syn(rs_rcvwnd *w, rs_seq nxt);
/* The first window counts from here (IRS + 1), after a SYN-ACK came for our SYN. */
void rs_rcvwnd_anchor(rs_rcvwnd *w, rs_seq nxt);

/* What is left of the last offer when RCV.NXT has moved to nxt: the window of the acceptability test. */
static inline uint32_t rs_rcvwnd_left(const rs_rcvwnd *w, rs_seq nxt)
{
    rs_seq edge = rs_seq_add(w->nxt, w->wnd);
    return rs_seq_after(edge, nxt) ? rs_seq_dist(nxt, edge) : 0;
}
/* Highest right edge ever offered. */
static inline rs_seq rs_rcvwnd_edge(const rs_rcvwnd *w)
{
    return rs_seq_add(w->nxt, w->wnd);
}
/* Space the window is taken from, when the queue is empty. */
uint32_t rs_rcvwnd_space(const rs_rcvwnd *w);
/* The user has read: is the window now so much larger that the peer should be told without waiting? RFC form: the look
 * exceeds what is left (then it does so by min(space/2, MSS)). linux_form: it at least doubles what is left. */
bool rs_rcvwnd_update_due(const rs_rcvwnd *w, const rs_rcvwnd_now *n);
/* NULL or the broken invariant. */
const char *rs_rcvwnd_broken(const rs_rcvwnd *w);

/* --- sender: silly window avoidance ---------------------------------------------------------------------- */

/* Why a chunk may go, or that it must wait (RFC 9293 3.8.6.2.1, MUST-38). */
typedef enum rs_sws {
    RS_SWS_WAIT,
    RS_SWS_FULL,     /* a full-sized segment */
    RS_SWS_ALL,      /* everything queued fits, is pushed, and Nagle does not object */
    RS_SWS_HALF_WND, /* at least half of the largest window the peer ever offered */
    RS_SWS_OVERRIDE  /* waited long enough */
} rs_sws;
typedef struct rs_sws_in {
    uint32_t usable;      /* SND.UNA + SND.WND - SND.NXT */
    uint32_t queued;      /* unsent bytes */
    uint32_t mss;         /* Eff.snd.MSS */
    uint32_t max_snd_wnd; /* largest window ever offered by the peer */
    bool pushed;          /* the queue ends with PUSH (or FIN) */
    bool nagle_ok;        /* Nagle off, or nothing (relevant) unacknowledged */
    bool override;        /* the override timeout has run out */
} rs_sws_in;
rs_sws rs_sws_judge(const rs_sws_in *in);

#endif
