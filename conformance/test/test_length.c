#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../script/length.h"
#include "../script/parser.h"

static int64_t length(const char *text)
{
    cf_script s = {0};
    cf_diags d = {0};
    cf_parse_env env = {.mode = CF_MODE_IPV4, .mode_forced = true};
    if (!cf_script_parse_text(&s, "t.pkt", text, strlen(text), &env, &d)) CHECK_FAIL("does not parse: %s", text);
    int64_t us = cf_script_length_us(&s);
    cf_diags_free(&d);
    cf_script_free(&s);
    return us;
}

TEST(relative_times_add_up_and_absolute_ones_do_not_go_back)
{
    CHECK_EQ(length("0 close(3) = 0\n"), 0);
    CHECK_EQ(length("0 close(3) = 0\n+.5 close(3) = 0\n+1 close(3) = 0\n"), 1500000);
    CHECK_EQ(length("0 close(3) = 0\n2 close(3) = 0\n+1 close(3) = 0\n"), 3000000);
    CHECK_EQ(length("0 close(3) = 0\n+3 close(3) = 0\n2 close(3) = 0\n"), 3000000);
}

TEST(the_silence_that_is_asked_for_counts_and_what_has_no_time_does_not)
{
    CHECK_EQ(length("//: title: x\n//: quiet: 3s\n0 close(3) = 0\n+1 close(3) = 0\n"), 4000000);
    CHECK_EQ(length("0 close(3) = 0\n* > . 1:1(0) ack 1\n+.1~+.3 > . 1:1(0) ack 1\n"), 100000);
}
