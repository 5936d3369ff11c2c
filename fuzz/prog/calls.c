#include "calls.h"

#include <stdio.h>
#include <string.h>

#include "both.h"
#include "classes.h"
#include "effect.h"
#include "keys.h"
#include "script.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* A place for a call that may block: a free one, or none. */
static fz_parked *place(fz_host *h, rs_fd fd, fz_call_kind kind, size_t len)
{
    fz_stream *stream = fd >= 0 && fd < FZ_FDS ? h->by_fd[fd] : NULL;
    for (unsigned i = 0; i < FZ_PARKED; i++)
        if (h->parked[i].number && h->parked[i].stream == stream && h->parked[i].kind == kind) return NULL;
    for (unsigned i = 0; i < FZ_PARKED; i++) {
        fz_parked *k = &h->parked[i];
        if (k->number) continue;
        k->fd = fd;
        k->kind = kind;
        k->len = len;
        k->stream = stream;
        k->wants_all = false;
        k->io = h->io[i];
        return k;
    }
    return NULL;
}

static void done(fz_host *h, fz_parked *k, const char *name, rs_ret r, const char *rest)
{
    CHECK_RET(h, name, r, "%s(%d%s)", name, fz_script_fd(k->fd), rest);
    if (r.parked) k->number = r.parked;
    else fz_host_account(h, k, r);
    fz_host_drain(h);
}

static void simple(fz_host *h, const char *name, rs_fd fd, rs_ret r, const char *rest)
{
    CHECK_RET(h, name, r, "%s(%d%s)", name, fz_script_fd(fd), rest);
    if (r.parked) { /* nothing of these waits for a buffer: give it up */
        fz_contract_cancelled(name, rs_call_cancel(h->st, h->now, r.parked));
    }
    fz_host_drain(h);
}

/* A call that only asks: it is no part of a script. */
static void aside(fz_host *h, const char *name, rs_fd fd, rs_ret r)
{
    fz_trace(h->now.us, "%s(%d) = %lld %s", name, fz_script_fd(fd), (long long)r.value,
             r.err ? rs_status_name(r.err) : "");
    fz_contract_ret(name, r);
    if (r.parked) fz_contract_cancelled(name, rs_call_cancel(h->st, h->now, r.parked));
    fz_host_drain(h);
}

/* ---------- the calls ---------- */

/* ", ..., 1000, MSG_OOB": what stands behind the descriptor, when somebody listens. */
static const char *io_words(char words[64], size_t len, const char *flags)
{
    words[0] = '\0';
    if (fz_telling()) snprintf(words, 64, ", ..., %zu, %s", len, flags);
    return words;
}

static const int send_flags[] = {0, 0, 0, RS_MSG_DONTWAIT, RS_MSG_MORE, RS_MSG_OOB, RS_MSG_EOR, RS_MSG_NOSIGNAL};
static const char *const send_words[] = {"0",        "0",       "0",       "MSG_DONTWAIT",
                                         "MSG_MORE", "MSG_OOB", "MSG_EOR", "MSG_NOSIGNAL"};
static const int recv_flags[] = {0,
                                 0,
                                 RS_MSG_DONTWAIT,
                                 RS_MSG_PEEK,
                                 RS_MSG_OOB,
                                 RS_MSG_OOB | RS_MSG_PEEK,
                                 RS_MSG_WAITALL,
                                 /* appended */ RS_MSG_PEEK | RS_MSG_TRUNC};
enum { FIRST_RECV_FLAGS = 7 };

static unsigned recv_kind(uint8_t number)
{
    return number < COUNT(recv_flags) ? number : number % FIRST_RECV_FLAGS;
}

static const char *const recv_words[] = {
    "0", "0", "MSG_DONTWAIT", "MSG_PEEK", "MSG_OOB", "MSG_OOB|MSG_PEEK", "MSG_WAITALL", "MSG_PEEK|MSG_TRUNC"};

