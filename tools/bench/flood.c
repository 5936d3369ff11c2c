/* flood.c — the part `flood`: a server under a million SYNs whose senders do not exist, and a client that does.
 *
 * Every millisecond of virtual time so many SYNs come, each from another address; the answers lead nowhere. Meanwhile
 * the client sends text on a connection that was open before, and opens another one, exchanges a byte each way and
 * closes it. The same is done without SYNs. The server's queue of half-open connections has 128 places. */
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "pair.h"

enum { PER_MS = 100, BACKLOG = 128, TEXT = 16384, IP = 20, TCP = 24 };

typedef struct {
    uint64_t bytes;           /* of text that came through */
    uint32_t tried, served;   /* connections */
    double used_before, used; /* bytes of the server's arena; the largest afterwards */
    double seconds;           /* of a processor, for all three: server, client, flood */
    rs_counters count;        /* the server's */
} service;

static uint32_t sum16(const uint8_t *p, int len, uint32_t sum)
{
    for (int i = 0; i < len; i += 2) sum += (uint32_t)p[i] << 8 | p[i + 1];
    return sum;
}

static void put16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static uint32_t fold(uint32_t sum)
{
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

/* SYN number n to 10.0.0.2:80, MSS 1460, from an address of 11.0.0.0/8. */
static void make_syn(uint8_t p[IP + TCP], uint32_t n)
{
    static const uint8_t model[IP + TCP] = {0x45, 0,  0,    IP + TCP, 0,    0,    0x40, 0, 64, 6, 0, 0, 11, 0,   0,
                                            0,    10, 0,    0,        2,    0,    0,    0, 80, 0, 0, 0, 0,  0,   0,
                                            0,    0,  0x60, 2,        0xff, 0xff, 0,    0, 0,  0, 2, 4, 5,  0xb4};
    uint32_t mixed = n * 2654435761u;
    memcpy(p, model, sizeof model);
    put16(p + 14, n & 0xffff);
    p[13] = (uint8_t)(n >> 16);
    put16(p + IP, 1024 + mixed % 60000);
    put16(p + IP + 4, mixed >> 16);
    put16(p + IP + 6, mixed);
    put16(p + 10, fold(sum16(p, IP, 0)));
    put16(p + IP + 16, fold(sum16(p + IP, TCP, sum16(p + 12, 8, 6 + TCP))));
}

static void flood_ms(bench_pair *p, uint32_t *n)
{
    uint8_t syn[IP + TCP];
    for (int i = 0; i < PER_MS; i++) {
        make_syn(syn, (*n)++);
        rs_stack_input(p->b.st, p->now, (rs_bytes){syn, sizeof syn});
    }
}

static void send_text(bench_pair *p, rs_fd c, rs_fd s, service *r)
{
    static uint8_t buf[TEXT];
    rs_ret n;
    rs_send(p->a.st, p->now, c, buf, sizeof buf, 0, NULL);
    bench_shuttle(p);
    while ((n = rs_recv(p->b.st, p->now, s, buf, sizeof buf, 0, NULL)).value > 0) r->bytes += (uint64_t)n.value;
    bench_shuttle(p);
}

/* A connection with a byte each way. */
static bool serve_one(bench_pair *p, rs_fd l)
{
    rs_fd c = -1, s = -1;
    char byte;
    bool open = bench_connect_one(p, l, 80, &c, &s), ok = open;
    if (open) {
        rs_send(p->a.st, p->now, c, "x", 1, 0, NULL);
        bench_shuttle(p);
        ok = rs_recv(p->b.st, p->now, s, &byte, 1, 0, NULL).value == 1;
        rs_send(p->b.st, p->now, s, "y", 1, 0, NULL);
        rs_close(p->b.st, p->now, s);
        bench_shuttle(p);
        ok = ok && rs_recv(p->a.st, p->now, c, &byte, 1, 0, NULL).value == 1;
    }
    if (c >= 0) rs_close(p->a.st, p->now, c);
    bench_shuttle(p);
    return ok;
}

static bool live_through(int syncookies, uint32_t ms, bool flooded, service *r)
{
    bench_pair_conf conf = {.limits = rs_config_linux().limits, .syncookies = syncookies};
    bench_pair p;
    rs_fd l = -1, c, s;
    uint32_t n = 0;
    conf.limits.conns = 65536;
    memset(r, 0, sizeof *r);
    bool ok =
        bench_pair_up(&p, &conf) && (l = bench_listener(&p, 80, BACKLOG)) >= 0 && bench_connect_one(&p, l, 80, &c, &s);
    double t0 = bench_cpu_seconds();
    if (ok) send_text(&p, c, s, r);
    if (ok) r->used_before = r->used = (double)rs_stack_used(p.b.st);
    for (uint32_t i = 0; ok && i < ms; i++, r->tried++) {
        if (flooded) flood_ms(&p, &n);
        bench_shuttle(&p);
        send_text(&p, c, s, r);
        r->served += serve_one(&p, l);
        bench_advance(&p, 1000);
        double used = (double)rs_stack_used(p.b.st);
        if (used > r->used) r->used = used;
    }
    r->seconds = bench_cpu_seconds() - t0;
    if (ok) rs_stack_counters(p.b.st, &r->count);
    bench_pair_down(&p);
    return ok;
}

static double kbytes(const service *s)
{
    return (s->used - s->used_before) / 1000;
}

static void print(int cookies, uint32_t ms, const service *calm, const service *flood)
{
    printf("  refstack tcp_syncookies %d: %u SYNs, server grows by %.0f KB with them, %.0f KB without; at most %llu "
           "connections with, %llu without; %.0f ns for a SYN\n",
           cookies, ms * PER_MS, kbytes(flood), kbytes(calm), (unsigned long long)flood->count.conns_high,
           (unsigned long long)calm->count.conns_high,
           (flood->seconds - calm->seconds) * 1e9 / ((double)ms * (double)PER_MS));
    printf("    client: %.1f MB on an open connection with, %.1f MB without, %.1fx; of %u new connections %u were "
           "served with, %u without, %.1fx\n",
           (double)flood->bytes / 1e6, (double)calm->bytes / 1e6, (double)flood->bytes / (double)calm->bytes,
           flood->tried, flood->served, calm->served, (double)flood->served / (double)calm->served);
}

int flood_part(bool quick)
{
    uint32_t ms = quick ? 500 : 10000;
    printf("flood: SYNs from addresses that do not exist, 100 000 a second, backlog %d\n", BACKLOG);
    for (int cookies = 0; cookies <= 2; cookies++) {
        service calm, flood;
        if (!live_through(cookies, ms, false, &calm) || !live_through(cookies, ms, true, &flood)) {
            printf("  refstack: failed: the connection could not be opened\n");
            return 1;
        }
        print(cookies, ms, &calm, &flood);
    }
    return 0;
}
