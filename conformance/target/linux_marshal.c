#define _GNU_SOURCE /* splice, syscall numbers */
/* linux_marshal.c — one function for each call: from the neutral form to the system's, and back. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../text/mem.h"
#include "linux.h"
#include "marshal.h"

typedef int64_t do_fn(const cf_call_in *in, cf_call_out *out);

enum { ECHO_V4 = 8, ECHO_V6 = 128, FILE_MODE = 0644 };

/* ---------- sockets ---------- */

static int64_t do_socket(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return socket((int)in->num[0], (int)in->num[1], (int)in->num[2]);
}

static int64_t do_bind(const cf_call_in *in, cf_call_out *out)
{
    struct sockaddr_storage a;
    (void)out;
    return bind(in->fd, (struct sockaddr *)&a, cf_marshal_addr(in, &a));
}

static int64_t do_listen(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return listen(in->fd, (int)in->num[0]);
}

static int64_t do_accept(const cf_call_in *in, cf_call_out *out)
{
    struct sockaddr_storage a = {0};
    socklen_t len = sizeof a;
    int fd = accept(in->fd, (struct sockaddr *)&a, &len);
    if (fd >= 0) cf_marshal_give_addr(out, &a);
    return fd;
}

static int64_t do_connect(const cf_call_in *in, cf_call_out *out)
{
    struct sockaddr_storage a;
    (void)out;
    return connect(in->fd, (struct sockaddr *)&a, cf_marshal_addr(in, &a));
}

static int64_t do_shutdown(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return shutdown(in->fd, (int)in->num[0]);
}

static int64_t do_getsockopt(const cf_call_in *in, cf_call_out *out)
{
    socklen_t len = (socklen_t)in->len;
    int got = getsockopt(in->fd, (int)in->num[0], (int)in->num[1], cf_marshal_buffer(in), &len);
    out->out_len = len;
    return got;
}

static int64_t do_setsockopt(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return setsockopt(in->fd, (int)in->num[0], (int)in->num[1], cf_marshal_buffer(in), (socklen_t)in->len);
}

/* ---------- data ---------- */

/* What zero-copy sends stays where it is until the process ends: the kernel may look at it any time later. */
static void *sent_bytes(const cf_call_in *in, int flags)
{
    if (in->buf_null || !(flags & MSG_ZEROCOPY)) return cf_marshal_buffer(in);
    void *kept = cf_mem_zero(1, in->len);
    memcpy(kept, in->buf, in->len);
    return kept;
}

static int64_t do_read(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return read(in->fd, cf_marshal_buffer(in), in->len);
}

static int64_t do_recv(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return recv(in->fd, cf_marshal_buffer(in), in->len, (int)in->num[0]);
}

static int64_t do_recvfrom(const cf_call_in *in, cf_call_out *out)
{
    struct sockaddr_storage a = {0};
    socklen_t len = sizeof a;
    ssize_t n = recvfrom(in->fd, cf_marshal_buffer(in), in->len, (int)in->num[0], (struct sockaddr *)&a, &len);
    if (n >= 0 && len) cf_marshal_give_addr(out, &a);
    return n;
}

static int64_t do_write(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return write(in->fd, cf_marshal_buffer(in), in->len);
}

static int64_t do_send(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return send(in->fd, sent_bytes(in, (int)in->num[0]), in->len, (int)in->num[0]);
}

/* A datagram socket for ICMP sends echo requests and wants their header. */
static void echo_header(const cf_call_in *in)
{
    int proto = 0;
    socklen_t len = sizeof proto;
    if (in->buf_null || in->len < 8 || getsockopt(in->fd, SOL_SOCKET, SO_PROTOCOL, &proto, &len) != 0) return;
    if (proto == IPPROTO_ICMP) in->buf[0] = ECHO_V4;
    if (proto == IPPROTO_ICMPV6) in->buf[0] = ECHO_V6;
}

static int64_t do_sendto(const cf_call_in *in, cf_call_out *out)
{
    struct sockaddr_storage a;
    socklen_t len = cf_marshal_addr(in, &a);
    (void)out;
    echo_header(in);
    return sendto(in->fd, sent_bytes(in, (int)in->num[0]), in->len, (int)in->num[0], (struct sockaddr *)&a, len);
}

/* The pieces of one buffer. */
static int64_t by_pieces(const cf_call_in *in, ssize_t (*call)(int, const struct iovec *, int))
{
    struct iovec *v = cf_marshal_pieces(in);
    ssize_t n = call(in->fd, v, (int)in->iovs);
    int saved = errno;
    free(v);
    errno = saved;
    return n;
}

static int64_t do_readv(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return by_pieces(in, readv);
}

static int64_t do_writev(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return by_pieces(in, writev);
}

/* ---------- descriptors and files ---------- */

static int64_t do_fcntl(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return fcntl(in->fd, (int)in->num[0], (int)in->num[1]);
}

static int64_t do_ioctl(const cf_call_in *in, cf_call_out *out)
{
    int value = 0;
    int got = ioctl(in->fd, (unsigned long)in->num[0], in->buf_null ? NULL : &value);
    out->out_num[0] = value;
    return got;
}

static int64_t do_close(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return close(in->fd);
}

static int64_t do_open(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return open(in->str, (int)in->num[0], FILE_MODE);
}

