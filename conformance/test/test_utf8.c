#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../text/utf8.h"

TEST(well_formed_characters_have_their_length)
{
    CHECK_EQ(cf_utf8_len("a"), 1);
    CHECK_EQ(cf_utf8_len("\xc3\xa9"), 2);
    CHECK_EQ(cf_utf8_len("\xe2\x82\xac"), 3);
    CHECK_EQ(cf_utf8_len("\xf0\x9f\x90\x9f"), 4);
}

TEST(stray_overlong_and_surrogate_bytes_are_no_characters)
{
    static const char *const bad[] = {
        "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "\xf5", "\xff",     "\xe2\x82", "\xc3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (cf_utf8_len(bad[i]) != 0) CHECK_FAIL("sequence %zu was taken for a character", i);
}

TEST(columns_count_characters_and_stray_bytes)
{
    CHECK_EQ(cf_utf8_columns("a\xc3\xa9\xff!"), 4);
    CHECK_EQ(cf_utf8_columns(""), 0);
}
