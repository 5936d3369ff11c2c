#define CHECK_MAIN
#include "check.h"

#include "../base/bytes.h"

TEST(numbers_lie_in_network_byte_order)
{
    uint8_t b[8];
    rs_store32(b, 0x01020304);
    rs_store32(b + 4, 0x05060708);
    for (int i = 0; i < 8; i++) CHECK_EQ(b[i], i + 1);
    CHECK_EQ(rs_load16(b), 0x0102);
    CHECK_EQ(rs_load32(b + 1), 0x02030405);
    CHECK_EQ(rs_load32_le(b + 1), 0x05040302);
    CHECK(rs_load64_le(b) == 0x0807060504030201);
    rs_store16(b, 0xfffe);
    rs_store32(b + 3, 0xf0f1f2f3u);
    CHECK_EQ(rs_load16(b), 0xfffe);
    CHECK_EQ(rs_load32(b + 3), 0xf0f1f2f3);
    CHECK_EQ(b[2], 3);
    CHECK_EQ(b[7], 8);
    rs_store32_le(b + 3, 0xf0f1f2f3u);
    CHECK_EQ(rs_load32(b + 3), 0xf3f2f1f0);
}

TEST(a_reader_stays_inside_and_remembers_that_it_was_asked_for_more)
{
    const uint8_t b[7] = {1, 2, 3, 4, 5, 6, 7};
    rs_reader r = rs_reader_of(b, sizeof b);
    CHECK_EQ(rs_get8(&r), 1);
    CHECK_EQ(rs_get16(&r), 0x0203);
    CHECK_EQ(rs_get16(&r), 0x0405);
    CHECK_EQ(rs_get32(&r), 0);
    CHECK(r.bad);
    CHECK_EQ(rs_get_left(&r), 2);
    CHECK_EQ(rs_get16(&r), 0);
    CHECK(rs_get_bytes(&r, 1) == NULL);
}

TEST(a_reader_gives_exactly_the_last_byte_and_no_more)
{
    const uint8_t b[8] = {0, 0, 0, 1, 0, 0, 0, 2};
    rs_reader r = rs_reader_of(b, sizeof b);
    CHECK_EQ(rs_get32(&r), 1);
    CHECK_EQ(rs_get32(&r), 2);
    CHECK(!r.bad);
    CHECK_EQ(rs_get_left(&r), 0);
    CHECK_EQ(rs_get8(&r), 0);
    CHECK(r.bad);
}

TEST(an_empty_reader_is_harmless)
{
    rs_reader r = rs_reader_of(NULL, 0);
    CHECK_EQ(rs_get_left(&r), 0);
    CHECK_EQ(rs_get32(&r), 0);
    CHECK(r.bad);
}
