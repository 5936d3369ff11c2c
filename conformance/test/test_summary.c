#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "fixture.h"
#include "sample.h"

TEST(counts_are_by_outcome_level_and_surprise)
{
    cf_counts c = cf_count(sample_report());
    CHECK_EQ(c.outcome[CF_PASS], 2);
    CHECK_EQ(c.outcome[CF_FAIL], 4);
    CHECK_EQ(c.outcome[CF_NA], 1);
    CHECK_EQ(c.must, 2);
    CHECK_EQ(c.should, 1);
    CHECK_EQ(c.known, 1);
    CHECK_EQ(c.surprises, 6);
    sample_free();
}

static void add(void *ctx, const char *id)
{
    size_t len = strlen(ctx);
    snprintf((char *)ctx + len, 200 - len, "[%s]", id);
}

TEST(ids_are_taken_from_the_spec_line_without_levels)
{
    char text[200] = "";
    cf_result r = {.spec = (char[]){"RFC1-a (MUST), S03;MAY-2(MAY) (open"}};
    cf_each_spec(&r, add, text);
    CHECK_STR(text, "[RFC1-a][S03][MAY-2]");
    r.spec = NULL;
    cf_each_spec(&r, add, text);
}

TEST(the_level_is_the_runs_own_or_that_of_its_strongest_requirement)
{
    cf_report rep = *sample_report();
    cf_result r = {.spec = (char[]){"SHLD-1, MUST-13"}};
    CHECK_STR(cf_level(&rep, &r), "MUST");
    r.level = (char[]){"MAY"};
    CHECK_STR(cf_level(&rep, &r), "MAY");
    r = (cf_result){.spec = (char[]){"NOPE-1"}};
    CHECK_STR(cf_level(&rep, &r), "");
    sample_free();
}

TEST(durations_are_told_in_the_fitting_unit)
{
    char buf[40];
    CHECK_STR(cf_duration(buf, sizeof buf, 610), "610 us");
    CHECK_STR(cf_duration(buf, sizeof buf, 12500), "12.5 ms");
    CHECK_STR(cf_duration(buf, sizeof buf, 4210000), "4.21 s");
    CHECK_STR(cf_duration(buf, sizeof buf, 200 * 1000000LL), "3 m 20 s");
    CHECK_STR(cf_duration(buf, sizeof buf, 22320 * 1000000LL), "6 h 12 m");
}
