/* Fast Open between two hosts, through sockets (RFC 7413). */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define C (w->client.st)
#define S (w->server.st)
#define NOW (w->loop.now)

enum { TCP = 6, FASTOPEN = 23, FASTOPEN_CONNECT = 30, FASTOPEN_KEY = 33, NO_COOKIE = 34 };

static int set(rs_stack *st, rs_fd fd, int name, int value)
{
    rs_ret r = rs_setsockopt(st, NOW, fd, TCP, name, &value, sizeof value);
    return r.value == 0 ? 0 : r.err;
}

static int get(rs_stack *st, rs_fd fd, int name)
{
    int value = -1;
    uint32_t len = sizeof value;
    OK(rs_getsockopt(st, NOW, fd, TCP, name, &value, &len));
    return value;
}

static rs_fd begin(int bits, int places)
{
    rs_config cfg = rs_config_linux();
    cfg.knobs.fastopen = bits;
    w = world_of(cfg, RS_IPV4);
    rs_fd fd = listener(w, &w->server, 80, 5);
    CHECK_EQ(set(S, fd, FASTOPEN, places), 0);
    return fd;
}

static rs_ret fast(rs_fd fd, size_t len)
{
    static const char text[5000];
    rs_endpoint to = at(w, &w->server, 80);
    return rs_send(C, NOW, fd, text, len, RS_MSG_FASTOPEN, &to);
}

static void get_cookie(void)
{
    rs_fd fd = sock(w, &w->client);
    FAILS(fast(fd, 10), RS_EINPROGRESS);
    w_pass(w, RS_MS(100));
    OK(rs_close(C, NOW, fd));
    w_pass(w, RS_MS(100));
}

TEST(the_second_connection_has_its_text_read_before_the_first_round_trip_is_over)
{
    rs_fd l = begin(RS_FO_CLIENT | RS_FO_SERVER, 5);
    get_cookie();
    OK(rs_close(S, NOW, (rs_fd)OK(rs_accept(S, NOW, l, NULL, 0))));
    rs_fd fd = sock(w, &w->client);
    CHECK_EQ(OK(fast(fd, 300)), 300);
    FAILS(fast(fd, 300), RS_EALREADY);
    w_pass(w, RS_MS(11)); /* half a round trip is 10 ms */
    rs_fd child = (rs_fd)OK(rs_accept(S, NOW, l, NULL, RS_SOCK_NONBLOCK));
    STATE_IS(w, &w->server, child, RS_SYN_RECEIVED);
    char buf[500];
    CHECK_EQ(OK(rs_recv(S, NOW, child, buf, sizeof buf, 0, NULL)), 300);
    CHECK(ready_for(w, &w->server, child) & RS_POLLOUT);
    CHECK_EQ(OK(rs_send(S, NOW, child, buf, 200, 0, NULL)), 200);
    w_pass(w, RS_MS(11));
    CHECK_EQ(OK(rs_recv(C, NOW, fd, buf, sizeof buf, 0, NULL)), 200);
    CHECK(probe(w, &w->client, fd).syn_data);
    CHECK(probe(w, &w->server, child).passive_fastopen);
}

