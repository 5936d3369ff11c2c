/* tcb.h — the transmission control block (RFC 9293 3.3.1). Names are the RFC's; groups say who may change what.
 *
 *   id     set when the connection is opened, then fixed       snd, rcv  sequence spaces, windows, segment sizes
 *   rto    retransmission timer and RTT (mech/rto.h)           loss      duplicate ACKs, recovery (tcp/recovery.c)
 *   cc     congestion window (mech/cc.h)                       ts        timestamps (mech/tstamp.h)
 *   sndq   queued and sent text (mech/sndq.h)                  rcvq      received text (mech/rcvq.h)
 *   at     deadlines by timer kind                             app       what the user did and has to learn
 *   lim    rate limits (may change on a rejected segment)      stat      counters (likewise)
 *
 * Life: rs_tcp_open_active or _passive fills a raw slot -> entry points of tcp.h -> state CLOSED. In CLOSED the
 * connection must leave the demultiplexer at once. Its slot lives on while `user` is set, because the user still has to
 * read an error or what was received; rs_tcp_close clears `user`. rs_tcb_is_dead says when the slot may be given back
 * (after rs_tcb_release).
 *
 * Invariants (rs_tcb_broken):
 *   I1  SND.UNA <= SND.NXT, and SND.NXT is at most the end of what was queued, FIN included
 *   I2  the retransmission timer runs if and only if something sent is not acknowledged or our SYN waits for
 *       memory (none in CLOSED and TIME-WAIT; a SYN that waits for text needs no timer)
 *   I3  the send queue is [SND.UNA, end of text) once our SYN is acknowledged
 *   I4  RCV.NXT <= RCV.ADV, the highest right edge ever offered: the window never shrinks
 *   I5  a FIN is queued if and only if the state row says so (or the connection is closed, or the FIN waits for
 *       ESTABLISHED); fin_seen likewise
 *   I6  the 2MSL timer runs if and only if the state is TIME-WAIT, and then no other timer does
 *   I7  cwnd >= 1 segment; the counts of segments sacked, lost and retransmitted fit into the segments in flight
 *   I8  the persist timer and the retransmission timer never run together
 *   I9  in CLOSED no timer runs
 *   I10 a passive half-open child has no user unless Fast Open made it; a connection in an accept queue has
 *   I11 each mechanism is sound by its own account
 *   I12 no memory counts as used when nothing is held */
#ifndef RS_TCP_TCB_H
#define RS_TCP_TCB_H

#include "../base/pool.h"
#include "../include/refstack/config.h"
#include "../include/refstack/probe.h"
#include "../include/refstack/types.h"
#include "../mech/cc.h"
#include "../mech/delack.h"
#include "../mech/drs.h"
#include "../mech/ecn.h"
#include "../mech/keepalive.h"
#include "../mech/mtuprobe.h"
#include "../mech/notes.h"
#include "../mech/persist.h"
#include "../mech/prr.h"
#include "../mech/rack.h"
#include "../mech/rate.h"
#include "../mech/ratelimit.h"
#include "../mech/rcvq.h"
#include "../mech/reorder.h"
#include "../mech/rmem.h"
#include "../mech/rto.h"
#include "../mech/sndq.h"
#include "../mech/synsave.h"
#include "../mech/tstamp.h"
#include "../mech/undo.h"
#include "../mech/window.h"
#include "../wire/seq.h"
#include "opts.h"

struct rs_env;

/* What happened to a connection since the upper floor last looked. Level bits: they describe the present. */
enum {
    RS_TCB_EV_READABLE = 1,   /* in-order bytes >= rcvlowat, or end of file, or an error waits */
    RS_TCB_EV_WRITABLE = 2,   /* room in the send buffer as poll(2) sees it */
    RS_TCB_EV_URGENT = 4,     /* urgent mark ahead or urgent byte unread (POLLPRI) */
    RS_TCB_EV_HUP = 8,        /* both directions are shut, or dead */
    RS_TCB_EV_RDHUP = 16,     /* the peer will send no more */
    RS_TCB_EV_ERROR = 32,     /* so_error is set */
    RS_TCB_EV_CONNECTED = 64, /* three-way handshake done */
    RS_TCB_EV_NOTES = 128,    /* the error queue is not empty */
};

