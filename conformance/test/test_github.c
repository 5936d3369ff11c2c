#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "fixture.h"
#include "sample.h"

static void write_report(void *stream, void *ctx)
{
    cf_report_github(stream, ctx);
}

TEST(only_surprises_are_annotated)
{
    const char *text = written_by(write_report, (void *)(uintptr_t)sample_report());
    CHECK(golden_is("annotations.golden", text));
    sample_free();
}

TEST(line_ends_and_separators_are_escaped)
{
    cf_result r = {.id = (char[]){"a:b"},
                   .variant = (char[]){"ipv4"},
                   .outcome = CF_FAIL,
                   .line = 3,
                   .path = (char[]){"x,y.pkt"},
                   .message = (char[]){"100%\nof it: all"}};
    cf_entry e = {.r = &r, .surprise = CF_S_WORSE, .expected = "pass"};
    cf_report rep = {.entries = &e, .count = 1};
    CHECK_STR(written_by(write_report, &rep), "::error file=x%2Cy.pkt,line=3,title=a%3Ab @ipv4::100%25%0Aof it: all\n");
}
