/* TCP_CC_INFO (sock/sock_opt_cc.c), in the structures of Linux. */
#define CHECK_MAIN
#include "world.h"

enum { TCP = 6, CONGESTION = 13, CC_INFO = 26, GAIN = 739 };
enum { BW = 0, MIN_RTT = 2, PACING_GAIN = 3, WINDOW_GAIN = 4 };

static world *w;

typedef struct told {
    uint32_t len, word[5];
} told;

static told info(const host *h, rs_fd fd)
{
    told t = {.len = sizeof t.word};
    OK(rs_getsockopt(h->st, w->loop.now, fd, TCP, CC_INFO, t.word, &t.len));
    return t;
}

static pair with(const char *algo, rs_config cfg)
{
    snprintf(cfg.knobs.congestion_control, sizeof cfg.knobs.congestion_control, "%s", algo);
    w = world_of(cfg, RS_IPV4);
    w_faults(w, (rs_link_faults){.delay = RS_MS(10)});
    return connected(w, 80);
}

TEST(reno_and_cubic_have_nothing_to_tell)
{
    pair p = with("cubic", rs_config_linux());
    CHECK_EQ(info(&w->client, p.client).len, 0);
    p = with("reno", rs_config_linux());
    CHECK_EQ(info(&w->client, p.client).len, 0);
}

TEST(bbr_tells_bandwidth_round_trip_and_gains)
{
    pair p = with("bbr", rs_config_linux());
    told t = info(&w->client, p.client);
    CHECK_EQ(t.len, 20);
    CHECK_EQ(t.word[BW], 0);
    CHECK_EQ(t.word[MIN_RTT], 20000);
    CHECK_EQ(t.word[PACING_GAIN], 256);
    CHECK_EQ(info(&w->server, p.server).word[PACING_GAIN], 0);
    transfer(w, &w->client, p.client, &w->server, p.server, 1000);
    w_pass(w, RS_MS(100));
    t = info(&w->client, p.client);
    CHECK_EQ(t.word[PACING_GAIN], GAIN);
    CHECK_EQ(t.word[WINDOW_GAIN], GAIN);
    CHECK(t.word[BW] > 0);
}

TEST(dctcp_tells_its_mean_only_where_marks_are_heard)
{
    pair p = with("dctcp", rs_config_linux());
    told t = info(&w->client, p.client);
    CHECK_EQ(t.len, 16);
    CHECK_EQ(t.word[0], 1);
    CHECK_EQ(t.word[1], 1024);
    rs_fd deaf = sock(w, &w->client);
    CHECK_EQ(info(&w->client, deaf).len, 16);
}

TEST(without_a_connection_bbr_is_at_rest)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    OK(rs_setsockopt(w->client.st, w->loop.now, fd, TCP, CONGESTION, "bbr", 3));
    told t = info(&w->client, fd);
    CHECK_EQ(t.len, 20);
    for (int i = 0; i < 5; i++) CHECK_EQ(t.word[i], 0);
    FAILS(rs_setsockopt(w->client.st, w->loop.now, fd, TCP, CC_INFO, "x", 1), RS_ENOPROTOOPT);
}
