/* fuzz_api — many descriptors of one small host against a model of descriptors: who is open, what it stands for, who
 * watches whom. Clients come, flood, finish their handshakes, write, end and vanish; memory for everything is short.
 *
 * Held against the model: descriptors are the lowest free ones; a call on a closed one is EBADF and on an open one is
 * not; an object lives as long as a descriptor of it (dup, fcntl), and a watch as long as its object (epoll(7)); a set
 * tells only of what it watches; no more is accepted than has come (O61). Limits are never passed (O55); when the user
 * is gone and a week of silence over, nothing is left (O10, O52).
 *
 * Input: a byte for the host, then steps of four bytes: kind, who, and two for the rest. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/packet.h"
#include "../../stack/include/refstack/refstack.h"
#include "../oracle/oracle.h"
#include "../prog/fail.h"

enum { STEP = 4, STEPS_MAX = 400, FDS = 20, SETS = 8, WATCHES = 200, CLIENTS = 48, HOSTS = 4, LAST_EVENTS = 4000 };
enum { PORT = 8080, CLIENT_PORT = 20000, FLOOD_PORT = 40000, IO_MAX = 3000, WAIT_MAX = 8, WEEK_S = 7 * 86400 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* ---------- the host ---------- */

static const rs_limits limits[HOSTS] = {
    {.conns = 32, .listeners = 4, .sockets = FDS, .blocks = 256, .records = 256, .parked = 4, .outbox_bytes = 1 << 18},
    {.conns = 4, .listeners = 2, .sockets = 8, .blocks = 16, .records = 16, .parked = 2, .outbox_bytes = 1 << 14},
    {.conns = 12, .listeners = 2, .sockets = 12, .blocks = 16, .records = 16, .parked = 1, .outbox_bytes = 1 << 16},
    {.conns = 2, .listeners = 1, .sockets = FDS, .blocks = 64, .records = 32, .parked = 4, .outbox_bytes = 1 << 14},
};

typedef struct watch {
    bool there;
    unsigned set, object;
    rs_fd fd;
    uint64_t data;
} watch;

typedef struct client {
    bool opening, answered; /* its SYN is out; the host's SYN-ACK has come */
    uint32_t seq, iss, ack;
} client;

static struct {
    rs_stack *st;
    rs_time at;
    unsigned limit;
    bool linux_preset;
    unsigned object_of[FDS]; /* 0: closed */
    unsigned objects, refs[STEPS_MAX + 1];
    bool is_set[STEPS_MAX + 1];
    watch watches[WATCHES];
    uint64_t next_data;
    unsigned finished, accepted; /* handshakes */
    client clients[CLIENTS];
} now;

static void on_broken(void *ctx, const char *file, int line, const char *what)
{
    (void)ctx;
    fz_fail("O01 check", "%s:%d: %s", file, line, what);
    abort();
}

static rs_addr address(uint8_t low)
{
    return (rs_addr){.family = RS_IPV4, .bytes = {192, 168, 0, low}};
}

/* Every program starts from a copy of a host that was made once. */
static void open_host(unsigned limit, bool linux_preset)
{
    static struct {
        rs_stack *pristine;
        void *copy;
        size_t size;
    } made[HOSTS][2];
    if (!made[limit][linux_preset].pristine) {
        rs_config cfg = linux_preset ? rs_config_linux() : rs_config_rfc();
        rs_on_broken(on_broken, NULL);
        cfg.limits = limits[limit];
        if (rs_config_add_local(&cfg, address(1), 24).code) fz_fail("setup", "rs_config_add_local");
        size_t size = (rs_stack_size(&cfg) + 63) / 64 * 64;
        void *arena = aligned_alloc(64, size);
        made[limit][linux_preset].copy = aligned_alloc(64, size);
        made[limit][linux_preset].size = size;
        if (!arena || !made[limit][linux_preset].copy) abort();
        memset(arena, 0, size);
        memset(made[limit][linux_preset].copy, 0, size);
        if (rs_stack_init(&made[limit][linux_preset].pristine, arena, size, &cfg, (rs_time){0}).code)
            fz_fail("setup", "rs_stack_init: %s", rs_config_check(&cfg));
    }
    memset(&now, 0, sizeof now);
    now.st = rs_stack_clone(made[limit][linux_preset].copy, made[limit][linux_preset].size,
                            made[limit][linux_preset].pristine);
    now.limit = limit;
    now.linux_preset = linux_preset;
    now.at.us = 1000000;
}

