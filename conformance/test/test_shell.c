#define CHECK_MAIN
#include "../run/shell.h"

#include "../../stack/test/check.h"
#include "fixture.h"

/* A target that has three settings and remembers what it was told. */
static char said[2000], timestamps[8] = "1";

static int fake_set(cf_target *t, const char *name, const char *value, char *why, size_t cap)
{
    (void)t;
    size_t n = strlen(said);
    snprintf(said + n, sizeof said - n, "%s=%s;", name, value);
    if (strcmp(name, "net.ipv4.tcp_sack") == 0) return 0;
    if (strcmp(name, "net.ipv4.tcp_timestamps") == 0) {
        snprintf(timestamps, sizeof timestamps, "%s", value);
        return 0;
    }
    if (strcmp(name, "net.ipv4.tcp_congestion_control") == 0) {
        snprintf(why, cap, "no %s here", value);
        return 1;
    }
    if (strcmp(name, "net.ipv4.tcp_retries2") == 0) {
        snprintf(why, cap, "bad value \"%s\"", value);
        return 3;
    }
    return 2;
}

static bool fake_get(cf_target *t, const char *name, char *value, size_t cap)
{
    (void)t;
    if (strcmp(name, "net.ipv4.tcp_timestamps") != 0) return false;
    snprintf(value, cap, "%s", timestamps);
    return true;
}

static const cf_target_ops fake_ops = {.name = "fake", .set = fake_set, .get = fake_get};
static cf_target fake = {&fake_ops};
static cf_shell shell;

static cf_shell_verdict run(const char *text)
{
    said[0] = '\0';
    cf_shell_free(&shell);
    shell.t = &fake;
    return cf_shell_run(&shell, text);
}

TEST(sysctl_in_its_spellings_becomes_settings)
{
    CHECK_EQ(run("sysctl -q net.ipv4.tcp_sack=1 net.ipv4.tcp_timestamps=0"), CF_SHELL_OK);
    CHECK_STR(said, "net.ipv4.tcp_sack=1;net.ipv4.tcp_timestamps=0;");
    CHECK_EQ(run("sysctl -w net/ipv4/tcp_sack=1"), CF_SHELL_OK);
    CHECK_STR(said, "net.ipv4.tcp_sack=1;");
    CHECK_EQ(run("sysctl net.ipv4.tcp_sack = 1; sysctl net.ipv4.tcp_sack"), CF_SHELL_OK);
    CHECK_STR(said, "net.ipv4.tcp_sack=1;");
    CHECK_EQ(run("sysctl -q net.ipv4.tcp_rmem=\"4096  540000\t$((15*1024*1024))\""), CF_SHELL_OK);
    CHECK_STR(said, "net.ipv4.tcp_rmem=4096 540000 15728640;");
}

TEST(echo_into_proc_sys_becomes_a_setting)
{
    CHECK_EQ(run("echo 0 > /proc/sys/net/ipv4/tcp_timestamps"), CF_SHELL_OK);
    CHECK_STR(said, "net.ipv4.tcp_timestamps=0;");
    CHECK_EQ(run("echo hello"), CF_SHELL_OK);
    CHECK_STR(said, "");
}

TEST(defaults_at_any_depth_set_their_values_and_make_no_notes)
{
    CHECK_EQ(run("../../../common/defaults.sh"), CF_SHELL_OK);
    CHECK(strstr(said, "net.ipv4.tcp_wmem=4096 262144 4194304;") != NULL);
    CHECK(strstr(said, "net.ipv4.tcp_slow_start_after_idle=0;") != NULL);
    CHECK_EQ(shell.notes.len, 0);
}

TEST(the_restore_script_brings_back_what_set_sysctls_changed)
{
    snprintf(timestamps, sizeof timestamps, "1");
    said[0] = '\0';
    cf_shell_free(&shell);
    shell.t = &fake;
    CHECK_EQ(cf_shell_run(&shell, "../common/set_sysctls.py /proc/sys/net/ipv4/tcp_timestamps=0"), CF_SHELL_OK);
    CHECK_STR(timestamps, "0");
    CHECK_EQ(cf_shell_run(&shell, "/tmp/sysctl_restore_${PPID}.sh"), CF_SHELL_OK);
    CHECK_STR(timestamps, "1");
}

TEST(settings_of_linux_that_the_target_lacks_leave_a_note)
{
    CHECK_EQ(run("sysctl -q net.ipv4.tcp_fastopen=0x1"), CF_SHELL_OK);
    CHECK_STR(cf_buf_str(&shell.notes), "net.ipv4.tcp_fastopen = 0x1 has no effect on this target");
    CHECK_EQ(run("sysctl -q net.ipv4.tcp_congestion_control=bbr"), CF_SHELL_OK);
    CHECK_STR(cf_buf_str(&shell.notes), "no bbr here");
}

TEST(settings_nobody_knows_and_values_nobody_takes_fail_like_sysctl)
{
    CHECK_EQ(run("sysctl -q net.ipv4.tcp_timestmps=1"), CF_SHELL_STATUS);
    CHECK(strstr(shell.why, "did you mean net.ipv4.tcp_timestamps") != NULL);
    CHECK_EQ(run("sysctl -e -q net.ipv4.tcp_timestmps=1"), CF_SHELL_OK);
    CHECK_EQ(run("sysctl -q net.ipv4.tcp_retries2=x"), CF_SHELL_STATUS);
    CHECK_STR(shell.why, "bad value \"x\"");
    CHECK_EQ(run("sysctl -q net.nothing=1 || true"), CF_SHELL_OK);
    CHECK_EQ(run("sysctl -q net.nothing=1 && sysctl -q net.ipv4.tcp_sack=1"), CF_SHELL_STATUS);
    CHECK_STR(said, "net.nothing=1;");
    CHECK_EQ(run("sysctl -q net.nothing=1; sysctl -q net.ipv4.tcp_sack=1"), CF_SHELL_OK);
}

