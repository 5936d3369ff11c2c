#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../packet/sum.h"
#include "hex.h"

TEST(the_example_of_rfc_1071_sums_as_printed)
{
    static const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    CHECK_EQ(cf_sum_finish(cf_sum_bytes(0, bytes, sizeof bytes)), 0xFFFF - 0xddf2);
}

TEST(an_odd_length_is_padded_with_zero)
{
    static const uint8_t odd[] = {0x12, 0x34, 0x56}, even[] = {0x12, 0x34, 0x56, 0x00};
    CHECK_EQ(cf_sum_finish(cf_sum_bytes(0, odd, 3)), cf_sum_finish(cf_sum_bytes(0, even, 4)));
}

TEST(a_right_ipv4_header_sums_to_zero)
{
    uint8_t p[100];
    from_hex(HEX_SYN4, p, sizeof p);
    CHECK_EQ(cf_sum_finish(cf_sum_bytes(0, p, 20)), 0);
    p[8]--;
    CHECK(cf_sum_finish(cf_sum_bytes(0, p, 20)) != 0);
}

TEST(the_pseudo_header_covers_both_families)
{
    uint8_t p[100];
    cf_addr src = {.family = 4}, dst = {.family = 4};
    size_t n = from_hex(HEX_SYN4, p, sizeof p);
    memcpy(src.b, p + 12, 4);
    memcpy(dst.b, p + 16, 4);
    CHECK_EQ(cf_sum_finish(cf_sum_bytes(cf_sum_pseudo(0, &src, &dst, 6, (uint32_t)n - 20), p + 20, n - 20)), 0);
    n = from_hex(HEX_DATA6, p, sizeof p);
    src.family = dst.family = 6;
    memcpy(src.b, p + 8, 16);
    memcpy(dst.b, p + 24, 16);
    CHECK_EQ(cf_sum_finish(cf_sum_bytes(cf_sum_pseudo(0, &src, &dst, 6, (uint32_t)n - 40), p + 40, n - 40)), 0);
}

/* By the definition: one word after the other. */
static uint16_t word_by_word(const uint8_t *b, size_t len)
{
    uint32_t s = 0;
    for (size_t i = 0; i < len; i++) {
        s += i % 2 ? b[i] : b[i] * 256u;
        s = s % 65536 + s / 65536;
    }
    return (uint16_t)(0xFFFF - s);
}

TEST(every_length_and_place_sums_as_word_by_word)
{
    uint8_t b[80];
    for (unsigned i = 0; i < sizeof b; i++) b[i] = (uint8_t)(i % 3 ? 255 - i : i * 37);
    for (size_t from = 0; from < 9; from++)
        for (size_t len = 0; from + len <= sizeof b; len++)
            CHECK_EQ(cf_sum_finish(cf_sum_bytes(0, b + from, len)), word_by_word(b + from, len));
}
