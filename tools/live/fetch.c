/* fetch.c — HTTP/1.0 client on refstack: one GET; the body goes to standard output. */
#define _GNU_SOURCE /* memmem */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "live.h"

enum { BUF_BYTES = 1 << 18 };
static const rs_dur idle = {100000}, patience = {60 * 1000000};

typedef struct {
    live_host *h;
    rs_fd fd;
    size_t have; /* bytes of the head so far */
    bool in_body;
    uint8_t buf[BUF_BYTES];
} fetcher;

static int refused(const char *what, int err)
{
    fprintf(stderr, "live_stack: %s: %s\n", what, rs_status_text(err));
    return 1;
}

/* Waits until poll says one of `events`; false when the peer stays silent or the device fails. */
static bool wait_for(fetcher *f, int events)
{
    rs_time until = {rs_live_now().us + patience.us};
    for (;;) {
        rs_pollfd p = {.fd = f->fd, .events = (int16_t)events};
        if (rs_poll(f->h->st, rs_live_now(), &p, 1, 0).value > 0) return true;
        if (live_stopped() || rs_live_now().us > until.us) {
            errno = live_stopped() ? EINTR : ETIMEDOUT;
            return false;
        }
        if (!rs_live_step(&f->h->live, idle)) return false;
    }
}

static bool write_all(const uint8_t *data, size_t len)
{
    while (len) {
        ssize_t n = write(STDOUT_FILENO, data, len);
        if (n < 0 && errno != EINTR) return false;
        if (n > 0) {
            data += n;
            len -= (size_t)n;
        }
    }
    return true;
}

/* The head ends at an empty line; what follows in the buffer is body. */
static bool take(fetcher *f, size_t got)
{
    if (f->in_body) return write_all(f->buf, got);
    f->have += got;
    uint8_t *end = memmem(f->buf, f->have, "\r\n\r\n", 4);
    if (!end) return f->have < sizeof f->buf;
    if (f->have < 12 || memcmp(f->buf + 8, " 200", 4) != 0) {
        errno = EPROTO;
        return false;
    }
    f->in_body = true;
    size_t head = (size_t)(end - f->buf) + 4;
    return write_all(f->buf + head, f->have - head);
}

static int body(fetcher *f)
{
    for (;;) {
        size_t at = f->in_body ? 0 : f->have;
        rs_ret r = rs_recv(f->h->st, rs_live_now(), f->fd, f->buf + at, sizeof f->buf - at, 0, NULL);
        if (r.value == 0) return f->in_body ? 0 : refused("the answer ended in its head", RS_EPIPE);
        if (r.value > 0) {
            if (!take(f, (size_t)r.value)) return live_fail("the answer");
            /* let the window update out and other packets in */
            if (!rs_live_step(&f->h->live, (rs_dur){0})) return live_fail("the TUN device");
            continue;
        }
        if (r.err != RS_EAGAIN) return refused("receive", r.err);
        if (!wait_for(f, RS_POLLIN)) return live_fail("waiting for the answer");
    }
}

static int open_connection(fetcher *f, const live_opts *o)
{
    int domain = o->peer.addr.family == RS_IPV4 ? RS_PF_INET : RS_PF_INET6;
    int32_t err = 0;
    uint32_t len = sizeof err;
    f->fd = (rs_fd)rs_socket(f->h->st, rs_live_now(), domain, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0).value;
    rs_ret r = rs_connect(f->h->st, rs_live_now(), f->fd, &o->peer);
    if (r.value < 0 && r.err != RS_EINPROGRESS) return refused("connect", r.err);
    if (!wait_for(f, RS_POLLOUT)) return live_fail("connect");
    enum { SOL_SOCKET_ = 1, SO_ERROR_ = 4 };
    rs_getsockopt(f->h->st, rs_live_now(), f->fd, SOL_SOCKET_, SO_ERROR_, &err, &len);
    return err ? refused("connect", err) : 0;
}

/* The last ACK must get out, or the server would wait for it. */
static void linger(fetcher *f)
{
    rs_close(f->h->st, rs_live_now(), f->fd);
    for (int i = 0; i < 3; i++)
        if (!rs_live_step(&f->h->live, (rs_dur){50000})) return;
}

int live_fetch(const live_opts *o)
{
    static const char request[] = "GET /file HTTP/1.0\r\n\r\n";
    static fetcher f;
    f.h = live_host_up(o);
    if (!f.h || !live_ready(o)) return 1;
    int bad = open_connection(&f, o);
    if (bad) return bad;
    rs_ret r = rs_send(f.h->st, rs_live_now(), f.fd, request, sizeof request - 1, 0, NULL);
    if (r.value < 0) return refused("send", r.err);
    bad = body(&f);
    linger(&f);
    return bad;
}
