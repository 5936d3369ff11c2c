/* fuzz_seg — one reference stack with sockets against a program of segments, calls, time and errors (prog/program.h).
 *
 * After every step the invariants of the stack's connections and the oracles of oracle/ are asked, after every eighth
 * and in the end all invariants of the stack. In the end the user goes away and the network falls silent: everything
 * must come to an end in bounded time (O52, O54). One input in 64 is run twice and must give the same packets (O60). */
#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../oracle/cells.h"
#include "../oracle/oracle.h"
#include "../oracle/pace.h"
#include "../oracle/receiver.h"
#include "../oracle/sender.h"
#include "../oracle/signed.h"
#include "../oracle/verdict.h"
#include "../prog/calls.h"
#include "../prog/fail.h"
#include "../prog/hash.h"
#include "../prog/inner.h"
#include "../prog/play.h"
#include "../prog/rare.h"
#include "../prog/script.h"
#include "../prog/settings.h"
#include "../prog/trace.h"

/* Half a circle of a timestamp clock of 1 ms is 24.86 days. */
static const int64_t OUTDATED_US = INT64_C(24900) * 86400 * 1000;
enum { LONGEST_DAYS = 25 /* 2^31 ms */, PATIENT_EVENTS = 40000, SLOW_ENOUGH_US = 500000 };
enum { WHOLE_EVERY = 8 /* steps between two looks at all invariants */ };
enum { CONNS = 8, LAST_EVENTS = 2000, ISN_TICK_NS = 4000, ISN_TICK_LINUX_NS = 64 /* quirk isn_clock_64ns */ };

typedef struct judged {
    uint8_t peer[16];
    uint16_t local, remote;
    rs_endpoint own_end, peer_end; /* of the host and of its peer with these ports */
    uint32_t stamp;                /* TS.Recent, and since when it is that */
    rs_time stamp_at;
    uint32_t longest; /* most text that the host put into one segment */
    bool fin;         /* the peer sent one */
    bool unheard;     /* the device has refused something since it began */
    bool fast;        /* text went with a SYN (RFC 7413), or nobody saw what did: its streams are not followed */
    bool moved;       /* by the packet that is being answered */
    fz_pace pace;
    fz_sender sender;
    fz_receiver receiver;
    fz_signed signatures;
    rs_time heard;   /* when something of this 4-tuple arrived last, judged or not; 0: never */
    uint32_t looked; /* the act after which the last look was (fz_host), 0: none; its time ... */
    rs_time looked_at;
    bool there;    /* ... whether there was a connection ... */
    rs_probe look; /* ... and what it was like */
    fz_conn conn;
} judged;

static struct {
    judged conns[CONNS];
    unsigned count;
    fz_answer answer;
    fz_isns isns;
    fz_verdict verdict;
    bool fast_open;     /* the program may use it */
    unsigned touched;   /* what the program leaves open: FZ_TOUCH_* */
    bool judging;       /* a TCP segment is being answered */
    judged *signed_one; /* ... of this connection, in a program with signatures */
    cf_tcp in;
    rs_endpoint local, remote; /* its ends, the host's first */
    uint64_t memory, limited;  /* the host's excuses so far */
    bool acked;                /* it has sent an acknowledgment ... */
    rs_time acked_at;          /* ... last then */
    uint64_t hash;
    rs_state state;
    bool moved;             /* a connection has another state than when the listener was counted ... */
    uint32_t embryos, kids; /* ... which then had so many */
} now;

static fz_host host;

/* Feedback beyond edges: which step kinds were seen in which state, and where they led. libFuzzer reads this section.
 */
__attribute__((section("__libfuzzer_extra_counters"), used)) static uint8_t cells[RS_STATES][RS_STATES][FZ_KINDS][8];
__attribute__((section("__libfuzzer_extra_counters"), used)) static uint8_t verdicts[RS_STATES][FZ_VERDICT_CLASSES];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* ---------- what the oracles are told ---------- */

static fz_program program;

