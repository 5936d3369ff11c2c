/* recv: how much, when it waits, flags, and the order of data, error and end of file. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->server.st)
#define NOW (w->loop.now)
static char buf[100000];

static pair begin(void)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    return connected(w, 80);
}

static void say(pair p, const char *what)
{
    OK(rs_send(w->client.st, NOW, p.client, what, strlen(what), 0, NULL));
    w_pass(w, RS_MS(50));
}

static void hear(rs_ret r, const char *what)
{
    int64_t n = OK(r);
    buf[n] = 0;
    CHECK_STR(buf, what);
}

static rs_ret recv_flags(pair p, size_t len, int flags)
{
    return rs_recv(S, NOW, p.server, buf, len, flags, NULL);
}

static void reset_from_client(pair p)
{
    int linger[2] = {1, 0};
    OK(rs_setsockopt(w->client.st, NOW, p.client, 1, 13, linger, sizeof linger));
    OK(rs_close(w->client.st, NOW, p.client));
    w_pass(w, RS_MS(50));
}

TEST(a_socket_without_connection_has_nothing_to_read)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    FAILS(rs_recv(S, NOW, 99, buf, 1, 0, NULL), RS_EBADF);
    FAILS(rs_recv(S, NOW, sock(w, &w->server), buf, 1, 0, NULL), RS_ENOTCONN);
    FAILS(rs_recv(S, NOW, listener(w, &w->server, 80, 1), buf, 1, 0, NULL), RS_ENOTCONN);
}

TEST(reads_and_writes_need_not_match)
{
    pair p = begin();
    FAILS(recv_flags(p, 10, 0), RS_EAGAIN);
    say(p, "hello ");
    say(p, "world");
    hear(recv_flags(p, 8, 0), "hello wo");
    hear(recv_flags(p, 100, 0), "rld");
    FAILS(recv_flags(p, 10, 0), RS_EAGAIN);
}

TEST(peeking_leaves_the_bytes)
{
    pair p = begin();
    say(p, "abcdef");
    hear(recv_flags(p, 3, RS_MSG_PEEK), "abc");
    hear(recv_flags(p, 100, RS_MSG_PEEK), "abcdef");
    hear(recv_flags(p, 100, 0), "abcdef");
    FAILS(recv_flags(p, 3, RS_MSG_PEEK), RS_EAGAIN);
}

TEST(msg_trunc_throws_bytes_away_and_counts_them)
{
    pair p = begin();
    say(p, "abcdef");
    CHECK_EQ(OK(rs_recv(S, NOW, p.server, NULL, 4, RS_MSG_TRUNC, NULL)), 4);
    CHECK_EQ(OK(rs_recv(S, NOW, p.server, NULL, 4, RS_MSG_TRUNC | RS_MSG_PEEK, NULL)), 2);
    hear(recv_flags(p, 100, 0), "ef");
}

TEST(no_room_is_zero_bytes_and_no_buffer_is_an_error)
{
    pair p = begin();
    FAILS(recv_flags(p, 0, 0), RS_EAGAIN);
    say(p, "abc");
    CHECK_EQ(OK(recv_flags(p, 0, 0)), 0);
    FAILS(rs_recv(S, NOW, p.server, NULL, 10, 0, NULL), RS_EFAULT);
    hear(recv_flags(p, 10, 0), "abc");
}

TEST(msg_waitall_waits_for_all)
{
    pair p = begin();
    OK(rs_fcntl(S, NOW, p.server, RS_F_SETFL, 0));
    say(p, "abc");
    rs_ret r = recv_flags(p, 6, RS_MSG_WAITALL);
    CHECK(r.parked);
    say(p, "de");
    r = rs_call_resume(S, NOW, r.parked, buf, 6);
    CHECK(r.parked);
    say(p, "fgh");
    CHECK(rs_call_ready(S, r.parked));
    hear(rs_call_resume(S, NOW, r.parked, buf, 6), "abcdef");
    hear(recv_flags(p, 10, 0), "gh");
}

TEST(msg_waitall_is_satisfied_by_the_end_of_file)
{
    pair p = begin();
    OK(rs_fcntl(S, NOW, p.server, RS_F_SETFL, 0));
    say(p, "abc");
    rs_ret r = recv_flags(p, 6, RS_MSG_WAITALL);
    OK(rs_close(w->client.st, NOW, p.client));
    hear(finish(w, &w->server, r, buf, 6, RS_SEC(1)), "abc");
    CHECK_EQ(OK(recv_flags(p, 6, 0)), 0);
}

TEST(a_cancelled_msg_waitall_returns_what_it_has)
{
    pair p = begin();
    OK(rs_fcntl(S, NOW, p.server, RS_F_SETFL, 0));
    say(p, "abc");
    rs_ret r = recv_flags(p, 6, RS_MSG_WAITALL);
    CHECK_EQ(OK(rs_call_cancel(S, NOW, r.parked)), 3);
    r = recv_flags(p, 6, 0);
    FAILS(rs_call_cancel(S, NOW, r.parked), RS_EINTR);
}

TEST(so_rcvlowat_makes_a_blocking_read_wait_for_more)
{
    pair p = begin();
    int low = 5;
    OK(rs_setsockopt(S, NOW, p.server, 1, 18, &low, sizeof low));
    OK(rs_fcntl(S, NOW, p.server, RS_F_SETFL, 0));
    say(p, "abc");
    CHECK(!(ready_for(w, &w->server, p.server) & RS_POLLIN));
    rs_ret r = recv_flags(p, 100, 0);
    CHECK(r.parked);
    CHECK(!rs_call_ready(S, r.parked));
    say(p, "defg");
    hear(finish(w, &w->server, r, buf, 100, RS_SEC(1)), "abcdefg");
}

TEST(a_blocking_read_gives_up_at_so_rcvtimeo)
{
    pair p = begin();
    int64_t timeout[2] = {0, 300000};
    OK(rs_setsockopt(S, NOW, p.server, 1, 20, timeout, sizeof timeout));
    OK(rs_fcntl(S, NOW, p.server, RS_F_SETFL, 0));
    rs_time begun = NOW;
    FAILS(finish(w, &w->server, recv_flags(p, 10, 0), buf, 10, RS_SEC(5)), RS_EAGAIN);
    CHECK_EQ(NOW.us - begun.us, 300000);
    FAILS(recv_flags(p, 10, RS_MSG_DONTWAIT), RS_EAGAIN);
}

TEST(the_end_of_file_comes_after_the_data_and_stays)
{
    pair p = begin();
    say(p, "last words");
    OK(rs_close(w->client.st, NOW, p.client));
    w_pass(w, RS_MS(50));
    hear(recv_flags(p, 100, 0), "last words");
    CHECK_EQ(OK(recv_flags(p, 100, 0)), 0);
    CHECK_EQ(OK(recv_flags(p, 100, 0)), 0);
}

TEST(a_reset_is_told_once_and_then_the_end_of_file)
{
    pair p = begin();
    reset_from_client(p);
    FAILS(recv_flags(p, 10, 0), RS_ECONNRESET);
    CHECK_EQ(OK(recv_flags(p, 10, 0)), 0);
    int value = 99;
    uint32_t len = sizeof value;
    OK(rs_getsockopt(S, NOW, p.server, 1, 4, &value, &len));
    CHECK_EQ(value, 0);
}

TEST(a_reset_behind_the_end_of_file_is_told_to_who_asks)
{
    pair p = begin();
    OK(rs_shutdown(w->client.st, NOW, p.client, RS_SHUT_WR));
    w_pass(w, RS_MS(50));
    reset_from_client(p);
    CHECK_EQ(OK(recv_flags(p, 10, 0)), 0);
    int value = 99;
    uint32_t len = sizeof value;
    OK(rs_getsockopt(S, NOW, p.server, 1, 4, &value, &len));
    CHECK_EQ(value, RS_EPIPE);
    CHECK_EQ(OK(recv_flags(p, 10, 0)), 0);
}

TEST(data_that_came_before_a_reset_can_still_be_read)
{
    pair p = begin();
    say(p, "abc");
    reset_from_client(p);
    hear(recv_flags(p, 10, 0), "abc");
    FAILS(recv_flags(p, 10, 0), RS_ECONNRESET);
    CHECK_EQ(OK(recv_flags(p, 10, 0)), 0);
}

TEST(after_shutdown_of_reading_there_is_only_the_end_of_file)
{
    pair p = begin();
    OK(rs_shutdown(S, NOW, p.server, RS_SHUT_RD));
    CHECK_EQ(OK(recv_flags(p, 10, 0)), 0);
    CHECK(ready_for(w, &w->server, p.server) & RS_POLLRDHUP);
}

TEST(urgent_data_is_read_out_of_band)
{
    pair p = begin();
    FAILS(recv_flags(p, 1, RS_MSG_OOB), RS_EINVAL);
    say(p, "ab");
    OK(rs_send(w->client.st, NOW, p.client, "cdX", 3, RS_MSG_OOB, NULL));
    w_pass(w, RS_MS(50));
    say(p, "ef");
    CHECK(ready_for(w, &w->server, p.server) & RS_POLLPRI);
    int flags = 0;
    CHECK_EQ(OK(rs_recv(S, NOW, p.server, buf, 10, RS_MSG_OOB, &flags)), 1);
    CHECK_EQ(buf[0], 'X');
    CHECK_EQ(flags, RS_MSG_OOB);
    FAILS(recv_flags(p, 1, RS_MSG_OOB), RS_EINVAL);
    int mark = 9;
    OK(rs_ioctl(S, NOW, p.server, RS_SIOCATMARK, &mark));
    CHECK_EQ(mark, 0);
    hear(recv_flags(p, 100, 0), "abcd"); /* stops before the mark */
    OK(rs_ioctl(S, NOW, p.server, RS_SIOCATMARK, &mark));
    CHECK_EQ(mark, 1);
    hear(recv_flags(p, 100, 0), "ef");
}

