/* see play.h */
#include "play.h"

#include "../wire/packet.h"

enum { FDS = 12, PORT = 80 };

static void note(play *p, const void *data, size_t len)
{
    const uint8_t *b = data;
    for (size_t i = 0; i < len; i++) p->hash = (p->hash ^ b[i]) * UINT64_C(0x100000001b3);
}

static void note_ret(play *p, rs_ret r)
{
    int64_t v[3] = {r.value, r.err, r.parked};
    if (r.parked) v[0] = 0;
    note(p, v, sizeof v);
}

/* The links see every packet: that is where they are noted. */
static bool tap(void *ctx, rs_time now, rs_bytes pkt)
{
    play *p = ctx;
    int from = pkt.data[0] >> 4 == 4 ? pkt.data[15] == 2 : pkt.data[23] == 2;
    note(p, &now.us, sizeof now.us);
    note(p, pkt.data, pkt.len);
    if (pkt.len <= sizeof p->last[from]) memcpy(p->last[from], pkt.data, p->last_len[from] = pkt.len);
    return true;
}

static void join(play *p)
{
    rs_time now = p->loop.now;
    rs_loop_init(&p->loop, now);
    for (int i = 0; i < 2; i++) {
        p->link[i]->filter = tap;
        p->link[i]->filter_ctx = p;
        rs_loop_add(&p->loop, p->st[i], &p->cfg[i]);
    }
    rs_loop_join(&p->loop, 0, 1, p->link[0]);
    rs_loop_join(&p->loop, 1, 0, p->link[1]);
}

void play_init(play *p, rs_config cfg, uint64_t seed)
{
    world *w = world_of(cfg, RS_IPV4);
    memset(p, 0, sizeof *p);
    *p = (play){.st = {w->client.st, w->server.st},
                .cfg = {w->client.cfg, w->server.cfg},
                .link = {w->there, w->back},
                .rng = rs_rng_of(seed),
                .hash = UINT64_C(0xcbf29ce484222325)};
    w_faults(w, (rs_link_faults){.delay = RS_MS(5),
                                 .jitter = RS_MS(2),
                                 .lose = 20000,
                                 .overtake = 20000,
                                 .overtake_by = RS_MS(3),
                                 .repeat = 10000,
                                 .corrupt = 5000});
    join(p);
    rs_endpoint any = {{.family = RS_IPV6}, PORT};
    rs_fd fd = (rs_fd)OK(rs_socket(p->st[1], p->loop.now, RS_PF_INET6, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0));
    OK(rs_bind(p->st[1], p->loop.now, fd, &any));
    OK(rs_listen(p->st[1], p->loop.now, fd, 4));
}

void play_copy(play *to, const play *from)
{
    memcpy(to, from, sizeof *to);
    for (int i = 0; i < 2; i++) {
        size_t size = rs_stack_size(&from->cfg[i]);
        rs_link_conf link = {.packets = from->link[i]->packets.cap, .mtu = from->link[i]->slot_bytes};
        void *arena = w_memory(size);
        memset(arena, 0xa5, size);
        to->st[i] = rs_stack_clone(arena, size, from->st[i]);
        CHECK(to->st[i]);
        to->link[i] = memcpy(w_memory(rs_link_size(&link)), from->link[i], rs_link_size(&link));
    }
    join(to);
}

static rs_fd some_fd(play *p)
{
    return (rs_fd)rs_rng_below(&p->rng, FDS);
}

/* Fast Open (RFC 7413): text that may go with the SYN, now or with the first send after a connect. */
static void fast_open(play *p, rs_stack *st, rs_fd fd, const rs_endpoint *to)
{
    static uint8_t data[4000];
    int on = 1;
    size_t len = rs_rng_below(&p->rng, sizeof data);
    if (rs_rng_below(&p->rng, 2)) {
        note_ret(p, rs_setsockopt(st, p->loop.now, fd, 6, 30, &on, sizeof on));
        note_ret(p, rs_connect(st, p->loop.now, fd, to));
    } else {
        note_ret(p, rs_send(st, p->loop.now, fd, data, len, RS_MSG_FASTOPEN, to));
    }
}

static void step_open(play *p, rs_stack *st)
{
    rs_endpoint to = {rs_rng_below(&p->rng, 2) ? p->cfg[1].local[0].addr : p->cfg[1].local[1].addr, PORT};
    bool v6 = to.addr.family == RS_IPV6;
    rs_ret r = rs_socket(st, p->loop.now, v6 ? RS_PF_INET6 : RS_PF_INET, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0);
    note_ret(p, r);
    if (r.value >= FDS) note_ret(p, rs_close(st, p->loop.now, (rs_fd)r.value));
    else if (r.value >= 0 && rs_rng_below(&p->rng, 3) == 0) fast_open(p, st, (rs_fd)r.value, &to);
    else if (r.value >= 0) note_ret(p, rs_connect(st, p->loop.now, (rs_fd)r.value, &to));
}

static void step_accept(play *p, rs_stack *st)
{
    rs_endpoint peer = {0};
    rs_ret r = rs_accept(st, p->loop.now, some_fd(p) % 3, &peer, RS_SOCK_NONBLOCK);
    note_ret(p, r);
    note(p, peer.addr.bytes, 16);
    if (r.value >= FDS) note_ret(p, rs_close(st, p->loop.now, (rs_fd)r.value));
}

