/* close, shutdown, dup, fcntl, SO_LINGER, and the end of a process. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->client.st)
#define NOW (w->loop.now)
static char buf[200000];

static void linger(const host *h, rs_fd fd, int on, int secs)
{
    int value[2] = {on, secs};
    OK(rs_setsockopt(h->st, NOW, fd, 1, 13, value, sizeof value));
}

static uint64_t live(const host *h)
{
    rs_counters c;
    rs_stack_counters(h->st, &c);
    return c.conns_live;
}

static pair begin(rs_config cfg)
{
    w = world_of(cfg, RS_IPV4);
    return connected(w, 80);
}

static rs_state state_of(const host *h, uint16_t peer_port_is)
{
    rs_probe p;
    uint32_t iter = 0;
    while (rs_probe_next(h->st, NOW, &iter, &p))
        if (p.state != RS_LISTEN && (p.local.port == peer_port_is || p.remote.port == peer_port_is)) return p.state;
    return RS_CLOSED;
}
#define CONN_IS(h, s) CHECK_STR(rs_state_name(state_of(h, 80)), rs_state_name(s))

TEST(close_counts_references_and_only_the_last_one_sends_fin)
{
    pair p = begin(rs_config_rfc());
    rs_fd copy = (rs_fd)OK(rs_dup(S, NOW, p.client));
    OK(rs_close(S, NOW, p.client));
    FAILS(rs_close(S, NOW, p.client), RS_EBADF);
    w_pass(w, RS_MS(50));
    STATE_IS(w, &w->client, copy, RS_ESTABLISHED);
    CHECK_EQ(OK(rs_send(S, NOW, copy, "x", 1, 0, NULL)), 1);
    OK(rs_close(S, NOW, copy));
    w_pass(w, RS_MS(50));
    STATE_IS(w, &w->server, p.server, RS_CLOSE_WAIT);
    CONN_IS(&w->client, RS_FIN_WAIT_2);
}

TEST(shutdown_acts_at_once_for_every_holder)
{
    pair p = begin(rs_config_rfc());
    rs_fd copy = (rs_fd)OK(rs_dup(S, NOW, p.client));
    OK(rs_shutdown(S, NOW, copy, RS_SHUT_WR));
    FAILS(rs_send(S, NOW, p.client, "x", 1, 0, NULL), RS_EPIPE);
    w_pass(w, RS_MS(50));
    STATE_IS(w, &w->server, p.server, RS_CLOSE_WAIT);
}

TEST(half_a_connection_carries_data_on)
{
    pair p = begin(rs_config_linux());
    OK(rs_shutdown(S, NOW, p.client, RS_SHUT_WR));
    w_pass(w, RS_MS(50));
    CHECK_EQ(OK(rs_recv(w->server.st, NOW, p.server, buf, 10, 0, NULL)), 0);
    transfer(w, &w->server, p.server, &w->client, p.client, 100000);
    STATE_IS(w, &w->client, p.client, RS_FIN_WAIT_2);
    OK(rs_close(w->server.st, NOW, p.server));
    w_pass(w, RS_MS(50));
    STATE_IS(w, &w->client, p.client, RS_TIME_WAIT);
}

TEST(both_ends_close_at_once)
{
    pair p = begin(rs_config_rfc());
    OK(rs_close(S, NOW, p.client));
    OK(rs_close(w->server.st, NOW, p.server));
    w_pass(w, RS_MS(15));
    CONN_IS(&w->client, RS_CLOSING);
    w_pass(w, RS_MS(15));
    CONN_IS(&w->client, RS_TIME_WAIT);
    CONN_IS(&w->server, RS_TIME_WAIT);
    w_pass(w, RS_SEC(241));
    CHECK_EQ(live(&w->client) + live(&w->server), 0);
}

TEST(linger_time_0_resets_and_skips_time_wait)
{
    pair p = begin(rs_config_linux());
    linger(&w->client, p.client, 1, 0);
    OK(rs_close(S, NOW, p.client));
    CHECK_EQ(live(&w->client), 0);
    w_pass(w, RS_MS(50));
    FAILS(rs_recv(w->server.st, NOW, p.server, buf, 10, 0, NULL), RS_ECONNRESET);
}

TEST(unread_data_makes_close_a_reset_on_linux)
{
    pair p = begin(rs_config_linux());
    OK(rs_send(w->server.st, NOW, p.server, "abc", 3, 0, NULL));
    w_pass(w, RS_MS(50));
    OK(rs_close(S, NOW, p.client));
    w_pass(w, RS_MS(50));
    FAILS(rs_recv(w->server.st, NOW, p.server, buf, 10, 0, NULL), RS_ECONNRESET);
}

TEST(close_with_linger_waits_until_the_peer_has_everything)
{
    pair p = begin(rs_config_linux());
    linger(&w->client, p.client, 1, 10);
    OK(rs_send(S, NOW, p.client, buf, 20000, 0, NULL));
    rs_time begun = NOW;
    rs_ret r = rs_close(S, NOW, p.client);
    CHECK(r.parked);
    FAILS(rs_send(S, NOW, p.client, "x", 1, 0, NULL), RS_EBADF);
    OK(finish(w, &w->client, r, NULL, 0, RS_SEC(20)));
    CHECK(NOW.us - begun.us >= 20000 && NOW.us - begun.us < 1000000);
    CHECK_EQ(OK(rs_recv(w->server.st, NOW, p.server, buf, 30000, RS_MSG_TRUNC, NULL)), 20000);
    CONN_IS(&w->client, RS_FIN_WAIT_2);
}

TEST(close_with_linger_stops_waiting_and_the_connection_goes_on)
{
    pair p = begin(rs_config_linux());
    linger(&w->client, p.client, 1, 3);
    w_faults(w, (rs_link_faults){.lose = 1000000});
    rs_time begun = NOW;
    OK(finish(w, &w->client, rs_close(S, NOW, p.client), NULL, 0, RS_SEC(20)));
    CHECK_EQ(NOW.us - begun.us, 3000000);
    CONN_IS(&w->client, RS_FIN_WAIT_1);
}

TEST(a_cancelled_lingering_close_is_still_closed)
{
    pair p = begin(rs_config_linux());
    linger(&w->client, p.client, 1, 3);
    rs_ret r = rs_close(S, NOW, p.client);
    OK(rs_call_cancel(S, NOW, r.parked));
    w_pass(w, RS_SEC(1));
    CONN_IS(&w->client, RS_FIN_WAIT_2);
}

TEST(nothing_to_wait_for_makes_a_lingering_close_short)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client), l = listener(w, &w->client, 80, 1);
    linger(&w->client, fd, 1, 3);
    OK(rs_close(S, NOW, fd));
    linger(&w->client, l, 1, 3);
    OK(rs_close(S, NOW, l));
}

TEST(shutdown_knows_what_it_cannot_do)
{
    pair p = begin(rs_config_linux());
    FAILS(rs_shutdown(S, NOW, 99, RS_SHUT_WR), RS_EBADF);
    FAILS(rs_shutdown(S, NOW, p.client, 3), RS_EINVAL);
    FAILS(rs_shutdown(S, NOW, p.client, -1), RS_EINVAL);
    FAILS(rs_shutdown(S, NOW, sock(w, &w->client), RS_SHUT_WR), RS_ENOTCONN);
    OK(rs_shutdown(S, NOW, p.client, RS_SHUT_RDWR));
    OK(rs_shutdown(S, NOW, p.client, RS_SHUT_WR));
    linger(&w->server, p.server, 1, 0);
    OK(rs_close(w->server.st, NOW, p.server));
    w_pass(w, RS_MS(50));
    FAILS(rs_shutdown(S, NOW, p.client, RS_SHUT_WR), RS_ENOTCONN);
}

TEST(shutting_an_attempt_down_ends_it)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
    OK(rs_shutdown(S, NOW, fd, RS_SHUT_WR));
    CHECK_EQ(live(&w->client), 0);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
}

TEST(a_listener_that_is_shut_stops_and_can_start_again)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5);
    OK(rs_shutdown(w->server.st, NOW, l, RS_SHUT_WR));
    FAILS(rs_accept(w->server.st, NOW, l, NULL, 0), RS_EAGAIN);
    OK(rs_shutdown(w->server.st, NOW, l, RS_SHUT_RD));
    FAILS(rs_accept(w->server.st, NOW, l, NULL, 0), RS_EINVAL);
    OK(rs_listen(w->server.st, NOW, l, 5));
    connected_again(w, l, 80);
}

TEST(a_descriptor_in_use_by_a_waiting_call_lives_until_the_call_ends)
{
    pair p = begin(rs_config_linux());
    OK(rs_fcntl(S, NOW, p.client, RS_F_SETFL, 0));
    rs_ret r = rs_recv(S, NOW, p.client, buf, 10, 0, NULL);
    OK(rs_close(S, NOW, p.client));
    w_pass(w, RS_MS(50));
    CONN_IS(&w->client, RS_ESTABLISHED);
    OK(rs_send(w->server.st, NOW, p.server, "abc", 3, 0, NULL));
    CHECK_EQ(OK(finish(w, &w->client, r, buf, 10, RS_SEC(1))), 3);
    w_pass(w, RS_MS(50));
    STATE_IS(w, &w->server, p.server, RS_CLOSE_WAIT);
}

TEST(fcntl_duplicates_from_a_number_on_and_knows_its_flags)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    CHECK_EQ(OK(rs_fcntl(S, NOW, fd, RS_F_DUPFD, 20)), 20);
    CHECK_EQ(OK(rs_fcntl(S, NOW, fd, RS_F_DUPFD, 20)), 21);
    FAILS(rs_fcntl(S, NOW, fd, RS_F_DUPFD, -1), RS_EINVAL);
    FAILS(rs_fcntl(S, NOW, fd, 999, 0), RS_EINVAL);
    FAILS(rs_fcntl(S, NOW, 99, RS_F_GETFL, 0), RS_EBADF);
    OK(rs_fcntl(S, NOW, fd, RS_F_SETFD, 1));
    CHECK_EQ(OK(rs_fcntl(S, NOW, fd, RS_F_GETFD, 0)), 1);
    CHECK_EQ(OK(rs_fcntl(S, NOW, 20, RS_F_GETFD, 0)), 0);
    CHECK_EQ(OK(rs_fcntl(S, NOW, 20, RS_F_GETFL, 0)), RS_O_RDWR | RS_O_NONBLOCK);
    OK(rs_fcntl(S, NOW, fd, RS_F_SETFL, 0)); /* shared by all that name the socket */
    CHECK_EQ(OK(rs_fcntl(S, NOW, 20, RS_F_GETFL, 0)), RS_O_RDWR);
}