TEST(settings_of_freebsd_become_those_of_the_target_or_make_the_run_not_applicable)
{
    CHECK_EQ(run("sysctl net.inet.tcp.sack.enable=1 net.inet.tcp.rexmit_slop=200"), CF_SHELL_OK);
    CHECK_STR(said, "net.ipv4.tcp_sack=1;");
    CHECK_STR(cf_buf_str(&shell.notes), "net.inet.tcp.rexmit_slop = 200 has no effect on this target");
    CHECK_EQ(run("sysctl -w net.inet.tcp.blackhole=2"), CF_SHELL_NA);
    CHECK_STR(shell.why, "setting net.inet.tcp.blackhole = 2");
    CHECK_EQ(run("sysctl net.inet.tcp.keepcnt=many"), CF_SHELL_STATUS);
}

TEST(commands_about_the_device_are_accepted)
{
    CHECK_EQ(run("tc qdisc replace dev tun0 root pfifo; ethtool -K tun0 tso off gso off; "
                 "ip tcp_metrics flush all >/dev/null 2>&1"),
             CF_SHELL_OK);
    CHECK_EQ(run("tc qdisc replace dev tun0 root fq"), CF_SHELL_OK);
    CHECK(strstr(cf_buf_str(&shell.notes), "pace") != NULL);
}

TEST(commands_whose_answer_matters_make_the_run_not_applicable)
{
    CHECK_EQ(run("nstat > /dev/null"), CF_SHELL_NA); /* this target counts nothing */
    CHECK_STR(shell.why, "command \"nstat\"");
    CHECK_EQ(run("tc qdisc add dev tun0 root pfifo limit 0"), CF_SHELL_NA);
    CHECK_EQ(run("ip route change 192.0.2.1 advmss 600"), CF_SHELL_NA);
}

TEST(an_unknown_command_is_an_error_with_its_text_unless_the_host_may_run_it)
{
    CHECK_EQ(run("frobnicate --all"), CF_SHELL_UNKNOWN);
    CHECK(strstr(shell.why, "\"frobnicate\"") != NULL);
    CHECK_EQ(run("for i in 1 2; do x; done"), CF_SHELL_UNKNOWN);
    CHECK_EQ(run("a $(b)"), CF_SHELL_UNKNOWN);
    cf_shell_free(&shell);
    shell = (cf_shell){.t = &fake, .host = true, .dir = "/tmp"};
    CHECK_EQ(cf_shell_run(&shell, "test \"$(pwd)\" = /tmp"), CF_SHELL_OK);
    CHECK_EQ(cf_shell_run(&shell, "for i in 1; do exit 3; done"), CF_SHELL_STATUS);
    CHECK_STR(shell.why, "non-zero status 3");
}

TEST(sleep_is_asked_of_the_targets_clock)
{
    CHECK_EQ(run("sleep 1.5; sleep 2m"), CF_SHELL_OK);
    CHECK_EQ(shell.slept_us, 121500000);
    CHECK_EQ(run("sleep long"), CF_SHELL_STATUS);
    cf_shell_free(&shell);
}

static cf_shell_verdict run_beside(const char *dir, const char *text)
{
    said[0] = '\0';
    cf_shell_free(&shell);
    shell.t = &fake;
    shell.dir = dir;
    cf_shell_verdict v = cf_shell_run(&shell, text);
    shell.dir = NULL;
    return v;
}

/* Everybody has a defaults.sh of their own, under some name. */
TEST(a_script_beside_the_script_is_read_as_commands)
{
    char dir[300];
    tree_new();
    tree_put("common/ours.sh",
             "#!/bin/sh\n# what all need\nsysctl -q net.ipv4.tcp_sack=0 # no SACK\n\n../common/more.sh\n");
    tree_put("common/more.sh", "sysctl -q net.ipv4.tcp_timestamps=0\n");
    tree_put("common/loop.sh", "./../common/loop.sh\n");
    tree_put("common/real.sh", "for i in 1 2; do true; done\n");
    tree_put("common/bad.sh", "sysctl net.ipv4.nothing=1\n");
    tree_put("tcp/x.pkt", "");
    snprintf(dir, sizeof dir, "%s", tree_path("tcp"));
    CHECK_EQ(run_beside(dir, "../common/ours.sh"), CF_SHELL_OK);
    CHECK_STR(said, "net.ipv4.tcp_sack=0;net.ipv4.tcp_timestamps=0;");
    CHECK_EQ(run_beside(dir, "../common/ours.sh\nsysctl -q net.ipv4.tcp_sack=1"), CF_SHELL_OK);
    CHECK_STR(said, "net.ipv4.tcp_sack=0;net.ipv4.tcp_timestamps=0;net.ipv4.tcp_sack=1;");
    CHECK_EQ(run_beside(dir, "../common/nothing.sh"), CF_SHELL_STATUS);
    CHECK(strstr(shell.why, "../common/nothing.sh: No such file or directory") != NULL);
    CHECK_EQ(run_beside(dir, "../common/loop.sh"), CF_SHELL_STATUS);
    CHECK(strstr(shell.why, "more than 4 deep") != NULL);
    CHECK_EQ(run_beside(dir, "../common/real.sh"), CF_SHELL_UNKNOWN);
    CHECK(strncmp(shell.why, "../common/real.sh: ", 19) == 0);
    CHECK_EQ(run_beside(dir, "../common/bad.sh"), CF_SHELL_STATUS);
    CHECK(strstr(shell.why, "../common/bad.sh: there is no setting net.ipv4.nothing") != NULL);
    cf_shell_free(&shell);
    tree_free();
}
