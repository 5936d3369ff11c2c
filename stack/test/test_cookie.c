#define CHECK_MAIN
#include "../base/addr.h"
#include "../base/rng.h"
#include "../mech/cookie.h"
#include "check.h"

static uint8_t secret[16] = {1, 2, 3};
static rs_tuple tuple;

static rs_cookie_in in_at(int64_t secs, bool v6)
{
    rs_addr a = v6 ? (rs_addr){{0xfd, 1}, RS_IPV6} : rs_addr_v4(10, 0, 0, 1);
    rs_addr b = v6 ? (rs_addr){{0xfd, 2}, RS_IPV6} : rs_addr_v4(10, 0, 0, 2);
    tuple = (rs_tuple){{a, 80}, {b, 4000}};
    return (rs_cookie_in){secret, &tuple, rs_seq_of(0xfffffff0), {secs * 1000000}};
}

TEST(the_mss_comes_back_as_the_next_smaller_one_of_the_table)
{
    static const struct {
        uint16_t said, kept;
        bool v6;
    } row[] = {{536, 536, false},   {100, 536, false},   {1299, 536, false}, {1300, 1300, false}, {1459, 1440, false},
               {1460, 1460, false}, {9000, 1460, false}, {1220, 1220, true}, {1440, 1440, true},  {65535, 8940, true}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        rs_cookie_in in = in_at(1000, row[i].v6);
        uint16_t mss = row[i].said;
        rs_seq cookie = rs_cookie_make(&in, &mss);
        CHECK_EQ(mss, row[i].kept);
        CHECK_EQ(rs_cookie_mss(&in, cookie), row[i].kept);
    }
}

TEST(a_cookie_is_good_for_this_minute_and_the_next)
{
    rs_cookie_in in = in_at(59, false);
    uint16_t mss = 1460;
    rs_seq cookie = rs_cookie_make(&in, &mss);
    in = in_at(119, false);
    CHECK_EQ(rs_cookie_mss(&in, cookie), 1460);
    in = in_at(120, false);
    CHECK_EQ(rs_cookie_mss(&in, cookie), 0);
}

TEST(a_cookie_is_good_for_its_tuple_its_peer_and_its_secret_only)
{
    rs_cookie_in in = in_at(1000, false);
    uint16_t mss = 1460;
    rs_seq cookie = rs_cookie_make(&in, &mss);
    tuple.remote.port++;
    CHECK_EQ(rs_cookie_mss(&in, cookie), 0);
    in = in_at(1000, false);
    in.peer_isn = rs_seq_add(in.peer_isn, 1000);
    CHECK_EQ(rs_cookie_mss(&in, cookie), 0);
    in = in_at(1000, false);
    secret[15] ^= 1;
    CHECK_EQ(rs_cookie_mss(&in, cookie), 0);
    secret[15] ^= 1;
    CHECK_EQ(rs_cookie_mss(&in, cookie), 1460);
}

TEST(a_number_one_beside_that_of_the_peer_is_no_cookie_with_another_mss)
{
    rs_cookie_in in = in_at(59, false);
    uint16_t mss = 536;
    rs_seq cookie = rs_cookie_make(&in, &mss);
    for (uint32_t off = 1; off < 8; off++) {
        in.peer_isn = rs_seq_of(0xfffffff0 - off);
        CHECK_EQ(rs_cookie_mss(&in, cookie), 0);
        in.peer_isn = rs_seq_of(0xfffffff0 + off);
        CHECK_EQ(rs_cookie_mss(&in, cookie), 0);
    }
}

TEST(a_number_one_beside_the_cookie_is_no_cookie_with_another_mss)
{
    rs_cookie_in in = in_at(59, false);
    for (uint16_t mss = 500; mss < 1500; mss = (uint16_t)(mss + 100)) {
        uint16_t remembered = mss;
        rs_seq cookie = rs_cookie_make(&in, &remembered);
        for (uint32_t off = 1; off < 8; off++) {
            CHECK_EQ(rs_cookie_mss(&in, rs_seq_add(cookie, off)), 0);
            CHECK_EQ(rs_cookie_mss(&in, rs_seq_sub(cookie, off)), 0);
        }
    }
}

TEST(guesses_are_hardly_ever_right)
{
    rs_cookie_in in = in_at(1000, false);
    rs_rng rng = rs_rng_of(5);
    int right = 0;
    for (int i = 0; i < 100000; i++) right += rs_cookie_mss(&in, rs_seq_of(rs_rng_u32(&rng))) != 0;
    CHECK(right <= 2);
}

TEST(a_timestamp_carries_what_the_isn_has_no_room_for_and_is_never_from_the_future)
{
    static const uint32_t clocks[] = {0, 5, 63, 64, 1000, 0xffffffff, 0x80000000};
    for (unsigned c = 0; c < sizeof clocks / sizeof clocks[0]; c++)
        for (unsigned bits = 0; bits < 64; bits++) {
            rs_cookie_said said = {.has_wscale = bits & 32, .sack_ok = bits & 16, .wscale = (uint8_t)(bits & 15)};
            if (!said.has_wscale) said.wscale = 0;
            if (said.wscale > 14) continue;
            uint32_t ts = rs_cookie_ts(clocks[c], &said);
            CHECK(clocks[c] - ts < 128);
            rs_cookie_said back = rs_cookie_said_in(ts);
            CHECK(back.has_wscale == said.has_wscale && back.sack_ok == said.sack_ok && back.wscale == said.wscale);
        }
}
