#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "fixture.h"
#include "sample.h"

static const cf_entry *told;

static void write_failure(void *stream, void *ctx)
{
    cf_report_failure(stream, ctx, told, " @ipv6");
}

static const char *failure(int which)
{
    const cf_report *rep = sample_report();
    told = &rep->entries[which];
    return written_by(write_failure, (void *)(uintptr_t)rep);
}

TEST(a_failure_has_rule_place_fields_story_and_the_line_to_type)
{
    CHECK(golden_is("failure.golden", failure(SAMPLE_FAIL)));
    sample_free();
}

TEST(a_surprising_pass_says_which_line_to_remove)
{
    const char *text = failure(SAMPLE_GOOD_NEWS);
    CHECK(strncmp(text, "UNEXPECTED PASS", 15) == 0);
    CHECK(strstr(text, "lwip.expect:4") != NULL);
    CHECK(strstr(text, "remove that line") != NULL);
    sample_free();
}

TEST(a_different_failure_shows_both_signatures)
{
    const char *text = failure(SAMPLE_DIFFERENT);
    CHECK(strncmp(text, "DIFFERENT FAIL", 14) == 0);
    CHECK(strstr(text, "\"no-packet line 9\"") != NULL);
    CHECK(strstr(text, "got \"field seq line 9\"") != NULL);
    sample_free();
}

TEST(what_a_dying_worker_printed_is_shown)
{
    const char *text = failure(SAMPLE_ERROR);
    CHECK(strncmp(text, "ERROR", 5) == 0);
    CHECK(strstr(text, "last words\n           of the worker\n") != NULL);
    sample_free();
}

TEST(a_place_outside_of_the_source_is_no_harm)
{
    cf_report rep = *sample_report();
    cf_result r = *rep.entries[SAMPLE_FAIL].r;
    cf_entry e = rep.entries[SAMPLE_FAIL];
    e.r = &r;
    told = &e;
    static const uint32_t lines[] = {0, 1, 3, 4, 4000000000u};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        r.line = lines[i];
        r.span = (cf_span){0xfffffff0u, 0xffffffffu};
        CHECK(strstr(written_by(write_failure, &rep), "again") != NULL);
    }
    sample_free();
}
