#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "audit_fix.h"

TEST(nothing_is_acknowledged_that_did_not_come)
{
    CHECK_EQ(BREAKS(CF_RULE_ACK_BEYOND, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 0},
                    {4, '<', ".", 1, 0, 102, 509, NULL, 0, 0}),
             1);
    CHECK_EQ(BREAKS(CF_RULE_ACK_BEYOND, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 0},
                    {4, '<', ".", 1, 0, 101, 509, NULL, 0, 0}),
             0);
}

TEST(nothing_is_acknowledged_across_a_gap)
{
    CHECK_EQ(BREAKS_AT(CF_ENDS_SERVER, CF_RULE_ACK_BEYOND, {3, '>', "P.", 101, 100, 1, 502, NULL, 0, 0},
                       {4, '<', ".", 1, 0, 201, 509, NULL, 0, 0}, {9, '>', "P.", 1, 100, 1, 502, NULL, 0, 0}),
             1);
}

TEST(what_a_capture_lost_is_not_held_against_anybody)
{
    CHECK_EQ(BREAKS_AFAR(CF_RULE_ACK_BEYOND, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 0},
                         {4, '<', ".", 1, 0, 201, 509, NULL, 0, 0}),
             0);
}

TEST(an_acknowledgment_is_not_taken_back)
{
    CHECK_EQ(BREAKS(CF_RULE_ACK_BACK, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 0},
                    {4, '<', ".", 1, 0, 101, 509, NULL, 0, 0}, {5, '<', ".", 1, 0, 51, 600, NULL, 0, 0}),
             1);
    CHECK_EQ(BREAKS_AFAR(CF_RULE_ACK_BACK, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 0},
                         {4, '<', ".", 1, 0, 101, 509, NULL, 0, 0}, {5, '<', ".", 1, 0, 51, 600, NULL, 0, 0}),
             0);
}

TEST(nothing_goes_beyond_the_window_but_a_probe)
{
    uint64_t judged;
    beat wide[] = {{0, '>', "S", 0, 0, 0, 1000, SYN_OF("\5\xb4"), 0},
                   {1, '<', "S.", 0, 0, 1, 100, SYN_OF("\5\xb4"), 0},
                   {2, '>', ".", 1, 0, 1, 1000, NULL, 0, 0},
                   {3, '>', "P.", 1, 101, 1, 1000, NULL, 0, 0},
                   {9, '>', "P.", 1, 102, 1, 1000, NULL, 0, 0}};
    CHECK_EQ(story_breaks(CF_RULE_OVERRUN, false, CF_ENDS_BOTH, wide, 4, &judged), 0);
    CHECK_EQ(judged, 1);
    CHECK_EQ(story_breaks(CF_RULE_OVERRUN, false, CF_ENDS_BOTH, wide, 5, &judged), 1);
}

TEST(no_number_is_left_out)
{
    CHECK_EQ(BREAKS(CF_RULE_OWN_GAP, {3, '>', "P.", 2, 100, 1, 502, NULL, 0, 0}), 1);
    CHECK_EQ(BREAKS_AFAR(CF_RULE_OWN_GAP, {3, '>', "P.", 2, 100, 1, 502, NULL, 0, 0}), 0);
}

TEST(the_right_edge_does_not_move_left)
{
    CHECK_EQ(BREAKS(CF_RULE_SHRINK, {3, '>', ".", 1, 0, 1, 400, NULL, 0, 0}), 1);
    CHECK_EQ(BREAKS(CF_RULE_SHRINK, {3, '>', ".", 1, 0, 1, 502, NULL, 0, 0}), 0);
}

