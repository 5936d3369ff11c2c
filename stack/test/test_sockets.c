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
    w_faults(w, (rs_link_faults){.delay = RS_MS(10), .jitter = RS_MS(3), .lose = 30000, .repeat = 10000, .corrupt = 10000,
                                 .overtake = 30000, .overtake_by = RS_MS(6)});
    pair p = connected(w, 80);
    transfer(w, &w->client, p.client, &w->server, p.server, 300000);
    transfer(w, &w->server, p.server, &w->client, p.client, 100000);
}

TEST(bytes_arrive_once_and_in_order_over_a_bad_network)
{
    each(lossy);
}
