/* so_call.c — one function for each call: from the neutral form to the library's, and back. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../text/mem.h"
#include "marshal.h"
#include "so.h"

typedef int64_t do_fn(const cf_so_table *t, const cf_call_in *in, cf_call_out *out);

static int number(const cf_call_in *in, int i)
{
    return (int)in->num[i];
}

/* ---------- sockets ---------- */

static int64_t do_socket(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return t->socket(t->userdata, number(in, 0), number(in, 1), number(in, 2));
}

static int64_t do_bind(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    struct sockaddr_storage a;
    socklen_t len = cf_marshal_addr(in, &a);
    (void)out;
    return t->bind(t->userdata, in->fd, (struct sockaddr *)&a, len);
}

static int64_t do_listen(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return t->listen(t->userdata, in->fd, number(in, 0));
}

static int64_t do_accept(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    struct sockaddr_storage a = {0};
    socklen_t len = sizeof a;
    int fd = t->accept(t->userdata, in->fd, (struct sockaddr *)&a, &len);
    if (fd >= 0) cf_marshal_give_addr(out, &a);
    return fd;
}

static int64_t do_connect(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    struct sockaddr_storage a;
    socklen_t len = cf_marshal_addr(in, &a);
    (void)out;
    return t->connect(t->userdata, in->fd, (struct sockaddr *)&a, len);
}

static int64_t do_shutdown(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return t->shutdown(t->userdata, in->fd, number(in, 0));
}

static int64_t do_close(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return t->close(t->userdata, in->fd);
}

static int64_t do_getsockopt(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    socklen_t len = (socklen_t)in->len;
    int got = t->getsockopt(t->userdata, in->fd, number(in, 0), number(in, 1), cf_marshal_buffer(in), &len);
    out->out_len = len;
    return got;
}

static int64_t do_setsockopt(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return t->setsockopt(t->userdata, in->fd, number(in, 0), number(in, 1), cf_marshal_buffer(in), (socklen_t)in->len);
}

static int64_t do_fcntl(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return t->fcntl(t->userdata, in->fd, number(in, 0), number(in, 1));
}

static int64_t do_ioctl(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    int value = 0;
    int got = t->ioctl(t->userdata, in->fd, (unsigned long)in->num[0], in->buf_null ? NULL : &value);
    out->out_num[0] = value;
    return got;
}

/* ---------- data ---------- */

static int64_t do_read(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return t->read(t->userdata, in->fd, cf_marshal_buffer(in), in->len);
}

static int64_t do_recv(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return t->recv(t->userdata, in->fd, cf_marshal_buffer(in), in->len, number(in, 0));
}

static int64_t do_recvfrom(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    struct sockaddr_storage a = {0};
    socklen_t len = sizeof a;
    ssize_t n =
        t->recvfrom(t->userdata, in->fd, cf_marshal_buffer(in), in->len, number(in, 0), (struct sockaddr *)&a, &len);
    if (n >= 0) cf_marshal_give_addr(out, &a);
    return n;
}

static int64_t do_write(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return t->write(t->userdata, in->fd, cf_marshal_buffer(in), in->len);
}

static int64_t do_send(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return t->send(t->userdata, in->fd, cf_marshal_buffer(in), in->len, number(in, 0));
}

static int64_t do_sendto(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    struct sockaddr_storage a;
    socklen_t len = cf_marshal_addr(in, &a);
    (void)out;
    return t->sendto(t->userdata, in->fd, cf_marshal_buffer(in), in->len, number(in, 0), (struct sockaddr *)&a, len);
}

static int64_t do_readv(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    struct iovec *v = cf_marshal_pieces(in);
    ssize_t n = t->readv(t->userdata, in->fd, v, (int)in->iovs);
    int saved = errno;
    (void)out;
    free(v);
    errno = saved;
    return n;
}

static int64_t do_writev(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    struct iovec *v = cf_marshal_pieces(in);
    ssize_t n = t->writev(t->userdata, in->fd, v, (int)in->iovs);
    int saved = errno;
    (void)out;
    free(v);
    errno = saved;
    return n;
}

