#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../script/front.h"
#include "script_text.h"

TEST(keys_and_values_are_read_from_comments)
{
    cf_script *s = parse("//: title:   A RST draws a challenge ACK\n"
                         "//: spec:  RFC5961-3.2-a (MUST), RFC9293-MUST-13\n"
                         "//: spec:  RFC1122-x (SHOULD)\n"
                         "//: clock: live-safe                 # margins are wide\n"
                         "//: family: ipv4 ipv6\n//: version: 2\n//: level: MUST\n"
                         "0 close(3) = 0\n//: quiet 3s\n");
    CHECK(s != NULL);
    CHECK_STR(cf_script_front(s, "title"), "A RST draws a challenge ACK");
    CHECK_STR(cf_front_nth(s, "spec", 1), "RFC1122-x (SHOULD)");
    CHECK(cf_front_nth(s, "spec", 2) == NULL);
    CHECK_STR(cf_script_front(s, "clock"), "live-safe");
    CHECK_STR(cf_script_front(s, "version"), "2");
    CHECK(cf_script_front(s, "kills") == NULL);
    CHECK_EQ(s->quiet_us, 3000000);
}

TEST(a_script_without_front_matter_asks_for_no_silence)
{
    cf_script *s = parse("// just a comment: with a colon\n0 close(3) = 0");
    CHECK(s != NULL);
    CHECK_EQ(s->fronts, 0);
    CHECK_EQ(s->quiet_us, -1);
}

TEST(what_a_sender_is_free_to_do_is_a_list_of_words)
{
    CHECK_EQ(parse("0 close(3) = 0\n")->free, 0);
    CHECK_EQ(parse("//: free: psh\n0 close(3) = 0\n")->free, CF_FREE_PSH);
    CHECK_EQ(parse("//: free: garbage-byte\n0 close(3) = 0\n")->free, CF_FREE_GARBAGE_BYTE);
    CHECK_EQ(parse("//: free: option-order  psh\n0 close(3) = 0\n")->free, CF_FREE_PSH | CF_FREE_OPTION_ORDER);
}

TEST(durations_have_units)
{
    int64_t us;
    CHECK(cf_front_duration("3s", &us));
    CHECK_EQ(us, 3000000);
    CHECK(cf_front_duration("1.25s", &us));
    CHECK_EQ(us, 1250000);
    CHECK(cf_front_duration("200ms", &us));
    CHECK_EQ(us, 200000);
    CHECK(cf_front_duration("50us", &us));
    CHECK_EQ(us, 50);
    CHECK(!cf_front_duration("3", &us));
    CHECK(!cf_front_duration("s", &us));
    CHECK(!cf_front_duration("3m", &us));
    CHECK(!cf_front_duration("-3s", &us));
}

static void refused(const char *line, const char *words)
{
    char text[400];
    snprintf(text, sizeof text, "%s\n0 close(3) = 0\n", line);
    if (parse(text)) CHECK_FAIL("accepted: %s", line);
    CHECK_SAID(words);
}

TEST(bugs_are_ids_without_blanks)
{
    cf_script *s = parse("//: bug: CVE-2004-0230, lwIP-e6bc591a\n//: bug: gVisor-1+2\n0 close(3) = 0\n");
    CHECK_STR(cf_front_nth(s, "bug", 0), "CVE-2004-0230, lwIP-e6bc591a");
    CHECK_STR(cf_front_nth(s, "bug", 1), "gVisor-1+2");
    refused("//: bug: lwIP e6bc591a", "bad value of bug");
    refused("//: bug: a,b", "bad value of bug");
    refused("//: bug: a/b", "bad value of bug");
    refused("//: bug:", "bad value of bug");
    refused("//: bug: a, ", "bad value of bug");
}

TEST(wrong_lines_are_refused)
{
    refused("//: free: fin", "bad value of free");
    refused("//: titel: x", "unknown key titel");
    refused("//: title", "expected \"//: key: value\"");
    refused("//: title: x.", "bad value of title");
    refused("//: title:", "bad value of title");
    refused("//: spec: A (PERHAPS)", "bad value of spec");
    refused("//: spec: A B", "bad value of spec");
    refused("//: family: ipv5", "bad value of family");
    refused("//: clock: live-safe virtual", "bad value of clock");
    refused("//: version: 1a", "bad value of version");
    refused("//: expect: maybe", "bad value of expect");
    refused("//: quiet", "expected \"//: key: value\"");
    refused("//: title: a\n//: title: b", "given twice: title");
}

static void skipped(const char *line, const char *words)
{
    char text[400];
    snprintf(text, sizeof text, "%s\n//: title: a\n0 close(3) = 0\n", line);
    cf_script *s = parse(text);
    CHECK(s != NULL);
    CHECK_SAID(words);
    CHECK_STR(cf_script_front(s, "title"), "a");
}

TEST(lines_of_somebody_else_are_told_and_skipped)
{
    skipped("//: no key here", "front matter: expected \"//: key: value\"");
    skipped("//:::::", "expected \"//: key: value\"");
    skipped("//:", "expected \"//: key: value\"");
    skipped("//: copyright: somebody", "front matter: unknown key copyright");
}

TEST(a_misspelt_key_gets_the_nearest_one)
{
    refused("//: neds: sack", "unknown key neds");
    CHECK_HINT("did you mean needs?");
}
