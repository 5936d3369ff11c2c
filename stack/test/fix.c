/* see fix.h */
#include "fix.h"

#include <stdlib.h>

#include "../tcp/build.h"
#include "../tcp/reason.h"

enum { BLOCKS = 512, RECORDS = 1024 };

/* Pools live in front of their slots. */
static struct {
    struct {
        rs_pool p;
        uint64_t slots[BLOCKS * RS_BLOCK_SLOT_BYTES / 8];
    } blocks;
    struct {
        rs_pool p;
        uint64_t slots[RECORDS * RS_RECORD_BYTES / 8];
    } records;
    struct {
        rs_tcbs s;
        _Alignas(64) char slots[(FIX_CONNS + 1) * 4 * sizeof(rs_tcb)];
    } conns;
    struct {
        rs_pool p;
        uint64_t slots[2 * ((sizeof(rs_listener) + 7) / 8)];
    } listeners;
    fix f;
} host;

static rs_endpoint end_of(uint8_t last, uint16_t port)
{
    return (rs_endpoint){.addr = {.bytes = {192, 0, 2, last}, .family = RS_IPV4}, .port = port};
}

fix *fresh(rs_config cfg)
{
    fix *f = &host.f;
    memset(f, 0, sizeof *f);
    f->out.data_room = RS_OUTBOX_SEGS;
    rs_pool_init(&host.blocks.p, host.blocks.slots, RS_BLOCK_SLOT_BYTES, BLOCKS);
    rs_pool_init(&host.records.p, host.records.slots, RS_RECORD_BYTES, RECORDS);
    CHECK(rs_tcbs_bytes(FIX_CONNS, 0) <= sizeof host.conns.slots);
    rs_tcbs_init(&host.conns.s, host.conns.slots, FIX_CONNS, FIX_CONNS);
    rs_pool_init(&host.listeners.p, host.listeners.slots, (uint32_t)((sizeof(rs_listener) + 7) / 8 * 8), 2);
    f->cfg = cfg;
    f->rng = rs_rng_of(1);
    f->env = (rs_env){.now = {1000000000},
                      .cfg = &f->cfg,
                      .rng = &f->rng,
                      .blocks = &host.blocks.p,
                      .records = &host.records.p,
                      .conns = &host.conns.s,
                      .listeners = &host.listeners.p,
                      .out = &f->out,
                      .count = &f->count,
                      .host = &f->host};
    return f;
}

/* What net/ does after each entry point. */
static void drain(fix *f)
{
    do {
        for (uint32_t i = 0; i < f->out.count; i++) {
            if (f->sent_count == FIX_SENT) CHECK_FAIL("the test does not look at what is sent");
            f->sent[f->sent_count++] = f->out.segs[i];
        }
        f->out.count = 0;
        if (f->t && f->t->output_pending) rs_tcp_output(&f->env, f->t);
    } while (f->out.count);
    if (!f->t) return;
    CHECK_SOUND(rs_tcb_broken(f->t));
    CHECK_SOUND(rs_tcb_queues_broken(&f->env, f->t));
}

static rs_tcp_open opening(fix *f, uint32_t conn)
{
    return (rs_tcp_open){.conn = conn,
                         .local = end_of(1, 80),
                         .remote = end_of(2, 4000),
                         .iss = rs_seq_of(FIX_ISS),
                         .mtu = f->cfg.mtu,
                         .family = RS_IPV4,
                         .listener = f->l ? f->l->self : RS_NIL};
}

static rs_seg segment(const peer_seg *s, rs_seq seq, rs_seq ack)
{
    static uint8_t text[65536];
    rs_seg seg = {.src = end_of(2, 4000),
                  .dst = end_of(1, 80),
                  .seq = rs_seq_add(seq, (uint32_t)s->seq),
                  .flags = s->flags,
                  .wnd = s->wnd_zero ? 0
                         : s->wnd    ? s->wnd
                                     : FIX_WND,
                  .up = s->up,
                  .opts = s->opts,
                  .ttl = 64,
                  .tos = s->tos};
    if (s->flags & RS_ACK) seg.ack = rs_seq_add(ack, (uint32_t)s->ack);
    for (uint32_t i = 0; i < s->len; i++) text[i] = (uint8_t)((seg.seq.raw - FIX_IRS - 1 + i) % 251);
    seg.text = (rs_bytes){text, s->len};
    return seg;
}

fix *listening(rs_config cfg, uint32_t backlog)
{
    fix *f = fresh(cfg);
    rs_endpoint local = end_of(1, 80);
    uint32_t slot = rs_pool_take(f->env.listeners);
    f->l = rs_pool_at(f->env.listeners, slot);
    rs_listener_init(f->l, slot, &local, backlog);
    return f;
}

static void to_listener(fix *f, const rs_seg *seg)
{
    if (rs_tcp_listen_input(&f->env, f->l, seg) == RS_LISTEN_SPAWN) {
        uint32_t slot = rs_tcbs_take(f->env.conns);
        rs_tcp_open o = opening(f, slot);
        f->t = rs_tcbs_at(f->env.conns, slot);
        rs_tcp_open_passive(&f->env, f->t, &o, seg);
    }
    drain(f);
}

void peer(fix *f, peer_seg s)
{
    if (!f->t) {
        rs_seg seg = segment(&s, rs_seq_of(FIX_IRS), rs_seq_of(FIX_ISS));
        if (f->l) to_listener(f, &seg);
        else rs_tcp_closed_input(&f->env, &seg);
        drain(f);
        return;
    }
    rs_seq nxt = f->t->state == RS_SYN_SENT ? rs_seq_of(FIX_IRS) : f->t->rcvq.nxt, hint;
    rs_seg seg = segment(&s, nxt, f->t->sndq.nxt);
    if (f->t->state == RS_CLOSED) rs_tcp_closed_input(&f->env, &seg);
    else rs_tcp_input(&f->env, f->t, &seg, &hint);
    drain(f);
}