TEST(urgent_data_in_line_is_a_byte_of_the_stream)
{
    pair p = begin();
    int one = 1;
    OK(rs_setsockopt(S, NOW, p.server, 1, 10, &one, sizeof one));
    OK(rs_send(w->client.st, NOW, p.client, "abX", 3, RS_MSG_OOB, NULL));
    w_pass(w, RS_MS(50));
    FAILS(recv_flags(p, 1, RS_MSG_OOB), RS_EINVAL);
    hear(recv_flags(p, 100, 0), "ab");
    hear(recv_flags(p, 100, 0), "X");
}

TEST(two_waiting_readers_are_served_in_the_order_they_came)
{
    pair p = begin();
    OK(rs_fcntl(S, NOW, p.server, RS_F_SETFL, 0));
    rs_ret a = recv_flags(p, 3, 0), b = recv_flags(p, 3, 0);
    say(p, "abcdef");
    CHECK(rs_call_ready(S, a.parked));
    CHECK(!rs_call_ready(S, b.parked));
    hear(rs_call_resume(S, NOW, a.parked, buf, 3), "abc");
    CHECK(rs_call_ready(S, b.parked));
    hear(rs_call_resume(S, NOW, b.parked, buf, 3), "def");
}

TEST(a_resumed_call_wants_the_buffer_it_was_made_with)
{
    pair p = begin();
    OK(rs_fcntl(S, NOW, p.server, RS_F_SETFL, 0));
    rs_ret r = recv_flags(p, 3, 0);
    FAILS(rs_call_resume(S, NOW, r.parked, buf, 4), RS_EINVAL);
    FAILS(rs_call_resume(S, NOW, 77, buf, 3), RS_EINVAL);
    CHECK(!rs_call_ready(S, 77));
    say(p, "abc");
    hear(rs_call_resume(S, NOW, r.parked, buf, 3), "abc");
}
