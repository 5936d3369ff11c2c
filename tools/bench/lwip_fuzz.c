/* lwip_fuzz.c — the programs of fuzz_seg and the packets of fuzz_parse, played on lwIP through its raw API.
 *
 * The same harness without oracles: programs are decoded by the same code, numbers are placed next to the live state of
 * lwIP's connection by the same classes, packets are written by the same encoder, and lwIP is left as it was found. All
 * is IPv4, and what lwIP has no call for (settings, clones) does nothing. lwIP's timers run at most as often in a step
 * as ours. */
#include <lwip/init.h>
#include <lwip/ip.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/tcp.h>

#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../../conformance/packet/sum.h"
#include "../../fuzz/prog/classes.h"
#include "bench.h"
#include "lwip_up.h"

enum {
    TICK_MS = TCP_TMR_INTERVAL,
    TICKS_PER_STEP = 64,
    FAIR_ROUNDS = 64,
    HISTORY = 8,
    PACKET_ROOM = 2048,
    WINDOW = 20000,
    FLIGHT = 8000
};

static struct {
    struct netif nif;
    bool up;
    fz_program program;
    fz_tuple tuple;
    struct tcp_pcb *listener, *user; /* user: the connection the application holds */
    uint32_t unread, seen;
    int64_t now_us, ticked_us;
    struct {
        size_t len;
        uint8_t bytes[PACKET_ROOM];
    } history[HISTORY];
} now;

/* ---------- the network ---------- */

static void remember(const uint8_t *bytes, size_t len)
{
    unsigned slot = now.seen++ % HISTORY;
    now.history[slot].len = len < PACKET_ROOM ? len : PACKET_ROOM;
    memcpy(now.history[slot].bytes, bytes, now.history[slot].len);
}

/* What the host sends is seen by the peer, byte for byte. */
static err_t on_output(struct netif *n, struct pbuf *p, const ip4_addr_t *to)
{
    static uint8_t bytes[PACKET_ROOM];
    (void)n;
    (void)to;
    u16_t len = pbuf_copy_partial(p, bytes, sizeof bytes, 0);
    remember(bytes, len);
    cf_packet packet;
    cf_packet_decode(&packet, bytes, len);
    const cf_tcp *t = cf_packet_tcp(&packet);
    if (!t || t->dport != now.tuple.remote_port) return ERR_OK;
    if (t->flags & CF_SYN) {
        now.tuple.iss = t->seq;
        now.tuple.syn_seen = true;
    }
    now.tuple.end = t->seq + packet.text_len + ((t->flags & (CF_SYN | CF_FIN)) != 0);
    return ERR_OK;
}

static void bring_up(void)
{
    if (now.up) return;
    now.up = true;
    lwip_up();
    lwip_add_port(&now.nif, &(lwip_port){{192, 168, 0, 1}, {192, 168, 0, 2}, on_output});
    netif_set_default(&now.nif);
}

static void input(const uint8_t *bytes, size_t len)
{
    struct pbuf *p = len && len <= UINT16_MAX ? pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_RAM) : NULL;
    if (!p) return;
    pbuf_take(p, bytes, (u16_t)len);
    if (ip_input(p, &now.nif) != ERR_OK) pbuf_free(p);
}

/* Time passes; at most so many of lwIP's ticks of a quarter of a second run on the way. */
static void pass(int64_t us, unsigned ticks)
{
    now.now_us += us;
    lwip_clock_ms = (uint32_t)(now.now_us / 1000);
    for (; ticks && now.now_us - now.ticked_us >= TICK_MS * 1000; ticks--) {
        now.ticked_us += TICK_MS * 1000;
        tcp_tmr();
    }
    if (now.now_us - now.ticked_us >= TICK_MS * 1000) now.ticked_us = now.now_us;
}

/* ---------- the live state ---------- */

static struct tcp_pcb *find(void)
{
    for (struct tcp_pcb *p = tcp_active_pcbs; p; p = p->next)
        if (p->remote_port == now.tuple.remote_port && p->local_port == now.tuple.local_port) return p;
    return NULL;
}

static struct tcp_pcb *look(void)
{
    struct tcp_pcb *p = find();
    now.tuple.alive = p != NULL;
    if (!p) return NULL;
    rs_probe *l = &now.tuple.last;
    l->iss = now.tuple.iss;
    l->irs = now.program.header.irs;
    l->rcv_nxt = p->rcv_nxt;
    l->rcv_wnd = p->rcv_wnd;
    l->rcv_adv = p->rcv_ann_right_edge;
    l->snd_una = p->lastack;
    l->snd_nxt = l->snd_max = p->snd_nxt;
    l->snd_wnd = p->snd_wnd;
    l->snd_wl1 = p->snd_wl1;
    l->snd_mss = p->mss;
    return p;
}

