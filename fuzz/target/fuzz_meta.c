/* fuzz_meta — O58 and O59, metamorphic twins: a program of fuzz_seg is played in two worlds that differ only in what a
 * TCP must not mind, and both must do the same.
 *
 *     sequence   the peer's first sequence number is another one, so that wraps fall elsewhere (RFC 9293 3.4)
 *     clock      the program begins later: minutes, half and a whole circle of a millisecond clock, years; with it the
 *                host's own first sequence number and its timestamps
 *     stamps     the peer's timestamps begin elsewhere (RFC 7323 5.4: the circle has no beginning)
 *     names      the peer's address and ports are others; with them everything that is hashed from them
 *     strays     between the steps somebody sends what has to be dropped without a word (O58, prog/stray.h)
 *
 * What is compared: when which segment was sent, with numbers counted from where its connection began, and what was
 * delivered. Input: as fuzz_seg's; byte 11 of the header chooses one of these (0: all, one after another), byte 12 how
 * far. Nothing here knows what the right answer is: only that it may not depend on these. */
#include <stdio.h>
#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../prog/calls.h"
#include "../prog/fail.h"
#include "../prog/play.h"
#include "../prog/script.h"
#include "../prog/stray.h"
#include "../prog/trace.h"

enum { BOOKS = 64, ACTS = 8192, HEARD = 32, FIRST_OPTIONAL_WORLD = 1 };
enum { ISN_TICK_NS = 4000, ISN_TICK_LINUX_NS = 64 };
enum { KIND_BYTE = 11, FAR_BYTE = 12 };
#define QUOTED 0x0badbeefu
#define ECHO_ZERO UINT32_MAX
/* In whole periods of everything that is counted in seconds or minutes: rate limits, the clock of SYN cookies. */
#define PERIOD_US (960 * 1000000ll)

