/* epoll: level, edge, one shot, order, life. */
#define CHECK_MAIN
#include "../sock/sock.h"
#include "world.h"

static world *w;
static pair p;
static rs_fd ep;
static char buf[200000];
#define S (w->server.st)
#define NOW (w->loop.now)
enum { IN = RS_POLLIN, OUT = RS_POLLOUT };

static void begin(void)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    p = connected(w, 80);
    ep = (rs_fd)OK(rs_epoll_create(S, NOW, 0));
}

static rs_ret watch(int op, rs_fd fd, uint32_t events)
{
    return rs_epoll_ctl(S, NOW, ep, op, fd, &(rs_epoll_event){events, (uint64_t)fd});
}

/* The set has one event to report: its bits. 0: none. */
static uint32_t event(void)
{
    rs_epoll_event e = {0};
    return OK(rs_epoll_wait(S, NOW, ep, &e, 1, 0)) ? e.events : 0;
}

static void client_sends(size_t n)
{
    OK(rs_send(w->client.st, NOW, p.client, buf, n, 0, NULL));
    w_pass(w, RS_MS(50));
}

TEST(level_triggered_is_reported_while_it_is_ready)
{
    begin();
    OK(watch(RS_EPOLL_CTL_ADD, p.server, IN));
    CHECK_EQ(event(), 0);
    client_sends(10);
    CHECK_EQ(event(), IN);
    CHECK_EQ(event(), IN);
    OK(rs_recv(S, NOW, p.server, buf, 10, 0, NULL));
    CHECK_EQ(event(), 0);
}

TEST(edge_triggered_is_reported_once_for_each_arrival)
{
    begin();
    OK(watch(RS_EPOLL_CTL_ADD, p.server, IN | RS_EPOLLET));
    client_sends(10);
    CHECK_EQ(event(), IN);
    CHECK_EQ(event(), 0);
    client_sends(10);
    CHECK_EQ(event(), IN);
    OK(rs_recv(S, NOW, p.server, buf, 5, 0, NULL));
    CHECK_EQ(event(), 0);
}

TEST(what_was_ready_when_it_was_added_is_news)
{
    begin();
    client_sends(10);
    OK(watch(RS_EPOLL_CTL_ADD, p.server, IN | OUT | RS_EPOLLET));
    CHECK_EQ(event(), IN | OUT);
    CHECK_EQ(event(), 0);
    OK(watch(RS_EPOLL_CTL_MOD, p.server, IN | RS_EPOLLET));
    CHECK_EQ(event(), IN);
}

TEST(one_shot_is_silent_until_it_is_armed_again)
{
    begin();
    OK(watch(RS_EPOLL_CTL_ADD, p.server, IN | RS_EPOLLONESHOT));
    client_sends(10);
    CHECK_EQ(event(), IN);
    client_sends(10);
    CHECK_EQ(event(), 0);
    OK(watch(RS_EPOLL_CTL_MOD, p.server, IN | RS_EPOLLONESHOT));
    CHECK_EQ(event(), IN);
}

TEST(level_triggered_descriptors_take_turns)
{
    begin();
    pair q = connected_again(w, p.listener, 80);
    OK(watch(RS_EPOLL_CTL_ADD, p.server, OUT));
    OK(watch(RS_EPOLL_CTL_ADD, q.server, OUT));
    rs_epoll_event first, second, third;
    OK(rs_epoll_wait(S, NOW, ep, &first, 1, 0));
    OK(rs_epoll_wait(S, NOW, ep, &second, 1, 0));
    OK(rs_epoll_wait(S, NOW, ep, &third, 1, 0));
    CHECK_EQ(first.data, (uint64_t)p.server);
    CHECK_EQ(second.data, (uint64_t)q.server);
    CHECK_EQ(third.data, (uint64_t)p.server);
}

TEST(a_descriptor_that_was_ready_long_ago_is_still_reported)
{
    begin();
    OK(watch(RS_EPOLL_CTL_ADD, p.server, IN));
    client_sends(10);
    CHECK_EQ(event(), IN);
    S->net.host.wakes += UINT32_MAX / 4 * 3;
    CHECK_EQ(event(), IN);
}

