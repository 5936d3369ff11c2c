#define CHECK_MAIN
#include "../run/result.h"

#include <stdlib.h>

#include "../../stack/test/check.h"
#include "../text/mem.h"

TEST(outcomes_have_the_names_of_the_reports)
{
    CHECK_STR(cf_outcome_name(CF_PASS), "pass");
    CHECK_STR(cf_outcome_name(CF_NA), "n/a");
    CHECK_STR(cf_outcome_name(CF_RUN_ERROR), "error");
    CHECK_STR(cf_outcome_name(CF_UNSTEADY), "unsteady");
    CHECK_STR(cf_outcome_name(CF_OUTCOMES), "?");
}

TEST(freeing_leaves_an_empty_record_that_can_be_freed_again)
{
    cf_result r = {.message = cf_mem_str("m"), .id = cf_mem_str("i"), .stories = 1};
    r.story = cf_mem_zero(1, sizeof *r.story);
    r.story->text = cf_mem_str("t");
    cf_result_free(&r);
    CHECK(!r.message && !r.id && !r.story);
    CHECK_EQ(r.stories, 0);
    cf_result_free(&r);
}
