#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../audit/suspect.h"
#include "audit_fix.h"

static cf_audit a;

/* A story of a capture of which nobody says that it is complete. */
static uint64_t told(cf_rule_id rule, bool open, const beat *b, size_t n)
{
    cf_capture c;
    cf_audit_opts o = {.side = {.which = CF_ENDS_BOTH}, .tap = {.which = CF_ENDS_BOTH}};
    cf_capture_start(&c, "story", true);
    if (open) story_more(&c, &(shape){0}, opened, 3);
    story_more(&c, &(shape){0}, b, n);
    cf_audit_run(&a, &c, &o);
    uint64_t broken = a.by_rule[rule], held = a.suspected[rule];
    CHECK_EQ(a.count, broken);
    cf_audit_free(&a);
    cf_capture_free(&c);
    return broken * 100 + held;
}
#define TOLD(rule, ...) told(rule, true, BEATS(__VA_ARGS__))
#define TOLD_ALONE(rule, ...) told(rule, false, BEATS(__VA_ARGS__))
#define HELD(n) (n)
#define FOUND(n) (100 * (n))

/* The server's window ends at 51 (no scale in these SYNs); an acknowledgment that opened it may have been dropped. */
#define NARROW                                                                                                         \
    {0, '>', "S", 0, 0, 0, 1000, SYN_OF("\5\xb4"), 0}, {1, '<', "S.", 0, 0, 1, 50, SYN_OF("\5\xb4"), 0},               \
        {2, '>', ".", 1, 0, 1, 1000, NULL, 0, 0}

TEST(one_dropped_acknowledgment_accuses_nobody)
{
    CHECK_EQ(TOLD_ALONE(CF_RULE_OVERRUN, NARROW, {3, '>', "P.", 1, 100, 1, 1000, NULL, 0, 0}), HELD(1));
    CHECK_EQ(TOLD_ALONE(CF_RULE_OVERRUN, NARROW, {3, '>', "P.", 1, 100, 1, 1000, NULL, 0, 0},
                        {4, '<', ".", 1, 0, 101, 50, NULL, 0, 0}),
             HELD(1));
}

/* The server has offered 100 bytes (dropped by the capture), has no room for them when they come, takes the half of
 * them and closes its window: a shame, but allowed, and no fault of who sent them. */
TEST(a_window_that_was_taken_back_accuses_nobody)
{
    CHECK_EQ(TOLD_ALONE(CF_RULE_OVERRUN, NARROW, {3, '>', "P.", 1, 100, 1, 1000, NULL, 0, 0},
                        {4, '<', ".", 1, 0, 51, 0, NULL, 0, 0}),
             HELD(1));
}

/* ... but not three times, the window being told in between. */
TEST(an_overrun_is_proven_by_the_third)
{
#define OVER(ms, at) {ms, '>', "P.", at, 100, 1, 1000, NULL, 0, 0}, {ms + 1, '<', ".", 1, 0, at + 50, 50, NULL, 0, 0}
    CHECK_EQ(TOLD_ALONE(CF_RULE_OVERRUN, NARROW, OVER(3, 1), OVER(5, 51)), HELD(2));
    CHECK_EQ(TOLD_ALONE(CF_RULE_OVERRUN, NARROW, OVER(3, 1), OVER(5, 51), OVER(7, 101)), FOUND(3));
}

#define STAMPED                                                                                                        \
    {0, '>', "S", 0, 0, 0, 1000, TS_SYN("\5"), 0},                                                                     \
        {1, '<', "S.", 0, 0, 1, 1000, "\2\4\5\xb4\4\2\10\12\0\0\0\5\0\0\0\5", 16, 0}

/* The server's window update to 351 was dropped, or an acknowledgment with stamp 9: one packet, and a train of them. */
TEST(a_train_that_one_dropped_packet_explains_is_one_occasion)
{
    CHECK_EQ(TOLD_ALONE(CF_RULE_OVERRUN, NARROW, {3, '>', "P.", 1, 100, 1, 1000, NULL, 0, 0},
                        {3, '>', "P.", 101, 100, 1, 1000, NULL, 0, 0}, {3, '>', "P.", 201, 100, 1, 1000, NULL, 0, 0},
                        {4, '<', ".", 1, 0, 301, 50, NULL, 0, 0}),
             HELD(3));
    CHECK_EQ(TOLD_ALONE(CF_RULE_ECHO_UNSEEN, STAMPED, {2, '>', "P.", 1, 100, 1, 1000, TS("\6", "\11"), 0},
                        {2, '>', "P.", 101, 100, 1, 1000, TS("\6", "\11"), 0},
                        {2, '>', "P.", 201, 100, 1, 1000, TS("\6", "\11"), 0},
                        {3, '<', ".", 1, 0, 301, 1000, TS("\12", "\6"), 0}),
             HELD(3));
}

/* With a scale of 7 the window that was opened to 257 (dropped by the capture) is told as 229 once 100 bytes are there:
 * rounded down, by an end that lost the rest on the way. */
