/* connect in all its phases. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->client.st)
#define NOW (w->loop.now)

TEST(a_non_blocking_connect_tells_once_how_it_ended)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    listener(w, &w->server, 80, 5);
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EALREADY);
    STATE_IS(w, &w->client, fd, RS_SYN_SENT);
    w_pass(w, RS_MS(30));
    OK(rs_connect(S, NOW, fd, &to));
    FAILS(rs_connect(S, NOW, fd, &to), RS_EISCONN);
}

TEST(a_blocking_connect_waits_for_the_handshake)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    listener(w, &w->server, 80, 5);
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    OK(rs_fcntl(S, NOW, fd, RS_F_SETFL, 0));
    rs_ret r = rs_connect(S, NOW, fd, &to);
    CHECK(r.parked);
    CHECK(!rs_call_ready(S, r.parked));
    OK(finish(w, &w->client, r, NULL, 0, RS_SEC(1)));
    CHECK_EQ(NOW.us, 20000);
    CHECK(!rs_call_ready(S, r.parked));
}

TEST(a_closed_port_refuses_and_the_socket_may_try_again)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_SEC(1));
    CHECK(ready_for(w, &w->client, fd) & RS_POLLERR);
    FAILS(rs_connect(S, NOW, fd, &to), RS_ECONNREFUSED);
    listener(w, &w->server, 80, 5);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_SEC(1));
    OK(rs_connect(S, NOW, fd, &to));
}

TEST(so_error_takes_the_error_of_the_attempt)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_SEC(1));
    int value = 0;
    uint32_t len = sizeof value;
    OK(rs_getsockopt(S, NOW, fd, 1, 4, &value, &len));
    CHECK_EQ(value, RS_ECONNREFUSED);
    OK(rs_getsockopt(S, NOW, fd, 1, 4, &value, &len));
    CHECK_EQ(value, 0);
    FAILS(rs_connect(S, NOW, fd, &to), RS_ECONNABORTED);
}

TEST(nobody_answers_and_the_attempt_times_out)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    CHECK_EQ(rs_stack_set(S, "net.ipv4.tcp_syn_retries", "5").code, 0);
    CHECK_EQ(rs_stack_set(S, "quirk.syn_linear_timeouts", "0").code, 0);
    CHECK_EQ(rs_stack_set(S, "net.ipv4.tcp_syn_linear_timeouts", "0").code, 0);
    w_faults(w, (rs_link_faults){.lose = 1000000});
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    OK(rs_fcntl(S, NOW, fd, RS_F_SETFL, 0));
    rs_ret r = finish(w, &w->client, rs_connect(S, NOW, fd, &to), NULL, 0, RS_SEC(100));
    FAILS(r, RS_ETIMEDOUT);
    CHECK_EQ(NOW.us / 1000000, 63);
    CHECK_EQ(w->there->count.sent, 6);
}

TEST(a_blocking_connect_gives_up_waiting_at_so_sndtimeo)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    w_faults(w, (rs_link_faults){.lose = 1000000});
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    int64_t timeout[2] = {2, 500000};
    OK(rs_setsockopt(S, NOW, fd, 1, 21, timeout, sizeof timeout));
    OK(rs_fcntl(S, NOW, fd, RS_F_SETFL, 0));
    FAILS(finish(w, &w->client, rs_connect(S, NOW, fd, &to), NULL, 0, RS_SEC(100)), RS_EINPROGRESS);
    CHECK_EQ(NOW.us, 2500000);
    STATE_IS(w, &w->client, fd, RS_SYN_SENT);
}

TEST(a_signal_ends_the_waiting_and_not_the_attempt)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    listener(w, &w->server, 80, 5);
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    OK(rs_fcntl(S, NOW, fd, RS_F_SETFL, 0));
    rs_ret r = rs_connect(S, NOW, fd, &to);
    FAILS(rs_call_cancel(S, NOW, r.parked), RS_EINTR);
    FAILS(rs_call_cancel(S, NOW, r.parked), RS_EINVAL);
    w_pass(w, RS_SEC(1));
    OK(rs_connect(S, NOW, fd, &to));
}

TEST(what_cannot_be_reached_is_refused_at_once)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client), l = listener(w, &w->client, 90, 5);
    rs_endpoint group = {rs_addr_v4(224, 0, 0, 1), 80}, six = {w->server.v6, 80}, to = at(w, &w->server, 80);
    FAILS(rs_connect(S, NOW, 99, &to), RS_EBADF);
    FAILS(rs_connect(S, NOW, fd, &group), RS_ENETUNREACH);
    FAILS(rs_connect(S, NOW, fd, &six), RS_EAFNOSUPPORT);
    FAILS(rs_connect(S, NOW, l, &to), RS_EISCONN);
}

TEST(ephemeral_ports_run_out_for_one_peer_and_not_for_another)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    CHECK_EQ(rs_stack_set(S, "net.ipv4.ip_local_port_range", "5000 5003").code, 0);
    rs_endpoint to = at(w, &w->server, 80), other = at(w, &w->server, 81);
    for (int i = 0; i < 4; i++) FAILS(rs_connect(S, NOW, sock(w, &w->client), &to), RS_EINPROGRESS);
    FAILS(rs_connect(S, NOW, sock(w, &w->client), &to), RS_EADDRNOTAVAIL);
    FAILS(rs_connect(S, NOW, sock(w, &w->client), &other), RS_EINPROGRESS);
}

TEST(a_connection_in_time_wait_keeps_its_port_from_the_same_peer)
{
    w = world_of(rs_config_rfc(), RS_IPV4);
    CHECK_EQ(rs_stack_set(S, "net.ipv4.ip_local_port_range", "5000 5000").code, 0);
    pair p = connected(w, 80);
    OK(rs_close(S, NOW, p.client));
    w_pass(w, RS_SEC(1));
    OK(rs_close(w->server.st, NOW, p.server));
    w_pass(w, RS_SEC(1));
    rs_endpoint to = at(w, &w->server, 80);
    rs_fd fd = sock(w, &w->client);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EADDRNOTAVAIL);
    w_pass(w, RS_SEC(240));
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
}

TEST(a_bound_socket_connects_from_its_port)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    listener(w, &w->server, 80, 5);
    rs_fd fd = sock(w, &w->client);
    rs_endpoint mine = at(w, &w->client, 7777), to = at(w, &w->server, 80), name;
    OK(rs_bind(S, NOW, fd, &mine));
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
    OK(rs_getsockname(S, NOW, fd, &name));
    CHECK(rs_endpoint_eq(&name, &mine));
}

TEST(connecting_to_nothing_dissolves_the_connection)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    OK(rs_connect(S, NOW, p.client, NULL));
    w_pass(w, RS_MS(50));
    char buf[4];
    FAILS(rs_recv(w->server.st, NOW, p.server, buf, 4, 0, NULL), RS_ECONNRESET);
    int value = 0;
    uint32_t len = sizeof value;
    OK(rs_getsockopt(S, NOW, p.client, 1, 4, &value, &len));
    CHECK_EQ(value, RS_ECONNRESET);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(S, NOW, p.client, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(50));
    OK(rs_connect(S, NOW, p.client, &to));
}

TEST(a_listener_can_be_dissolved_too)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5);
    OK(rs_connect(w->server.st, NOW, l, NULL));
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_SEC(1));
    FAILS(rs_connect(S, NOW, fd, &to), RS_ECONNREFUSED);
    OK(rs_listen(w->server.st, NOW, l, 5));
}

TEST(two_that_connect_to_each_other_at_once_share_one_connection)
{
    for (int linux_ = 0; linux_ < 2; linux_++) {
        w = world_of(linux_ ? rs_config_linux() : rs_config_rfc(), RS_IPV4);
        rs_fd a = sock(w, &w->client), b = sock(w, &w->server);
        rs_endpoint ea = at(w, &w->client, 5000), eb = at(w, &w->server, 6000);
        OK(rs_bind(S, NOW, a, &ea));
        OK(rs_bind(w->server.st, NOW, b, &eb));
        FAILS(rs_connect(S, NOW, a, &eb), RS_EINPROGRESS);
        FAILS(rs_connect(w->server.st, NOW, b, &ea), RS_EINPROGRESS);
        w_pass(w, RS_MS(15));
        STATE_IS(w, &w->client, a, RS_SYN_RECEIVED);
        w_pass(w, RS_SEC(5));
        STATE_IS(w, &w->client, a, RS_ESTABLISHED);
        STATE_IS(w, &w->server, b, RS_ESTABLISHED);
        transfer(w, &w->client, a, &w->server, b, 20000);
    }
}

TEST(a_host_can_talk_to_itself)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->client, 80, 5), fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->client, 80), zero = anywhere(w, 80);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(1));
    OK(rs_connect(S, NOW, fd, &to));
    rs_fd child = (rs_fd)OK(rs_accept(S, NOW, l, NULL, RS_SOCK_NONBLOCK));
    transfer(w, &w->client, fd, &w->client, child, 300000);
    CHECK_EQ(w->there->count.sent, 0);
    FAILS(rs_connect(S, NOW, sock(w, &w->client), &zero), RS_EINPROGRESS);
    w_pass(w, RS_MS(1));
    OK(rs_accept(S, NOW, l, NULL, 0));
}
