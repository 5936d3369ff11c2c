#define CHECK_MAIN
#include "../mech/pmtu.h"
#include "../base/addr.h"
#include "raw.h"

static rs_pmtu p;

static const rs_addr *some(uint8_t n)
{
    static rs_addr a;
    a = rs_addr_v4(192, 0, 2, n);
    return &a;
}

static uint32_t of(uint8_t n, int64_t at)
{
    CHECK_SOUND(rs_pmtu_broken(&p));
    return rs_pmtu_of(&p, some(n), (rs_time){at}, 1500).mtu;
}

TEST(what_was_learnt_of_a_host_is_known_until_it_expires)
{
    p = (rs_pmtu){0};
    CHECK_EQ(of(1, 0), 1500);
    rs_pmtu_learn(&p, &(rs_pmtu_news){some(1), 1000, false, {100}});
    CHECK_EQ(of(1, 99), 1000);
    CHECK_EQ(of(2, 99), 1500);
    CHECK_EQ(of(1, 100), 1500);
    rs_pmtu_learn(&p, &(rs_pmtu_news){some(1), 900, false, {200}});
    CHECK_EQ(of(1, 100), 900);
    CHECK_EQ(p.count, 1);
}

TEST(it_never_makes_packets_bigger)
{
    p = (rs_pmtu){0};
    rs_pmtu_learn(&p, &(rs_pmtu_news){some(1), 9000, false, {100}});
    CHECK_EQ(of(1, 0), 1500);
}

TEST(the_entry_that_ends_first_makes_room)
{
    p = (rs_pmtu){0};
    for (int i = 0; i < RS_PMTU_MAX; i++) rs_pmtu_learn(&p, &(rs_pmtu_news){some((uint8_t)i), 1000, false, {1000 + i}});
    rs_pmtu_learn(&p, &(rs_pmtu_news){some(200), 800, false, {5000}});
    CHECK_EQ(of(0, 0), 1500);
    CHECK_EQ(of(1, 0), 1000);
    CHECK_EQ(of(200, 0), 800);
}

TEST(that_a_path_needs_fragments_is_known_as_long)
{
    p = (rs_pmtu){0};
    rs_pmtu_learn(&p, &(rs_pmtu_news){some(1), 552, true, {100}});
    CHECK(rs_pmtu_of(&p, some(1), (rs_time){99}, 1500).fragments);
    CHECK(!rs_pmtu_of(&p, some(2), (rs_time){99}, 1500).fragments);
    CHECK(!rs_pmtu_of(&p, some(1), (rs_time){100}, 1500).fragments);
    CHECK_EQ(p.version, 1);
}

static raw *r;

/* A connection from this port of the peer. */
static rs_fd connection(uint16_t port)
{
    static uint32_t seq = 5000;
    rs_seg s = raw_seg(port, 80, RS_SYN, seq, 0), out;
    s.opts = (rs_opts){.has_mss = true, .mss = 1460};
    raw_in(&s);
    CHECK(raw_out(&out));
    s = raw_seg(port, 80, RS_ACK, seq + 1, out.seq.raw + 1);
    raw_in(&s);
    return (rs_fd)OK(rs_accept(r->st, r->now, 0, NULL, RS_SOCK_NONBLOCK));
}

/* The first segment of a SEND. */
static uint32_t size_of_segments(rs_fd fd)
{
    static char text[3000];
    rs_seg out;
    OK(rs_send(r->st, r->now, fd, text, sizeof text, 0, NULL));
    CHECK(raw_out(&out));
    return (uint32_t)out.text.len;
}

TEST(a_message_about_one_connection_is_news_for_the_next_to_that_host_and_for_ten_minutes)
{
    r = raw_host(rs_config_linux(), RS_IPV4);
    listener(r->w, &r->w->client, 80, 5);
    CHECK_EQ(size_of_segments(connection(1000)), 1460);
    raw_icmp(RS_IM_TOO_BIG, 0, 1000);
    while (raw_out(NULL)) {}
    CHECK_EQ(size_of_segments(connection(1001)), 960);
    while (raw_out(NULL)) {}
    r->now = rs_time_add(r->now, RS_SEC(601));
    CHECK_EQ(size_of_segments(connection(1002)), 1460);
}

TEST(a_connection_that_is_open_hears_of_it_when_it_sends_next)
{
    r = raw_host(rs_config_linux(), RS_IPV4);
    listener(r->w, &r->w->client, 80, 5);
    rs_fd other = connection(1001);
    CHECK_EQ(size_of_segments(connection(1000)), 1460);
    raw_icmp(RS_IM_TOO_BIG, 0, 1000);
    while (raw_out(NULL)) {}
    CHECK_EQ(size_of_segments(other), 960);
}
