#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../cli/cli.h"
#include "capture_fix.h"
#include "fixture.h"

static const char *out, *err;
static char a[300], b[300];

static int run(int argc, const char **argv)
{
    cf_args args;
    char why[300];
    int status = -1;
    args.root = NULL;
    if (cf_args_read(&args, CF_VERB_DIFF, argc, (char **)(uintptr_t)argv, why, sizeof why)) {
        args.root = TCPROVE_SOURCE_DIR "/conformance/scripts";
        catch_begin();
        status = cf_cmd_diff(&args);
        catch_end(&out, &err);
    }
    cf_args_free(&args);
    return status;
}
#define RUN(...) run((int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)), (const char *[]){__VA_ARGS__})

static void two_files(void)
{
    beat other[10];
    memcpy(other, whole, sizeof other);
    other[8].win = 600;
    tree_new();
    snprintf(a, sizeof a, "%s", story_file("a/x.pcap", &(shape){0}, whole, 10));
    snprintf(b, sizeof b, "%s", story_file("b/x.pcap", &(shape){0}, other, 10));
}

TEST(equal_captures_are_exit_0_and_different_ones_exit_1)
{
    two_files();
    CHECK_EQ(RUN(a, a), CF_EXIT_OK);
    CHECK(strstr(out, "no differences") != NULL);
    CHECK_EQ(RUN(a, b), CF_EXIT_UNEXPECTED);
    CHECK(strstr(out, "win: 65152, there 76800  [REC-1") != NULL);
    tree_free();
}

TEST(quietly_only_the_closing_line_is_told)
{
    two_files();
    CHECK_EQ(RUN(a, a, "-q"), CF_EXIT_OK);
    CHECK_STR(out, "1 of 1 connections equal: no differences\n");
    CHECK_EQ(RUN(a, b, "-q"), CF_EXIT_UNEXPECTED);
    CHECK_STR(out, "0 of 1 connections equal: 1 choice\n");
    tree_free();
}

TEST(two_reports_do_not_share_standard_output)
{
    two_files();
    CHECK_EQ(RUN(a, b, "--json", "-", "--html", "-"), CF_EXIT_USAGE);
    CHECK(strstr(err, "--json - and --html - would share standard output") != NULL);
    CHECK_STR(out, "");
    CHECK_EQ(RUN(a, b, "--html", "-"), CF_EXIT_UNEXPECTED);
    CHECK(strncmp(out, "<!doctype html>", 15) == 0);
    CHECK(strstr(err, "0 of 1 connections equal: 1 choice") != NULL);
    tree_free();
}

TEST(folders_are_compared_by_the_names_of_their_files)
{
    two_files();
    *strrchr(a, '/') = '\0';
    *strrchr(b, '/') = '\0';
    CHECK_EQ(RUN(a, a), CF_EXIT_OK);
    CHECK(strstr(out, "1 of 1 files equal") != NULL);
    CHECK_EQ(RUN(a, b, "--summary"), CF_EXIT_UNEXPECTED);
    CHECK(strstr(out, "0 of 1 files equal: 1 choice") != NULL);
    tree_free();
}

TEST(wrong_words_are_exit_2_and_unreadable_files_exit_3)
{
    two_files();
    CHECK_EQ(RUN(a), CF_EXIT_USAGE);
    CHECK_EQ(RUN(a, b, "--rules", "/nonexistent.tsv"), CF_EXIT_USAGE);
    CHECK_EQ(RUN(a, "/nonexistent.pcap"), CF_EXIT_UNREADABLE);
    CHECK(strstr(err, "/nonexistent.pcap") != NULL);
    CHECK_EQ(RUN(a, tree_put("text", "x")), CF_EXIT_UNREADABLE);
    *strrchr(b, '/') = '\0';
    CHECK_EQ(RUN(a, b), CF_EXIT_USAGE);
    tree_free();
}

TEST(json_goes_to_standard_output_and_a_page_to_its_file)
{
    char page[300], head[40] = "";
    two_files();
    snprintf(page, sizeof page, "%s", tree_path("page.html"));
    CHECK_EQ(RUN(a, b, "--json=-", "--html", page), CF_EXIT_UNEXPECTED);
    CHECK(strncmp(out, "{\"a\":{\"path\":", 13) == 0);
    CHECK(strstr(out, "\"equal\":false") != NULL);
    FILE *f = fopen(page, "r");
    CHECK(f != NULL);
    CHECK(fgets(head, sizeof head, f) != NULL);
    fclose(f);
    CHECK_STR(head, "<!doctype html>\n");
    tree_free();
}
