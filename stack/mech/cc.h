/* cc.h — congestion control: how much may be in the network (RFC 5681, 6582, 6928, 3465, 2861).
 *
 * An algorithm is one constant struct of functions; its state is a value inside rs_cc, so a connection can be copied
 * with memcpy. The caller (tcp/recovery.c, tcp/take_ack.c) decides that something was lost, that recovery begins, that
 * an ACK is partial; the algorithm does only the window arithmetic. Nothing here knows sequence numbers.
 *
 * The window is kept in segments with a remainder in bytes (what scripts and TCP_INFO ask for is segments). Two
 * families of numbers, chosen by rs_cc_params.linux_form:
 *
 *   RFC:    slow start by appropriate byte counting with limit L (RFC 3465); avoidance one segment per window of
 *           acknowledged bytes; ssthresh = max(FlightSize / 2, 2 segments); idle: back to the restart window (RFC 5681
 *           4.1).
 *   Linux:  slow start by acknowledged segments without limit; avoidance one segment per cwnd segments; ssthresh =
 *           max(cwnd / 2, 2); idle: half for every RTO, not below the initial window.
 *
 * Life:   rs_cc_init -> { events }* ; nothing to free. During recovery only on_dup_ack, on_partial_ack,
 *         on_exit_recovery and on_rto are sent; on_ack outside of it. Bursts are output's business.
 * New algorithm: one file cc_<name>.c with one rs_cc_algo, one row in cc_all.c; test_cc_all runs on it at once.
 *
 *   C1  1 <= cwnd_segs <= clamp_segs     C2  ssthresh_segs >= 2     C3  algo is in the registry
 *   C4  rest_bytes < MSS when it was last set */
#ifndef RS_MECH_CC_H
#define RS_MECH_CC_H

#include "../include/refstack/config.h"
#include "../include/refstack/types.h"
#include "../wire/seq.h"

enum { RS_CC_STATE_BYTES = 112, RS_CC_INFINITE = 0x7fffffff };

/* What recovery is about, as an algorithm sees it; the numbers are those of tcpi_ca_state. */
typedef enum rs_cc_phase { RS_CC_OPEN, RS_CC_DISORDER, RS_CC_CWR, RS_CC_RECOVERY, RS_CC_LOSS } rs_cc_phase;

typedef struct rs_cc_params {
    uint32_t initial_segs; /* initial window; 0: by RFC 6928 from the MSS (10, but not above 14600 bytes unless 2) */
    uint32_t abc_limit;    /* L of RFC 3465 (1 or 2) in slow start; 0: no limit */
    uint32_t fixed_segs;   /* cc_fixed only: the window */
    uint32_t tick_us;      /* Linux's clock ticks so often: cubic counts in ticks; 0: 4 ms */
    rs_cc_tune tune;       /* all zero: those of rs_cc_tune_default */
    bool linux_form;
} rs_cc_params;

typedef struct rs_cc {
    rs_cc_params p;
    uint32_t cwnd_segs;
    uint32_t cwnd_cnt;      /* linux_form: segments acknowledged towards the next one in avoidance */
    uint32_t rest_bytes;    /* RFC form: part of a segment that cwnd has grown beyond cwnd_segs */
    uint32_t acked_bytes;   /* RFC form: bytes acknowledged towards the next segment in avoidance */
    uint32_t ssthresh_segs; /* RS_CC_INFINITE at first */
    uint32_t clamp_segs;    /* never above */
    uint64_t pacing_rate;   /* owns_window: bytes per second; 0: not known yet */
    bool cautious;          /* the first slow start grows at a quarter of its speed (hystart_pp.h) */
    bool draining;          /* owns_window: it sends little on purpose; rates measured now tell nothing */
    uint8_t algo;           /* index in rs_cc_all */
    _Alignas(8) uint8_t state[RS_CC_STATE_BYTES]; /* of the algorithm */
} rs_cc;

