#include <stdlib.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../suite/pace.h"
#include "../text/mem.h"

static cf_result result(cf_outcome o, const char *signature, int64_t late_us)
{
    cf_result r = {.outcome = o, .late_us = late_us, .message = cf_mem_str("it failed")};
    snprintf(r.signature, sizeof r.signature, "%s", signature);
    return r;
}

static cf_try again(const cf_tries *t, cf_outcome o, const char *signature, int64_t late_us)
{
    cf_result r = result(o, signature, late_us);
    cf_try how = cf_tries_again(t, &r, false);
    cf_result_free(&r);
    return how;
}

static void note(cf_tries *t, const char *signature, int64_t late_us)
{
    cf_result r = result(*signature ? CF_FAIL : CF_PASS, signature, late_us);
    cf_tries_note(t, &r, false);
    cf_result_free(&r);
}

TEST(runs_in_time_let_more_run_at_once_and_a_late_one_fewer)
{
    cf_pace p;
    cf_pace_init(&p, 4, 16);
    for (int i = 0; i < 200; i++) cf_pace_note(&p, 10, true);
    CHECK_EQ(p.width, 16);
    cf_pace_note(&p, CF_PACE_LOST_US, true);
    CHECK_EQ(p.width, 16);
    cf_pace_note(&p, CF_PACE_LOST_US, false);
    CHECK_EQ(p.width, 12);
    for (int i = 0; i < 40; i++) cf_pace_note(&p, 50000, false);
    CHECK_EQ(p.width, 1);
    cf_pace_note(&p, 1, true);
    CHECK_EQ(p.width, 2);
}

TEST(there_is_always_room_for_one_run_and_never_for_more_than_asked)
{
    cf_pace p;
    cf_pace_init(&p, 4, 1);
    for (int i = 0; i < 9; i++) cf_pace_note(&p, 0, true);
    CHECK_EQ(p.width, 1);
    cf_pace_note(&p, 1000000, false);
    CHECK_EQ(p.width, 1);
}

TEST(alone_only_failures_of_a_late_judge_are_tried_again)
{
    cf_tries none = {0};
    CHECK_EQ(again(&none, CF_FAIL, "time late line 4", CF_PACE_LATE_US), CF_TRY_ALONE);
    CHECK_EQ(again(&none, CF_FAIL, "time late line 4", CF_PACE_LATE_US - 1), CF_TRY_NO_MORE);
    CHECK_EQ(again(&none, CF_FAIL, "field seq line 4", CF_PACE_LATE_US), CF_TRY_ALONE);
    CHECK_EQ(again(&none, CF_FAIL, "field seq line 4", CF_PACE_LATE_US - 1), CF_TRY_NO_MORE);
    CHECK_EQ(again(&none, CF_PASS, "", 1000000), CF_TRY_NO_MORE);
    CHECK_EQ(again(&none, CF_RUN_ERROR, "target", 1000000), CF_TRY_NO_MORE);
}

enum { FAR = 90000, NEAR = 700 }; /* of the tolerance, or beyond it */

/* A try of a run that passed ("") or failed. */
static cf_result tried(const char *signature, int64_t margin_us, int64_t late_us)
{
    cf_result r = result(*signature ? CF_FAIL : CF_PASS, signature, late_us);
    r.off = true;
    r.margin_us = *signature ? -margin_us : margin_us;
    return r;
}

static cf_try how(const cf_tries *t, const char *signature, int64_t margin_us, bool company)
{
    cf_result r = tried(signature, margin_us, 20);
    cf_try h = cf_tries_again(t, &r, company);
    cf_result_free(&r);
    return h;
}

static void noted(cf_tries *t, const char *signature, int64_t margin_us, bool company)
{
    cf_result r = tried(signature, margin_us, 20);
    cf_tries_note(t, &r, company);
    cf_result_free(&r);
}