enum rs_timer {
    RS_T_RTO,
    RS_T_DELACK,
    RS_T_PERSIST,
    RS_T_KEEPALIVE,
    RS_T_2MSL,
    RS_T_USER,
    RS_T_FW2,
    RS_T_REORDER,
    RS_T_TLP,
    RS_T_PACE,
    RS_TIMERS
};

/* What sleepers are woken for (tell.h). */
enum rs_wake { RS_WAKE_IN, RS_WAKE_OUT, RS_WAKE_ERROR, RS_WAKE_ANY, RS_WAKES };

/* Loss recovery as Linux numbers it in tcpi_ca_state (probe.h). CWR belongs to ECN. */
enum { RS_CA_OPEN, RS_CA_DISORDER, RS_CA_CWR, RS_CA_RECOVERY, RS_CA_LOSS };

/* What the sender is waiting for, for tcpi_busy_time and its like. */
enum { RS_CHRONO_IDLE, RS_CHRONO_BUSY, RS_CHRONO_RWND, RS_CHRONO_SNDBUF };

/* SND.UNA, SND.NXT: sndq.una, sndq.nxt (SND.NXT never goes back: retransmissions are records of the queue). */
typedef struct rs_tcb_snd {
    rs_seq iss;
    rs_seq wl1, wl2;  /* SEG.SEQ and SEG.ACK of the last window update */
    rs_seq up;        /* SND.UP: first number after the urgent data; valid while urg */
    rs_seq small_end; /* end of the last segment smaller than the MSS (Minshall); valid while has_small, until
                         acknowledged */
    uint32_t wnd;     /* SND.WND, scaled */
    uint32_t max_wnd; /* largest SND.WND so far */
    uint32_t mss;     /* Eff.snd.MSS: payload bytes of a full segment */
    uint32_t pmtu;
    uint32_t path_heard; /* version of what the host knows of paths that pmtu takes into account (mech/pmtu.h) */
    uint16_t peer_mss;   /* as announced, or the default */
    uint8_t wscale;      /* shift of the peer's window fields */
    bool urg : 1, has_small : 1;
    bool nospace : 1;        /* the last SEND found the buffer full */
    bool more : 1;           /* the last SEND said MSG_MORE: a partial segment waits */
    bool one_burst : 1;      /* a SEND with more text to queue lets out one burst at a time (sndbuf_by_chunk) */
    bool writer : 1;         /* SYN-SENT: a SEND with more text waits for the connection */
    bool answers : 1;        /* our SYN had not gone when the peer's came: it offers what that one did */
    bool cwnd_limited : 1;   /* cwnd stopped output in this round of max_out */
    bool path_fragments : 1; /* the path is narrower than the least pmtu: our packets may be cut */
    rs_seq pushed;           /* end of what was written at the last push */
    rs_seq chunk_end;        /* end of the chunk at SND.NXT; sndbuf_by_chunk only */
    uint32_t max_out;        /* most segments in flight since round_end */
    rs_seq round_end;        /* when SND.UNA passes it a new round of max_out begins */
    rs_time shut_at;         /* when a segment last told a closed window, or opened it */
    uint32_t used_segs;      /* most segments in flight while cwnd did not limit us, since used_since */
    rs_time used_since;
    int64_t depart_ns;    /* when the next burst may go, paced; nanoseconds on the clock of env.now */
    uint64_t pacing_rate; /* bytes per second as reckoned after the last ACK; 0: never (pacing.h) */
} rs_tcb_snd;