typedef enum { W_USUAL, W_SEQUENCE, W_CLOCK, W_STAMPS, W_NAMES, W_STRAYS, WORLDS } world;
static const char *const world_names[] = {"usual", "sequence", "clock", "stamps", "names", "strays"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* One thing that the host did, without what may differ. */
typedef struct act {
    int64_t at;
    uint32_t book, seq, ack, len, ts_val, ts_ecr, flags, win, urp, opt_len, sacks, sack[8];
    uint8_t tos, ttl, delivered;
} act;

/* What is known of a pair of ports: where its numbers begin. */
typedef struct book {
    uint16_t local, remote;
    bool has_iss, has_irs, has_ts, heard_ack, heard_syn;
    uint32_t syn;                 /* number of the SYN that arrived last; valid while heard_syn */
    uint32_t iss, irs, ts;        /* ts: of the first segment behind the SYN; a cookie may sit in that of the SYN */
    uint32_t last_ack, last_end;  /* of what arrived last */
    uint32_t heard[HEARD], hears; /* timestamps that arrived */
} book;

static struct {
    act acts[2][ACTS];
    unsigned count[2];
    unsigned which; /* 0: the usual world, 1: the other */
    book books[BOOKS];
    unsigned book_count;
    int64_t begin;
} now;

static fz_host host;
static fz_program program;

/* ---------- writing down ---------- */

static book *book_of(uint16_t local, uint16_t remote)
{
    for (unsigned i = 0; i < now.book_count; i++)
        if (now.books[i].local == local && now.books[i].remote == remote) return &now.books[i];
    book *b = &now.books[now.book_count < BOOKS ? now.book_count++ : BOOKS - 1];
    *b = (book){.local = local, .remote = remote};
    return b;
}

/* Where the numbers of a living connection begin. A SYN that arrives need not be the one that was taken. */
static bool look(book *b, rs_time at)
{
    rs_endpoint local = {fz_local_addr(host.header), b->local}, remote = {fz_remote_addr(host.header), b->remote};
    rs_probe p;
    if (!rs_probe_tuple(host.st, at, &local, &remote, &p)) return false;
    b->iss = p.iss;
    b->has_iss = true;
    if (p.state == RS_SYN_SENT) return true;
    b->irs = p.irs;
    b->has_irs = true;
    return true;
}

static act *new_act(rs_time at)
{
    unsigned *n = &now.count[now.which];
    act *a = &now.acts[now.which][*n < ACTS ? (*n)++ : ACTS - 1];
    memset(a, 0, sizeof *a);
    a->at = at.us - now.begin;
    return a;
}

static void on_arrives(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    const cf_tcp *t = cf_packet_tcp(p);
    if (!t || p->layers != 2) return;
    book *b = book_of(t->dport, t->sport);
    cf_opt_val v;
    if (!look(b, at) && (t->flags & CF_SYN)) {
        b->irs = t->seq;
        b->has_irs = true;
    }
    if (t->flags & CF_SYN) {
        b->syn = t->seq;
        b->heard_syn = true;
    }
    b->heard_ack = t->flags & CF_ACK;
    b->last_ack = t->ack;
    b->last_end = t->seq + p->text_len + ((t->flags & CF_SYN) != 0) + ((t->flags & CF_FIN) != 0);
    if (cf_tcp_opt_find(t, CF_OPT_TS, &v)) b->heard[b->hears++ % HEARD] = v.ts_val;
}

/* Which of those that arrived, the newest first; 0: none of them, and then the number itself says nothing. */
static uint32_t heard_index(const book *b, uint32_t ts)
{
    uint32_t kept = b->hears < HEARD ? b->hears : HEARD;
    for (uint32_t i = 0; i < kept; i++)
        if (b->heard[(b->hears - 1 - i) % HEARD] == ts) return i + 1;
    return 0;
}

static void write_options(act *a, book *b, const cf_tcp *t)
{
    cf_opt_val v;
    a->opt_len = t->opt_len;
    if (cf_tcp_opt_find(t, CF_OPT_TS, &v)) {
        bool syn = t->flags & CF_SYN;
        if (!syn && !b->has_ts) {
            b->ts = v.ts_val;
            b->has_ts = true;
        }
        a->ts_val = syn ? 0 : v.ts_val - b->ts;
        a->ts_ecr = v.ts_ecr ? heard_index(b, v.ts_ecr) : ECHO_ZERO;
    }
    if (!cf_tcp_opt_find(t, CF_OPT_SACK, &v)) return;
    a->sacks = v.n;
    for (unsigned i = 0; i < 2u * v.n && i < 8; i++) a->sack[i] = v.sack[i] - b->irs;
}

/* A reset may have numbers that have nothing to do with a connection: those of what it answers, or 0 (RFC 9293
 * 3.10.7.1). */
static void write_numbers(act *a, const book *b, const cf_tcp *t)
{
    bool reset = t->flags & CF_RST, quotes = b->heard_ack && t->seq == b->last_ack;
    bool of_nobody = !b->heard_ack && (t->flags & CF_ACK) && t->seq == 0;
    a->seq = b->has_iss ? t->seq - b->iss : t->seq;
    a->ack = b->has_irs ? t->ack - b->irs : t->ack;
    if (reset && (quotes || of_nobody)) a->seq = quotes ? QUOTED : 0;
    if (reset && t->ack == b->last_end) a->ack = QUOTED;
    if (!(t->flags & CF_ACK)) a->ack = 0;
}

static void on_sent(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    act *a = new_act(at);
    const cf_tcp *t = cf_packet_tcp(p);
    a->len = p->text_len;
    if (!t || p->layers != 2) return;
    book *b = book_of(t->sport, t->dport);
    if (t->flags & CF_SYN) {
        if (!b->has_iss || b->iss != t->seq) b->has_ts = false; /* a new incarnation */
        b->iss = t->seq;
        b->has_iss = true;
    }
    if (!look(b, at) && !b->has_irs && b->heard_syn) { /* opened and ended within one step, by a user who waited */
        b->irs = b->syn;
        b->has_irs = true;
    }
    a->book = (uint32_t)(b - now.books) + 1;
    a->flags = t->flags;
    a->win = t->win;
    a->urp = t->urp;
    a->tos = cf_packet_ip(p)->tos;
    a->ttl = cf_packet_ip(p)->ttl;
    write_numbers(a, b, t);
    write_options(a, b, t);
}

static void on_reads(void *ctx, const rs_probe *conn, uint64_t offset, const uint8_t *bytes, size_t len)
{
    (void)ctx;
    (void)bytes;
    act *a = new_act(host.now);
    a->delivered = 1;
    a->book = (uint32_t)(book_of(conn->local.port, conn->remote.port) - now.books) + 1;
    a->seq = (uint32_t)offset;
    a->len = (uint32_t)len;
}

/* ---------- worlds ---------- */

/* What a program may say that is no choice next to live state but a number of its own: it would mean another thing in
 * each world. A timestamp echoed as 0; timestamps of a SYN next to those of no connection; bits of an old packet, for
 * two flips may cancel out in a checksum. */
static void make_relative(fz_program *p)
{
    enum { FLAGS = 0, OPTIONS = 8, OPTION_ROWS = 20, ZERO_ECHO = 16, FUTURE_ECHO = 15, FIRST_RAW = 13, LAST_RAW = 18 };
    for (unsigned i = 0; i < FZ_SETTINGS; i++) p->header.setting[i] = 0;
    p->header.peer_clock = 0; /* its zero, which says nothing, would fall elsewhere */
    for (unsigned i = 0; i < p->count; i++) {
        fz_step *s = &p->step[i];
        if (s->kind == FZ_KNOB) s->arg[1] &= 0x7f;  /* cookies and keys depend on names */
        if (s->kind >= FZ_RARE) s->kind = FZ_KINDS; /* nothing: what came later asks for names and keys */
        uint8_t flags = s->arg[FLAGS], row = s->arg[OPTIONS] % OPTION_ROWS;
        bool syn = flags < 128 ? flags % 8 == 4 || flags % 8 == 5 : flags & CF_SYN;
        if (s->kind == FZ_MANGLE && s->arg[1] % 2) s->arg[1] = 0;
        if (s->kind != FZ_SEG) continue;
        if (row == ZERO_ECHO) s->arg[OPTIONS] = FUTURE_ECHO;
        if (syn && row >= FIRST_RAW && row <= LAST_RAW) s->arg[OPTIONS] = 0;
    }
}

static void enter(fz_header *h, world w, uint8_t far)
{
    static const int64_t periods[] = {1,    2237,  4474,
                                      4473, 32850, 7}; /* 2^31 ms and 2^32 ms lie behind the second, third */
    static const uint32_t irs[] = {0x80000000u, 0x7fffffffu, 0xfffffc00u, 1};
    static const uint32_t stamps[] = {0x80000000u, 0x8000fc00u /* wraps after a second */, 1, 0x7fffffffu};
    switch (w) {
    case W_SEQUENCE:
        h->shift.peer_seq = irs[far % 4];
        h->irs += h->shift.peer_seq;
        break;
    case W_CLOCK:
        h->shift.clock_us = periods[far % 6] * PERIOD_US;
        h->shift.own_seq = (uint32_t)(h->shift.clock_us * 1000 / (h->linux_preset ? ISN_TICK_LINUX_NS : ISN_TICK_NS));
        break;
    case W_STAMPS: h->shift.peer_clock = stamps[far % 4]; break;
    case W_NAMES:
        h->shift.peer_port = (uint16_t)(5 + far);
        h->shift.peer_addr = (uint8_t)(1 + far % 200);
        break;
    case W_STRAYS:
    case W_USUAL:
    case WORLDS: break;
    }
}

/* One after every step, of another kind and for another connection each time. */
static void after(void *ctx, fz_host *h, int step)
{
    const uint8_t *far = ctx;
    unsigned n = (unsigned)(step + 1) + (far ? *far : 0);
    if (far) fz_stray(h, n / FZ_STRAYS % FZ_TUPLES, (fz_stray_kind)(n % FZ_STRAYS));
}

static void play(world w, uint8_t far)
{
    fz_watch watch = {.arrives = on_arrives, .sent = on_sent, .reads = on_reads, .ctx = w == W_STRAYS ? &far : NULL};
    fz_program there = program;
    enter(&there.header, w, far);
    now.which = w != W_USUAL;
    now.count[now.which] = 0;
    now.book_count = 0;
    now.begin = there.header.shift.clock_us;
    fz_trace(0, "world: %s", world_names[w]);
    fz_play(&host, &there, &watch, after);
}

/* ---------- comparing ---------- */

static void say(char *out, size_t cap, const act *a)
{
    snprintf(out, cap,
             "%.6f %s connection %u flags %03x seq %u ack %u len %u win %u urp %u ts %u/%u sacks %u options %u",
             (double)a->at / 1e6, a->delivered ? "delivers" : "sends", a->book, a->flags, a->seq, a->ack, a->len,
             a->win, a->urp, a->ts_val, a->ts_ecr, a->sacks, a->opt_len);
}

/* 0 is no echo, and may also be what the peer's clock showed in one of the worlds. */
static bool same(const act *a, const act *b)
{
    act x = *a, y = *b;
    if (x.ts_ecr == ECHO_ZERO || y.ts_ecr == ECHO_ZERO) x.ts_ecr = y.ts_ecr = 0;
    return memcmp(&x, &y, sizeof x) == 0;
}

static void compare(world w)
{
    char a[300] = "nothing more", b[300] = "nothing more";
    unsigned most = now.count[0] > now.count[1] ? now.count[0] : now.count[1];
    for (unsigned i = 0; i < most; i++) {
        bool in_a = i < now.count[0], in_b = i < now.count[1];
        if (in_a && in_b && same(&now.acts[0][i], &now.acts[1][i])) continue;
        if (in_a) say(a, sizeof a, &now.acts[0][i]);
        if (in_b) say(b, sizeof b, &now.acts[1][i]);
        if (w == W_STRAYS)
            fz_fail("O58 blind", "act %u differs where somebody sends strays:\n  usual: %s\n  there: %s", i, a, b);
        else
            fz_fail("O59 twins", "act %u differs in the world with another %s:\n  usual: %s\n  there: %s", i,
                    world_names[w], a, b);
        return;
    }
}

/* ---------- the engine's entry points ---------- */

static struct {
    world w;
    uint8_t far;
} told;

static void tell(void *ctx)
{
    (void)ctx;
    if (fz_tracing()) return;
    fz_trace_on();
    fz_script_more more = fz_script_aftermath();
    if (more.any) {
        fz_aftermath(&program, more.steps, more.inner && !more.to_rest);
        fz_catch(); /* the first word has been said: the story goes on */
    }
    play(W_USUAL, 0);
    play(told.w, told.far);
    if (more.any) fz_caught();
}

/* Strays beside one of the others, so that what an older input chooses stays. */
static bool chosen(world w, uint8_t kind)
{
    enum { STRAYS_IN = 4 };
    if (w == W_STRAYS) return kind / 16 % STRAYS_IN == 0;
    return !kind || FIRST_OPTIONAL_WORLD + kind % (W_STRAYS - FIRST_OPTIONAL_WORLD) == (int)w;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    uint8_t kind = len > KIND_BYTE ? data[KIND_BYTE] : 0, far = len > FAR_BYTE ? data[FAR_BYTE] : 2;
    fz_on_fail(tell, NULL);
    fz_decode(&program, data, len);
    make_relative(&program);
    play(W_USUAL, 0);
    for (int w = FIRST_OPTIONAL_WORLD; w < WORLDS; w++) {
        if (!chosen((world)w, kind)) continue;
        told.w = (world)w;
        told.far = far;
        if (w == W_NAMES && program.header.iss_wraps) { /* its number is hashed from them: it cannot be chosen there */
            program.header.iss_wraps = false;
            play(W_USUAL, 0);
        }
        play(told.w, far);
        compare(told.w);
    }
    return 0;
}