/* ---------- clients ---------- */

static void learn(const cf_packet *p)
{
    const cf_tcp *t = cf_packet_tcp(p);
    if (!t || t->dport < CLIENT_PORT || t->dport >= CLIENT_PORT + CLIENTS) return;
    client *c = &now.clients[t->dport - CLIENT_PORT];
    if ((t->flags & (CF_SYN | CF_ACK)) == (CF_SYN | CF_ACK) && c->opening) {
        c->answered = true;
        c->iss = t->seq;
    }
    uint32_t end = t->seq + p->text_len + ((t->flags & (CF_SYN | CF_FIN)) != 0);
    if (c->answered) c->ack = end;
}

static void drain(void)
{
    rs_bytes pkt;
    while (rs_stack_output(now.st, now.at, &pkt)) {
        cf_packet p;
        cf_packet_decode(&p, pkt.data, pkt.len);
        fz_check_packet(&p);
        fz_check_bare_syn(&p);
        learn(&p);
    }
}

static void send_from(uint8_t host, uint16_t port, cf_tcp t, uint32_t len)
{
    static const uint8_t text[IO_MAX];
    uint8_t pkt[IO_MAX + 100];
    const char *why = NULL;
    cf_build b = {.text = text, .text_len = len < IO_MAX ? len : IO_MAX};
    cf_layer *ip = cf_build_add(&b, CF_L_IPV4);
    ip->u.ip.src = (cf_addr){.family = 4, .b = {192, 168, 0, host}};
    ip->u.ip.dst = (cf_addr){.family = 4, .b = {192, 168, 0, 1}};
    t.sport = port;
    t.dport = PORT;
    cf_build_add(&b, CF_L_TCP)->u.tcp = t;
    size_t n = cf_encode(&b, pkt, sizeof pkt, &why);
    if (n == 0) fz_fail("setup", "cf_encode: %s", why ? why : "?");
    rs_stack_input(now.st, now.at, (rs_bytes){pkt, n});
    drain();
}

static void client_sends(unsigned who, uint16_t flags, uint32_t len)
{
    client *c = &now.clients[who % CLIENTS];
    uint16_t port = (uint16_t)(CLIENT_PORT + who % CLIENTS);
    if (flags & CF_SYN) {
        *c = (client){.opening = true, .seq = 1000u * who};
        send_from(2, port, (cf_tcp){.flags = CF_SYN, .seq = c->seq, .win = 20000}, 0);
        c->seq++;
        return;
    }
    send_from(2, port, (cf_tcp){.flags = flags, .seq = c->seq, .ack = c->ack, .win = 20000}, len);
    if (c->answered && !(flags & CF_RST)) now.finished++;
    c->seq += len + ((flags & CF_FIN) != 0);
}

static void flood(unsigned from, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        send_from((uint8_t)(3 + i % 200), (uint16_t)(FLOOD_PORT + from * 64 + i),
                  (cf_tcp){.flags = CF_SYN, .seq = i * 77777u, .win = 1000}, 0);
}

/* ---------- the model ---------- */

static bool is_open(rs_fd fd)
{
    return fd >= 0 && fd < FDS && now.object_of[fd] != 0;
}

static bool is_set(rs_fd fd)
{
    return is_open(fd) && now.is_set[now.object_of[fd]];
}

static rs_fd lowest_free(rs_fd from)
{
    while (from < FDS && now.object_of[from]) from++;
    return from;
}

/* What only sockets can do: on a set it fails, and not as if that were closed. */
static bool needs_socket(const char *call)
{
    static const char *const others[] = {"close", "dup", "fcntl", "epoll_wait"};
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(call, others[i]) == 0) return false;
    return true;
}

