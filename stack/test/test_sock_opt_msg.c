/* Options of what a socket tells beside its stream. */
#define CHECK_MAIN
#include <string.h>

#include "world.h"

static world *w;
static pair p;
#define S (w->server.st)
#define NOW (w->loop.now)
enum { SOCKET = 1, TCP = 6, IP = 0, IPV6 = 41 };
enum { OPT_ID = 1 << 7, TSONLY = 1 << 11, STATS = 1 << 12, OPT_ID_TCP = 1 << 16 };

static void begin(void)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    p = connected(w, 80);
}

static rs_ret set(rs_fd fd, int level, int name, int value)
{
    return rs_setsockopt(S, NOW, fd, level, name, &value, sizeof value);
}

static int get(rs_fd fd, int level, int name)
{
    int value = -1;
    uint32_t len = sizeof value;
    OK(rs_getsockopt(S, NOW, fd, level, name, &value, &len));
    return value;
}

TEST(switches_take_zero_and_one)
{
    static const int names[][2] = {{SOCKET, 60}, {TCP, 36}};
    begin();
    for (int i = 0; i < 2; i++) {
        CHECK_EQ(get(p.server, names[i][0], names[i][1]), 0);
        OK(set(p.server, names[i][0], names[i][1], 1));
        CHECK_EQ(get(p.server, names[i][0], names[i][1]), 1);
        FAILS(set(p.server, names[i][0], names[i][1], 2), RS_EINVAL);
        FAILS(set(p.server, names[i][0], names[i][1], -1), RS_EINVAL);
    }
}

TEST(marks_and_priorities_are_kept)
{
    begin();
    OK(set(p.server, SOCKET, 36, 666));
    CHECK_EQ(get(p.server, SOCKET, 36), 666);
    OK(set(p.server, SOCKET, 12, 6));
    CHECK_EQ(get(p.server, SOCKET, 12), 6);
    OK(set(p.server, IP, 11, 5));
    CHECK_EQ(get(p.server, IP, 11), 1);
    OK(set(p.server, IP, 15, 1));
    CHECK_EQ(get(p.server, IP, 15), 1);
}

TEST(a_stamping_that_makes_no_sense_is_refused)
{
    begin();
    FAILS(set(p.server, SOCKET, 37, 1 << 19), RS_EINVAL);
    FAILS(set(p.server, SOCKET, 37, STATS), RS_EINVAL);
    FAILS(set(p.server, SOCKET, 37, OPT_ID_TCP), RS_EINVAL);
    FAILS(set(p.server, SOCKET, 37, 1 << 15), RS_EOPNOTSUPP);
    FAILS(set(p.listener, SOCKET, 37, OPT_ID), RS_EINVAL); /* numbers of bytes need a connection */
    OK(set(p.server, SOCKET, 37, OPT_ID | TSONLY | STATS));
}

TEST(stamping_is_read_back_with_the_number_of_its_clock)
{
    begin();
    OK(set(p.server, SOCKET, 37, OPT_ID));
    uint32_t value[2] = {1, 1}, len = sizeof value;
    OK(rs_getsockopt(S, NOW, p.server, SOCKET, 37, value, &len));
    CHECK_EQ(len, 8);
    CHECK_EQ(value[0], OPT_ID);
    CHECK_EQ(value[1], 0);
}

TEST(an_address_that_is_not_ours_can_be_bound_by_who_is_free)
{
    begin();
    rs_fd fd = sock(w, &w->server);
    rs_endpoint foreign = at(w, &w->client, 99);
    FAILS(rs_bind(S, NOW, fd, &foreign), RS_EADDRNOTAVAIL);
    OK(set(fd, IP, 15, 1));
    OK(rs_bind(S, NOW, fd, &foreign));
}
