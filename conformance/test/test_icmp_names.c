#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../packet/icmp_names.h"

TEST(words_and_numbers_agree_in_both_families)
{
    uint8_t n;
    CHECK(cf_icmp_type(4, "unreachable", &n));
    CHECK_EQ(n, 3);
    CHECK(cf_icmp_type(6, "unreachable", &n));
    CHECK_EQ(n, 1);
    CHECK(cf_icmp_code(4, 3, "frag_needed", &n));
    CHECK_EQ(n, 4);
    CHECK(cf_icmp_code(4, 3, "precedence_cutoff", &n));
    CHECK_EQ(n, 15);
    CHECK(cf_icmp_code(6, 1, "net_unreachable", &n));
    CHECK_EQ(n, 0);
    CHECK_STR(cf_icmp_code_name(6, 1, 0), "no_route");
    CHECK_STR(cf_icmp_type_name(4, 11), "time_exceeded");
    CHECK(cf_icmp_type_name(4, 200) == NULL);
}

TEST(any_number_can_be_written)
{
    uint8_t n;
    CHECK(cf_icmp_type(4, "type_255", &n));
    CHECK_EQ(n, 255);
    CHECK(cf_icmp_code(6, 2, "code_7", &n));
    CHECK_EQ(n, 7);
    CHECK(!cf_icmp_type(4, "type_256", &n));
    CHECK(!cf_icmp_type(4, "type_", &n));
    CHECK(!cf_icmp_code(4, 3, "code_1x", &n));
}

TEST(a_word_belongs_to_its_family_and_type)
{
    uint8_t n;
    CHECK(!cf_icmp_type(4, "packet_too_big", &n));
    CHECK(!cf_icmp_code(6, 1, "frag_needed", &n));
    CHECK(!cf_icmp_code(4, 11, "host_unreachable", &n));
    CHECK(!cf_icmp_type(4, "frag_needed", &n));
}

TEST(the_lists_hold_what_the_family_knows)
{
    const char *words[40];
    CHECK_EQ(cf_icmp_type_words(4, words, 40), 13);
    CHECK_EQ(cf_icmp_code_words(4, 3, words, 40), 16);
    CHECK_EQ(cf_icmp_type_words(6, words, 40), 6);
    CHECK_EQ(cf_icmp_code_words(6, 1, words, 2), 2);
}
