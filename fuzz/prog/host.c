#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "contract.h"
#include "fail.h"
#include "hash.h"
#include "memory.h"
#include "script.h"
#include "settings.h"
#include "trace.h"

enum { PRESETS = 2, DEADLINE_REPEATS = 16, USERS_STREAM = 0x10000, PEERS_STREAM };

/* A freshly made stack of each preset; every program starts from a copy. The content depends on nothing but this file.
 */
static struct {
    rs_stack *pristine;
    size_t size;
    void *host, *twin;
} made[PRESETS];

void fz_user_bytes(uint64_t offset, uint8_t *out, size_t len)
{
    fz_bytes(USERS_STREAM, offset, out, len);
}

void fz_peer_bytes(uint64_t seq, uint8_t *out, size_t len)
{
    uint64_t first = (uint32_t)seq, circle = UINT64_C(1) << 32;
    size_t n = circle - first < len ? (size_t)(circle - first) : len;
    fz_bytes(PEERS_STREAM, first, out, n);
    if (n < len) fz_peer_bytes(0, out + n, len - n);
}

static rs_addr addr_of(bool ipv6, uint8_t low)
{
    rs_addr a = {.family = ipv6 ? RS_IPV6 : RS_IPV4};
    static const uint8_t v6[] = {0xfd, 0x3d, 0xfa, 0x7b};
    static const uint8_t v4[] = {192, 168, 0, 0};
    memcpy(a.bytes, ipv6 ? v6 : v4, 4);
    a.bytes[ipv6 ? 15 : 3] = low;
    return a;
}

rs_addr fz_local_addr(const fz_header *header)
{
    return addr_of(header->ipv6, 1);
}

rs_addr fz_remote_addr(const fz_header *header)
{
    return addr_of(header->ipv6, (uint8_t)(2 + header->shift.peer_addr));
}

uint16_t fz_remote_port(const fz_header *header, unsigned tuple)
{
    return (uint16_t)(FZ_PORT_PEER + header->shift.peer_port + tuple);
}

/* ---------- making ---------- */

static rs_config host_config(bool linux_preset)
{
    rs_config cfg = linux_preset ? rs_config_linux() : rs_config_rfc();
    cfg.limits = (rs_limits){.conns = 8,
                             .listeners = 3,
                             .sockets = FZ_FDS,
                             .blocks = FZ_BLOCKS,
                             .records = FZ_RECORDS,
                             .parked = FZ_PARKED,
                             .outbox_bytes = 1 << 18};
    for (int i = 0; i < 2; i++) {
        rs_status added = rs_config_add_local(&cfg, addr_of(i == 1, 1), i == 1 ? 64 : 24);
        if (added.code != 0) fz_fail("setup", "rs_config_add_local: %s", rs_status_name(added.code));
    }
    return cfg;
}

/* The stack has found its own belief broken: it cannot go on. */
static void on_broken(void *ctx, const char *file, int line, const char *what)
{
    (void)ctx;
    fz_fail("O01 check", "%s:%d: %s", file, line, what);
    abort();
}

static void make(unsigned preset)
{
    rs_on_broken(on_broken, NULL);
    rs_config cfg = host_config(preset == 1);
    const char *why = rs_config_check(&cfg);
    if (why) fz_fail("setup", "configuration: %s", why);
    made[preset].size = rs_stack_size(&cfg);
    void *arena = fz_memory(made[preset].size);
    rs_status st = rs_stack_init(&made[preset].pristine, arena, made[preset].size, &cfg, (rs_time){0});
    if (st.code != 0) fz_fail("setup", "rs_stack_init: %s", rs_status_name(st.code));
    made[preset].host = fz_memory(made[preset].size);
    made[preset].twin = fz_memory(made[preset].size);
}

/* A damaged packet may come from another address with the same ports: that is somebody else. */
static fz_tuple *tuple_of(fz_host *h, const uint8_t remote[16], uint16_t local_port, uint16_t remote_port)
{
    if (memcmp(h->peer.bytes, remote, sizeof h->peer.bytes) != 0) return NULL;
    for (unsigned i = 0; i < FZ_TUPLES; i++)
        if (h->tuple[i].remote_port == remote_port && h->tuple[i].local_port == local_port) return &h->tuple[i];
    return NULL;
}

