#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "fixture.h"

static const char *out, *err;

/* Runs a script that is written for the occasion, in this process, over IPv4. */
static int run(const char *text, cf_args a)
{
    tree_new();
    char path[200];
    snprintf(path, sizeof path, "%s", tree_put("x.pkt", text));
    const char *words[] = {path};
    a.words = (cf_strings){words, 1, 1};
    a.root = TCPROVE_SOURCE_DIR "/conformance/scripts";
    a.variants = "ipv4";
    a.repeat = 1;
    a.seed = 1;
    a.jobs_given = true;
    if (!a.target) a.target = "ref";
    catch_begin();
    int status = cf_cmd_run(&a);
    catch_end(&out, &err);
    tree_free();
    return status;
}

static const char good[] =
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n";

TEST(a_script_that_holds_is_exit_0)
{
    CHECK_EQ(run(good, (cf_args){0}), CF_EXIT_OK);
    CHECK(strstr(out, "1 pass") != NULL);
}

TEST(a_script_that_fails_is_exit_1_and_shown_in_full)
{
    CHECK_EQ(
        run("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 listen(3, 1) = -1 EINVAL (not bound)\n", (cf_args){0}),
        CF_EXIT_UNEXPECTED);
    CHECK(strstr(out, "FAIL  ") != NULL);
    CHECK(strstr(out, "x.pkt:2") != NULL);
    CHECK(strstr(out, "again    tcprove run ") != NULL);
}

TEST(a_script_with_a_mistake_is_exit_4)
{
    CHECK_EQ(run("0 socket(\n", (cf_args){0}), CF_EXIT_INVALID);
    CHECK(strstr(out, "ERROR") != NULL);
}

TEST(wrong_targets_and_presets_and_two_reports_on_one_stream_are_exit_2)
{
    CHECK_EQ(run(good, (cf_args){.target = "moon"}), CF_EXIT_USAGE);
    CHECK(strstr(err, "unknown target \"moon\"; there are: ref") != NULL);
    CHECK_EQ(run(good, (cf_args){.preset = "bsd"}), CF_EXIT_USAGE);
    CHECK(strstr(err, "unknown preset") != NULL);
    CHECK_EQ(run(good, (cf_args){.json = "-", .tap = "-"}), CF_EXIT_USAGE);
}

TEST(an_expectation_file_that_cannot_be_read_is_exit_4)
{
    const char *files[] = {"/nowhere/x.expect"};
    CHECK_EQ(run(good, (cf_args){.expects = {files, 1, 1}}), CF_EXIT_INVALID);
    CHECK(strstr(err, "/nowhere/x.expect") != NULL);
}
