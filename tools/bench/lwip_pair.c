/* lwip_pair.c — the programs of fuzz_pair, played on lwIP: both ends of the connection are in the one lwIP of this
 * process, each at an interface of its own, and the packets between them have the fates the program says.
 *
 * No oracle watches. What lwIP has no word for (settings of a running host, a blind segment outside the window) does
 * nothing; its timers run at most as often in a step as ours do. */
#include <lwip/ip.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/tcp.h>

#include <string.h>

#include "../../fuzz/prog/happened.h"
#include "../../fuzz/world/pair.h"
#include "bench.h"
#include "lwip_up.h"

enum { TICK_US = TCP_TMR_INTERVAL * 1000, QUEUE = 256, ROOM = 1600, EVENTS_PER_STEP = 512, LAST_EVENTS = 4000 };

typedef struct packet {
    int64_t at_us;
    unsigned from;
    u16_t len;
    uint8_t bytes[ROOM];
} packet;

/* One end: a user that writes so many bytes and then closes. */
typedef struct end {
    struct tcp_pcb *pcb;
    uint64_t wrote, allowed;
    bool shut;
} end;

static struct {
    struct netif nif[2];
    bool up;
    fz_pair_program program;
    end end[2];
    struct tcp_pcb *listener;
    int64_t now_us, ticked_us, delay_us[2];
    uint8_t coming[2][FZ_FATES][2]; /* action, hold */
    unsigned at[2], narrow[2], narrow_left[2];
    packet queue[QUEUE], old[FZ_OLD];
    unsigned queued, seen;
    bool fair;
    fz_happened happened; /* as fz_world counts it */
} now;

/* The addresses add up to the same on both sides of the translation, so that no checksum changes: 10.0.0.1 + 10.0.0.2 =
 * 9.0.1.2 + 9.0.1.1 in words of 16 bits. */
static const uint8_t own[2][4] = {{10, 0, 0, 1}, {9, 0, 1, 1}}, other[2][4] = {{10, 0, 0, 2}, {9, 0, 1, 2}};

/* ---------- the network ---------- */

static void put(const packet *p)
{
    if (now.queued < QUEUE) now.queue[now.queued++] = *p;
}

static err_t on_output(struct netif *n, struct pbuf *p, const ip4_addr_t *to)
{
    static const int64_t holds_us[] = {1000, 1, 10000, 30000, 100000, 300000, 1000000, 3000000};
    (void)to;
    static packet q;
    q.from = n == &now.nif[1];
    q.len = pbuf_copy_partial(p, q.bytes, sizeof q.bytes, 0);
    if (q.len < 20) return ERR_OK;
    memcpy(q.bytes + 12, other[!q.from], 4);
    memcpy(q.bytes + 16, own[!q.from], 4);
    q.at_us = now.now_us + now.delay_us[q.from];
    now.old[now.seen++ % FZ_OLD] = q;
    uint8_t *fate = now.coming[q.from][now.at[q.from]++ % FZ_FATES], action = fate[0] % 8;
    int64_t hold = holds_us[fate[1] % 8];
    fate[0] = fate[1] = 0;
    if (now.fair) action = 0;
    if (now.narrow_left[q.from] && !now.fair) {
        now.narrow_left[q.from]--;
        if (q.len > now.narrow[q.from]) return ERR_OK;
    }
    if (action == 1) return ERR_OK;
    if (action == 5) q.bytes[q.len / 2] ^= 1;
    if (action == 2 || action == 4 || action == 6) q.at_us += hold;
    put(&q);
    if (action == 3 || action == 4) put(&q);
    return ERR_OK;
}

static void bring_up(void)
{
    if (now.up) return;
    now.up = true;
    lwip_up();
    for (unsigned i = 0; i < 2; i++) {
        lwip_port port = {.output = on_output};
        memcpy(port.own, own[i], sizeof port.own);
        memcpy(port.gateway, other[i], sizeof port.gateway);
        lwip_add_port(&now.nif[i], &port);
    }
}

