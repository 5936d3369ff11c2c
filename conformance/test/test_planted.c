/* Differences planted into a capture, and the class that the shipped rules must give them: what a stack may choose is
 * told from what it must not do. */
#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>

#include "../capture/diff.h"
#include "capture_fix.h"

/* The client is the tester, the server the stack. Windows: client 502 << 7 = 64256, server 509 << 7. */
#define TS_SYN "\2\4\5\xb4\1\3\3\7", 8
static const beat base[] = {
    {0, '>', "S", 0, 0, 0, 64240, TS_SYN, 0},
    {1, '<', "S.", 0, 0, 1, 65160, TS_SYN, 0},
    {2, '>', ".", 1, 0, 1, 502, NULL, 0, 0},
    {10, '<', ".", 1, 1000, 1, 509, NULL, 0, 3}, /* 3: data in two segments */
    {10, '<', "P.", 1001, 1000, 1, 509, NULL, 0, 3},
    {50, '>', ".", 1, 0, 2001, 502, NULL, 0, 0},
    {100, '>', "P.", 1, 100, 2001, 502, NULL, 0, 7}, /* 6: data to the stack, acknowledged */
    {100, '<', ".", 2001, 0, 101, 509, NULL, 0, 0},
    {200, '>', ".", 201, 100, 2001, 502, NULL, 0, 7}, /* 8: after a gap, answered at once */
    {200, '<', ".", 2001, 0, 101, 509, NULL, 0, 0},
    {300, '>', "S", 500, 0, 0, 502, NULL, 0, 0}, /* 10: a SYN, challenged */
    {300, '<', ".", 2001, 0, 101, 509, NULL, 0, 0},
    {900, '>', "R", 150, 0, 0, 0, NULL, 0, 0}, /* 12: a reset in the window, challenged */
    {900, '<', ".", 2001, 0, 101, 509, NULL, 0, 0},
    {1600, '>', ".", 1, 50, 2001, 502, NULL, 0, 7}, /* 14: old bytes, answered */
    {1600, '<', ".", 2001, 0, 101, 509, NULL, 0, 0},
    {2000, '<', "P.", 2001, 500, 101, 509, NULL, 0, 4}, /* 16: data that is lost, sent again after 300 ms */
    {2300, '<', "P.", 2001, 500, 101, 509, NULL, 0, 4},
    {2350, '>', ".", 101, 0, 2501, 502, NULL, 0, 0},
    {3000, '<', "F.", 2501, 0, 101, 509, NULL, 0, 0}, /* 19: a FIN that is lost, sent again after 300 and 600 ms */
    {3300, '<', "F.", 2501, 0, 101, 509, NULL, 0, 0},
    {3900, '<', "F.", 2501, 0, 101, 509, NULL, 0, 0},
    {5200, '>', ".", 101, 0, 2502, 502, NULL, 0, 0},
    {6200, '>', "F.", 101, 0, 2502, 502, NULL, 0, 0}, /* 23: the peer's FIN, acknowledged */
    {6200, '<', ".", 2502, 0, 102, 509, NULL, 0, 0},
    {7200, '>', "P.", 102, 10, 2502, 502, NULL, 0, 0}, /* 25: nobody is at home any more: a reset */
    {7200, '<', "R", 2502, 0, 0, 0, NULL, 0, 0},
};
enum {
    N = sizeof base / sizeof *base,
    DATA = 3,
    LAST_DATA = 4,
    ACK = 7,
    GAP_ACK = 9,
    SYN_ACK = 11,
    RST_ACK = 13,
    OLD_ACK = 15,
    LOST = 16,
    AGAIN = 17,
    FIN = 19,
    FIN_AGAIN = 21,
    FIN_ACK = 24,
    RESET = 26
};

static beat there[N + 2];
static size_t n;
static cf_diff d;

static void anew(void)
{
    memcpy(there, base, sizeof base);
    n = N;
}

static void drop(size_t i)
{
    memmove(there + i, there + i + 1, (--n - i) * sizeof *there);
}

