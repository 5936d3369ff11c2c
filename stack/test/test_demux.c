/* Whom a segment is for: a connection, a listener, nobody; and a second life in TIME-WAIT. */
#define CHECK_MAIN
#include "raw.h"

static raw *r;

TEST(a_segment_for_nobody_draws_a_reset)
{
    for (int six = 0; six < 2; six++) {
        r = raw_host(rs_config_rfc(), six ? RS_IPV6 : RS_IPV4);
        rs_seg s = raw_seg(1000, 99, RS_SYN, 500, 0), out;
        raw_in(&s);
        CHECK(raw_out(&out));
        CHECK_EQ(out.flags, RS_RST | RS_ACK);
        CHECK_EQ(out.seq.raw, 0);
        CHECK_EQ(out.ack.raw, 501);
        s = raw_seg(1000, 99, RS_ACK, 500, 700);
        raw_in(&s);
        CHECK(raw_out(&out));
        CHECK_EQ(out.flags, RS_RST);
        CHECK_EQ(out.seq.raw, 700);
        s = raw_seg(1000, 99, RS_RST, 500, 0);
        raw_in(&s);
        raw_silent();
    }
}

TEST(the_exact_address_is_served_before_any_address)
{
    r = raw_host(rs_config_rfc(), RS_IPV4);
    rs_fd any = listener(r->w, &r->w->client, 80, 5), exact = sock(r->w, &r->w->client);
    rs_endpoint here = raw_here(81);
    OK(rs_bind(r->st, r->now, exact, &here));
    OK(rs_listen(r->st, r->now, exact, 5));
    rs_seg s = raw_seg(1000, 81, RS_SYN, 1, 0);
    raw_in(&s);
    CHECK_EQ(probe(r->w, &r->w->client, exact).syn_queue_len, 1);
    CHECK_EQ(probe(r->w, &r->w->client, any).syn_queue_len, 0);
    s = raw_seg(1000, 80, RS_SYN, 1, 0);
    raw_in(&s);
    CHECK_EQ(probe(r->w, &r->w->client, any).syn_queue_len, 1);
}

/* A connection that the peer opened, in TIME-WAIT at the host; and the peer's next sequence number. */
static void in_time_wait(uint32_t *peer_next)
{
    rs_fd l = listener(r->w, &r->w->client, 80, 5), fd;
    rs_seg s = raw_seg(1000, 80, RS_SYN, 1, 0), out;
    raw_in(&s);
    CHECK(raw_out(&out));
    s = raw_seg(1000, 80, RS_ACK, 2, out.seq.raw + 1);
    raw_in(&s);
    fd = (rs_fd)OK(rs_accept(r->st, r->now, l, NULL, 0));
    OK(rs_close(r->st, r->now, fd));
    CHECK(raw_out(&out));
    CHECK_EQ(out.flags & RS_FIN, RS_FIN);
    s = raw_seg(1000, 80, RS_FIN | RS_ACK, 2, out.seq.raw + 1);
    raw_in(&s);
    CHECK(raw_out(&out));
    rs_endpoint here = raw_here(80), there = raw_peer(1000);
    rs_probe p;
    CHECK(rs_probe_tuple(r->st, r->now, &here, &there, &p));
    CHECK_STR(rs_state_name(p.state), "TIME-WAIT");
    *peer_next = 3;
}

TEST(a_newer_syn_reopens_a_connection_in_time_wait)
{
    r = raw_host(rs_config_rfc(), RS_IPV4);
    uint32_t next;
    in_time_wait(&next);
    rs_seg s = raw_seg(1000, 80, RS_SYN, next + 100000, 0), out;
    raw_in(&s);
    CHECK(raw_out(&out));
    CHECK_EQ(out.flags, RS_SYN | RS_ACK);
    CHECK_EQ(out.ack.raw, next + 100001);
    raw_silent();
}

TEST(without_a_listener_time_wait_stays_and_answers_with_an_ack)
{
    r = raw_host(rs_config_rfc(), RS_IPV4);
    uint32_t next;
    in_time_wait(&next);
    OK(rs_close(r->st, r->now, 0));
    rs_seg s = raw_seg(1000, 80, RS_SYN, next + 100000, 0), out;
    raw_in(&s);
    CHECK(raw_out(&out));
    CHECK_EQ(out.flags, RS_ACK);
    rs_endpoint here = raw_here(80), there = raw_peer(1000);
    rs_probe p;
    CHECK(rs_probe_tuple(r->st, r->now, &here, &there, &p));
    CHECK_STR(rs_state_name(p.state), "TIME-WAIT");
}

TEST(when_no_slot_is_left_a_syn_is_dropped_and_a_connect_fails)
{
    rs_config cfg = small(rs_config_rfc()), big = cfg;
    cfg.limits.conns = 2;
    world *w = world_of_two(big, cfg, RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 16);
    rs_endpoint to = at(w, &w->server, 80), back = at(w, &w->client, 80);
    for (int i = 0; i < 3; i++) FAILS(rs_connect(w->client.st, w->loop.now, sock(w, &w->client), &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(100));
    CHECK_EQ(probe(w, &w->server, l).accept_queue_len, 2);
    FAILS(rs_connect(w->server.st, w->loop.now, sock(w, &w->server), &back), RS_ENOBUFS);
    rs_counters c;
    rs_stack_counters(w->server.st, &c);
    CHECK_EQ(c.conns_live, 2);
    OK(rs_close(w->server.st, w->loop.now, l)); /* resets both: room again */
    FAILS(rs_connect(w->server.st, w->loop.now, sock(w, &w->server), &back), RS_EINPROGRESS);
}

TEST(a_packet_from_afar_reaches_no_socket_whose_user_wants_neighbours_only)
{
    for (int six = 0; six < 2; six++) {
        r = raw_host(rs_config_rfc(), six ? RS_IPV6 : RS_IPV4);
        rs_fd l = listener(r->w, &r->w->client, 80, 5);
        int least = 255, back = 0;
        uint32_t len = sizeof back;
        OK(rs_setsockopt(r->st, r->now, l, six ? 41 : 0, six ? 73 : 21, &least, sizeof least));
        OK(rs_getsockopt(r->st, r->now, l, six ? 41 : 0, six ? 73 : 21, &back, &len));
        CHECK_EQ(back, 255);
        rs_seg s = raw_seg(1000, 80, RS_SYN, 500, 0), out;
        s.ttl = 254;
        raw_in(&s);
        raw_silent();
        CHECK_EQ(raw_drops("TTL_TOO_LOW"), 1);
        s.ttl = 255;
        raw_in(&s);
        CHECK(raw_out(&out));
        s = raw_seg(1000, 80, RS_RST, 501, 0);
        s.ttl = 64;
        raw_in(&s);
        CHECK_EQ(raw_drops("TTL_TOO_LOW"), 2);
        CHECK_EQ(probe(r->w, &r->w->client, l).syn_queue_len, 1);
    }
}
