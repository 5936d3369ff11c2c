#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "audit_fix.h"

TEST(syn_and_fin_never_go_together)
{
    CHECK_EQ(BREAKS_ALONE(CF_RULE_FLAGS, {0, '>', "SF", 0, 0, 0, 100, SYN_OF("\5\xb4"), 0}), 1);
    CHECK_EQ(BREAKS_ALONE(CF_RULE_FLAGS, {0, '>', "S", 0, 0, 0, 100, SYN_OF("\5\xb4"), 0}), 0);
}

TEST(text_has_an_ack)
{
    CHECK_EQ(BREAKS(CF_RULE_NO_ACK, {3, '>', "F", 1, 10, 0, 502, NULL, 0, 0}), 1);
    CHECK_EQ(BREAKS(CF_RULE_NO_ACK, {3, '>', "F.", 1, 10, 1, 502, NULL, 0, 0}), 0);
}

TEST(an_option_has_a_length_that_can_be)
{
    CHECK_EQ(BREAKS(CF_RULE_OPTION_FORM, {3, '>', ".", 1, 10, 1, 502, "\1\1\10\13", 4, 0}), 1);
    CHECK_EQ(BREAKS(CF_RULE_OPTION_FORM, {3, '>', ".", 1, 10, 1, 502, "\1\1\75\2", 4, 0}), 0);
}

TEST(behind_the_end_of_options_all_is_zero)
{
    CHECK_EQ(BREAKS(CF_RULE_OPTION_PADDING, {3, '>', ".", 1, 10, 1, 502, "\0\0\7\0", 4, 0}), 1);
    CHECK_EQ(BREAKS(CF_RULE_OPTION_PADDING, {3, '>', ".", 1, 10, 1, 502, "\0\0\0\0", 4, 0}), 0);
}

TEST(mss_comes_only_with_syn)
{
    CHECK_EQ(BREAKS(CF_RULE_SYN_ONLY, {3, '>', ".", 1, 10, 1, 502, SYN_OF("\5\xb4"), 0}), 1);
}

TEST(no_shift_is_above_14)
{
    CHECK_EQ(BREAKS_ALONE(CF_RULE_SHIFT, {0, '>', "S", 0, 0, 0, 100, "\1\3\3\17", 4, 0}), 1);
    CHECK_EQ(BREAKS_ALONE(CF_RULE_SHIFT, {0, '>', "S", 0, 0, 0, 100, "\1\3\3\16", 4, 0}), 0);
}

TEST(a_wrong_checksum_is_the_senders_only_where_it_was_sent)
{
    static uint8_t bytes[2000];
    char why[200];
    for (int at_end = 0; at_end < 2; at_end++) {
        cf_capture c;
        cf_audit a;
        cf_audit_opts o = {.side = {.which = CF_ENDS_BOTH}, .tap = {.which = at_end ? CF_ENDS_BOTH : CF_ENDS_NONE}};
        cf_capture_start(&c, "story", true);
        story_more(&c, &(shape){0}, opened, 3);
        beat text = {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 7};
        uint32_t len = beat_bytes(bytes, sizeof bytes, &(shape){0}, &text);
        bytes[len - 1] ^= 1;
        CHECK(cf_capture_add(&c, 3000000, bytes, len, why, sizeof why));
        cf_audit_run(&a, &c, &o);
        CHECK_EQ(a.by_rule[CF_RULE_CHECKSUM], at_end);
        CHECK_EQ(a.broken[CF_BY_MUST], at_end);
        cf_audit_free(&a);
        cf_capture_free(&c);
    }
}
