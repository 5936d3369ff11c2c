/* socket, bind, listen, getsockname, getpeername. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->client.st)
#define NOW (w->loop.now)

static void set(rs_fd fd, int level, int name, int value)
{
    OK(rs_setsockopt(S, NOW, fd, level, name, &value, sizeof value));
}
enum { SOL_SOCKET_ = 1, REUSEADDR = 2, REUSEPORT = 15, IPV6_ = 41, V6ONLY = 26 };

TEST(a_socket_is_a_stream_of_one_of_two_families)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    FAILS(rs_socket(S, NOW, 1, RS_SOCK_STREAM, 0), RS_EAFNOSUPPORT);
    FAILS(rs_socket(S, NOW, RS_PF_INET, 2, 0), RS_ESOCKTNOSUPPORT);
    FAILS(rs_socket(S, NOW, RS_PF_INET, 0, 0), RS_EINVAL);
    FAILS(rs_socket(S, NOW, RS_PF_INET, 99, 0), RS_EINVAL);
    FAILS(rs_socket(S, NOW, RS_PF_INET, RS_SOCK_STREAM, 17), RS_EPROTONOSUPPORT);
    FAILS(rs_socket(S, NOW, RS_PF_INET, RS_SOCK_STREAM, 263), RS_EINVAL);
    FAILS(rs_socket(S, NOW, RS_PF_INET, RS_SOCK_STREAM, -1), RS_EINVAL);
    FAILS(rs_socket(S, NOW, 1, 999, 0), RS_EINVAL);
    CHECK_EQ(OK(rs_socket(S, NOW, RS_PF_INET, RS_SOCK_STREAM, 0)), 0);
    CHECK_EQ(OK(rs_socket(S, NOW, RS_PF_INET6, RS_SOCK_STREAM | RS_SOCK_CLOEXEC, RS_IPPROTO_TCP)), 1);
    CHECK_EQ(OK(rs_fcntl(S, NOW, 1, RS_F_GETFD, 0)), 1);
    CHECK_EQ(OK(rs_fcntl(S, NOW, 0, RS_F_GETFL, 0)), RS_O_RDWR);
}

TEST(descriptors_run_out)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    for (uint32_t i = 0; i < w->client.cfg.limits.sockets; i++) sock(w, &w->client);
    rs_ret r = rs_socket(S, NOW, RS_PF_INET, RS_SOCK_STREAM, 0);
    CHECK(r.err == RS_ENOBUFS || r.err == RS_EMFILE);
    OK(rs_close(S, NOW, 5));
    CHECK_EQ(sock(w, &w->client), 5);
    OK(rs_close(S, NOW, 6));
    CHECK_EQ(OK(rs_dup(S, NOW, 5)), 6);
    FAILS(rs_dup(S, NOW, 5), RS_EMFILE);
}

TEST(bind_takes_local_addresses_once)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd a = sock(w, &w->client), b = sock(w, &w->client);
    rs_endpoint mine = at(w, &w->client, 80), yours = at(w, &w->server, 80), any = anywhere(w, 80),
                six = {w->client.v6, 80};
    FAILS(rs_bind(S, NOW, 99, &mine), RS_EBADF);
    FAILS(rs_bind(S, NOW, a, &yours), RS_EADDRNOTAVAIL);
    FAILS(rs_bind(S, NOW, a, &six), RS_EAFNOSUPPORT);
    OK(rs_bind(S, NOW, a, &mine));
    FAILS(rs_bind(S, NOW, a, &mine), RS_EINVAL);
    FAILS(rs_bind(S, NOW, b, &mine), RS_EADDRINUSE);
    FAILS(rs_bind(S, NOW, b, &any), RS_EADDRINUSE);
    mine.port = 81;
    OK(rs_bind(S, NOW, b, &mine));
    rs_endpoint name;
    OK(rs_getsockname(S, NOW, b, &name));
    CHECK(rs_endpoint_eq(&name, &mine));
    FAILS(rs_getpeername(S, NOW, b, &name), RS_ENOTCONN);
}

TEST(port_0_is_an_ephemeral_port_that_nobody_has)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    uint16_t seen[20];
    for (int i = 0; i < 20; i++) {
        rs_fd fd = sock(w, &w->client);
        rs_endpoint any = anywhere(w, 0), name;
        OK(rs_bind(S, NOW, fd, &any));
        OK(rs_getsockname(S, NOW, fd, &name));
        CHECK(name.port >= 32768 && name.port <= 60999);
        for (int k = 0; k < i; k++) CHECK(seen[k] != name.port);
        seen[i] = name.port;
    }
}

TEST(bind_to_port_0_fails_when_all_are_taken)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    CHECK_EQ(rs_stack_set(S, "net.ipv4.ip_local_port_range", "5000 5002").code, 0);
    rs_endpoint any = anywhere(w, 0);
    for (int i = 0; i < 3; i++) OK(rs_bind(S, NOW, sock(w, &w->client), &any));
    FAILS(rs_bind(S, NOW, sock(w, &w->client), &any), RS_EADDRINUSE);
}

TEST(so_reuseaddr_lets_two_bind_but_one_listen)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd a = sock(w, &w->client), b = sock(w, &w->client), c = sock(w, &w->client);
    rs_endpoint any = anywhere(w, 80);
    set(a, SOL_SOCKET_, REUSEADDR, 1);
    set(b, SOL_SOCKET_, REUSEADDR, 1);
    set(c, SOL_SOCKET_, REUSEADDR, 1);
    OK(rs_bind(S, NOW, a, &any));
    OK(rs_bind(S, NOW, b, &any));
    OK(rs_listen(S, NOW, a, 1));
    FAILS(rs_listen(S, NOW, b, 1), RS_EADDRINUSE);
    FAILS(rs_bind(S, NOW, c, &any), RS_EADDRINUSE);
}

TEST(so_reuseport_lets_two_listen)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd a = sock(w, &w->server), b = sock(w, &w->server);
    rs_endpoint any = anywhere(w, 80);
    int one = 1;
    OK(rs_setsockopt(w->server.st, NOW, a, SOL_SOCKET_, REUSEPORT, &one, sizeof one));
    OK(rs_setsockopt(w->server.st, NOW, b, SOL_SOCKET_, REUSEPORT, &one, sizeof one));
    OK(rs_bind(w->server.st, NOW, a, &any));
    OK(rs_bind(w->server.st, NOW, b, &any));
    OK(rs_listen(w->server.st, NOW, a, 40));
    OK(rs_listen(w->server.st, NOW, b, 40));
    rs_endpoint to = at(w, &w->server, 80);
    for (int i = 0; i < 30; i++) FAILS(rs_connect(S, NOW, sock(w, &w->client), &to), RS_EINPROGRESS);
    w_pass(w, RS_SEC(1));
    uint32_t at_a = probe(w, &w->server, a).accept_queue_len, at_b = probe(w, &w->server, b).accept_queue_len;
    CHECK_EQ(at_a + at_b, 30);
    CHECK(at_a > 0 && at_b > 0);
}

TEST(an_ipv6_socket_serves_ipv4_under_mapped_addresses_unless_it_refuses)
{
    w = world_of(rs_config_linux(), RS_IPV6);
    rs_fd l = listener(w, &w->server, 80, 5), six = sock(w, &w->client);
    rs_endpoint mapped = {rs_addr_map(w->server.v4), 80}, peer, name;
    FAILS(rs_connect(S, NOW, six, &mapped), RS_EINPROGRESS);
    w_pass(w, RS_SEC(1));
    OK(rs_getpeername(S, NOW, six, &name));
    CHECK(rs_endpoint_eq(&name, &mapped));
    rs_fd child = (rs_fd)OK(rs_accept(w->server.st, NOW, l, &peer, 0));
    CHECK(rs_addr_is_mapped(&peer.addr));
    CHECK_EQ(probe(w, &w->server, child).remote.addr.family, RS_IPV4);
    set(sock(w, &w->client), IPV6_, V6ONLY, 1);
    FAILS(rs_connect(S, NOW, 1, &mapped), RS_ENETUNREACH);
    FAILS(rs_bind(S, NOW, 1, &mapped), RS_EINVAL);
}

TEST(v6only_leaves_the_port_to_ipv4)
{
    w = world_of(rs_config_linux(), RS_IPV6);
    rs_fd six = sock(w, &w->client);
    rs_endpoint any6 = anywhere(w, 80), any4 = {{.family = RS_IPV4}, 80};
    set(six, IPV6_, V6ONLY, 1);
    OK(rs_bind(S, NOW, six, &any6));
    rs_fd four = (rs_fd)OK(rs_socket(S, NOW, RS_PF_INET, RS_SOCK_STREAM, 0));
    OK(rs_bind(S, NOW, four, &any4));
    OK(rs_listen(S, NOW, six, 1));
    OK(rs_listen(S, NOW, four, 1));
}

TEST(listen_binds_changes_the_backlog_and_is_not_for_connections)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    rs_endpoint name;
    FAILS(rs_listen(S, NOW, 99, 1), RS_EBADF);
    OK(rs_listen(S, NOW, fd, 7));
    OK(rs_getsockname(S, NOW, fd, &name));
    CHECK(name.port != 0);
    CHECK_EQ(probe(w, &w->client, fd).backlog, 7);
    OK(rs_listen(S, NOW, fd, 9));
    CHECK_EQ(probe(w, &w->client, fd).backlog, 9);
    OK(rs_listen(S, NOW, fd, -1));
    CHECK_EQ(probe(w, &w->client, fd).backlog, 4096);
    pair p = connected(w, 80);
    FAILS(rs_listen(S, NOW, p.client, 1), RS_EINVAL);
    FAILS(rs_getpeername(S, NOW, fd, &name), RS_ENOTCONN);
}

TEST(a_server_that_restarts_needs_so_reuseaddr_while_old_connections_last)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    OK(rs_close(w->server.st, NOW, p.listener));
    OK(rs_close(w->server.st, NOW, p.server));
    w_pass(w, RS_SEC(1));
    OK(rs_close(S, NOW, p.client));
    w_pass(w, RS_SEC(1)); /* the server is in TIME-WAIT */
    rs_fd fd = sock(w, &w->server);
    rs_endpoint any = anywhere(w, 80);
    FAILS(rs_bind(w->server.st, NOW, fd, &any), RS_EADDRINUSE);
    int one = 1;
    OK(rs_setsockopt(w->server.st, NOW, fd, SOL_SOCKET_, REUSEADDR, &one, sizeof one));
    OK(rs_bind(w->server.st, NOW, fd, &any));
    OK(rs_listen(w->server.st, NOW, fd, 1));
}