static int64_t do_sendmsg(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    cf_message m;
    int flags = number(in, 0);
    (void)out;
    cf_message_to_send(&m, in);
    ssize_t n = t->sendmsg(t->userdata, in->fd, &m.header, flags);
    int saved = errno;
    cf_message_sent(&m, !(flags & MSG_ZEROCOPY));
    errno = saved;
    return n;
}

static int64_t do_recvmsg(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    cf_message m;
    cf_message_to_receive(&m, in);
    ssize_t n = t->recvmsg(t->userdata, in->fd, &m.header, number(in, 0));
    int saved = errno;
    cf_message_received(&m, n, out);
    errno = saved;
    return n;
}

/* ---------- waiting ---------- */

static int64_t do_poll(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    struct pollfd p[CF_POLLFDS_MAX];
    (void)out;
    for (uint32_t i = 0; i < in->polls; i++) p[i] = (struct pollfd){.fd = in->poll[i].fd, .events = in->poll[i].events};
    int n = t->poll(t->userdata, p, in->polls, number(in, 0));
    for (uint32_t i = 0; i < in->polls; i++) in->poll[i].revents = p[i].revents;
    return n;
}

static int64_t do_epoll_create(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return t->epoll_create(t->userdata, number(in, 0));
}

static int64_t do_epoll_ctl(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    struct epoll_event e = {.events = (uint32_t)in->num[1], .data.u64 = (uint64_t)in->num[2]};
    (void)out;
    return t->epoll_ctl(t->userdata, in->fd, number(in, 0), in->fd2, &e);
}

static int64_t do_epoll_wait(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    int most = number(in, 0);
    struct epoll_event *e = cf_mem_zero(most > 0 ? (size_t)most : 1, sizeof *e);
    int n = t->epoll_wait(t->userdata, in->fd, e, most, number(in, 1));
    int saved = errno;
    out->out_num[0] = e[0].events;
    out->out_num[1] = (int64_t)e[0].data.u64;
    free(e);
    errno = saved;
    return n;
}

static int64_t do_pipe(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    int ends[2] = {-1, -1};
    (void)in;
    int got = t->pipe(t->userdata, ends);
    out->out_num[0] = ends[0];
    out->out_num[1] = ends[1];
    return got;
}

static int64_t do_splice(const cf_so_table *t, const cf_call_in *in, cf_call_out *out)
{
    off_t a = in->off[0], b = in->off[1];
    (void)out;
    return t->splice(t->userdata, in->fd, in->has_off[0] ? &a : NULL, in->fd2, in->has_off[1] ? &b : NULL,
                     (size_t)in->num[0], (unsigned)in->num[1]);
}

/* ---------- the table ---------- */

/* A call, and the library's function that it needs. */
static do_fn *find(const cf_so_table *t, uint32_t id)
{
#define ROW(name) [CF_CALL_##name] = {t->name != NULL, do_##name}
    const struct {
        bool there;
        do_fn *make;
    } calls[CF_CALLS] = {
        ROW(socket),  ROW(bind),       ROW(listen),     ROW(accept),       ROW(connect),   ROW(read),       ROW(readv),
        ROW(recv),    ROW(recvfrom),   ROW(recvmsg),    ROW(write),        ROW(writev),    ROW(send),       ROW(sendto),
        ROW(fcntl),   ROW(ioctl),      ROW(close),      ROW(poll),         ROW(shutdown),  ROW(splice),     ROW(pipe),
        ROW(sendmsg), ROW(getsockopt), ROW(setsockopt), ROW(epoll_create), ROW(epoll_ctl), ROW(epoll_wait),
    };
#undef ROW
    return id < CF_CALLS && calls[id].there ? calls[id].make : NULL;
}

void cf_so_do(cf_so *s, const cf_call_in *in, cf_call_out *out)
{
    do_fn *make = find(&s->table, in->id);
    if (!make) {
        out->unsupported = in->name;
        return;
    }
    errno = 0;
    out->result = make(&s->table, in, out);
    out->err = out->result < 0 ? errno : 0;
}
