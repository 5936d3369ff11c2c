/* tcp.h — the protocol floor as net/, sock/ and api/ see it: entry points and events.
 *
 * Everything that can happen to a connection comes in through one of these calls; everything it wants comes out as
 * outbox segments, deadlines (rs_tcb_next_deadline) and event bits (rs_tcb_events). Nothing calls upward. After every
 * entry point the caller must: drain the outbox, refresh the connection's deadline, look at the event bits, take the
 * connection out of the demultiplexer if it is in RS_CLOSED, and free it (rs_tcb_release, then the slot) if
 * rs_tcb_is_dead. */
#ifndef RS_TCP_TCP_H
#define RS_TCP_TCP_H

#include "../mech/fo_cache.h"
#include "../mech/pmtu.h"
#include "env.h"
#include "listener.h"
#include "tcb.h"

/* Protocol state of the whole host. */
typedef struct rs_host {
    rs_budget challenge; /* challenge ACKs of this second (RFC 5961 7) */
    uint32_t wakes;      /* wake-ups so far (tell.h); wraps */
    uint32_t tw_count;   /* connections in TIME-WAIT (net.ipv4.tcp_max_tw_buckets) */
    uint32_t orphans;    /* connections closed by their user that live on, TIME-WAIT apart (net.ipv4.tcp_max_orphans) */
    rs_fo_cache fo_cache;
    rs_pmtu pmtu;
} rs_host;

/* A segment for an existing connection (any state but LISTEN and CLOSED): RFC 9293 3.10.7.3 and 3.10.7.4.
 * Returns RS_TCP_REOPEN when the connection is in TIME-WAIT and the segment is a SYN that may open a new incarnation
 * (MAY-2, RFC 6191): the connection is in CLOSED then, and the caller gives the segment to the listener, with
 * *iss_hint. iss_hint is NULL when nobody listens there: such a SYN is then judged like any other segment. */
typedef enum { RS_TCP_DONE, RS_TCP_REOPEN } rs_tcp_input_result;
rs_tcp_input_result rs_tcp_input(rs_env *env, rs_tcb *t, const rs_seg *seg, rs_seq *iss_hint);

/* A connection attempt of this host wants the addresses and ports of `t`. True when t makes room and is in CLOSED: it
 * was in TIME-WAIT, its last timestamp is as old as net.ipv4.tcp_tw_reuse_delay asks, so that timestamps tell its
 * segments from new ones (RFC 6191 section 2), and net.ipv4.tcp_tw_reuse allows it (1: yes, 2: over loopback). *iss is
 * the ISN for the new one. bound: the user chose the port; with the quirk bound_port_takes_over that is enough. */
bool rs_tcp_give_way(rs_env *env, rs_tcb *t, bool bound, rs_seq *iss);

/* A segment for a listener: RFC 9293 3.10.7.2. SPAWN: make a connection from `seg` with rs_tcp_open_passive. COOKIE:
 * make one that only answers (rs_tcp_answer_with_cookie). PROVEN: `seg` acknowledges such an answer, make the
 * connection from it (rs_tcp_open_proven). */
typedef enum { RS_LISTEN_DONE, RS_LISTEN_SPAWN, RS_LISTEN_COOKIE, RS_LISTEN_PROVEN } rs_listen_result;
rs_listen_result rs_tcp_listen_input(rs_env *env, rs_listener *l, const rs_seg *seg);

/* A segment for nobody: RFC 9293 3.10.7.1. Appends the RST, if one is due, to the outbox. */
void rs_tcp_closed_input(rs_env *env, const rs_seg *seg);

/* Runs every timer of t that is due at env->now, in order of deadline, then kind. */
void rs_tcp_timers(rs_env *env, rs_tcb *t);

/* An ICMP error whose quote matched this connection's tuple (RFC 5461, 5927; RFC 9293 3.9.2.2). */
typedef struct rs_icmp_error {
    enum { RS_ICMP_SOFT, RS_ICMP_HARD, RS_ICMP_TOO_BIG } kind;
    int err; /* RS_E* for the user */
    uint8_t type, code;
    rs_seq seq;   /* quoted sequence number */
    uint32_t mtu; /* TOO_BIG only */
} rs_icmp_error;
void rs_tcp_icmp(rs_env *env, rs_tcb *t, const rs_icmp_error *e);

/* What a new connection needs to know besides the configuration. Options set on a listener are inherited by its
 * children (rs_tcp_opts is copied). */
typedef struct rs_tcp_open {
    uint32_t conn; /* its own number */
    rs_endpoint local, remote;
    rs_seq iss;
    uint32_t ts_offset;
    uint32_t mtu; /* path MTU now */
    uint8_t family;
    rs_tcp_opts opts;
    uint32_t listener; /* passive: listener number; else RS_NIL */
    bool hold;         /* active: the SYN waits for rs_tcp_open_fast */
} rs_tcp_open;
void rs_tcp_open_active(rs_env *env, rs_tcb *t, const rs_tcp_open *o);                     /* sends SYN */
void rs_tcp_open_passive(rs_env *env, rs_tcb *t, const rs_tcp_open *o, const rs_seg *syn); /* sends SYN-ACK */
/* Sends the SYN-ACK whose ISN is a cookie; the connection is dead afterwards (RFC 4987 3.6). */
void rs_tcp_answer_with_cookie(rs_env *env, rs_tcb *t, const rs_tcp_open *o, const rs_seg *syn);
/* The connection that an ACK of such a SYN-ACK proves, in SYN-RECEIVED; the ACK is still to be given to rs_tcp_input.
 */
