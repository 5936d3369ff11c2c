/* Options of TCP, IP and IPv6: numbers, ranges, defaults, and what they do. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->client.st)
#define NOW (w->loop.now)
enum { TCP = 6, IP = 0, IPV6 = 41 };

static int get(rs_fd fd, int level, int name)
{
    int value = -12345;
    uint32_t len = sizeof value;
    OK(rs_getsockopt(S, NOW, fd, level, name, &value, &len));
    return value;
}

static rs_ret set(rs_fd fd, int level, int name, int value)
{
    return rs_setsockopt(S, NOW, fd, level, name, &value, sizeof value);
}

static rs_fd begin(rs_family family)
{
    w = world_of(rs_config_linux(), family);
    return sock(w, &w->client);
}

typedef struct number {
    int level, name, by_default, good, low, high;
} number;

TEST(numbers_have_defaults_and_ranges)
{
    static const number numbers[] = {
        {TCP, 4, 7200, 10, 1, 32767}, {TCP, 5, 75, 10, 1, 32767},        {TCP, 6, 9, 3, 1, 127},
        {TCP, 7, 6, 2, 1, 127},       {TCP, 18, 0, 5000, 0, 2147483647}, {IP, 2, 64, 5, 1, 255}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const number *n = &numbers[i];
        rs_fd fd = begin(RS_IPV4);
        CHECK_EQ(get(fd, n->level, n->name), n->by_default);
        OK(set(fd, n->level, n->name, n->good));
        CHECK_EQ(get(fd, n->level, n->name), n->good);
        if (n->low > 0) FAILS(set(fd, n->level, n->name, 0), RS_EINVAL);
        else FAILS(set(fd, n->level, n->name, -1), RS_EINVAL);
        if (n->high < 2147483647) FAILS(set(fd, n->level, n->name, n->high + 1), RS_EINVAL);
        CHECK_EQ(get(fd, n->level, n->name), n->good);
    }
}

TEST(defaults_follow_the_sysctls)
{
    rs_fd fd = begin(RS_IPV4);
    CHECK_EQ(rs_stack_set(S, "net.ipv4.tcp_keepalive_time", "100").code, 0);
    CHECK_EQ(rs_stack_set(S, "net.ipv4.tcp_fin_timeout", "25").code, 0);
    CHECK_EQ(get(fd, TCP, 4), 100);
    CHECK_EQ(get(fd, TCP, 8), 25);
    OK(set(fd, TCP, 8, 30));
    CHECK_EQ(get(fd, TCP, 8), 30);
    OK(set(fd, TCP, 8, 300));
    CHECK_EQ(get(fd, TCP, 8), 120);
    OK(set(fd, TCP, 8, -7));
    CHECK_EQ(get(fd, TCP, 8), -1);
}

TEST(tcp_maxseg_limits_segments)
{
    rs_fd fd = begin(RS_IPV4);
    FAILS(set(fd, TCP, 2, 87), RS_EINVAL);
    FAILS(set(fd, TCP, 2, 32768), RS_EINVAL);
    OK(set(fd, TCP, 2, 500));
    listener(w, &w->server, 80, 5);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(S, NOW, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(100));
    CHECK_EQ(probe(w, &w->client, fd).adv_mss, 500);
    CHECK(get(fd, TCP, 2) <= 500);
}

static const char *congestion_of(rs_fd fd)
{
    static char name[16];
    uint32_t len = sizeof name;
    memset(name, 0, sizeof name);
    OK(rs_getsockopt(S, NOW, fd, TCP, 13, name, &len));
    CHECK_EQ(len, sizeof name);
    return name;
}

TEST(tcp_congestion_names_what_there_is)
{
    rs_fd fd = begin(RS_IPV4);
    CHECK_STR(congestion_of(fd), "cubic");
    OK(rs_setsockopt(S, NOW, fd, TCP, 13, "reno", 4));
    CHECK_STR(congestion_of(fd), "reno");
    OK(rs_setsockopt(S, NOW, fd, TCP, 13, "cubic", 6));
    CHECK_STR(congestion_of(fd), "cubic");
    FAILS(rs_setsockopt(S, NOW, fd, TCP, 13, "vegas", 5), RS_ENOENT);
    FAILS(rs_setsockopt(S, NOW, fd, TCP, 13, "", 0), RS_EINVAL);
    CHECK_STR(congestion_of(fd), "cubic");
}

TEST(a_living_connection_changes_its_congestion_control_and_keeps_the_window)
{
    pair p = connected(w, 80);
    uint32_t cwnd = probe(w, &w->client, p.client).cwnd_segs;
    OK(rs_setsockopt(S, NOW, p.client, TCP, 13, "reno", 4));
    CHECK_STR(congestion_of(p.client), "reno");
    CHECK_EQ(probe(w, &w->client, p.client).cwnd_segs, cwnd);
}

TEST(tcp_window_clamp_cannot_be_taken_back_once_connected)
{
    rs_fd fd = begin(RS_IPV4);
    OK(set(fd, TCP, 10, 5000));
    CHECK_EQ(get(fd, TCP, 10), 5000);
    OK(set(fd, TCP, 10, 0));
    OK(set(fd, TCP, 10, 3));
    CHECK_EQ(get(fd, TCP, 10), 1152);
    pair p = connected(w, 80);
    FAILS(set(p.client, TCP, 10, 0), RS_EINVAL);
}

TEST(tcp_defer_accept_and_notsent_lowat_are_kept)
{
    rs_fd fd = begin(RS_IPV4);
    OK(set(fd, TCP, 25, 4096));
    CHECK_EQ(get(fd, TCP, 25), 4096);
    CHECK_EQ(get(fd, TCP, 9), 0);
    OK(set(fd, TCP, 9, 7));
    CHECK_EQ(get(fd, TCP, 9), 7);
    OK(set(fd, TCP, 9, 8));
    OK(rs_listen(S, NOW, fd, 1));
    CHECK_EQ(get(fd, TCP, 9), 15);
}

TEST(keepalive_ends_a_connection_whose_peer_is_gone)
{
    begin(RS_IPV4);
    pair p = connected(w, 80);
    OK(set(p.client, TCP, 4, 10));
    OK(set(p.client, TCP, 5, 5));
    OK(set(p.client, TCP, 6, 3));
    OK(set(p.client, 1, 9, 1));
    w_pass(w, RS_SEC(60));
    STATE_IS(w, &w->client, p.client, RS_ESTABLISHED);
    w_faults(w, (rs_link_faults){.lose = 1000000});
    w_pass(w, RS_SEC(60));
    CHECK_EQ(probe(w, &w->client, p.client).state, RS_CLOSED);
    char buf[1];
    FAILS(rs_recv(S, NOW, p.client, buf, 1, 0, NULL), RS_ETIMEDOUT);
}

typedef struct last {
    uint8_t ttl, tos;
    bool df;
} last;

static bool look(void *ctx, rs_time now, rs_bytes pkt)
{
    (void)now;
    last *l = ctx;
    if (pkt.data[0] >> 4 == 4) *l = (last){pkt.data[8], pkt.data[1], pkt.data[6] >> 6 & 1};
    else *l = (last){pkt.data[7], (uint8_t)(pkt.data[0] << 4 | pkt.data[1] >> 4), false};
    return true;
}

TEST(ip_options_show_on_the_wire)
{
    for (int six = 0; six < 2; six++) {
        begin(six ? RS_IPV6 : RS_IPV4);
        pair p = connected(w, 80);
        last seen;
        w->there->filter = look;
        w->there->filter_ctx = &seen;
        OK(rs_send(S, NOW, p.client, "a", 1, 0, NULL));
        w_pass(w, RS_MS(100));
        CHECK_EQ(seen.ttl, 64);
        CHECK_EQ(seen.tos, 0);
        if (!six) CHECK(seen.df);
        OK(set(p.client, six ? IPV6 : IP, six ? 67 : 1, 0x2f));
        CHECK_EQ(get(p.client, six ? IPV6 : IP, six ? 67 : 1), 0x2c); /* the ECN bits stay */
        OK(set(p.client, six ? IPV6 : IP, six ? 16 : 2, 9));
        OK(set(p.client, six ? IPV6 : IP, six ? 23 : 10, 0));
        CHECK_EQ(get(p.client, six ? IPV6 : IP, six ? 23 : 10), 0);
        OK(rs_send(S, NOW, p.client, "a", 1, 0, NULL));
        w_pass(w, RS_MS(100));
        CHECK_EQ(seen.ttl, 9);
        CHECK_EQ(seen.tos, 0x2c);
        CHECK(!seen.df);
        OK(set(p.client, six ? IPV6 : IP, six ? 16 : 2, -1));
        CHECK_EQ(get(p.client, six ? IPV6 : IP, six ? 16 : 2), 64);
        CHECK_EQ(get(p.client, six ? IPV6 : IP, six ? 24 : 14), 1500);
    }
}