static void put(size_t i, beat b)
{
    memmove(there + i + 1, there + i, (n++ - i) * sizeof *there);
    there[i] = b;
}

/* Everything from i on comes later, as it would. */
static void delay(size_t i, int ms)
{
    for (; i < n; i++) there[i].ms += ms;
}

/* Both directions: what one may do the other may do too. Returns the worst class; CF_DC_COUNT: equal. */
static cf_diff_class worst(bool turned)
{
    static cf_rules rules;
    cf_capture a, b;
    char why[400];
    if (!rules.items && !cf_rules_load(&rules, TCPROVE_SPEC_DIR "/diff-rules.tsv", why, sizeof why)) abort();
    cf_diff_opts o = cf_diff_defaults();
    o.rules = &rules;
    o.script = true;
    story(&a, &(shape){0}, base, N);
    story(&b, &(shape){0}, there, n);
    cf_diff_captures(&d, turned ? &b : &a, turned ? &a : &b, &o);
    cf_capture_free(&a);
    cf_capture_free(&b);
    cf_diff_class w = CF_DC_CHOICE;
    bool equal = cf_diff_equal(&d);
    if (cf_diff_class_count(&d, CF_DC_SHOULD)) w = CF_DC_SHOULD;
    if (cf_diff_class_count(&d, CF_DC_UNEXPLAINED)) w = CF_DC_UNEXPLAINED;
    if (cf_diff_class_count(&d, CF_DC_MUST)) w = CF_DC_MUST;
    cf_diff_free(&d);
    return equal ? CF_DC_COUNT : w;
}

static void is_at(int line, cf_diff_class want)
{
    for (int turned = 0; turned < 2; turned++) {
        cf_diff_class got = worst(turned);
        const char *name = got == CF_DC_COUNT ? "equal" : cf_diff_class_name(got);
        if (got != want)
            CHECK_FAIL("line %d: %s instead of %s (turned %d)", line, name, cf_diff_class_name(want), turned);
    }
    anew();
}
#define is(want) is_at(__LINE__, want)

TEST(the_base_equals_itself)
{
    cf_capture a, b;
    cf_diff_opts o = cf_diff_defaults();
    anew();
    story(&a, &(shape){0}, base, N);
    story(&b, &(shape){0}, there, n);
    cf_diff_captures(&d, &a, &b, &o);
    CHECK(cf_diff_equal(&d));
    cf_diff_free(&d);
    cf_capture_free(&a);
    cf_capture_free(&b);
}

TEST(a_lost_reset_is_a_must)
{
    anew();
    drop(RESET);
    is(CF_DC_MUST);
    put(RST_ACK, (beat){900, '<', "R", 2001, 0, 0, 0, NULL, 0, 0});
    is(CF_DC_MUST);
}

TEST(a_reset_at_another_time_is_no_choice)
{
    anew();
    drop(RESET);
    put(FIN_ACK + 1, (beat){6300, '<', "R", 2502, 0, 0, 0, NULL, 0, 0});
    CHECK(worst(false) >= CF_DC_MUST);
    anew();
    there[RESET].ms += 800;
    is(CF_DC_UNEXPLAINED);
}

TEST(a_wrong_number_is_a_must)
{
    anew();
    there[FIN_ACK].ack = 101; /* the FIN is not acknowledged */
    is(CF_DC_MUST);
    there[SYN_ACK].ack = 100;
    is(CF_DC_MUST);
    there[ACK].ack = 151; /* never sent */
    is(CF_DC_MUST);
    there[RST_ACK].seq = 2000;
    is(CF_DC_MUST);
    there[RESET].seq = 2501;
    is(CF_DC_MUST);
}

TEST(a_wrong_flag_is_a_must)
{
    anew();
    there[RESET].flags = "R.";
    is(CF_DC_MUST);
    there[AGAIN].flags = "PU.";
    is(CF_DC_MUST);
    there[SYN_ACK].flags = "S.";
    is(CF_DC_MUST);
    there[LAST_DATA].flags = "."; /* nothing follows */
    is(CF_DC_MUST);
    there[LAST_DATA].flags = "FP.";
    is(CF_DC_MUST);
}

