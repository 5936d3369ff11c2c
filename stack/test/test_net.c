/* The host below its sockets: waiting for the device, deadlines, and what its invariants notice. */
#define CHECK_MAIN
#include "../sock/sock.h"
#include "world.h"

static world *w;
#define S (w->client.st)
#define NOW (w->loop.now)

static world *narrow(rs_config cfg)
{
    cfg = small(cfg);
    cfg.limits.outbox_bytes = 12000;
    return world_of_two(cfg, cfg, RS_IPV4);
}

TEST(data_waits_for_the_device_and_nothing_of_it_is_lost)
{
    for (int linux_ = 0; linux_ < 2; linux_++) {
        w = narrow(linux_ ? rs_config_linux() : rs_config_rfc());
        pair p = connected(w, 80);
        transfer(w, &w->client, p.client, &w->server, p.server, 500000);
        rs_counters c;
        rs_stack_counters(S, &c);
        CHECK_EQ(c.outbox_dropped, 0);
        CHECK_EQ(c.retransmits, 0);
    }
}

TEST(connections_wait_in_line_and_all_get_their_turn)
{
    w = narrow(rs_config_linux());
    pair p[6];
    flow f[6];
    p[0] = connected(w, 80);
    for (int i = 1; i < 6; i++) p[i] = connected_again(w, p[0].listener, 80);
    for (int i = 0; i < 6; i++) start_flow(&f[i], &w->client, p[i].client, &w->server, p[i].server, 60000);
    bool waited = false, done = false;
    for (int round = 0; round < 2000 && !done; round++) {
        done = true;
        for (int i = 0; i < 6; i++) done &= flow_step(&f[i], NOW);
        waited |= S->net.wait_head != RS_NIL && S->net.wait_head != S->net.wait_tail;
        w_pass(w, RS_MS(10));
    }
    CHECK(done);
    CHECK(waited);
    CHECK_EQ(S->net.wait_head, RS_NIL);
}

TEST(a_connection_that_dies_in_line_does_no_harm)
{
    w = narrow(rs_config_linux());
    pair p = connected(w, 80), q = connected_again(w, p.listener, 80);
    static char data[100000];
    int linger[2] = {1, 0};
    OK(rs_send(S, NOW, p.client, data, sizeof data, 0, NULL));
    OK(rs_send(S, NOW, q.client, data, sizeof data, 0, NULL));
    CHECK(S->net.wait_head != RS_NIL);
    OK(rs_setsockopt(S, NOW, p.client, 1, 13, linger, sizeof linger));
    OK(rs_close(S, NOW, p.client));
    CHECK_SOUND(rs_stack_broken(S));
    pair again = connected_again(w, p.listener, 80); /* takes the slot */
    transfer(w, &w->client, again.client, &w->server, again.server, 50000);
}

TEST(timers_fire_at_their_time_and_in_their_order)
{
    w = world_of(rs_config_rfc(), RS_IPV4);
    w_faults(w, (rs_link_faults){.lose = 1000000});
    rs_endpoint to = at(w, &w->server, 80);
    for (int i = 0; i < 3; i++) {
        FAILS(rs_connect(S, NOW, sock(w, &w->client), &to), RS_EINPROGRESS);
        w_pass(w, RS_MS(100));
    }
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(rs_stack_next_deadline(S).us, 1000000 + i * 100000);
        uint64_t before = w->there->count.sent;
        w_pass(w, rs_time_diff(rs_stack_next_deadline(S), NOW));
        CHECK_EQ(w->there->count.sent, before + 1);
    }
}

TEST(a_late_caller_gets_every_timer_once)
{
    w = world_of(rs_config_rfc(), RS_IPV4);
    rs_endpoint to = at(w, &w->server, 80);
    for (int i = 0; i < 5; i++) FAILS(rs_connect(S, NOW, sock(w, &w->client), &to), RS_EINPROGRESS);
    rs_bytes pkt;
    while (rs_stack_output(S, NOW, &pkt)) continue;
    rs_stack_advance(S, (rs_time){60000000});
    int n = 0;
    while (rs_stack_output(S, (rs_time){60000000}, &pkt)) n++;
    CHECK_EQ(n, 5);
    CHECK(rs_stack_next_deadline(S).us > 60000000);
}

TEST(time_does_not_run_backwards)
{
    w = world_of(rs_config_rfc(), RS_IPV4);
    rs_stack_advance(S, (rs_time){5000000});
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(S, (rs_time){1000000}, sock(w, &w->client), &to), RS_EINPROGRESS);
    CHECK_EQ(rs_stack_next_deadline(S).us, 6000000);
}

TEST(damage_is_noticed)
{
    w = world_of(rs_config_rfc(), RS_IPV4);
    pair p = connected(w, 80);
    uint32_t conn = probe(w, &w->client, p.client).conn;
    rs_net *n = &S->net;
    CHECK_SOUND(rs_net_broken(n));
    rs_conns_at(&n->conns, conn)->waiting = true;
    CHECK(strncmp(rs_net_broken(n), "N5", 2) == 0);
    rs_conns_at(&n->conns, conn)->waiting = false;
    rs_heap_set(&n->deadlines, conn, (rs_time){77}, 0);
    CHECK(strncmp(rs_net_broken(n), "N6", 2) == 0);
    w = world_of(rs_config_rfc(), RS_IPV4);
    n = &S->net;
    n->host.orphans++;
    CHECK(strncmp(rs_net_broken(n), "N8", 2) == 0);
    n->host.orphans--;
    n->host.tw_count++;
    CHECK(strncmp(rs_net_broken(n), "N8", 2) == 0);
}