/* ---------- the peer ---------- */

static void send_segment(uint16_t flags, uint32_t seq, uint32_t ack, uint16_t win, uint32_t len, const cf_opt_row *opts)
{
    static uint8_t text[PACKET_ROOM], bytes[2 * PACKET_ROOM];
    cf_build b = {.text = text, .text_len = len < 1460 ? len : 1460};
    fz_peer_bytes(seq, text, b.text_len);
    cf_layer *ip = cf_build_add(&b, CF_L_IPV4);
    ip->u.ip.src = (cf_addr){.b = {192, 168, 0, 2}, .family = 4};
    ip->u.ip.dst = (cf_addr){.b = {192, 168, 0, 1}, .family = 4};
    cf_layer *l = cf_build_add(&b, CF_L_TCP);
    l->u.tcp = (cf_tcp){.sport = now.tuple.remote_port,
                        .dport = now.tuple.local_port,
                        .seq = seq,
                        .ack = ack,
                        .flags = flags,
                        .win = win};
    if (opts) {
        l->u.tcp.opt_bytes = opts->bytes;
        l->u.tcp.opt_len = opts->len;
    }
    size_t n = cf_encode(&b, bytes, sizeof bytes, NULL);
    remember(bytes, n);
    input(bytes, n);
}

static void peer_sends(uint32_t offset, uint32_t len, uint16_t flags, uint32_t ack, uint16_t win)
{
    send_segment((uint16_t)(CF_ACK | flags), now.program.header.irs + 1 + offset, ack, win, len, NULL);
}

static void peer_syn(uint16_t flags)
{
    cf_opt_row row = {0};
    cf_opt_put(&row, &(cf_opt_val){.id = CF_OPT_MSS, .mss = 1460});
    send_segment((uint16_t)(CF_SYN | flags), now.program.header.irs, now.tuple.iss + 1, WINDOW, 0, &row);
}

/* ---------- the user ---------- */

static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    (void)arg;
    (void)pcb;
    (void)err;
    if (!p) return ERR_OK;
    now.unread += p->tot_len;
    pbuf_free(p);
    return ERR_OK;
}

static void on_error(void *arg, err_t err)
{
    (void)arg;
    (void)err;
    now.user = NULL;
}

static void adopt(struct tcp_pcb *pcb)
{
    now.user = pcb;
    now.unread = 0;
    tcp_recv(pcb, on_recv);
    tcp_err(pcb, on_error);
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err != ERR_OK || !pcb || now.user) return ERR_ABRT;
    adopt(pcb);
    return ERR_OK;
}

static void user_writes(uint32_t len)
{
    static uint8_t bytes[FLIGHT];
    if (!now.user) return;
    uint32_t room = tcp_sndbuf(now.user);
    if (len > room) len = room;
    if (len > sizeof bytes) len = sizeof bytes;
    fz_user_bytes(0, bytes, len);
    if (len && tcp_write(now.user, bytes, (u16_t)len, TCP_WRITE_FLAG_COPY) == ERR_OK) tcp_output(now.user);
}

static void user_reads(void)
{
    uint32_t n = now.unread < UINT16_MAX ? now.unread : UINT16_MAX;
    now.unread -= n;
    if (now.user && n) tcp_recved(now.user, (u16_t)n);
}

static void user_closes(void)
{
    struct tcp_pcb *pcb = now.user;
    if (!pcb) return;
    now.user = NULL;
    tcp_recv(pcb, NULL);
    tcp_err(pcb, NULL);
    if (tcp_close(pcb) != ERR_OK) tcp_abort(pcb);
}

/* ---------- the starts of prog/start.c ---------- */

static void listen_at(void)
{
    struct tcp_pcb *pcb = tcp_new();
    if (!pcb) return;
    pcb->so_options |= SOF_REUSEADDR;
    tcp_bind(pcb, IP_ADDR_ANY, FZ_PORT_LISTEN);
    now.listener = tcp_listen_with_backlog(pcb, 3);
    tcp_accept(now.listener, on_accept);
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    (void)pcb;
    return err;
}

