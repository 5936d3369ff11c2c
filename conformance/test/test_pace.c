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
    cf_result r = result(CF_FAIL, signature, late_us);
    cf_tries_note(t, &r);
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

static cf_try beside_others(const cf_tries *t, cf_outcome o, const char *signature, int64_t margin_us)
{
    cf_result r = result(o, signature, 0);
    r.off = true;
    r.margin_us = margin_us;
    cf_try how = cf_tries_again(t, &r, true);
    cf_result_free(&r);
    return how;
}

TEST(a_time_within_a_tick_of_its_tolerance_is_tried_alone)
{
    cf_tries none = {0};
    CHECK_EQ(beside_others(&none, CF_FAIL, "time late line 4", -1), CF_TRY_ALONE);
    CHECK_EQ(beside_others(&none, CF_LAX, "time early line 4", 1 - CF_PACE_TICK_US), CF_TRY_ALONE);
    CHECK_EQ(beside_others(&none, CF_PASS, "", CF_PACE_TICK_US - 1), CF_TRY_ALONE);
    CHECK_EQ(beside_others(&none, CF_PASS, "", CF_PACE_TICK_US), CF_TRY_NO_MORE);
    CHECK_EQ(beside_others(&none, CF_RUN_ERROR, "target", 90000), CF_TRY_ALONE);
}

TEST(any_other_failure_beside_others_has_to_come_twice)
{
    cf_tries t = {0};
    CHECK_EQ(beside_others(&t, CF_FAIL, "field seq line 4", 90000), CF_TRY_BESIDE);
    CHECK_EQ(beside_others(&t, CF_FAIL, "time late line 4", -90000), CF_TRY_BESIDE);
    CHECK_EQ(beside_others(&t, CF_RUN_ERROR, "error line 2", 90000), CF_TRY_BESIDE);
    CHECK_EQ(beside_others(&t, CF_RUN_ERROR, "script line 1", 90000), CF_TRY_NO_MORE);
    note(&t, "field seq line 4", 20);
    CHECK_EQ(beside_others(&t, CF_FAIL, "field seq line 4", 90000), CF_TRY_NO_MORE);
    CHECK_EQ(beside_others(&t, CF_FAIL, "field seq line 7", 90000), CF_TRY_ALONE);
    CHECK_EQ(beside_others(&t, CF_PASS, "", 90000), CF_TRY_ALONE);
}

TEST(a_failure_that_is_not_of_time_is_believed_the_second_time)
{
    cf_tries t = {0};
    note(&t, "field seq line 4", 9000);
    CHECK_EQ(again(&t, CF_FAIL, "field seq line 4", 9000), CF_TRY_NO_MORE);
    CHECK_EQ(again(&t, CF_FAIL, "field ack line 5", 9000), CF_TRY_ALONE);
}

TEST(after_three_repetitions_it_is_enough)
{
    cf_tries t = {0};
    for (int i = 0; i < CF_PACE_REPEATS; i++) {
        CHECK_EQ(again(&t, CF_FAIL, "time late line 4", 9000), CF_TRY_ALONE);
        note(&t, "time late line 4", 9000);
    }
    CHECK_EQ(again(&t, CF_FAIL, "time late line 4", 9000), CF_TRY_NO_MORE);
}

TEST(a_pass_after_late_tries_is_a_pass_that_says_so)
{
    cf_tries t = {0};
    note(&t, "time late line 4", 9000);
    cf_result r = result(CF_PASS, "", 3);
    cf_tries_judge(&t, &r);
    CHECK_EQ(r.outcome, CF_PASS);
    CHECK_STR(r.notes, "run 2 times: the judge woke up to 9.0 ms late before (time late line 4)");
    cf_result_free(&r);
}

TEST(late_tries_that_never_agree_are_unsteady)
{
    cf_tries t = {0};
    note(&t, "time late line 4", 9000);
    note(&t, "time late line 7", 9000);
    cf_result r = result(CF_FAIL, "time late line 4", 9000);
    cf_tries_judge(&t, &r);
    CHECK_EQ(r.outcome, CF_UNSTEADY);
    CHECK(strstr(r.message, "in none was the judge in time; the last said: it failed") != NULL);
    cf_result_free(&r);
    cf_tries same = {0};
    note(&same, "time late line 4", 9000);
    r = result(CF_FAIL, "time late line 4", 9000);
    cf_tries_judge(&same, &r);
    CHECK_EQ(r.outcome, CF_FAIL);
    cf_result_free(&r);
}

TEST(what_only_company_made_different_is_said_and_what_it_did_not_is_not)
{
    cf_tries t = {0};
    note(&t, "time late line 4", 20);
    cf_result r = result(CF_PASS, "", 3);
    cf_tries_judge(&t, &r);
    CHECK_EQ(r.outcome, CF_PASS);
    CHECK_STR(r.notes, "run 2 times: beside others it came to something else (time late line 4)");
    cf_result_free(&r);
    r = result(CF_FAIL, "time late line 4", 3);
    cf_tries_judge(&t, &r);
    CHECK_EQ(r.outcome, CF_FAIL);
    CHECK(r.notes == NULL);
    cf_result_free(&r);
}

TEST(what_was_tried_once_is_left_alone)
{
    cf_tries none = {0};
    cf_result r = result(CF_FAIL, "time late line 4", 0);
    cf_tries_judge(&none, &r);
    CHECK_EQ(r.outcome, CF_FAIL);
    CHECK(r.notes == NULL);
    cf_result_free(&r);
}