TEST(a_window_that_is_rounded_down_proves_no_overrun)
{
#define SCALED(v, e) "\2\4\5\xb4\1\3\3\7\1\1\10\12\0\0\0" v "\0\0\0" e, 20
    CHECK_EQ(TOLD_ALONE(CF_RULE_OVERRUN, {0, '>', "S", 0, 0, 0, 1000, SCALED("\1", "\0"), 0},
                        {1, '<', "S.", 0, 0, 1, 50, SCALED("\5", "\1"), 0},
                        {2, '>', ".", 1, 0, 1, 8, TS("\2", "\5"), 0}, {3, '>', "P.", 1, 100, 1, 8, TS("\6", "\5"), 0},
                        {4, '>', "P.", 101, 156, 1, 8, TS("\7", "\5"), 0},
                        {900, '>', "P.", 1, 100, 1, 8, TS("\10", "\5"), 0},
                        {901, '<', ".", 1, 0, 101, 1, TS("\11", "\10"), 0}),
             HELD(3));
}

TEST(an_echo_is_proven_wrong_by_a_clock_that_is_behind_it)
{
    CHECK_EQ(TOLD_ALONE(CF_RULE_ECHO_UNSEEN, STAMPED, {2, '>', ".", 1, 0, 1, 1000, TS("\6", "\11"), 0}), HELD(1));
    CHECK_EQ(TOLD_ALONE(CF_RULE_ECHO_UNSEEN, STAMPED, {2, '>', ".", 1, 0, 1, 1000, TS("\6", "\11"), 0},
                        {3, '<', ".", 1, 0, 1, 1000, TS("\7", "\6"), 0}),
             FOUND(1));
    CHECK_EQ(TOLD_ALONE(CF_RULE_ECHO_UNSEEN, STAMPED, {2, '>', ".", 1, 0, 1, 1000, TS("\6", "\11"), 0},
                        {3, '<', ".", 1, 0, 1, 1000, TS("\11", "\6"), 0}),
             HELD(1));
}

/* The last packet of a stream that the capture dropped is acknowledged, and never comes again. */
TEST(what_was_never_sent_is_proven_by_the_number_of_who_knows_of_the_acknowledgment)
{
    CHECK_EQ(
        TOLD(CF_RULE_ACK_BEYOND, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 0}, {4, '<', ".", 1, 0, 102, 509, NULL, 0, 0}),
        HELD(1));
    CHECK_EQ(TOLD(CF_RULE_ACK_BEYOND, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 0},
                  {4, '<', "P.", 1, 10, 201, 509, NULL, 0, 0}, {5, '>', ".", 101, 0, 11, 502, NULL, 0, 0}),
             FOUND(1));
    CHECK_EQ(TOLD(CF_RULE_ACK_BEYOND, {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 0},
                  {4, '<', "P.", 1, 10, 201, 509, NULL, 0, 0}, {5, '>', ".", 201, 0, 11, 502, NULL, 0, 0}),
             0); /* its sender counts it: the capture lost it */
}

static const beat late[] = {
    {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 0},      {703, '<', ".", 1, 0, 101, 509, NULL, 0, 0},
    {710, '>', "P.", 101, 100, 1, 502, NULL, 0, 0},  {1410, '<', ".", 1, 0, 201, 509, NULL, 0, 0},
    {1420, '>', "P.", 201, 100, 1, 502, NULL, 0, 0}, {2120, '<', ".", 1, 0, 301, 509, NULL, 0, 0},
    {2130, '>', "P.", 401, 100, 1, 502, NULL, 0, 0}, {2140, '<', ".", 1, 0, 501, 509, NULL, 0, 0}};

TEST(three_times_alike_is_no_accident_unless_the_capture_shows_a_loss)
{
    CHECK_EQ(told(CF_RULE_LATE_ACK, true, late, 4), HELD(2));
    CHECK_EQ(told(CF_RULE_LATE_ACK, true, late, 6), FOUND(3));
    CHECK_EQ(told(CF_RULE_LATE_ACK, true, late, 8), 0); /* bytes 301 to 400 were lost by it: not judged at all */
}

/* More than are kept for a connection are counted, and come out with the others. */
TEST(very_many_suspicions_are_all_counted)
{
    enum { TIMES = 3 * CF_SUSPECTS_KEPT };
    static beat b[2 * TIMES];
    for (int i = 0; i < TIMES; i++) {
        b[2 * i] = (beat){10 + 800 * i, '>', "P.", (uint32_t)(1 + 100 * i), 100, 1, 502, NULL, 0, 0};
        b[2 * i + 1] = (beat){710 + 800 * i, '<', ".", 1, 0, (uint32_t)(101 + 100 * i), 509, NULL, 0, 0};
    }
    CHECK_EQ(told(CF_RULE_LATE_ACK, true, b, 2 * TIMES), FOUND(TIMES));
}
