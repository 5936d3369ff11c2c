/* Packets given by the dozen do what they do one by one; hints hurt nobody. */
#define CHECK_MAIN
#include "../base/bytes.h"
#include "../net/net.h"
#include "../sock/sock.h"
#include "../wire/packet.h"
#include "world.h"

enum { CONNS = 700, TRAIN = 45, JUNK = 3 };

static rs_stack *one, *many;
static rs_time now = {1000000};
static uint8_t bytes[CONNS][80];
static rs_bytes packet[CONNS];

static void make_packet(uint32_t i, uint16_t flags, uint32_t seq, uint32_t ack)
{
    rs_seg seg = {.src = {rs_addr_v4(192, 0, 2, 9), (uint16_t)(1024 + i)},
                  .dst = {rs_addr_v4(192, 0, 2, 1), 80},
                  .flags = flags,
                  .seq = {seq},
                  .ack = {ack},
                  .wnd = 30000,
                  .ttl = 64};
    packet[i] = (rs_bytes){bytes[i], rs_packet_build(bytes[i], sizeof bytes[i], &seg, &(rs_packet_how){.ip_id = 7})};
    CHECK(packet[i].len > 0);
}

/* A host with so many half-open connections that hints are worth it, and its copy. */
static void two_alike(void)
{
    rs_config cfg = rs_config_rfc();
    cfg.limits.conns = 1024;
    cfg.limits.sockets = 8;
    cfg.limits.awake = 0;
    cfg.knobs.max_backlog = 4096;
    cfg.knobs.somaxconn = 1024;
    CHECK_EQ(rs_config_add_local(&cfg, rs_addr_v4(192, 0, 2, 1), 24).code, 0);
    world_of(cfg, RS_IPV4); /* for its memory */
    size_t size = rs_stack_size(&cfg);
    CHECK_EQ(rs_stack_init(&one, w_memory(size), size, &cfg, now).code, 0);
    rs_endpoint here = {rs_addr_v4(192, 0, 2, 1), 80};
    rs_fd l = (rs_fd)OK(rs_socket(one, now, RS_PF_INET, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0));
    OK(rs_bind(one, now, l, &here));
    OK(rs_listen(one, now, l, 1024));
    for (uint32_t i = 0; i < CONNS; i++) {
        make_packet(i, RS_SYN, 5000, 0);
        rs_stack_input(one, now, packet[i]);
    }
    many = rs_stack_clone(w_memory(size), size, one);
    CHECK(many);
}

/* Both say the same; returns how much. */
static uint32_t compare(uint32_t *ack_of_first)
{
    rs_bytes a, b;
    uint32_t n = 0;
    while (rs_stack_output(one, now, &a)) {
        CHECK(rs_stack_output(many, now, &b));
        CHECK_EQ(a.len, b.len);
        CHECK(memcmp(a.data, b.data, a.len) == 0);
        rs_seg seg;
        CHECK_EQ(rs_packet_parse(a, &seg), RS_WIRE_OK);
        if (ack_of_first && seg.dst.port < 1024 + CONNS) ack_of_first[seg.dst.port - 1024] = seg.seq.raw + 1;
        n++;
    }
    CHECK(!rs_stack_output(many, now, &b));
    CHECK_EQ(rs_stack_used(one), rs_stack_used(many));
    CHECK_SOUND(rs_stack_broken(many));
    return n;
}

TEST(a_train_does_what_its_packets_do_one_by_one)
{
    static uint32_t ack[CONNS];
    two_alike();
    CHECK_EQ(compare(ack), CONNS);
    for (uint32_t i = 0; i < CONNS; i++) make_packet(i, RS_ACK, i % 7 ? 5001 : 77, ack[i]);
    packet[JUNK] = (rs_bytes){bytes[JUNK], 11}; /* cut off */
    make_packet(JUNK + 1, RS_ACK, 1, 1);
    bytes[JUNK + 1][9] = 17; /* not TCP, and a wrong checksum */
    for (uint32_t i = 0; i < CONNS; i++) rs_stack_input(one, now, packet[i]);
    for (uint32_t i = 0; i < CONNS; i += TRAIN)
        rs_stack_input_many(many, now, packet + i, i + TRAIN < CONNS ? TRAIN : CONNS - i);
    CHECK(compare(NULL) >= CONNS / 7 - 2); /* those with a wrong number were answered */
    rs_stack_input_many(many, now, packet, 0);
    CHECK_EQ(many->net.conns.tcbs.numbers.live, CONNS);
}

TEST(hints_for_what_is_not_there_change_nothing)
{
    two_alike();
    make_packet(0, RS_ACK, 1, 1);
    make_packet(1, RS_ACK, 1, 1);
    make_packet(2, RS_ACK, 1, 1);
    rs_store16(bytes[0] + 20, 9); /* from a port without a connection */
    packet[1].len = 22;
    bytes[2][0] = 0x65; /* version 6 in 40 bytes */
    rs_net_expect(&many->net, packet, 3);
    rs_net_expect(&many->net, packet, 1);
    CHECK_EQ(compare(NULL), CONNS);
}
