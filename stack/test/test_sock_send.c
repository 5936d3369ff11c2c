/* send: how much, when it waits, and in which order errors are told. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->client.st)
#define NOW (w->loop.now)
static char data[200000];

TEST(a_socket_that_is_not_connected_cannot_send)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    FAILS(rs_send(S, NOW, 99, data, 1, 0, NULL), RS_EBADF);
    FAILS(rs_send(S, NOW, sock(w, &w->client), data, 1, 0, NULL), RS_EPIPE);
    FAILS(rs_send(S, NOW, listener(w, &w->client, 80, 1), data, 1, 0, NULL), RS_EPIPE);
}

TEST(a_send_on_an_opening_connection_waits_or_comes_back_later)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5), fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
    FAILS(rs_send(S, NOW, fd, data, 10, 0, NULL), RS_EAGAIN);
    OK(rs_fcntl(S, NOW, fd, RS_F_SETFL, 0));
    CHECK_EQ(OK(finish(w, &w->client, rs_send(S, NOW, fd, data, 10, 0, NULL), data, 10, RS_SEC(1))), 10);
    w_pass(w, RS_SEC(1));
    rs_fd child = (rs_fd)OK(rs_accept(w->server.st, NOW, l, NULL, 0));
    CHECK_EQ(OK(rs_recv(w->server.st, NOW, child, data, 100, 0, NULL)), 10);
}

TEST(a_non_blocking_send_takes_what_fits_and_then_nothing)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    int64_t n = OK(rs_send(S, NOW, p.client, data, sizeof data, 0, NULL));
    CHECK(n > 4000 && n < (int64_t)sizeof data);
    FAILS(rs_send(S, NOW, p.client, data, 1000, 0, NULL), RS_EAGAIN);
    OK(rs_fcntl(S, NOW, p.client, RS_F_SETFL, 0));
    FAILS(rs_send(S, NOW, p.client, data, 1000, RS_MSG_DONTWAIT, NULL), RS_EAGAIN);
}

TEST(a_blocking_send_returns_when_all_is_taken)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    OK(rs_fcntl(S, NOW, p.client, RS_F_SETFL, 0));
    rs_ret r = rs_send(S, NOW, p.client, data, sizeof data, 0, NULL);
    CHECK(r.parked);
    for (int i = 0; i < 400 && r.parked; i++) {
        w_pass(w, RS_MS(10));
        while (rs_recv(w->server.st, NOW, p.server, (char[5000]){0}, 5000, 0, NULL).value > 0) continue;
        if (rs_call_ready(S, r.parked)) r = rs_call_resume(S, NOW, r.parked, data, sizeof data);
    }
    CHECK_EQ(OK(r), sizeof data);
}

TEST(a_blocking_send_that_times_out_says_how_much_it_moved)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    int64_t timeout[2] = {1, 0};
    OK(rs_fcntl(S, NOW, p.client, RS_F_SETFL, 0));
    OK(rs_setsockopt(S, NOW, p.client, 1, 21, timeout, sizeof timeout));
    w_faults(w, (rs_link_faults){.lose = 1000000});
    rs_time begin = NOW;
    int64_t n =
        OK(finish(w, &w->client, rs_send(S, NOW, p.client, data, sizeof data, 0, NULL), data, sizeof data, RS_SEC(5)));
    CHECK(n > 4000 && n < (int64_t)sizeof data);
    CHECK_EQ(NOW.us - begin.us, 1000000);
    FAILS(finish(w, &w->client, rs_send(S, NOW, p.client, data, 10, 0, NULL), data, 10, RS_SEC(5)), RS_EAGAIN);
}

TEST(a_signal_ends_a_blocking_send_with_what_was_moved)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    OK(rs_fcntl(S, NOW, p.client, RS_F_SETFL, 0));
    w_faults(w, (rs_link_faults){.lose = 1000000});
    rs_ret r = rs_send(S, NOW, p.client, data, sizeof data, 0, NULL);
    CHECK(OK(rs_call_cancel(S, NOW, r.parked)) > 4000);
    r = rs_send(S, NOW, p.client, data, 10, 0, NULL);
    FAILS(rs_call_cancel(S, NOW, r.parked), RS_EINTR);
}

TEST(after_shutdown_sending_is_a_broken_pipe)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    OK(rs_shutdown(S, NOW, p.client, RS_SHUT_WR));
    FAILS(rs_send(S, NOW, p.client, data, 1, 0, NULL), RS_EPIPE);
    FAILS(rs_send(S, NOW, p.client, data, 1, RS_MSG_NOSIGNAL, NULL), RS_EPIPE);
}

TEST(after_a_reset_the_error_comes_first_and_then_the_broken_pipe)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    int linger[2] = {1, 0};
    OK(rs_setsockopt(w->server.st, NOW, p.server, 1, 13, linger, sizeof linger));
    OK(rs_close(w->server.st, NOW, p.server));
    w_pass(w, RS_MS(50));
    FAILS(rs_send(S, NOW, p.client, data, 1, 0, NULL), RS_ECONNRESET);
    FAILS(rs_send(S, NOW, p.client, data, 1, 0, NULL), RS_EPIPE);
}

TEST(a_peer_that_has_gone_answers_the_next_write_with_a_reset)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    OK(rs_close(w->server.st, NOW, p.server));
    w_pass(w, RS_MS(50));
    CHECK_EQ(OK(rs_send(S, NOW, p.client, data, 1, 0, NULL)), 1);
    w_pass(w, RS_MS(50));
    rs_ret r = rs_send(S, NOW, p.client, data, 1, 0, NULL);
    CHECK(r.err == RS_EPIPE);
}

TEST(a_blocked_sender_hears_of_the_reset)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    OK(rs_fcntl(S, NOW, p.client, RS_F_SETFL, 0));
    rs_ret r = rs_send(S, NOW, p.client, data, sizeof data, 0, NULL);
    CHECK(r.parked);
    int linger[2] = {1, 0};
    OK(rs_setsockopt(w->server.st, NOW, p.server, 1, 13, linger, sizeof linger));
    OK(rs_close(w->server.st, NOW, p.server));
    r = finish(w, &w->client, r, data, sizeof data, RS_SEC(1));
    CHECK(OK(r) > 4000); /* part of it was taken: the error is the next call's */
    FAILS(rs_send(S, NOW, p.client, data, 1, 0, NULL), RS_ECONNRESET);
}

