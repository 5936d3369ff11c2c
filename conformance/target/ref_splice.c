/* ref_splice.c — calls on files and pipes, alone or with a socket at the other end: open, pipe, read, write, close,
 * fcntl, sendfile, splice. What waits, waits in the socket: bytes go through a buffer of the call in progress. */
#include <stdlib.h>
#include <string.h>

#include "../text/mem.h"
#include "ref.h"

enum { SPLICE_NONBLOCK = 2, SPLICE_MORE = 4, MOVE_MAX = 1 << 24, O_NONBLOCK_ = 04000, GET_FL = 3 };

static rs_ret as_ret(int64_t n)
{
    return n < 0 ? (rs_ret){-1, (int32_t)-n, 0} : (rs_ret){n, 0, 0};
}

static uint8_t *room(cf_ref *r, size_t len)
{
    free(r->wait.moved);
    r->wait.moved = cf_mem_zero(1, len ? len : 1);
    r->wait.moved_len = len;
    return r->wait.moved;
}

rs_ret cf_ref_open_file(cf_ref *r, const cf_call_in *in)
{
    return as_ret(cf_ref_file_open(&r->files, in->str, (int)in->num[0]));
}

rs_ret cf_ref_pipe_ends(cf_ref *r, cf_call_out *out)
{
    return as_ret(cf_ref_file_pipe(&r->files, out->out_num));
}

/* An empty pipe, or a full one, would have to wait for a call that a script cannot make meanwhile. */
static rs_ret never_ends(rs_ret got, cf_call_out *out, bool nonblock)
{
    if (got.value < 0 && got.err == RS_EAGAIN && !nonblock) out->hung = true;
    return got;
}

static bool nonblocking(cf_ref *r, int fd)
{
    return cf_ref_file_fcntl(&r->files, fd, GET_FL, 0) & O_NONBLOCK_;
}

rs_ret cf_ref_file_call(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    switch (in->id) {
    case CF_CALL_read:
    case CF_CALL_readv:
        return never_ends(as_ret(cf_ref_file_read(&r->files, in->fd, in->buf, in->len, -1)), out,
                          nonblocking(r, in->fd));
    case CF_CALL_write:
    case CF_CALL_writev:
        return never_ends(as_ret(cf_ref_file_write(&r->files, in->fd, in->buf, in->len)), out, nonblocking(r, in->fd));
    case CF_CALL_close: return as_ret(cf_ref_file_close(&r->files, in->fd));
    case CF_CALL_fcntl: return as_ret(cf_ref_file_fcntl(&r->files, in->fd, (int)in->num[0], (int)in->num[1]));
    default: return as_ret(cf_ref_file_kind_of(&r->files, in->fd) == CF_REF_NOTHING ? -RS_EBADF : -RS_ENOTSOCK);
    }
}

/* ---------- from a file or a pipe into a socket ---------- */

static rs_ret into_socket(cf_ref *r, const cf_call_in *in, int from, int flags, int64_t at)
{
    int to = from == in->fd ? in->fd2 : in->fd;
    size_t want = in->id == CF_CALL_sendfile ? in->len : (size_t)in->num[0];
    if (want > MOVE_MAX) want = MOVE_MAX;
    int64_t n = cf_ref_file_peek(&r->files, from, room(r, want), want, at);
    r->wait.moved_len = n > 0 ? (size_t)n : 0;
    if (n <= 0) return as_ret(n);
    return rs_send(r->st, r->now, to, r->wait.moved, (size_t)n, flags, NULL);
}

rs_ret cf_ref_sendfile(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    if (cf_ref_file_kind_of(&r->files, in->fd2) != CF_REF_FILE)
        return as_ret(cf_ref_is_file(in->fd2) || rs_fcntl(r->st, r->now, in->fd2, RS_F_GETFD, 0).value >= 0
                          ? -RS_EINVAL
                          : -RS_EBADF);
    if (in->has_off[0] && in->off[0] < 0) return as_ret(-RS_EINVAL);
    if (in->len == 0) return as_ret(0);
    return into_socket(r, in, in->fd2, 0, in->has_off[0] ? in->off[0] : -1);
}

/* ---------- splice ---------- */