TEST(without_so_reuseaddr_it_can_bind_again_when_time_wait_is_over)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    OK(rs_close(w->server.st, NOW, p.listener));
    OK(rs_close(w->server.st, NOW, p.server));
    w_pass(w, RS_SEC(1));
    OK(rs_close(S, NOW, p.client));
    w_pass(w, RS_SEC(61));
    rs_endpoint any = anywhere(w, 80);
    OK(rs_bind(w->server.st, NOW, sock(w, &w->server), &any));
}

TEST(a_host_without_path_mtu_discovery_makes_sockets_that_send_without_df)
{
    enum { LEVEL_IP = 0, MTU_DISCOVER = 10, DONT = 0 };
    rs_config cfg = rs_config_linux();
    cfg.knobs.no_pmtu_disc = 1;
    w = world_of(cfg, RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    int value = -1;
    uint32_t len = sizeof value;
    OK(rs_getsockopt(w->client.st, w->loop.now, fd, LEVEL_IP, MTU_DISCOVER, &value, &len));
    CHECK_EQ(value, DONT);
}

/* Thirty connections to two listeners that share a port, half open or waiting; one of them closes. */
static uint32_t left_when_one_closes(bool migrate, bool half_open)
{
    rs_config cfg = rs_config_linux();
    cfg.knobs.migrate_req = migrate;
    w = world_of(cfg, RS_IPV4);
    w_faults(w, (rs_link_faults){.delay = RS_MS(100)});
    rs_fd a = sock(w, &w->server), b = sock(w, &w->server);
    rs_endpoint any = anywhere(w, 80), to = at(w, &w->server, 80);
    int one = 1;
    rs_fd both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        OK(rs_setsockopt(w->server.st, NOW, both[i], SOL_SOCKET_, REUSEPORT, &one, sizeof one));
        OK(rs_bind(w->server.st, NOW, both[i], &any));
        OK(rs_listen(w->server.st, NOW, both[i], 40));
    }
    for (int i = 0; i < 30; i++) FAILS(rs_connect(S, NOW, sock(w, &w->client), &to), RS_EINPROGRESS);
    w_pass(w, half_open ? RS_MS(150) : RS_SEC(1));
    OK(rs_close(w->server.st, NOW, a));
    CHECK_SOUND(rs_stack_broken(w->server.st));
    w_pass(w, RS_SEC(3));
    return probe(w, &w->server, b).accept_queue_len;
}

TEST(a_listener_that_closes_hands_its_children_on_if_the_host_wants_it)
{
    CHECK_EQ(left_when_one_closes(true, false), 30);
    CHECK_EQ(left_when_one_closes(true, true), 30);
    uint32_t queued = left_when_one_closes(false, false);
    CHECK(queued > 0 && queued < 30);
}
