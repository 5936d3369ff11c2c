/* Options that move the timers of one connection. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->client.st)
#define NOW (w->loop.now)
enum {
    TCP = 6,
    RTO_MAX_MS = 44,
    RTO_MIN_US = 45,
    DELACK_MAX_US = 46,
    THIN_LINEAR = 16,
    THIN_DUPACK = 17,
    TX_DELAY = 37
};

static rs_ret set(rs_fd fd, int name, int value)
{
    return rs_setsockopt(S, NOW, fd, TCP, name, &value, sizeof value);
}

static int get(rs_fd fd, int name)
{
    int value = -12345;
    uint32_t len = sizeof value;
    OK(rs_getsockopt(S, NOW, fd, TCP, name, &value, &len));
    return value;
}

TEST(the_bounds_are_the_hosts_until_they_are_set)
{
    static const int rows[][4] = {
        {RTO_MAX_MS, 120000, 2000, 999}, {RTO_MIN_US, 200000, 5000, 1999}, {DELACK_MAX_US, 200000, 10000, 200001}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        w = world_of(rs_config_linux(), RS_IPV4);
        rs_fd fd = sock(w, &w->client);
        CHECK_EQ(get(fd, rows[i][0]), rows[i][1]);
        FAILS(set(fd, rows[i][0], rows[i][3]), RS_EINVAL);
        OK(set(fd, rows[i][0], rows[i][2]));
        CHECK_EQ(get(fd, rows[i][0]), rows[i][2]);
    }
}

TEST(thin_streams_are_a_switch_and_their_duplicates_are_history)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    CHECK_EQ(get(fd, THIN_LINEAR), 0);
    OK(set(fd, THIN_LINEAR, 1));
    CHECK_EQ(get(fd, THIN_LINEAR), 1);
    FAILS(set(fd, THIN_LINEAR, 2), RS_EINVAL);
    OK(set(fd, THIN_DUPACK, 1));
    CHECK_EQ(get(fd, THIN_DUPACK), 0);
}

TEST(a_later_departure_is_kept)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    FAILS(set(fd, TX_DELAY, -1), RS_EINVAL);
    FAILS(set(fd, TX_DELAY, 1 << 28), RS_EINVAL);
    OK(set(fd, TX_DELAY, (1 << 28) - 1));
    CHECK_EQ(get(fd, TX_DELAY), (1 << 28) - 1);
}