/* Stops at the urgent byte, which is not part of the stream, and never reads it away. */
static rs_ret from_socket(cf_ref *r, const cf_call_in *in)
{
    size_t want = (size_t)in->num[0], fits = cf_ref_file_room(&r->files, in->fd2);
    int at_mark = 0, waiting = 0;
    if (fits == 0) return as_ret(-RS_EAGAIN);
    if (want > fits) want = fits;
    rs_ioctl(r->st, r->now, in->fd, RS_SIOCATMARK, &at_mark);
    rs_ioctl(r->st, r->now, in->fd, RS_FIONREAD, &waiting);
    if (at_mark && waiting) return as_ret(0);
    return rs_recv(r->st, r->now, in->fd, room(r, want), want, 0, NULL);
}

static rs_ret between_files(cf_ref *r, const cf_call_in *in)
{
    bool out_pipe = cf_ref_file_kind_of(&r->files, in->fd2) == CF_REF_PIPE_WRITE;
    size_t want = (size_t)in->num[0], fits = out_pipe ? cf_ref_file_room(&r->files, in->fd2) : want;
    if (want > fits) want = fits;
    if (want > MOVE_MAX) want = MOVE_MAX;
    int64_t n = cf_ref_file_read(&r->files, in->fd, room(r, want), want, in->has_off[0] ? in->off[0] : -1);
    return as_ret(n > 0 ? cf_ref_file_write(&r->files, in->fd2, r->wait.moved, (size_t)n) : n);
}

static bool is_pipe(const cf_ref *r, int fd)
{
    cf_ref_file_kind k = cf_ref_file_kind_of(&r->files, fd);
    return k == CF_REF_PIPE_READ || k == CF_REF_PIPE_WRITE;
}

static bool is_open(cf_ref *r, int fd)
{
    if (cf_ref_is_file(fd)) return cf_ref_file_kind_of(&r->files, fd) != CF_REF_NOTHING;
    return rs_fcntl(r->st, r->now, fd, RS_F_GETFD, 0).value >= 0;
}

/* The errors in the order of splice(2): descriptors, then what they are, then offsets. */
static int wrong_ends(cf_ref *r, const cf_call_in *in)
{
    if (!is_open(r, in->fd) || !is_open(r, in->fd2)) return RS_EBADF;
    cf_ref_file_kind from = cf_ref_file_kind_of(&r->files, in->fd), to = cf_ref_file_kind_of(&r->files, in->fd2);
    if (from == CF_REF_PIPE_WRITE || to == CF_REF_PIPE_READ) return RS_EBADF;
    if (!is_pipe(r, in->fd) && !is_pipe(r, in->fd2)) return RS_EINVAL;
    bool seeks_pipe = (in->has_off[0] && is_pipe(r, in->fd)) || (in->has_off[1] && is_pipe(r, in->fd2));
    return seeks_pipe ? RS_ESPIPE : 0;
}

/* SPLICE_F_NONBLOCK is about the pipe; a socket waits as its own O_NONBLOCK says (Linux). */
rs_ret cf_ref_splice(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    if (in->num[0] <= 0) return as_ret(in->num[0] < 0 ? -RS_EINVAL : 0);
    int err = wrong_ends(r, in);
    if (err) return as_ret(-err);
    bool nonblock = (in->num[1] & SPLICE_NONBLOCK) != 0;
    if (!cf_ref_is_file(in->fd)) return never_ends(from_socket(r, in), out, true);
    int flags = in->num[1] & SPLICE_MORE ? RS_MSG_MORE : 0;
    if (!cf_ref_is_file(in->fd2)) return never_ends(into_socket(r, in, in->fd, flags, -1), out, true);
    return never_ends(between_files(r, in), out, nonblock);
}

/* ---------- when the socket's part has ended ---------- */

void cf_ref_moved(cf_ref *r, const cf_call_in *in, int64_t n)
{
    if (n <= 0) return;
    if (in->id == CF_CALL_splice && !cf_ref_is_file(in->fd)) {
        cf_ref_file_write(&r->files, in->fd2, r->wait.moved, (size_t)n);
        return;
    }
    bool sent = (in->id == CF_CALL_splice && !cf_ref_is_file(in->fd2)) || in->id == CF_CALL_sendfile;
    int from = in->id == CF_CALL_sendfile ? in->fd2 : in->fd;
    if (sent && !in->has_off[0]) cf_ref_file_read(&r->files, from, r->wait.moved, (size_t)n, -1);
}