static void step_send(play *p, rs_stack *st)
{
    static uint8_t data[20000];
    static const int flags[] = {0, 0, 0, RS_MSG_MORE, RS_MSG_OOB, RS_MSG_EOR};
    rs_fd fd = some_fd(p);
    size_t len = rs_rng_below(&p->rng, sizeof data);
    note_ret(p, rs_send(st, p->loop.now, fd, data, len, flags[rs_rng_below(&p->rng, 6)], NULL));
}

static void step_recv(play *p, rs_stack *st)
{
    static uint8_t data[20000];
    static const int flags[] = {0, 0, 0, RS_MSG_PEEK, RS_MSG_OOB, RS_MSG_TRUNC};
    rs_fd fd = some_fd(p);
    size_t len = rs_rng_below(&p->rng, sizeof data);
    note_ret(p, rs_recv(st, p->loop.now, fd, data, len, flags[rs_rng_below(&p->rng, 6)], NULL));
}

/* A poll that waits, with a deadline; when there is one already, it goes on or is given up. */
static void step_wait(play *p, rs_stack *st)
{
    uint32_t *parked = &p->parked[st == p->st[1]];
    rs_pollfd f[2] = {{some_fd(p), RS_POLLIN, 0}, {some_fd(p), RS_POLLOUT, 0}};
    rs_ret r;
    if (*parked == 0) r = rs_poll(st, p->loop.now, f, 2, 1 + (int)rs_rng_below(&p->rng, 5000));
    else if (rs_call_ready(st, *parked)) r = rs_call_resume(st, p->loop.now, *parked, f, sizeof f);
    else if (rs_rng_below(&p->rng, 4) == 0) r = rs_call_cancel(st, p->loop.now, *parked);
    else return;
    *parked = r.parked;
    note_ret(p, r);
}

static void step_close(play *p, rs_stack *st)
{
    rs_fd fd = some_fd(p);
    if (fd == 0 && st == p->st[1]) return; /* the listener stays */
    if (rs_rng_below(&p->rng, 3)) note_ret(p, rs_shutdown(st, p->loop.now, fd, (int)rs_rng_below(&p->rng, 3)));
    else note_ret(p, rs_close(st, p->loop.now, fd));
}

static void step_option(play *p, rs_stack *st)
{
    static const int names[][2] = {{6, 1}, {6, 3}, {1, 9}, {1, 10}, {6, 12}, {1, 7}, {1, 8}, {6, 18}};
    rs_fd fd = some_fd(p);
    uint32_t i = rs_rng_below(&p->rng, sizeof names / sizeof names[0]);
    int value = (int)rs_rng_below(&p->rng, 3) * (i > 4 ? 5000 : 1);
    note_ret(p, rs_setsockopt(st, p->loop.now, fd, names[i][0], names[i][1], &value, sizeof value));
}

/* A packet of the other side, again, with one field changed a little and good checksums. */
static void step_forge(play *p, rs_stack *st)
{
    int from = st == p->st[0];
    uint8_t pkt[1600];
    rs_seg seg;
    uint32_t small = rs_rng_below(&p->rng, 5) - 2, which = rs_rng_below(&p->rng, 8);
    if (p->last_len[from] == 0) return;
    if (rs_packet_parse((rs_bytes){p->last[from], p->last_len[from]}, &seg) != RS_WIRE_OK) return;
    if (which == 0) seg.seq.raw += small;
    if (which == 1) seg.ack.raw += small * 1000;
    if (which == 2) seg.flags ^= (uint16_t)(1u << rs_rng_below(&p->rng, 9));
    if (which == 3) seg.wnd = (uint16_t)(small * 400);
    if (which == 4) seg.up = (uint16_t)rs_rng_below(&p->rng, 3000);
    if (which == 5) seg.flags = (uint16_t)rs_rng_below(&p->rng, 512);
    if (which == 6) seg.seq.raw += rs_rng_below(&p->rng, 100000);
    if (which == 7) seg.opts.ts_val += small * 1000;
    size_t len = rs_packet_build(pkt, sizeof pkt, &seg, &(rs_packet_how){.ip_id = 1});
    rs_stack_input(st, p->loop.now, (rs_bytes){pkt, len});
}

static void step_time(play *p, rs_stack *st)
{
    static const int64_t spans[] = {0, 1, 1000, 10000, 250000, 3000000, 70000000};
    (void)st;
    int64_t us = spans[rs_rng_below(&p->rng, sizeof spans / sizeof spans[0])];
    rs_loop_run(&p->loop, rs_time_add(p->loop.now, RS_US(us)), NULL, NULL);
}

void play_step(play *p)
{
    static void (*const steps[])(play *, rs_stack *) = {step_open,   step_accept, step_send,  step_send,
                                                        step_recv,   step_recv,   step_close, step_wait,
                                                        step_option, step_forge,  step_time,  step_time};
    rs_stack *st = p->st[rs_rng_below(&p->rng, 2)];
    steps[rs_rng_below(&p->rng, sizeof steps / sizeof steps[0])](p, st);
    if (rs_rng_below(&p->rng, 3)) rs_loop_settle(&p->loop);
    for (int i = 0; i < 2; i++) {
        rs_time next = rs_stack_next_deadline(p->st[i]);
        note(p, &next.us, sizeof next.us);
        CHECK_SOUND(rs_stack_broken(p->st[i]));
    }
}
