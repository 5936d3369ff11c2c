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

/* A pure ACK for a connection chosen in a scattered order: finding it and taking the segment. */
static double time_lookups(bench_pair *p, uint32_t n)
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
    double t0 = bench_cpu_seconds(); /* from here on each is a duplicate: look up, judge, answer */
    for (int r = 0; r < ROUNDS; r++) {
        for (uint32_t i = 0; i < have; i++) {
            rs_stack_input(p->a.st, p->now, (rs_bytes){packet[i], len[i]});
            while (rs_stack_output(p->a.st, p->now, &out)) continue;
        }
    }
    return (bench_cpu_seconds() - t0) * 1e9 / ((double)ROUNDS * (double)have);
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
        /* one listening port gives 28 000 pairs; more need more ports on the far side */
        if (i % 20000 == 0 && i) {
            uint16_t port = (uint16_t)(80 + i / 20000);
            l = bench_listener(p, port, 16);
        }
        to.port = (uint16_t)(80 + i / 20000);
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

bool ours_idle(uint32_t n, bench_idle *out, char *why, unsigned why_cap)
{
    bench_pair_conf conf = {.limits = rs_config_linux().limits, .syncookies = -1};
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
        out->ns_per_lookup = time_lookups(&p, n);
    }
    bench_pair_down(&p);
    return ok;
}
