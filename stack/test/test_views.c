/* Looking at connections and listeners. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define NOW (w->loop.now)

TEST(a_walk_meets_every_connection_and_listener_once)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    connected_again(w, p.listener, 80);
    listener(w, &w->server, 81, 5);
    rs_probe probe;
    uint32_t iter = 0, conns = 0, listeners = 0;
    while (rs_probe_next(w->server.st, NOW, &iter, &probe)) {
        if (probe.state == RS_LISTEN) listeners++;
        else conns++;
        CHECK(probe.state == RS_LISTEN || probe.state == RS_ESTABLISHED);
    }
    CHECK_EQ(conns, 2);
    CHECK_EQ(listeners, 2);
}

TEST(a_connection_is_seen_by_descriptor_and_by_tuple_alike)
{
    w = world_of(rs_config_linux(), RS_IPV6);
    pair p = connected(w, 80);
    rs_probe a = probe(w, &w->client, p.client), b;
    CHECK(rs_probe_tuple(w->client.st, NOW, &a.local, &a.remote, &b));
    CHECK_EQ(a.conn, b.conn);
    CHECK_EQ(a.snd_nxt, b.snd_nxt);
    CHECK(!rs_probe_tuple(w->client.st, NOW, &a.remote, &a.local, &b));
    CHECK(!rs_probe_fd(w->client.st, NOW, 99, &b));
    rs_probe c = probe(w, &w->server, p.server);
    CHECK_EQ(a.snd_nxt, c.rcv_nxt);
    CHECK_EQ(a.rcv_nxt, c.snd_nxt);
    CHECK(a.ts_on && c.ts_on && a.wscale_on && a.sack_on);
}

TEST(looking_changes_nothing)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    rs_time before = rs_stack_next_deadline(w->client.st);
    rs_probe a;
    for (int i = 0; i < 3; i++) CHECK(rs_probe_fd(w->client.st, (rs_time){NOW.us + 5000000}, p.client, &a));
    CHECK_EQ(rs_stack_next_deadline(w->client.st).us, before.us);
    CHECK_EQ(a.so_error, 0);
}

TEST(counters_count)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    transfer(w, &w->client, p.client, &w->server, p.server, 50000);
    w_pass(w, RS_SEC(1));
    rs_counters c, s;
    rs_stack_counters(w->client.st, &c);
    rs_stack_counters(w->server.st, &s);
    CHECK_EQ(c.packets_out, s.packets_in);
    CHECK_EQ(c.segs_out, s.segs_in);
    CHECK_EQ(c.conns_live, 1);
    CHECK_EQ(c.blocks_live, 0);
    CHECK_EQ(c.records_live, 0);
    CHECK(s.blocks_high > 0);
    CHECK_EQ(c.outbox_dropped, 0);
}

TEST(a_segment_that_is_out_holds_a_record)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    rs_counters c;
    CHECK_EQ(rs_send(w->client.st, NOW, p.client, "text", 4, 0, NULL).value, 4);
    rs_stack_counters(w->client.st, &c);
    CHECK_EQ(c.records_live, 1);
    w_pass(w, RS_SEC(1));
    rs_stack_counters(w->client.st, &c);
    CHECK_EQ(c.records_live, 0);
}

TEST(one_count_of_what_was_dropped_is_that_of_all_counters)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    static const uint8_t half[10] = {0x45};
    rs_stack_input(w->client.st, NOW, (rs_bytes){half, sizeof half});
    rs_counters c;
    uint64_t all = 0;
    rs_stack_counters(w->client.st, &c);
    for (unsigned i = 0; i < rs_drop_reasons(); i++) {
        CHECK_EQ(rs_stack_drops(w->client.st, i), c.drops[i]);
        all += c.drops[i];
    }
    CHECK_EQ(all, 1);
    CHECK_EQ(rs_stack_drops(w->client.st, rs_drop_reasons()), 0);
}
