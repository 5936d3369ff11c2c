#include <stdlib.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../suite/repeat.h"

static cf_seen_run seen(cf_outcome o, const char *signature, uint64_t hash)
{
    cf_seen_run s;
    cf_result r = {.outcome = o, .hash = hash};
    snprintf(r.signature, sizeof r.signature, "%s", signature);
    cf_repeat_note(&s, &r);
    return s;
}

TEST(runs_that_agree_leave_the_result_alone)
{
    cf_seen_run runs[] = {seen(CF_PASS, "", 1), seen(CF_PASS, "", 1), seen(CF_PASS, "", 1)};
    cf_result r = {.outcome = CF_PASS};
    cf_repeat_judge(&r, runs, 3, true);
    CHECK_EQ(r.outcome, CF_PASS);
    CHECK(r.message == NULL);
}

TEST(another_outcome_makes_it_unsteady_and_is_counted)
{
    cf_seen_run runs[] = {seen(CF_PASS, "", 1), seen(CF_FAIL, "time line 4", 2), seen(CF_PASS, "", 1)};
    cf_result r = {.outcome = CF_PASS};
    cf_repeat_judge(&r, runs, 3, false);
    CHECK_EQ(r.outcome, CF_UNSTEADY);
    CHECK_STR(r.message, "3 runs differ: pass x2, fail (time line 4) x1");
    free(r.message);
}

TEST(other_packets_count_only_on_a_virtual_clock)
{
    cf_seen_run runs[] = {seen(CF_PASS, "", 1), seen(CF_PASS, "", 2)};
    cf_result r = {.outcome = CF_PASS};
    cf_repeat_judge(&r, runs, 2, false);
    CHECK_EQ(r.outcome, CF_PASS);
    cf_repeat_judge(&r, runs, 2, true);
    CHECK_EQ(r.outcome, CF_UNSTEADY);
    CHECK(strstr(r.message, "0000000000000001") != NULL);
    free(r.message);
}