static void input(unsigned side, const uint8_t *bytes, u16_t len)
{
    struct pbuf *p = pbuf_alloc(PBUF_RAW, len, PBUF_RAM);
    now.happened.packets++;
    if (!p) return;
    pbuf_take(p, bytes, len);
    if (ip_input(p, &now.nif[side]) != ERR_OK) pbuf_free(p);
}

/* ---------- users ---------- */

static void push(unsigned side)
{
    static const uint8_t bytes[4096];
    end *e = &now.end[side];
    uint64_t total = now.program.plan.talk[0].user[side].bytes, most = now.fair ? total : e->allowed;
    if (most > total) most = total;
    while (e->pcb && e->wrote < most) {
        u16_t room = tcp_sndbuf(e->pcb);
        uint64_t len = most - e->wrote;
        if (len > room) len = room;
        if (len > sizeof bytes) len = sizeof bytes;
        if (len == 0 || tcp_write(e->pcb, bytes, (u16_t)len, TCP_WRITE_FLAG_COPY) != ERR_OK) break;
        e->wrote += len;
        now.happened.calls++;
    }
    if (e->pcb) tcp_output(e->pcb);
    if (e->pcb && !e->shut && e->wrote == total && now.fair) {
        e->shut = true;
        now.happened.calls++;
        tcp_shutdown(e->pcb, 0, 1);
    }
}

static unsigned side_of(const void *arg)
{
    return arg == &now.end[1];
}

static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    end *e = arg;
    (void)err;
    if (p) {
        now.happened.calls++;
        tcp_recved(pcb, p->tot_len);
        pbuf_free(p);
        push(side_of(e));
    }
    return ERR_OK;
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
    (void)pcb;
    (void)len;
    push(side_of(arg));
    return ERR_OK;
}

static void on_error(void *arg, err_t err)
{
    (void)err;
    ((end *)arg)->pcb = NULL;
}

static void adopt(unsigned side, struct tcp_pcb *pcb)
{
    now.end[side].pcb = pcb;
    tcp_arg(pcb, &now.end[side]);
    tcp_recv(pcb, on_recv);
    tcp_sent(pcb, on_sent);
    tcp_err(pcb, on_error);
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err != ERR_OK || !pcb || now.end[1].pcb) return ERR_ABRT;
    adopt(1, pcb);
    return ERR_OK;
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)pcb;
    (void)err;
    push(side_of(arg));
    return ERR_OK;
}

/* ---------- time ---------- */

static unsigned earliest(void)
{
    unsigned first = 0;
    for (unsigned i = 1; i < now.queued; i++)
        if (now.queue[i].at_us < now.queue[first].at_us) first = i;
    return first;
}

/* The next packet or tick by `until`; false: there is none. */
static bool next_event(int64_t until)
{
    static packet p;
    int64_t tick = now.ticked_us + TICK_US;
    unsigned first = earliest();
    bool arrives = now.queued && now.queue[first].at_us <= tick;
    int64_t at = arrives ? now.queue[first].at_us : tick;
    if (at > until) return false;
    if (at > now.now_us) now.now_us = at;
    lwip_clock_ms = (uint32_t)(now.now_us / 1000);
    if (arrives) {
        p = now.queue[first];
        memmove(now.queue + first, now.queue + first + 1, (--now.queued - first) * sizeof p);
        input(!p.from, p.bytes, p.len);
    } else {
        now.ticked_us = tick;
        now.happened.timers++;
        tcp_tmr();
    }
    return true;
}

static void run(int64_t until, unsigned events)
{
    while (events-- && next_event(until)) {}
    if (until <= now.now_us) return;
    now.now_us = until;
    if (until - now.ticked_us > TICK_US) now.ticked_us = until;
}

/* ---------- steps ---------- */

