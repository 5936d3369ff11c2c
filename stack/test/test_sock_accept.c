/* accept, and what happens when nobody accepts. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->server.st)
#define NOW (w->loop.now)

static rs_fd dial(void)
{
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(w->client.st, NOW, fd, &to), RS_EINPROGRESS);
    return fd;
}

TEST(accept_is_for_listeners)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5), fd = sock(w, &w->server);
    FAILS(rs_accept(S, NOW, 99, NULL, 0), RS_EBADF);
    FAILS(rs_accept(S, NOW, fd, NULL, 0), RS_EINVAL);
    FAILS(rs_accept(S, NOW, l, NULL, 1), RS_EINVAL);
    FAILS(rs_accept(S, NOW, l, NULL, 0), RS_EAGAIN);
}

TEST(connections_are_accepted_in_the_order_they_were_made_and_name_their_peer)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5), clients[3];
    for (int i = 0; i < 3; i++) {
        clients[i] = dial();
        w_pass(w, RS_MS(50));
    }
    for (int i = 0; i < 3; i++) {
        rs_endpoint peer, name;
        OK(rs_accept(S, NOW, l, &peer, 0));
        OK(rs_getsockname(w->client.st, NOW, clients[i], &name));
        CHECK(rs_endpoint_eq(&peer, &name));
    }
}

TEST(a_blocking_accept_waits_and_the_flags_are_those_of_the_new_descriptor)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5);
    OK(rs_fcntl(S, NOW, l, RS_F_SETFL, 0));
    rs_ret first = rs_accept(S, NOW, l, NULL, RS_SOCK_NONBLOCK | RS_SOCK_CLOEXEC),
           second = rs_accept(S, NOW, l, NULL, 0);
    CHECK(first.parked && second.parked && first.parked != second.parked);
    dial();
    w_pass(w, RS_MS(50));
    CHECK(rs_call_ready(S, first.parked));
    CHECK(!rs_call_ready(S, second.parked));
    rs_endpoint peer;
    rs_fd fd = (rs_fd)OK(rs_call_resume(S, NOW, first.parked, &peer, sizeof peer));
    CHECK(rs_addr_eq(&peer.addr, &w->client.v4));
    CHECK_EQ(OK(rs_fcntl(S, NOW, fd, RS_F_GETFL, 0)), RS_O_RDWR | RS_O_NONBLOCK);
    CHECK_EQ(OK(rs_fcntl(S, NOW, fd, RS_F_GETFD, 0)), 1);
    CHECK(!rs_call_ready(S, second.parked));
    dial();
    fd = (rs_fd)OK(finish(w, &w->server, second, NULL, 0, RS_SEC(1)));
    CHECK_EQ(OK(rs_fcntl(S, NOW, fd, RS_F_GETFL, 0)), RS_O_RDWR);
}

TEST(accept_gives_up_at_so_rcvtimeo)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5);
    int64_t timeout[2] = {3, 0};
    OK(rs_fcntl(S, NOW, l, RS_F_SETFL, 0));
    OK(rs_setsockopt(S, NOW, l, 1, 20, timeout, sizeof timeout));
    FAILS(finish(w, &w->server, rs_accept(S, NOW, l, NULL, 0), NULL, 0, RS_SEC(10)), RS_EAGAIN);
    CHECK_EQ(NOW.us, 3000000);
}

TEST(a_waiting_accept_ends_when_the_listener_stops)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5);
    OK(rs_fcntl(S, NOW, l, RS_F_SETFL, 0));
    rs_ret r = rs_accept(S, NOW, l, NULL, 0);
    OK(rs_shutdown(S, NOW, l, RS_SHUT_RD));
    FAILS(finish(w, &w->server, r, NULL, 0, RS_SEC(1)), RS_EINVAL);
}

TEST(the_accept_queue_takes_one_more_than_the_backlog_and_the_rest_must_retry)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 2);
    for (int i = 0; i < 3; i++) {
        dial();
        w_pass(w, RS_MS(50));
    }
    rs_fd late = dial();
    w_pass(w, RS_MS(100));
    CHECK_EQ(probe(w, &w->server, l).accept_queue_len, 3);
    STATE_IS(w, &w->client, late, RS_SYN_SENT);
    OK(rs_accept(S, NOW, l, NULL, 0));
    w_pass(w, RS_SEC(3));
    STATE_IS(w, &w->client, late, RS_ESTABLISHED);
    CHECK_EQ(probe(w, &w->server, l).accept_queue_len, 3);
}

TEST(a_connection_that_was_reset_in_the_queue_is_still_accepted_and_tells_why)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5), client = dial();
    w_pass(w, RS_MS(50));
    int linger[2] = {1, 0};
    OK(rs_setsockopt(w->client.st, NOW, client, 1, 13, linger, sizeof linger));
    OK(rs_close(w->client.st, NOW, client));
    w_pass(w, RS_MS(50));
    rs_fd fd = (rs_fd)OK(rs_accept(S, NOW, l, NULL, RS_SOCK_NONBLOCK));
    char buf[4];
    FAILS(rs_recv(S, NOW, fd, buf, 4, 0, NULL), RS_ECONNRESET);
    CHECK_EQ(OK(rs_recv(S, NOW, fd, buf, 4, 0, NULL)), 0);
}

TEST(closing_a_listener_resets_what_nobody_accepted)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5), client = dial();
    w_pass(w, RS_MS(50));
    STATE_IS(w, &w->client, client, RS_ESTABLISHED);
    OK(rs_close(S, NOW, l));
    w_pass(w, RS_MS(50));
    char buf[4];
    FAILS(rs_recv(w->client.st, NOW, client, buf, 4, 0, NULL), RS_ECONNRESET);
    rs_counters c;
    rs_stack_counters(S, &c);
    CHECK_EQ(c.conns_live, 0);
}

TEST(closing_a_listener_forgets_half_open_children)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5);
    dial();
    w_pass(w, RS_MS(15)); /* the SYN has arrived, the ACK has not */
    CHECK_EQ(probe(w, &w->server, l).syn_queue_len, 1);
    OK(rs_close(S, NOW, l));
    w_pass(w, RS_MS(50));
    rs_counters c;
    rs_stack_counters(S, &c);
    CHECK_EQ(c.conns_live, 0);
}

