#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../capture/folder.h"
#include "capture_fix.h"
#include "fixture.h"

TEST(files_of_one_name_are_compared_and_the_others_named)
{
    cf_folder_diff f;
    char why[400], a[300], b[300];
    cf_diff_opts o = cf_diff_defaults();
    tree_new();
    story_file("a/close/same.pcap", &(shape){0}, whole, 10);
    story_file("b/close/same.pcap", &(shape){.isn = {9, 9}}, whole, 10);
    story_file("a/other.pcapng", &(shape){0}, whole, 10);
    story_file("b/other.pcapng", &(shape){0}, whole, 9);
    story_file("a/only-a.pcap", &(shape){0}, whole, 10);
    story_file("b/only-b.pcap", &(shape){0}, whole, 10);
    tree_put("a/zz.pcap", "nonsense");
    tree_put("b/zz.pcap", "nonsense");
    tree_put("a/notes.txt", "no capture");
    snprintf(a, sizeof a, "%s", tree_path("a"));
    snprintf(b, sizeof b, "%s", tree_path("b"));
    CHECK(cf_is_folder(a));
    CHECK(cf_diff_folders(&f, a, b, &o, why, sizeof why));
    CHECK_EQ(f.compared, 3);
    CHECK_EQ(f.equal, 1);
    CHECK_EQ(f.count, 4);
    CHECK_STR(f.files[0].name, "only-a.pcap");
    CHECK(f.files[0].in_a && !f.files[0].in_b);
    CHECK_STR(f.files[2].name, "other.pcapng");
    CHECK_EQ(f.files[2].diff.counts[CF_D_MISSING][CF_DC_UNEXPLAINED], 1);
    CHECK_EQ(f.counts[CF_DC_UNEXPLAINED], 1);
    CHECK(strstr(f.files[3].problem, "not a capture") != NULL);
    cf_folder_diff_free(&f);
    tree_free();
}

TEST(folders_without_captures_are_an_error)
{
    cf_folder_diff f;
    char why[400];
    cf_diff_opts o = cf_diff_defaults();
    tree_new();
    char *path = (char *)(uintptr_t)tree_put("notes.txt", "x");
    *strrchr(path, '/') = '\0';
    CHECK(!cf_diff_folders(&f, path, path, &o, why, sizeof why));
    CHECK(strstr(why, "holds a capture") != NULL);
    CHECK(!cf_diff_folders(&f, "/nonexistent", path, &o, why, sizeof why));
    CHECK(strstr(why, "/nonexistent") != NULL);
    tree_free();
}

TEST(links_to_folders_are_not_entered_and_pipes_not_opened)
{
    cf_folder_diff f;
    char why[400], a[300];
    cf_diff_opts o = cf_diff_defaults();
    tree_new();
    story_file("a/one.pcap", &(shape){0}, whole, 10);
    snprintf(a, sizeof a, "%s", tree_path("a"));
    CHECK_EQ(symlink(".", tree_path("a/again")), 0);
    CHECK_EQ(symlink("one.pcap", tree_path("a/two.pcap")), 0);
    CHECK_EQ(mkfifo(tree_path("a/pipe.pcap"), 0600), 0);
    CHECK(cf_diff_folders(&f, a, a, &o, why, sizeof why));
    CHECK_EQ(f.compared, 2);
    CHECK_EQ(f.equal, 2);
    cf_folder_diff_free(&f);
    tree_free();
}