static void do_write(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    size_t len = fz_io_length(&h->tuple[0], arg[1], arg[2]);
    fz_parked *k = place(h, fd, FZ_WRITES, len);
    if (!k) return;
    uint64_t offset = k->stream ? k->stream->wrote : 0;
    fz_user_bytes(offset, k->io, len);
    int flags = send_flags[arg[3] % COUNT(send_flags)];
    bool more = flags & RS_MSG_MORE, urgent = flags & RS_MSG_OOB;
    rs_ret r;
    fz_effect e;
    fz_effect_before(&e, h, fd);
    h->corks |= more;
    h->hurries |= (flags & RS_MSG_EOR) || urgent;
    h->urges |= urgent;
    ON_BOTH(h, r, rs_send(st, h->now, fd, k->io, len, flags, NULL));
    char words[64];
    done(h, k, "send", r, io_words(words, len, send_words[arg[3] % COUNT(send_flags)]));
    if (r.parked || r.value <= 0) return;
    fz_effect_of_send(&e, h, fd, more || h->corks, urgent);
    if (h->by_fd[fd] && h->by_fd[fd]->nodelay) fz_effect_of_nodelay(h, fd);
}

/* The twin reads into its own memory, and must read the same. */
static rs_ret read_both(fz_host *h, fz_parked *k, int flags)
{
    static uint8_t twin_io[FZ_IO_MAX];
    int out_flags = 0;
    rs_ret r;
    ON_BOTH(h, r, rs_recv(st, h->now, k->fd, st == h->st ? k->io : twin_io, k->len, flags, &out_flags));
    bool copies = !(flags & RS_MSG_TRUNC);
    if (h->twin && copies && !r.parked && r.value > 0 && memcmp(k->io, twin_io, (size_t)r.value) != 0)
        fz_fail("O60 clone", "the two hosts deliver different bytes");
    return r;
}

static void do_read(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    unsigned kind = recv_kind(arg[3]);
    int flags = recv_flags[kind];
    bool takes = !(flags & (RS_MSG_PEEK | RS_MSG_OOB));
    fz_parked *k = place(h, fd, takes ? FZ_READS : FZ_OTHER_CALL, fz_io_length(&h->tuple[0], arg[1], arg[2]));
    if (!k) return;
    fz_effect e;
    fz_effect_before(&e, h, fd);
    k->wants_all = flags & RS_MSG_WAITALL;
    rs_ret r = read_both(h, k, flags);
    char words[64];
    io_words(words, k->len, recv_words[kind]);
    if (!takes && r.parked) {
        simple(h, "recv", fd, r, words);
        return;
    }
    done(h, k, "recv", r, words);
    if (takes) fz_effect_of_recv(&e, h, fd);
}

size_t fz_read_all(fz_host *h, rs_fd fd)
{
    size_t all = 0;
    for (int i = 0; i < 1000; i++) {
        fz_parked *k = place(h, fd, FZ_READS, FZ_IO_MAX);
        if (!k) return all;
        rs_ret r = read_both(h, k, RS_MSG_DONTWAIT);
        char words[64];
        done(h, k, "recv", r, io_words(words, FZ_IO_MAX, "MSG_DONTWAIT"));
        if (r.parked || r.value <= 0) return all;
        all += (size_t)r.value;
    }
    return all;
}

static void do_accept(fz_host *h, const uint8_t *arg)
{
    fz_parked *k = place(h, h->listener, FZ_ACCEPTS, 0);
    if (!k) return;
    rs_ret r;
    ON_BOTH(h, r, rs_accept(st, h->now, h->listener, NULL, arg[1] & 1 ? 0 : RS_SOCK_NONBLOCK));
    done(h, k, "accept", r, ", ..., ...");
}

static void do_close(fz_host *h, rs_fd fd)
{
    rs_ret r;
    fz_effect e;
    fz_effect_before(&e, h, fd);
    ON_BOTH(h, r, rs_close(st, h->now, fd));
    if (fd == h->conn) h->conn = -1;
    if (fd == h->listener) h->listener = -1;
    simple(h, "close", fd, r, "");
    if (r.value == 0) fz_effect_of_close(&e, h, h->lingers_0[fd]);
    if (r.value == 0) h->by_fd[fd] = NULL;
}

static void do_shutdown(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    rs_ret r;
    fz_effect e;
    fz_effect_before(&e, h, fd);
    ON_BOTH(h, r, rs_shutdown(st, h->now, fd, arg[1] % 3));
    static const char *const hows[] = {", SHUT_RD", ", SHUT_WR", ", SHUT_RDWR"};
    simple(h, "shutdown", fd, r, hows[arg[1] % 3]);
    h->clamps |= arg[1] % 3 != RS_SHUT_WR;
    if (r.value == 0 && arg[1] % 3 != RS_SHUT_RD) fz_effect_of_shutdown(&e, h, fd);
}