static void plan_fates(unsigned side, const uint8_t *arg, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint8_t *c = now.coming[side][(now.at[side] + arg[1] + i) % FZ_FATES];
        c[0] = arg[0];
        c[1] = arg[2];
    }
}

static void play_step(unsigned i)
{
    static const uint32_t amounts[] = {1, 100, 536, 1447, 1448, 1449, 1460, 3000, 10000, 65535};
    static const int64_t times_us[] = {10000,  1,      100,     1000,    40000,    200000,
                                       250000, 500000, 1000000, 3000000, 10000000, 60000000};
    unsigned side = now.program.step[i].side;
    const uint8_t *arg = now.program.step[i].arg;
    switch (now.program.step[i].kind) {
    case FZ_PAIR_FATE: plan_fates(side, arg, 1); break;
    case FZ_PAIR_BURST: plan_fates(side, arg, 1 + arg[3] % FZ_FATES); break;
    case FZ_PAIR_USER:
        now.end[side].allowed += amounts[arg[1] % 10];
        push(side);
        break;
    case FZ_PAIR_TIME: run(now.now_us + times_us[arg[0] % 12], EVENTS_PER_STEP); break;
    case FZ_PAIR_AGAIN: {
        unsigned kept = now.seen < FZ_OLD ? now.seen : FZ_OLD;
        const packet *p = kept ? &now.old[arg[0] % kept] : NULL;
        if (p) input(!p->from, p->bytes, p->len);
        break;
    }
    case FZ_PAIR_NARROW:
        now.narrow[side] = 600 + 4u * arg[0];
        now.narrow_left[side] = arg[1];
        break;
    case FZ_PAIR_BLIND:
    case FZ_PAIR_KNOB:
    case FZ_PAIR_KINDS: break;
    }
}

/* ---------- the course of a program ---------- */

static void begin(void)
{
    memset(now.end, 0, sizeof now.end);
    memset(now.coming, 0, sizeof now.coming);
    memset(now.at, 0, sizeof now.at);
    memset(now.narrow_left, 0, sizeof now.narrow_left);
    now.happened = (fz_happened){0};
    now.queued = now.seen = 0;
    now.fair = false;
    for (unsigned i = 0; i < 2; i++) {
        const fz_script *u = &now.program.plan.talk[0].user[i];
        now.delay_us[i] = now.program.plan.path[i][!i].calm.delay.us;
        now.end[i].allowed = u->each ? u->first : u->bytes;
    }
    struct tcp_pcb *l = tcp_new(), *c = tcp_new();
    l->so_options |= SOF_REUSEADDR;
    tcp_bind(l, IP_ADDR_ANY, FZ_SERVER_PORT);
    now.listener = tcp_listen_with_backlog(l, 4);
    tcp_accept(now.listener, on_accept);
    adopt(0, c);
    ip_addr_t to = IPADDR4_INIT_BYTES(10, 0, 0, 2);
    tcp_bind_netif(c, &now.nif[0]);
    tcp_connect(c, &to, FZ_SERVER_PORT, on_connected);
}

static void clear_away(void)
{
    while (tcp_active_pcbs) {
        tcp_err(tcp_active_pcbs, NULL);
        tcp_abort(tcp_active_pcbs);
    }
    while (tcp_tw_pcbs) tcp_abort(tcp_tw_pcbs);
    tcp_close(now.listener);
}

void lwip_play_pair(const uint8_t *data, size_t len)
{
    bring_up();
    fz_pair_decode(&now.program, data, len);
    begin();
    for (unsigned i = 0; i < now.program.count; i++) play_step(i);
    now.fair = true;
    for (unsigned n = 0; n < LAST_EVENTS && tcp_active_pcbs; n++) {
        push(0);
        push(1);
        if (!next_event(INT64_MAX)) break;
    }
    clear_away();
    now.happened.steps = now.program.count;
    fz_happened_add(&now.happened);
}
