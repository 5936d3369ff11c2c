#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "fixture.h"

static const char *out, *err;

static int explain(const char **words, uint32_t count)
{
    cf_args a = {.root = TCPROVE_SOURCE_DIR "/conformance/scripts", .words = {words, count, count}};
    catch_begin();
    int status = cf_cmd_explain(&a);
    catch_end(&out, &err);
    return status;
}

TEST(several_words_are_explained_one_after_the_other)
{
    const char *words[] = {"MUST-13", "LISTEN", "S03"};
    CHECK_EQ(explain(words, 3), CF_EXIT_OK);
    CHECK(strstr(out, "RFC9293-MUST-13") != NULL);
    CHECK(strstr(out, "\nin LISTEN\n") != NULL);
    CHECK(strstr(out, "\nS03\n") != NULL);
}

TEST(a_word_that_is_nothing_is_wrong_usage)
{
    const char *words[] = {"gibberish"};
    CHECK_EQ(explain(words, 1), CF_EXIT_USAGE);
    CHECK(strstr(err, "\"gibberish\" is no script") != NULL);
    CHECK_EQ(explain(words, 0), CF_EXIT_USAGE);
    CHECK(strstr(err, "explain what?") != NULL);
}