static int64_t do_sendfile(const cf_call_in *in, cf_call_out *out)
{
    off_t at = (off_t)in->off[0];
    int usual, error;
    (void)out;
    /* The C library's sendfile is no point of cancellation: a run that ends while it waits could not end the helper. */
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &usual);
    int64_t sent = sendfile(in->fd, in->fd2, in->has_off[0] ? &at : NULL, in->len);
    error = errno;
    pthread_setcanceltype(usual, NULL);
    errno = error;
    return sent;
}

static int64_t do_pipe(const cf_call_in *in, cf_call_out *out)
{
    int ends[2] = {-1, -1};
    (void)in;
    int got = pipe(ends);
    out->out_num[0] = ends[0];
    out->out_num[1] = ends[1];
    return got;
}

static int64_t do_splice(const cf_call_in *in, cf_call_out *out)
{
    loff_t a = in->off[0], b = in->off[1];
    (void)out;
    return splice(in->fd, in->has_off[0] ? &a : NULL, in->fd2, in->has_off[1] ? &b : NULL, (size_t)in->num[0],
                  (unsigned)in->num[1]);
}

static int64_t do_poll(const cf_call_in *in, cf_call_out *out)
{
    struct pollfd p[CF_POLLFDS_MAX];
    (void)out;
    for (uint32_t i = 0; i < in->polls; i++) p[i] = (struct pollfd){.fd = in->poll[i].fd, .events = in->poll[i].events};
    int n = poll(p, in->polls, (int)in->num[0]);
    for (uint32_t i = 0; i < in->polls; i++) in->poll[i].revents = p[i].revents;
    return n;
}

static int64_t do_epoll_create(const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return epoll_create((int)in->num[0]);
}

static int64_t do_epoll_ctl(const cf_call_in *in, cf_call_out *out)
{
    struct epoll_event e = {.events = (uint32_t)in->num[1], .data.u64 = (uint64_t)in->num[2]};
    (void)out;
    return epoll_ctl(in->fd, (int)in->num[0], in->fd2, &e);
}

static int64_t do_epoll_wait(const cf_call_in *in, cf_call_out *out)
{
    int most = (int)in->num[0];
    struct epoll_event *e = cf_mem_zero(most > 0 ? (size_t)most : 1, sizeof *e);
    int n = epoll_wait(in->fd, e, most, (int)in->num[1]);
    int saved = errno;
    out->out_num[0] = e[0].events;
    out->out_num[1] = (int64_t)e[0].data.u64;
    free(e);
    errno = saved;
    return n;
}

/* cap_set(which set, capability, clear or set) of this thread. */
static int64_t do_cap_set(const cf_call_in *in, cf_call_out *out)
{
    struct __user_cap_header_struct h = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct d[2] = {{0}};
    unsigned cap = (unsigned)in->num[1];
    (void)out;
    if (cap > 63 || in->num[0] < 0 || in->num[0] > 2) {
        errno = EINVAL;
        return -1;
    }
    if (syscall(SYS_capget, &h, d) != 0) return -1;
    uint32_t *const sets[] = {&d[cap / 32].effective, &d[cap / 32].permitted, &d[cap / 32].inheritable};
    uint32_t bit = 1u << cap % 32, *set = sets[in->num[0]];
    *set = in->num[2] ? *set | bit : *set & ~bit;
    return syscall(SYS_capset, &h, d);
}

/* ---------- the table ---------- */

static do_fn *const calls[CF_CALLS] = {
    [CF_CALL_socket] = do_socket,
    [CF_CALL_bind] = do_bind,
    [CF_CALL_listen] = do_listen,
    [CF_CALL_accept] = do_accept,
    [CF_CALL_connect] = do_connect,
    [CF_CALL_read] = do_read,
    [CF_CALL_readv] = do_readv,
    [CF_CALL_recv] = do_recv,
    [CF_CALL_recvfrom] = do_recvfrom,
    [CF_CALL_recvmsg] = cf_linux_recvmsg,
    [CF_CALL_write] = do_write,
    [CF_CALL_writev] = do_writev,
    [CF_CALL_send] = do_send,
    [CF_CALL_sendto] = do_sendto,
    [CF_CALL_sendmsg] = cf_linux_sendmsg,
    [CF_CALL_fcntl] = do_fcntl,
    [CF_CALL_ioctl] = do_ioctl,
    [CF_CALL_close] = do_close,
    [CF_CALL_shutdown] = do_shutdown,
    [CF_CALL_getsockopt] = do_getsockopt,
    [CF_CALL_setsockopt] = do_setsockopt,
    [CF_CALL_poll] = do_poll,
    [CF_CALL_open] = do_open,
    [CF_CALL_sendfile] = do_sendfile,
    [CF_CALL_epoll_create] = do_epoll_create,
    [CF_CALL_epoll_ctl] = do_epoll_ctl,
    [CF_CALL_epoll_wait] = do_epoll_wait,
    [CF_CALL_pipe] = do_pipe,
    [CF_CALL_splice] = do_splice,
    [CF_CALL_cap_set] = do_cap_set,
};

void cf_linux_do(const cf_call_in *in, cf_call_out *out)
{
    if (in->id >= CF_CALLS || !calls[in->id]) {
        out->unsupported = in->name;
        return;
    }
    errno = 0;
    out->result = calls[in->id](in, out);
    out->err = out->result < 0 ? errno : 0;
}
