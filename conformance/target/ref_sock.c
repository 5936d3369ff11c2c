/* ref_sock.c — one function for each call: from the neutral form to the stack's own, and back. */
#include <string.h>

#include "ref.h"

typedef rs_ret begin_fn(cf_ref *r, const cf_call_in *in, cf_call_out *out);

static const rs_ret nothing = {0, 0, 0};

static rs_ret failed(int32_t err)
{
    return (rs_ret){-1, err, 0};
}

/* ---------- what the stack has not ---------- */

typedef struct {
    int64_t level, number;
    const char *name;
} missing;

/* Options of Linux that this stack does not know. It is asked first: the list only tells "not here" from "no such". */
static const missing missing_options[] = {
    {6, 24, "TCP_TIMESTAMP"},
};

static const char *missing_option(int64_t level, int64_t number)
{
    for (size_t i = 0; i < sizeof missing_options / sizeof *missing_options; i++)
        if (missing_options[i].level == level && missing_options[i].number == number) return missing_options[i].name;
    return NULL;
}

/* ---------- addresses ---------- */

static rs_endpoint endpoint(const cf_ref *r, const cf_call_in *in)
{
    rs_endpoint e = {.addr = cf_ref_addr(&in->addr), .port = in->port};
    if (!r->mapped || in->addr.family != 4 || in->addr_family != CF_AF_INET6) return e;
    e.addr = (rs_addr){.family = RS_IPV6, .bytes = {[10] = 0xff, [11] = 0xff}};
    memcpy(e.addr.bytes + 12, in->addr.b, 4);
    return e;
}

static void give_address(cf_call_out *out, const rs_endpoint *e)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    out->has_addr = true;
    out->port = e->port;
    out->addr = (cf_addr){.family = e->addr.family};
    memcpy(out->addr.b, e->addr.bytes, sizeof out->addr.b);
    if (e->addr.family != RS_IPV6 || memcmp(e->addr.bytes, mapped, sizeof mapped) != 0) return;
    out->addr = (cf_addr){.family = 4};
    memcpy(out->addr.b, e->addr.bytes + 12, 4);
}

static bool odd_family(const cf_call_in *in)
{
    return in->has_addr && in->addr_family != CF_AF_INET && in->addr_family != CF_AF_INET6;
}

/* ---------- the calls ---------- */

enum { CF_SOL_TCP = 6, CF_TCP_INFO = 11 };
enum { SOCK_KIND = 0xf, SOCK_DATAGRAM = 2, SOCK_RAW_ = 3, PROTO_MPTCP = 262 };

static rs_ret begin_socket(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    int kind = (int)in->num[1] & SOCK_KIND;
    bool odd = in->num[1] & ~(SOCK_KIND | RS_SOCK_NONBLOCK | RS_SOCK_CLOEXEC); /* refused whatever the kind is */
    if (odd) return rs_socket(r->st, r->now, (int)in->num[0], (int)in->num[1], (int)in->num[2]);
    if (kind == SOCK_DATAGRAM && in->num[2] != RS_IPPROTO_TCP) out->unsupported = "socket type SOCK_DGRAM";
    if (kind == SOCK_RAW_) out->unsupported = "socket type SOCK_RAW";
    if (in->num[2] == PROTO_MPTCP) out->unsupported = "protocol IPPROTO_MPTCP";
    if (out->unsupported) return nothing;
    return rs_socket(r->st, r->now, (int)in->num[0], (int)in->num[1], (int)in->num[2]);
}

static rs_ret begin_bind(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    if (odd_family(in)) return failed(RS_EAFNOSUPPORT);
    rs_endpoint e = endpoint(r, in);
    return rs_bind(r->st, r->now, in->fd, &e);
}

static rs_ret begin_listen(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return rs_listen(r->st, r->now, in->fd, (int)in->num[0]);
}

static rs_ret begin_accept(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return rs_accept(r->st, r->now, in->fd, &r->wait.peer, 0);
}