static void on_event(void *ctx, const rs_event *ev)
{
    fz_host *h = ctx;
    fz_hash_event(ev);
    if (fz_tracing()) {
        char line[300];
        rs_event_text(line, sizeof line, ev);
        fprintf(stderr, "%s\n", line);
    }
    if (ev->kind != RS_EV_STATE) return;
    fz_tuple *u = ev->a == RS_CLOSED ? tuple_of(h, ev->remote.addr.bytes, ev->local.port, ev->remote.port) : NULL;
    if (u) u->syn_seen = false; /* a new incarnation */
    if (h->watch->moved) h->watch->moved(h->watch->ctx, ev);
}

static void begin_at(uint32_t *number, uint32_t first)
{
    if (*number == 0) *number = first;
}

/* The peer's numbers before there are any. */
static void begin_peer(rs_probe *p, uint32_t first)
{
    begin_at(&p->irs, first);
    begin_at(&p->rcv_nxt, first);
    p->rcv_adv += first; /* a SYN has offered a window from 0 on */
    begin_at(&p->last_ack_sent, first);
    begin_at(&p->rcv_up, first);
    begin_at(&p->snd_wl1, first);
}

static rs_probe nobody(const fz_shift *s)
{
    uint32_t own = s->own_seq;
    rs_probe p = {.iss = own, .snd_una = own, .snd_nxt = own, .snd_up = own, .snd_wl2 = own, .snd_max = own};
    begin_peer(&p, s->peer_seq);
    return p;
}

static void set_class(fz_host *h, const char *knob, uint8_t class)
{
    static const char *const sizes[] = {NULL,
                                        "4096 1459 6291456",
                                        "4096 1460 6291456",
                                        "4096 4096 6291456",
                                        "4096 16384 6291456",
                                        "4096 65535 6291456",
                                        "4096 65537 6291456",
                                        "4096 300000 6291456"};
    const char *value = sizes[class % (sizeof sizes / sizeof sizes[0])];
    if (value) fz_host_set(h, knob, value);
}

/* The bits of header.knobs. */
static void set_knobs(fz_host *h)
{
    static const char *const knobs[8][2] = {
        {"net.ipv4.tcp_timestamps", "0"},     {"net.ipv4.tcp_sack", "0"},
        {"net.ipv4.tcp_window_scaling", "0"}, {"net.ipv4.tcp_abort_on_overflow", "1"},
        {"net.ipv4.tcp_rfc1337", "1"},        {"net.ipv4.tcp_retries2", "4"},
        {"net.ipv4.tcp_stdurg", "1"},         {"net.ipv4.tcp_slow_start_after_idle", "0"},
    };
    for (unsigned i = 0; i < 8; i++)
        if (h->header->knobs >> i & 1) fz_host_set(h, knobs[i][0], knobs[i][1]);
    set_class(h, "net.ipv4.tcp_rmem", h->header->rcvbuf);
    set_class(h, "net.ipv4.tcp_wmem", h->header->sndbuf);
    for (unsigned i = 0; i < FZ_SETTINGS; i++) fz_setting(h, h->header->setting[i]);
}

void fz_host_open(fz_host *h, const fz_header *header, const fz_watch *watch)
{
    unsigned preset = header->linux_preset;
    if (!made[preset].pristine) make(preset);
    memset(h, 0, offsetof(fz_host, stream)); /* what is behind that is as long as other fields say */
    h->header = header;
    h->watch = watch;
    h->own = fz_local_addr(header);
    h->peer = fz_remote_addr(header);
    h->now.us = 1000000 + header->shift.clock_us;
    h->acts = 1;
    h->listener = h->conn = -1;
    h->st = rs_stack_clone(made[preset].host, made[preset].size, made[preset].pristine);
    if (!h->st) fz_fail("setup", "rs_stack_clone refuses an arena of the right size");
    rs_stack_on_trace(h->st, on_event, h);
    fz_script_begin(header);
    for (unsigned i = 0; i < FZ_TUPLES; i++)
        h->tuple[i] = (fz_tuple){
            .local_port = FZ_PORT_LISTEN, .remote_port = fz_remote_port(header, i), .last = nobody(&header->shift)};
    h->tuple[3].local_port = FZ_PORT_CLOSED;
    set_knobs(h);
}