/* New data was acknowledged, outside recovery. */
typedef struct rs_cc_ack {
    rs_time now;
    uint32_t acked_bytes, acked_segs;
    uint32_t inflight_segs; /* before this ACK */
    uint32_t mss;
    bool cwnd_limited; /* the window was what limited sending; without it nothing grows (RFC 7661 idea, Linux) */
    rs_dur srtt;
} rs_cc_ack;
/* Loss was found. */
typedef struct rs_cc_loss {
    rs_time now;
    uint32_t flight_bytes; /* FlightSize: sent and not acknowledged */
    uint32_t inflight_segs;
    uint32_t mss;
    uint32_t dup_acks; /* how many duplicate ACKs told it: the window is inflated by them (RFC 5681 3.2 step 3) */
    rs_seq nxt;        /* SND.NXT */
    bool again;        /* on_rto: the same data timed out before; ssthresh is not cut again (RFC 5681 3.1) */
    bool marked;       /* a congestion mark told it (ECN), nothing was lost */
} rs_cc_loss;
/* An ACK gave a round-trip time, in recovery or not. Sent before on_ack. */
typedef struct rs_cc_rtt {
    rs_time now;
    rs_dur rtt;           /* of the newest segment that is now known to have arrived */
    rs_seq una, nxt;      /* after the ACK */
    uint64_t pacing_rate; /* bytes per second; 0: none yet */
    bool paced;           /* departures are spaced at that rate */
} rs_cc_rtt;
/* An ACK is taken, in whatever phase. Algorithms with owns_window get it last, with the delivery rate, and set window
 * and rate; the others get it first, without, and learn from it. */
typedef struct rs_cc_sample {
    rs_time now;
    rs_seq una, nxt;
    uint32_t mss;
    uint32_t delivered, delivered_ce, lost; /* segments so far: delivered, reported as marked, judged lost */
    uint32_t new_delivered, new_lost;       /* by this ACK */
    uint32_t inflight_segs, prior_inflight_segs;
    rs_cc_phase phase;
    /* Delivery rate (rate.h): segs in us, and how many had been delivered when the newest of them was sent. us <= 0:
     * none. */
    uint32_t segs, prior_delivered;
    int64_t us;
    bool slow;            /* measured while the user had nothing to send */
    bool delayed;         /* the ACK may have been delayed by the peer */
    rs_dur rtt;           /* negative: none */
    rs_dur min_rtt, srtt; /* of the connection; 0: none */
    rs_dur ahead;         /* how far ahead of now the next departure is */
    uint64_t most_rate;   /* SO_MAX_PACING_RATE */
    uint32_t random;
} rs_cc_sample;
/* The first segment after nothing was out is about to be sent. */
typedef struct rs_cc_begin {
    rs_time now, last_sent;
    uint32_t mss;
    bool slow; /* the user had nothing to send before */
} rs_cc_begin;
/* An ACK in recovery that acknowledges new data but not all (RFC 6582 3.2 step 3). */
typedef struct rs_cc_partial {
    rs_time now;
    uint32_t acked_bytes, mss;
} rs_cc_partial;
typedef struct rs_cc_exit {
    rs_time now;
    uint32_t flight_bytes, mss;
} rs_cc_exit;
/* The last reduction was a mistake: what it took away. */
typedef struct rs_cc_undo {
    uint32_t cwnd_segs, ssthresh_segs;
} rs_cc_undo;
/* Nothing was sent for longer than an RTO. */
typedef struct rs_cc_idle {
    rs_time now;
    rs_dur idle, rto;
    uint32_t mss;
} rs_cc_idle;

/* What TCP_CC_INFO tells of an algorithm needs of the connection. */
typedef struct rs_cc_view {
    uint32_t mss, delivered, delivered_ce; /* as in rs_cc_sample */
    uint32_t min_rtt_us;                   /* UINT32_MAX: none */
    bool marks, ce;                        /* ECN is on; the last text that came was marked */
    bool active;                           /* this end opened the connection */
} rs_cc_view;
enum { RS_CC_INFO_BYTES = 20 };

/* Every function is there in every algorithm unless it says NULL; the ones below rs_cc_* are called through the
 * registry. Those about recovery are in cc_reno.h for all algorithms that do as Reno there. */
typedef struct rs_cc_algo {
    const char *name; /* as in net.ipv4.tcp_congestion_control */
    const char *rfc;
    uint32_t state_size; /* <= RS_CC_STATE_BYTES */
    void (*init)(rs_cc *cc);
    void (*on_ack)(rs_cc *cc, const rs_cc_ack *e);
    void (*on_enter_recovery)(rs_cc *cc, const rs_cc_loss *e);
    void (*on_dup_ack)(rs_cc *cc, rs_time now); /* in recovery: one more segment has left the network */
    void (*on_partial_ack)(rs_cc *cc, const rs_cc_partial *e);
    void (*on_exit_recovery)(rs_cc *cc, const rs_cc_exit *e);
    void (*on_rto)(rs_cc *cc, const rs_cc_loss *e);
    void (*on_undo)(rs_cc *cc, const rs_cc_undo *e); /* NULL: never below what is given back */
    void (*on_idle_restart)(rs_cc *cc, const rs_cc_idle *e);
    void (*on_underuse)(rs_cc *cc, uint32_t used_segs);
    /* The threshold that this loss asks for. The algorithm remembers the window for its own growth; cwnd and ssthresh
     * are not touched. */
    uint32_t (*ssthresh)(rs_cc *cc, const rs_cc_loss *e);
    bool owns_window; /* growth, recovery and idleness leave the window alone: on_sample sets it */
    bool wants_marks; /* ECN is asked for whatever the host says, on all segments; the receiver echoes each mark */
    void (*on_sample)(rs_cc *cc, const rs_cc_sample *e);
    void (*on_rtt)(rs_cc *cc, const rs_cc_rtt *e);
    void (*on_begin)(rs_cc *cc, const rs_cc_begin *e);
    /* Linux's structure for it; returns its bytes. NULL: it has none. */
    uint32_t (*info)(const rs_cc *cc, const rs_cc_view *v, uint8_t out[RS_CC_INFO_BYTES]);
    const char *(*broken)(const rs_cc *cc); /* of its own state; NULL: anything is sound */
} rs_cc_algo;

