#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../script/same.h"
#include "script_text.h"

static const char sample[] = "//: title: Everything at once\n"
                             "--mss=1000 --strict_segments --ip_version=ipv4 --local_ip=192.168.0.1 "
                             "--code_command=\"python3 -B\" --define=X=\"a b\"\n"
                             "--define=\"N=5\"\n"
                             "`../common/defaults.sh`\n"
                             "0...0.2 socket ( ... , SOCK_STREAM , 0x6 ) = 3 // remark\n"
                             "+.10 < S 0:0(0) win 1 <mss 1460>\n"
                             "* > [ect01] S. 0:0(0) ack 1 <...>\n"
                             "+0~+.5 > . 1:1(0) ack 1\n1~2 > icmp unreachable port_unreachable [udp (5)]\n"
                             "+1.5 %{   assert tcpi_rtt == 1\nassert 2 }%\n+0 `timed \\` cmd`\n"
                             "+0 close(N) = -1 EBADF (Bad   file descriptor)\n"
                             "`cleanup`\n//: quiet 1.5s\n";

static const char expected[] =
    "//: title: Everything at once\n"
    "--mss=1000\n--strict_segments\n--ip_version=ipv4\n--local_ip=192.168.0.1\n--code_command=\"python3 -B\"\n"
    "--define=X=\"a b\"\n--define=\"N=5\"\n"
    "`../common/defaults.sh`\n"
    "0...0.2 socket(..., SOCK_STREAM, 6) = 3\n"
    "+0.1 < S 0:0(0) win 1 <mss 1460>\n"
    "* > [ect01] S. 0:0(0) ack 1 <...>\n"
    "+0~+0.5 > . 1:1(0) ack 1\n1~2 > icmp type_3 code_3 [udp (5)]\n"
    "+1.5 %{ assert tcpi_rtt == 1\nassert 2 }%\n+0 `timed \\` cmd`\n"
    "+0 close(5) = -1 EBADF (Bad file descriptor)\n"
    "`cleanup`\n//: quiet 1.5s\n";

TEST(a_script_is_written_in_its_canonical_spelling)
{
    cf_buf out = {0};
    cf_script *s = parse(sample);
    CHECK(s != NULL);
    cf_fmt_script(&out, s);
    CHECK_STR(cf_buf_str(&out), expected);
    cf_buf_free(&out);
}

TEST(the_canonical_text_gives_the_same_tree_and_the_same_text)
{
    cf_buf one = {0}, two = {0};
    cf_script again;
    cf_diags diags = {0};
    cf_parse_env env = {0};
    uint32_t at;
    CHECK(parse(sample) != NULL);
    cf_fmt_script(&one, &script_at_hand);
    CHECK(cf_script_parse_text(&again, "again", one.data, one.len, &env, &diags));
    const char *d = cf_script_differs(&script_at_hand, &again, &at);
    if (d) CHECK_FAIL("event %u differs: %s", at, d);
    cf_fmt_script(&two, &again);
    CHECK_STR(cf_buf_str(&two), cf_buf_str(&one));
    cf_buf_free(&one);
    cf_buf_free(&two);
    cf_script_free(&again);
    cf_diags_free(&diags);
}

static void seconds_are(int64_t us, const char *text)
{
    cf_buf b = {0};
    cf_fmt_seconds(&b, us);
    CHECK_STR(cf_buf_str(&b), text);
    cf_buf_free(&b);
}

TEST(seconds_lose_their_trailing_zeros)
{
    seconds_are(0, "0");
    seconds_are(1000000, "1");
    seconds_are(10, "0.00001");
    seconds_are(1500000, "1.5");
    seconds_are(123456789, "123.456789");
}
