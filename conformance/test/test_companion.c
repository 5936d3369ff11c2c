#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "fixture.h"

TEST(a_companion_is_found_by_its_name_and_is_no_verb)
{
    CHECK(cf_companion_find("sim") != NULL);
    CHECK(cf_companion_find("simulator") == NULL);
    for (size_t i = 0; i < cf_companion_count; i++) CHECK(cf_verb_find(cf_companions[i].name) == NULL);
}

TEST(one_that_is_not_built_is_exit_2_and_says_how_to_build_it)
{
    const cf_companion missing = {"never-built", "", ""};
    const char *out, *err;
    catch_begin();
    int status = cf_companion_run(&missing, (char *[]){NULL, NULL});
    catch_end(&out, &err);
    CHECK_EQ(status, CF_EXIT_USAGE);
    CHECK(strstr(err, "cannot start the program \"never-built\" of /") != NULL);
    CHECK(strstr(err, "No such file or directory; `tools/dev build release` builds it") != NULL);
    CHECK_STR(out, "");
}