static rs_ret begin_connect(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    if (!in->has_addr && in->addr_family == CF_AF_UNSPEC) return rs_connect(r->st, r->now, in->fd, NULL);
    if (odd_family(in)) return failed(RS_EAFNOSUPPORT);
    rs_endpoint e = endpoint(r, in);
    return rs_connect(r->st, r->now, in->fd, &e);
}

static rs_ret begin_recv(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    if (in->num[0] & RS_MSG_ERRQUEUE) return cf_ref_recvmsg(r, in, out);
    return rs_recv(r->st, r->now, in->fd, in->buf_null ? NULL : in->buf, in->len, (int)in->num[0], &out->msg_flags);
}

static rs_ret begin_send(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    rs_endpoint e = endpoint(r, in);
    if (!in->has_addr) e = (rs_endpoint){{.family = RS_AF_NONE}, 0};
    return rs_send(r->st, r->now, in->fd, in->buf_null ? NULL : in->buf, in->len, (int)in->num[0],
                   in->has_addr || in->addr_family == CF_AF_UNSPEC ? &e : NULL);
}

static rs_ret begin_sendmsg(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    rs_endpoint e = endpoint(r, in);
    return cf_ref_sendmsg(r, in, in->has_addr ? &e : NULL);
}

static rs_ret begin_open(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return cf_ref_open_file(r, in);
}

static rs_ret begin_pipe(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)in;
    return cf_ref_pipe_ends(r, out);
}

static rs_ret begin_fcntl(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return rs_fcntl(r->st, r->now, in->fd, (int)in->num[0], (int)in->num[1]);
}

static rs_ret begin_ioctl(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    int value = 0;
    rs_ret got = rs_ioctl(r->st, r->now, in->fd, (unsigned long)in->num[0], in->buf_null ? NULL : &value);
    out->out_num[0] = value;
    return got;
}

static rs_ret begin_close(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return rs_close(r->st, r->now, in->fd);
}

static rs_ret begin_shutdown(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    return rs_shutdown(r->st, r->now, in->fd, (int)in->num[0]);
}

/* struct tcp_info as Linux lays it out, of what the stack tells by names. */
static rs_ret tcp_info(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    static const struct {
        uint32_t at, len;
        const char *name;
    } layout[] = {
#define AT(offset, bytes, name) {offset, bytes, name},
#include "tcp_info_layout.def"
#undef AT
    };
    enum { ROOM = 320 };
    const char *names[CF_INFO_MAX];
    int64_t values[CF_INFO_MAX];
    uint8_t bytes[ROOM] = {0};
    uint32_t size = 0;
    int count = cf_ref_info(&r->base, in->fd, names, values, CF_INFO_MAX);
    if (count < 0) return failed(RS_EBADF);
    for (size_t i = 0; i < sizeof layout / sizeof *layout; i++) {
        uint32_t end = layout[i].at + layout[i].len;
        if (end > size && end <= sizeof bytes) size = end;
        for (int j = 0; j < count && end <= size; j++)
            if (strcmp(names[j], layout[i].name) == 0) memcpy(bytes + layout[i].at, &values[j], layout[i].len);
    }
    out->out_len = in->len < size ? (uint32_t)in->len : size;
    memcpy(in->buf, bytes, out->out_len);
    return nothing;
}

static rs_ret begin_getsockopt(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    if (in->num[0] == CF_SOL_TCP && in->num[1] == CF_TCP_INFO) return tcp_info(r, in, out);
    uint32_t len = (uint32_t)in->len;
    rs_ret got = rs_getsockopt(r->st, r->now, in->fd, (int)in->num[0], (int)in->num[1], in->buf, &len);
    out->out_len = len;
    if (got.value < 0 && got.err == RS_ENOPROTOOPT) out->unsupported = missing_option(in->num[0], in->num[1]);
    return got;
}

