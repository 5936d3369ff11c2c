#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/show.h"
#include "diff_fix.h"
#include "fixture.h"

TEST(both_ladders_stand_side_by_side_with_the_differences_below)
{
    cf_diff d;
    cf_buf out = {0};
    sample_diff(&d);
    cf_diff_text(&out, &d, &(cf_diff_show){.width = 150});
    CHECK(golden_is("diff.txt", cf_buf_str(&out)));
    cf_buf_free(&out);
    sample_diff_free(&d);
}

TEST(a_summary_has_the_counts_and_no_packets)
{
    cf_diff d;
    cf_buf out = {0};
    sample_diff(&d);
    cf_diff_text(&out, &d, &(cf_diff_show){.width = 150, .summary = true});
    CHECK(strstr(cf_buf_str(&out), "win 65160") == NULL);
    CHECK(strstr(cf_buf_str(&out), "unexplained") != NULL);
    cf_buf_clear(&out);
    cf_diff_summary(&out, &d);
    CHECK(strstr(cf_buf_str(&out), " choice") != NULL);
    cf_buf_free(&out);
    sample_diff_free(&d);
}

TEST(long_packets_are_cut_to_the_width)
{
    cf_diff d;
    cf_buf out = {0};
    sample_diff(&d);
    cf_diff_text(&out, &d, &(cf_diff_show){.width = 80});
    const char *at = strstr(cf_buf_str(&out), "S. 0:0(0) ");
    CHECK(at != NULL);
    CHECK(strstr(at, "..") != NULL);
    cf_buf_free(&out);
    sample_diff_free(&d);
}
