/* serve.c — HTTP/1.0 on refstack: every GET is answered with the one file, then the connection is closed. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live.h"

enum { CLIENTS = 64, HEAD_BYTES = 4096 };
static const rs_dur idle = {100000};

typedef struct {
    rs_fd fd; /* -1: free */
    bool answering;
    uint32_t head_len; /* of the request so far, then of the answer's head */
    uint64_t sent;     /* of head and file */
    char head[HEAD_BYTES];
} client;

typedef struct {
    live_host *h;
    rs_fd listener;
    rs_bytes file;
    client clients[CLIENTS];
} server;

static bool map_file(const char *path, rs_bytes *out)
{
    struct stat s;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &s) != 0) return false;
    out->len = (size_t)s.st_size;
    void *m = out->len ? mmap(NULL, out->len, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
    close(fd);
    out->data = m;
    return m != MAP_FAILED;
}

static rs_fd listen_on(live_host *h, const rs_endpoint *at)
{
    int domain = at->addr.family == RS_IPV4 ? RS_PF_INET : RS_PF_INET6;
    rs_time now = rs_live_now();
    rs_fd fd = (rs_fd)rs_socket(h->st, now, domain, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0).value;
    if (fd < 0 || rs_bind(h->st, now, fd, at).value < 0 || rs_listen(h->st, now, fd, CLIENTS).value < 0) return -1;
    return fd;
}

static void drop(server *s, client *c)
{
    rs_close(s->h->st, rs_live_now(), c->fd);
    c->fd = -1;
}

static void accept_all(server *s)
{
    for (int i = 0; i < CLIENTS; i++) {
        client *c = &s->clients[i];
        if (c->fd >= 0) continue;
        rs_ret r = rs_accept(s->h->st, rs_live_now(), s->listener, NULL, RS_SOCK_NONBLOCK);
        if (r.value < 0) return;
        *c = (client){.fd = (rs_fd)r.value};
    }
}

static void read_request(server *s, client *c)
{
    size_t room = sizeof c->head - 1 - c->head_len;
    rs_ret r = rs_recv(s->h->st, rs_live_now(), c->fd, c->head + c->head_len, room, 0, NULL);
    if (r.value < 0 && r.err == RS_EAGAIN) return;
    if (r.value <= 0) {
        drop(s, c);
        return;
    }
    c->head_len += (uint32_t)r.value;
    c->head[c->head_len] = '\0';
    if (!strstr(c->head, "\r\n\r\n")) {
        if (c->head_len + 1 == sizeof c->head) drop(s, c); /* no request is that long */
        return;
    }
    int n = snprintf(c->head, sizeof c->head, "HTTP/1.0 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                     s->file.len);
    c->head_len = (uint32_t)n;
    c->answering = true;
}

static void answer(server *s, client *c)
{
    uint64_t total = c->head_len + s->file.len;
    while (c->sent < total) {
        bool in_head = c->sent < c->head_len;
        const void *from = in_head ? (const void *)(c->head + c->sent) : s->file.data + (c->sent - c->head_len);
        uint64_t left = in_head ? c->head_len - c->sent : total - c->sent;
        if (left > 1 << 20) left = 1 << 20;
        rs_ret r = rs_send(s->h->st, rs_live_now(), c->fd, from, (size_t)left, in_head ? RS_MSG_MORE : 0, NULL);
        if (r.value < 0 && r.err == RS_EAGAIN) return;
        if (r.value < 0) break;
        c->sent += (uint64_t)r.value;
    }
    drop(s, c);
}

static void serve_all(server *s)
{
    accept_all(s);
    for (int i = 0; i < CLIENTS; i++) {
        client *c = &s->clients[i];
        if (c->fd >= 0 && !c->answering) read_request(s, c);
        if (c->fd >= 0 && c->answering) answer(s, c);
    }
}

int live_serve(const live_opts *o)
{
    static server s;
    if (!map_file(o->file, &s.file)) return live_fail(o->file);
    for (int i = 0; i < CLIENTS; i++) s.clients[i].fd = -1;
    s.h = live_host_up(o);
    if (!s.h) return 1;
    s.listener = listen_on(s.h, &o->local);
    if (s.listener < 0 || !live_ready(o)) return live_fail("listen");
    while (!live_stopped()) {
        if (!rs_live_step(&s.h->live, idle)) return live_fail("the TUN device");
        serve_all(&s);
    }
    return 0;
}