TEST(a_challenge_that_is_not_sent_is_a_must)
{
    anew();
    drop(SYN_ACK);
    is(CF_DC_MUST);
    drop(RST_ACK);
    is(CF_DC_MUST);
    drop(OLD_ACK);
    is(CF_DC_MUST);
}

TEST(data_that_is_never_acknowledged_is_a_must_and_late_acknowledgment_too)
{
    anew();
    drop(ACK); /* that after the gap acknowledges it in time */
    is(CF_DC_CHOICE);
    drop(FIN_ACK);
    is(CF_DC_MUST);
    there[ACK].ms += 90;
    is(CF_DC_CHOICE);
    there[FIN_ACK].ms += 600;
    is(CF_DC_UNEXPLAINED);
}

TEST(an_answer_to_a_gap_should_come)
{
    anew();
    drop(GAP_ACK);
    is(CF_DC_SHOULD);
}

TEST(a_fin_that_is_not_sent_again_is_a_must)
{
    anew();
    drop(FIN_AGAIN); /* one of two */
    CHECK(worst(false) >= CF_DC_MUST);
    anew();
    drop(FIN_AGAIN);
    drop(FIN_AGAIN - 1);
    is(CF_DC_MUST);
}

TEST(a_retransmission_that_does_not_come_is_no_choice)
{
    anew();
    drop(AGAIN);
    is(CF_DC_UNEXPLAINED); /* acknowledged after 50 ms: was it due? */
    drop(AGAIN);
    delay(AGAIN, 1500);
    is(CF_DC_MUST);
}

TEST(a_timer_may_be_late_by_its_ticks_and_not_by_a_backoff)
{
    anew();
    delay(AGAIN, 40);
    is(CF_DC_CHOICE);
    delay(AGAIN, 150); /* when it starts anew is a SHOULD */
    is(CF_DC_SHOULD);
    delay(AGAIN, 300);
    is(CF_DC_UNEXPLAINED);
    there[FIN_AGAIN].ms = 3600; /* not doubled */
    is(CF_DC_UNEXPLAINED);
}

TEST(bytes_beyond_the_window_are_a_must)
{
    anew();
    put(DATA + 2, (beat){11, '<', "P.", 2001, 65000, 1, 509, NULL, 0, 3});
    is(CF_DC_MUST);
}

TEST(the_stream_may_be_cut_otherwise_at_once_and_not_later)
{
    anew();
    there[DATA].len = 2000; /* an aggregate: one segment for the two */
    there[DATA].flags = "P.";
    drop(LAST_DATA);
    CHECK_EQ(worst(false), CF_DC_CHOICE);
    CHECK_EQ(worst(true), CF_DC_MUST); /* the first side is no kernel above a card that cuts: the MSS is 1460 */
    anew();
    there[LAST_DATA].ms += 35; /* the same, but held back */
    there[DATA + 2].ms += 35;
    CHECK(worst(false) != CF_DC_CHOICE);
    anew();
}

TEST(other_bytes_are_a_must)
{
    anew();
    there[AGAIN].fill = 9;
    is(CF_DC_MUST);
    there[DATA].fill = 9;
    is(CF_DC_MUST);
}

TEST(a_window_that_closes_or_shrinks_is_no_choice)
{
    anew();
    there[ACK].win = 508;
    CHECK(worst(false) != CF_DC_MUST);
    there[ACK].win = 0;
    is(CF_DC_SHOULD);
}

TEST(options_of_the_handshake_are_no_choice_in_runs_of_one_script)
{
    anew();
    there[1].opts = "\2\4\5\x00\1\3\3\7";
    is(CF_DC_UNEXPLAINED);
    there[1].opts = "\2\4\5\xb4";
    there[1].opt_len = 4;
    CHECK(worst(false) > CF_DC_SHOULD);
    anew();
}

TEST(a_connection_that_only_one_side_has_is_unexplained)
{
    anew();
    put(n, (beat){8000, '>', "S", 900000, 0, 0, 64240, TS_SYN, 0});
    CHECK(worst(false) >= CF_DC_MUST);
    anew();
}