/* A call on fd: EBADF if and only if it is closed. */
static bool judged(const char *call, rs_fd fd, rs_ret r)
{
    if (is_set(fd) && needs_socket(call)) {
        if (!r.err || r.err == RS_EBADF)
            fz_fail("O61 descriptor", "%s(%d) on an epoll set: %s", call, fd, r.err ? "EBADF" : "works");
        return false;
    }
    if (is_open(fd) == (r.err == RS_EBADF))
        fz_fail("O61 descriptor", "%s(%d): %s, and the descriptor is %s", call, fd,
                r.err ? rs_status_name(r.err) : "works", is_open(fd) ? "open" : "closed");
    if ((r.value < 0) != (r.err != 0))
        fz_fail("O61 contract", "%s: value %lld, errno %d", call, (long long)r.value, r.err);
    if (r.parked) fz_fail("O61 contract", "%s waits although nothing here may", call);
    return r.err == 0;
}

static void opened(const char *call, rs_fd from, rs_ret r, unsigned object)
{
    if (r.err) return;
    if (r.value != lowest_free(from) || r.value >= (int64_t)limits[now.limit].sockets)
        fz_fail("O61 descriptor", "%s gives %lld, and %d is the lowest that is free", call, (long long)r.value,
                lowest_free(from));
    now.object_of[r.value % FDS] = object;
    now.refs[object]++;
}

static unsigned new_object(bool set)
{
    now.is_set[++now.objects] = set;
    return now.objects;
}

static watch *watch_of(unsigned set, rs_fd fd, unsigned object)
{
    for (unsigned i = 0; i < WATCHES; i++) {
        watch *w = &now.watches[i];
        if (w->there && w->set == set && w->fd == fd && w->object == object) return w;
    }
    return NULL;
}

static void closed(rs_fd fd)
{
    unsigned object = now.object_of[fd];
    now.object_of[fd] = 0;
    if (--now.refs[object]) return;
    for (unsigned i = 0; i < WATCHES; i++)
        if (now.watches[i].object == object || now.watches[i].set == object) now.watches[i].there = false;
}

/* ---------- steps ---------- */

static void do_socket(bool listens, unsigned backlog)
{
    rs_ret r = rs_socket(now.st, now.at, RS_PF_INET, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0);
    rs_endpoint local = {address(1), PORT};
    if (r.err) return;
    opened("socket", 0, r, new_object(false));
    rs_fd fd = (rs_fd)r.value;
    if (!listens) return;
    if (judged("bind", fd, rs_bind(now.st, now.at, fd, &local)))
        judged("listen", fd, rs_listen(now.st, now.at, fd, (int)backlog));
}

static void do_connect(rs_fd fd, uint8_t port)
{
    rs_endpoint remote = {address(2), (uint16_t)(1000 + port)};
    judged("connect", fd, rs_connect(now.st, now.at, fd, &remote));
}

static void do_accept(rs_fd fd)
{
    rs_ret r = rs_accept(now.st, now.at, fd, NULL, RS_SOCK_NONBLOCK);
    if (!judged("accept", fd, r)) return;
    opened("accept", 0, r, new_object(false));
    if (++now.accepted > now.finished) fz_fail("O61 accept", "%u accepted, %u have come", now.accepted, now.finished);
}

static void do_dup(rs_fd fd, bool from, uint8_t least)
{
    rs_fd low = from ? least % 8 : 0;
    rs_ret r = from ? rs_fcntl(now.st, now.at, fd, RS_F_DUPFD, low) : rs_dup(now.st, now.at, fd);
    unsigned object = is_open(fd) ? now.object_of[fd] : 0;
    if (judged("dup", fd, r)) opened("dup", low, r, object);
}

static void do_close(rs_fd fd)
{
    if (judged("close", fd, rs_close(now.st, now.at, fd))) closed(fd);
}

static void do_epoll_create(void)
{
    rs_ret r = rs_epoll_create(now.st, now.at, 0);
    if (!r.err) opened("epoll_create", 0, r, new_object(true));
}

static void note_watch(unsigned set, rs_fd fd, uint64_t data)
{
    for (unsigned i = 0; i < WATCHES; i++) {
        if (now.watches[i].there) continue;
        now.watches[i] = (watch){true, set, now.object_of[fd], fd, data};
        return;
    }
    fz_fail("O55 memory", "more than %d watches on one host", WATCHES);
}