void fz_host_clone(fz_host *h)
{
    unsigned preset = h->header->linux_preset;
    for (unsigned i = 0; i < FZ_PARKED; i++)
        if (h->parked[i].number) return; /* its buffer belongs to one host only */
    h->twin = rs_stack_clone(made[preset].twin, made[preset].size, h->st);
    if (!h->twin) fz_fail("O60 clone", "rs_stack_clone refuses an arena of the right size");
    fz_trace(h->now.us, "cloned");
}

void fz_host_set(fz_host *h, const char *knob, const char *value)
{
    rs_status a = rs_stack_set(h->st, knob, value);
    h->acts++;
    if (a.code == RS_ENOENT) fz_fail("setup", "no knob %s", knob);
    if (h->twin && rs_stack_set(h->twin, knob, value).code != a.code)
        fz_fail("O60 clone", "rs_stack_set %s differs", knob);
    if (a.code == 0) fz_script_set(h->now.us, knob, value);
    if (strcmp(knob, "refstack.device_drops") == 0) h->mute = strcmp(value, "0") != 0;
    h->was_mute |= h->mute;
    fz_trace(h->now.us, "set %s = %s%s", knob, value, a.code ? " (refused)" : "");
}

/* ---------- packets ---------- */

static void remember(fz_host *h, const uint8_t *pkt, size_t len)
{
    if (len > FZ_HISTORY_BYTES) return;
    unsigned slot = h->seen++ % FZ_HISTORY;
    h->history[slot].len = (uint16_t)len;
    memcpy(h->history[slot].bytes, pkt, len);
}

/* The newest Fast Open cookie that the host gave (RFC 7413 4.1.2). */
static void learn_cookie(fz_host *h, const cf_tcp *t)
{
    for (unsigned i = 0; i < t->opt_count; i++) {
        unsigned n = t->opts[i].len - 2u;
        if (t->opts[i].kind != 34 || n < 4 || n > sizeof h->cookie) continue;
        h->cookie_len = (uint8_t)n;
        memcpy(h->cookie, t->opts[i].data, n);
    }
}

/* The peer learns from what the host sends. */
static void learn(fz_host *h, const cf_packet *p)
{
    const cf_tcp *t = cf_packet_tcp(p);
    fz_tuple *u = t ? tuple_of(h, cf_packet_ip(p)->dst.b, t->sport, t->dport) : NULL;
    if (!u || (t->flags & 4 /* RST */)) return;
    if ((t->flags & 2 /* SYN */) && (!u->syn_seen || u->iss != t->seq)) {
        u->syn_seen = true;
        u->iss = t->seq;
        u->end = (cf_offset)t->seq + 1;
        u->ts_at = h->now;
    }
    if (!u->syn_seen) return;
    uint32_t taken = p->text_len + ((t->flags & 3) ? 1 : 0);
    cf_offset end = cf_unroll(u->end, t->seq + taken);
    if (end > u->end) u->end = end;
    if (t->flags & 2 /* SYN */) learn_cookie(h, t);
    for (unsigned i = 0; i < t->opt_count; i++)
        if (t->opts[i].kind == 8 && t->opts[i].len == 10)
            u->ts_val = (uint32_t)t->opts[i].data[0] << 24 | (uint32_t)t->opts[i].data[1] << 16 |
                        (uint32_t)t->opts[i].data[2] << 8 | t->opts[i].data[3];
}

/* For the call that let it out. */
static void note_out(fz_host *h, const cf_packet *p)
{
    const cf_tcp *t = cf_packet_tcp(p);
    fz_tuple *u = t ? tuple_of(h, cf_packet_ip(p)->dst.b, t->sport, t->dport) : NULL;
    if (!t || !u) return;
    bool fresh = p->text_len && u->syn_seen && (int32_t)(t->seq - cf_roll(u->end)) >= 0;
    if (t->flags & 4 /* RST */) h->out.resets++;
    if (t->flags & 16 /* ACK */) h->out.acks++;
    if (!fresh) return;
    if (!h->out.small || p->text_len < h->out.small_len) h->out.small_len = p->text_len;
    h->out.small = h->out.text = true;
    h->out.last_pushed = t->flags & 8 /* PSH */;
    h->out.end = t->seq + p->text_len;
}

