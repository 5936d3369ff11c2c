#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "audit_fix.h"

TEST(a_refusal_has_the_numbers_of_the_syn)
{
    CHECK_EQ(BREAKS_ALONE(CF_RULE_REFUSAL, {0, '>', "S", 0, 0, 0, 100, SYN_OF("\5\xb4"), 0},
                          {1, '<', "R.", 0, 0, 2, 0, NULL, 0, 0}),
             1);
    CHECK_EQ(BREAKS_ALONE(CF_RULE_REFUSAL, {0, '>', "S", 0, 0, 0, 100, SYN_OF("\5\xb4"), 0},
                          {1, '<', "R.", 0, 0, 1, 0, NULL, 0, 0}),
             0);
}

TEST(a_reset_answers_no_reset)
{
    CHECK_EQ(BREAKS(CF_RULE_RST_FOR_RST, {3, '>', "R.", 1, 0, 1, 0, NULL, 0, 0}, {3, '<', "R", 1, 0, 0, 0, NULL, 0, 0}),
             1);
}

TEST(after_its_reset_an_end_has_nothing_to_say)
{
    CHECK_EQ(BREAKS(CF_RULE_AFTER_RST, {3, '>', "R.", 1, 0, 1, 0, NULL, 0, 0}, {9, '>', ".", 1, 0, 1, 502, NULL, 0, 0}),
             1);
}

TEST(two_ends_do_not_acknowledge_each_others_acknowledgments_for_ever)
{
    beat b[40];
    for (int i = 0; i < 40; i++) b[i] = (beat){3 + i, i % 2 ? '>' : '<', ".", 1, 0, 1, i % 2 ? 502 : 509, NULL, 0, 0};
    uint64_t judged;
    CHECK(story_breaks(CF_RULE_ACK_WAR, true, CF_ENDS_BOTH, b, 40, &judged) > 0);
    for (int i = 0; i < 40; i++) b[i].ms = 1000 * i + 3;
    CHECK_EQ(story_breaks(CF_RULE_ACK_WAR, true, CF_ENDS_BOTH, b, 40, &judged), 0);
    CHECK_EQ(judged, 41);
}

TEST(bytes_wait_half_a_second_at_most)
{
    CHECK_EQ(BREAKS(CF_RULE_LATE_ACK, {2, '<', "P.", 1, 1, 1, 509, NULL, 0, 0},
                    {3, '>', "P.", 1, 100, 2, 502, NULL, 0, 0}, {700, '<', ".", 1, 0, 101, 509, NULL, 0, 0}),
             1);
    CHECK_EQ(BREAKS(CF_RULE_LATE_ACK, {2, '<', "P.", 1, 1, 1, 509, NULL, 0, 0},
                    {3, '>', "P.", 1, 100, 2, 502, NULL, 0, 0}, {500, '<', ".", 1, 0, 101, 509, NULL, 0, 0}),
             0);
    CHECK_EQ(BREAKS_AFAR(CF_RULE_LATE_ACK, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 0},
                         {700, '<', ".", 1, 0, 101, 509, NULL, 0, 0}),
             0);
}

/* Text and a reset that were taken in one go: the answer is to the text. */
TEST(a_reset_that_answers_what_came_with_a_reset_is_none_for_it)
{
    CHECK_EQ(BREAKS(CF_RULE_RST_FOR_RST, {9, '>', "P.", 1, 100, 1, 502, NULL, 0, 0},
                    {9, '>', "R.", 101, 0, 1, 0, NULL, 0, 0}, {9, '<', "R", 1, 0, 0, 0, NULL, 0, 0}),
             0);
}

TEST(two_ends_may_reset_at_the_same_time)
{
    CHECK_EQ(
        BREAKS(CF_RULE_RST_FOR_RST, {9, '>', "R.", 1, 0, 1, 0, NULL, 0, 0}, {9, '<', "R.", 1, 0, 1, 0, NULL, 0, 0}), 0);
}

/* Elsewhere the SYN+ACK before it may have been lost. */
TEST(a_refusal_is_judged_where_it_was_sent)
{
    const beat b[] = {{0, '>', "S", 0, 0, 0, 100, SYN_OF("\5\xb4"), 0}, {1, '<', "R.", 1, 0, 1, 0, NULL, 0, 0}};
    CHECK_EQ(story_breaks(CF_RULE_REFUSAL, false, CF_ENDS_NONE, b, 2, NULL), 0);
    CHECK_EQ(story_breaks(CF_RULE_REFUSAL, false, CF_ENDS_SERVER, b, 2, NULL), 1);
}

/* A full listener, a filter, an acknowledgment that may be forged: what is dropped comes again. */
TEST(what_was_dropped_and_comes_again_is_not_late)
{
    CHECK_EQ(BREAKS(CF_RULE_LATE_ACK, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 0},
                    {1001, '<', "S.", 0, 0, 1, 65160, "\2\4\5\xb4\1\3\3\7", 8, 0},
                    {1100, '>', "P.", 1, 100, 1, 502, NULL, 0, 0}, {1500, '<', ".", 1, 0, 101, 509, NULL, 0, 0}),
             0);
    CHECK_EQ(BREAKS(CF_RULE_LATE_ACK, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 0},
                    {1100, '>', "P.", 1, 100, 1, 502, NULL, 0, 0}, {1800, '<', ".", 1, 0, 101, 509, NULL, 0, 0}),
             1);
}
