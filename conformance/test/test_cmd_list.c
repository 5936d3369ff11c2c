#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "fixture.h"

TEST(what_would_run_is_shown_with_variants_level_and_title)
{
    const char *out, *err;
    tree_new();
    tree_put(
        "scripts/close/fin.pkt",
        "//: title: A FIN is acknowledged\n//: spec: MUST-13 (MUST)\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    tree_put("scripts/close/x-v6.pkt", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    tree_put("spec/x", "");
    char root[200];
    snprintf(root, sizeof root, "%s", tree_path("scripts"));
    cf_args a = {.root = root};
    catch_begin();
    int status = cf_cmd_list(&a);
    catch_end(&out, &err);
    tree_free();
    CHECK_EQ(status, CF_EXIT_OK);
    CHECK_STR(out, "close/fin   46m  MUST    A FIN is acknowledged\n"
                   "close/x-v6  6    -       -\n"
                   "2 scripts, 4 runs (4 = ipv4, 6 = ipv6, m = ipv4-mapped-ipv6)\n");
    CHECK_STR(err, "");
}

TEST(nothing_to_list_is_wrong_usage)
{
    const char *out, *err, *words[] = {"nosuchthing"};
    cf_args a = {.root = TCPROVE_SOURCE_DIR "/conformance/scripts", .words = {words, 1, 1}};
    catch_begin();
    int status = cf_cmd_list(&a);
    catch_end(&out, &err);
    CHECK_EQ(status, CF_EXIT_USAGE);
    CHECK(strstr(err, "nothing is named \"nosuchthing\"") != NULL);
}
