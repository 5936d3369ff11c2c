#include <stdlib.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "fixture.h"

TEST(symbols_of_the_command_line_come_after_those_of_the_variant)
{
    cf_define mine = {"TFO_COOKIE", "ff"};
    cf_args a = {.defines = &mine, .define_count = 1};
    uint32_t count;
    cf_define *all = cf_join_defines(&a, &cf_variants[0], &count);
    CHECK_EQ(count, cf_variants[0].define_count + 1);
    CHECK_STR(all[count - 1].value, "ff");
    free(all);
}

TEST(a_wrong_variant_or_root_is_wrong_usage)
{
    cf_places p;
    cf_selection s;
    const char *out, *err;
    cf_args a = {.variants = "ipv5"};
    catch_begin();
    int status = cf_choose(&a, &p, &s);
    catch_end(&out, &err);
    CHECK_EQ(status, CF_EXIT_USAGE);
    CHECK(strstr(err, "ipv5") != NULL);
    a = (cf_args){.root = "/nowhere"};
    catch_begin();
    status = cf_choose(&a, &p, &s);
    catch_end(&out, &err);
    CHECK_EQ(status, CF_EXIT_USAGE);
    CHECK_STR(err, "tcprove: --root \"/nowhere\" is not a folder\n");
}

TEST(complaints_go_to_standard_error_with_the_name_of_the_program)
{
    const char *out, *err;
    catch_begin();
    int status = cf_complain(CF_EXIT_TARGET, "no %s", "luck");
    catch_end(&out, &err);
    CHECK_EQ(status, 3);
    CHECK_STR(err, "tcprove: no luck\n");
    CHECK_STR(out, "");
}