/* What the program leaves open of what the oracles know: FZ_TOUCH_*. */
static unsigned touches(const fz_program *p)
{
    unsigned all = p->header.keys ? FZ_TOUCH_ANY : 0;
    const char *value, *knob;
    for (unsigned i = 0; i < FZ_SETTINGS; i++)
        if ((knob = fz_setting_knob(p->header.setting[i], &value)) != NULL) all |= fz_knob_touches(knob);
    for (unsigned i = 0; i < p->count; i++) {
        if (p->step[i].kind == FZ_KNOB && *(knob = fz_knob_of(&p->step[i], &value))) all |= fz_knob_touches(knob);
        if (p->step[i].kind == FZ_RARE) all |= fz_rare_touches(&p->step[i]);
        if (p->step[i].kind == FZ_WIDE) all |= FZ_TOUCH_FAST_OPEN;
    }
    return all;
}

static void set_unheard(judged *j, bool unheard)
{
    j->unheard = j->conn.unheard = j->pace.unheard = j->sender.unheard = j->receiver.unheard = unheard;
}

static judged *judged_of(const uint8_t peer[16], uint16_t local, uint16_t remote)
{
    for (unsigned i = 0; i < now.count; i++) {
        judged *j = &now.conns[i];
        if (j->local == local && j->remote == remote && memcmp(j->peer, peer, sizeof j->peer) == 0) return j;
    }
    if (now.count == CONNS) return NULL;
    judged *j = &now.conns[now.count++];
    memset(j, 0, sizeof *j);
    j->conn.takes_beyond = program.header.linux_preset;     /* quirk beyond_window_refused */
    j->conn.closes_when_full = program.header.linux_preset; /* ICSK_ACK_NOMEM */
    j->conn.takes_back = now.touched & FZ_TOUCH_EDGE;
    j->conn.offers_again = program.header.linux_preset; /* quirk simopen_offers_again */
    /* A SYN cookie knows no MSS below 536, and no options without timestamps. */
    j->conn.scale_unsure = j->conn.defaulted_mss = j->conn.offers_change = now.touched & FZ_TOUCH_AGREED;
    j->signatures.cookies = now.touched & FZ_TOUCH_AGREED;
    j->pace.knobs_change = now.touched & FZ_TOUCH_TIMES;
    j->pace.other_cc = now.touched & (FZ_TOUCH_WINDOW | FZ_TOUCH_LOSS);
    j->sender.other_loss = now.touched & FZ_TOUCH_LOSS;
    j->pace.linux_preset = j->sender.linux_preset = j->receiver.linux_preset = program.header.linux_preset;
    memcpy(j->peer, peer, sizeof j->peer);
    set_unheard(j, host.mute);
    j->local = local;
    j->remote = remote;
    j->own_end = (rs_endpoint){host.own, local};
    j->peer_end = (rs_endpoint){{.family = host.peer.family}, remote};
    memcpy(j->peer_end.addr.bytes, peer, sizeof j->peer);
    return j;
}

static void fold(const cf_packet *p, rs_time at)
{
    now.hash = fz_fold(now.hash ^ (uint64_t)at.us, p->bytes, p->len);
}

/* To the port where nobody is, from the peer to the host: a damaged packet may go elsewhere. */
static bool for_nobody(const cf_packet *p, const cf_tcp *t)
{
    const cf_ip *ip = cf_packet_ip(p);
    return t && t->dport == FZ_PORT_CLOSED && memcmp(ip->src.b, host.peer.bytes, sizeof host.peer.bytes) == 0 &&
           memcmp(ip->dst.b, host.own.bytes, sizeof host.own.bytes) == 0;
}

/* Not of a host whose SYN may have gone nowhere: its numbers are in every signature. */
static bool watches_signatures(void)
{
    return program.header.keys && !(now.touched & FZ_TOUCH_SENT);
}

/* ---------- one segment and its answer ---------- */

/* Only what no TCP may misunderstand is judged: whole, addressed to the host, with sound options. */
static bool judgeable(const cf_packet *p, const cf_tcp *t)
{
    const cf_ip *ip = t && p->layers == 2 ? cf_packet_ip(p) : NULL;
    cf_opt_val signature;
    bool is_signed = t && (cf_tcp_opt_find(t, CF_OPT_MD5, &signature) || cf_tcp_opt_find(t, CF_OPT_AO, &signature));
    if (host.keyed || host.signer.how || is_signed) return false; /* who may speak is another table (oracle/signed.h) */
    return ip && ip->sum_ok && !p->broken && t->sum_ok && !t->opts_broken && t->reserved == 0 && !(t->flags & CF_URG) &&
           memcmp(ip->src.b, host.peer.bytes, sizeof host.peer.bytes) == 0 &&
           memcmp(ip->dst.b, host.own.bytes, sizeof host.own.bytes) == 0;
}

