/* fuzz_seg — one reference stack with sockets against a program of segments, calls, time and errors (prog/program.h).
 *
 * After every step the stack's own invariants and the oracles of oracle/ are asked. In the end the user goes away and
 * the network falls silent: everything must come to an end in bounded time (O52, O54). One input in 64 is run twice and
 * must give the same packets (O60). */
#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../mutate/mutate.h"
#include "../oracle/oracle.h"
#include "../prog/calls.h"
#include "../prog/fail.h"
#include "../prog/play.h"
#include "../prog/trace.h"

enum { CONNS = 8, LAST_EVENTS = 2000 };

typedef struct judged {
    uint8_t peer[16];
    uint16_t local, remote;
    fz_conn conn;
} judged;

static struct {
    judged conns[CONNS];
    unsigned count;
    fz_answer answer;
    uint64_t hash;
    rs_state state;
} now;

/* Feedback beyond edges: which step kinds were seen in which state, and where they led. libFuzzer reads this section.
 */
__attribute__((section("__libfuzzer_extra_counters"), used)) static uint8_t cells[RS_STATES][RS_STATES][FZ_KINDS][8];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t cap, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len, uint8_t *out,
                                 size_t cap, unsigned seed);
/* The engine's; not there in a replay program, where nobody mutates. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t len, size_t cap);

/* ---------- what the oracles are told ---------- */

static fz_program program;

/* Switching an option off while a connection opens makes it unclear what was agreed on. */
static bool changes_knobs(const fz_program *p)
{
    for (unsigned i = 0; i < p->count; i++)
        if (p->step[i].kind == FZ_KNOB) return true;
    return false;
}

static fz_conn *conn_of(const uint8_t peer[16], uint16_t local, uint16_t remote)
{
    for (unsigned i = 0; i < now.count; i++) {
        judged *j = &now.conns[i];
        if (j->local == local && j->remote == remote && memcmp(j->peer, peer, sizeof j->peer) == 0) return &j->conn;
    }
    if (now.count == CONNS) return NULL;
    judged *j = &now.conns[now.count++];
    memset(j, 0, sizeof *j);
    j->conn.takes_beyond = program.header.linux_preset; /* quirk beyond_window_refused */
    j->conn.offers_again = program.header.linux_preset; /* quirk simopen_offers_again */
    j->conn.scale_unsure = changes_knobs(&program);
    memcpy(j->peer, peer, sizeof j->peer);
    j->local = local;
    j->remote = remote;
    return &j->conn;
}

static void fold(const cf_packet *p, rs_time at)
{
    now.hash = (now.hash ^ (uint64_t)at.us) * 0x100000001b3ull;
    for (size_t i = 0; i < p->len; i++) now.hash = (now.hash ^ p->bytes[i]) * 0x100000001b3ull;
}

/* To the port where nobody is, from the peer to the host: a damaged packet may go elsewhere. */
static bool for_nobody(const cf_packet *p, const cf_tcp *t)
{
    rs_addr host = fz_local_addr(&program.header), peer = fz_remote_addr(&program.header);
    const cf_ip *ip = cf_packet_ip(p);
    return t && t->dport == FZ_PORT_CLOSED && memcmp(ip->src.b, peer.bytes, sizeof peer.bytes) == 0 &&
           memcmp(ip->dst.b, host.bytes, sizeof host.bytes) == 0;
}

static void on_arrives(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    (void)at;
    const cf_tcp *t = cf_packet_tcp(p);
    fz_conn *c = t && p->layers == 2 ? conn_of(cf_packet_ip(p)->src.b, t->dport, t->sport) : NULL;
    if (c) fz_conn_arrives(c, p, fz_peer_byte);
    fz_answer_end(&now.answer);
    fz_answer_begin(&now.answer, p, for_nobody(p, t));
}

static void on_sent(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    fold(p, at);
    fz_check_packet(p);
    const cf_tcp *t = cf_packet_tcp(p);
    if (!t) return;
    fz_answer_sent(&now.answer, p);
    fz_conn *c = conn_of(cf_packet_ip(p)->dst.b, t->sport, t->dport);
    if (c) fz_conn_sent(c, at, p, fz_user_byte);
}

static void on_reads(void *ctx, const rs_probe *conn, uint64_t offset, const uint8_t *bytes, size_t len)
{
    (void)ctx;
    const fz_conn *c = conn_of(conn->remote.addr.bytes, conn->local.port, conn->remote.port);
    if (c) fz_conn_reads(c, conn->irs, offset, bytes, len, fz_peer_byte);
}

static void on_moved(void *ctx, const rs_event *ev)
{
    (void)ctx;
    fz_conn *c = ev->a == RS_CLOSED ? conn_of(ev->remote.addr.bytes, ev->local.port, ev->remote.port) : NULL;
    if (c) fz_conn_begins(c);
    fz_check_move((rs_state)ev->a, (rs_state)ev->b);
}

/* ---------- after every step, and in the end ---------- */

static void check_host(const fz_host *h)
{
    const char *broken = rs_stack_broken(h->st);
    if (broken) fz_fail("O01 invariants", "%s", broken);
    if (h->twin && (broken = rs_stack_broken(h->twin)) != NULL) fz_fail("O01 invariants", "twin: %s", broken);
}

static void on_after(void *ctx, fz_host *h, int step)
{
    const fz_program *p = ctx;
    fz_answer_end(&now.answer);
    check_host(h);
    fz_look(h, &h->tuple[0]);
    rs_state state = h->tuple[0].alive ? h->tuple[0].last.state : RS_CLOSED;
    if (step >= 0) {
        uint8_t *cell = &cells[now.state][state][p->step[step].kind][p->step[step].arg[0] & 7];
        if (*cell < 255) ++*cell;
    }
    now.state = state;
}

static void end(fz_host *h)
{
    static const fz_step close_all = {.kind = FZ_CALL, .arg = {19}};
    fz_trace(h->now.us, "end");
    fz_call(h, &close_all);
    rs_time week = {h->now.us + 7 * 86400 * 1000000ll};
    if (!fz_host_sleep(h, week, LAST_EVENTS))
        fz_fail("O54 quiescence", "still busy after %d timers without user and peer", LAST_EVENTS);
    check_host(h);
    fz_check_left_over(h->st, h->now, !h->header->linux_preset);
}

static void play(const fz_program *p)
{
    static fz_host h;
    static fz_watch watch = {.arrives = on_arrives, .sent = on_sent, .reads = on_reads, .moved = on_moved};
    now.count = 0;
    now.answer = (fz_answer){0};
    now.hash = 0xcbf29ce484222325ull;
    now.state = RS_CLOSED;
    watch.ctx = (void *)(uintptr_t)p;
    fz_play(&h, p, &watch, on_after);
    end(&h);
}

/* ---------- the engine's entry points ---------- */

/* The story of a failure is the same program once more, told aloud. */
static void tell(void *ctx)
{
    (void)ctx;
    if (fz_tracing()) return;
    fz_trace_on();
    play(&program);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    fz_on_fail(tell, NULL);
    fz_decode(&program, data, len);
    play(&program);
    uint64_t hash = now.hash;
    if (hash % 64 == 0) {
        play(&program);
        if (now.hash != hash) fz_fail("O60 same", "the same program gave other packets the second time");
    }
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t cap, unsigned seed)
{
    return fz_mutate(data, len, cap, seed, LLVMFuzzerMutate);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len, uint8_t *out,
                                 size_t cap, unsigned seed)
{
    return fz_cross(a, a_len, b, b_len, out, cap, seed);
}