/* The SYN has opened it for a user, the handshake is not over, and its listener closes (net.ipv4.tcp_migrate_req). */
TEST(a_child_whose_listener_closes_goes_with_its_text_to_the_other_one_of_the_port)
{
    enum { SOCKET = 1, REUSEPORT = 15 };
    rs_config cfg = rs_config_linux();
    cfg.knobs.fastopen = RS_FO_CLIENT | RS_FO_SERVER;
    cfg.knobs.migrate_req = true;
    w = world_of(cfg, RS_IPV4);
    rs_fd l[2];
    rs_endpoint any = anywhere(w, 80);
    for (int i = 0; i < 2; i++) {
        int one = 1;
        l[i] = sock(w, &w->server);
        OK(rs_setsockopt(S, NOW, l[i], SOCKET, REUSEPORT, &one, sizeof one));
        OK(rs_bind(S, NOW, l[i], &any));
        OK(rs_listen(S, NOW, l[i], 5));
        CHECK_EQ(set(S, l[i], FASTOPEN, 5), 0);
    }
    get_cookie();
    for (int i = 0; i < 2; i++)
        if (probe(w, &w->server, l[i]).accept_queue_len)
            OK(rs_close(S, NOW, (rs_fd)OK(rs_accept(S, NOW, l[i], NULL, 0))));
    rs_fd fd = sock(w, &w->client);
    CHECK_EQ(OK(fast(fd, 300)), 300);
    w_pass(w, RS_MS(11));
    int with = probe(w, &w->server, l[1]).accept_queue_len == 1;
    CHECK_EQ(probe(w, &w->server, l[with]).accept_queue_len, 1);
    OK(rs_close(S, NOW, l[with]));
    CHECK_SOUND(rs_stack_broken(S));
    CHECK_EQ(probe(w, &w->server, l[!with]).accept_queue_len, 1);
    rs_fd child = (rs_fd)OK(rs_accept(S, NOW, l[!with], NULL, RS_SOCK_NONBLOCK));
    STATE_IS(w, &w->server, child, RS_SYN_RECEIVED);
    char buf[500];
    CHECK_EQ(OK(rs_recv(S, NOW, child, buf, sizeof buf, 0, NULL)), 300);
    CHECK_EQ(OK(rs_send(S, NOW, child, buf, 200, 0, NULL)), 200);
    w_pass(w, RS_MS(50));
    STATE_IS(w, &w->server, child, RS_ESTABLISHED);
    CHECK_EQ(OK(rs_recv(C, NOW, fd, buf, sizeof buf, 0, NULL)), 200);
    CHECK_SOUND(rs_stack_broken(S));
}

TEST(a_blocking_send_goes_on_after_the_handshake)
{
    rs_fd l = begin(RS_FO_CLIENT | RS_FO_SERVER, 5);
    get_cookie();
    OK(rs_close(S, NOW, (rs_fd)OK(rs_accept(S, NOW, l, NULL, 0))));
    rs_fd fd = sock(w, &w->client);
    OK(rs_fcntl(C, NOW, fd, RS_F_SETFL, 0));
    rs_ret r = fast(fd, 4000);
    CHECK(r.parked);
    static char text[4000];
    CHECK_EQ(OK(finish(w, &w->client, r, text, sizeof text, RS_SEC(1))), 4000);
    w_pass(w, RS_MS(50));
    rs_fd child = (rs_fd)OK(rs_accept(S, NOW, l, NULL, RS_SOCK_NONBLOCK));
    CHECK_EQ(OK(rs_recv(S, NOW, child, text, sizeof text, 0, NULL)), 4000);
}

TEST(a_refused_attempt_is_the_error_of_the_call)
{
    begin(RS_FO_CLIENT | RS_FO_SERVER, 5);
    rs_fd fd = sock(w, &w->client);
    OK(rs_fcntl(C, NOW, fd, RS_F_SETFL, 0));
    rs_endpoint nobody = at(w, &w->server, 81);
    char text[100] = {0};
    rs_ret r = rs_send(C, NOW, fd, text, sizeof text, RS_MSG_FASTOPEN, &nobody);
    CHECK(r.parked);
    r = finish(w, &w->client, r, text, sizeof text, RS_SEC(1));
    CHECK_STR(error_of(r), "RS_ECONNREFUSED");
}

TEST(a_connect_that_waits_for_text_is_writable_and_connected_as_far_as_connect_says)
{
    rs_fd l = begin(RS_FO_CLIENT | RS_FO_SERVER, 5);
    rs_endpoint to = at(w, &w->server, 80);
    get_cookie();
    rs_fd fd = sock(w, &w->client);
    CHECK_EQ(set(C, fd, FASTOPEN_CONNECT, 1), 0);
    CHECK_EQ(get(C, fd, FASTOPEN_CONNECT), 1);
    OK(rs_connect(C, NOW, fd, &to));
    FAILS(rs_connect(C, NOW, fd, &to), RS_EISCONN);
    CHECK_EQ(ready_for(w, &w->client, fd) & RS_POLLOUT, RS_POLLOUT);
    w_pass(w, RS_SEC(10));
    STATE_IS(w, &w->client, fd, RS_SYN_SENT);
    CHECK_EQ(OK(rs_send(C, NOW, fd, "hello", 5, 0, NULL)), 5);
    w_pass(w, RS_MS(100));
    STATE_IS(w, &w->client, fd, RS_ESTABLISHED);
    (void)l;
}