/* How often the host has refused for want of memory, and how often it kept an answer back. */
static void count_excuses(rs_stack *st, uint64_t *memory, uint64_t *limited)
{
    static unsigned no_memory, rate_limited;
    if (!rate_limited) {
        no_memory = fz_drop_reason("TEXT_NO_MEMORY");
        rate_limited = fz_drop_reason("RATE_LIMITED");
    }
    *memory = rs_stack_drops(st, no_memory);
    *limited = rs_stack_drops(st, rate_limited);
}

/* Little is kept anywhere: then a segment is not refused for want of memory. Preset linux counts otherwise. */
static bool may_be_short(const rs_probe *before)
{
    enum { FEW_CONNS = 2, FEW_BLOCKS = 48, FEW_SEGS = 32 /* of 8, 192 and 256: host.c */ };
    rs_counters c;
    rs_stack_counters(host.st, &c);
    bool little = c.conns_live <= FEW_CONNS && c.blocks_live < FEW_BLOCKS && before->unacked_segs < FEW_SEGS &&
                  before->ooo_bytes == 0 && before->rcvq_bytes <= before->rcvbuf / 4;
    return program.header.linux_preset || (now.touched & FZ_TOUCH_REST) || host.clamps || !little;
}

/* Who limits how often it answers (RFC 5961 7) has answered within the last second, unless the program has set that it
 * never does. */
static bool may_be_limited(rs_time at)
{
    enum { SECOND_US = 1000000 };
    return (now.touched & FZ_TOUCH_REST) || host.was_mute || (now.acked && at.us - now.acked_at.us <= SECOND_US);
}

/* RFC 7323 5.5: after 24 days TS.Recent says nothing; preset linux forgets it earlier. */
static bool stamps_old(judged *j, const rs_probe *p, rs_time at)
{
    enum { SURE_US = 1800 * 1000000 };
    if (!j) return true;
    if (j->stamp != p->ts_recent || j->stamp_at.us == 0) {
        j->stamp = p->ts_recent;
        j->stamp_at = at;
    }
    return at.us - j->stamp_at.us > SURE_US;
}

/* The cell that the segment belongs to; without a connection by the numbers that the peer would use. */
static void note_cell(const fz_verdict *v, const cf_tcp *t)
{
    rs_state state = v->alive ? v->before.state : v->listening ? RS_LISTEN : RS_CLOSED;
    const rs_probe *numbers = state > RS_SYN_SENT ? &v->before : NULL;
    for (unsigned i = 0; i < FZ_TUPLES && !numbers; i++)
        if (host.tuple[i].remote_port == t->sport && host.tuple[i].local_port == t->dport)
            numbers = &host.tuple[i].last;
    if (numbers) fz_cells_saw(state, fz_cell_class(numbers, t, v->text));
}

/* The connection as it is; NULL: there is none. One look is good until the host is touched again. */
static const rs_probe *look_at(judged *j, rs_time at)
{
    if (j->looked == host.acts && j->looked_at.us == at.us) return j->there ? &j->look : NULL;
    j->looked = host.acts;
    j->looked_at = at;
    j->there = rs_probe_tuple(host.st, at, &j->own_end, &j->peer_end, &j->look);
    return j->there ? &j->look : NULL;
}

/* The same for one of whom no books may be kept, for want of room. */
static bool look_at_ends(judged *j, rs_time at, rs_probe *out)
{
    if (!j) return rs_probe_tuple(host.st, at, &now.local, &now.remote, out);
    const rs_probe *p = look_at(j, at);
    if (p) *out = *p;
    return p != NULL;
}