/* RCV.NXT: rcvq.nxt. RCV.WND: what is left of the last offer (wnd). */
typedef struct rs_tcb_rcv {
    rs_seq irs;
    rs_seq up;         /* RCV.UP: first number after the urgent data; valid while urg */
    rs_seq acked;      /* last acknowledgment sent (Last.ACK.sent) */
    uint16_t mss;      /* size of the peer's segments as seen */
    uint16_t last_len; /* of the last segment, if it was smaller but may have been a full one; else 0 */
    uint16_t adv_mss;  /* what our SYN announced */
    bool urg : 1;      /* an urgent pointer has arrived that the user has not read past */
    bool oob_read : 1; /* the urgent byte was taken out of band */
    bool ack_now : 1;  /* an ACK has to go before this entry point ends */
    bool shut : 1;     /* shutdown(SHUT_RD) */
    bool no_room : 1;  /* the last text was refused for want of memory: no window is offered */
    bool bare_ack : 1; /* SYN-RECEIVED: our SYN was acknowledged, without the data that the listener waits for */
} rs_tcb_rcv;

/* What the next output does about lost segments. */
enum { RS_RESEND_NONE, RS_RESEND_LOST, RS_RESEND_AFTER_NEW };

/* What at_rto is the deadline of: one timer serves them all (RFC 8985 8). */
enum { RS_PENDING_RTO, RS_PENDING_PROBE, RS_PENDING_REORDER };

typedef struct rs_tcb_loss {
    rs_seq recover;    /* SND.NXT when loss was found; valid from DISORDER on, and while has_recover */
    uint32_t dup_acks; /* since SND.UNA last moved */
    uint32_t dup_segs; /* without SACK: segments that duplicate ACKs have reported as arrived, not yet acknowledged */
    uint32_t lost;     /* segments ever judged lost */
    rs_seq fack;       /* end of the highest SACKed segment; valid while something is SACKed */
    rs_seq probe_end;  /* SND.NXT when the tail loss probe was sent; valid while probe_out */
    uint8_t ca_state;  /* RS_CA_* */
    uint8_t timeouts;  /* expiries of the RTO since SND.UNA last moved; saturates */
    bool stuck;        /* the last one could send nothing: no record to cut it, no room, a device that refuses */
    uint8_t pending;   /* RS_PENDING_* */
    uint8_t resend;    /* RS_RESEND_* */
    bool has_recover : 1;  /* an earlier recovery ended at `recover` (RFC 6582 3.2 step 2) */
    bool partial_seen : 1; /* RFC 6582 3.2 step 3: the first partial ACK has restarted the timer */
    bool probe_out : 1;    /* a tail loss probe is out and not acknowledged */
    bool probe_resent : 1; /* ... which was a retransmission */
    bool frto : 1;         /* after a timeout: it may have been spurious (RFC 5682) */
    bool syn_spurious : 1; /* our SYN went again for nothing */
    bool reneged : 1;      /* the receiver has thrown away what it had SACKed */
    rs_rack rack;
    rs_prr prr;
    rs_undo undo;
    rs_reorder reorder;
} rs_tcb_loss;

/* Fast Open (fastopen.h). */
typedef struct rs_tcb_fo {
    bool held : 1;  /* active: our SYN waits for the first text (TCP_FASTOPEN_CONNECT) */
    bool asked : 1; /* active: our SYN carried the option */
    bool exp : 1;   /* ... in the experimental form */
    bool text : 1;  /* active: our SYN carried text */
    bool taken : 1; /* the text of the SYN was taken: all of ours by the peer, or the peer's by us */
    bool child : 1; /* passive: its SYN has opened it for the user */
    uint8_t fail : 2;
} rs_tcb_fo;

