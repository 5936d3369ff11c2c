#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../suite/near.h"

static cf_test items[] = {
    {.id = "close/fin", .spec = "MUST-13 (MUST)"},
    {.id = "close/time-wait/rst-ignored"},
    {.id = "handshake/syn-lost"},
};
static const cf_tests tests = {items, 3, 3};

static const char *near(const char *word)
{
    static char text[300];
    cf_near_message(text, sizeof text, word, &tests);
    return text;
}

TEST(the_last_part_of_an_id_is_enough_to_be_reminded_of_it)
{
    CHECK_STR(near("rst-ignored"), "nothing is named \"rst-ignored\"; did you mean close/time-wait/rst-ignored");
}

TEST(a_slip_of_the_finger_is_seen_through)
{
    CHECK(strstr(near("handshke"), "handshake") != NULL);
    CHECK(strstr(near("time-wiat"), "close/time-wait") != NULL);
    CHECK(strstr(near("MUST-31"), "MUST-13") != NULL);
}

TEST(a_variant_is_sent_to_its_option)
{
    CHECK_STR(near("ipv4"), "nothing is named \"ipv4\"; did you mean --variants=ipv4?");
}

TEST(what_is_like_nothing_is_sent_to_the_list)
{
    CHECK(strstr(near("qqqqqqqqqqqq"), "tcprove list") != NULL);
}

TEST(at_most_three_names_are_given_and_a_small_buffer_is_no_harm)
{
    char small[20];
    const char *text = near("s");
    int commas = 0;
    for (; *text; text++) commas += *text == ',';
    CHECK(commas <= 2);
    cf_near_message(small, sizeof small, "s", &tests);
    CHECK(strlen(small) < sizeof small);
}
