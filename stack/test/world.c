/* see world.h */
#include "world.h"

#include <stdlib.h>

enum { MEMORIES = 16, LINK_PACKETS = 4096 };

static world w_now;
static void *memories[MEMORIES];
static int memory_count;

void *w_memory(size_t len)
{
    len = (len + 63) / 64 * 64;
    if (memory_count == MEMORIES) CHECK_FAIL("too many memories");
    void *p = aligned_alloc(64, len);
    if (!p) CHECK_FAIL("no memory");
    memset(p, 0, len);
    return memories[memory_count++] = p;
}

rs_config small(rs_config cfg)
{
    cfg.limits = (rs_limits){.conns = 64,
                             .listeners = 8,
                             .sockets = 64,
                             .blocks = 2048,
                             .records = 4096,
                             .parked = 8,
                             .outbox_bytes = 1 << 18,
                             .awake = 0};
    return cfg;
}

static void make_host(host *h, rs_config cfg, uint8_t number)
{
    h->v4 = rs_addr_v4(192, 0, 2, number);
    h->v6 = (rs_addr){.bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = number}, .family = RS_IPV6};
    cfg.secret[0] = number;
    cfg.seed = number;
    if (rs_config_add_local(&cfg, h->v4, 24).code || rs_config_add_local(&cfg, h->v6, 64).code) CHECK_FAIL("no room");
    h->cfg = cfg;
    CHECK_SOUND(rs_config_check(&cfg));
    size_t size = rs_stack_size(&cfg);
    CHECK_EQ(rs_stack_init(&h->st, w_memory(size), size, &cfg, (rs_time){0}).code, 0);
}

static rs_link *make_link(uint64_t seed)
{
    rs_link_conf conf = {.packets = LINK_PACKETS, .mtu = 9000, .seed = seed};
    return rs_link_init(w_memory(rs_link_size(&conf)), rs_link_size(&conf), &conf);
}

world *world_of_two(rs_config client, rs_config server, rs_family family)
{
    while (memory_count) free(memories[--memory_count]);
    world *w = &w_now;
    *w = (world){.family = family};
    make_host(&w->client, client, 1);
    make_host(&w->server, server, 2);
    w->there = make_link(1);
    w->back = make_link(2);
    rs_loop_init(&w->loop, (rs_time){0});
    int c = rs_loop_add(&w->loop, w->client.st, &w->client.cfg),
        s = rs_loop_add(&w->loop, w->server.st, &w->server.cfg);
    rs_loop_join(&w->loop, c, s, w->there);
    rs_loop_join(&w->loop, s, c, w->back);
    w_faults(w, (rs_link_faults){.delay = RS_MS(10)});
    return w;
}

world *world_of(rs_config cfg, rs_family family)
{
    return world_of_two(small(cfg), small(cfg), family);
}

void w_faults(world *w, rs_link_faults f)
{
    rs_link_change(w->there, &f);
    rs_link_change(w->back, &f);
}

rs_endpoint at(const world *w, const host *h, uint16_t port)
{
    return (rs_endpoint){w->family == RS_IPV4 ? h->v4 : h->v6, port};
}

rs_endpoint anywhere(const world *w, uint16_t port)
{
    return (rs_endpoint){{.family = (uint8_t)w->family}, port};
}

typedef struct watched {
    world *w;
    rs_loop_until *until;
    void *ctx;
} watched;

static bool check_and_ask(void *ctx, rs_loop *l)
{
    watched *x = ctx;
    CHECK_SOUND(rs_stack_broken(x->w->client.st));
    CHECK_SOUND(rs_stack_broken(x->w->server.st));
    return x->until && x->until(x->ctx, l);
}

static bool run(world *w, rs_dur d, rs_loop_until *until, void *ctx)
{
    watched x = {w, until, ctx};
    return rs_loop_run(&w->loop, rs_time_add(w->loop.now, d), check_and_ask, &x);
}

void w_pass(world *w, rs_dur d)
{
    run(w, d, NULL, NULL);
}

void w_until(world *w, rs_dur d, rs_loop_until *until, void *ctx)
{
    if (!run(w, d, until, ctx)) CHECK_FAIL("it did not happen within %lld us", (long long)d.us);
}

int64_t ok_value(rs_ret r, const char *what, const char *file, int line)
{
    if (r.parked) CHECK_FAIL("%s:%d: %s waits", file, line, what);
    if (r.value < 0) CHECK_FAIL("%s:%d: %s fails with %s", file, line, what, rs_status_name(r.err));
    return r.value;
}

const char *error_of(rs_ret r)
{
    static char name[32];
    if (r.parked) return "(waits)";
    if (r.value >= 0) return "(succeeds)";
    snprintf(name, sizeof name, "RS_%s", rs_status_name(r.err));
    return name;
}

typedef struct call {
    const host *h;
    uint32_t parked;
} call;

static bool call_ready(void *ctx, rs_loop *l)
{
    (void)l;
    const call *c = ctx;
    return rs_call_ready(c->h->st, c->parked);
}