typedef struct rs_tcb_stat {
    uint64_t bytes_acked, bytes_received, bytes_sent, bytes_retrans;
    uint32_t segs_in, segs_out, data_segs_in, data_segs_out, total_retrans, ooo_segs, dsack_dups, delivered,
        delivered_ce;
    rs_time data_sent, data_recv, ack_recv; /* last ones */
    rs_time news_refused;                   /* when an ACK of what is out last came on a segment that was refused */
    uint16_t rto_count, rto_series;         /* timeouts; series of them without an answer in between */
    rs_time rto_since;                      /* when the running series began; valid while rto_runs */
    rs_dur rto_spent;                       /* time spent in those that are over */
    bool rto_runs;
    uint8_t last_probes; /* of a closed window, when the connection ended */
    rs_time chrono_since;
    int64_t chrono_us[3]; /* BUSY, RWND, SNDBUF */
    uint8_t chrono;       /* RS_CHRONO_* running since chrono_since */
} rs_tcb_stat;

typedef struct rs_tcb {
    /* id */
    rs_endpoint local, remote;
    uint32_t self;        /* own number in env->conns */
    uint32_t listener;    /* until accepted; RS_NIL otherwise (accept.h) */
    uint32_t accept_next; /* in the listener's accept queue */
    uint32_t sock;        /* the socket of the user; sock/ sets it, RS_NIL at first */
    uint8_t family;       /* rs_family */
    bool passive;         /* SYN-RECEIVED was entered from LISTEN (MUST-11) */
    bool proven;          /* made from the ACK of a cookie: when its SYN-ACK went nobody knows */
    bool sack_on, wscale_on;
    rs_tcb_fo fo;
    uint32_t fo_listener; /* who counts this child of Fast Open until its handshake is over; RS_NIL: nobody */

    /* app */
    rs_state state;      /* written by rs_tcb_move only */
    bool user;           /* somebody holds this connection: a socket or an accept queue */
    bool closed;         /* the user has closed: nobody will read */
    bool close_waits;    /* CLOSE came in SYN-RECEIVED with data queued: the FIN follows after ESTABLISHED (3.10.4) */
    bool was_open;       /* reached ESTABLISHED at some time */
    bool output_pending; /* the outbox was full: call rs_tcp_output again */
    int so_error;        /* RS_E* for the user's next call; sock/ clears it */
    int soft_error;      /* last soft ICMP error: reported when the connection times out */
    rs_tcp_opts opts;

    /* sequence spaces and mechanisms */
    rs_tcb_snd snd;
    rs_tcb_rcv rcv;
    rs_tcb_loss loss;
    rs_sndq sndq;
    rs_rcvq rcvq;
    rs_rcvwnd wnd;
    rs_rmem rmem;
    rs_drs drs;
    rs_rto rto;
    rs_tstamp ts;
    rs_cc cc;
    rs_delack delack;
    rs_ecn ecn;
    uint32_t saved_syn; /* headers of the SYN that came (mech/synsave.h); 0: none */
    uint32_t accecn;    /* record of accurate ECN feedback; RS_NIL: none (accurate.h) */
    rs_rate rate;
    rs_persist persist;
    rs_keepalive keepalive;
    rs_mtup mtup;
    rs_notes notes;
    uint32_t wake[RS_WAKES]; /* the host's number of the last wake-up of each kind (tell.h) */
    /* Deadlines, RS_NEVER when not armed; delack, persist and keepalive keep theirs. loss.pending says what at_rto is
     * for; at_close is the end of TIME-WAIT in that state, of an orphaned FIN-WAIT-2 in that one. */
    rs_time at_rto, at_user, at_close, at_pace;

    /* may change on a rejected segment */
    rs_spacing lim; /* answers to segments that may be forged */
    rs_tcb_stat stat;
} rs_tcb;
_Static_assert(sizeof(rs_tcb) <= 1536, "a million connections have to fit");

/* The next byte of the stream is the urgent one, which is no part of it for the user (RFC 9293 3.8.5): recv leaves it
 * out, unless SO_OOBINLINE wants it there. It may not have come yet. */
