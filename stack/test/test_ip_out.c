/* Packets as they leave. */
#define CHECK_MAIN
#include "../base/bytes.h"
#include "raw.h"

static raw *r;

TEST(ipv4_packets_carry_df_and_no_identification)
{
    r = raw_host(rs_config_rfc(), RS_IPV4);
    rs_endpoint to = raw_peer(80);
    rs_bytes pkt;
    FAILS(rs_connect(r->st, r->now, sock(r->w, &r->w->client), &to), RS_EINPROGRESS);
    CHECK(raw_out_bytes(&pkt));
    CHECK_EQ(pkt.data[6], 0x40);
    CHECK_EQ(rs_load16(pkt.data + 4), 0);
    CHECK_EQ(rs_load16(pkt.data + 2), pkt.len);
}

TEST(packets_that_may_be_fragmented_are_numbered)
{
    r = raw_host(rs_config_rfc(), RS_IPV4);
    rs_endpoint to = raw_peer(80);
    rs_bytes pkt;
    int dont = 0;
    for (uint16_t i = 1; i <= 3; i++) {
        rs_fd fd = sock(r->w, &r->w->client);
        OK(rs_setsockopt(r->st, r->now, fd, 0, 10, &dont, sizeof dont));
        FAILS(rs_connect(r->st, r->now, fd, &to), RS_EINPROGRESS);
        CHECK(raw_out_bytes(&pkt));
        CHECK_EQ(pkt.data[6], 0);
        CHECK_EQ(rs_load16(pkt.data + 4), i);
    }
}

TEST(where_a_router_refuses_even_the_least_size_packets_go_without_df)
{
    static const struct {
        uint32_t mtu;
        uint8_t flags;
    } told[] = {{552, 0x40}, {551, 0}};
    rs_seg out;
    rs_bytes pkt;
    for (unsigned i = 0; i < 2; i++) {
        r = raw_host(rs_config_rfc(), RS_IPV4);
        rs_endpoint to = raw_peer(80);
        rs_fd fd = sock(r->w, &r->w->client);
        FAILS(rs_connect(r->st, r->now, fd, &to), RS_EINPROGRESS);
        CHECK(raw_out(&out));
        rs_seg s = raw_seg(80, out.src.port, RS_SYN | RS_ACK, 7, out.seq.raw + 1);
        raw_in(&s);
        CHECK(raw_out(NULL));
        OK(rs_send(r->st, r->now, fd, "text", 4, 0, NULL));
        CHECK(raw_out(&out));
        raw_icmp(RS_IM_TOO_BIG, 0, told[i].mtu);
        while (raw_out(NULL)) {}
        OK(rs_send(r->st, r->now, fd, "more", 4, RS_MSG_DONTWAIT, NULL));
        s = raw_seg(80, out.src.port, RS_ACK, 8, out.seq.raw + 4);
        raw_in(&s);
        CHECK(raw_out_bytes(&pkt));
        CHECK_EQ(pkt.data[6], told[i].flags);
    }
}

TEST(a_full_ring_loses_control_segments_and_counts_them)
{
    r = raw_host(rs_config_rfc(), RS_IPV4);
    rs_counters c;
    uint32_t out = 0;
    /* Resets for nobody, and nobody takes them out. */
    for (uint16_t i = 0; i < 8000; i++) {
        rs_seg s = raw_seg(1000, 99, RS_SYN, i, 0);
        size_t len = rs_packet_build(r->pkt, sizeof r->pkt, &s, &(rs_packet_how){0});
        rs_stack_input(r->st, r->now, (rs_bytes){r->pkt, len});
    }
    while (raw_out(NULL)) out++;
    rs_stack_counters(r->st, &c);
    CHECK(c.outbox_dropped > 0);
    CHECK_EQ(out + c.outbox_dropped, 8000);
    CHECK_EQ(raw_drops("OUTBOX_FULL"), c.outbox_dropped);
    CHECK_EQ(c.packets_out, out);
    CHECK_EQ(c.rsts_out, out);
}
