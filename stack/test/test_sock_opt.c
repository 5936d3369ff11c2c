/* getsockopt and setsockopt at the socket level, and what every option has in common. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->client.st)
#define NOW (w->loop.now)

static int get(rs_fd fd, int level, int name)
{
    int value = -12345;
    uint32_t len = sizeof value;
    OK(rs_getsockopt(S, NOW, fd, level, name, &value, &len));
    CHECK_EQ(len, sizeof value);
    return value;
}

static rs_ret set(rs_fd fd, int level, int name, int value)
{
    return rs_setsockopt(S, NOW, fd, level, name, &value, sizeof value);
}

static rs_fd begin(void)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    return sock(w, &w->client);
}

TEST(unknown_options_and_descriptors_are_refused)
{
    rs_fd fd = begin();
    int value = 1;
    uint32_t len = sizeof value;
    FAILS(rs_setsockopt(S, NOW, 99, 1, 9, &value, len), RS_EBADF);
    FAILS(rs_getsockopt(S, NOW, 99, 1, 9, &value, &len), RS_EBADF);
    FAILS(set(fd, 1, 9999, 1), RS_ENOPROTOOPT);
    FAILS(set(fd, 77, 1, 1), RS_ENOPROTOOPT);
    FAILS(rs_getsockopt(S, NOW, fd, 6, 9999, &value, &len), RS_ENOPROTOOPT);
    FAILS(set(fd, 1, 3, 1), RS_ENOPROTOOPT);   /* SO_TYPE is only for reading */
    FAILS(set(fd, 41, 26, 1), RS_ENOPROTOOPT); /* an IPv6 option on an IPv4 socket */
}

TEST(the_length_of_a_value_counts)
{
    rs_fd fd = begin();
    int value = 1;
    char bytes[8] = {0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55};
    uint32_t len = 2;
    FAILS(rs_setsockopt(S, NOW, fd, 1, 9, &value, 3), RS_EINVAL);
    FAILS(rs_setsockopt(S, NOW, fd, 1, 9, NULL, 4), RS_EFAULT);
    FAILS(rs_getsockopt(S, NOW, fd, 1, 9, &value, NULL), RS_EFAULT);
    FAILS(rs_getsockopt(S, NOW, fd, 1, 9, NULL, &len), RS_EFAULT);
    OK(set(fd, 1, 9, 1));
    OK(rs_getsockopt(S, NOW, fd, 1, 9, bytes, &len));
    CHECK_EQ(len, 2);
    CHECK_EQ(bytes[0], 1);
    CHECK_EQ(bytes[2], 0x55);
    len = 8;
    OK(rs_getsockopt(S, NOW, fd, 1, 9, bytes, &len));
    CHECK_EQ(len, 4);
}

TEST(switches_are_off_until_they_are_set)
{
    static const int switches[][2] = {{1, 2}, {1, 9}, {1, 10}, {1, 15}, {6, 1}, {6, 3}};
    rs_fd fd = begin();
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
        CHECK_EQ(get(fd, switches[i][0], switches[i][1]), 0);
        OK(set(fd, switches[i][0], switches[i][1], 17));
        CHECK_EQ(get(fd, switches[i][0], switches[i][1]), 1);
        OK(set(fd, switches[i][0], switches[i][1], 0));
        CHECK_EQ(get(fd, switches[i][0], switches[i][1]), 0);
    }
}

TEST(a_socket_says_what_it_is)
{
    rs_fd fd = begin();
    CHECK_EQ(get(fd, 1, 3), RS_SOCK_STREAM);
    CHECK_EQ(get(fd, 1, 38), RS_IPPROTO_TCP);
    CHECK_EQ(get(fd, 1, 39), RS_PF_INET);
    CHECK_EQ(get(fd, 1, 30), 0);
    OK(rs_listen(S, NOW, fd, 1));
    CHECK_EQ(get(fd, 1, 30), 1);
    CHECK_EQ(get((rs_fd)OK(rs_socket(S, NOW, RS_PF_INET6, RS_SOCK_STREAM, 0)), 1, 39), RS_PF_INET6);
}