bool rs_tcb_urgent_byte_first(const rs_tcb *t);
/* env is needed for the knobs (notsent_lowat). */
uint32_t rs_tcb_events(const struct rs_env *env, const rs_tcb *t);
/* The deadline of one timer; the earliest of all. RS_NEVER: not armed. */
rs_time rs_tcb_deadline(const rs_tcb *t, enum rs_timer kind);
rs_time rs_tcb_next_deadline(const rs_tcb *t);
/* Segments out that are no text: the SYN-ACK of a child of Fast Open, which may send before it is acknowledged. */
static inline uint32_t rs_tcb_syn_ack_out(const rs_tcb *t)
{
    return t->fo.child && t->sndq.segs && rs_seq_eq(t->sndq.una, t->snd.iss);
}
/* Where the peer's window ends. That of a SYN, which acknowledges nothing, begins behind our own SYN. */
static inline rs_seq rs_tcb_send_edge(const rs_tcb *t)
{
    return rs_seq_add(t->sndq.una, t->snd.wnd + rs_tcb_syn_ack_out(t));
}
/* Received text the user may take now. */
static inline uint32_t rs_tcb_unread(const rs_tcb *t)
{
    return rs_rcvq_ready(&t->rcvq);
}
/* The user has taken everything before the peer's FIN: nothing that happens later takes the end of file back. */
static inline bool rs_tcb_at_eof(const rs_tcb *t)
{
    return rs_rcvq_at_eof(&t->rcvq);
}
/* The next byte the user takes is the urgent one (SIOCATMARK). */
static inline bool rs_tcb_at_mark(const rs_tcb *t)
{
    return t->rcv.urg && rs_seq_eq(t->rcvq.read, rs_seq_sub(t->rcv.up, 1));
}
bool rs_tcb_is_dead(const rs_tcb *t);  /* CLOSED and nobody's: the caller frees it (and gives its slots back) */
bool rs_tcb_may_send(const rs_tcb *t); /* state row: the user may SEND */
void rs_tcb_release(struct rs_env *env, rs_tcb *t); /* gives back all pool slots it holds */
const char *rs_tcb_broken(
    const rs_tcb *t); /* NULL or the broken invariant; without the queues, which need the pools: */
const char *rs_tcb_queues_broken(const struct rs_env *env, const rs_tcb *t);

/* --- for tcp/ ---------------------------------------------------------------------------------------------------- */

/* A raw slot becomes a connection in CLOSED with everything at its start. */
struct rs_tcp_open;
void rs_tcb_init(struct rs_env *env, rs_tcb *t, const struct rs_tcp_open *o);
/* Bytes of the options that every segment carries: timestamps, signatures. */
uint8_t rs_tcb_option_bytes(const struct rs_env *env, const rs_tcb *t);
/* Limits that follow from options: RTO, MSS, windows. */
void rs_tcb_set_mss(const struct rs_env *env, rs_tcb *t);
/* What the user has set, or the host. */
rs_dur rs_tcb_rto_min(const rs_config *cfg, const rs_tcb *t);
rs_dur rs_tcb_rto_max(const rs_config *cfg, const rs_tcb *t);
rs_dur rs_tcb_delack_max(const rs_config *cfg, const rs_tcb *t);
/* Stops every timer. */
void rs_tcb_stop_timers(rs_tcb *t);
/* now + d, rounded up to the host's clock tick. */
rs_time rs_tcb_after(const struct rs_env *env, rs_dur d);

/* RCV.WND. */
static inline uint32_t rs_rcv_wnd(const rs_tcb *t)
{
    return rs_rcvwnd_left(&t->wnd, t->rcvq.nxt);
}
/* FIN in the sending direction: queued, sent, acknowledged. */
static inline bool rs_tcb_fin_acked(const rs_tcb *t)
{
    return t->sndq.fin_sent && rs_seq_eq(t->sndq.una, t->sndq.end);
}
/* Send buffer as poll(2) and SEND reckon it: bytes the user may have queued. */
static inline uint32_t rs_tcb_send_limit(const rs_tcb *t)
{
    return t->opts.sndbuf;
}

#endif