TEST(a_time_within_a_tick_of_its_tolerance_is_believed_when_it_comes_twice)
{
    static const char *const signatures[] = {"", "time late line 4", "time early line 4"};
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        cf_tries t = {0};
        CHECK_EQ(how(&t, signatures[i], CF_PACE_TICK_US - 1, true), i ? CF_TRY_ALONE : CF_TRY_BESIDE);
        CHECK_EQ(how(&t, signatures[i], CF_PACE_TICK_US - 1, false), CF_TRY_ALONE); /* serially the same rule */
        noted(&t, signatures[i], NEAR, i == 1);
        CHECK_EQ(how(&t, signatures[i], NEAR, true), CF_TRY_NO_MORE);
        CHECK_EQ(how(&t, signatures[i], NEAR, false), CF_TRY_NO_MORE);
        CHECK_EQ(how(&t, "field seq line 9", FAR, false), CF_TRY_ALONE); /* neither is anything else believed */
    }
    cf_tries none = {0};
    CHECK_EQ(how(&none, "", CF_PACE_TICK_US, true), CF_TRY_NO_MORE);
    CHECK_EQ(how(&none, "", CF_PACE_TICK_US, false), CF_TRY_NO_MORE);
    CHECK_EQ(how(&none, "time late line 4", CF_PACE_TICK_US, false), CF_TRY_NO_MORE);
}

TEST(of_three_tries_near_a_tick_the_two_that_agree_decide)
{
    static const struct {
        const char *first, *second, *third;
        cf_outcome comes_to;
    } rows[] = {{"", "time late line 4", "time late line 4", CF_FAIL},
                {"time late line 4", "", "time late line 4", CF_FAIL},
                {"time late line 4", "", "", CF_PASS},
                {"", "time late line 4", "", CF_PASS}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cf_tries t = {0};
        noted(&t, rows[i].first, NEAR, true);
        CHECK_EQ(how(&t, rows[i].second, NEAR, true), CF_TRY_ALONE);
        noted(&t, rows[i].second, NEAR, true);
        CHECK_EQ(how(&t, rows[i].third, NEAR, false), CF_TRY_NO_MORE);
        cf_result r = tried(rows[i].third, NEAR, 20);
        cf_tries_judge(&t, &r, false);
        CHECK_EQ(r.outcome, rows[i].comes_to);
        CHECK_EQ(r.tries, 3);
        CHECK(strncmp(r.notes, "run 3 times: ", 13) == 0);
        cf_result_free(&r);
    }
}

TEST(a_late_try_does_not_count_for_a_narrow_time)
{
    cf_tries t = {0};
    cf_result r = tried("", NEAR, CF_PACE_LATE_US);
    CHECK_EQ(cf_tries_again(&t, &r, false), CF_TRY_ALONE);
    cf_tries_note(&t, &r, false);
    cf_result_free(&r);
    CHECK_EQ(how(&t, "", NEAR, false), CF_TRY_ALONE);
    noted(&t, "", NEAR, false);
    CHECK_EQ(how(&t, "", NEAR, false), CF_TRY_NO_MORE);
}

/* Tried again or not: what fails each time has failed. */
TEST(no_number_of_tries_makes_a_steady_failure_pass)
{
    cf_tries t = {0};
    cf_result r = tried("time late line 4", 1, 20);
    while (cf_tries_again(&t, &r, true) != CF_TRY_NO_MORE) cf_tries_note(&t, &r, true);
    cf_tries_judge(&t, &r, true);
    CHECK_EQ(r.outcome, CF_FAIL);
    CHECK_EQ(r.tries, 2);
    CHECK(r.notes == NULL);
    cf_result_free(&r);
}