TEST(a_connect_without_a_cookie_does_not_wait_for_text)
{
    begin(RS_FO_CLIENT | RS_FO_SERVER, 5);
    rs_endpoint to = at(w, &w->server, 80);
    rs_fd fd = sock(w, &w->client);
    CHECK_EQ(set(C, fd, FASTOPEN_CONNECT, 1), 0);
    FAILS(rs_connect(C, NOW, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(100));
    STATE_IS(w, &w->client, fd, RS_ESTABLISHED);
}

TEST(where_it_is_not_allowed_it_is_not_supported)
{
    begin(RS_FO_SERVER, 5);
    rs_fd fd = sock(w, &w->client);
    FAILS(fast(fd, 10), RS_EOPNOTSUPP);
    CHECK_EQ(set(C, fd, FASTOPEN_CONNECT, 1), RS_EOPNOTSUPP);
    w->client.cfg.knobs.fastopen = RS_FO_CLIENT;
    CHECK_EQ(rs_stack_set(C, "net.ipv4.tcp_fastopen", "0x1").code, 0);
    rs_endpoint nowhere = {{.family = RS_AF_NONE}, 0};
    FAILS(rs_send(C, NOW, fd, "x", 1, RS_MSG_FASTOPEN, &nowhere), RS_EOPNOTSUPP);
    FAILS(rs_send(C, NOW, fd, "x", 1, RS_MSG_FASTOPEN, NULL), RS_EINVAL);
}

TEST(options_keep_to_the_states_they_are_for)
{
    rs_fd l = begin(RS_FO_CLIENT | RS_FO_SERVER, 5);
    CHECK_EQ(get(S, l, FASTOPEN), 5);
    CHECK_EQ(set(S, l, FASTOPEN, -1), RS_EINVAL);
    CHECK_EQ(set(S, l, NO_COOKIE, 2), RS_EINVAL);
    CHECK_EQ(set(S, l, NO_COOKIE, 1), 0);
    CHECK_EQ(get(S, l, NO_COOKIE), 1);
    rs_fd fd = sock(w, &w->client);
    CHECK_EQ(set(C, fd, FASTOPEN_CONNECT, 2), RS_EINVAL);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(C, NOW, fd, &to), RS_EINPROGRESS);
    CHECK_EQ(set(C, fd, FASTOPEN, 1), RS_EINVAL);
    CHECK_EQ(set(C, fd, NO_COOKIE, 1), RS_EINVAL);
    CHECK_EQ(set(C, fd, FASTOPEN_CONNECT, 1), RS_EINVAL);
}

TEST(keys_are_set_in_one_or_two_pieces_of_sixteen_bytes)
{
    rs_fd l = begin(RS_FO_CLIENT | RS_FO_SERVER, 5);
    uint8_t key[32], back[64];
    for (int i = 0; i < 32; i++) key[i] = (uint8_t)i;
    uint32_t len = sizeof back;
    OK(rs_getsockopt(S, NOW, l, TCP, FASTOPEN_KEY, back, &len));
    CHECK_EQ(len, 0);
    FAILS(rs_setsockopt(S, NOW, l, TCP, FASTOPEN_KEY, key, 15), RS_EINVAL);
    OK(rs_setsockopt(S, NOW, l, TCP, FASTOPEN_KEY, key, 32));
    len = sizeof back;
    OK(rs_getsockopt(S, NOW, l, TCP, FASTOPEN_KEY, back, &len));
    CHECK_EQ(len, 32);
    CHECK_EQ(memcmp(key, back, 32), 0);
}

TEST(a_host_that_wants_it_gives_every_listener_places)
{
    rs_config cfg = rs_config_linux();
    cfg.knobs.fastopen = RS_FO_SERVER | RS_FO_EVERY_LISTENER;
    w = world_of(cfg, RS_IPV4);
    CHECK_EQ(get(S, listener(w, &w->server, 80, 7), FASTOPEN), 7);
}
