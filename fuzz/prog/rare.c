#include "rare.h"

#include <stdio.h>
#include <string.h>

#include "both.h"
#include "calls.h"
#include "classes.h"
#include "keys.h"
#include "script.h"
#include "segment.h"
#include "settings.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { SOL_IP = 0, SOL_SOCKET = 1, SOL_TCP = 6, SOL_IPV6 = 41 };
enum { KEY = 6 /* of the calls of fz_rare */, NO_COOKIE = 2, MAX_PACING_RATE = 12 /* of the options */ };

/* None of these calls waits. */
static void after(fz_host *h, const char *name, rs_ret r)
{
    if (r.parked) fz_contract_cancelled(name, rs_call_cancel(h->st, h->now, r.parked));
    fz_host_drain(h);
}

/* ---------- options ---------- */

static const struct {
    int level, name;
    const char *words;
    unsigned touches; /* FZ_TOUCH_* */
} options[] = {
    {SOL_TCP, 23, "SOL_TCP, TCP_FASTOPEN", FZ_TOUCH_FAST_OPEN},
    {SOL_TCP, 30, "SOL_TCP, TCP_FASTOPEN_CONNECT", FZ_TOUCH_FAST_OPEN},
    {SOL_TCP, 34, "SOL_TCP, TCP_FASTOPEN_NO_COOKIE", FZ_TOUCH_FAST_OPEN},
    {SOL_TCP, 9, "SOL_TCP, TCP_DEFER_ACCEPT", 0},
    {SOL_TCP, 16, "SOL_TCP, TCP_THIN_LINEAR_TIMEOUTS", FZ_TOUCH_TIMES | FZ_TOUCH_WINDOW},
    {SOL_TCP, 36, "SOL_TCP, TCP_INQ", 0},
    {SOL_TCP, 44, "SOL_TCP, TCP_RTO_MAX_MS", FZ_TOUCH_TIMES | FZ_TOUCH_WINDOW},
    {SOL_TCP, 45, "SOL_TCP, TCP_RTO_MIN_US", FZ_TOUCH_TIMES | FZ_TOUCH_WINDOW},
    {SOL_TCP, 46, "SOL_TCP, TCP_DELACK_MAX_US", FZ_TOUCH_TIMES},
    {SOL_TCP, 27, "SOL_TCP, TCP_SAVE_SYN", 0},
    {SOL_SOCKET, 37, "SOL_SOCKET, SO_TIMESTAMPING", 0},
    {SOL_SOCKET, 60, "SOL_SOCKET, SO_ZEROCOPY", FZ_TOUCH_WINDOW},
    {SOL_SOCKET, 47, "SOL_SOCKET, SO_MAX_PACING_RATE", FZ_TOUCH_WINDOW},
    {SOL_SOCKET, 42, "SOL_SOCKET, SO_PEEK_OFF", 0},
    {SOL_IP, 1, "SOL_IP, IP_TOS", 0},
    {SOL_IP, 10, "SOL_IP, IP_MTU_DISCOVER", 0},
    {SOL_IP, 11, "SOL_IP, IP_RECVERR", 0},
    {SOL_IP, 21, "SOL_IP, IP_MINTTL", 0},
    {SOL_TCP, 37, "SOL_TCP, TCP_TX_DELAY", FZ_TOUCH_TIMES | FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {SOL_TCP, 17, "SOL_TCP, TCP_THIN_DUPACK", FZ_TOUCH_LOSS},
    /* appended */
    {SOL_IP, 2, "SOL_IP, IP_TTL", 0},
    {SOL_SOCKET, 12, "SOL_SOCKET, SO_PRIORITY", 0},
    {SOL_IPV6, 25, "SOL_IPV6, IPV6_RECVERR", 0},
};
/* Of each list so many were there first: numbers beyond the end mean one of them. */
enum { FIRST_OPTIONS = 20, FIRST_VALUES = 15, FIRST_ALGORITHMS = 5 };

static unsigned place(uint8_t number, unsigned all, unsigned first)
{
    return number < all ? number : number % first;
}

unsigned fz_rare_touches(const fz_step *s)
{
    enum { OPTIONS = 4, ALGORITHMS = 6, FIRST_FAST_OPEN = 9, LAST_FAST_OPEN = 11 };
    unsigned call = s->arg[0] % 16;
    if (call < OPTIONS) return options[place(s->arg[1], COUNT(options), FIRST_OPTIONS)].touches;
    if (call < ALGORITHMS) return FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW;
    if (call == KEY) return FZ_TOUCH_ANY;
    return call >= FIRST_FAST_OPEN && call <= LAST_FAST_OPEN ? FZ_TOUCH_FAST_OPEN : 0;
}

bool fz_rare_signs(const fz_step *s)
{
    return s->arg[0] % 16 == KEY;
}

static void do_option(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    static const int values[] = {1,     0,      2,       3,     5,     64, 1000,   5000,
                                 20000, 100000, 1 << 20, 0x2d2, 0x7ff, -1, 200000, /* appended */ 0x1ad2,
                                 8,     255,    0xad2};
    unsigned which = place(arg[1], COUNT(options), FIRST_OPTIONS);
    int value = values[place(arg[2], COUNT(values), FIRST_VALUES)];
    rs_ret r;
    ON_BOTH(h, r, rs_setsockopt(st, h->now, fd, options[which].level, options[which].name, &value, sizeof value));
    CHECK_RET(h, "setsockopt", r, "setsockopt(%d, %s, [%d], 4)", fz_script_fd(fd), options[which].words, value);
    h->paces |= which == MAX_PACING_RATE;
    after(h, "setsockopt", r);
}

static void do_algorithm(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    static const char *const names[] = {"reno", "cubic", "dctcp", "bbr", "none", /* appended */ "newreno", "fixed"};
    const char *name = names[place(arg[1], COUNT(names), FIRST_ALGORITHMS)];
    rs_ret r;
    ON_BOTH(h, r, rs_setsockopt(st, h->now, fd, SOL_TCP, 13, name, (uint32_t)strlen(name) + 1));
    CHECK_RET(h, "setsockopt", r, "setsockopt(%d, SOL_TCP, TCP_CONGESTION, \"%s\", %zu)", fz_script_fd(fd), name,
              strlen(name) + 1);
    after(h, "setsockopt", r);
}

static void do_ask(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    static const int names[][2] = {{SOL_TCP, 11},    {SOL_TCP, 26},    {SOL_SOCKET, 55}, {SOL_TCP, 13},
                                   {SOL_TCP, 28},    {SOL_SOCKET, 47}, {SOL_IP, 14},     {SOL_TCP, 10},
                                   {SOL_SOCKET, 37}, {SOL_TCP, 4},     {SOL_TCP, 9},     {SOL_TCP, 23}};
    uint8_t value[512];
    uint32_t len = sizeof value;
    const int *which = names[arg[1] % COUNT(names)];
    rs_ret r;
    ON_BOTH(h, r, rs_getsockopt(st, h->now, fd, which[0], which[1], value, &len));
    if (r.value == 0) fz_contract_length(len, sizeof value);
    fz_contract_ret("getsockopt", r);
    after(h, "getsockopt", r);
}

/* ---------- sending ---------- */

static bool somebody_writes(const fz_host *h, const fz_stream *s)
{
    for (unsigned i = 0; i < FZ_PARKED; i++)
        if (h->parked[i].number && h->parked[i].stream == s && h->parked[i].kind == FZ_WRITES) return true;
    return false;
}

void fz_rare_meet(fz_host *h, rs_fd fd, fz_tuple *t)
{
    rs_endpoint local;
    if (rs_getsockname(h->st, h->now, fd, &local).err || local.port == 0) return;
    t->local_port = local.port;
    t->syn_seen = false;
}

/* What is written has its place in the stream of this descriptor. peer: NULL, or who is connected to. */
static void send_with(fz_host *h, rs_fd fd, size_t len, int flags, const char *words, fz_tuple *peer)
{
    rs_endpoint remote = {fz_remote_addr(h->header), peer ? peer->remote_port : 0}, *to = peer ? &remote : NULL;
    static uint8_t bytes[FZ_IO_MAX];
    fz_stream *stream = fd >= 0 && fd < FZ_FDS ? h->by_fd[fd] : NULL;
    if (somebody_writes(h, stream)) return;
    uint64_t offset = stream ? stream->wrote : 0;
    fz_user_bytes(offset, bytes, len);
    rs_ret r;
    ON_BOTH(h, r, rs_send(st, h->now, fd, bytes, len, flags | RS_MSG_DONTWAIT, to));
    CHECK_RET(h, "send", r, "%s(%d, ..., %zu, %s|MSG_DONTWAIT%s)", to ? "sendto" : "send", fz_script_fd(fd), len, words,
              to ? ", ..., ..." : "");
    if (stream && r.value > 0) stream->wrote += (uint64_t)r.value;
    if (peer) fz_rare_meet(h, fd, peer);
    after(h, "send", r);
}

/* A new socket whose text goes with its SYN (RFC 7413). */
rs_fd fz_rare_open_fast(fz_host *h, fz_tuple *peer, size_t len, bool without_cookie)
{
    int domain = h->header->ipv6 ? RS_PF_INET6 : RS_PF_INET;
    rs_ret r;
    ON_BOTH(h, r, rs_socket(st, h->now, domain, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0));
    CHECK_RET(h, "socket", r, "socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP)");
    if (r.value < 0 || r.value >= FZ_FDS) return -1;
    rs_fd fd = (rs_fd)r.value;
    fz_host_new_stream(h, fd);
    fz_keys_give(h, fd);
    if (without_cookie) do_option(h, fd, (uint8_t[]){0, NO_COOKIE, 0});
    send_with(h, fd, len, RS_MSG_FASTOPEN, "MSG_FASTOPEN", peer);
    if (h->conn < 0) h->conn = fd;
    return fd;
}

static void do_send(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    static const struct {
        int flags;
        const char *words;
    } kinds[] = {{RS_MSG_ZEROCOPY, "MSG_ZEROCOPY"}, {RS_MSG_EOR, "MSG_EOR"}, {RS_MSG_MORE, "MSG_MORE"}};
    unsigned kind = arg[3] % COUNT(kinds);
    h->corks |= kind == 2;
    h->hurries |= kind == 1;
    send_with(h, fd, fz_io_length(&h->tuple[0], arg[1], arg[2]), kinds[kind].flags, kinds[kind].words, NULL);
}

/* ---------- the error queue ---------- */

static void do_error_queue(fz_host *h, rs_fd fd)
{
    static uint8_t bytes[FZ_IO_MAX];
    rs_msg m;
    rs_ret r;
    ON_BOTH(h, r,
            (m = (rs_msg){.buf = bytes, .len = sizeof bytes, .wants_control = true},
             rs_recvmsg(st, h->now, fd, &m, RS_MSG_ERRQUEUE)));
    fz_contract_ret("recvmsg", r);
    after(h, "recvmsg", r);
}

void fz_rare(fz_host *h, const fz_step *s)
{
    rs_fd fd = fz_pick_fd(h, s);
    fz_look(h, &h->tuple[0]);
    switch (s->arg[0] % 16) {
    case 0:
    case 1:
    case 2:
    case 3: do_option(h, fd, s->arg); break;
    case 4:
    case 5: do_algorithm(h, fd, s->arg); break;
    case KEY: fz_keys_md5(h, fd, 0, s->arg[1] & 1); break;
    case 7:
    case 8: do_ask(h, fd, s->arg); break;
    case 9:
    case 10:
    case 11:
        fz_rare_open_fast(h, &h->tuple[s->arg[3] % (FZ_TUPLES - 1)], fz_io_length(&h->tuple[0], s->arg[1], s->arg[2]),
                          false);
        break;
    case 12:
    case 13: do_send(h, fd, s->arg); break;
    default: do_error_queue(h, fd); break;
    }
}
