#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "audit_fix.h"

TEST(the_same_bytes_stand_in_the_same_place)
{
    CHECK_EQ(BREAKS_AT(CF_ENDS_CLIENT, CF_RULE_OTHER_BYTES, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 7},
                       {300, '>', "P.", 1, 100, 1, 502, NULL, 0, 8}),
             1);
    CHECK_EQ(BREAKS_AT(CF_ENDS_CLIENT, CF_RULE_OTHER_BYTES, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 7},
                       {300, '>', "P.", 1, 100, 1, 502, NULL, 0, 7}),
             0);
}

TEST(pieces_that_go_again_as_one_are_compared_too)
{
    CHECK_EQ(BREAKS_AT(CF_ENDS_CLIENT, CF_RULE_OTHER_BYTES, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 7},
                       {3, '>', "P.", 101, 50, 1, 502, NULL, 0, 8}, {300, '>', "P.", 1, 150, 1, 502, NULL, 0, 7}),
             1);
    CHECK_EQ(BREAKS_AT(CF_ENDS_CLIENT, CF_RULE_OTHER_BYTES, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 7},
                       {3, '>', "P.", 101, 50, 1, 502, NULL, 0, 7}, {300, '>', "P.", 1, 150, 1, 502, NULL, 0, 7}),
             0);
}

TEST(a_fin_keeps_its_place)
{
    CHECK_EQ(BREAKS_AT(CF_ENDS_CLIENT, CF_RULE_FIN_MOVES, {3, '>', "F.", 1, 100, 1, 502, NULL, 0, 7},
                       {300, '>', "F.", 101, 1, 1, 502, NULL, 0, 7}),
             1);
    CHECK_EQ(BREAKS_AT(CF_ENDS_CLIENT, CF_RULE_FIN_MOVES, {3, '>', "F.", 1, 100, 1, 502, NULL, 0, 7},
                       {300, '>', "F.", 1, 100, 1, 502, NULL, 0, 7}),
             0);
}

TEST(behind_the_fin_is_nothing)
{
    CHECK_EQ(BREAKS_AT(CF_ENDS_CLIENT, CF_RULE_AFTER_FIN, {3, '>', "F.", 1, 100, 1, 502, NULL, 0, 7},
                       {300, '>', "P.", 101, 10, 1, 502, NULL, 0, 7}),
             1);
}

#define AGAIN(ms) {ms, '>', "P.", 1, 100, 1, 502, NULL, 0, 7}
TEST(timeouts_do_not_get_shorter)
{
    CHECK_EQ(BREAKS_AT(CF_ENDS_CLIENT, CF_RULE_NO_BACKOFF, AGAIN(3), AGAIN(203), AGAIN(603), AGAIN(803)), 1);
    CHECK_EQ(BREAKS_AT(CF_ENDS_CLIENT, CF_RULE_NO_BACKOFF, AGAIN(3), AGAIN(203), AGAIN(603), AGAIN(1403)), 0);
}

TEST(an_answer_starts_the_waiting_anew)
{
    CHECK_EQ(BREAKS_AT(CF_ENDS_CLIENT, CF_RULE_NO_BACKOFF, AGAIN(3), AGAIN(203), AGAIN(603),
                       {700, '<', ".", 1, 0, 1, 509, NULL, 0, 0}, AGAIN(803)),
             0);
}

/* Windows and the old BSDs probe with one byte of anything; once the FIN is acknowledged, in its place. */
TEST(a_keepalive_may_stand_in_the_place_of_the_fin)
{
    CHECK_EQ(BREAKS(CF_RULE_AFTER_FIN, {3, '>', "F.", 1, 0, 1, 502, NULL, 0, 0},
                    {4, '<', ".", 1, 0, 2, 509, NULL, 0, 0}, {7000, '>', ".", 1, 1, 1, 502, NULL, 0, 0}),
             0);
}

/* At the longest timeout all waits are alike, and one may be lost before it comes here. */
TEST(elsewhere_a_wait_may_be_two)
{
    CHECK_EQ(BREAKS_AT(CF_ENDS_SERVER, CF_RULE_NO_BACKOFF, AGAIN(3), AGAIN(203), AGAIN(603), AGAIN(803)), 0);
}
