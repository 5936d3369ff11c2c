/* socket.h — the POSIX socket calls of a stack, in virtual time.
 *
 * Calls look and fail as POSIX and Linux say, with two differences that follow from "no threads, no clock":
 *
 * - Every call takes the stack and `now`, and returns an rs_ret: the value, and the errno beside it.
 * - A call on a blocking descriptor that cannot finish is parked: rs_ret.parked is its number. The caller goes on
 * driving the stack and asks rs_call_ready(); when true, rs_call_resume() finishes the call (or parks it again) with
 * the same buffer. At most one call per descriptor and direction waits meaningfully; they wake in the order they were
 * parked. SO_RCVTIMEO and SO_SNDTIMEO deadlines are part of rs_stack_next_deadline.
 *
 * Buffers are borrowed until return. Addresses are rs_endpoint values; an IPv4-mapped IPv6 socket uses ::ffff:a.b.c.d.
 */
#ifndef REFSTACK_SOCKET_H
#define REFSTACK_SOCKET_H

#include "stack.h"

typedef struct rs_ret {
    int64_t value;   /* as POSIX: >= 0 on success, -1 on failure; meaningless while parked */
    int32_t err;     /* RS_E* when value is -1, else 0 */
    uint32_t parked; /* 0: the call has ended; otherwise the number of the parked call */
} rs_ret;

/* Socket domains and types; numbers as on Linux, so that scripts' constants pass through. */
enum {
    RS_PF_INET = 2,
    RS_PF_INET6 = 10,
    RS_SOCK_STREAM = 1,
    RS_SOCK_NONBLOCK = 04000,
    RS_SOCK_CLOEXEC = 02000000,
    RS_IPPROTO_TCP = 6
};
enum { RS_SHUT_RD = 0, RS_SHUT_WR = 1, RS_SHUT_RDWR = 2 };
enum {
    RS_MSG_OOB = 1,
    RS_MSG_PEEK = 2,
    RS_MSG_CTRUNC = 8,
    RS_MSG_TRUNC = 0x20,
    RS_MSG_DONTWAIT = 0x40,
    RS_MSG_EOR = 0x80,
    RS_MSG_WAITALL = 0x100,
    RS_MSG_ERRQUEUE = 0x2000,
    RS_MSG_NOSIGNAL = 0x4000,
    RS_MSG_MORE = 0x8000,
    RS_MSG_ZEROCOPY = 0x4000000,
    RS_MSG_FASTOPEN = 0x20000000
};
enum {
    RS_POLLIN = 1,
    RS_POLLPRI = 2,
    RS_POLLOUT = 4,
    RS_POLLERR = 8,
    RS_POLLHUP = 0x10,
    RS_POLLNVAL = 0x20,
    RS_POLLRDNORM = 0x40,
    RS_POLLWRNORM = 0x100,
    RS_POLLRDHUP = 0x2000
};
enum {
    RS_F_DUPFD = 0,
    RS_F_GETFD = 1,
    RS_F_SETFD = 2,
    RS_F_GETFL = 3,
    RS_F_SETFL = 4,
    RS_O_RDWR = 2,
    RS_O_NONBLOCK = 04000
};
enum { RS_FIONREAD = 0x541B, RS_SIOCATMARK = 0x8905, RS_SIOCOUTQ = 0x5411, RS_SIOCOUTQNSD = 0x894B };

/* socket(2). EAFNOSUPPORT, EINVAL, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EMFILE, ENOBUFS. */
rs_ret rs_socket(rs_stack *st, rs_time now, int domain, int type, int protocol);
/* bind(2). EINVAL (bound already), EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT. Port 0 picks an ephemeral port (RFC 6056).
 */
rs_ret rs_bind(rs_stack *st, rs_time now, rs_fd fd, const rs_endpoint *local);
/* listen(2); again on a listener: changes the backlog. EINVAL, EADDRINUSE, EOPNOTSUPP. */
rs_ret rs_listen(rs_stack *st, rs_time now, rs_fd fd, int backlog);
/* accept4(2); peer may be NULL. Blocks until the accept queue has a connection. EINVAL, EAGAIN, EMFILE, ECONNABORTED.
 */
rs_ret rs_accept(rs_stack *st, rs_time now, rs_fd fd, rs_endpoint *peer, int flags);
/* connect(2). remote == NULL is AF_UNSPEC: dissolve. EINPROGRESS, EALREADY, EISCONN, ECONNREFUSED, ETIMEDOUT,
 * ENETUNREACH, EADDRNOTAVAIL (no ephemeral port left), EAFNOSUPPORT. */
