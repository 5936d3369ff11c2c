#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "audit_fix.h"

#define WITH_TS                                                                                                        \
    {0, '>', "S", 0, 0, 0, 64240, TS_SYN("\12"), 0},                                                                   \
        {1, '<', "S.", 0, 0, 1, 65160, "\2\4\5\xb4\4\2\10\12\0\0\0\144\0\0\0\12", 16, 0},                              \
        {2, '>', ".", 1, 0, 1, 65160, TS("\14", "\144"), 0}

TEST(what_was_not_offered_is_not_used)
{
    CHECK_EQ(BREAKS(CF_RULE_NOT_OFFERED, {3, '>', "P.", 1, 100, 1, 502, TS("\1", "\0"), 0}), 1);
}

TEST(a_timestamp_is_on_every_segment_once_both_offered_it)
{
    CHECK_EQ(BREAKS_ALONE(CF_RULE_NO_STAMP, WITH_TS, {3, '>', "P.", 1, 100, 1, 65160, NULL, 0, 0}), 1);
    CHECK_EQ(BREAKS_ALONE(CF_RULE_NO_STAMP, WITH_TS, {3, '>', "R.", 1, 0, 1, 0, NULL, 0, 0}), 0);
}

TEST(timestamps_do_not_go_back)
{
    CHECK_EQ(BREAKS_ALONE(CF_RULE_STAMP_BACK, WITH_TS, {3, '>', "P.", 1, 100, 1, 65160, TS("\13", "\144"), 0}), 1);
    CHECK_EQ(BREAKS_ALONE(CF_RULE_STAMP_BACK, WITH_TS, {3, '>', "P.", 1, 100, 1, 65160, TS("\14", "\144"), 0}), 0);
}

TEST(an_echo_is_of_a_timestamp_that_was_sent)
{
    CHECK_EQ(BREAKS_ALONE(CF_RULE_ECHO_UNSEEN, WITH_TS, {3, '>', "P.", 1, 100, 1, 65160, TS("\15", "\145"), 0}), 1);
    CHECK_EQ(BREAKS_ALONE(CF_RULE_ECHO_UNSEEN, WITH_TS, {3, '>', "P.", 1, 100, 1, 65160, TS("\15", "\144"), 0}), 0);
}

TEST(without_ack_there_is_nothing_to_echo)
{
    CHECK_EQ(BREAKS_ALONE(CF_RULE_ECHO_OF_NOTHING, {0, '>', "S", 0, 0, 0, 64240, "\1\1\10\12\0\0\0\1\0\0\0\1", 12, 0}),
             1);
}

#define WITH_SACK                                                                                                      \
    {0, '>', "S", 0, 0, 0, 64240, "\2\4\5\xb4\4\2\1\1", 8, 0},                                                         \
        {1, '<', "S.", 0, 0, 1, 65160, "\2\4\5\xb4\4\2\1\1", 8, 0}, {2, '>', ".", 1, 0, 1, 65160, NULL, 0, 0},         \
        {3, '>', "P.", 101, 100, 1, 65160, NULL, 0, 0}, {3, '>', "P.", 1, 1, 1, 65160, NULL, 0, 0}
#define SACK_1(a, b) "\1\1\5\12\0\0\0" a "\0\0\0" b, 12
#define SACK_2(a, b, c, d) "\1\1\5\22\0\0\0" a "\0\0\0" b "\0\0\0" c "\0\0\0" d, 20

/* Taken at the server alone: the client's gap is that of the way. */
static uint64_t sacks(cf_rule_id rule, beat last)
{
    beat b[] = {WITH_SACK, last};
    return story_breaks(rule, false, CF_ENDS_SERVER, b, 6, NULL);
}

TEST(a_sack_block_is_of_bytes_that_came)
{
    CHECK_EQ(sacks(CF_RULE_SACK_UNSENT, (beat){4, '<', ".", 1, 0, 2, 65160, SACK_1("\145", "\311"), 0}), 0);
    CHECK_EQ(sacks(CF_RULE_SACK_UNSENT, (beat){4, '<', ".", 1, 0, 2, 65160, SACK_1("\145", "\312"), 0}), 1);
    CHECK_EQ(sacks(CF_RULE_SACK_UNSENT, (beat){4, '<', ".", 1, 0, 2, 65160, SACK_1("\144", "\311"), 0}), 1);
}

TEST(a_sack_block_has_bytes)
{
    CHECK_EQ(sacks(CF_RULE_SACK_FORM, (beat){4, '<', ".", 1, 0, 2, 65160, SACK_1("\145", "\145"), 0}), 1);
}

TEST(only_the_first_block_may_tell_of_duplicates)
{
    CHECK_EQ(sacks(CF_RULE_SACK_BELOW, (beat){4, '<', ".", 1, 0, 2, 65160, SACK_2("\1", "\2", "\145", "\311"), 0}), 0);
    CHECK_EQ(sacks(CF_RULE_SACK_BELOW, (beat){4, '<', ".", 1, 0, 2, 65160, SACK_2("\145", "\311", "\1", "\2"), 0}), 1);
}

/* The first of two segments was lost, goes again with a later stamp, and overtakes the third. */
TEST(what_goes_again_may_overtake_new_bytes)
{
    const beat b[] = {WITH_TS,
                      {3, '>', "P.", 101, 100, 1, 65160, TS("\15", "\144"), 0},
                      {30, '>', "P.", 1, 100, 1, 65160, TS("\40", "\144"), 0},
                      {30, '>', "P.", 201, 100, 1, 65160, TS("\16", "\144"), 0}};
    CHECK_EQ(story_breaks(CF_RULE_STAMP_BACK, false, CF_ENDS_NONE, b, 6, NULL), 0);
}
