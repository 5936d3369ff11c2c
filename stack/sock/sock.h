/* sock.h — a socket: what POSIX adds to a connection or a listener; and the whole stack as this floor sees it.
 *
 * A socket is in one of four phases. IDLE has neither connection nor listener (fresh, or after a failed or dissolved
 * connection); LISTENING has a listener; DIALING and CONNECTED have a connection, which may have died meanwhile: the
 * socket keeps it to hand out what it received and the error it died of. DIALING lasts until a connect() call has told
 * the user how the attempt ended.
 *
 * Options set before there is a connection or listener wait in a draft; afterwards they live there.
 *
 *   S1  LISTENING names a listener that names it, DIALING and CONNECTED likewise a connection
 *   S2  the references are the descriptors that name it and the calls that are parked on it
 *   S4  a set of epoll is referred to by its descriptors and by the calls parked on it; an item names a live socket
 *   S3  there are as many drafts as sockets in IDLE */
#ifndef RS_SOCK_SOCK_H
#define RS_SOCK_SOCK_H

#include "../include/refstack/socket.h"
#include "../net/net.h"
#include "epoll.h"
#include "fd.h"
#include "wait.h"

typedef enum rs_phase { RS_SK_IDLE, RS_SK_LISTENING, RS_SK_DIALING, RS_SK_CONNECTED } rs_phase;

typedef struct rs_sock {
    union {
        uint32_t draft, listener, conn;
    }; /* IDLE has a draft, LISTENING a listener, the others a connection.
          First: a free slot of the pool is overwritten here, and refs must
          stay 0 */
    uint32_t refs;
    uint32_t binding;    /* net/ports.h; RS_NIL while not bound */
    int16_t so_error;    /* RS_E* of a connection that is gone */
    uint8_t phase;       /* rs_phase */
    bool rehash_off : 1; /* SO_TXREHASH */
    bool v6 : 1, v6only : 1, reuse_addr : 1, reuse_port : 1, nonblock : 1, freebind : 1;
    bool closing : 1;                /* the last close() has already closed the connection, and waits (SO_LINGER) */
    rs_dur rcv_timeout, snd_timeout; /* 0: none */
    rs_list watchers;                /* items of epoll (epoll.h) */
    uint32_t fo_max;                 /* TCP_FASTOPEN, for when it listens */
    uint64_t kept;                   /* switches without meaning (opt_kept.def); set: not as at first */
    int peek_off, incoming_cpu;      /* SO_PEEK_OFF, SO_INCOMING_CPU, each plus one; 0: not in use */
    int busy_poll;                   /* SO_BUSY_POLL: kept */
    rs_fo_keys fo_keys;              /* TCP_FASTOPEN_KEY, likewise */
} rs_sock;

struct rs_stack {
    rs_net net;
    size_t size; /* bytes of arena it was built for */
    rs_pool socks, drafts;
    rs_fds fds;
    rs_waits waits;
    rs_epolls epolls;
};

void rs_socks_init(rs_stack *st, rs_arena *a, const rs_limits *l);
void rs_socks_parts(const rs_stack *st, rs_parts *p);
const char *rs_socks_broken(const rs_stack *st);

/* What a call works on, made at its start. */
typedef struct rs_call {
    rs_stack *st;
    rs_env env;
    rs_sock *s;
    uint32_t sock;
    rs_fd fd;
} rs_call;

static inline rs_ret rs_done(int64_t value)
{
    return (rs_ret){.value = value};
}
static inline rs_ret rs_refuse(int err)
{
    return (rs_ret){.value = -1, .err = err};
}

/* What poll(2) says of a socket now, RS_POLL* bits. Whoever asks in vain for room is woken when there is some. */
int rs_sock_poll(const rs_stack *st, const rs_env *env, uint32_t sock);
/* The numbers of the socket's last wake-ups by kind (tcp/tell.h). */
typedef struct rs_sock_wakes {
    uint32_t last[RS_WAKES];
} rs_sock_wakes;
rs_sock_wakes rs_sock_last_wakes(const rs_stack *st, uint32_t sock);

/* Begins a call; false: EBADF. */
bool rs_call_on(rs_call *c, rs_stack *st, rs_time now, rs_fd fd);
/* Why fd names no socket: EBADF, or ENOTSOCK of a set of epoll. */
int rs_sock_missing(const rs_stack *st, rs_fd fd);
/* The same for a socket that may have no descriptor. */
void rs_call_on_sock(rs_call *c, rs_stack *st, rs_time now, uint32_t sock);

static inline rs_sock *rs_sock_at(const rs_stack *st, uint32_t i)
{
    return rs_pool_at(&st->socks, i);
}
static inline bool rs_sock_has_conn(const rs_sock *s)
{
    return s->phase == RS_SK_DIALING || s->phase == RS_SK_CONNECTED;
}
/* The connection of a socket, or NULL. */
static inline rs_tcb *rs_sock_tcb(const rs_stack *st, const rs_sock *s)
{
    return rs_sock_has_conn(s) ? rs_net_tcb(&st->net, s->conn) : NULL;
}
/* The options, wherever they live now. */
rs_tcp_opts *rs_sock_opts(const rs_stack *st, const rs_sock *s);