TEST(nothing_to_send_is_no_error_and_no_buffer_is)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    CHECK_EQ(OK(rs_send(S, NOW, p.client, data, 0, 0, NULL)), 0);
    CHECK_EQ(OK(rs_send(S, NOW, p.client, NULL, 0, 0, NULL)), 0);
    FAILS(rs_send(S, NOW, p.client, NULL, 5, 0, NULL), RS_EFAULT);
}

TEST(msg_more_holds_a_partial_segment_back)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    uint64_t before = w->there->count.sent;
    OK(rs_send(S, NOW, p.client, data, 100, RS_MSG_MORE, NULL));
    w_pass(w, RS_MS(50));
    CHECK_EQ(w->there->count.sent, before);
    OK(rs_send(S, NOW, p.client, data, 100, 0, NULL));
    w_pass(w, RS_MS(50));
    CHECK_EQ(w->there->count.sent, before + 1);
    CHECK_EQ(OK(rs_recv(w->server.st, NOW, p.server, data, 1000, 0, NULL)), 200);
}

TEST(the_peer_stops_reading_and_the_window_closes_and_opens_again)
{
    w = world_of(rs_config_rfc(), RS_IPV4);
    pair p = connected(w, 80);
    flow f;
    start_flow(&f, &w->client, p.client, &w->server, p.server, 600000);
    for (int i = 0; i < 400; i++) { /* fill both buffers */
        static uint8_t buf[1000];
        for (size_t k = 0; k < sizeof buf; k++) buf[k] = (uint8_t)((f.sent + k) * 7 + (f.sent + k) / 251);
        rs_ret r = rs_send(S, NOW, p.client, buf, sizeof buf, 0, NULL);
        if (r.value < 0) w_pass(w, RS_MS(100));
        else f.sent += (uint64_t)r.value;
    }
    w_pass(w, RS_SEC(30));
    CHECK_EQ(probe(w, &w->client, p.client).snd_wnd, 0);
    rs_probe before = probe(w, &w->server, p.server);
    CHECK(before.rcvq_bytes > 60000);
    f.total = f.sent;
    while (!flow_step(&f, NOW)) w_pass(w, RS_MS(100));
    CHECK_EQ(f.received, f.total);
}