static void do_epoll_ctl(rs_fd epfd, rs_fd fd, uint8_t op, uint8_t events)
{
    static const uint32_t kinds[] = {
        RS_POLLIN, RS_POLLOUT, RS_POLLIN | RS_POLLOUT, RS_POLLIN | RS_EPOLLET, RS_POLLIN | RS_EPOLLONESHOT, 0};
    rs_epoll_event e = {.events = kinds[events % 6], .data = ++now.next_data};
    int how = RS_EPOLL_CTL_ADD + op % 3;
    rs_ret r = rs_epoll_ctl(now.st, now.at, epfd, how, fd, &e);
    if (!is_open(epfd) || !is_open(fd)) {
        if (r.err != RS_EBADF) fz_fail("O61 epoll", "epoll_ctl(%d, %d): no EBADF", epfd, fd);
        return;
    }
    if (!is_set(epfd) || is_set(fd)) {
        if (!r.err) fz_fail("O61 epoll", "epoll_ctl(%d, %d) works on what cannot be watched", epfd, fd);
        return;
    }
    watch *w = watch_of(now.object_of[epfd], fd, now.object_of[fd]);
    int expected = how == RS_EPOLL_CTL_ADD ? (w ? RS_EEXIST : 0) : (w ? 0 : RS_ENOENT);
    if (r.err != expected && !(expected == 0 && r.err == RS_ENOSPC && how == RS_EPOLL_CTL_ADD))
        fz_fail("O61 epoll", "epoll_ctl(%d, %d, %d): %s, expected %s", epfd, how, fd, rs_status_name(r.err),
                rs_status_name(expected));
    if (r.err) return;
    if (how == RS_EPOLL_CTL_ADD) note_watch(now.object_of[epfd], fd, e.data);
    else if (how == RS_EPOLL_CTL_DEL) w->there = false;
    else w->data = e.data;
}

static void do_epoll_wait(rs_fd epfd, uint8_t most)
{
    rs_epoll_event got[WAIT_MAX];
    int n = 1 + most % WAIT_MAX;
    rs_ret r = rs_epoll_wait(now.st, now.at, epfd, got, n, 0);
    if (!judged("epoll_wait", epfd, r)) return;
    if (r.value > n) fz_fail("O61 epoll", "%lld events where %d were asked for", (long long)r.value, n);
    for (int i = 0; i < (int)r.value; i++) {
        bool known = false;
        for (unsigned k = 0; k < WATCHES; k++)
            known |=
                now.watches[k].there && now.watches[k].set == now.object_of[epfd] && now.watches[k].data == got[i].data;
        if (!known)
            fz_fail("O61 epoll", "an event of a watch that is not there (data %llu)", (unsigned long long)got[i].data);
        if (got[i].events == 0) fz_fail("O61 epoll", "an event without a bit");
    }
}

static void do_io(rs_fd fd, bool writes, uint8_t size)
{
    static uint8_t bytes[IO_MAX];
    size_t len = size * 11u + 1;
    int flags = RS_MSG_DONTWAIT;
    rs_ret r = writes ? rs_send(now.st, now.at, fd, bytes, len, flags, NULL)
                      : rs_recv(now.st, now.at, fd, bytes, len, flags, NULL);
    if (judged(writes ? "send" : "recv", fd, r) && (size_t)r.value > len)
        fz_fail("O61 contract", "%lld bytes where %zu were asked for", (long long)r.value, len);
}

static void do_poll(rs_fd fd)
{
    rs_pollfd p = {.fd = fd, .events = RS_POLLIN | RS_POLLOUT};
    rs_ret r = rs_poll(now.st, now.at, &p, 1, 0);
    bool invalid = r.value == 1 && (p.revents & RS_POLLNVAL);
    if (fd >= 0 && invalid == is_open(fd)) fz_fail("O61 poll", "poll(%d): POLLNVAL is %d", fd, invalid);
}