/* A new socket that listens or connects. */
static void do_open(fz_host *h, const uint8_t *arg)
{
    int domain = h->header->ipv6 ? RS_PF_INET6 : RS_PF_INET;
    rs_ret r;
    ON_BOTH(h, r, rs_socket(st, h->now, domain, RS_SOCK_STREAM | (arg[1] & 1 ? RS_SOCK_NONBLOCK : 0), 0));
    CHECK_RET(h, "socket", r, "socket(..., SOCK_STREAM%s, IPPROTO_TCP)", arg[1] & 1 ? "|SOCK_NONBLOCK" : "");
    if (r.value < 0 || r.value >= FZ_FDS) return;
    rs_fd fd = (rs_fd)r.value;
    fz_host_new_stream(h, fd);
    fz_keys_give(h, fd);
    if (arg[2] & 1) {
        rs_endpoint local = {fz_local_addr(h->header), FZ_PORT_LISTEN};
        ON_BOTH(h, r, rs_bind(st, h->now, fd, &local));
        CHECK_RET(h, "bind", r, "bind(%d, ..., ...)", fz_script_fd(fd));
        ON_BOTH(h, r, rs_listen(st, h->now, fd, arg[3] % 5));
        if (r.value == 0) h->listener = fd;
        char words[20];
        snprintf(words, sizeof words, ", %d", arg[3] % 5);
        simple(h, "listen", fd, r, words);
        return;
    }
    rs_endpoint remote = {fz_remote_addr(h->header), fz_remote_port(h->header, arg[3] % 2)};
    ON_BOTH(h, r, rs_connect(st, h->now, fd, &remote));
    simple(h, "connect", fd, r, ", ..., ...");
    if (h->conn < 0) h->conn = fd;
}

rs_ret fz_connect(fz_host *h, rs_fd fd, const rs_endpoint *to)
{
    rs_probe before;
    bool connected = rs_probe_fd(h->st, h->now, fd, &before) && before.state > RS_LISTEN;
    rs_ret r;
    ON_BOTH(h, r, rs_connect(st, h->now, fd, to));
    bool dissolved = !to && r.value == 0, begun = !connected && (r.parked || r.err == RS_EINPROGRESS);
    if (dissolved || begun) fz_host_new_stream(h, fd);
    return r;
}

static void do_connect(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    rs_endpoint remote = {fz_remote_addr(h->header), fz_remote_port(h->header, 0)};
    rs_ret r = fz_connect(h, fd, arg[1] & 1 ? NULL : &remote);
    simple(h, "connect", fd, r, arg[1] & 1 ? ", AF_UNSPEC, ..." : ", ..., ...");
}

enum { NODELAY = 1, CORK = 3, WINDOW_CLAMP = 10, USER_TIMEOUT = 18, RCVBUF = 8 /* SO_RCVBUF */ };

/* The option belongs to the socket: all its descriptors have it. */
static void note_nodelay(fz_host *h, rs_fd fd, bool on)
{
    if (fd >= 0 && fd < FZ_FDS && h->by_fd[fd]) h->by_fd[fd]->nodelay = on;
}

static void note_linger(fz_host *h, rs_fd fd, bool at_once)
{
    for (rs_fd i = 0; i < FZ_FDS; i++)
        if (i == fd || (h->by_fd[i] && h->by_fd[i] == h->by_fd[fd])) h->lingers_0[i] = at_once;
}