static void take_output(fz_host *h, rs_bytes pkt)
{
    static cf_packet p; /* large: on the stack sanitizers would paint it for each packet */
    cf_packet_decode(&p, pkt.data, pkt.len);
    fz_trace_packet(h->now.us, '>', &p);
    remember(h, pkt.data, pkt.len);
    note_out(h, &p);
    learn(h, &p);
    if (h->watch->sent) h->watch->sent(h->watch->ctx, h->now, &p);
}

/* Both hosts say the same, or the clone was not one. */
static void drain_packets(fz_host *h)
{
    rs_bytes a, b;
    for (;;) {
        bool more = rs_stack_output(h->st, h->now, &a);
        if (h->twin) {
            bool twin_more = rs_stack_output(h->twin, h->now, &b);
            if (more != twin_more) fz_fail("O60 clone", "one of the two sends a packet, the other does not");
            if (more && (a.len != b.len || memcmp(a.data, b.data, a.len) != 0)) fz_fail("O60 clone", "packets differ");
        }
        if (!more) return;
        h->acts++;
        take_output(h, a);
    }
}

bool fz_is_paced(const fz_host *h)
{
    return h->tuple[0].alive && h->tuple[0].last.max_pacing_rate != UINT64_MAX;
}

bool fz_memory_is_short(const fz_host *h)
{
    rs_counters c;
    rs_stack_counters(h->st, &c);
    return c.blocks_live >= FZ_BLOCKS / 4 || c.records_live >= FZ_RECORDS / 2;
}

unsigned fz_drop_reason(const char *name)
{
    for (unsigned i = 0; i < rs_drop_reasons(); i++)
        if (strcmp(rs_drop_name(i), name) == 0) return i;
    fz_fail("setup", "no drop reason %s", name);
    return 0;
}

void fz_host_new_stream(fz_host *h, rs_fd fd)
{
    if (fd < 0 || fd >= FZ_FDS) return;
    if (h->streams == FZ_STREAMS) fz_fail("setup", "more connections than a program can make");
    h->by_fd[fd] = &h->stream[h->streams++];
    *h->by_fd[fd] = (fz_stream){0};
    h->lingers_0[fd] = false;
}

void fz_host_account(fz_host *h, const fz_parked *call, rs_ret r)
{
    if (r.value < 0) return;
    if (call->kind == FZ_ACCEPTS) {
        fz_host_new_stream(h, (rs_fd)r.value);
        if (h->conn < 0) h->conn = (rs_fd)r.value;
    }
    fz_stream *s = call->stream;
    if (!s) return;
    if (call->kind == FZ_WRITES) s->wrote += (uint64_t)r.value;
    if (call->kind != FZ_READS) return;
    fz_hash_bytes(call->io, (uint64_t)r.value < call->len ? (size_t)r.value : call->len); /* MSG_TRUNC tells more */
    rs_probe conn;
    bool same = call->fd >= 0 && call->fd < FZ_FDS && h->by_fd[call->fd] == s; /* not closed and used again meanwhile */
    if (r.value > 0 && same && h->watch->reads && rs_probe_fd(h->st, h->now, call->fd, &conn))
        h->watch->reads(h->watch->ctx, &conn, s->got, call->io, (size_t)r.value);
    s->got += (uint64_t)r.value;
}

static void resume(fz_host *h, fz_parked *k)
{
    rs_ret r = rs_call_resume(h->st, h->now, k->number, k->io, k->len);
    h->acts++;
    if (r.parked) return;
    long long value = k->kind == FZ_ACCEPTS && r.value >= 0 ? fz_script_fd((rs_fd)r.value) : (long long)r.value;
    char result[60];
    snprintf(result, sizeof result, "%lld%s%s", value, r.err ? " " : "", r.err ? rs_status_name(r.err) : "");
    fz_trace(h->now.us, "blocked call on %d ends: %s", fz_script_fd(k->fd), result);
    fz_script_woken(h->now.us, k->number, result);
    k->number = 0;
    fz_host_account(h, k, r);
}

