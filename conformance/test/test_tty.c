#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "fixture.h"
#include "sample.h"

static void write_report(void *stream, void *ctx)
{
    cf_report_tty(stream, ctx);
}

static void write_quiet(void *stream, void *ctx)
{
    cf_report_quiet(stream, ctx);
}

TEST(a_green_run_is_a_few_lines)
{
    CHECK(golden_is("green.golden", written_by(write_report, (void *)(uintptr_t)sample_green())));
    sample_free();
}

TEST(a_red_run_tells_every_surprise_once)
{
    CHECK(golden_is("red.golden", written_by(write_report, (void *)(uintptr_t)sample_report())));
    sample_free();
}

TEST(quiet_leaves_out_the_head_and_the_map)
{
    const char *text = written_by(write_quiet, (void *)(uintptr_t)sample_report());
    CHECK(strncmp(text, "FAIL", 4) == 0);
    CHECK(strstr(text, "preset rfc") == NULL);
    CHECK(strstr(text, "unexpected of") != NULL);
    sample_free();
}

TEST(colour_is_nothing_but_escapes)
{
    cf_report rep = *sample_report();
    char plain[30000];
    snprintf(plain, sizeof plain, "%s", written_by(write_report, &rep));
    rep.colour = true;
    const char *text = written_by(write_report, &rep);
    CHECK(strchr(text, 27) != NULL);
    const char *p = plain;
    for (; *text; text++) {
        if (*text == 27) {
            text += strcspn(text, "m");
            continue;
        }
        CHECK_EQ(*text, *p);
        p++;
    }
    CHECK_EQ(*p, 0);
    sample_free();
}

enum { MANY = 200 };

TEST(long_rows_are_wrapped_and_no_run_is_lost)
{
    static cf_entry entries[MANY];
    cf_result r = {.id = (char[]){"close/fin"}, .variant = (char[]){"ipv4"}, .outcome = CF_PASS};
    for (int i = 0; i < MANY; i++) entries[i] = (cf_entry){.r = &r, .expected = "pass"};
    cf_report rep = {.version = "0.1", .target = "t", .entries = entries, .count = MANY, .scripts = MANY};
    const char *text = written_by(write_report, &rep);
    uint32_t dots = 0;
    for (const char *at = strstr(text, "close"); at && *at && *at != '('; at++) dots += strncmp(at, "\xc2\xb7", 2) == 0;
    CHECK_EQ(dots, MANY);
    CHECK(strstr(text, "  200\n") != NULL);
}

TEST(an_empty_report_is_still_a_report)
{
    cf_report rep = {.version = "0.1", .target = "t"};
    CHECK(strstr(written_by(write_report, &rep), "0 runs") != NULL);
}
