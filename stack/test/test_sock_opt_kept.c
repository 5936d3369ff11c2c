/* Options that are kept and mean nothing, and the numbers beside them. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->client.st)
#define NOW (w->loop.now)
enum { SOCKET = 1, TCP = 6, IP = 0, IPV6 = 41 };

static rs_ret set(rs_fd fd, int level, int name, int value)
{
    return rs_setsockopt(S, NOW, fd, level, name, &value, sizeof value);
}

static rs_ret get(rs_fd fd, int level, int name, int *value)
{
    uint32_t len = sizeof *value;
    *value = -12345;
    return rs_getsockopt(S, NOW, fd, level, name, value, &len);
}

static int value_of(rs_fd fd, int level, int name)
{
    int value;
    OK(get(fd, level, name, &value));
    return value;
}

static rs_fd begin(rs_family family)
{
    w = world_of(rs_config_linux(), family);
    return sock(w, &w->client);
}

TEST(a_switch_is_given_back_as_it_was_set)
{
    rs_fd fd = begin(RS_IPV6);
    static const int rows[][2] = {{SOCKET, 1}, {SOCKET, 29}, {IP, 12}, {IP, 24}, {IPV6, 49}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_EQ(value_of(fd, rows[i][0], rows[i][1]), 0);
        OK(set(fd, rows[i][0], rows[i][1], 7));
        CHECK_EQ(value_of(fd, rows[i][0], rows[i][1]), 1);
        OK(set(fd, rows[i][0], rows[i][1], 0));
        CHECK_EQ(value_of(fd, rows[i][0], rows[i][1]), 0);
    }
    CHECK_EQ(value_of(fd, IPV6, 70), 1); /* one that is on at first */
    OK(set(fd, IPV6, 70, 0));
    CHECK_EQ(value_of(fd, IPV6, 70), 0);
}

TEST(a_strict_switch_takes_0_and_1_only)
{
    rs_fd fd = begin(RS_IPV4);
    CHECK_EQ(value_of(fd, IP, 49), 1);
    FAILS(set(fd, IP, 49, 2), RS_EINVAL);
    OK(set(fd, IP, 49, 0));
    CHECK_EQ(value_of(fd, IP, 49), 0);
}

TEST(what_can_only_be_read_or_only_be_set_or_neither_says_so)
{
    int value;
    rs_fd fd = begin(RS_IPV4);
    CHECK_EQ(value_of(fd, SOCKET, 19), 1);
    FAILS(set(fd, SOCKET, 19, 1), RS_ENOPROTOOPT);
    OK(set(fd, SOCKET, 53, 1));
    FAILS(get(fd, SOCKET, 53, &value), RS_ENOPROTOOPT);
    FAILS(set(fd, SOCKET, 16, 1), RS_EOPNOTSUPP);
    FAILS(get(fd, SOCKET, 16, &value), RS_EOPNOTSUPP);
    FAILS(set(fd, TCP, 20, 1), RS_EPERM);
    FAILS(get(fd, IPV6, 49, &value), RS_ENOPROTOOPT);
    FAILS(set(fd, SOCKET, 999, 1), RS_ENOPROTOOPT);
    FAILS(rs_setsockopt(S, NOW, fd, SOCKET, 1, &value, 2), RS_EINVAL);
}

TEST(numbers_are_kept)
{
    rs_fd fd = begin(RS_IPV4);
    CHECK_EQ(value_of(fd, SOCKET, 42), -1);
    CHECK_EQ(value_of(fd, SOCKET, 49), -1);
    CHECK_EQ(value_of(fd, SOCKET, 46), 0);
    CHECK_EQ(value_of(fd, SOCKET, 74), 1);
    OK(set(fd, SOCKET, 42, 5));
    OK(set(fd, SOCKET, 49, 0));
    OK(set(fd, SOCKET, 46, 50));
    OK(set(fd, SOCKET, 74, 0));
    CHECK_EQ(value_of(fd, SOCKET, 42), 5);
    CHECK_EQ(value_of(fd, SOCKET, 49), 0);
    CHECK_EQ(value_of(fd, SOCKET, 46), 50);
    CHECK_EQ(value_of(fd, SOCKET, 74), 0);
    FAILS(set(fd, SOCKET, 46, -1), RS_EINVAL);
    FAILS(set(fd, SOCKET, 74, 2), RS_EINVAL);
    OK(set(fd, SOCKET, 42, -1));
    CHECK_EQ(value_of(fd, SOCKET, 42), -1);
}
