#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "fixture.h"

static const char *out, *err;

static int tcprove(const char *one, const char *two)
{
    char name[] = "tcprove", first[60], second[60], *argv[] = {name, one ? first : NULL, two ? second : NULL, NULL};
    snprintf(first, sizeof first, "%s", one ? one : "");
    snprintf(second, sizeof second, "%s", two ? two : "");
    catch_begin();
    int status = cf_main(1 + (one != NULL) + (two != NULL), argv);
    catch_end(&out, &err);
    return status;
}

TEST(without_a_command_the_help_goes_to_standard_error)
{
    CHECK_EQ(tcprove(NULL, NULL), CF_EXIT_USAGE);
    CHECK(strstr(err, "usage: tcprove") != NULL);
    CHECK_STR(out, "");
}

TEST(help_and_version_are_exit_0)
{
    CHECK_EQ(tcprove("--version", NULL), CF_EXIT_OK);
    CHECK_STR(out, "tcprove " CF_VERSION "\n");
    CHECK_EQ(tcprove("help", NULL), CF_EXIT_OK);
    CHECK(strstr(out, "exit status:") != NULL);
    CHECK_EQ(tcprove("help", "run"), CF_EXIT_OK);
    CHECK(strstr(out, "--pcap-dir") != NULL);
    CHECK_EQ(tcprove("run", "--help"), CF_EXIT_OK);
    CHECK(strstr(out, "usage: tcprove run") != NULL);
}

TEST(unknown_commands_and_options_are_exit_2_with_the_nearest_name)
{
    CHECK_EQ(tcprove("rnu", NULL), CF_EXIT_USAGE);
    CHECK(strstr(err, "did you mean `tcprove run`?") != NULL);
    CHECK_EQ(tcprove("help", "lits"), CF_EXIT_USAGE);
    CHECK(strstr(err, "did you mean `tcprove list`?") != NULL);
    CHECK_EQ(tcprove("run", "--jsno"), CF_EXIT_USAGE);
    CHECK(strstr(err, "did you mean --json?") != NULL);
}
