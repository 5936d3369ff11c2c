#define CHECK_MAIN
#include "../run/sysctl_bsd.h"

#include <stdio.h>

#include "../../stack/test/check.h"

/* A target that has everything but ECN, and remembers what it was told. */
static char said[1000], told[200];

static int fake_set(cf_target *t, const char *name, const char *value, char *why, size_t cap)
{
    (void)t;
    size_t n = strlen(said);
    if (strcmp(name, "net.ipv4.tcp_ecn") == 0) return 2;
    if (strcmp(value, "-1") == 0) {
        snprintf(why, cap, "too small");
        return 3;
    }
    snprintf(said + n, sizeof said - n, "%s=%s;", name, value);
    return 0;
}

static bool fake_get(cf_target *t, const char *name, char *value, size_t cap)
{
    (void)t, (void)name;
    snprintf(value, cap, "4096 131072 6291456");
    return true;
}

static const cf_target_ops fake_ops = {.name = "fake", .set = fake_set, .get = fake_get};
static cf_target fake = {&fake_ops};

static cf_bsd_verdict set(const char *name, const char *value)
{
    said[0] = told[0] = '\0';
    return cf_bsd_set(&fake, name, value, told, sizeof told);
}

TEST(names_of_freebsd_are_told_from_those_of_linux)
{
    CHECK(cf_bsd_knows("net.inet.tcp.sack.enable") && cf_bsd_knows("kern.ipc.maxsockbuf"));
    CHECK(!cf_bsd_knows("net.ipv4.tcp_sack") && !cf_bsd_knows("net.core.somaxconn"));
}

TEST(one_switch_of_freebsd_may_be_two_of_ours)
{
    CHECK_EQ(set("net.inet.tcp.rfc1323", "0"), CF_BSD_DONE);
    CHECK_STR(said, "net.ipv4.tcp_window_scaling=0;net.ipv4.tcp_timestamps=0;");
    CHECK_EQ(set("net.inet.tcp.rfc1323", "1"), CF_BSD_DONE);
    CHECK_STR(said, "net.ipv4.tcp_window_scaling=1;net.ipv4.tcp_timestamps=1;");
    CHECK_EQ(set("net.inet.tcp.rfc1323", "2"), CF_BSD_DONE);
    CHECK_STR(said, "net.ipv4.tcp_window_scaling=1;net.ipv4.tcp_timestamps=0;");
    CHECK_EQ(set("net.inet.tcp.rfc1323", "3"), CF_BSD_DONE);
    CHECK_STR(said, "net.ipv4.tcp_window_scaling=0;net.ipv4.tcp_timestamps=1;");
}

TEST(a_buffer_size_is_one_of_three_numbers_that_never_descend)
{
    CHECK_EQ(set("net.inet.tcp.recvspace", "65536"), CF_BSD_DONE);
    CHECK_STR(said, "net.ipv4.tcp_rmem=4096 65536 6291456;");
    CHECK_EQ(set("net.inet.tcp.recvspace", "9000000"), CF_BSD_DONE);
    CHECK_STR(said, "net.ipv4.tcp_rmem=4096 9000000 9000000;");
    CHECK_EQ(set("net.inet.tcp.sendspace", "1000"), CF_BSD_DONE);
    CHECK_STR(said, "net.ipv4.tcp_wmem=1000 1000 6291456;");
    CHECK_EQ(set("kern.ipc.maxsockbuf", "2097152"), CF_BSD_DONE);
    CHECK_STR(said, "net.ipv4.tcp_rmem=4096 131072 2097152;net.core.rmem_max=2097152;net.core.wmem_max=2097152;");
}

TEST(units_are_converted)
{
    CHECK_EQ(set("net.inet.tcp.rexmit_initial", "1000"), CF_BSD_DONE);
    CHECK_STR(said, "refstack.rto_initial_us=1000000;");
    CHECK_EQ(set("net.inet.tcp.keepidle", "7200000"), CF_BSD_DONE);
    CHECK_STR(said, "net.ipv4.tcp_keepalive_time=7200;");
    CHECK_EQ(set("net.inet.tcp.msl", "30000"), CF_BSD_DONE);
    CHECK_STR(said, "refstack.msl2_us=60000000;");
}

TEST(algorithms_have_names)
{
    CHECK_EQ(set("net.inet.tcp.cc.algorithm", "newreno"), CF_BSD_DONE);
    CHECK_STR(said, "net.ipv4.tcp_congestion_control=reno;");
    CHECK_EQ(set("net.inet.tcp.cc.algorithm", "cubic"), CF_BSD_DONE);
    CHECK_STR(said, "net.ipv4.tcp_congestion_control=cubic;");
}

TEST(what_the_target_does_anyway_is_accepted_and_its_opposite_is_not_applicable)
{
    CHECK_EQ(set("net.inet.tcp.blackhole", "0"), CF_BSD_DONE);
    CHECK_EQ(set("net.inet.tcp.blackhole", "1"), CF_BSD_NA);
    CHECK_STR(told, "setting net.inet.tcp.blackhole = 1");
    CHECK_EQ(set("net.inet.tcp.hostcache.purgenow", "1"), CF_BSD_DONE);
    CHECK_STR(said, "");
}

TEST(what_has_no_effect_is_said)
{
    CHECK_EQ(set("net.inet.tcp.ecn.enable", "1"), CF_BSD_NOTE);
    CHECK_STR(told, "net.inet.tcp.ecn.enable (here net.ipv4.tcp_ecn = 1) has no effect on this target");
    CHECK_EQ(set("net.inet.tcp.rexmit_slop", "200"), CF_BSD_NOTE);
    CHECK_STR(told, "net.inet.tcp.rexmit_slop = 200 has no effect on this target");
}

TEST(what_is_no_value_is_refused)
{
    CHECK_EQ(set("net.inet.tcp.rexmit_initial", "soon"), CF_BSD_WRONG);
    CHECK_STR(told, "net.inet.tcp.rexmit_initial: \"soon\" is no number");
    CHECK_EQ(set("net.inet.tcp.sack.enable", "-1"), CF_BSD_WRONG);
    CHECK_STR(told, "net.inet.tcp.sack.enable: here net.ipv4.tcp_sack = -1: too small");
    CHECK_EQ(set("net.inet.tcp.rexmit_initial", "9223372036854775807"), CF_BSD_DONE);
}
