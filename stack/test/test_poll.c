/* What a descriptor is ready for. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->server.st)
#define NOW (w->loop.now)
enum { IN = RS_POLLIN | RS_POLLRDNORM, OUT = RS_POLLOUT | RS_POLLWRNORM };
static char buf[200000];

#define READY(h, fd, bits) CHECK_EQ(ready_for(w, (h), (fd)), (bits))

TEST(a_fresh_socket_is_hung_up)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    READY(&w->server, sock(w, &w->server), RS_POLLHUP | OUT);
}

TEST(a_listener_is_readable_when_somebody_waits)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 5);
    READY(&w->server, l, 0);
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(w->client.st, NOW, fd, &to), RS_EINPROGRESS);
    READY(&w->client, fd, 0);
    w_pass(w, RS_MS(100));
    READY(&w->server, l, IN);
    READY(&w->client, fd, OUT);
}

TEST(a_connection_is_readable_with_data_and_writable_with_room)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    READY(&w->server, p.server, OUT);
    OK(rs_send(w->client.st, NOW, p.client, "abc", 3, 0, NULL));
    w_pass(w, RS_MS(50));
    READY(&w->server, p.server, IN | OUT);
    OK(rs_recv(S, NOW, p.server, buf, 10, 0, NULL));
    READY(&w->server, p.server, OUT);
    OK(rs_send(S, NOW, p.server, buf, sizeof buf, 0, NULL));
    READY(&w->server, p.server, 0);
    w_pass(w, RS_SEC(5));
    while (rs_recv(w->client.st, NOW, p.client, buf, sizeof buf, 0, NULL).value > 0) w_pass(w, RS_MS(100));
    READY(&w->server, p.server, OUT);
}

TEST(the_end_of_file_is_readable_and_both_ends_make_a_hangup)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    OK(rs_shutdown(w->client.st, NOW, p.client, RS_SHUT_WR));
    w_pass(w, RS_MS(50));
    READY(&w->server, p.server, IN | OUT | RS_POLLRDHUP);
    OK(rs_shutdown(S, NOW, p.server, RS_SHUT_WR));
    READY(&w->server, p.server, IN | OUT | RS_POLLRDHUP | RS_POLLHUP);
}

TEST(a_reset_is_an_error_a_hangup_and_readable)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    int linger[2] = {1, 0};
    OK(rs_setsockopt(w->client.st, NOW, p.client, 1, 13, linger, sizeof linger));
    OK(rs_close(w->client.st, NOW, p.client));
    w_pass(w, RS_MS(50));
    READY(&w->server, p.server, IN | OUT | RS_POLLRDHUP | RS_POLLHUP | RS_POLLERR);
}

TEST(a_refused_attempt_is_an_error)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(w->client.st, NOW, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(50));
    READY(&w->client, fd, IN | OUT | RS_POLLRDHUP | RS_POLLHUP | RS_POLLERR);
}

TEST(only_what_was_asked_for_is_told_and_errors_always_are)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    rs_pollfd f[4] = {{p.server, RS_POLLIN, 9}, {p.server, RS_POLLOUT, 9}, {99, 0, 9}, {-1, RS_POLLIN, 9}};
    CHECK_EQ(OK(rs_poll(S, NOW, f, 4, 0)), 2);
    CHECK_EQ(f[0].revents, 0);
    CHECK_EQ(f[1].revents, RS_POLLOUT);
    CHECK_EQ(f[2].revents, RS_POLLNVAL);
    CHECK_EQ(f[3].revents, 0);
}

TEST(poll_waits_for_an_event)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    rs_pollfd f = {p.server, RS_POLLIN, 0};
    rs_ret r = rs_poll(S, NOW, &f, 1, -1);
    CHECK(r.parked);
    CHECK(!rs_call_ready(S, r.parked));
    w_pass(w, RS_SEC(10));
    CHECK(!rs_call_ready(S, r.parked));
    OK(rs_send(w->client.st, NOW, p.client, "a", 1, 0, NULL));
    CHECK_EQ(OK(finish(w, &w->server, r, &f, sizeof f, RS_SEC(1))), 1);
    CHECK_EQ(f.revents, RS_POLLIN);
}

TEST(poll_gives_up_in_time)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    rs_pollfd f = {p.server, RS_POLLIN, 0};
    rs_time begun = NOW;
    CHECK_EQ(OK(finish(w, &w->server, rs_poll(S, NOW, &f, 1, 250), &f, sizeof f, RS_SEC(1))), 0);
    CHECK_EQ(NOW.us - begun.us, 250000);
    CHECK_EQ(OK(finish(w, &w->server, rs_poll(S, NOW, NULL, 0, 100), NULL, 0, RS_SEC(1))), 0);
    FAILS(rs_call_cancel(S, NOW, rs_poll(S, NOW, &f, 1, -1).parked), RS_EINTR);
}

TEST(poll_refuses_too_many_descriptors)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    static rs_pollfd f[100];
    for (int i = 0; i < 100; i++) f[i].fd = -1;
    FAILS(rs_poll(S, NOW, f, w->server.cfg.limits.sockets + 1, 0), RS_EINVAL);
    FAILS(rs_poll(S, NOW, NULL, 1, 0), RS_EFAULT);
}

TEST(urgent_data_is_priority)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    OK(rs_send(w->client.st, NOW, p.client, "ab!", 3, RS_MSG_OOB, NULL));
    w_pass(w, RS_MS(50));
    READY(&w->server, p.server, IN | OUT | RS_POLLPRI);
}
