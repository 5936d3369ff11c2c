#include <stdlib.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "fixture.h"

static const char *out, *err;

static int command(const char *a, const char *b, const char *c)
{
    const char *words[] = {"/opt/packetdrill", a, b, c, NULL};
    int argc = 1;
    while (words[argc]) argc++;
    catch_begin();
    int status = cf_main(argc, (char **)(uintptr_t)words);
    catch_end(&out, &err);
    return status;
}

TEST(without_a_script_it_says_so_and_fails)
{
    CHECK_EQ(command(NULL, NULL, NULL), 1);
    CHECK(strstr(err, "error: missing script path\nUsage: packetdrill\n") == err);
    CHECK(strstr(err, "[--tolerance_usecs=...]") != NULL);
}

TEST(an_unknown_option_and_a_bad_value_are_told_in_packetdrills_words)
{
    CHECK_EQ(command("--foo", "x.pkt", NULL), 1);
    CHECK(strstr(err, "/opt/packetdrill: unrecognized option '--foo'\nUsage: packetdrill\n") == err);
    CHECK_EQ(command("--mss=-1", "x.pkt", NULL), 1);
    CHECK_STR(err, "Command Line: bad --mss: -1\n");
    CHECK_EQ(command("x.pkt", "--mtu", NULL), 1);
    CHECK(strstr(err, "/opt/packetdrill: option '--mtu' requires an argument\n") == err);
    CHECK_EQ(command("--dry_run=1", "x.pkt", NULL), 1);
    CHECK(strstr(err, "/opt/packetdrill: option '--dry_run' doesn't allow an argument\n") == err);
    CHECK_EQ(command("-Z", "x.pkt", NULL), 1);
    CHECK(strstr(err, "/opt/packetdrill: invalid option -- 'Z'\n") == err);
}

TEST(what_needs_a_second_machine_is_refused)
{
    CHECK_EQ(command("--wire_client", "x.pkt", NULL), 1);
    CHECK(strstr(err, "--wire_client: tcprove has no wire mode") == err);
    CHECK_EQ(command("--psp_udp_port=7", "x.pkt", NULL), 1);
    CHECK(strstr(err, "--psp_udp_port: ") == err);
}

TEST(a_beginning_of_an_option_stands_for_it_when_no_other_begins_so)
{
    tree_new();
    tree_put("good.pkt", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    CHECK_EQ(command("--dry", tree_path("good.pkt"), NULL), 0);
    CHECK_EQ(command("--tol=7", "x.pkt", NULL), 1);
    CHECK(strstr(err, "unrecognized option '--tol=7'") != NULL);
    tree_free();
}

TEST(a_library_that_is_not_there_is_told_in_the_loaders_words)
{
    tree_new();
    tree_put("good.pkt", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    CHECK_EQ(command("--so_filename=/nowhere.so", tree_path("good.pkt"), NULL), 1);
    CHECK(strstr(err, "/nowhere.so: cannot open shared object file") != NULL);
    tree_free();
}

TEST(an_error_is_named_after_its_kind_and_one_of_an_option_has_no_line)
{
    char expected[400];
    tree_new();
    tree_put("semantic.pkt", "0 < S 0:0(0) <mss 1000>\n");
    CHECK_EQ(command(tree_path("semantic.pkt"), NULL, NULL), 1);
    snprintf(expected, sizeof expected, "%s:1: semantic error: ", tree_path("semantic.pkt"));
    CHECK(strstr(err, expected) == err);
    tree_put("option.pkt", "--foo=1\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    CHECK_EQ(command(tree_path("option.pkt"), NULL, NULL), 1);
    snprintf(expected, sizeof expected, "%s: option 'foo' unknown\n", tree_path("option.pkt"));
    CHECK_STR(err, expected);
    tree_free();
}

TEST(a_dry_run_only_parses)
{
    tree_new();
    tree_put("good.pkt", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    const char *good = tree_path("good.pkt");
    CHECK_EQ(command("--dry_run", good, NULL), 0);
    CHECK_STR(out, "");
    CHECK_STR(err, "");
    tree_free();
}

TEST(a_script_that_does_not_parse_or_is_not_there_ends_it)
{
    char bad[300], expected[400];
    tree_new();
    tree_put("bad.pkt", "0 socket(..., SOCK_STREAM, IPPROTO_TCP = 3\n");
    snprintf(bad, sizeof bad, "%s", tree_path("bad.pkt"));
    CHECK_EQ(command("--dry_run", bad, "/nowhere.pkt"), 1);
    snprintf(expected, sizeof expected, "%s:1: parse error: ", bad);
    CHECK(strncmp(err, expected, strlen(expected) - strlen("1: parse error: ")) == 0);
    CHECK(strstr(err, ": parse error: ") != NULL);
    CHECK(strstr(err, "nowhere") == NULL);
    CHECK_EQ(command("/nowhere.pkt", NULL, NULL), 1);
    CHECK_STR(err, "parse error: stat() of script file '/nowhere.pkt': No such file or directory\n");
    tree_free();
}

TEST(symbols_are_taken_with_and_without_a_blank)
{
    tree_new();
    tree_put("d.pkt", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = FD\n");
    const char *path = tree_path("d.pkt");
    CHECK_EQ(command("--dry_run", "-DFD=3", path), 0);
    CHECK_EQ(command("--dry_run", "--define=FD=3", path), 0);
    tree_free();
}