static void sleep_for(int64_t us, unsigned events)
{
    rs_time until = {now.at.us + us};
    for (unsigned n = 0; n < events && rs_stack_next_deadline(now.st).us <= until.us; n++) {
        rs_time next = rs_stack_next_deadline(now.st);
        if (next.us > now.at.us) now.at = next;
        rs_stack_advance(now.st, now.at);
        drain();
    }
    if (rs_stack_next_deadline(now.st).us > until.us) now.at = until;
}

static void set_cookies(uint8_t how)
{
    static const char *const values[] = {"0", "1", "2"};
    if (rs_stack_set(now.st, "net.ipv4.tcp_syncookies", values[how % 3]).code == RS_ENOENT)
        fz_fail("setup", "no knob net.ipv4.tcp_syncookies");
}

static void run_peer(uint8_t kind, uint8_t who, uint8_t a)
{
    switch (kind % 6) {
    case 0: client_sends(who, CF_SYN, 0); break;
    case 1: client_sends(who, CF_ACK, 0); break;
    case 2: client_sends(who, CF_ACK | CF_PSH, 1 + a * 5u); break;
    case 3: client_sends(who, CF_FIN | CF_ACK, 0); break;
    case 4: client_sends(who, CF_RST | CF_ACK, 0); break;
    default: flood(who, 1 + a % 32); break;
    }
}

static void run_step(const uint8_t *s)
{
    rs_fd fd = s[1] % FDS;
    if (s[0] & 0x80) {
        run_peer(s[0] & 0x7f, s[1], s[2]);
        return;
    }
    switch (s[0] % 17) {
    case 0: do_socket(false, 0); break;
    case 1: do_socket(true, s[2] % 6); break;
    case 2: do_connect(fd, s[2]); break;
    case 3:
    case 4: do_accept(fd); break;
    case 5: do_dup(fd, s[2] & 1, s[3]); break;
    case 6:
    case 7: do_close(fd); break;
    case 8: do_epoll_create(); break;
    case 9: do_epoll_ctl(fd, s[2] % FDS, s[3], s[3] / 3); break;
    case 10: do_epoll_wait(fd, s[2]); break;
    case 11: do_io(fd, true, s[2]); break;
    case 12: do_io(fd, false, s[2]); break;
    case 13: do_poll(fd); break;
    case 14: judged("shutdown", fd, rs_shutdown(now.st, now.at, fd, s[2] % 3)); break;
    case 15: sleep_for((int64_t)1000 << s[1] % 20, 64); break;
    default: set_cookies(s[2]); break;
    }
    drain();
}

/* ---------- what must hold ---------- */

static void check(void)
{
    rs_counters c;
    const char *broken = rs_stack_broken(now.st);
    if (broken) fz_fail("O01 invariants", "%s", broken);
    rs_stack_counters(now.st, &c);
    if (c.conns_high > limits[now.limit].conns || c.blocks_high > limits[now.limit].blocks)
        fz_fail("O55 memory", "%llu connections, %llu blocks: more than the limits", (unsigned long long)c.conns_high,
                (unsigned long long)c.blocks_high);
    for (rs_fd fd = 0; fd < FDS; fd++) judged("fcntl", fd, rs_fcntl(now.st, now.at, fd, RS_F_GETFD, 0));
}

static void end(void)
{
    for (rs_fd fd = 0; fd < FDS; fd++)
        if (is_open(fd)) do_close(fd);
    drain();
    check();
    sleep_for(WEEK_S * 1000000ll, LAST_EVENTS);
    if (rs_stack_next_deadline(now.st).us <= now.at.us)
        fz_fail("O54 quiescence", "still busy after %d timers without user and peer", LAST_EVENTS);
    fz_check_left_over(now.st, now.at, !now.linux_preset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    enum { CHECK_EVERY = 16 };
    uint8_t first = len ? data[0] : 0;
    open_host(first % HOSTS, first / HOSTS & 1);
    for (unsigned i = 0; i < STEPS_MAX && 1 + (i + 1) * STEP <= len; i++) {
        run_step(data + 1 + (size_t)i * STEP);
        if (i % CHECK_EVERY == CHECK_EVERY - 1) check();
    }
    end();
    return 0;
}
