#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../cli/cli.h"
#include "capture_fix.h"
#include "fixture.h"

static const char *out, *err;

static int run(int argc, const char **argv)
{
    cf_args args;
    char why[300];
    int status = -1;
    if (cf_args_read(&args, CF_VERB_AUDIT, argc, (char **)(uintptr_t)argv, why, sizeof why)) {
        catch_begin();
        status = cf_cmd_audit(&args);
        catch_end(&out, &err);
    }
    cf_args_free(&args);
    return status;
}
#define RUN(...) run((int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)), (const char *[]){__VA_ARGS__})

TEST(a_sound_capture_is_exit_0_and_a_broken_must_exit_1)
{
    beat bad[10];
    memcpy(bad, whole, sizeof bad);
    bad[4].ack = 150;
    tree_new();
    const char *good_file = story_file("good.pcap", &(shape){0}, whole, 10);
    CHECK_EQ(RUN(good_file, "--taken-at", "both"), CF_EXIT_OK);
    CHECK(strstr(out, "0 must, 0 should; 10 packets of 1 connections") != NULL);
    const char *bad_file = story_file("bad.pcap", &(shape){0}, bad, 10);
    CHECK_EQ(RUN(bad_file, "--taken-at", "both", "--json", "-"), CF_EXIT_UNEXPECTED);
    CHECK(strstr(out, "\"rule\":\"ack-beyond\"") != NULL);
    CHECK(strstr(err, "acknowledges 150, and all that came in a row ends at 101") != NULL);
    tree_free();
}

/* The capture ends before the other end says anything more. */
TEST(what_a_dropped_packet_may_explain_is_no_finding_unless_there_is_none)
{
    beat bad[5];
    memcpy(bad, whole, sizeof bad);
    bad[4].ack = 102;
    tree_new();
    const char *file = story_file("bad.pcap", &(shape){0}, bad, 5);
    CHECK_EQ(RUN(file, "--taken-at", "both", "--complete"), CF_EXIT_UNEXPECTED);
    CHECK_EQ(RUN(file, "--taken-at", "both"), CF_EXIT_OK);
    CHECK(strstr(out, "1 suspicion not told: each can be explained by one packet that the capture dropped") != NULL);
    CHECK(strstr(out, "  ack-beyond 1\n0 must, 0 should;") != NULL);
    tree_free();
}

TEST(several_captures_have_their_names_above)
{
    tree_new();
    const char *file = story_file("good.pcap", &(shape){0}, whole, 10);
    CHECK_EQ(RUN(file, file), CF_EXIT_OK);
    CHECK(strstr(out, "== ") != NULL);
    tree_free();
}

TEST(wrong_words_are_exit_2_and_unreadable_files_exit_3)
{
    tree_new();
    const char *file = story_file("good.pcap", &(shape){0}, whole, 10);
    CHECK_EQ(run(0, NULL), CF_EXIT_USAGE);
    CHECK_EQ(RUN(file, "--side", "left"), CF_EXIT_USAGE);
    CHECK(strstr(err, "--side is client, server, both or an address; got \"left\"") != NULL);
    CHECK_EQ(RUN(file, "--taken-at", "here"), CF_EXIT_USAGE);
    CHECK_EQ(RUN("/nowhere.pcap"), CF_EXIT_UNREADABLE);
    const char *empty = story_file("empty.pcap", &(shape){0}, whole, 0);
    CHECK_EQ(RUN(empty), CF_EXIT_UNREADABLE);
    CHECK(strstr(err, "no TCP in it") != NULL);
    tree_free();
}
