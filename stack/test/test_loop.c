/* Virtual time over several stacks. */
#define CHECK_MAIN
#include "world.h"

static world *w;

TEST(time_moves_only_when_there_is_nothing_left_to_do)
{
    w = world_of(rs_config_rfc(), RS_IPV4);
    rs_endpoint to = at(w, &w->server, 80);
    listener(w, &w->server, 80, 5);
    FAILS(rs_connect(w->client.st, w->loop.now, sock(w, &w->client), &to), RS_EINPROGRESS);
    CHECK_EQ(rs_loop_next(&w->loop).us, 1000000); /* the SYN is not on the wire yet: only its timer */
    rs_loop_settle(&w->loop);
    CHECK_EQ(w->loop.now.us, 0);
    CHECK_EQ(rs_loop_next(&w->loop).us, 10000);
    CHECK(!rs_loop_run(&w->loop, (rs_time){10000}, NULL, NULL));
    CHECK_EQ(w->loop.now.us, 10000);
    CHECK_EQ(rs_loop_next(&w->loop).us, 20000);
}

TEST(a_run_without_events_goes_to_its_end)
{
    w = world_of(rs_config_rfc(), RS_IPV4);
    CHECK(rs_time_is_never(rs_loop_next(&w->loop)));
    CHECK(!rs_loop_run(&w->loop, (rs_time){123}, NULL, NULL));
    CHECK_EQ(w->loop.now.us, 123);
}

static bool at_once(void *ctx, rs_loop *l)
{
    (void)l;
    ++*(int *)ctx;
    return true;
}

TEST(a_condition_that_holds_ends_the_run_where_it_is)
{
    w = world_of(rs_config_rfc(), RS_IPV4);
    int asked = 0;
    CHECK(rs_loop_run(&w->loop, (rs_time){1000}, at_once, &asked));
    CHECK_EQ(asked, 1);
    CHECK_EQ(w->loop.now.us, 0);
}

TEST(three_hosts_talk_across_their_links)
{
    /* The client reaches two servers; each over its own link. */
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_config cfg = small(rs_config_linux());
    rs_addr third = rs_addr_v4(192, 0, 2, 3);
    CHECK_EQ(rs_config_add_local(&cfg, third, 24).code, 0);
    host h = {.cfg = cfg, .v4 = third};
    CHECK_EQ(rs_stack_init(&h.st, w_memory(rs_stack_size(&cfg)), rs_stack_size(&cfg), &cfg, (rs_time){0}).code, 0);
    rs_link_conf conf = {.packets = 500, .mtu = 1500, .faults = {.delay = RS_MS(1)}};
    rs_link *out = rs_link_init(w_memory(rs_link_size(&conf)), rs_link_size(&conf), &conf);
    rs_link *in = rs_link_init(w_memory(rs_link_size(&conf)), rs_link_size(&conf), &conf);
    int n = rs_loop_add(&w->loop, h.st, &cfg);
    CHECK(rs_loop_join(&w->loop, 0, n, out) && rs_loop_join(&w->loop, n, 0, in));
    rs_fd l = listener(w, &h, 80, 5), fd = sock(w, &w->client);
    rs_endpoint to = {third, 80};
    FAILS(rs_connect(w->client.st, w->loop.now, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(5));
    rs_fd child = (rs_fd)OK(rs_accept(h.st, w->loop.now, l, NULL, RS_SOCK_NONBLOCK));
    transfer(w, &w->client, fd, &h, child, 50000);
    pair p = connected(w, 80);
    transfer(w, &w->client, p.client, &w->server, p.server, 50000);
}

TEST(packets_for_nobody_are_counted)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_endpoint nobody = {rs_addr_v4(192, 0, 2, 77), 80};
    FAILS(rs_connect(w->client.st, w->loop.now, sock(w, &w->client), &nobody), RS_EINPROGRESS);
    w_pass(w, RS_MS(500));
    CHECK_EQ(w->loop.unroutable, 1);
}

TEST(a_full_loop_takes_no_more)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    for (int i = 2; i < RS_LOOP_NODES; i++) CHECK_EQ(rs_loop_add(&w->loop, w->client.st, &w->client.cfg), i);
    CHECK_EQ(rs_loop_add(&w->loop, w->client.st, &w->client.cfg), -1);
    for (int i = 2; i < RS_LOOP_LINKS; i++) CHECK(rs_loop_join(&w->loop, 0, 1, w->there));
    CHECK(!rs_loop_join(&w->loop, 0, 1, w->there));
}
