/* ours.c — the work done by refstack: two stacks, packets handed over in memory, virtual time. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"
#include "../../stack/include/refstack/refstack.h"

typedef struct {
    rs_stack *st;
    void *arena;
    size_t size;
} host;
typedef struct {
    host a, b;
    rs_time now;
} pair;

static rs_addr addr_of(uint8_t last)
{
    return (rs_addr){.bytes = {10, 0, 0, last}, .family = RS_IPV4};
}
static rs_endpoint at(uint8_t last, uint16_t port)
{
    return (rs_endpoint){.addr = addr_of(last), .port = port};
}

static bool host_up(host *h, uint8_t last, const rs_limits *limits, rs_time now)
{
    rs_config cfg = rs_config_linux();
    cfg.limits = *limits;
    cfg.seed = last;
    cfg.knobs.somaxconn = 1 << 20;
    if (rs_config_add_local(&cfg, addr_of(last), 24).code) return false;
    h->size = rs_stack_size(&cfg);
    if (h->size == 0) return false;
    h->arena = mmap(NULL, h->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (h->arena == MAP_FAILED) return false;
    return rs_stack_init(&h->st, h->arena, h->size, &cfg, now).code == 0;
}

static bool pair_up(pair *p, const rs_limits *limits)
{
    memset(p, 0, sizeof *p);
    p->now = (rs_time){1000000};
    return host_up(&p->a, 1, limits, p->now) && host_up(&p->b, 2, limits, p->now);
}

static void pair_down(pair *p)
{
    if (p->a.arena) munmap(p->a.arena, p->a.size);
    if (p->b.arena) munmap(p->b.arena, p->b.size);
}

/* Hands packets over in both directions until both are silent. */
static void shuttle(pair *p)
{
    rs_bytes pkt;
    for (bool moved = true; moved;) {
        moved = false;
        while (rs_stack_output(p->a.st, p->now, &pkt)) {
            rs_stack_input(p->b.st, p->now, pkt);
            moved = true;
        }
        while (rs_stack_output(p->b.st, p->now, &pkt)) {
            rs_stack_input(p->a.st, p->now, pkt);
            moved = true;
        }
    }
}

static void advance(pair *p, int64_t us)
{
    p->now.us += us;
    rs_stack_advance(p->a.st, p->now);
    rs_stack_advance(p->b.st, p->now);
    shuttle(p);
}

static rs_fd listener(pair *p, uint16_t port, int backlog)
{
    rs_fd l = (rs_fd)rs_socket(p->b.st, p->now, RS_PF_INET, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0).value;
    rs_endpoint local = at(2, port);
    if (l < 0 || rs_bind(p->b.st, p->now, l, &local).value < 0 || rs_listen(p->b.st, p->now, l, backlog).value < 0)
        return -1;
    return l;
}

/* One established connection: descriptors on both sides. */
static bool connect_one(pair *p, rs_fd l, uint16_t port, rs_fd *c, rs_fd *s)
{
    rs_endpoint to = at(2, port);
    *c = (rs_fd)rs_socket(p->a.st, p->now, RS_PF_INET, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0).value;
    if (*c < 0) return false;
    rs_ret r = rs_connect(p->a.st, p->now, *c, &to);
    if (r.value < 0 && r.err != RS_EINPROGRESS) return false;
    shuttle(p);
    *s = (rs_fd)rs_accept(p->b.st, p->now, l, NULL, RS_SOCK_NONBLOCK).value;
    return *s >= 0;
}