TEST(who_became_ready_first_is_reported_first)
{
    begin();
    pair q = connected_again(w, p.listener, 80);
    OK(watch(RS_EPOLL_CTL_ADD, p.server, IN | RS_EPOLLET));
    OK(watch(RS_EPOLL_CTL_ADD, q.server, IN | RS_EPOLLET));
    OK(rs_send(w->client.st, NOW, q.client, "x", 1, 0, NULL));
    w_pass(w, RS_MS(50));
    client_sends(1);
    rs_epoll_event e[4];
    CHECK_EQ(OK(rs_epoll_wait(S, NOW, ep, e, 4, 0)), 2);
    CHECK_EQ(e[0].data, (uint64_t)q.server);
    CHECK_EQ(e[1].data, (uint64_t)p.server);
}

TEST(errors_and_hangups_need_not_be_asked_for)
{
    begin();
    OK(watch(RS_EPOLL_CTL_ADD, p.server, 0));
    int linger[2] = {1, 0};
    OK(rs_setsockopt(w->client.st, NOW, p.client, 1, 13, linger, sizeof linger));
    OK(rs_close(w->client.st, NOW, p.client));
    w_pass(w, RS_MS(50));
    CHECK_EQ(event(), 0); /* but somebody who asks for nothing at all hears nothing */
    OK(watch(RS_EPOLL_CTL_MOD, p.server, RS_POLLPRI));
    CHECK_EQ(event(), RS_POLLERR | RS_POLLHUP);
}

TEST(a_listener_is_told_of_every_connection_that_waits)
{
    begin();
    OK(watch(RS_EPOLL_CTL_ADD, p.listener, IN | RS_EPOLLET));
    rs_fd c = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(w->client.st, NOW, c, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(50));
    CHECK_EQ(event(), IN);
    CHECK_EQ(event(), 0);
}

TEST(a_waiting_set_wakes_with_the_event_or_after_its_time)
{
    begin();
    rs_epoll_event e = {0};
    OK(watch(RS_EPOLL_CTL_ADD, p.server, IN));
    rs_ret r = rs_epoll_wait(S, NOW, ep, &e, 1, -1);
    CHECK(r.parked != 0);
    OK(rs_send(w->client.st, NOW, p.client, buf, 10, 0, NULL));
    CHECK_EQ(OK(finish(w, &w->server, r, &e, sizeof e, RS_SEC(1))), 1);
    CHECK_EQ(e.events, IN);
    OK(rs_recv(S, NOW, p.server, buf, 10, 0, NULL));
    rs_ret other = rs_epoll_wait(S, NOW, ep, &e, 1, -1);
    FAILS(rs_call_resume(S, NOW, other.parked, &e, sizeof e - 1), RS_EINVAL); /* less room than was promised */
    FAILS(rs_call_cancel(S, NOW, other.parked), RS_EINTR);
    rs_time before = NOW;
    r = rs_epoll_wait(S, NOW, ep, &e, 1, 250);
    CHECK_EQ(OK(finish(w, &w->server, r, &e, sizeof e, RS_SEC(1))), 0);
    CHECK_EQ(rs_time_diff(NOW, before).us, 250000);
}

TEST(a_set_closed_while_somebody_waits_lives_on_until_he_is_done)
{
    begin();
    rs_epoll_event e = {0};
    OK(watch(RS_EPOLL_CTL_ADD, p.server, IN));
    rs_ret r = rs_epoll_wait(S, NOW, ep, &e, 1, -1);
    OK(rs_close(S, NOW, ep));
    client_sends(10);
    CHECK_EQ(OK(rs_call_resume(S, NOW, r.parked, &e, sizeof e)), 1);
    CHECK_SOUND(rs_stack_broken(S));
}

TEST(closing_a_socket_takes_it_out_of_every_set)
{
    begin();
    OK(watch(RS_EPOLL_CTL_ADD, p.server, IN));
    rs_fd again = (rs_fd)OK(rs_dup(S, NOW, p.server));
    client_sends(10);
    OK(rs_close(S, NOW, p.server)); /* the socket lives: another descriptor names it */
    CHECK_EQ(event(), IN);
    OK(rs_close(S, NOW, again));
    CHECK_EQ(event(), 0);
    CHECK_SOUND(rs_stack_broken(S));
}

