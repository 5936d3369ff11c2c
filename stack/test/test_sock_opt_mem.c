/* Options about the memory of a socket. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->client.st)
#define NOW (w->loop.now)
enum { SOCKET = 1, SNDBUF = 7, RCVBUF = 8, SNDBUFFORCE = 32, RCVBUFFORCE = 33, MEMINFO = 55, BUF_LOCK = 72 };

static rs_ret set(rs_fd fd, int name, int value)
{
    return rs_setsockopt(S, NOW, fd, SOCKET, name, &value, sizeof value);
}

static int get(rs_fd fd, int name)
{
    int value = -12345;
    uint32_t len = sizeof value;
    OK(rs_getsockopt(S, NOW, fd, SOCKET, name, &value, &len));
    return value;
}

TEST(force_goes_beyond_the_limit_of_the_host)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    OK(set(fd, SNDBUF, 50000000));
    CHECK_EQ(get(fd, SNDBUF), 2 * 4194304);
    OK(set(fd, SNDBUFFORCE, 50000000));
    CHECK_EQ(get(fd, SNDBUF), 100000000);
    OK(set(fd, RCVBUFFORCE, 1));
    CHECK_EQ(get(fd, RCVBUF), 2304);
    int value;
    uint32_t len = sizeof value;
    FAILS(rs_getsockopt(S, NOW, fd, SOCKET, RCVBUFFORCE, &value, &len), RS_ENOPROTOOPT);
}

TEST(a_set_size_is_locked_until_the_lock_is_taken_off)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    CHECK_EQ(get(fd, BUF_LOCK), 0);
    OK(set(fd, RCVBUF, 10000));
    CHECK_EQ(get(fd, BUF_LOCK), 2);
    OK(set(fd, BUF_LOCK, 1));
    CHECK_EQ(get(fd, BUF_LOCK), 1);
    FAILS(set(fd, BUF_LOCK, 4), RS_EINVAL);
}

TEST(meminfo_tells_sizes)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    uint32_t info[9], len = sizeof info;
    OK(set(fd, RCVBUF, 10000));
    OK(rs_getsockopt(S, NOW, fd, SOCKET, MEMINFO, info, &len));
    CHECK_EQ(len, sizeof info);
    CHECK_EQ(info[0], 0);
    CHECK_EQ(info[1], 20000);
    CHECK_EQ(info[3], 16384);
    FAILS(set(fd, MEMINFO, 1), RS_ENOPROTOOPT);
}