TEST(buffers_are_doubled_within_limits)
{
    rs_fd fd = begin();
    CHECK_EQ(get(fd, 1, 7), 16384);
    CHECK_EQ(get(fd, 1, 8), 131072);
    OK(set(fd, 1, 7, 50000));
    CHECK_EQ(get(fd, 1, 7), 100000);
    OK(set(fd, 1, 7, 1));
    CHECK_EQ(get(fd, 1, 7), 4608);
    OK(set(fd, 1, 8, 1));
    CHECK_EQ(get(fd, 1, 8), 2304);
    OK(set(fd, 1, 8, 2147483647));
    CHECK_EQ(get(fd, 1, 8), 2 * 4194304);
    CHECK_EQ(rs_stack_set(S, "net.core.wmem_max", "10000").code, 0);
    OK(set(fd, 1, 7, -1));
    CHECK_EQ(get(fd, 1, 7), 20000);
}

TEST(a_small_receive_buffer_makes_a_small_window)
{
    rs_fd fd = begin();
    OK(set(fd, 1, 8, 4000));
    rs_endpoint to = at(w, &w->server, 80);
    listener(w, &w->server, 80, 5);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(100));
    CHECK(probe(w, &w->client, fd).rcv_wnd <= 8000);
    CHECK_EQ(get(fd, 1, 8), 8000);
}

TEST(linger_is_two_numbers)
{
    rs_fd fd = begin();
    int value[2] = {1, 30}, back[2] = {9, 9};
    uint32_t len = sizeof back;
    FAILS(rs_setsockopt(S, NOW, fd, 1, 13, value, 4), RS_EINVAL);
    OK(rs_setsockopt(S, NOW, fd, 1, 13, value, sizeof value));
    OK(rs_getsockopt(S, NOW, fd, 1, 13, back, &len));
    CHECK_EQ(back[0], 1);
    CHECK_EQ(back[1], 30);
}

TEST(timeouts_are_seconds_and_microseconds)
{
    rs_fd fd = begin();
    int64_t value[2] = {5, 250000}, bad[2] = {1, 1000000}, back[2];
    uint32_t len = sizeof back;
    for (int name = 20; name <= 21; name++) {
        FAILS(rs_setsockopt(S, NOW, fd, 1, name, value, 8), RS_EINVAL);
        FAILS(rs_setsockopt(S, NOW, fd, 1, name, bad, sizeof bad), RS_EDOM);
        OK(rs_setsockopt(S, NOW, fd, 1, name, value, sizeof value));
        OK(rs_getsockopt(S, NOW, fd, 1, name, back, &len));
        CHECK_EQ(back[0], 5);
        CHECK_EQ(back[1], 250000);
    }
}

TEST(rcvlowat_is_at_least_one)
{
    rs_fd fd = begin();
    CHECK_EQ(get(fd, 1, 18), 1);
    OK(set(fd, 1, 18, 500));
    CHECK_EQ(get(fd, 1, 18), 500);
    OK(set(fd, 1, 18, 0));
    CHECK_EQ(get(fd, 1, 18), 1);
    OK(set(fd, 1, 18, -5));
    CHECK_EQ(get(fd, 1, 18), (int)(rs_config_linux().knobs.rmem[2] / 2));
}

TEST(options_set_before_connecting_hold_afterwards_and_survive_a_failure)
{
    rs_fd fd = begin();
    rs_endpoint to = at(w, &w->server, 80);
    OK(set(fd, 6, 1, 1));
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
    CHECK_EQ(get(fd, 6, 1), 1);
    OK(set(fd, 6, 3, 1));
    w_pass(w, RS_MS(50));
    FAILS(rs_connect(S, NOW, fd, &to), RS_ECONNREFUSED);
    CHECK_EQ(get(fd, 6, 1), 1);
    CHECK_EQ(get(fd, 6, 3), 1);
}

TEST(a_rate_limit_is_a_long_or_its_low_half_and_all_ones_is_none)
{
    rs_fd fd = begin();
    uint64_t rate = 0;
    uint32_t len = sizeof rate;
    OK(rs_getsockopt(S, NOW, fd, 1, 47, &rate, &len));
    CHECK_EQ(rate, UINT64_MAX);
    CHECK_EQ(get(fd, 1, 47), -1);
    OK(set(fd, 1, 47, 125000));
    CHECK_EQ(get(fd, 1, 47), 125000);
    rate = (uint64_t)1 << 40;
    OK(rs_setsockopt(S, NOW, fd, 1, 47, &rate, sizeof rate));
    rate = 0;
    OK(rs_getsockopt(S, NOW, fd, 1, 47, &rate, &len));
    CHECK_EQ(rate, (uint64_t)1 << 40);
    CHECK_EQ(get(fd, 1, 47), -1);
    OK(set(fd, 1, 47, -1));
    OK(rs_getsockopt(S, NOW, fd, 1, 47, &rate, &len));
    CHECK_EQ(rate, UINT64_MAX);
}
