#define CHECK_MAIN
#include "check.h"

#include "../base/bytes.h"

TEST(numbers_lie_in_network_byte_order)
{
    uint8_t b[8];
    rs_store64(b, 0x0102030405060708u);
    for (int i = 0; i < 8; i++) CHECK_EQ(b[i], i + 1);
    CHECK_EQ(rs_load16(b), 0x0102);
    CHECK_EQ(rs_load32(b + 1), 0x02030405);
    CHECK_EQ(rs_load64(b), 0x0102030405060708);
    rs_store16(b, 0xfffe);
    rs_store32(b + 3, 0xf0f1f2f3u);
    CHECK_EQ(rs_load16(b), 0xfffe);
    CHECK_EQ(rs_load32(b + 3), 0xf0f1f2f3);
    CHECK_EQ(b[2], 3);
    CHECK_EQ(b[7], 8);
}

TEST(a_reader_stays_inside_and_remembers_that_it_was_asked_for_more)
{
    const uint8_t b[7] = {1, 2, 3, 4, 5, 6, 7};
    rs_reader r = rs_reader_of(b, sizeof b);
    CHECK_EQ(rs_get8(&r), 1);
    CHECK_EQ(rs_get16(&r), 0x0203);
    CHECK_EQ(rs_get_left(&r), 4);
    CHECK_EQ(rs_get64(&r), 0);
    CHECK(r.bad);
    CHECK_EQ(rs_get_left(&r), 4);
    CHECK_EQ(rs_get32(&r), 0);
    CHECK(rs_get_bytes(&r, 1) == NULL);
}

TEST(a_reader_gives_exactly_the_last_byte_and_no_more)
{
    const uint8_t b[12] = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2};
    rs_reader r = rs_reader_of(b, sizeof b);
    CHECK_EQ(rs_get32(&r), 1);
    CHECK_EQ(rs_get64(&r), 2);
    CHECK(!r.bad);
    CHECK_EQ(rs_get_left(&r), 0);
    CHECK_EQ(rs_get8(&r), 0);
    CHECK(r.bad);
}

TEST(an_empty_reader_and_an_empty_writer_are_harmless)
{
    rs_reader r = rs_reader_of(NULL, 0);
    CHECK_EQ(rs_get_left(&r), 0);
    CHECK_EQ(rs_get32(&r), 0);
    CHECK(r.bad);
    rs_writer w = rs_writer_of(NULL, 0);
    rs_put_bytes(&w, NULL, 0);
    CHECK(!w.bad);
    rs_put8(&w, 1);
    CHECK(w.bad);
    CHECK_EQ(rs_put_len(&w), 0);
}

TEST(a_writer_writes_what_a_reader_reads)
{
    uint8_t b[32];
    rs_writer w = rs_writer_of(b, sizeof b);
    rs_put8(&w, 7);
    rs_put16(&w, 0x1234);
    rs_put32(&w, 0xdeadbeef);
    rs_put64(&w, 0x1122334455667788u);
    rs_put_bytes(&w, "abc", 3);
    rs_put_zeros(&w, 2);
    CHECK(!w.bad);
    CHECK_EQ(rs_put_len(&w), 20);
    rs_reader r = rs_reader_of(b, rs_put_len(&w));
    CHECK_EQ(rs_get8(&r), 7);
    CHECK_EQ(rs_get16(&r), 0x1234);
    CHECK_EQ(rs_get32(&r), 0xdeadbeef);
    CHECK_EQ(rs_get64(&r), 0x1122334455667788);
    CHECK(memcmp(rs_get_bytes(&r, 3), "abc", 3) == 0);
    CHECK_EQ(rs_get16(&r), 0);
    CHECK(!r.bad);
}

TEST(a_full_writer_writes_nothing_and_stays_bad)
{
    uint8_t b[5] = {9, 9, 9, 9, 9};
    rs_writer w = rs_writer_of(b, 4);
    rs_put16(&w, 0);
    CHECK_EQ(rs_put_room(&w), 2);
    rs_put32(&w, 0);
    CHECK(w.bad);
    CHECK_EQ(b[2], 9);
    rs_put8(&w, 0);
    CHECK_EQ(b[2], 9);
    CHECK_EQ(rs_put_len(&w), 2);
}