double ours_bulk(uint64_t bytes, char *why, unsigned why_cap)
{
    static uint8_t buf[65536];
    rs_limits limits = rs_config_linux().limits;
    pair p;
    rs_fd c = -1, s = -1;
    limits.blocks = 32768;
    limits.records = 32768;
    uint64_t sent = 0, got = 0;
    double rate = -1, t0 = bench_seconds();
    if (!pair_up(&p, &limits) || !connect_one(&p, listener(&p, 80, 1), 80, &c, &s)) {
        snprintf(why, why_cap, "the connection could not be opened");
        pair_down(&p);
        return -1;
    }
    while (got < bytes && bench_seconds() - t0 < 60) {
        for (int i = 0; i < 64 && got < bytes; i++) {
            uint64_t left = bytes - sent;
            rs_ret w = rs_send(p.a.st, p.now, c, buf, left < sizeof buf ? left : sizeof buf, 0, NULL);
            if (w.value > 0) sent += (uint64_t)w.value;
            shuttle(&p);
            rs_ret r;
            while ((r = rs_recv(p.b.st, p.now, s, buf, sizeof buf, 0, NULL)).value > 0) got += (uint64_t)r.value;
            shuttle(&p);
        }
        advance(&p, 1000);
    }
    if (got >= bytes) rate = (double)bytes / 1460 / (bench_seconds() - t0);
    else snprintf(why, why_cap, "moved %llu of %llu bytes in 60 s", (unsigned long long)got, (unsigned long long)bytes);
    pair_down(&p);
    return rate;
}

static bool one_exchange(pair *p, rs_fd l)
{
    rs_fd c, s;
    char b;
    if (!connect_one(p, l, 80, &c, &s)) return false;
    rs_send(p->a.st, p->now, c, "x", 1, 0, NULL);
    shuttle(p);
    if (rs_recv(p->b.st, p->now, s, &b, 1, 0, NULL).value != 1) return false;
    rs_send(p->b.st, p->now, s, "y", 1, 0, NULL);
    rs_close(p->b.st, p->now, s);
    shuttle(p);
    if (rs_recv(p->a.st, p->now, c, &b, 1, 0, NULL).value != 1) return false;
    if (rs_recv(p->a.st, p->now, c, &b, 1, 0, NULL).value != 0) return false;
    rs_close(p->a.st, p->now, c);
    shuttle(p);
    return true;
}

double ours_conns(uint32_t conns, char *why, unsigned why_cap)
{
    rs_limits limits = rs_config_linux().limits;
    pair p;
    limits.conns = 65536;
    double rate = -1, t0 = bench_seconds();
    rs_fd l;
    uint32_t done = 0;
    if (pair_up(&p, &limits) && (l = listener(&p, 80, 16)) >= 0) {
        /* 3 ms of virtual time for each, so that TIME-WAIT (60 s) ends before a port comes round again */
        for (; done < conns && one_exchange(&p, l); done++) advance(&p, 3000);
    }
    if (done == conns) rate = (double)conns / (bench_seconds() - t0);
    else snprintf(why, why_cap, "connection %u of %u failed", done, conns);
    pair_down(&p);
    return rate;
}

