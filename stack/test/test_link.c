/* A wire with faults. */
#define CHECK_MAIN
#include "../drive/link.h"
#include "../base/time.h"
#include "check.h"

enum { PACKETS = 100, MTU = 1500 };
static char mem[PACKETS * (MTU + 40) + 4096] __attribute__((aligned(64)));
static rs_link *l;

static void fresh(rs_link_faults f)
{
    rs_link_conf conf = {.packets = PACKETS, .mtu = MTU, .seed = 5, .faults = f};
    CHECK(rs_link_size(&conf) <= sizeof mem);
    l = rs_link_init(mem, sizeof mem, &conf);
    CHECK(l);
}

static void send(int64_t at_us, uint8_t what, size_t len)
{
    uint8_t pkt[MTU + 1];
    memset(pkt, what, sizeof pkt);
    rs_link_send(l, (rs_time){at_us}, (rs_bytes){pkt, len});
}

static void arrives(int64_t at_us, uint8_t what, size_t len)
{
    rs_bytes pkt;
    CHECK_EQ(rs_link_next(l).us, at_us);
    CHECK(!rs_link_receive(l, (rs_time){at_us - 1}, &pkt));
    CHECK(rs_link_receive(l, (rs_time){at_us}, &pkt));
    CHECK_EQ(pkt.len, len);
    CHECK_EQ(pkt.data[0], what);
}

static void nothing(void)
{
    CHECK(rs_time_is_never(rs_link_next(l)));
}

TEST(packets_arrive_after_the_delay_in_order)
{
    fresh((rs_link_faults){.delay = RS_MS(10)});
    send(0, 1, 100);
    send(0, 2, 200);
    send(500, 3, 300);
    arrives(10000, 1, 100);
    arrives(10000, 2, 200);
    arrives(10500, 3, 300);
    nothing();
    CHECK_EQ(l->count.delivered, 3);
}

TEST(a_rate_makes_packets_wait_for_one_another)
{
    fresh((rs_link_faults){.bytes_per_sec = 1000000});
    send(0, 1, 1000);
    send(0, 2, 500);
    send(5000, 3, 1000);
    arrives(1000, 1, 1000);
    arrives(1500, 2, 500);
    arrives(6000, 3, 1000);
}

TEST(a_queue_that_is_full_overflows)
{
    fresh((rs_link_faults){.bytes_per_sec = 1000000, .queue_bytes = 2500});
    for (uint8_t i = 1; i <= 4; i++) send(0, i, 1000);
    CHECK_EQ(l->count.overflowed, 2);
    arrives(1000, 1, 1000);
    arrives(2000, 2, 1000);
    nothing();
}

TEST(losses_and_repetitions_come_about_as_often_as_they_should)
{
    fresh((rs_link_faults){.lose = 100000, .repeat = 50000});
    rs_bytes pkt;
    for (int i = 0; i < 10000; i++) {
        send(i, 1, 50);
        while (rs_link_receive(l, (rs_time){i}, &pkt)) continue;
    }
    CHECK(l->count.lost > 900 && l->count.lost < 1100);
    CHECK(l->count.repeated > 350 && l->count.repeated < 550);
    CHECK_EQ(l->count.delivered, l->count.sent - l->count.lost + l->count.repeated);
}

TEST(a_train_is_lent_as_a_whole_until_the_next_call)
{
    fresh((rs_link_faults){.delay = RS_MS(10)});
    rs_bytes pkt[RS_LINK_TRAIN];
    for (int i = 0; i < 5; i++) send(0, (uint8_t)i, 100);
    CHECK_EQ(rs_link_receive_many(l, (rs_time){9999}, pkt), 0);
    CHECK_EQ(rs_link_receive_many(l, (rs_time){10000}, pkt), 5);
    CHECK_EQ(l->packets.live, 5);
    for (int i = 0; i < 5; i++) CHECK_EQ(pkt[i].data[0], i);
    CHECK_EQ(rs_link_receive_many(l, (rs_time){10000}, pkt), 0);
    CHECK_EQ(l->packets.live, 0);
    for (int n = 0; n < 2; n++) {
        for (int i = 0; i < RS_LINK_TRAIN; i++) send(20000 + n, 7, 10);
        if (n == 0) continue;
        CHECK_EQ(rs_link_receive_many(l, (rs_time){90000}, pkt), RS_LINK_TRAIN);
        CHECK_EQ(rs_link_receive_many(l, (rs_time){90000}, pkt), RS_LINK_TRAIN);
        CHECK_EQ(rs_link_receive_many(l, (rs_time){90000}, pkt), 0);
    }
}

