/* ours.c — the work done by refstack. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "pair.h"

double ours_bulk(uint64_t bytes, char *why, unsigned why_cap)
{
    static uint8_t buf[65536];
    bench_pair_conf conf = {.limits = rs_config_linux().limits, .syncookies = -1};
    bench_pair p;
    rs_fd c = -1, s = -1;
    conf.limits.blocks = 32768;
    conf.limits.records = 32768;
    uint64_t sent = 0, got = 0;
    double rate = -1, t0 = bench_seconds();
    if (!bench_pair_up(&p, &conf) || !bench_connect_one(&p, bench_listener(&p, 80, 1), 80, &c, &s)) {
        snprintf(why, why_cap, "the connection could not be opened");
        bench_pair_down(&p);
        return -1;
    }
    while (got < bytes && bench_seconds() - t0 < 60) {
        for (int i = 0; i < 64 && got < bytes; i++) {
            uint64_t left = bytes - sent;
            rs_ret w = rs_send(p.a.st, p.now, c, buf, left < sizeof buf ? left : sizeof buf, 0, NULL);
            if (w.value > 0) sent += (uint64_t)w.value;
            bench_shuttle(&p);
            rs_ret r;
            while ((r = rs_recv(p.b.st, p.now, s, buf, sizeof buf, 0, NULL)).value > 0) got += (uint64_t)r.value;
            bench_shuttle(&p);
        }
        bench_advance(&p, 1000);
    }
    if (got >= bytes) rate = (double)bytes / 1460 / (bench_seconds() - t0);
    else snprintf(why, why_cap, "moved %llu of %llu bytes in 60 s", (unsigned long long)got, (unsigned long long)bytes);
    bench_pair_down(&p);
    return rate;
}

static bool one_exchange(bench_pair *p, rs_fd l)
{
    rs_fd c, s;
    char b;
    if (!bench_connect_one(p, l, 80, &c, &s)) return false;
    rs_send(p->a.st, p->now, c, "x", 1, 0, NULL);
    bench_shuttle(p);
    if (rs_recv(p->b.st, p->now, s, &b, 1, 0, NULL).value != 1) return false;
    rs_send(p->b.st, p->now, s, "y", 1, 0, NULL);
    rs_close(p->b.st, p->now, s);
    bench_shuttle(p);
    if (rs_recv(p->a.st, p->now, c, &b, 1, 0, NULL).value != 1) return false;
    if (rs_recv(p->a.st, p->now, c, &b, 1, 0, NULL).value != 0) return false;
    rs_close(p->a.st, p->now, c);
    bench_shuttle(p);
    return true;
}

double ours_conns(uint32_t conns, char *why, unsigned why_cap)
{
    bench_pair_conf conf = {.limits = rs_config_linux().limits, .syncookies = -1};
    bench_pair p;
    conf.limits.conns = 65536;
    double rate = -1, t0 = bench_seconds();
    rs_fd l;
    uint32_t done = 0;
    if (bench_pair_up(&p, &conf) && (l = bench_listener(&p, 80, 16)) >= 0) {
        /* 3 ms of virtual time for each, so that TIME-WAIT (60 s) ends before a port comes round again */
        for (; done < conns && one_exchange(&p, l); done++) bench_advance(&p, 3000);
    }
    if (done == conns) rate = (double)conns / (bench_seconds() - t0);
    else snprintf(why, why_cap, "connection %u of %u failed", done, conns);
    bench_pair_down(&p);
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
static double time_timers(bench_pair *p, uint32_t n)
{
    double t0;
    rs_counters before, after;
    rs_stack_counters(p->a.st, &before);
    t0 = bench_cpu_seconds();
    rs_time next = rs_stack_next_deadline(p->a.st);
    for (uint32_t guard = 0; next.us != RS_NEVER.us && guard < 2 * n + 16; guard++) {
        rs_stack_counters(p->a.st, &after);
        if (after.timers_fired - before.timers_fired >= n) break;
        if (next.us > p->now.us) p->now.us = next.us;
        rs_stack_advance(p->a.st, p->now);
        bench_shuttle(p);
        next = rs_stack_next_deadline(p->a.st);
    }
    double took = bench_cpu_seconds() - t0;
    rs_stack_counters(p->a.st, &after);
    uint64_t fired = after.timers_fired - before.timers_fired;
    return fired ? took * 1e9 / (double)fired : -1;
}

enum { SAMPLES = 1 << 16, ROUNDS = 8, LOOKUPS_LEAST = 100000, TRAIN = 32 };

typedef struct {
    uint8_t data[64];
    size_t len;
} sample;

static uint32_t drain(bench_host *h, rs_time now)
{
    rs_bytes out;
    uint32_t n = 0;
    while (rs_stack_output(h->st, now, &out)) n++;
    return n;
}

/* One listening port gives 28 000 pairs; more need more ports on the far side: each takes a descriptor there. */
enum { CONNS_PER_PORT = 20000 };

/* The descriptor that the far side of a connection has; the near side has its number. */
static rs_fd far_end(uint32_t conn)
{
    return (rs_fd)(conn + 1 + conn / CONNS_PER_PORT);
}

/* A segment with a byte for each of up to SAMPLES connections in a scattered order. It is taken, read and acknowledged:
 * all are idle again. */