static double resident_bytes(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long total = 0, resident = 0;
    if (!f) return 0;
    if (fscanf(f, "%ld %ld", &total, &resident) != 2) resident = 0;
    fclose(f);
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

/* Keepalive on n connections of one host; the other answers: cost per timer event, probe and answer included. */
static double time_timers(pair *p, uint32_t n)
{
    double t0;
    rs_counters before, after;
    rs_stack_counters(p->a.st, &before);
    t0 = bench_seconds();
    rs_time next = rs_stack_next_deadline(p->a.st);
    for (uint32_t guard = 0; next.us != RS_NEVER.us && guard < 2 * n + 16; guard++) {
        rs_stack_counters(p->a.st, &after);
        if (after.timers_fired - before.timers_fired >= n) break;
        if (next.us > p->now.us) p->now.us = next.us;
        rs_stack_advance(p->a.st, p->now);
        shuttle(p);
        next = rs_stack_next_deadline(p->a.st);
    }
    double took = bench_seconds() - t0;
    rs_stack_counters(p->a.st, &after);
    uint64_t fired = after.timers_fired - before.timers_fired;
    return fired ? took * 1e9 / (double)fired : -1;
}

/* A pure ACK for a connection chosen in a scattered order: finding it and taking the segment. */
static double time_lookups(pair *p, uint32_t n)
{
    enum { SAMPLES = 4096, ROUNDS = 16 };
    static uint8_t packet[SAMPLES][64];
    static size_t len[SAMPLES];
    uint32_t have = 0;
    rs_bytes out;
    for (uint32_t i = 0; i < SAMPLES && i < n; i++) {
        rs_fd fd = (rs_fd)(1 + (uint64_t)i * 2654435761u % n); /* descriptor 0 is the listener */
        rs_send(p->b.st, p->now, fd, "z", 1, 0, NULL);
        while (rs_stack_output(p->b.st, p->now, &out)) {
            if (out.len > sizeof packet[0]) continue;
            memcpy(packet[have], out.data, out.len);
            len[have] = out.len;
            if (have + 1 < SAMPLES) have++;
        }
    }
    if (have == 0) return -1;
    for (uint32_t i = 0; i < have; i++) rs_stack_input(p->a.st, p->now, (rs_bytes){packet[i], len[i]});
    while (rs_stack_output(p->a.st, p->now, &out)) continue;
    double t0 = bench_seconds(); /* from here on each is a duplicate: look up, judge, answer */
    for (int r = 0; r < ROUNDS; r++) {
        for (uint32_t i = 0; i < have; i++) {
            rs_stack_input(p->a.st, p->now, (rs_bytes){packet[i], len[i]});
            while (rs_stack_output(p->a.st, p->now, &out)) continue;
        }
    }
    return (bench_seconds() - t0) * 1e9 / ((double)ROUNDS * (double)have);
}

static bool open_many(pair *p, uint32_t n)
{
    rs_fd l = listener(p, 80, 16);
    int on = 1;
    for (uint32_t i = 0; i < n; i++) {
        rs_fd c, s;
        rs_fd fd = (rs_fd)rs_socket(p->a.st, p->now, RS_PF_INET, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0).value;
        rs_endpoint to = at(2, 80);
        (void)c;
        /* one listening port gives 28 000 pairs; more need more ports on the far side */
        if (i % 20000 == 0 && i) {
            uint16_t port = (uint16_t)(80 + i / 20000);
            l = listener(p, port, 16);
        }
        to.port = (uint16_t)(80 + i / 20000);
        if (fd < 0 || l < 0) return false;
        rs_setsockopt(p->a.st, p->now, fd, 1, 9, &on, sizeof on); /* SOL_SOCKET, SO_KEEPALIVE */
        rs_ret r = rs_connect(p->a.st, p->now, fd, &to);
        if (r.value < 0 && r.err != RS_EINPROGRESS) return false;
        shuttle(p);
        s = (rs_fd)rs_accept(p->b.st, p->now, l, NULL, RS_SOCK_NONBLOCK).value;
        if (s < 0) return false;
    }
    return true;
}

bool ours_idle(uint32_t n, bench_idle *out, char *why, unsigned why_cap)
{
    rs_limits limits = rs_config_linux().limits;
    pair p;
    limits.conns = n + 64;
    limits.sockets = n + 64;
    memset(out, 0, sizeof *out);
    double rss = resident_bytes();
    bool ok = pair_up(&p, &limits);
    double used = ok ? (double)rs_stack_used(p.a.st) : 0;
    ok = ok && open_many(&p, n);
    if (!ok) snprintf(why, why_cap, "%u connections could not be opened", n);
    if (ok) {
        out->bytes_per_conn = ((double)rs_stack_used(p.a.st) - used) / n;
        out->rss_per_conn = (resident_bytes() - rss) / n / 2;
        out->ns_per_timer = time_timers(&p, n);
        out->ns_per_lookup = time_lookups(&p, n);
    }
    pair_down(&p);
    return ok;
}