static void verdict_begin(const cf_packet *p, const cf_tcp *t, rs_time at)
{
    now.judging = judgeable(p, t);
    if (!now.judging) return;
    fz_verdict *v = &now.verdict;
    fz_verdict_begin(v, &now.in, p->text_len);
    v->linux_preset = program.header.linux_preset;
    memcpy(&now.in, t, offsetof(cf_tcp, opts) + t->opt_count * sizeof t->opts[0]);
    now.local = (rs_endpoint){host.own, t->dport};
    now.remote = (rs_endpoint){host.peer, t->sport};
    count_excuses(host.st, &now.memory, &now.limited);
    judged *j = judged_of(now.remote.addr.bytes, now.local.port, now.remote.port);
    v->alive = look_at_ends(j, at, &v->before);
    v->stamps_old = v->alive && stamps_old(j, &v->before, at);
    v->longest = j ? j->longest : UINT32_MAX;
    v->contradicts = !j || j->fin; /* of whom no books are kept nobody knows */
    v->stamps_outdated = j && j->heard.us && at.us - j->heard.us > OUTDATED_US;
    v->unheard = j ? j->unheard : host.was_mute;
    now.judging = !j || !j->fast;
    rs_probe l;
    v->listening = !v->alive && t->dport == FZ_PORT_LISTEN && host.listener >= 0 &&
                   rs_probe_fd(host.st, at, host.listener, &l) && l.listens;
    note_cell(v, t);
}

/* ---------- the pace of a connection ---------- */

/* What arrives may move any connection when it is not plainly a segment of one (an ICMP error, a damaged packet). */
static void pace_begin(const judged *of, const cf_tcp *t, uint32_t text, rs_time at)
{
    for (unsigned i = 0; i < now.count; i++) {
        judged *j = &now.conns[i];
        if (j->fast) continue;
        j->moved = !of || of == j;
        if (!j->moved) continue;
        const rs_probe *before = look_at(j, at);
        fz_pace_arrives(&j->pace, before, at);
        if (now.touched & FZ_TOUCH_REST) continue;
        j->sender.sure = of == j;
        fz_sender_arrives(&j->sender, before, t, text);
        fz_receiver_arrives(&j->receiver, before);
    }
}

static void pace_look(rs_time at, bool answered)
{
    bool short_of_memory = fz_memory_is_short(&host);
    for (unsigned i = 0; i < now.count; i++) {
        judged *j = &now.conns[i];
        if (host.mute) set_unheard(j, true);
        j->pace.unheard |= short_of_memory; /* what has to be cut may not go */
        if (j->fast || (answered && !j->moved)) continue;
        const rs_probe *p = look_at(j, at);
        if (!p) fz_conn_gone(&j->conn);
        if (p) (void)stamps_old(j, p, at); /* learns since when it is that */
        fz_pace_look(&j->pace, at, p, answered);
        if (now.touched & FZ_TOUCH_REST) continue;
        j->sender.urges |= host.urges;
        fz_sender_look(&j->sender, p, answered);
        j->receiver.clamped |= host.clamps;
        fz_receiver_look(&j->receiver, p, answered);
    }
}

static void on_answered(void *ctx, rs_time at)
{
    (void)ctx;
    fz_answer_end(&now.answer); /* what a timer sends answers nobody */
    pace_look(at, true);
    if (now.signed_one) fz_signed_answered(&now.signed_one->signatures, look_at(now.signed_one, at));
    now.signed_one = NULL;
    if (!now.judging) return;
    now.judging = false;
    fz_verdict *v = &now.verdict;
    uint64_t memory, limited;
    count_excuses(host.st, &memory, &limited);
    v->memory_short = memory != now.memory && may_be_short(&v->before);
    bool silent = v->alive && v->before.snd_max == v->before.iss; /* our SYN waits for memory: nothing goes before it */
    v->limited = silent || (limited != now.limited && may_be_limited(at));
    judged *j = judged_of(now.remote.addr.bytes, now.local.port, now.remote.port);
    v->alive_after = look_at_ends(j, at, &v->after);
    if (!v->alive_after) memset(&v->after, 0, sizeof v->after);
    if (v->alive && v->alive_after && v->after.conn != v->before.conn) return; /* another incarnation */
    unsigned class = fz_check_verdict(v);
    uint8_t *cell = &verdicts[v->alive ? v->before.state : 0][class % FZ_VERDICT_CLASSES];
    if (*cell < 255) ++*cell;
}

