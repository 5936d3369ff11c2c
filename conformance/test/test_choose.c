#include <stdlib.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "fixture.h"

static const char *said;

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

static int named(const char *text, cf_named_target *t)
{
    const char *out;
    catch_begin();
    int status = cf_choose_target("--target", text, t);
    catch_end(&out, &said);
    return status;
}

TEST(a_target_is_named_with_what_it_takes_and_nothing_else)
{
    cf_named_target t;
    CHECK_EQ(named("ref", &t), CF_EXIT_OK);
    CHECK(t.arg == NULL);
    CHECK_EQ(named("so:/a:b", &t), CF_EXIT_OK);
    CHECK_STR(t.ops->name, "so");
    CHECK_STR(t.arg, "/a:b");
    CHECK_EQ(named("linux:6.1", &t), CF_EXIT_USAGE);
    CHECK_STR(said, "tcprove: --target linux:6.1: the target linux takes nothing behind ':'\n");
    CHECK_EQ(named("mars:2", &t), CF_EXIT_USAGE);
    CHECK_STR(said, "tcprove: --target: unknown target \"mars\"; there are: ref, linux, so:PATH\n");
}

static void contradicts(cf_args a, const char *message)
{
    cf_places p;
    cf_selection s;
    const char *out, *err;
    const char *words[] = {"close"};
    a.root = TCPROVE_SOURCE_DIR "/conformance/scripts";
    a.words = (cf_strings){words, 1, 1};
    catch_begin();
    int status = cf_choose(&a, &p, &s);
    catch_end(&out, &err);
    CHECK_EQ(status, CF_EXIT_USAGE);
    if (!strstr(err, message)) CHECK_FAIL("said \"%s\"", err);
}

TEST(options_that_contradict_each_other_are_wrong_usage)
{
    const char *v6[] = {"local_ip=fd00::1"}, *same[] = {"remote_ip=192.168.0.1"};
    contradicts((cf_args){.ip_version = "ipv6", .variants = "ipv4"}, "contradict each other");
    contradicts((cf_args){.variants = "ipv4", .options = {v6, 1, 1}}, "is of the other family");
    contradicts((cf_args){.options = {same, 1, 1}}, "both 192.168.0.1");
}

TEST(an_address_that_concerns_one_of_the_selected_variants_is_right)
{
    cf_places p;
    cf_selection s;
    const char *words[] = {"close"}, *v6[] = {"local_ip=fd00::1"};
    cf_args a = {.root = TCPROVE_SOURCE_DIR "/conformance/scripts",
                 .words = {words, 1, 1},
                 .options = {v6, 1, 1},
                 .ip_version = "ipv6",
                 .variants = "all"};
    CHECK_EQ(cf_choose(&a, &p, &s), CF_EXIT_OK);
    for (uint32_t i = 0; i < s.count; i++) CHECK_STR(s.picks[i].variant->name, "ipv6");
    cf_selection_free(&s);
    cf_places_free(&p);
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

TEST(an_error_of_a_run_tells_whose_fault_it_is)
{
    cf_result r = {.outcome = CF_RUN_ERROR};
    static const struct {
        const char *signature;
        int status;
    } rows[] = {{"script x", CF_EXIT_INVALID},
                {"target y", CF_EXIT_TARGET},
                {"usage z", CF_EXIT_USAGE},
                {"error w", CF_EXIT_UNEXPECTED}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(r.signature, sizeof r.signature, "%s", rows[i].signature);
        CHECK_EQ(cf_exit_of(&r), rows[i].status);
    }
    r.outcome = CF_FAIL;
    snprintf(r.signature, sizeof r.signature, "script");
    CHECK_EQ(cf_exit_of(&r), CF_EXIT_UNEXPECTED);
}