static rs_ret begin_setsockopt(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    rs_ret got = rs_setsockopt(r->st, r->now, in->fd, (int)in->num[0], (int)in->num[1], in->buf, (uint32_t)in->len);
    if (got.value < 0 && got.err == RS_ENOPROTOOPT) out->unsupported = missing_option(in->num[0], in->num[1]);
    return got;
}

static rs_ret begin_poll(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    if (in->polls > CF_POLLFDS_MAX) {
        out->unsupported = "poll of more than 64 descriptors";
        return nothing;
    }
    for (uint32_t i = 0; i < in->polls; i++)
        r->wait.polls[i] = (rs_pollfd){.fd = in->poll[i].fd, .events = in->poll[i].events};
    return rs_poll(r->st, r->now, r->wait.polls, in->polls, (int)in->num[0]);
}

static begin_fn *const begins[CF_CALLS] = {
    [CF_CALL_socket] = begin_socket,
    [CF_CALL_bind] = begin_bind,
    [CF_CALL_listen] = begin_listen,
    [CF_CALL_accept] = begin_accept,
    [CF_CALL_connect] = begin_connect,
    [CF_CALL_read] = begin_recv,
    [CF_CALL_readv] = begin_recv,
    [CF_CALL_recv] = begin_recv,
    [CF_CALL_recvfrom] = begin_recv,
    [CF_CALL_recvmsg] = cf_ref_recvmsg,
    [CF_CALL_write] = begin_send,
    [CF_CALL_writev] = begin_send,
    [CF_CALL_send] = begin_send,
    [CF_CALL_sendto] = begin_send,
    [CF_CALL_sendmsg] = begin_sendmsg,
    [CF_CALL_fcntl] = begin_fcntl,
    [CF_CALL_ioctl] = begin_ioctl,
    [CF_CALL_close] = begin_close,
    [CF_CALL_shutdown] = begin_shutdown,
    [CF_CALL_getsockopt] = begin_getsockopt,
    [CF_CALL_setsockopt] = begin_setsockopt,
    [CF_CALL_poll] = begin_poll,
    [CF_CALL_open] = begin_open,
    [CF_CALL_pipe] = begin_pipe,
    [CF_CALL_sendfile] = cf_ref_sendfile,
    [CF_CALL_splice] = cf_ref_splice,
    [CF_CALL_epoll_create] = cf_ref_epoll_create,
    [CF_CALL_epoll_ctl] = cf_ref_epoll_ctl,
    [CF_CALL_epoll_wait] = cf_ref_epoll_wait,
};

rs_ret cf_ref_begin(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    bool by_file = cf_ref_is_file(in->fd) && in->id != CF_CALL_splice && in->id != CF_CALL_sendfile;
    if (by_file) return cf_ref_file_call(r, in, out);
    if (in->id < CF_CALLS && begins[in->id]) return begins[in->id](r, in, out);
    out->unsupported = in->name;
    return nothing;
}

static bool receives(uint32_t id)
{
    return id == CF_CALL_read || id == CF_CALL_readv || id == CF_CALL_recv || id == CF_CALL_recvfrom ||
           id == CF_CALL_recvmsg;
}

void cf_ref_finish(cf_ref *r, const cf_call_in *in, rs_ret got, cf_call_out *out)
{
    out->result = got.value;
    out->err = got.err;
    out->done_at_us = r->now.us;
    if (receives(in->id) && got.value > 0) out->out_len = (uint32_t)got.value;
    if (in->id == CF_CALL_recvmsg) cf_ref_give_msg(r, in, out);
    if (in->id == CF_CALL_epoll_wait) cf_ref_give_event(r, got, out);
    if (in->id == CF_CALL_splice || in->id == CF_CALL_sendfile) cf_ref_moved(r, in, got.value);
    for (uint32_t i = 0; in->id == CF_CALL_poll && i < in->polls; i++) in->poll[i].revents = r->wait.polls[i].revents;
    if (in->id == CF_CALL_accept && got.value >= 0) give_address(out, &r->wait.peer);
}