static void connect_at(void)
{
    struct tcp_pcb *pcb = tcp_new();
    ip_addr_t to = IPADDR4_INIT_BYTES(192, 168, 0, 2);
    if (!pcb) return;
    adopt(pcb);
    if (tcp_connect(pcb, &to, now.tuple.remote_port, on_connected) == ERR_OK) now.tuple.local_port = pcb->local_port;
}

static void after_established(fz_start s)
{
    uint32_t all = (uint32_t)now.tuple.end;
    switch ((int)s) {
    case FZ_AT_ZERO_WINDOW:
        peer_sends(0, 0, 0, all, 0);
        user_writes(FLIGHT / 2);
        break;
    case FZ_AT_HOLE: peer_sends(1000, 1000, 0, all, WINDOW); break;
    case FZ_AT_UNREAD: peer_sends(0, 1000, CF_PSH, all, WINDOW); break;
    case FZ_AT_IN_FLIGHT:
    case FZ_AT_RECOVERY:
    case FZ_AT_TIMED_OUT:
        user_writes(FLIGHT);
        for (int i = 0; i < 3 && s == FZ_AT_RECOVERY; i++) peer_sends(0, 0, 0, now.tuple.iss + 1, WINDOW);
        if (s == FZ_AT_TIMED_OUT) pass(3000000, TICKS_PER_STEP);
        break;
    case FZ_AT_FIN_WAIT_1:
    case FZ_AT_FIN_WAIT_2:
    case FZ_AT_TIME_WAIT:
    case FZ_AT_CLOSING:
        if (now.user) tcp_shutdown(now.user, 0, 1);
        if (s == FZ_AT_CLOSING) peer_sends(0, 0, CF_FIN, all, WINDOW);
        if (s == FZ_AT_FIN_WAIT_2 || s == FZ_AT_TIME_WAIT) peer_sends(0, 0, 0, (uint32_t)now.tuple.end, WINDOW);
        if (s == FZ_AT_TIME_WAIT) peer_sends(0, 0, CF_FIN, (uint32_t)now.tuple.end, WINDOW);
        break;
    case FZ_AT_CLOSE_WAIT:
    case FZ_AT_LAST_ACK:
        peer_sends(0, 0, CF_FIN, all, WINDOW);
        if (s == FZ_AT_LAST_ACK) user_closes();
        break;
    default: break;
    }
}

static void start_at(fz_start s)
{
    if (s == FZ_AT_CLOSED) return;
    listen_at();
    if (s == FZ_AT_SYN_SENT || s == FZ_AT_SIMULTANEOUS || s == FZ_AT_ESTABLISHED_ACTIVE) {
        connect_at();
        if (s == FZ_AT_SIMULTANEOUS) peer_syn(0);
        if (s == FZ_AT_ESTABLISHED_ACTIVE) peer_syn(CF_ACK);
        return;
    }
    if (s == FZ_AT_LISTEN) return;
    peer_syn(0);
    if (s == FZ_AT_SYN_RECEIVED) return;
    peer_sends(0, 0, 0, (uint32_t)now.tuple.end, WINDOW);
    after_established(s);
}

/* ---------- steps ---------- */

static void do_segment(const fz_step *s)
{
    static const uint16_t usual[] = {CF_ACK, CF_ACK,          CF_ACK | CF_PSH, CF_FIN | CF_ACK,
                                     CF_SYN, CF_SYN | CF_ACK, CF_RST,          CF_RST | CF_ACK};
    const uint8_t *a = s->arg;
    uint16_t flags = a[0] < 128 ? usual[a[0] % 8] : (uint16_t)(a[0] & 0x7f);
    const fz_tuple *t = &now.tuple;
    look();
    send_segment(flags, fz_seq(t, a[2], a[3], a[9]), fz_ack(t, a[4], a[5], a[9]), fz_window(t, a[6], a[9]),
                 fz_length(t, a[7], a[9]), NULL);
}

static void do_call(const fz_step *s)
{
    look();
    switch (s->arg[0] % 8) {
    case 0:
    case 1:
    case 2: user_writes(fz_io_length(&now.tuple, s->arg[1], s->arg[2])); break;
    case 3:
    case 4: user_reads(); break;
    case 5:
        if (now.user) tcp_shutdown(now.user, 0, 1);
        break;
    case 6: user_closes(); break;
    default:
        if (now.user) tcp_output(now.user);
        break;
    }
}

