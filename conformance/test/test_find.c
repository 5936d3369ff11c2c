#include <stdlib.h>
#include <unistd.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../suite/find.h"
#include "fixture.h"

static const char script[] = "//: title: Something happens\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n";

TEST(scripts_of_a_folder_are_found_deep_and_sorted_by_id)
{
    char why[300];
    cf_tests t = {0};
    tree_new();
    tree_put("b/two.pkt", script);
    tree_put("a.pkt", script);
    tree_put("b/c/one.pkt", script);
    tree_put("b/readme.txt", "not a script");
    tree_put(".hidden/x.pkt", script);
    bool ok = cf_tests_add_dir(&t, tree_path("."), "pre/", true, why, sizeof why);
    tree_free();
    CHECK(ok);
    CHECK_EQ(t.count, 3);
    CHECK_STR(t.items[0].id, "pre/a");
    CHECK_STR(t.items[1].id, "pre/b/c/one");
    CHECK_STR(t.items[2].id, "pre/b/two");
    CHECK_STR(t.items[0].title, "Something happens");
    cf_tests_free(&t);
}

TEST(links_to_folders_are_not_followed_so_circles_end)
{
    char why[300];
    cf_tests t = {0};
    tree_new();
    tree_put("b/one.pkt", script);
    bool linked = symlink("..", tree_path("b/up")) == 0 && symlink("..", tree_path("b/up.pkt")) == 0;
    bool ok = cf_tests_add_dir(&t, tree_path("."), "", true, why, sizeof why);
    unlink(tree_path("b/up"));
    unlink(tree_path("b/up.pkt"));
    tree_free();
    CHECK(linked);
    CHECK(ok);
    CHECK_EQ(t.count, 1);
    cf_tests_free(&t);
}

TEST(a_file_is_known_under_any_spelling_of_its_path)
{
    char why[300];
    cf_tests t = {0};
    tree_new();
    tree_put("b/two.pkt", script);
    bool ok = cf_tests_add_dir(&t, tree_path("b"), "", true, why, sizeof why);
    const cf_test *same = cf_tests_by_file(&t, tree_path("b/../b/two.pkt")),
                  *none = cf_tests_by_file(&t, tree_path("no.pkt"));
    tree_free();
    CHECK(ok);
    CHECK(same == &t.items[0]);
    CHECK(none == NULL);
    cf_tests_free(&t);
}

TEST(two_scripts_never_have_the_same_id)
{
    char why[300];
    cf_tests t = {0};
    tree_new();
    tree_put("a/close/fin.pkt", script);
    tree_put("b/close/fin.pkt", script);
    bool ok = cf_tests_add_dir(&t, tree_path("a/close"), "close/", false, why, sizeof why) &&
              cf_tests_add_dir(&t, tree_path("b/close"), "close/", false, why, sizeof why);
    tree_free();
    CHECK(ok);
    CHECK_EQ(t.count, 2);
    CHECK_STR(t.items[0].id, "close/fin");
    CHECK(strstr(t.items[1].id, "/b/close/fin") != NULL);
    cf_tests_free(&t);
}

TEST(a_file_or_folder_that_cannot_be_read_is_named)
{
    char why[300];
    cf_tests t = {0};
    CHECK(!cf_tests_add_dir(&t, "/nowhere", "", true, why, sizeof why));
    CHECK(strstr(why, "/nowhere") != NULL);
    CHECK(!cf_tests_add_file(&t, "/nowhere/x.pkt", "x", false, why, sizeof why));
    CHECK(strstr(why, "/nowhere/x.pkt") != NULL);
    cf_tests_free(&t);
}

TEST(the_folder_of_scripts_is_taken_from_the_option_then_from_the_environment)
{
    char why[300];
    cf_places p;
    tree_new();
    tree_put("one/scripts/x.pkt", script);
    tree_put("one/spec/rfc9293.tsv", "");
    setenv("TCPROVE_SCRIPTS", tree_path("one/scripts"), 1);
    bool by_env = cf_places_find(&p, NULL, NULL, NULL, why, sizeof why);
    bool right = by_env && strcmp(p.root, tree_path("one/scripts")) == 0 && strstr(p.spec, "one/scripts/../spec");
    cf_places_free(&p);
    bool wrong = cf_places_find(&p, "/nowhere", NULL, NULL, why, sizeof why);
    unsetenv("TCPROVE_SCRIPTS");
    tree_free();
    CHECK(right);
    CHECK(!wrong);
    CHECK_STR(why, "--root \"/nowhere\" is not a folder");
}
