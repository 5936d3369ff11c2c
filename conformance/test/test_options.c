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

/* Packetdrill's words, and what would be right. */
static void bad_value(const char *name, const char *value, const char *message, const char *allowed)
{
    bad(name, value, message);
    CHECK_STR(cf_option_allowed(cf_option_find(name)->value), allowed);
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
    bad_value("ip_version", "ipv5", "bad --ip_version: ipv5", "ipv4, ipv6 or ipv4-mapped-ipv6");
    bad_value("bind_port", "0", "bad --bind_port: 0", "1 to 65535");
    bad_value("bind_port", "80x", "bad --bind_port: 80x", "1 to 65535");
    bad_value("remote_ip", "192.0.2.1/33", "bad --remote_ip: 192.0.2.1/33",
              "an IPv4 or IPv6 address, with or without /prefix");
    bad_value("netmask_ip", "255.0.255.0", "bad --netmask_ip: 255.0.255.0", "an IPv4 netmask such as 255.255.0.0");
    bad_value("tolerance_usecs", "0", "bad --tolerance_usecs: 0", "1 to 2147483647");
    bad_value("tolerance_percent", "101", "bad --tolerance_percent: 101", "0 to 100");
    bad_value("tcp_ts_tick_usecs", "1000001", "bad --tcp_ts_tick_usecs: 1000001", "0 to 1000000");
    bad_value("define", "=1", "bad --define: =1", "NAME=VALUE");
    bad_value("define", "X", "bad --define: X", "NAME=VALUE");
    bad_value("non_fatal", "packet,all", "bad --non_fatal: packet,all",
              "packet, syscall, or both with a comma between them");
    bad_value("mtu", "-1", "bad --mtu: -1", "0 to 2147483647");
    bad_value("code_format", "perl", "bad --code_format: perl", "python");
    bad_value("code_sockopt", "X", "bad --code_sockopt: X", "TCP_INFO, TCP_CC_INFO or SO_MEMINFO");
    bad_value("mss", "", "bad --mss: ", "1 to 2147483647");
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
    CHECK_EQ(cf_option_count, 43);
}