void rs_tcp_open_proven(rs_env *env, rs_tcb *t, const rs_tcp_open *o, const rs_seg *ack);
/* Sends the SYN that was held, with a Fast Open option and as much of data as may go with it (RFC 7413); returns how
 * much that was. NULL, 0: none to send. */
size_t rs_tcp_open_fast(rs_env *env, rs_tcb *t, const uint8_t *data, size_t len);
/* Would text go with it now? */
bool rs_tcp_could_open_fast(rs_env *env, const rs_tcb *t);
/* Another listener takes over this child, which is half open or waits in the accept queue of its own. */
void rs_tcp_hand_on(rs_env *env, rs_tcb *t, uint32_t listener);
/* A listener is gone: a child of Fast Open that it has handed out counts for nobody. */
static inline void rs_tcp_forget_listener(rs_tcb *t, uint32_t listener)
{
    if (t->fo_listener == listener) t->fo_listener = RS_NIL;
}

/* SEND (3.10.2): queues as much of buf as the send buffer takes; returns how much. more: MSG_MORE; eor: a record ends;
 * oob: the last byte is urgent. The caller has checked that the state allows sending (rs_tcb_may_send). */
typedef struct rs_tcp_write {
    const uint8_t *data;
    size_t len;
    bool more, eor, oob;
    bool boundary;         /* nothing joins what is written: a new segment begins behind it, as behind a record */
    bool zerocopy;         /* number this write and tell when it is acknowledged (MSG_ZEROCOPY) */
    bool zerocopy_goes_on; /* it goes on with the last numbered write */
    bool waits;            /* the rest comes later, in the same call of the user */
    uint32_t stamps;       /* SO_TIMESTAMPING: what to tell of its last byte */
} rs_tcp_write;
size_t rs_tcp_send(rs_env *env, rs_tcb *t, const rs_tcp_write *w);
/* RECEIVE (3.10.3): copies up to len in-order bytes to buf (NULL: discards them), peek leaves them. Sends a window
 * update when due. *eor/urgent marks are not crossed: stops before the urgent byte unless SO_OOBINLINE. Returns the
 * count. */
size_t rs_tcp_receive(rs_env *env, rs_tcb *t, uint8_t *buf, size_t len, bool peek);
/* Copies text that lies `at` bytes ahead and leaves it (SO_PEEK_OFF). */
typedef struct rs_tcp_look {
    uint8_t *buf;
    size_t len;
    uint32_t at;
} rs_tcp_look;
size_t rs_tcp_peek(rs_env *env, rs_tcb *t, const rs_tcp_look *look);
/* The urgent byte, if it has arrived and was not read: 1, 0 (not there yet), or -1 (no urgent data or read already). */
int rs_tcp_receive_oob(rs_env *env, rs_tcb *t, uint8_t *byte, bool peek);
/* CLOSE (3.10.4): the user is gone (orphan). Sends FIN after queued data, or RST when received data was not read. */
void rs_tcp_close(rs_env *env, rs_tcb *t);
/* shutdown(SHUT_WR): FIN after queued data, receiving goes on. */
void rs_tcp_shutdown_send(rs_env *env, rs_tcb *t);
/* shutdown(SHUT_RD). */
void rs_tcp_shutdown_receive(rs_env *env, rs_tcb *t);
/* ABORT (3.10.5): RST if the state calls for it; the connection is dead afterwards. A half-open child that nobody was
 * told of vanishes silently. When a listener goes away, the caller does this for its children; those in the accept
 * queue first leave it by rs_tcp_accepted. */
void rs_tcp_abort(rs_env *env, rs_tcb *t);
/* The user has set options of t->opts, perhaps to what they were: take what follows from those. Setting one option must
 * not do what another one asks for: a corked segment stays corked, a series of keepalive probes goes on. */
enum {
    RS_OPTS_NAGLE = 1,      /* nodelay: switched on it sends what waits, even under cork */
    RS_OPTS_KEEP = 2,       /* keepalive and its times: the series begins anew */
    RS_OPTS_SIZES = 4,      /* rcvbuf, window_clamp, user_mss */
    RS_OPTS_QUICKACK = 8,   /* quickack_on, quickack_off */
    RS_OPTS_TIMES = 32,     /* rto_max_ms, rto_min_us, delack_max_us */
    RS_OPTS_LOW_WATER = 64, /* rcvlowat */
    RS_OPTS_OTHER = 16      /* cork, user_timeout_ms and all that is looked at when it matters */
};
void rs_tcp_opts_changed(rs_env *env, rs_tcb *t, unsigned which);
/* Called again after a drained outbox while t->output_pending. */
void rs_tcp_output(rs_env *env, rs_tcb *t);
/* Accepted by the user: leaves its listener's queue (its user is now a socket). */
void rs_tcp_accepted(rs_env *env, rs_tcb *t);
/* STATUS (3.10.6). */
void rs_tcp_probe(const rs_env *env, const rs_tcb *t, rs_probe *out);
/* Payload bytes of the send queue, [seq, seq+len), for the packet builder, and their sum. The caller has the place from
 * an rs_outseg. */
rs_sum rs_tcp_copy_text(const rs_env *env, rs_tcb *t, rs_seq seq, uint8_t *to, uint32_t len);

#endif