TEST(a_process_that_ends_closes_everything_in_order)
{
    pair p = begin(rs_config_linux());
    pair q = connected_again(w, p.listener, 80);
    rs_fd copy = (rs_fd)OK(rs_dup(S, NOW, p.client));
    linger(&w->client, q.client, 1, 5);
    OK(rs_fcntl(S, NOW, copy, RS_F_SETFL, 0));
    CHECK(rs_recv(S, NOW, copy, buf, 1, 0, NULL).parked);
    rs_close_all(S, NOW);
    FAILS(rs_close(S, NOW, copy), RS_EBADF);
    w_pass(w, RS_MS(50));
    STATE_IS(w, &w->server, p.server, RS_CLOSE_WAIT);
    STATE_IS(w, &w->server, q.server, RS_CLOSE_WAIT);
    rs_close_all(w->server.st, NOW);
    w_pass(w, RS_SEC(61));
    CHECK_EQ(live(&w->client) + live(&w->server), 0);
}

TEST(an_orphan_in_fin_wait_2_does_not_wait_for_ever_on_linux)
{
    pair p = begin(rs_config_linux());
    OK(rs_close(S, NOW, p.client));
    w_pass(w, RS_SEC(1));
    CONN_IS(&w->client, RS_FIN_WAIT_2);
    w_pass(w, RS_SEC(60));
    CHECK_EQ(live(&w->client), 0);
    STATE_IS(w, &w->server, p.server, RS_CLOSE_WAIT);
}