static void resume_ready(fz_host *h)
{
    for (unsigned i = 0; i < FZ_PARKED; i++) {
        fz_parked *k = &h->parked[i];
        if (k->number && rs_call_ready(h->st, k->number)) {
            resume(h, k);
            drain_packets(h);
        }
    }
}

void fz_host_drain(fz_host *h)
{
    h->acts++;
    drain_packets(h);
    resume_ready(h);
}

void fz_host_unpark(fz_host *h, rs_fd fd)
{
    for (unsigned i = 0; i < FZ_PARKED; i++) {
        fz_parked *k = &h->parked[i];
        if (!k->number || (fd >= 0 && k->fd != fd)) continue;
        rs_ret r = rs_call_cancel(h->st, h->now, k->number);
        fz_contract_cancelled("call", r);
        k->number = 0;
        fz_host_account(h, k, r);
    }
    fz_host_drain(h);
}

static void note_fin(fz_host *h, const cf_packet *p)
{
    const cf_tcp *t = cf_packet_tcp(p);
    fz_tuple *u = t && (t->flags & 1 /* FIN */) ? tuple_of(h, cf_packet_ip(p)->src.b, t->dport, t->sport) : NULL;
    if (u) u->peer_fin = true;
}

void fz_host_input(fz_host *h, const uint8_t *pkt, size_t len)
{
    static cf_packet p; /* as in take_output */
    cf_packet_decode(&p, pkt, len);
    fz_trace_packet(h->now.us, '<', &p);
    if (!h->stray) {
        note_fin(h, &p);
        remember(h, pkt, len);
        if (h->watch->arrives) h->watch->arrives(h->watch->ctx, h->now, &p);
    }
    rs_stack_input(h->st, h->now, (rs_bytes){pkt, len});
    if (h->twin) rs_stack_input(h->twin, h->now, (rs_bytes){pkt, len});
    h->acts++;
    drain_packets(h);
    if (h->watch->answered) h->watch->answered(h->watch->ctx, h->now);
    resume_ready(h);
}

/* ---------- time ---------- */

/* Runs what is due at h->now. A deadline that stays due after it was served would turn a real host into a busy loop. */
static void serve(fz_host *h)
{
    for (unsigned i = 0; rs_stack_next_deadline(h->st).us <= h->now.us; i++) {
        if (i == DEADLINE_REPEATS) fz_fail("O54 quiescence", "a deadline stays due after it was served %u times", i);
        rs_stack_advance(h->st, h->now);
        if (h->twin) rs_stack_advance(h->twin, h->now);
        fz_host_drain(h);
    }
}

bool fz_host_sleep(fz_host *h, rs_time until, unsigned events)
{
    for (unsigned n = 0;; n++) {
        rs_time next = rs_stack_next_deadline(h->st);
        if (h->twin && rs_stack_next_deadline(h->twin).us != next.us) fz_fail("O60 clone", "next deadlines differ");
        if (next.us > until.us) break;
        if (events && n == events) return false;
        if (next.us > h->now.us) h->now = next;
        serve(h);
    }
    if (until.us > h->now.us) h->now = until;
    return true;
}

bool fz_saw(fz_host *h, fz_tuple *t, const rs_probe *p)
{
    t->alive = p != NULL;
    t->looked = h->acts;
    t->looked_at = h->now;
    if (p) t->last = *p;
    if (p && p->state == RS_SYN_SENT) begin_peer(&t->last, h->header->shift.peer_seq);
    return t->alive;
}

bool fz_look(fz_host *h, fz_tuple *t)
{
    if (t->looked == h->acts && t->looked_at.us == h->now.us) return t->alive;
    rs_endpoint local = {h->own, t->local_port}, remote = {h->peer, t->remote_port};
    rs_probe p;
    return fz_saw(h, t, rs_probe_tuple(h->st, h->now, &local, &remote, &p) ? &p : NULL);
}
