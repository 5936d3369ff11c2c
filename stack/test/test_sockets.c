/* Two hosts and nothing but sockets: what users of a TCP rely on. */
#define CHECK_MAIN
#include "world.h"

static void each(void (*body)(world *w))
{
    static const rs_family families[] = {RS_IPV4, RS_IPV6};
    for (int p = 0; p < 2; p++)
        for (int f = 0; f < 2; f++) body(world_of(p ? rs_config_linux() : rs_config_rfc(), families[f]));
}

static void open_and_close(world *w)
{
    pair p = connected(w, 80);
    STATE_IS(w, &w->client, p.client, RS_ESTABLISHED);
    STATE_IS(w, &w->server, p.server, RS_ESTABLISHED);
    OK(rs_close(w->client.st, w->loop.now, p.client));
    w_pass(w, RS_SEC(1));
    STATE_IS(w, &w->server, p.server, RS_CLOSE_WAIT);
    OK(rs_close(w->server.st, w->loop.now, p.server));
    w_pass(w, RS_SEC(1));
    rs_probe probe;
    uint32_t iter = 0;
    CHECK(rs_probe_next(w->client.st, w->loop.now, &iter, &probe));
    CHECK_STR(rs_state_name(probe.state), "TIME-WAIT");
    w_pass(w, RS_SEC(600));
    iter = 0;
    CHECK(!rs_probe_next(w->client.st, w->loop.now, &iter, &probe));
}

TEST(a_connection_opens_and_closes_and_leaves_nothing_behind)
{
    each(open_and_close);
}

static void bulk(world *w)
{
    pair p = connected(w, 80);
    transfer(w, &w->client, p.client, &w->server, p.server, 1000000);
    transfer(w, &w->server, p.server, &w->client, p.client, 300000);
}

TEST(a_million_bytes_arrive_once_and_in_order)
{
    each(bulk);
}

static void lossy(world *w)
{
    w_faults(w, (rs_link_faults){.delay = RS_MS(10),
                                 .jitter = RS_MS(3),
                                 .lose = 30000,
                                 .repeat = 10000,
                                 .corrupt = 10000,
                                 .overtake = 30000,
                                 .overtake_by = RS_MS(6)});
    pair p = connected(w, 80);
    transfer(w, &w->client, p.client, &w->server, p.server, 300000);
    transfer(w, &w->server, p.server, &w->client, p.client, 100000);
}

TEST(bytes_arrive_once_and_in_order_over_a_bad_network)
{
    each(lossy);
}

static void many(world *w)
{
    pair p[12];
    flow f[24];
    w_faults(w, (rs_link_faults){.delay = RS_MS(5), .jitter = RS_MS(2), .lose = 10000});
    p[0] = connected(w, 80);
    for (int i = 1; i < 12; i++) p[i] = connected_again(w, p[0].listener, 80);
    for (int i = 0; i < 12; i++) {
        start_flow(&f[2 * i], &w->client, p[i].client, &w->server, p[i].server, 30000);
        start_flow(&f[2 * i + 1], &w->server, p[i].server, &w->client, p[i].client, 20000);
        f[2 * i].close_after = f[2 * i + 1].close_after = true;
    }
    bool done = false;
    for (int round = 0; round < 20000 && !done; round++) {
        done = true;
        for (int i = 0; i < 24; i++) {
            flow_step(&f[i], w->loop.now);
            done &= f[i].eof;
        }
        w_pass(w, RS_MS(20));
    }
    for (int i = 0; i < 24; i++) CHECK_EQ(f[i].received, f[i].total);
}

TEST(twelve_connections_carry_both_directions_to_their_ends_of_file)
{
    each(many);
}

static void slow_link(world *w)
{
    w_faults(w, (rs_link_faults){.delay = RS_MS(20), .bytes_per_sec = 100000, .queue_bytes = 8000});
    pair p = connected(w, 80);
    rs_time begun = w->loop.now;
    transfer(w, &w->client, p.client, &w->server, p.server, 500000);
    double seconds = (double)(w->loop.now.us - begun.us) / 1e6;
    /* Five seconds' worth of link, with headers and what the queue lost: congestion control keeps it busy. */
    if (seconds > 12) CHECK_FAIL("500000 bytes took %.1f s over a link of 100000 bytes/s", seconds);
}

TEST(a_slow_link_with_a_short_queue_is_used_well)
{
    each(slow_link);
}

static void blackout(world *w)
{
    pair p = connected(w, 80);
    flow f;
    start_flow(&f, &w->client, p.client, &w->server, p.server, 200000);
    flow_step(&f, w->loop.now);
    w_pass(w, RS_MS(60));
    w_faults(w, (rs_link_faults){.lose = 1000000});
    for (int i = 0; i < 100; i++) {
        flow_step(&f, w->loop.now);
        w_pass(w, RS_MS(100));
    }
    w_faults(w, (rs_link_faults){.delay = RS_MS(10)});
    for (int i = 0; i < 1000 && !flow_step(&f, w->loop.now); i++) w_pass(w, RS_MS(100));
    CHECK_EQ(f.received, f.total);
}