TEST(children_inherit_the_options_of_their_listener)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5);
    int one = 1, value = 0, idle = 77;
    OK(rs_setsockopt(S, NOW, l, 6, 1, &one, sizeof one));
    OK(rs_setsockopt(S, NOW, l, 6, 4, &idle, sizeof idle));
    pair p = connected_again(w, l, 80);
    uint32_t len = sizeof value;
    OK(rs_getsockopt(S, NOW, p.server, 6, 1, &value, &len));
    CHECK_EQ(value, 1);
    OK(rs_getsockopt(S, NOW, p.server, 6, 4, &value, &len));
    CHECK_EQ(value, 77);
}

TEST(without_a_descriptor_the_connection_stays_in_the_queue)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5);
    dial();
    w_pass(w, RS_MS(50));
    while (rs_dup(S, NOW, l).value >= 0) continue;
    FAILS(rs_accept(S, NOW, l, NULL, 0), RS_EMFILE);
    CHECK_EQ(probe(w, &w->server, l).accept_queue_len, 1);
    OK(rs_close(S, NOW, 9));
    CHECK_EQ(OK(rs_accept(S, NOW, l, NULL, 0)), 9);
}

TEST(a_listener_that_waits_for_data_takes_connections_with_data_or_after_its_time)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5), talker = dial(), silent = dial();
    int secs = 3;
    OK(rs_setsockopt(S, NOW, l, 6, 9, &secs, sizeof secs));
    w_pass(w, RS_MS(50));
    FAILS(rs_accept(S, NOW, l, NULL, 0), RS_EAGAIN);
    STATE_IS(w, &w->client, talker, RS_ESTABLISHED);
    OK(rs_send(w->client.st, NOW, talker, "abc", 3, 0, NULL));
    w_pass(w, RS_MS(50));
    rs_fd fd = (rs_fd)OK(rs_accept(S, NOW, l, NULL, 0));
    char buf[10];
    CHECK_EQ(OK(rs_recv(S, NOW, fd, buf, sizeof buf, 0, NULL)), 3);
    FAILS(rs_accept(S, NOW, l, NULL, 0), RS_EAGAIN);
    w_pass(w, RS_SEC(4)); /* the ACK of the second SYN-ACK that is sent again counts */
    OK(rs_accept(S, NOW, l, NULL, 0));
    STATE_IS(w, &w->client, silent, RS_ESTABLISHED);
}