/* A fresh socket without references; RS_NIL when there is no room. */
uint32_t rs_sock_make(rs_stack *st);
void rs_sock_hold(rs_stack *st, uint32_t sock);
/* Lets one reference go. The last one ends the socket, which closes its connection. */
void rs_sock_let_go(rs_stack *st, rs_env *env, uint32_t sock);
/* Back to IDLE: the connection is let go of (an orphan now, or gone), the options return to a draft. A port that
 * connect() chose is given up. */
void rs_sock_detach(rs_stack *st, rs_env *env, rs_sock *s);
/* Back to IDLE from LISTENING: the listener and everything in its queues ends. */
void rs_sock_stop_listening(rs_stack *st, rs_env *env, rs_sock *s);
/* The socket is gone, with its binding; its connection or listener already is. */
void rs_sock_free(rs_stack *st, uint32_t sock);
/* so_error once: reading clears it (SO_ERROR). */
int rs_sock_take_error(const rs_stack *st, rs_sock *s);
/* Has the handshake of the connection ended, well or badly? */
bool rs_sock_dialed(const rs_call *c);

/* Begins the connection that an IDLE socket is to have; hold: its SYN waits (rs_tcp_open_fast). */
RS_MUST_USE rs_status rs_sock_dial(rs_call *c, const rs_endpoint *remote, bool hold);
/* The attempt has ended: tells how, once (RS_SK_CONNECTED and 0, or IDLE and its error). */
rs_ret rs_sock_outcome(rs_call *c);
/* The SYN of this connection waits for text (TCP_FASTOPEN_CONNECT). */
bool rs_sock_held(const rs_call *c);

/* The opening part of a send call: MSG_FASTOPEN, or the first one after a connect() that waited for it (RFC 7413).
 * *done counts the bytes that went with the SYN; *r is the result when the call has ended. */
typedef struct rs_fast_write {
    const rs_endpoint *to; /* NULL: none was given */
    const void *buf;
    size_t len;
    bool wait;       /* the call may wait */
    bool zerocopy;   /* MSG_ZEROCOPY */
    uint32_t stamps; /* SO_TIMESTAMPING, for this call */
} rs_fast_write;
typedef enum { RS_FAST_GO_ON, RS_FAST_ENDED, RS_FAST_WAIT } rs_fast_result;
rs_fast_result rs_sock_open_fast(rs_call *c, const rs_fast_write *w, size_t *done, rs_ret *r);
/* The same call again, when it has waited. */
rs_fast_result rs_sock_open_fast_on(rs_call *c, bool late, size_t done, rs_ret *r);

/* Binds to an ephemeral port on every address, if not bound yet (listen without bind). */
rs_status rs_sock_autobind(rs_stack *st, rs_sock *s);
/* An endpoint as a user of this socket sees it: IPv4 addresses are mapped on IPv6 sockets. */
rs_endpoint rs_sock_show(const rs_sock *s, rs_endpoint e);
/* The endpoint a user of this socket means. EAFNOSUPPORT, ENETUNREACH (IPv4 on a socket for IPv6 only). */
RS_MUST_USE rs_status rs_sock_mean(const rs_sock *s, const rs_endpoint *given, rs_endpoint *out);

/* One send in progress: buf is the whole buffer, done counts what has been moved. A call that parks forgets its pieces:
 * what is left goes as one. */
typedef struct rs_sending {
    const uint8_t *buf;
    size_t len, done;
    int flags;
    const rs_endpoint *to; /* with MSG_FASTOPEN; may be NULL */
    uint32_t stamps;       /* SO_TIMESTAMPING, for this call */
    bool numbered;         /* a zero-copy write that has its number */
    const uint32_t *pieces;
    uint32_t piece_count;
} rs_sending;
rs_ret rs_send_now(rs_call *c, rs_sending *x);

/* Parks the call, with timeout 0 for ever. Not enough room: ENOBUFS. */
rs_ret rs_sock_park(rs_call *c, const rs_parked *call, rs_dur timeout);

/* --- the parts of calls that may wait: call.def; wake.c calls them
 * ---------------------------------------------------- */

/* ready: can it go on? Looks only. go_on: goes on, with the buffer; the result may be rs_still_waiting(). give_up: ends
 * early, with EINTR or with what was done so far. A call whose time is over (p->late) is ready and must end. */
static inline rs_ret rs_still_waiting(void)
{
    return (rs_ret){.parked = UINT32_MAX};
}
#define C(NAME, name, waits_for)                                                                                       \
    bool rs_##name##_ready(const rs_call *c, const rs_parked *p);                                                      \
    rs_ret rs_##name##_go_on(rs_call *c, rs_parked *p, void *buf);                                                     \
    rs_ret rs_##name##_give_up(rs_call *c, rs_parked *p);
#include "call.def"
#undef C

#endif