/* Linux's numbers: {level, name}, whether the value is a struct linger, and both in words. */
static const struct {
    int level, name;
    bool linger;
    const char *words;
} options[] = {
    {1, 13, true, "SOL_SOCKET, SO_LINGER"},       {6, 1, false, "SOL_TCP, TCP_NODELAY"},
    {6, 3, false, "SOL_TCP, TCP_CORK"},           {1, 9, false, "SOL_SOCKET, SO_KEEPALIVE"},
    {6, 4, false, "SOL_TCP, TCP_KEEPIDLE"},       {6, 5, false, "SOL_TCP, TCP_KEEPINTVL"},
    {6, 6, false, "SOL_TCP, TCP_KEEPCNT"},        {6, USER_TIMEOUT, false, "SOL_TCP, TCP_USER_TIMEOUT"},
    {1, 8, false, "SOL_SOCKET, SO_RCVBUF"},       {1, 7, false, "SOL_SOCKET, SO_SNDBUF"},
    {6, 2, false, "SOL_TCP, TCP_MAXSEG"},         {6, 12, false, "SOL_TCP, TCP_QUICKACK"},
    {1, 10, false, "SOL_SOCKET, SO_OOBINLINE"},   {1, 18, false, "SOL_SOCKET, SO_RCVLOWAT"},
    {6, 8, false, "SOL_TCP, TCP_LINGER2"},        {6, 10, false, "SOL_TCP, TCP_WINDOW_CLAMP"},
    {6, 25, false, "SOL_TCP, TCP_NOTSENT_LOWAT"}, {6, 7, false, "SOL_TCP, TCP_SYNCNT"},
    {1, 2, false, "SOL_SOCKET, SO_REUSEADDR"},
};

static void do_setsockopt(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    static const int values[] = {1, 0, 2, 3, -1, 5, 48, 100, 536, 1000, 4096, 65536, 1 << 20, 1 << 30};
    unsigned which = arg[1] % COUNT(options);
    int value[2] = {values[arg[2] % COUNT(values)], arg[3] % 3};
    if (options[which].linger) value[0] = arg[2] & 1;
    rs_ret r;
    ON_BOTH(
        h, r,
        rs_setsockopt(st, h->now, fd, options[which].level, options[which].name, value, options[which].linger ? 8 : 4));
    h->impatient |= options[which].name == USER_TIMEOUT && options[which].level == 6;
    h->hurries |= options[which].level == 6 && options[which].name == NODELAY;
    h->corks |= options[which].level == 6 && options[which].name == CORK;
    if (options[which].level == 6 && options[which].name == NODELAY && r.value == 0) note_nodelay(h, fd, value[0] != 0);
    h->clamps |= options[which].level == 6 && options[which].name == WINDOW_CLAMP;
    h->clamps |= options[which].level == 1 && options[which].name == RCVBUF;
    if (options[which].linger && r.value == 0) note_linger(h, fd, value[0] && value[1] == 0);
    char words[80] = "";
    if (fz_telling() && options[which].linger)
        snprintf(words, sizeof words, ", %s, {onoff=%d, linger=%d}, 8", options[which].words, value[0], value[1]);
    else if (fz_telling()) snprintf(words, sizeof words, ", %s, [%d], 4", options[which].words, value[0]);
    simple(h, "setsockopt", fd, r, words);
}

void fz_push(fz_host *h, rs_fd fd)
{
    static const int changes[][2] = {{3, 0}, {1, 1}};
    static const char *const words[] = {", SOL_TCP, TCP_CORK, [0], 4", ", SOL_TCP, TCP_NODELAY, [1], 4"};
    for (unsigned i = 0; i < COUNT(changes); i++) {
        rs_ret r;
        ON_BOTH(h, r, rs_setsockopt(st, h->now, fd, 6, changes[i][0], &changes[i][1], 4));
        simple(h, "setsockopt", fd, r, words[i]);
    }
    h->corks = false;
    h->hurries = true;
    note_nodelay(h, fd, true);
    fz_effect_of_nodelay(h, fd);
}

static void do_getsockopt(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    static const int names[][2] = {{1, 4}, {6, 11}, {1, 8}, {6, 2}}; /* SO_ERROR, TCP_INFO, SO_RCVBUF, TCP_MAXSEG */
    uint8_t value[512];
    uint32_t len = sizeof value;
    const int *which = names[arg[1] % COUNT(names)];
    rs_ret r;
    ON_BOTH(h, r, rs_getsockopt(st, h->now, fd, which[0], which[1], value, &len));
    if (r.value == 0) fz_contract_length(len, sizeof value);
    aside(h, "getsockopt", fd, r);
}