static void do_mangle(const fz_step *s)
{
    static uint8_t bytes[PACKET_ROOM];
    unsigned kept = now.seen < HISTORY ? now.seen : HISTORY;
    if (kept == 0) return;
    unsigned slot = (now.seen - 1 - s->arg[0] % kept) % HISTORY;
    size_t len = now.history[slot].len, at = s->arg[2] * 256u + s->arg[3];
    memcpy(bytes, now.history[slot].bytes, len);
    if (s->arg[1] % 4 == 1 && len) bytes[at % len] ^= (uint8_t)(1u << (s->arg[4] & 7));
    if (s->arg[1] % 4 == 2 && len) len = at % len;
    remember(bytes, len);
    input(bytes, len);
}

static void do_fair(void)
{
    user_reads();
    for (unsigned i = 0; i < FAIR_ROUNDS; i++) {
        struct tcp_pcb *p = look();
        if (!p || (!p->unacked && !p->unsent)) break;
        send_segment(CF_ACK, p->rcv_nxt, p->snd_nxt, UINT16_MAX, 0, NULL);
        if (p == find() && p->unsent) pass(TICK_MS * 1000, 1);
    }
    const struct tcp_pcb *p = look();
    if (p) send_segment(CF_ACK, p->rcv_nxt, p->snd_nxt, UINT16_MAX, 1, NULL);
}

static void run_step(const fz_step *s)
{
    switch ((int)s->kind) {
    case FZ_SEG: do_segment(s); break;
    case FZ_CALL: do_call(s); break;
    case FZ_TIME: {
        int64_t us = s->arg[0] % 23 <= FZ_AFTER_DEADLINE ? TICK_MS * 1000 : fz_duration(s->arg[0], s->arg[1]);
        pass(us, TICKS_PER_STEP);
        break;
    }
    case FZ_MANGLE: do_mangle(s); break;
    case FZ_FAIR: do_fair(); break;
    default: break; /* settings, clones, rare calls: lwIP has none */
    }
}

static void clear_away(void)
{
    now.user = NULL;
    while (tcp_active_pcbs) {
        tcp_err(tcp_active_pcbs, NULL);
        tcp_abort(tcp_active_pcbs);
    }
    while (tcp_tw_pcbs) tcp_abort(tcp_tw_pcbs);
    if (now.listener) tcp_close(now.listener);
    now.listener = NULL;
}

void lwip_play_seg(const uint8_t *data, size_t len)
{
    bring_up();
    fz_decode(&now.program, data, len);
    now.tuple = (fz_tuple){.local_port = FZ_PORT_LISTEN, .remote_port = FZ_PORT_PEER};
    now.seen = now.unread = 0;
    start_at(now.program.header.start);
    for (unsigned i = 0; i < now.program.count; i++) run_step(&now.program.step[i]);
    clear_away();
}

/* ---------- single packets ---------- */

/* The checksums that fuzz_parse would make right are made right here too: both must get behind them. */
static void fix_sums(uint8_t *b, size_t len, uint8_t choices)
{
    enum { IP_SUM = 1, UP_SUM = 2 };
    size_t header = len >= 20 && b[0] >> 4 == 4 ? (size_t)(b[0] & 15) * 4 : 0;
    if (header < 20 || header + 20 > len) return;
    if (choices & IP_SUM) {
        b[10] = b[11] = 0;
        uint16_t sum = cf_sum_finish(cf_sum_bytes(0, b, header));
        b[10] = (uint8_t)(sum >> 8);
        b[11] = (uint8_t)sum;
    }
    if (!(choices & UP_SUM) || b[9] != 6) return;
    cf_addr src = {.family = 4}, dst = {.family = 4};
    memcpy(src.b, b + 12, 4);
    memcpy(dst.b, b + 16, 4);
    b[header + 16] = b[header + 17] = 0;
    cf_sum s = cf_sum_pseudo(0, &src, &dst, 6, (uint32_t)(len - header));
    uint16_t sum = cf_sum_finish(cf_sum_bytes(s, b + header, len - header));
    b[header + 16] = (uint8_t)(sum >> 8);
    b[header + 17] = (uint8_t)sum;
}

void lwip_play_parse(const uint8_t *data, size_t len)
{
    static uint8_t bytes[CF_PACKET_MAX];
    bring_up();
    if (len < 2 || len - 1 > sizeof bytes) return;
    memcpy(bytes, data + 1, len - 1);
    fix_sums(bytes, len - 1, data[0]);
    input(bytes, len - 1);
}