static void on_arrives(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    const cf_tcp *t = cf_packet_tcp(p);
    judged *from = t && p->layers == 2 ? judged_of(cf_packet_ip(p)->src.b, t->dport, t->sport) : NULL;
    if (from) fz_conn_arrives(&from->conn, p, fz_peer_bytes);
    now.signed_one = from && watches_signatures() ? from : NULL;
    if (now.signed_one) {
        from->signatures.keys_change = host.keyed;
        fz_signed_arrives(&from->signatures, p, look_at(from, at));
    }
    if (from && now.fast_open && (t->flags & CF_SYN) && p->text_len) from->fast = true;
    if (from && (t->flags & CF_SYN) && p->text_len > from->receiver.syn_text)
        from->receiver.syn_text = (uint32_t)p->text_len;
    fz_answer_end(&now.answer);
    fz_answer_begin(&now.answer, p, for_nobody(p, t) && !host.mute);
    verdict_begin(p, t, at);
    judged *of = now.judging ? from : NULL; /* who is judged is the host's peer: it is the same 4-tuple */
    pace_begin(of, t, (uint32_t)p->text_len, at);
    if (from) from->heard = at; /* also what is not judged, as urgent text, may tell a new TS.Recent */
    judged *j = t && (t->flags & CF_FIN) ? judged_of(cf_packet_ip(p)->src.b, t->dport, t->sport) : NULL;
    if (j) j->fin = true;
}

static void on_sent(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    fold(p, at);
    fz_check_packet(p);
    if (!now.fast_open) fz_check_bare_syn(p);
    const cf_tcp *t = cf_packet_tcp(p);
    if (!t) return;
    fz_answer_sent(&now.answer, p);
    if ((t->flags & CF_ACK) && !(t->flags & CF_RST)) {
        now.acked = true;
        now.acked_at = at;
    }
    if (now.judging && t->sport == now.local.port && t->dport == now.remote.port) fz_reply_add(&now.verdict.reply, t);
    judged *j = judged_of(cf_packet_ip(p)->dst.b, t->sport, t->dport);
    if (!j) return;
    if (p->text_len > j->longest) j->longest = (uint32_t)p->text_len;
    j->fast |= (t->flags & CF_SYN) && p->text_len;
    if (watches_signatures()) {
        j->signatures.keys_change = host.keyed;
        fz_signed_sent(&j->signatures, p);
    }
    if (j->fast) return;
    fz_conn_sent(&j->conn, at, p, fz_user_bytes);
    fz_pace_sent(&j->pace, at, t, p->text_len);
    fz_sender_sent(&j->sender, t, p->text_len);
    fz_receiver_sent(&j->receiver, t);
    fz_isns_take(&now.isns, t, at, program.header.linux_preset ? ISN_TICK_LINUX_NS : ISN_TICK_NS);
}

static void on_reads(void *ctx, const rs_probe *conn, uint64_t offset, const uint8_t *bytes, size_t len)
{
    (void)ctx;
    const judged *j = judged_of(conn->remote.addr.bytes, conn->local.port, conn->remote.port);
    if (j && !j->fast) fz_conn_reads(&j->conn, conn->irs, offset, bytes, len, fz_peer_bytes);
}

static void on_moved(void *ctx, const rs_event *ev)
{
    (void)ctx;
    judged *j = ev->a == RS_CLOSED ? judged_of(ev->remote.addr.bytes, ev->local.port, ev->remote.port) : NULL;
    if (j) set_unheard(j, host.mute);
    if (j) fz_conn_begins(&j->conn);
    if (j) fz_pace_begins(&j->pace);
    if (j) fz_sender_begins(&j->sender);
    if (j) fz_receiver_begins(&j->receiver);
    if (ev->a == RS_CLOSED) fz_isns_begins(&now.isns, ev->local.port, ev->remote.port, ev->at);
    if (ev->b == RS_CLOSED) fz_isns_ends(&now.isns, ev->local.port, ev->remote.port);
    now.moved = true;
    fz_check_move((rs_state)ev->a, (rs_state)ev->b);
    fz_cells_moved(ev);
}

/* ---------- after every step, and in the end ---------- */

/* What connections say of themselves may be wrong for one step only. What is wrong with what they share (something is
 * held that nobody has, a list or a table is damaged) stays so: that is asked for less often, and in the end. */