/* A host that forgets the rest in TIME-WAIT may forget its buffer too. */
TEST(behind_the_fin_nobody_reads_the_window)
{
    CHECK_EQ(BREAKS(CF_RULE_SHRINK, {3, '<', "F.", 1, 0, 1, 509, NULL, 0, 0}, {4, '>', ".", 1, 0, 2, 100, NULL, 0, 0}),
             0);
    CHECK_EQ(BREAKS(CF_RULE_SHRINK, {3, '<', "F.", 1, 0, 1, 509, NULL, 0, 0}, {4, '>', ".", 1, 0, 1, 100, NULL, 0, 0}),
             1);
}

TEST(a_segment_leaves_room_for_its_own_options)
{
    CHECK_EQ(BREAKS(CF_RULE_TOO_LONG, {3, '>', "P.", 1, 1460, 1, 502, "\1\1\1\1", 4, 0}), 1);
    CHECK_EQ(BREAKS(CF_RULE_TOO_LONG, {3, '>', "P.", 1, 1456, 1, 502, "\1\1\1\1", 4, 0}), 0);
}

TEST(the_first_flight_is_ten_segments_and_a_probe)
{
    beat b[12];
    for (unsigned i = 0; i < 12; i++) b[i] = (beat){3, '>', ".", 1 + 1460 * i, 1460, 1, 502, NULL, 0, 0};
    CHECK_EQ(story_breaks(CF_RULE_INITIAL_WINDOW, true, CF_ENDS_BOTH, b, 11, NULL), 0);
    CHECK_EQ(story_breaks(CF_RULE_INITIAL_WINDOW, true, CF_ENDS_BOTH, b, 12, NULL), 1);
}

/* A capture that begins in the middle: what came before it is not known. */
TEST(a_first_segment_that_is_sent_again_hides_what_was_sent_before)
{
    CHECK_EQ(BREAKS_ALONE(CF_RULE_ACK_BEYOND, {3, '>', "P.", 501, 100, 1, 502, NULL, 0, 0},
                          {4, '<', ".", 1, 0, 1001, 509, NULL, 0, 0}),
             0);
    CHECK_EQ(BREAKS_ALONE(CF_RULE_OWN_GAP, {3, '>', ".", 500, 0, 1, 502, NULL, 0, 0},
                          {4, '<', ".", 1, 0, 501, 509, NULL, 0, 0}, {9, '>', "P.", 501, 100, 1, 502, NULL, 0, 0}),
             0);
}

TEST(bytes_that_their_sender_counts_were_lost_by_the_capture)
{
    CHECK_EQ(BREAKS(CF_RULE_ACK_BEYOND, {3, '>', "P.", 101, 100, 1, 502, NULL, 0, 0},
                    {4, '<', ".", 1, 0, 201, 509, NULL, 0, 0}),
             0);
}

TEST(a_gap_that_is_filled_later_is_one_of_the_senders_queues)
{
    CHECK_EQ(BREAKS(CF_RULE_OWN_GAP, {3, '>', "P.", 101, 100, 1, 502, NULL, 0, 0},
                    {9, '>', "P.", 1, 100, 1, 502, NULL, 0, 0}),
             0);
}

/* The second SYN goes without options, and the first was answered. */
TEST(without_a_sure_scale_no_window_is_overrun)
{
    CHECK_EQ(BREAKS_ALONE(CF_RULE_OVERRUN, {0, '>', "S", 0, 0, 0, 1000, "\2\4\5\xb4\1\3\3\7", 8, 0},
                          {100, '>', "S", 0, 0, 0, 1000, SYN_OF("\5\xb4"), 0},
                          {101, '<', "S.", 0, 0, 1, 1000, "\2\4\5\xb4\1\3\3\7", 8, 0},
                          {102, '>', ".", 1, 0, 1, 8, NULL, 0, 0}, {103, '<', "P.", 1, 500, 1, 8, NULL, 0, 0}),
             0);
}

TEST(elsewhere_a_card_may_have_put_segments_together)
{
    CHECK_EQ(BREAKS_AT(CF_ENDS_SERVER, CF_RULE_TOO_LONG, {3, '>', "P.", 1, 2920, 1, 502, NULL, 0, 0}), 0);
}