TEST(tries_that_never_agree_are_unsteady)
{
    static const char *const lines[] = {"time late line 1", "time late line 2", "time late line 3", "time late line 4",
                                        "time late line 5"};
    cf_tries t = {0};
    for (int i = 0; i < CF_PACE_REPEATS; i++) {
        CHECK_EQ(how(&t, lines[i], NEAR, i < 2), CF_TRY_ALONE);
        noted(&t, lines[i], NEAR, i < 2);
    }
    CHECK_EQ(how(&t, "time late line 6", NEAR, false), CF_TRY_NO_MORE);
    cf_result r = tried("time late line 6", NEAR, 20);
    cf_tries_judge(&t, &r, false);
    CHECK_EQ(r.outcome, CF_UNSTEADY);
    CHECK_EQ(r.tries, CF_PACE_REPEATS + 1);
    CHECK(strstr(r.message, "6 runs differ, and no two can be believed; the last said: it failed") != NULL);
    CHECK_STR(r.signature, "unsteady");
    cf_result_free(&r);
}

static cf_try beside_others(const cf_tries *t, cf_outcome o, const char *signature)
{
    cf_result r = result(o, signature, 0);
    cf_try h = cf_tries_again(t, &r, true);
    cf_result_free(&r);
    return h;
}

TEST(any_other_failure_beside_others_has_to_come_twice)
{
    cf_tries t = {0};
    CHECK_EQ(beside_others(&t, CF_FAIL, "field seq line 4"), CF_TRY_BESIDE);
    CHECK_EQ(beside_others(&t, CF_LAX, "time late line 4"), CF_TRY_BESIDE);
    CHECK_EQ(beside_others(&t, CF_RUN_ERROR, "error line 2"), CF_TRY_BESIDE);
    CHECK_EQ(beside_others(&t, CF_RUN_ERROR, "script line 1"), CF_TRY_NO_MORE);
    CHECK_EQ(beside_others(&t, CF_RUN_ERROR, "target"), CF_TRY_ALONE);
    note(&t, "field seq line 4", 20);
    CHECK_EQ(beside_others(&t, CF_FAIL, "field seq line 4"), CF_TRY_NO_MORE);
    CHECK_EQ(beside_others(&t, CF_FAIL, "field seq line 7"), CF_TRY_ALONE);
    CHECK_EQ(beside_others(&t, CF_PASS, ""), CF_TRY_ALONE);
}

TEST(a_failure_that_is_not_of_time_is_believed_the_second_time)
{
    cf_tries t = {0};
    note(&t, "field seq line 4", 9000);
    CHECK_EQ(again(&t, CF_FAIL, "field seq line 4", 9000), CF_TRY_NO_MORE);
    CHECK_EQ(again(&t, CF_FAIL, "field ack line 5", 9000), CF_TRY_ALONE);
}

TEST(after_so_many_repetitions_it_is_enough)
{
    cf_tries t = {0};
    for (int i = 0; i < CF_PACE_REPEATS; i++) {
        CHECK_EQ(again(&t, CF_FAIL, "time late line 4", 9000), CF_TRY_ALONE);
        note(&t, "time late line 4", 9000);
    }
    CHECK_EQ(again(&t, CF_FAIL, "time late line 4", 9000), CF_TRY_NO_MORE);
    cf_result r = result(CF_FAIL, "time late line 4", 9000);
    cf_tries_judge(&t, &r, false);
    CHECK_EQ(r.outcome, CF_FAIL); /* the same each time, late or not */
    cf_result_free(&r);
}

TEST(what_each_try_came_to_is_told)
{
    cf_tries t = {0};
    cf_result r = result(CF_FAIL, "time late line 4", 9000);
    cf_tries_note(&t, &r, true);
    cf_result_free(&r);
    r = result(CF_PASS, "", 3);
    r.notes = cf_mem_str("before");
    cf_tries_judge(&t, &r, false);
    CHECK_EQ(r.outcome, CF_PASS);
    CHECK_STR(r.notes, "before\nrun 2 times: time late line 4 beside others (judge 9.0 ms late), pass");
    cf_result_free(&r);
}

TEST(what_was_tried_once_is_left_alone)
{
    cf_tries none = {0};
    cf_result r = result(CF_FAIL, "time late line 4", 0);
    cf_tries_judge(&none, &r, true);
    CHECK_EQ(r.outcome, CF_FAIL);
    CHECK_EQ(r.tries, 1);
    CHECK(r.notes == NULL);
    cf_result_free(&r);
}