extern const rs_cc_algo rs_cc_newreno, rs_cc_cubic, rs_cc_dctcp, rs_cc_bbr, rs_cc_fixed;
extern const rs_cc_tune rs_cc_tune_default; /* Linux's */
extern const rs_cc_algo *const rs_cc_all[]; /* NULL ends it */

/* Index in rs_cc_all of an algorithm by name ("reno" and "newreno" are the same); -1: none. */
int rs_cc_find(const char *name);
/* Starts with the initial window for this MSS. `algo` is an index of rs_cc_all. */
typedef struct rs_cc_start {
    uint8_t algo;
    uint32_t mss;
    rs_cc_params params;
} rs_cc_start;
void rs_cc_init(rs_cc *cc, const rs_cc_start *s);
/* Another algorithm takes over; the window stays. */
void rs_cc_choose(rs_cc *cc, uint8_t algo);
/* The MSS is known now or the handshake needed retransmissions: starts over with this window (0: the initial one). Only
 * before data was sent. */
typedef struct rs_cc_restart {
    uint32_t mss, segs;
} rs_cc_restart;
void rs_cc_set_initial(rs_cc *cc, const rs_cc_restart *r);

static inline const rs_cc_algo *rs_cc_algo_of(const rs_cc *cc)
{
    return rs_cc_all[cc->algo];
}
static inline bool rs_cc_in_slow_start(const rs_cc *cc)
{
    return cc->cwnd_segs < cc->ssthresh_segs;
}
/* The window in bytes. */
static inline uint64_t rs_cc_bytes(const rs_cc *cc, uint32_t mss)
{
    return (uint64_t)cc->cwnd_segs * mss + cc->rest_bytes;
}
/* Initial window in segments by these rules (RFC 6928 2, or initial_segs). */
uint32_t rs_cc_initial_segs(const rs_cc_params *p, uint32_t mss);

/* The caller sets the window, in segments: during a reduction it follows what arrives (RFC 9937). */
void rs_cc_set_window(rs_cc *cc, uint32_t segs);

/* The events, passed to the algorithm; after each the window is brought into [1, clamp]. */
void rs_cc_on_ack(rs_cc *cc, const rs_cc_ack *e);
void rs_cc_on_enter_recovery(rs_cc *cc, const rs_cc_loss *e);
void rs_cc_on_dup_ack(rs_cc *cc, rs_time now);
void rs_cc_on_partial_ack(rs_cc *cc, const rs_cc_partial *e);
void rs_cc_on_exit_recovery(rs_cc *cc, const rs_cc_exit *e);
void rs_cc_on_rto(rs_cc *cc, const rs_cc_loss *e);
void rs_cc_on_undo(rs_cc *cc, const rs_cc_undo *e);
void rs_cc_on_idle_restart(rs_cc *cc, const rs_cc_idle *e);
uint32_t rs_cc_ssthresh(rs_cc *cc, const rs_cc_loss *e);
void rs_cc_on_rtt(rs_cc *cc, const rs_cc_rtt *e);
void rs_cc_on_sample(rs_cc *cc, const rs_cc_sample *e);
void rs_cc_on_begin(rs_cc *cc, const rs_cc_begin *e);
/* For an RTO the user has not had enough to send: at most used_segs, less than the window, were out (RFC 2861). */
void rs_cc_on_underuse(rs_cc *cc, uint32_t used_segs);
/* What the algorithm tells beside TCP_INFO; returns how many bytes, 0: nothing. */
uint32_t rs_cc_info(const rs_cc *cc, const rs_cc_view *v, uint8_t out[RS_CC_INFO_BYTES]);
/* NULL or the broken invariant. */
const char *rs_cc_broken(const rs_cc *cc);

#endif