rs_ret rs_connect(rs_stack *st, rs_time now, rs_fd fd, const rs_endpoint *remote);
/* send(2), and sendto(2), whose `to` a stream socket ignores, as on Linux, except with MSG_FASTOPEN: then the call
 * connects there first, and what fits goes with the SYN (RFC 7413). With it EINPROGRESS, EALREADY, EISCONN, EOPNOTSUPP
 * (not allowed by net.ipv4.tcp_fastopen; `to` of no family) and the errors of connect(2) are possible. A NULL buf with
 * len > 0 is EFAULT. A pending error is told once (ECONNRESET, ETIMEDOUT, ...); a socket that is not connected, or
 * shut, is EPIPE. EAGAIN, EBADF. */
rs_ret rs_send(rs_stack *st, rs_time now, rs_fd fd, const void *buf, size_t len, int flags, const rs_endpoint *to);
/* recv(2). A NULL buf with len > 0 is EFAULT when there is something to copy. *out_flags (may be NULL) gets MSG_TRUNC,
 * MSG_OOB, MSG_EOR ... as recvmsg(2) reports them. 0 at end of file. ENOTCONN, EAGAIN, ECONNRESET, ETIMEDOUT, EINVAL.
 */
rs_ret rs_recv(rs_stack *st, rs_time now, rs_fd fd, void *buf, size_t len, int flags, int *out_flags);
/* Ancillary data, and sendmsg(2) and recvmsg(2). */
enum { RS_CONTROL_BYTES = 512, RS_CONTROLS_MAX = 4 };
typedef struct rs_control {
    int level, type;  /* SOL_*, SCM_* and their like, Linux's numbers */
    uint32_t at, len; /* its data: bytes [at, at + len) of rs_msg.room */
} rs_control;
typedef struct rs_msg {
    void *buf;
    size_t len;
    const uint32_t *pieces; /* sendmsg: the lengths of the pieces buf is made of (their sum is len); NULL: one piece */
    uint32_t piece_count;
    const rs_endpoint *to; /* sendmsg: as in rs_send; may be NULL */
    bool wants_control;    /* recvmsg: there is room for ancillary data; without, what there was is MSG_CTRUNC */
    int flags;             /* recvmsg: MSG_TRUNC, MSG_OOB, MSG_CTRUNC, MSG_ERRQUEUE ... */
    rs_control control[RS_CONTROLS_MAX];
    uint32_t controls;
    uint8_t room[RS_CONTROL_BYTES];
} rs_msg;
/* sendmsg(2): as rs_send, with what `control` asks for this call alone: SOL_SOCKET, SO_TIMESTAMPING. MSG_ZEROCOPY is
 * honoured with SO_ZEROCOPY on: the write is numbered, and its completion told in the error queue; the bytes are copied
 * all the same. EINVAL: control data that means nothing here. */
rs_ret rs_sendmsg(rs_stack *st, rs_time now, rs_fd fd, const rs_msg *m, int flags);
/* recvmsg(2): as rs_recv, with ancillary data (TCP_INQ). MSG_ERRQUEUE takes the oldest note of the error queue instead,
 * and never waits: EAGAIN when there is none. Fills m->flags, m->control, m->controls, m->room; a call that parks fills
 * them when it is resumed by rs_call_resume_msg. */
rs_ret rs_recvmsg(rs_stack *st, rs_time now, rs_fd fd, rs_msg *m, int flags);
/* close(2): drops one reference; the last one closes the connection (FIN; RST if received data is unread or SO_LINGER
 * is on with time 0). EBADF. Blocks only with SO_LINGER and a positive time. */