TEST(a_damaged_packet_differs_in_one_bit)
{
    fresh((rs_link_faults){.corrupt = 1000000});
    send(0, 0, 64);
    rs_bytes pkt;
    CHECK(rs_link_receive(l, (rs_time){0}, &pkt));
    int bits = 0;
    for (size_t i = 0; i < pkt.len; i++) bits += __builtin_popcount(pkt.data[i]);
    CHECK_EQ(bits, 1);
}

TEST(a_packet_that_overtakes_arrives_before_earlier_ones)
{
    fresh((rs_link_faults){.delay = RS_MS(10)});
    send(0, 1, 10);
    rs_link_change(l, &(rs_link_faults){.delay = RS_MS(10), .overtake = 1000000, .overtake_by = RS_MS(5)});
    send(1000, 2, 10);
    arrives(6000, 2, 10);
    arrives(10000, 1, 10);
}

TEST(jitter_delays_and_does_not_reorder)
{
    fresh((rs_link_faults){.delay = RS_MS(10), .jitter = RS_MS(10)});
    int64_t last = 0;
    for (uint8_t i = 0; i < 50; i++) send(i * 100, i, 10);
    for (uint8_t i = 0; i < 50; i++) {
        int64_t at = rs_link_next(l).us;
        CHECK(at >= last && at >= i * 100 + 10000 && at <= 50 * 100 + 20000);
        arrives(at, i, 10);
        last = at;
    }
}

TEST(packets_that_are_too_long_or_too_many_are_lost)
{
    fresh((rs_link_faults){.mtu = 576});
    send(0, 1, 577);
    send(0, 1, 0);
    CHECK_EQ(l->count.too_big, 2);
    for (int i = 0; i < PACKETS + 5; i++) send(0, 1, 576);
    CHECK_EQ(l->count.overflowed, 5);
}

static bool refuse_twos(void *ctx, rs_time now, rs_bytes pkt)
{
    (void)now;
    ++*(int *)ctx;
    return pkt.data[0] != 2;
}

TEST(a_filter_sees_every_packet_and_may_lose_it)
{
    int asked = 0;
    fresh((rs_link_faults){0});
    l->filter = refuse_twos;
    l->filter_ctx = &asked;
    send(0, 1, 10);
    send(0, 2, 10);
    send(0, 3, 10);
    CHECK_EQ(asked, 3);
    arrives(0, 1, 10);
    arrives(0, 3, 10);
    nothing();
}

TEST(the_same_seed_makes_the_same_faults)
{
    static uint64_t lost[2];
    for (int run = 0; run < 2; run++) {
        fresh((rs_link_faults){.lose = 300000, .corrupt = 100000});
        for (int i = 0; i < 60; i++) send(0, (uint8_t)i, 30);
        rs_bytes pkt;
        lost[run] = 0;
        while (rs_link_receive(l, (rs_time){0}, &pkt))
            for (size_t i = 0; i < pkt.len; i++) lost[run] = lost[run] * 31 + pkt.data[i];
    }
    CHECK_EQ(lost[0], lost[1]);
}

TEST(a_link_needs_packets_and_a_length)
{
    CHECK_EQ(rs_link_size(&(rs_link_conf){.packets = 0, .mtu = 1500}), 0);
    CHECK_EQ(rs_link_size(&(rs_link_conf){.packets = 5, .mtu = 0}), 0);
    rs_link_conf conf = {.packets = 5, .mtu = 1500};
    CHECK(!rs_link_init(mem, rs_link_size(&conf) - 1, &conf));
}