TEST(ip_mtu_needs_a_connection)
{
    rs_fd fd = begin(RS_IPV6);
    int value;
    uint32_t len = sizeof value;
    FAILS(rs_getsockopt(S, NOW, fd, IPV6, 24, &value, &len), RS_ENOTCONN);
    FAILS(rs_getsockopt(S, NOW, fd, IP, 14, &value, &len), RS_ENOTCONN);
}

TEST(v6only_is_decided_before_binding)
{
    rs_fd fd = begin(RS_IPV6);
    CHECK_EQ(get(fd, IPV6, 26), 0);
    OK(set(fd, IPV6, 26, 1));
    CHECK_EQ(get(fd, IPV6, 26), 1);
    OK(rs_listen(S, NOW, fd, 1));
    FAILS(set(fd, IPV6, 26, 0), RS_EINVAL);
}

TEST(ip_options_may_be_one_byte_long)
{
    rs_fd fd = begin(RS_IPV4);
    uint8_t tos = 0x10;
    OK(rs_setsockopt(S, NOW, fd, IP, 1, &tos, 1));
    CHECK_EQ(get(fd, IP, 1), 0x10);
    FAILS(rs_setsockopt(S, NOW, fd, TCP, 1, &tos, 1), RS_EINVAL);
    FAILS(set(fd, IP, 2, 0), RS_EINVAL);
    FAILS(set(fd, IP, 10, 6), RS_EINVAL);
}