rs_ret rs_close(rs_stack *st, rs_time now, rs_fd fd);
/* shutdown(2): acts at once for every holder of the socket. ENOTCONN, EINVAL. */
rs_ret rs_shutdown(rs_stack *st, rs_time now, rs_fd fd, int how);
/* dup(2): another descriptor for the same socket. EBADF, EMFILE. */
rs_ret rs_dup(rs_stack *st, rs_time now, rs_fd fd);
/* fcntl(2) for F_GETFL, F_SETFL, F_GETFD, F_SETFD, F_DUPFD. EBADF, EINVAL. */
rs_ret rs_fcntl(rs_stack *st, rs_time now, rs_fd fd, int cmd, int arg);
/* ioctl(2) for FIONREAD/SIOCINQ, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK. EBADF, ENOTTY, EINVAL (listening). */
rs_ret rs_ioctl(rs_stack *st, rs_time now, rs_fd fd, unsigned long request, int *out);
/* getsockopt(2), setsockopt(2) with Linux's level and option numbers (sock/opt_sock.def lists them). *len is the size
 * of the buffer and then of the value. EBADF, ENOPROTOOPT, EINVAL, EDOM, EFAULT. */
rs_ret rs_getsockopt(rs_stack *st, rs_time now, rs_fd fd, int level, int name, void *val, uint32_t *len);
rs_ret rs_setsockopt(rs_stack *st, rs_time now, rs_fd fd, int level, int name, const void *val, uint32_t len);
/* getsockname(2), getpeername(2). ENOTCONN, EBADF. */
rs_ret rs_getsockname(rs_stack *st, rs_time now, rs_fd fd, rs_endpoint *out);
rs_ret rs_getpeername(rs_stack *st, rs_time now, rs_fd fd, rs_endpoint *out);

typedef struct {
    rs_fd fd;
    int16_t events, revents;
} rs_pollfd;
/* poll(2): fills revents and returns how many are non-zero. timeout_ms 0 looks, < 0 waits for ever; parks while nothing
 * is ready. On rs_call_resume pass the same array as buf. EINVAL: more descriptors than there can be; ENOMEM: a poll
 * that has to wait watches at most 64. */
rs_ret rs_poll(rs_stack *st, rs_time now, rs_pollfd *fds, uint32_t n, int timeout_ms);

/* epoll(7). A set is a descriptor like any other: close and dup work on it. */
enum { RS_EPOLL_CTL_ADD = 1, RS_EPOLL_CTL_DEL = 2, RS_EPOLL_CTL_MOD = 3, RS_EPOLL_CLOEXEC = 02000000 };
#define RS_EPOLLEXCLUSIVE (UINT32_C(1) << 28)
#define RS_EPOLLWAKEUP (UINT32_C(1) << 29)
#define RS_EPOLLONESHOT (UINT32_C(1) << 30)
#define RS_EPOLLET (UINT32_C(1) << 31)
typedef struct rs_epoll_event {
    uint32_t events; /* RS_POLL* and the bits above */
    uint64_t data;
} rs_epoll_event;
/* EINVAL, EMFILE, ENOMEM. */
rs_ret rs_epoll_create(rs_stack *st, rs_time now, int flags);
/* EBADF, EINVAL (no set, or itself; EPOLLEXCLUSIVE with MOD or EPOLLONESHOT), EEXIST, ENOENT, ENOSPC, EPERM: a set in a
 * set is not supported. event may be NULL for DEL. */
rs_ret rs_epoll_ctl(rs_stack *st, rs_time now, rs_fd epfd, int op, rs_fd fd, const rs_epoll_event *event);
/* Up to n events; parks while there is none and timeout_ms is not 0 (< 0: for ever). On rs_call_resume pass an array of
 * n as buf, and its size. EINVAL (no set, n <= 0), EFAULT. */
rs_ret rs_epoll_wait(rs_stack *st, rs_time now, rs_fd epfd, rs_epoll_event *out, int n, int timeout_ms);

/* True when a parked call can make progress or has timed out. False for an unknown number. */
bool rs_call_ready(const rs_stack *st, uint32_t parked);
/* Continues a parked call with the buffer it was made with (same length; any address). For accept that is where the
 * peer's rs_endpoint goes, or NULL. The result may be parked again, under the same number. EINVAL: no such call, or
 * another length. */
rs_ret rs_call_resume(rs_stack *st, rs_time now, uint32_t parked, void *buf, size_t len);
/* The same for a parked rs_recvmsg: m has the buffer, and gets what the call gives back. */
rs_ret rs_call_resume_msg(rs_stack *st, rs_time now, uint32_t parked, rs_msg *m);
/* Gives up waiting: the call ends with EINTR, or with what it had already done (POSIX). */
rs_ret rs_call_cancel(rs_stack *st, rs_time now, uint32_t parked);

/* A process ends (S22): closes every descriptor in ascending order, as exit(2) does. */
void rs_close_all(rs_stack *st, rs_time now);

#endif
