#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "fixture.h"
#include "sample.h"

static void write_report(void *stream, void *ctx)
{
    cf_report_junit(stream, ctx);
}

TEST(every_outcome_has_its_element)
{
    const char *text = written_by(write_report, (void *)(uintptr_t)sample_report());
    CHECK(golden_is("results.xml", text));
    sample_free();
}

TEST(bytes_that_xml_forbids_do_not_get_into_it)
{
    cf_result r = {.id = (char[]){"a<b>/c&\"\xff\x01"},
                   .variant = (char[]){"ipv4"},
                   .outcome = CF_FAIL,
                   .message = (char[]){"\xc3\xa9"}};
    cf_entry e = {.r = &r, .surprise = CF_S_WORSE, .expected = "pass"};
    cf_report rep = {.entries = &e, .count = 1, .target = "t"};
    const char *text = written_by(write_report, &rep);
    CHECK(strstr(text, "classname=\"a&lt;b&gt;\" name=\"a&lt;b&gt;/c&amp;&quot;??@ipv4\"") != NULL);
    CHECK(strstr(text, "message=\"\xc3\xa9\"") != NULL);
}