void call_close(fix *f)
{
    rs_tcp_close(&f->env, f->t);
    drain(f);
}

void call_abort(fix *f)
{
    rs_tcp_abort(&f->env, f->t);
    drain(f);
}

void call_shutdown(fix *f)
{
    rs_tcp_shutdown_send(&f->env, f->t);
    drain(f);
}

void call_send(fix *f, uint32_t len)
{
    static uint8_t text[1 << 18];
    for (uint32_t i = 0; i < len; i++) text[i] = (uint8_t)i;
    CHECK_EQ(rs_tcp_send(&f->env, f->t, &(rs_tcp_write){.data = text, .len = len}), len);
    drain(f);
}

uint32_t call_receive(fix *f, uint32_t len)
{
    static uint8_t text[1 << 18];
    uint32_t at = rs_seq_dist(rs_seq_of(FIX_IRS + 1), f->t->rcvq.read);
    uint32_t n = (uint32_t)rs_tcp_receive(&f->env, f->t, text, len, false);
    for (uint32_t i = 0; i < n; i++) CHECK_EQ(text[i], (at + i) % 251);
    drain(f);
    return n;
}

void pass(fix *f, rs_dur d)
{
    rs_time end = rs_time_add(f->env.now, d);
    while (f->t && rs_time_before_eq(rs_tcb_next_deadline(f->t), end)) {
        f->env.now = rs_time_max(f->env.now, rs_tcb_next_deadline(f->t));
        rs_tcp_timers(&f->env, f->t);
        drain(f);
    }
    f->env.now = end;
}

rs_dur next_timer(fix *f)
{
    rs_time at = rs_tcb_next_deadline(f->t);
    if (rs_time_is_never(at)) CHECK_FAIL("no timer is armed");
    rs_dur wait = rs_time_diff(at, f->env.now);
    pass(f, wait);
    return wait;
}

const rs_seg *we_send(fix *f, uint16_t flags)
{
    if (f->looked == f->sent_count) CHECK_FAIL("we sent nothing, expected flags 0x%x", flags);
    const rs_seg *s = &f->sent[f->looked++].seg;
    if (s->flags != flags) CHECK_FAIL("we sent flags 0x%x, expected 0x%x", s->flags, flags);
    return s;
}

void collect(fix *f)
{
    drain(f);
}

void ignore_sent(fix *f)
{
    f->looked = f->sent_count = 0;
}

void silence(fix *f, rs_dur d)
{
    pass(f, d);
    if (f->looked != f->sent_count) CHECK_FAIL("we sent flags 0x%x, expected silence", f->sent[f->looked].seg.flags);
    ignore_sent(f);
}

/* --- states ------------------------------------------------------------------------------------------------------ */

static rs_opts syn_opts(void)
{
    return (rs_opts){.has_mss = true, .mss = FIX_MSS};
}

static fix *syn_sent(rs_config cfg)
{
    fix *f = fresh(cfg);
    uint32_t slot = rs_tcbs_take(f->env.conns);
    rs_tcp_open o = opening(f, slot);
    f->t = rs_tcbs_at(f->env.conns, slot);
    rs_tcp_open_active(&f->env, f->t, &o);
    drain(f);
    we_send(f, cfg.knobs.ecn == 3 ? RS_SYN | RS_AE | RS_CWR | RS_ECE : RS_SYN);
    return f;
}

fix *crossed(rs_config cfg)
{
    fix *f = syn_sent(cfg);
    peer_sends(f, RS_SYN, .opts = syn_opts());
    we_send(f, RS_SYN | RS_ACK);
    state_is(f, RS_SYN_RECEIVED);
    return f;
}

static fix *syn_received(rs_config cfg)
{
    fix *f = listening(cfg, 5);
    peer_sends(f, RS_SYN, .opts = syn_opts());
    we_send(f, RS_SYN | RS_ACK);
    return f;
}

static fix *established(rs_config cfg)
{
    fix *f = syn_received(cfg);
    pass(f, RS_MS(100));
    peer_sends(f, RS_ACK);
    rs_tcp_accepted(&f->env, f->t);
    return f;
}

static fix *to_listen(rs_config cfg)
{
    return listening(cfg, 5);
}

fix *conn_in(rs_state state, rs_config cfg)
{
    static fix *(*const make[])(rs_config) = {fresh, to_listen, syn_sent, syn_received, established};
    fix *f = make[state < RS_ESTABLISHED ? state : RS_ESTABLISHED](cfg);
    if (state == RS_CLOSE_WAIT || state == RS_LAST_ACK) peer_sends(f, RS_FIN | RS_ACK);
    if (state >= RS_FIN_WAIT_1 && state != RS_CLOSE_WAIT) call_shutdown(f);
    if (state == RS_CLOSING) peer_sends(f, RS_FIN | RS_ACK, .ack = -1);
    if (state == RS_FIN_WAIT_2 || state == RS_TIME_WAIT) peer_sends(f, RS_ACK);
    if (state == RS_TIME_WAIT) peer_sends(f, RS_FIN | RS_ACK);
    if (f->t) state_is(f, state);
    if (state == RS_CLOSE_WAIT) pass(f, RS_US(0)); /* the ACK of the FIN may have waited */
    ignore_sent(f);
    return f;
}
