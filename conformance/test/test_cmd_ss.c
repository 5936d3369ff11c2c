#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../cli/cli.h"
#include "fixture.h"

static const char *out, *err;

static int run(const char *word, const char *target, uint32_t line, bool netstat)
{
    const char *words[] = {word};
    cf_args a = {.words = {words, word ? 1 : 0, 1},
                 .root = TCPROVE_SOURCE_DIR "/conformance/scripts",
                 .target = target,
                 .at_line = line,
                 .netstat = netstat,
                 .seed = 1};
    catch_begin();
    int status = cf_cmd_ss(&a);
    catch_end(&out, &err);
    return status;
}

TEST(the_sockets_a_script_leaves_are_printed)
{
    CHECK_EQ(run("close/fin-with-data@ipv4", "ref", 0, false), CF_EXIT_OK);
    CHECK(strncmp(out, "State ", 6) == 0);
    CHECK(strstr(out, "CLOSE-WAIT") != NULL);
    CHECK_EQ(run("close/fin-with-data@ipv4", "ref", 0, true), CF_EXIT_OK);
    CHECK(strncmp(out, "Proto ", 6) == 0);
    CHECK(strstr(out, "CLOSE_WAIT") != NULL);
}

TEST(a_line_shows_what_was_before_it)
{
    CHECK_EQ(run("close/fin-with-data@ipv4", "ref", 17, false), CF_EXIT_OK);
    CHECK(strstr(out, "ESTAB") != NULL);
    CHECK(strstr(out, "CLOSE-WAIT") == NULL);
}

TEST(one_script_is_needed)
{
    CHECK_EQ(run(NULL, "ref", 0, false), CF_EXIT_USAGE);
    CHECK_EQ(run("close", "ref", 0, false), CF_EXIT_USAGE);
    CHECK(strstr(err, "one script") != NULL);
    CHECK_EQ(run("close/fin-with-data@ipv4", "nonsense", 0, false), CF_EXIT_USAGE);
}

TEST(a_line_behind_the_last_one_is_wrong_usage)
{
    CHECK_EQ(run("close/fin-with-data@ipv4", "ref", 10000, false), CF_EXIT_USAGE);
    CHECK(strstr(err, "--at 10000: ") != NULL);
    CHECK(strstr(err, "fin-with-data.pkt has only ") != NULL);
    CHECK_STR(out, "");
}