static uint32_t make_samples(bench_pair *p, uint32_t n, sample *s)
{
    uint32_t have = 0;
    rs_bytes out;
    char c;
    for (uint32_t i = 0; i < SAMPLES && i < n; i++) {
        uint32_t conn = (uint32_t)((uint64_t)i * 2654435761u % n);
        rs_send(p->b.st, p->now, far_end(conn), "z", 1, 0, NULL);
        if (!rs_stack_output(p->b.st, p->now, &out) || out.len > sizeof s[0].data) continue;
        memcpy(s[have].data, out.data, out.len);
        s[have++].len = out.len;
        rs_stack_input(p->a.st, p->now, out);
        rs_recv(p->a.st, p->now, (rs_fd)conn, &c, 1, 0, NULL);
        bench_shuttle(p);
    }
    return have;
}

/* The samples again, `train` at a time: duplicates by now. Look up, judge, answer. */
static double time_lookups(bench_pair *p, const sample *s, uint32_t have, uint32_t train)
{
    rs_bytes pkts[TRAIN];
    uint64_t done = 0;
    double t0 = bench_cpu_seconds();
    for (int r = 0; r < ROUNDS || done < LOOKUPS_LEAST; r++)
        for (uint32_t i = 0; i < have; i += train) {
            uint32_t n = have - i < train ? have - i : train;
            for (uint32_t k = 0; k < n; k++) pkts[k] = (rs_bytes){s[i + k].data, s[i + k].len};
            rs_stack_input_many(p->a.st, p->now, pkts, n);
            drain(&p->a, p->now);
            done += n;
        }
    return (bench_cpu_seconds() - t0) * 1e9 / (double)done;
}

static void measure_lookups(bench_pair *p, uint32_t n, bench_idle *out)
{
    static sample s[SAMPLES];
    uint32_t have = make_samples(p, n, s);
    out->ns_per_lookup = out->ns_per_lookup_of_train = -1;
    if (have == 0) return;
    out->ns_per_lookup = time_lookups(p, s, have, 1);
    out->ns_per_lookup_of_train = time_lookups(p, s, have, TRAIN);
}

static bool open_many(bench_pair *p, uint32_t n)
{
    rs_fd l = bench_listener(p, 80, 16);
    int on = 1;
    for (uint32_t i = 0; i < n; i++) {
        rs_fd c, s;
        rs_fd fd = (rs_fd)rs_socket(p->a.st, p->now, RS_PF_INET, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0).value;
        rs_endpoint to = bench_at(2, 80);
        (void)c;
        if (i % CONNS_PER_PORT == 0 && i) {
            uint16_t port = (uint16_t)(80 + i / CONNS_PER_PORT);
            l = bench_listener(p, port, 16);
        }
        to.port = (uint16_t)(80 + i / CONNS_PER_PORT);
        if (fd < 0 || l < 0) return false;
        rs_setsockopt(p->a.st, p->now, fd, 1, 9, &on, sizeof on); /* SOL_SOCKET, SO_KEEPALIVE */
        rs_ret r = rs_connect(p->a.st, p->now, fd, &to);
        if (r.value < 0 && r.err != RS_EINPROGRESS) return false;
        bench_shuttle(p);
        s = (rs_fd)rs_accept(p->b.st, p->now, l, NULL, RS_SOCK_NONBLOCK).value;
        if (s < 0) return false;
    }
    return true;
}

/* A byte each way on every connection: memory of those that are idle again. */
static void use_all(bench_pair *p, uint32_t n)
{
    char c;
    for (uint32_t conn = 0; conn < n; conn++) {
        rs_send(p->b.st, p->now, far_end(conn), "z", 1, 0, NULL);
        bench_shuttle(p);
        rs_recv(p->a.st, p->now, (rs_fd)conn, &c, 1, 0, NULL);
        rs_send(p->a.st, p->now, (rs_fd)conn, "z", 1, 0, NULL);
        bench_shuttle(p);
        rs_recv(p->b.st, p->now, far_end(conn), &c, 1, 0, NULL);
    }
    bench_shuttle(p);
}

bool ours_idle(uint32_t n, bool small_pages, bench_idle *out, char *why, unsigned why_cap)
{
    bench_pair_conf conf = {.limits = rs_config_linux().limits, .syncookies = -1, .small_pages = small_pages};
    bench_pair p;
    conf.limits.conns = n + 64;
    conf.limits.sockets = n + 64;
    memset(out, 0, sizeof *out);
    double rss = resident_bytes();
    bool ok = bench_pair_up(&p, &conf);
    double used = ok ? (double)rs_stack_used(p.a.st) : 0;
    ok = ok && open_many(&p, n);
    if (!ok) snprintf(why, why_cap, "%u connections could not be opened", n);
    if (ok) {
        out->bytes_per_conn = ((double)rs_stack_used(p.a.st) - used) / n;
        out->rss_per_conn = (resident_bytes() - rss) / n / 2;
        out->ns_per_timer = time_timers(&p, n);
        measure_lookups(&p, n, out);
        use_all(&p, n);
        out->bytes_per_used_conn = ((double)rs_stack_used(p.a.st) - used) / n;
    }
    bench_pair_down(&p);
    return ok;
}