rs_ret finish(world *w, const host *h, rs_ret r, void *buf, size_t len, rs_dur d)
{
    rs_time end = rs_time_add(w->loop.now, d);
    while (r.parked) {
        call c = {h, r.parked};
        w_until(w, rs_time_diff(end, w->loop.now), call_ready, &c);
        r = rs_call_resume(h->st, w->loop.now, r.parked, buf, len);
    }
    return r;
}

rs_fd sock(world *w, const host *h)
{
    int domain = w->family == RS_IPV4 ? RS_PF_INET : RS_PF_INET6;
    return (rs_fd)OK(rs_socket(h->st, w->loop.now, domain, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0));
}

rs_fd listener(world *w, const host *h, uint16_t port, int backlog)
{
    rs_fd fd = sock(w, h);
    rs_endpoint here = anywhere(w, port);
    int one = 1;
    OK(rs_setsockopt(h->st, w->loop.now, fd, 1, 2, &one, sizeof one));
    OK(rs_bind(h->st, w->loop.now, fd, &here));
    OK(rs_listen(h->st, w->loop.now, fd, backlog));
    return fd;
}

static bool acceptable(void *ctx, rs_loop *l)
{
    (void)l;
    const call *c = ctx;
    rs_pollfd p = {(rs_fd)c->parked, RS_POLLIN, 0};
    return rs_poll(c->h->st, l->now, &p, 1, 0).value > 0;
}

pair connected_again(world *w, rs_fd listening, uint16_t port)
{
    pair p = {.listener = listening, .client = sock(w, &w->client)};
    rs_endpoint to = at(w, &w->server, port);
    call c = {&w->server, (uint32_t)listening};
    FAILS(rs_connect(w->client.st, w->loop.now, p.client, &to), RS_EINPROGRESS);
    w_until(w, RS_SEC(60), acceptable, &c);
    p.server = (rs_fd)OK(rs_accept(w->server.st, w->loop.now, listening, NULL, RS_SOCK_NONBLOCK));
    OK(rs_connect(w->client.st, w->loop.now, p.client, &to));
    return p;
}

pair connected(world *w, uint16_t port)
{
    return connected_again(w, listener(w, &w->server, port, 16), port);
}

rs_probe probe(const world *w, const host *h, rs_fd fd)
{
    rs_probe p;
    if (!rs_probe_fd(h->st, w->loop.now, fd, &p)) CHECK_FAIL("descriptor %d has no connection", fd);
    return p;
}

int ready_for(const world *w, const host *h, rs_fd fd)
{
    rs_pollfd p = {fd, 0x7fff, 0};
    OK(rs_poll(h->st, w->loop.now, &p, 1, 0));
    return p.revents;
}

static uint8_t pattern(uint64_t i)
{
    return (uint8_t)(i * 7 + i / 251);
}

void start_flow(flow *f, const host *src, rs_fd from, const host *dst, rs_fd to, uint64_t total)
{
    *f = (flow){.src = src, .dst = dst, .from = from, .to = to, .total = total};
}

static void send_some(flow *f, rs_time now)
{
    uint8_t buf[5000];
    while (f->sent < f->total) {
        size_t len = f->total - f->sent < sizeof buf ? (size_t)(f->total - f->sent) : sizeof buf;
        for (size_t i = 0; i < len; i++) buf[i] = pattern(f->sent + i);
        rs_ret r = rs_send(f->src->st, now, f->from, buf, len, 0, NULL);
        if (r.value < 0 && r.err == RS_EAGAIN) return;
        f->sent += (uint64_t)OK(r);
    }
    if (f->close_after) {
        OK(rs_shutdown(f->src->st, now, f->from, RS_SHUT_WR));
        f->close_after = false;
    }
}

static void receive_some(flow *f, rs_time now)
{
    uint8_t buf[4000];
    for (;;) {
        rs_ret r = rs_recv(f->dst->st, now, f->to, buf, sizeof buf, 0, NULL);
        if (r.value < 0 && r.err == RS_EAGAIN) return;
        int64_t n = OK(r);
        if (n == 0) f->eof = true;
        if (n == 0) return;
        for (int64_t i = 0; i < n; i++)
            if (buf[i] != pattern(f->received + (uint64_t)i))
                CHECK_FAIL("byte %lld is wrong", (long long)f->received + i);
        f->received += (uint64_t)n;
    }
}

bool flow_step(flow *f, rs_time now)
{
    send_some(f, now);
    receive_some(f, now);
    return f->received == f->total;
}

static bool flow_done(void *ctx, rs_loop *l)
{
    return flow_step(ctx, l->now);
}

void transfer(world *w, const host *src, rs_fd from, const host *dst, rs_fd to, uint64_t total)
{
    flow f;
    start_flow(&f, src, from, dst, to, total);
    w_until(w, RS_SEC(3600), flow_done, &f);
    CHECK_EQ(f.received, total);
}
