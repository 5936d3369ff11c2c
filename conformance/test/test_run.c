#define CHECK_MAIN
#include <unistd.h>

#include "run_fix.h"

TEST(a_broken_script_is_an_error_with_its_place)
{
    cf_result r = fix_run("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 < S 0:0(0)\n");
    fix_is(&r, CF_RUN_ERROR);
    CHECK(strncmp(r.message, "t.pkt:2:", 8) == 0);
    CHECK_EQ(r.line, 2);
    cf_result_free(&r);
    cf_run_opts o = fix_opts();
    cf_run_script("/nonexistent/x.pkt", NULL, &o, &r);
    fix_is(&r, CF_RUN_ERROR);
    CHECK(strstr(r.message, "/nonexistent/x.pkt") != NULL);
    cf_result_free(&r);
}

TEST(front_matter_fills_the_record)
{
    cf_result r =
        fix_run("//: title: Nothing happens\n//: spec: RFC9293-MUST-13 (MUST)\n//: spec: RFC5961-rst-exact (SHOULD)\n"
                "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    fix_is(&r, CF_PASS);
    CHECK_STR(r.title, "Nothing happens");
    CHECK_STR(r.level, "MUST");
    CHECK(strstr(r.spec, "RFC5961-rst-exact") != NULL);
    CHECK_STR(r.target, "ref/linux");
    CHECK_EQ(strlen(r.script_sha), 64);
    cf_result_free(&r);
}

TEST(needs_decide_what_applies)
{
    fix_script("//: needs: sack urg\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_PASS, NULL);
    fix_script("//: needs: sack, psp\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_NA, "needs psp");
    fix_script("//: needs: -sack\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_NA, "needs -sack");
    fix_script("//: needs: telepathy\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_RUN_ERROR,
               "no such capability");
}

TEST(a_should_that_is_not_followed_is_lax_and_an_observation_is_seen)
{
    const char *body = HANDSHAKE "+0 write(4, ..., 10) = 11\n";
    char text[2000];
    snprintf(text, sizeof text, "//: spec: RFC5681-x (SHOULD)\n%s", body);
    fix_script(text, CF_LAX, "Expected result 11");
    snprintf(text, sizeof text, "//: level: observed\n%s", body);
    fix_script(text, CF_SEEN, NULL);
    snprintf(text, sizeof text, "//: level: SHOULD\n%s", HANDSHAKE);
    fix_script(text, CF_PASS, NULL);
}

TEST(options_of_the_command_line_win_over_those_of_the_script)
{
    const char *const late[] = {"tolerance_usecs=500000"};
    cf_run_opts o = fix_opts();
    o.options = late;
    o.option_count = 1;
    cf_result r =
        fix_run_with("--tolerance_usecs=1\n" HANDSHAKE "+0 write(4, ..., 10) = 10\n+.1 > P. 1:11(10) ack 1\n", &o);
    fix_is(&r, CF_PASS);
    cf_result_free(&r);
    fix_script("--frobnicate\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_RUN_ERROR, "frobnicate");
}

TEST(a_peer_with_our_own_address_is_wrong_usage)
{
    const char *const same[] = {"remote_ip=192.168.0.1"};
    cf_run_opts o = fix_opts();
    o.options = same;
    o.option_count = 1;
    cf_result r = fix_run_with(HANDSHAKE, &o);
    fix_is(&r, CF_RUN_ERROR);
    CHECK_STR(r.signature, "usage");
    cf_result_free(&r);
}

TEST(settings_of_the_command_line_reach_the_target)
{
    const char *const good[] = {"net.ipv4.tcp_timestamps=0"}, *const bad[] = {"net.nothing=0"};
    cf_run_opts o = fix_opts();
    o.sets = good;
    o.set_count = 1;
    cf_result r = fix_run_with("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                               "+0...0.01 connect(3, ..., ...) = 0\n"
                               "+0 > S 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 10>\n"
                               "+.01 < S. 0:0(0) ack 1 win 1000 <mss 1000>\n",
                               &o);
    fix_is(&r, CF_PASS);
    cf_result_free(&r);
    o.sets = bad;
    r = fix_run_with("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", &o);
    fix_is(&r, CF_RUN_ERROR);
    cf_result_free(&r);
}

TEST(the_same_run_gives_the_same_hash_and_another_seed_another_one)
{
    cf_run_opts o = fix_opts(), other = fix_opts();
    other.seed = 8;
    cf_result a = fix_run_with(HANDSHAKE, &o), b = fix_run_with(HANDSHAKE, &o), c = fix_run_with(HANDSHAKE, &other);
    uint64_t ha = a.hash, hb = b.hash, hc = c.hash;
    cf_result_free(&a);
    cf_result_free(&b);
    cf_result_free(&c);
    CHECK(ha == hb);
    CHECK(ha != hc);
}

static size_t slurp(const char *path, char *out, size_t cap)
{
    FILE *f = fopen(path, "rb");
    if (!f) return 0;
    size_t n = fread(out, 1, cap, f);
    fclose(f);
    unlink(path);
    return n;
}

TEST(a_capture_is_written_and_is_the_same_each_time)
{
    static char a[8000], b[8000];
    cf_run_opts o = fix_opts();
    o.pcap_path = "/tmp/cf_test_run.pcapng";
    cf_result r = fix_run_with(HANDSHAKE, &o);
    fix_is(&r, CF_PASS);
    CHECK_STR(r.pcap, "/tmp/cf_test_run.pcapng");
    cf_result_free(&r);
    size_t n = slurp(o.pcap_path, a, sizeof a);
    r = fix_run_with(HANDSHAKE, &o);
    cf_result_free(&r);
    CHECK(n > 300);
    CHECK_EQ(slurp(o.pcap_path, b, sizeof b), n);
    CHECK(memcmp(a, b, n) == 0);
}

TEST(a_dry_run_only_reads)
{
    fix_script("--dry_run\n0 read(9, ..., 10) = 5\n", CF_PASS, NULL);
}

TEST(each_failure_comes_with_its_story)
{
    cf_result r = fix_run(HANDSHAKE "+0 write(4, ..., 10) = 11\n");
    CHECK(r.stories > 4);
    cf_result_free(&r);
    r = fix_run(HANDSHAKE);
    CHECK_EQ(r.stories, 0);
    cf_result_free(&r);
}

TEST(the_mtu_of_a_variant_is_that_of_scripts_that_name_none)
{
    cf_run_opts o = fix_opts();
    o.mtu = 1400;
    static const char body[] =
        "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
        "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n";
    char text[600];
    snprintf(text, sizeof text, "%s+0 > S 0:0(0) <mss 1360,sackOK,TS val 1 ecr 0,nop,wscale 10>\n", body);
    cf_result r = fix_run_with(text, &o);
    fix_is(&r, CF_PASS);
    cf_result_free(&r);
    snprintf(text, sizeof text, "--mtu=1500\n%s+0 > S 0:0(0) <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10>\n", body);
    r = fix_run_with(text, &o);
    fix_is(&r, CF_PASS);
    cf_result_free(&r);
}
