#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "fixture.h"
#include "sample.h"

static void write_report(void *stream, void *ctx)
{
    cf_report_tap(stream, ctx);
}

TEST(known_failures_are_forgiven_and_surprises_are_not)
{
    const char *text = written_by(write_report, (void *)(uintptr_t)sample_report());
    CHECK(golden_is("results.tap", text));
    sample_free();
}

TEST(letters_that_are_directives_to_tap_are_escaped)
{
    cf_result r = {.id = (char[]){"a#b\\c"},
                   .variant = (char[]){"ipv4"},
                   .outcome = CF_FAIL,
                   .message = (char[]){"say \"x\"\n\x01\xff"},
                   .path = (char[]){"p"}};
    cf_entry e = {.r = &r, .surprise = CF_S_WORSE, .expected = "pass"};
    cf_report rep = {.entries = &e, .count = 1};
    const char *text = written_by(write_report, &rep);
    CHECK(strstr(text, "not ok 1 - a\\#b\\\\c@ipv4\n") != NULL);
    CHECK(strstr(text, "message: \"say \\\"x\\\"\\n\\x01\\xff\"\n") != NULL);
}