TEST(a_set_can_be_duplicated_and_polled)
{
    begin();
    rs_fd other = (rs_fd)OK(rs_dup(S, NOW, ep));
    OK(watch(RS_EPOLL_CTL_ADD, p.server, IN));
    OK(rs_close(S, NOW, ep));
    rs_pollfd q = {other, IN, 0};
    CHECK_EQ(OK(rs_poll(S, NOW, &q, 1, 0)), 0);
    client_sends(10);
    CHECK_EQ(OK(rs_poll(S, NOW, &q, 1, 0)), 1);
    CHECK_EQ(q.revents, IN);
}

TEST(mistakes_have_their_errors)
{
    begin();
    rs_epoll_event e = {IN, 0};
    FAILS(rs_epoll_create(S, NOW, 1), RS_EINVAL);
    FAILS(rs_epoll_ctl(S, NOW, p.server, RS_EPOLL_CTL_ADD, p.listener, &e), RS_EINVAL);
    FAILS(rs_epoll_ctl(S, NOW, 99, RS_EPOLL_CTL_ADD, p.server, &e), RS_EBADF);
    FAILS(watch(RS_EPOLL_CTL_ADD, 99, IN), RS_EBADF);
    FAILS(watch(RS_EPOLL_CTL_ADD, ep, IN), RS_EINVAL);
    FAILS(watch(RS_EPOLL_CTL_MOD, p.server, IN), RS_ENOENT);
    FAILS(watch(RS_EPOLL_CTL_DEL, p.server, 0), RS_ENOENT);
    OK(watch(RS_EPOLL_CTL_ADD, p.server, IN));
    FAILS(watch(RS_EPOLL_CTL_ADD, p.server, IN), RS_EEXIST);
    FAILS(watch(77, p.server, IN), RS_EINVAL);
    FAILS(watch(RS_EPOLL_CTL_ADD, p.listener, IN | RS_EPOLLEXCLUSIVE | RS_EPOLLONESHOT), RS_EINVAL);
    FAILS(rs_epoll_wait(S, NOW, ep, &e, 0, 0), RS_EINVAL);
    FAILS(rs_epoll_wait(S, NOW, ep, NULL, 1, 0), RS_EFAULT);
    FAILS(rs_epoll_wait(S, NOW, p.server, &e, 1, 0), RS_EINVAL);
}

TEST(a_set_is_no_socket)
{
    begin();
    int val;
    uint32_t len = sizeof val;
    rs_endpoint e = {rs_addr_v4(127, 0, 0, 1), 0};
    CHECK_EQ(rs_listen(S, NOW, ep, 1).err, RS_ENOTSOCK);
    CHECK_EQ(rs_bind(S, NOW, ep, &e).err, RS_ENOTSOCK);
    CHECK_EQ(rs_accept(S, NOW, ep, NULL, 0).err, RS_ENOTSOCK);
    CHECK_EQ(rs_connect(S, NOW, ep, &e).err, RS_ENOTSOCK);
    CHECK_EQ(rs_recv(S, NOW, ep, buf, 1, 0, NULL).err, RS_ENOTSOCK);
    CHECK_EQ(rs_send(S, NOW, ep, buf, 1, 0, NULL).err, RS_ENOTSOCK);
    CHECK_EQ(rs_shutdown(S, NOW, ep, RS_SHUT_WR).err, RS_ENOTSOCK);
    CHECK_EQ(rs_getsockname(S, NOW, ep, &e).err, RS_ENOTSOCK);
    CHECK_EQ(rs_getsockopt(S, NOW, ep, 1, 4, &val, &len).err, RS_ENOTSOCK);
    CHECK_EQ(rs_ioctl(S, NOW, ep, RS_FIONREAD, &val).err, RS_EINVAL);
    CHECK_EQ(rs_listen(S, NOW, 999, 1).err, RS_EBADF);
}
