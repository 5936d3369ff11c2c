/* Active opens: source, port, ISN. */
#define CHECK_MAIN
#include "raw.h"

static raw *r;

static rs_seg syn_of(rs_config cfg, uint8_t secret, int64_t at_us)
{
    world *w = (cfg.secret[3] = secret, world_of(cfg, RS_IPV4));
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80), mine = at(w, &w->client, 5555);
    rs_bytes pkt;
    rs_seg seg;
    OK(rs_bind(w->client.st, (rs_time){at_us}, fd, &mine));
    FAILS(rs_connect(w->client.st, (rs_time){at_us}, fd, &to), RS_EINPROGRESS);
    CHECK(rs_stack_output(w->client.st, (rs_time){at_us}, &pkt));
    CHECK_EQ(rs_packet_parse(pkt, &seg), RS_WIRE_OK);
    return seg;
}

TEST(the_isn_follows_secret_and_clock)
{
    rs_seg a = syn_of(rs_config_rfc(), 1, 0), again = syn_of(rs_config_rfc(), 1, 0),
           keyed = syn_of(rs_config_rfc(), 2, 0), later = syn_of(rs_config_rfc(), 1, 4000),
           fast = syn_of(rs_config_linux(), 1, 4000), slow = syn_of(rs_config_linux(), 1, 0);
    CHECK_EQ(a.seq.raw, again.seq.raw);
    CHECK(a.seq.raw != keyed.seq.raw);
    CHECK_EQ(later.seq.raw - a.seq.raw, 1000);    /* one per 4 us */
    CHECK_EQ(fast.seq.raw - slow.seq.raw, 62500); /* one per 64 ns */
}

TEST(the_first_number_can_be_chosen_for_a_test)
{
    rs_config cfg = rs_config_rfc();
    CHECK_EQ(rs_config_set(&cfg, "refstack.first_seq", "4294967290").code, 0);
    CHECK_EQ(syn_of(cfg, 1, 0).seq.raw, 4294967290u);
    CHECK_EQ(syn_of(cfg, 2, 9).seq.raw, 4294967290u);
    CHECK_EQ(rs_config_set(&cfg, "refstack.first_seq", "4294967296").code, 0);
    CHECK_EQ(syn_of(cfg, 1, 0).seq.raw, 0);
    CHECK(rs_config_set(&cfg, "refstack.first_seq", "4294967297").code != 0);
}

TEST(ports_of_successive_connections_differ_and_lie_in_the_range)
{
    r = raw_host(rs_config_linux(), RS_IPV4);
    rs_endpoint to = raw_peer(80);
    uint16_t seen[30];
    for (int i = 0; i < 30; i++) {
        rs_seg s;
        FAILS(rs_connect(r->st, r->now, sock(r->w, &r->w->client), &to), RS_EINPROGRESS);
        CHECK(raw_out(&s));
        CHECK(s.src.port >= 32768 && s.src.port <= 60999);
        for (int k = 0; k < i; k++) CHECK(seen[k] != s.src.port);
        seen[i] = s.src.port;
    }
}

TEST(a_port_that_was_bound_is_not_chosen)
{
    r = raw_host(rs_config_linux(), RS_IPV4);
    CHECK_EQ(rs_stack_set(r->st, "net.ipv4.ip_local_port_range", "5000 5001").code, 0);
    rs_endpoint any = anywhere(r->w, 5000), to = raw_peer(80);
    OK(rs_bind(r->st, r->now, sock(r->w, &r->w->client), &any));
    FAILS(rs_connect(r->st, r->now, sock(r->w, &r->w->client), &to), RS_EINPROGRESS);
    rs_seg s;
    CHECK(raw_out(&s));
    CHECK_EQ(s.src.port, 5001);
    FAILS(rs_connect(r->st, r->now, sock(r->w, &r->w->client), &to), RS_EADDRNOTAVAIL);
}

TEST(two_sockets_cannot_have_the_same_connection)
{
    r = raw_host(rs_config_linux(), RS_IPV4);
    rs_endpoint mine = raw_here(5000), to = raw_peer(80), other = raw_peer(81);
    rs_fd fd[3];
    int one = 1;
    for (int i = 0; i < 3; i++) {
        fd[i] = sock(r->w, &r->w->client);
        OK(rs_setsockopt(r->st, r->now, fd[i], 1, 2, &one, sizeof one));
        OK(rs_bind(r->st, r->now, fd[i], &mine));
    }
    FAILS(rs_connect(r->st, r->now, fd[0], &to), RS_EINPROGRESS);
    FAILS(rs_connect(r->st, r->now, fd[1], &to), RS_EADDRNOTAVAIL);
    FAILS(rs_connect(r->st, r->now, fd[2], &other), RS_EINPROGRESS);
}
