/* nstat on a target that counts, and on one that does not. */
#define CHECK_MAIN
#include "run_fix.h"

static const char script[] = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                             "+0 bind(3, ..., ...) = 0\n"
                             "+0 listen(3, 1) = 0\n"
                             "+0 < S 0:0(0) win 1000 <mss 1000>\n"
                             "+0 > S. 0:0(0) ack 1 <...>\n"
                             "+0 < . 1:1(0) ack 1 win 1000\n"
                             "+0 `nstat > /dev/null`\n"
                             "%s"
                             "+0 `nstat | grep TcpExtOutOfWindowIcmps > /dev/null`\n";

static void run(const char *between, cf_outcome want, const char *why)
{
    char text[2000];
    snprintf(text, sizeof text, script, between);
    fix_script(text, want, why);
}

TEST(a_counter_that_has_moved_is_found)
{
    run("+0 < icmp unreachable host_unreachable [5000:6000(1000)]\n", CF_PASS, NULL);
}

TEST(one_that_has_not_fails_the_script)
{
    run("", CF_RUN_ERROR, "no counter \"TcpExtOutOfWindowIcmps\" has changed");
}

TEST(grep_alone_is_beyond_us)
{
    fix_script("0 `grep x /proc/net/snmp`\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_NA, "grep");
}
