#define CHECK_MAIN
#include "check.h"

#include "../base/bytes.h"
#include "../base/rng.h"
#include "../wire/checksum.h"

/* The definition, word by word. */
static uint16_t slow(const uint8_t *p, size_t len)
{
    uint32_t s = 0;
    for (size_t i = 0; i < len; i++) s += i % 2 ? p[i] : (uint32_t)p[i] << 8;
    while (s >> 16) s = (s & 0xffff) + (s >> 16);
    return (uint16_t)~s;
}

enum { MAX = 300 };

TEST(the_example_of_rfc_1071_comes_out)
{
    const uint8_t b[8] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    CHECK_EQ(rs_sum_finish(rs_sum_bytes(b, 8)), (uint16_t)~0xddf2);
    CHECK_EQ(rs_sum_finish(rs_sum_bytes(b, 0)), 0xffff);
}

TEST(every_length_at_every_alignment_agrees_with_the_definition)
{
    uint8_t buf[MAX + 16];
    rs_rng rng = rs_rng_of(6);
    rs_rng_fill(&rng, buf, sizeof buf);
    for (size_t shift = 0; shift < 16; shift++)
        for (size_t len = 0; len <= MAX; len++)
            CHECK_EQ(rs_sum_finish(rs_sum_bytes(buf + shift, len)), slow(buf + shift, len));
}

TEST(carries_go_round_when_everything_is_ones)
{
    uint8_t buf[MAX];
    memset(buf, 0xff, sizeof buf);
    for (size_t len = 0; len <= MAX; len++) CHECK_EQ(rs_sum_finish(rs_sum_bytes(buf, len)), slow(buf, len));
    static uint8_t big[65536];
    memset(big, 0xff, sizeof big);
    CHECK_EQ(rs_sum_finish(rs_sum_bytes(big, sizeof big)), slow(big, sizeof big));
}

TEST(copying_copies_exactly_and_sums_the_same)
{
    uint8_t src[MAX + 8], dst[MAX + 8];
    rs_rng rng = rs_rng_of(7);
    rs_rng_fill(&rng, src, sizeof src);
    for (size_t len = 0; len <= MAX; len++) {
        memset(dst, 0xaa, sizeof dst);
        CHECK_EQ(rs_sum_finish(rs_sum_copy(dst + 1, src + 3, len)), slow(src + 3, len));
        CHECK(memcmp(dst + 1, src + 3, len) == 0);
        CHECK_EQ(dst[0], 0xaa);
        CHECK_EQ(dst[len + 1], 0xaa);
    }
}

TEST(parts_of_any_length_join_to_the_whole)
{
    uint8_t buf[MAX];
    rs_rng rng = rs_rng_of(8);
    rs_rng_fill(&rng, buf, sizeof buf);
    for (int step = 0; step < 2000; step++) {
        rs_sum total = {0};
        for (size_t at = 0; at < MAX;) {
            size_t n = rs_rng_below(&rng, 40);
            if (n > MAX - at) n = MAX - at;
            total = rs_sum_join(total, rs_sum_bytes(buf + at, n), at);
            at += n;
        }
        CHECK_EQ(rs_sum_finish(total), slow(buf, MAX));
    }
}

TEST(numbers_sum_like_their_bytes)
{
    uint8_t b[6];
    rs_store16(b, 0xabcd);
    rs_store32(b + 2, 0x12345678);
    CHECK_EQ(rs_sum_finish(rs_sum_add(rs_sum_u16(0xabcd), rs_sum_u32(0x12345678))), slow(b, 6));
}

TEST(the_pseudo_header_of_ipv4_is_twelve_bytes)
{
    rs_addr src = {{192, 0, 2, 1}, RS_IPV4}, dst = {{198, 51, 100, 7}, RS_IPV4};
    uint8_t b[12] = {192, 0, 2, 1, 198, 51, 100, 7, 0, 6, 0x05, 0xdc};
    CHECK_EQ(rs_sum_finish(rs_sum_pseudo(&src, &dst, 6, 1500)), slow(b, 12));
}

TEST(the_pseudo_header_of_ipv6_is_forty_bytes)
{
    uint8_t b[40] = {0};
    rs_rng rng = rs_rng_of(9);
    rs_rng_fill(&rng, b, 32);
    rs_addr src = {.family = RS_IPV6}, dst = {.family = RS_IPV6};
    memcpy(src.bytes, b, 16);
    memcpy(dst.bytes, b + 16, 16);
    rs_store32(b + 32, 70000);
    b[39] = 58;
    CHECK_EQ(rs_sum_finish(rs_sum_pseudo(&src, &dst, 58, 70000)), slow(b, 40));
}

TEST(data_with_its_checksum_in_place_sums_to_zero)
{
    uint8_t buf[MAX];
    rs_rng rng = rs_rng_of(10);
    for (int step = 0; step < 500; step++) {
        rs_rng_fill(&rng, buf, sizeof buf);
        rs_store16(buf + 16, 0);
        rs_store16(buf + 16, rs_sum_finish(rs_sum_bytes(buf, sizeof buf)));
        CHECK_EQ(rs_sum_finish(rs_sum_bytes(buf, sizeof buf)), 0);
        buf[step % MAX] ^= 0x10;
        CHECK(rs_sum_finish(rs_sum_bytes(buf, sizeof buf)) != 0);
    }
}
