#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../cli/one.h"
#include "fixture.h"

static const char *out, *err;
static uint32_t runs;

static int ran(const cf_args *a, const cf_pick *p, cf_run_opts *o)
{
    runs++;
    CHECK_STR(p->test->id, "close/fin-with-data");
    CHECK_STR(o->variant, "ipv6");
    CHECK_EQ(o->mode, CF_MODE_IPV6);
    CHECK_EQ(o->seed, a->seed);
    CHECK_STR(o->target_arg, "word");
    return CF_EXIT_UNEXPECTED;
}

static int run(const char *word, const char *target)
{
    static const cf_one one = {.name = "look", .none = "tcprove look X", .many = "take one", .run = ran};
    const char *words[] = {word};
    cf_args a = {.words = {words, word ? 1 : 0, 1},
                 .root = TCPROVE_SOURCE_DIR "/conformance/scripts",
                 .target = target,
                 .seed = 7};
    runs = 0;
    catch_begin();
    int status = cf_one_script(&a, &one);
    catch_end(&out, &err);
    return status;
}

TEST(the_run_gets_the_script_its_variant_and_the_target_and_its_status_is_the_commands)
{
    CHECK_EQ(run("close/fin-with-data@ipv6", "so:word"), CF_EXIT_UNEXPECTED);
    CHECK_EQ(runs, 1);
}

TEST(anything_but_one_script_on_a_known_target_is_told_and_not_run)
{
    CHECK_EQ(run("close", "ref"), CF_EXIT_USAGE);
    CHECK(strstr(err, "scripts are selected: take one") != NULL);
    CHECK_EQ(run(NULL, "ref"), CF_EXIT_USAGE);
    CHECK(strstr(err, "look wants a script, as in `tcprove look X`") != NULL);
    CHECK_EQ(run("close/fin-with-data", "nonsense:x"), CF_EXIT_USAGE);
    CHECK(strstr(err, "unknown target \"nonsense\"") != NULL);
    CHECK_EQ(runs, 0);
}
