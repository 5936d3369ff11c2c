#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../script/options.h"

static char why[200];

static void good(const char *name, const char *value)
{
    if (!cf_option_check(name, value, why, sizeof why)) CHECK_FAIL("%s=%s: %s", name, value ? value : "", why);
}

static void bad(const char *name, const char *value, const char *message)
{
    CHECK(!cf_option_check(name, value, why, sizeof why));
    CHECK_STR(why, message);
}

TEST(values_are_checked_by_their_kind)
{
    good("ip_version", "ipv4-mapped-ipv6");
    good("bind_port", "65535");
    good("local_ip", "fd3d::1");
    good("remote_ip", "192.0.2.1/24");
    good("netmask_ip", "255.255.0.0");
    good("tolerance_percent", "12.5");
    good("tcp_ts_tick_usecs", "0");
    good("define", "A=");
    good("non_fatal", "packet,syscall");
    good("code_sockopt", "TCP_CC_INFO");
    good("verbose", NULL);
    good("so_flags", "anything at all");
}

TEST(wrong_values_are_named)
{
    bad("ip_version", "ipv5", "bad --ip_version: ipv5");
    bad("bind_port", "0", "bad --bind_port: 0");
    bad("bind_port", "80x", "bad --bind_port: 80x");
    bad("remote_ip", "192.0.2.1/33", "bad --remote_ip: 192.0.2.1/33");
    bad("netmask_ip", "255.0.255.0", "bad --netmask_ip: 255.0.255.0");
    bad("tolerance_usecs", "0", "bad --tolerance_usecs: 0");
    bad("tolerance_percent", "101", "bad --tolerance_percent: 101");
    bad("tcp_ts_tick_usecs", "1000001", "bad --tcp_ts_tick_usecs: 1000001");
    bad("define", "=1", "bad --define: =1");
    bad("define", "X", "bad --define: X");
    bad("non_fatal", "packet,all", "bad --non_fatal: packet,all");
    bad("mss", "", "bad --mss: ");
}

TEST(the_shape_of_an_option_is_checked_first)
{
    bad("nothing", NULL, "option 'nothing' unknown");
    bad("mtu", NULL, "option 'mtu' requires an argument");
    bad("strict_segments", "1", "option 'strict_segments' forbids an argument");
}

TEST(names_are_found_and_misspelt_ones_too)
{
    CHECK(cf_option_find("mss") != NULL);
    CHECK(cf_option_find("MSS") == NULL);
    CHECK_STR(cf_option_nearest("tolerance_usec"), "tolerance_usecs");
    CHECK_EQ(cf_option_count, 36);
}
