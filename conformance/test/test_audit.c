#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "audit_fix.h"

TEST(a_sound_connection_breaks_nothing_and_most_rules_are_judged)
{
    uint64_t judged;
    CHECK_EQ(story_breaks(CF_RULE_ACK_BEYOND, false, CF_ENDS_BOTH, whole, 10, &judged), 0);
    CHECK(judged > 5);
}

TEST(only_the_chosen_side_is_judged)
{
    cf_capture c;
    cf_audit a;
    cf_audit_opts o = {.tap = {.which = CF_ENDS_BOTH}};
    beat bad = {3, '>', "P.", 5, 100, 1, 502, NULL, 0, 0};
    cf_capture_start(&c, "story", true);
    story_more(&c, &(shape){0}, opened, 3);
    story_more(&c, &(shape){0}, &bad, 1);
    CHECK(cf_end_choice_read(&o.side, "server"));
    cf_audit_run(&a, &c, &o);
    CHECK_EQ(a.packets, 1);
    CHECK_EQ(a.broken[CF_BY_MUST], 0);
    cf_audit_free(&a);
    CHECK(cf_end_choice_read(&o.side, "192.0.2.1"));
    cf_audit_run(&a, &c, &o);
    CHECK_EQ(a.packets, 3);
    CHECK_EQ(a.by_rule[CF_RULE_OWN_GAP], 1);
    CHECK_EQ(a.finding[0].frame, 4);
    cf_audit_free(&a);
    cf_capture_free(&c);
}

TEST(an_end_is_a_role_or_an_address)
{
    cf_end_choice e;
    CHECK(cf_end_choice_read(&e, "client") && e.which == CF_ENDS_CLIENT);
    CHECK(cf_end_choice_read(&e, "both") && e.which == CF_ENDS_BOTH);
    CHECK(cf_end_choice_read(&e, "fd00::1") && e.which == CF_ENDS_ADDRESS && e.family == 6);
    CHECK(!cf_end_choice_read(&e, "clients"));
}

TEST(findings_beyond_the_limit_are_counted)
{
    cf_capture c;
    cf_audit a;
    cf_audit_opts o = {.side = {.which = CF_ENDS_BOTH}};
    beat bad = {3, '>', "", 1, 10, 0, 502, NULL, 0, 0};
    cf_capture_start(&c, "story", true);
    for (int i = 0; i < CF_FINDINGS_MAX + 5; i++) story_more(&c, &(shape){0}, &bad, 1);
    cf_audit_run(&a, &c, &o);
    CHECK_EQ(a.count, CF_FINDINGS_MAX);
    CHECK_EQ(a.by_rule[CF_RULE_FLAGS], CF_FINDINGS_MAX + 5);
    cf_audit_free(&a);
    cf_capture_free(&c);
}

/* What a file says of itself (drops.h) stands above what its user says: rules that need every packet rest. */
TEST(a_capture_that_says_it_dropped_packets_is_not_complete)
{
    cf_capture c;
    cf_audit a;
    cf_audit_opts o = {.side = {.which = CF_ENDS_BOTH}, .tap = {.which = CF_ENDS_BOTH}, .complete = true};
    beat odd = {3, '>', ".", 1, 0, 500, 502, NULL, 0, 0}; /* acknowledges what is not there */
    cf_capture_start(&c, "story", true);
    story_more(&c, &(shape){0}, opened, 3);
    story_more(&c, &(shape){0}, &odd, 1);
    cf_audit_run(&a, &c, &o);
    CHECK_EQ(a.by_rule[CF_RULE_ACK_BEYOND], 1);
    CHECK_EQ(a.lossy, 0);
    cf_audit_free(&a);
    c.read.dropped = 1;
    cf_audit_run(&a, &c, &o);
    CHECK_EQ(a.count, 0);
    CHECK_EQ(a.suspected[CF_RULE_ACK_BEYOND], 0);
    CHECK_EQ(a.lossy, 1);
    cf_audit_free(&a);
    cf_capture_free(&c);
}

static void put_damaged(cf_capture *c, const beat *b)
{
    uint8_t bytes[200];
    char why[100];
    uint32_t n = beat_bytes(bytes, sizeof bytes, &(shape){0}, b);
    bytes[n - 7] ^= 0x13; /* ACK and RST and FIN of the flags */
    CHECK(cf_capture_add(c, b->ms * 1000000ll, bytes, n, why, sizeof why));
}

TEST(of_a_damaged_packet_nothing_but_its_sum_is_judged)
{
    cf_capture c;
    cf_audit a;
    cf_audit_opts o = {.side = {.which = CF_ENDS_BOTH}};
    cf_capture_start(&c, "story", true);
    story_more(&c, &(shape){0}, opened, 3);
    put_damaged(&c, &(beat){3, '>', ".", 1, 0, 1, 502, NULL, 0, 0});
    cf_audit_run(&a, &c, &o);
    CHECK_EQ(a.packets, 4);
    CHECK_EQ(a.broken[CF_BY_MUST], 0);
    cf_audit_free(&a);
    o.tap.which = CF_ENDS_CLIENT;
    cf_audit_run(&a, &c, &o);
    CHECK_EQ(a.broken[CF_BY_MUST], 1);
    CHECK_EQ(a.by_rule[CF_RULE_CHECKSUM], 1);
    cf_audit_free(&a);
    cf_capture_free(&c);
}

/* The client has started again, the server has not noticed: it answers the SYN with the numbers it knows
 * (RFC 9293 3.5.1, figure 9). */
TEST(an_answer_of_an_older_connection_is_not_of_this_one)
{
    CHECK_EQ(BREAKS_ALONE(CF_RULE_ACK_BEYOND, {0, '>', "S", 0, 0, 0, 64240, SYN_OF("\5\xb4"), 0},
                          {1, '<', ".", 70000, 0, 90000, 509, TS("\1", "\2"), 0},
                          {2, '>', "R", 90000, 0, 0, 0, NULL, 0, 0}),
             0);
}