TEST(ten_seconds_without_network_are_survived)
{
    each(blackout);
}

static void gone(world *w)
{
    pair p = connected(w, 80);
    OK(rs_send(w->client.st, w->loop.now, p.client, "x", 1, 0, NULL));
    w_faults(w, (rs_link_faults){.lose = 1000000});
    w_pass(w, RS_SEC(3000));
    char buf[1];
    FAILS(rs_recv(w->client.st, w->loop.now, p.client, buf, 1, 0, NULL), RS_ETIMEDOUT);
    FAILS(rs_send(w->client.st, w->loop.now, p.client, "x", 1, 0, NULL), RS_EPIPE);
    CHECK_EQ(rs_recv(w->client.st, w->loop.now, p.client, buf, 1, 0, NULL).value, 0);
}

TEST(a_peer_that_never_answers_again_is_given_up)
{
    each(gone);
}

static void rebooted(world *w)
{
    pair p = connected(w, 80);
    /* The server forgets everything: a fresh stack in its place. */
    CHECK_EQ(
        rs_stack_init(&w->server.st, w->server.st, rs_stack_size(&w->server.cfg), &w->server.cfg, w->loop.now).code, 0);
    OK(rs_send(w->client.st, w->loop.now, p.client, "x", 1, 0, NULL));
    w_pass(w, RS_MS(100));
    char buf[1];
    FAILS(rs_recv(w->client.st, w->loop.now, p.client, buf, 1, 0, NULL), RS_ECONNRESET);
}

TEST(a_peer_that_was_rebooted_resets_the_connection)
{
    each(rebooted);
}

static bool first_syn_ack_lost(void *ctx, rs_time now, rs_bytes pkt)
{
    (void)now, (void)pkt;
    return ++*(int *)ctx > 1;
}

static void handshake_losses(world *w)
{
    int n = 0;
    w->back->filter = first_syn_ack_lost;
    w->back->filter_ctx = &n;
    pair p = connected(w, 80);
    transfer(w, &w->client, p.client, &w->server, p.server, 5000);
    n = 0;
    w->there->filter = first_syn_ack_lost;
    w->there->filter_ctx = &n;
    p = connected_again(w, p.listener, 80);
    transfer(w, &w->client, p.client, &w->server, p.server, 5000);
}

TEST(a_lost_syn_or_syn_ack_is_sent_again)
{
    each(handshake_losses);
}

static void sizes(world *w)
{
    /* A small MTU on one side only: segments fit it. */
    rs_config cfg = small(w->client.cfg), tiny = cfg;
    memset(cfg.local, 0, sizeof cfg.local);
    tiny = cfg;
    tiny.mtu = 1280;
    w = world_of_two(tiny, cfg, w->family);
    pair p = connected(w, 80);
    w_faults(w, (rs_link_faults){.delay = RS_MS(5), .mtu = 1280});
    transfer(w, &w->client, p.client, &w->server, p.server, 50000);
    transfer(w, &w->server, p.server, &w->client, p.client, 50000);
    CHECK_EQ(w->there->count.too_big + w->back->count.too_big, 0);
}

TEST(segments_fit_the_smaller_of_the_two_mtus)
{
    each(sizes);
}

static void no_options(world *w)
{
    static const char *const off[] = {"net.ipv4.tcp_timestamps", "net.ipv4.tcp_sack", "net.ipv4.tcp_window_scaling"};
    for (int i = 0; i < 3; i++) CHECK_EQ(rs_stack_set(w->client.st, off[i], "0").code, 0);
    w_faults(w, (rs_link_faults){.delay = RS_MS(10), .lose = 20000, .overtake = 20000, .overtake_by = RS_MS(5)});
    pair p = connected(w, 80);
    transfer(w, &w->client, p.client, &w->server, p.server, 200000);
    rs_probe s = probe(w, &w->server, p.server);
    CHECK(!s.ts_on && !s.sack_on && !s.wscale_on);
}

TEST(without_any_option_it_works_too)
{
    each(no_options);
}

/* Two hosts over a path that loses one packet in fifty, whatever controls congestion, with and without marks agreed. */
TEST(every_algorithm_brings_everything_over_a_path_that_loses)
{
    static const char *const names[] = {"reno", "cubic", "bbr", "dctcp"};
    for (unsigned i = 0; i < 8; i++) {
        rs_config cfg = i % 2 ? rs_config_linux() : rs_config_rfc();
        cfg.knobs.ecn = 1;
        CHECK_EQ(rs_config_set(&cfg, "net.ipv4.tcp_congestion_control", names[i / 2]).code, 0);
        world *w = world_of(cfg, RS_IPV4);
        w_faults(w, (rs_link_faults){.delay = RS_MS(10), .lose = 20000});
        pair p = connected(w, 80);
        transfer(w, &w->client, p.client, &w->server, p.server, 300000);
        CHECK(probe(w, &w->client, p.client).ecn_on);
    }
}
