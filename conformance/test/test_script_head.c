#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/script_head.h"
#include "capture_fix.h"

static const char *head(const shape *sh, const cf_guess *g, bool raw)
{
    static char text[800];
    char why[200];
    cf_capture c;
    cf_recording r;
    cf_buf out = {0};
    story(&c, sh, whole, 10);
    if (!cf_record(&r, &c, 0, CF_SERVER, why, sizeof why)) CHECK_FAIL("%s", why);
    cf_script_head(&out, &r, g, raw, "a title");
    snprintf(text, sizeof text, "%s", cf_buf_str(&out));
    cf_buf_free(&out);
    cf_recording_free(&r);
    cf_capture_free(&c);
    return text;
}

TEST(the_head_names_title_family_and_what_is_not_usual)
{
    CHECK_STR(head(&(shape){0}, &(cf_guess){0}, false),
              "//: title: a title\n//: family: ipv4\n//: preset: linux\n--ip_version=ipv4\n"
              "`sysctl -q net.ipv4.tcp_rmem=\"4096 131072 6291456\"`\n");
    CHECK(strstr(head(&(shape){0}, &(cf_guess){0}, true), "--tcp_ts_ecr_scaled\n") != NULL);
    CHECK(strstr(head(&(shape){.six = true}, &(cf_guess){0}, false), "--ip_version=ipv6\n--mtu=1520\n") != NULL);
}

TEST(settings_that_were_guessed_are_set)
{
    const cf_fix fix[] = {{2, CF_FIX_SETTING}, {1, CF_FIX_CUT}};
    const char *text = head(&(shape){0}, &(cf_guess){.fix = fix, .fixes = 2}, false);
    CHECK(strstr(text, cf_guess_settings[2]) != NULL);
    CHECK(strstr(text, cf_guess_settings[1]) == NULL);
}

TEST(a_script_is_spelled_as_fmt_does_and_nonsense_is_refused)
{
    char why[200];
    cf_buf raw = {0}, text = {0};
    cf_buf_puts(&raw, "//: title: x\n+.1   socket(..., SOCK_STREAM,   IPPROTO_TCP) = 3\n");
    CHECK(cf_script_canonical(&text, &raw, false, why, sizeof why));
    CHECK(strstr(cf_buf_str(&text), "+0.1 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3") != NULL ||
          strstr(cf_buf_str(&text), "+.1 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3") != NULL);
    cf_buf_puts(&raw, "+0 < nonsense\n");
    CHECK(!cf_script_canonical(&text, &raw, false, why, sizeof why));
    CHECK(strstr(why, "not valid") != NULL);
    cf_buf_free(&raw);
    cf_buf_free(&text);
}