/* With SO_PEEK_OFF a look begins further back, where there may be nothing yet, and moves where the next one begins. */
static bool looks_from_an_offset(fz_host *h, rs_fd fd)
{
    enum { SOL_SOCKET = 1, PEEK_OFF = 42 }; /* Linux numbers */
    int32_t from = -1;
    uint32_t len = sizeof from;
    rs_ret r;
    ON_BOTH(h, r, rs_getsockopt(st, h->now, fd, SOL_SOCKET, PEEK_OFF, &from, &len));
    return r.value == 0 && from >= 0;
}

/* What poll promises must hold: a readable descriptor does not block a reader, a writable one takes a byte. */
static void do_poll(fz_host *h, rs_fd fd)
{
    rs_pollfd p = {.fd = fd, .events = RS_POLLIN | RS_POLLOUT | RS_POLLPRI};
    rs_ret r;
    ON_BOTH(h, r, rs_poll(st, h->now, &p, 1, 0));
    aside(h, "poll", fd, r);
    if (r.value <= 0 || !(p.revents & RS_POLLIN) || fd == h->listener || looks_from_an_offset(h, fd)) return;
    uint8_t byte;
    int out_flags;
    ON_BOTH(h, r, rs_recv(st, h->now, fd, &byte, 1, RS_MSG_PEEK | RS_MSG_DONTWAIT, &out_flags));
    fz_contract_readable(r);
    fz_host_drain(h);
}

static void do_ioctl(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    static const unsigned long requests[] = {RS_FIONREAD, RS_SIOCOUTQ, RS_SIOCOUTQNSD, RS_SIOCATMARK};
    int value = 0;
    rs_ret r;
    ON_BOTH(h, r, rs_ioctl(st, h->now, fd, requests[arg[1] % COUNT(requests)], &value));
    fz_contract_count(r, value);
    aside(h, "ioctl", fd, r);
}

static void do_dup(fz_host *h, rs_fd fd)
{
    rs_ret r;
    ON_BOTH(h, r, rs_dup(st, h->now, fd));
    if (r.value >= 0 && r.value < FZ_FDS && fd >= 0 && fd < FZ_FDS) {
        h->by_fd[r.value] = h->by_fd[fd];
        h->lingers_0[r.value] = h->lingers_0[fd];
    }
    CHECK_RET(h, "dup", r, "fcntl(%d, F_DUPFD, 0)", fz_script_fd(fd)); /* scripts have no dup */
    fz_host_drain(h);
}

/* A script closes one by one. */
static void tell_closing(const fz_host *h)
{
    char call[30];
    for (rs_fd fd = 0; fd < FZ_FDS; fd++) {
        if (!fz_script_on() || (!h->by_fd[fd] && fd != h->listener)) continue;
        snprintf(call, sizeof call, "close(%d) = 0", fz_script_fd(fd));
        fz_script_call(h->now.us, call);
    }
}

static void do_close_all(fz_host *h)
{
    fz_host_unpark(h, -1);
    tell_closing(h);
    rs_close_all(h->st, h->now);
    if (h->twin) rs_close_all(h->twin, h->now);
    h->conn = h->listener = -1;
    fz_trace(h->now.us, "close_all");
    fz_host_drain(h);
}

rs_fd fz_pick_fd(const fz_host *h, const fz_step *s)
{
    switch (s->actor % 4) {
    case 2: return h->listener;
    case 3: return s->arg[9] % FZ_FDS;
    default: return h->conn;
    }
}

void fz_call(fz_host *h, const fz_step *s)
{
    rs_fd fd = fz_pick_fd(h, s);
    fz_look(h, &h->tuple[0]);
    switch (s->arg[0] % 20) {
    case 0:
    case 1:
    case 2:
    case 3: do_write(h, fd, s->arg); break;
    case 4:
    case 5:
    case 6: do_read(h, fd, s->arg); break;
    case 7: do_close(h, fd); break;
    case 8: do_shutdown(h, fd, s->arg); break;
    case 9: do_accept(h, s->arg); break;
    case 10: do_open(h, s->arg); break;
    case 11:
    case 12: do_setsockopt(h, fd, s->arg); break;
    case 13: do_getsockopt(h, fd, s->arg); break;
    case 14: do_poll(h, fd); break;
    case 15: do_ioctl(h, fd, s->arg); break;
    case 16: do_dup(h, fd); break;
    case 17: do_connect(h, fd, s->arg); break;
    case 18: fz_host_unpark(h, fd); break;
    default: do_close_all(h); break;
    }
}
