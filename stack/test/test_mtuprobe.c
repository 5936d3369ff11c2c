#define CHECK_MAIN
#include "../base/time.h"
#include "../mech/mtuprobe.h"
#include "check.h"

static rs_mtup m;

static void begin(uint32_t low, uint32_t high)
{
    rs_mtup_begin(&m, &(rs_mtup_range){low, high, {0}});
    CHECK_SOUND(rs_mtup_broken(&m));
}

static void send(uint32_t size)
{
    rs_mtup_sent_probe(&m, &(rs_mtup_sent){size, rs_seq_of(1000), rs_seq_of(1000 + size)});
    CHECK_SOUND(rs_mtup_broken(&m));
}

TEST(nothing_is_probed_before_it_begins)
{
    m = (rs_mtup){0};
    CHECK_EQ(rs_mtup_next(&m, 0), 0);
}

TEST(probes_halve_the_range_until_it_is_narrow)
{
    begin(512, 1500);
    int probes = 0;
    for (uint32_t size; (size = rs_mtup_next(&m, 8)); probes++) {
        CHECK(size > m.low && size <= m.high);
        send(size);
        CHECK_EQ(rs_mtup_next(&m, 8), 0);
        CHECK(!rs_mtup_on_ack(&m, rs_seq_of(1000)));
        if (size <= 1280) CHECK(rs_mtup_on_ack(&m, rs_seq_of(1000 + size)));
        else CHECK(rs_mtup_on_loss(&m, rs_seq_of(1000)));
    }
    CHECK(m.low <= 1280 && m.high >= 1280 && m.high - m.low < 8);
    CHECK(probes >= 6 && probes <= 9);
}

TEST(a_range_of_one_ends_at_its_upper_end)
{
    begin(100, 101);
    CHECK_EQ(rs_mtup_next(&m, 1), 101);
}

TEST(nothing_bigger_than_the_peer_takes_is_probed)
{
    begin(552, 128); /* a peer with a small MSS: the usual base is beyond what it takes */
    CHECK_EQ(m.low, 128);
    CHECK_EQ(rs_mtup_next(&m, 8), 0);
    rs_mtup_black_hole(&m, 88);
    CHECK_EQ(rs_mtup_next(&m, 8), 108);
    rs_mtup_black_hole(&m, 200);
    CHECK_EQ(m.low, 128);
}

TEST(a_loss_elsewhere_says_nothing_of_the_probe)
{
    begin(512, 1500);
    send(1006);
    CHECK(!rs_mtup_on_loss(&m, rs_seq_of(999)));
    CHECK_EQ(m.size, 1006);
    CHECK(rs_mtup_on_loss(&m, rs_seq_of(1000)));
    CHECK_EQ(m.high, 1005);
}

TEST(after_a_while_the_range_opens_again)
{
    begin(1000, 1004);
    CHECK_EQ(rs_mtup_next(&m, 8), 0);
    rs_mtup_reopen(&m, &(rs_mtup_range){0, 1500, {599999999}}, RS_SEC(600));
    CHECK_EQ(m.high, 1004);
    rs_mtup_reopen(&m, &(rs_mtup_range){0, 1500, {600000000}}, RS_SEC(600));
    CHECK_EQ(m.high, 1500);
    CHECK_EQ(m.low, 1000);
}

TEST(a_black_hole_and_a_message_take_the_range_down)
{
    begin(1000, 1500);
    send(1250);
    rs_mtup_bound(&m, 1200);
    CHECK_SOUND(rs_mtup_broken(&m));
    CHECK(m.size == 0 && m.high == 1200 && m.low == 1000);
    rs_mtup_bound(&m, 900);
    CHECK(m.high == 900 && m.low == 900);
    rs_mtup_black_hole(&m, 500);
    CHECK(m.low == 500 && m.high == 900);
    rs_mtup_black_hole(&m, 1000);
    CHECK_SOUND(rs_mtup_broken(&m));
}