static void check_host(const fz_host *h, bool whole)
{
    const char *broken = whole ? rs_stack_broken(h->st) : rs_stack_conns_broken(h->st);
    if (broken) fz_fail("O01 invariants", "%s", broken);
    broken = !h->twin ? NULL : whole ? rs_stack_broken(h->twin) : rs_stack_conns_broken(h->twin);
    if (broken) fz_fail("O01 invariants", "twin: %s", broken);
}

/* Every change of a state is told: while there is none, and the listener counts the same, nothing need be counted. */
static void check_listener(const fz_host *h)
{
    rs_probe l;
    if (h->shares_port) return; /* whose the half-open ones are cannot be seen */
    if (h->listener < 0 || !rs_probe_fd(h->st, h->now, h->listener, &l) || !l.listens) return;
    if (!now.moved && l.syn_queue_len == now.embryos && l.accept_queue_len == now.kids) return;
    now.moved = false;
    now.embryos = l.syn_queue_len;
    now.kids = l.accept_queue_len;
    fz_check_listener(h->st, h->now, &l);
}

static void look_at_main(fz_host *h)
{
    fz_tuple *t = &h->tuple[0];
    judged *j = judged_of(host.peer.bytes, t->local_port, t->remote_port);
    if (j) fz_saw(h, t, look_at(j, h->now));
    else fz_look(h, t);
}

static void on_after(void *ctx, fz_host *h, int step)
{
    const fz_program *p = ctx;
    fz_answer_end(&now.answer);
    check_host(h, step % WHOLE_EVERY == 0);
    pace_look(h->now, false);
    check_listener(h);
    look_at_main(h);
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
    if (h->mute) fz_host_set(h, "refstack.device_drops", "0"); /* or it would try for ever */
    fz_call(h, &close_all);
    /* A user who has set a time may have set one of weeks, and keepalive asks until it is over. */
    rs_time last = {h->now.us + (h->impatient ? LONGEST_DAYS : 7) * 86400 * 1000000ll};
    /* While one connection holds the memory, the others ask twice a second whether there is any. */
    unsigned most = h->impatient || fz_memory_is_short(h) ? PATIENT_EVENTS : LAST_EVENTS;
    rs_time from = h->now;
    bool slow = h->impatient || h->paces;
    bool rests = fz_host_sleep(h, last, most);
    /* Asking each second for weeks is what the user has set: it is not waited for, as long as time passes. */
    if (!rests && slow && h->now.us - from.us >= (int64_t)most * SLOW_ENOUGH_US) return;
    if (!rests) fz_fail("O54 quiescence", "still busy after %u timers without user and peer", most);
    check_host(h, true);
    fz_check_left_over(h->st, h->now, !h->header->linux_preset);
}

static void play_steps(const fz_program *p)
{
    static fz_watch watch = {
        .arrives = on_arrives, .sent = on_sent, .answered = on_answered, .reads = on_reads, .moved = on_moved};
    now.judging = now.acked = false;
    now.touched = touches(p);
    now.fast_open = now.touched & FZ_TOUCH_FAST_OPEN;
    now.count = 0;
    now.answer.open = false;
    now.moved = true;
    now.isns = (fz_isns){0};
    now.hash = 0xcbf29ce484222325ull;
    now.state = RS_CLOSED;
    watch.ctx = (void *)(uintptr_t)p;
    fz_play(&host, p, &watch, on_after);
}

static void play(const fz_program *p)
{
    play_steps(p);
    end(&host);
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

/* For a script alone: what the oracles say is known, and the story goes on behind their words. */
static void tell_with_aftermath(const fz_script_more *more)
{
    fz_aftermath(&program, more->steps, more->inner && !more->to_rest);
    fz_catch();
    play_steps(&program);
    if (more->to_rest) {
        end(&host);
        fz_inner_tell(&host);
    }
    fz_caught();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    fz_on_fail(tell, NULL);
    fz_decode(&program, data, len);
    fz_script_more more = fz_script_aftermath();
    if (more.any) {
        tell_with_aftermath(&more);
        return 0;
    }
    play(&program);
    uint64_t hash = now.hash;
    if (hash % 64 == 0) {
        play(&program);
        if (now.hash != hash) fz_fail("O60 same", "the same program gave other packets the second time");
    }
    return 0;
}
