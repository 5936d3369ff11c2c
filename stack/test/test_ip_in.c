/* What ends before TCP sees it. */
#define CHECK_MAIN
#include "../base/bytes.h"
#include "../wire/checksum.h"
#include "raw.h"

static raw *r;

static void begin(rs_family family)
{
    r = raw_host(rs_config_rfc(), family);
    listener(r->w, &r->w->client, 80, 5);
}

static void dropped(const char *reason)
{
    CHECK_EQ(raw_drops(reason), 1);
    raw_silent();
}

TEST(a_burst_beyond_the_input_queue_is_dropped_before_anybody_looks_at_it)
{
    begin(RS_IPV4);
    CHECK_EQ(rs_stack_set(r->st, "net.core.netdev_max_backlog", "2").code, 0);
    uint8_t packet[100];
    rs_seg s = raw_seg(1000, 81, RS_SYN, 1, 0);
    size_t len = rs_packet_build(packet, sizeof packet, &s, &(rs_packet_how){0});
    for (int i = 0; i < 5; i++) rs_stack_input(r->st, r->now, (rs_bytes){packet, len});
    CHECK_EQ(raw_drops("INGRESS_FULL"), 2);
    CHECK_EQ(raw_drops("NO_CONNECTION"), 3);
    for (int i = 0; i < 3; i++) CHECK(raw_out(NULL));
    for (int i = 0; i < 4; i++) rs_stack_input(r->st, r->now, (rs_bytes){packet, len}); /* it has looked */
    CHECK_EQ(raw_drops("INGRESS_FULL"), 3);
    r->now = rs_time_add(r->now, RS_US(1));
    rs_stack_input(r->st, r->now, (rs_bytes){packet, len}); /* time went on */
    CHECK_EQ(raw_drops("INGRESS_FULL"), 3);
}

TEST(a_good_syn_is_answered)
{
    for (int six = 0; six < 2; six++) {
        begin(six ? RS_IPV6 : RS_IPV4);
        rs_seg s = raw_seg(1000, 80, RS_SYN, 1, 0), out;
        raw_in(&s);
        CHECK(raw_out(&out));
        CHECK_EQ(out.flags, RS_SYN | RS_ACK);
    }
}

TEST(packets_for_others_are_dropped_silently)
{
    begin(RS_IPV4);
    rs_seg s = raw_seg(1000, 80, RS_SYN, 1, 0);
    s.dst.addr.bytes[3] = 99;
    raw_in(&s);
    dropped("IP_NOT_OURS");
}

TEST(broadcast_and_multicast_destinations_are_dropped_silently)
{
    static const uint8_t to[][4] = {{255, 255, 255, 255}, {192, 0, 2, 255}, {224, 0, 0, 1}};
    for (int i = 0; i < 3; i++) {
        begin(RS_IPV4);
        rs_seg s = raw_seg(1000, 80, RS_SYN, 1, 0);
        memcpy(s.dst.addr.bytes, to[i], 4);
        raw_in(&s);
        dropped("BAD_DESTINATION");
    }
    begin(RS_IPV6);
    rs_seg s = raw_seg(1000, 80, RS_SYN, 1, 0);
    s.dst.addr.bytes[0] = 0xff;
    raw_in(&s);
    dropped("BAD_DESTINATION");
}

TEST(sources_that_are_no_single_host_are_dropped_silently)
{
    static const uint8_t from[][4] = {{255, 255, 255, 255}, {192, 0, 2, 255}, {224, 0, 0, 1},
                                      {0, 0, 0, 0},         {127, 0, 0, 1},   {192, 0, 2, 1}};
    for (int i = 0; i < 6; i++) {
        begin(RS_IPV4);
        rs_seg s = raw_seg(1000, 80, RS_SYN, 1, 0);
        memcpy(s.src.addr.bytes, from[i], 4);
        raw_in(&s);
        dropped("BAD_SOURCE");
    }
}

TEST(malformed_packets_are_counted_by_what_is_wrong)
{
    begin(RS_IPV4);
    raw_bytes("E", 1);
    dropped("IP_MALFORMED");
    begin(RS_IPV4);
    uint8_t nothing[40] = {0x15};
    raw_bytes(nothing, sizeof nothing);
    dropped("IP_MALFORMED");
    begin(RS_IPV4);
    rs_seg s = raw_seg(1000, 80, RS_SYN, 1, 0);
    size_t len = rs_packet_build(r->pkt, sizeof r->pkt, &s, &(rs_packet_how){0});
    r->pkt[10] ^= 1;
    raw_bytes(r->pkt, len);
    dropped("IP_CHECKSUM");
    begin(RS_IPV4);
    len = rs_packet_build(r->pkt, sizeof r->pkt, &s, &(rs_packet_how){0});
    r->pkt[36] ^= 1;
    raw_bytes(r->pkt, len);
    dropped("TCP_CHECKSUM");
}

TEST(fragments_and_other_protocols_are_dropped)
{
    begin(RS_IPV4);
    rs_ip ip = {.src = raw_peer(0).addr, .dst = raw_here(0).addr, .ttl = 64, .proto = 17, .payload = {NULL, 20}};
    memset(r->pkt, 0, 40);
    rs_ip_build(r->pkt, &ip);
    raw_bytes(r->pkt, 40);
    dropped("IP_PROTOCOL");
    ip.proto = RS_PROTO_TCP;
    rs_ip_build(r->pkt, &ip);
    r->pkt[6] = 0x20; /* more fragments */
    rs_store16(r->pkt + 10, 0);
    rs_store16(r->pkt + 10, rs_sum_finish(rs_sum_bytes(r->pkt, 20)));
    raw_bytes(r->pkt, 40);
    dropped("IP_FRAGMENT");
}

TEST(the_trace_tells_of_every_packet)
{
    begin(RS_IPV4);
    rs_counters before, after;
    rs_stack_counters(r->st, &before);
    raw_bytes("E", 1);
    rs_stack_counters(r->st, &after);
    CHECK_EQ(after.packets_in, before.packets_in + 1);
    CHECK_EQ(after.segs_in, before.segs_in);
}
