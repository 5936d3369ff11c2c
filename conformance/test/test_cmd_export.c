#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/capture.h"
#include "../cli/cli.h"
#include "fixture.h"

static const char *out, *err;

static int run(const char *word, const char *output, const char *target)
{
    const char *words[] = {word};
    cf_args a = {.words = {words, 1, 1},
                 .root = TCPROVE_SOURCE_DIR "/conformance/scripts",
                 .target = target,
                 .output = output,
                 .seed = 1};
    catch_begin();
    int status = cf_cmd_export(&a);
    catch_end(&out, &err);
    return status;
}

TEST(a_run_becomes_a_capture_with_every_packet_of_it)
{
    cf_capture c;
    char path[300], why[300];
    tree_new();
    snprintf(path, sizeof path, "%s", tree_path("x.pcapng"));
    CHECK_EQ(run("close/active-close-in-four-segments@ipv4", path, "ref"), CF_EXIT_OK);
    CHECK(strstr(out, " packets in, 3 out, pass") != NULL);
    CHECK(cf_capture_read(&c, path, false, why, sizeof why));
    CHECK_EQ(c.conns.count, 1);
    CHECK(c.conns.items[0].half[0].fin && c.conns.items[0].half[1].fin);
    cf_capture_free(&c);
    tree_free();
}

TEST(one_script_and_a_file_are_needed)
{
    CHECK_EQ(run("close", "/tmp/unused.pcapng", "ref"), CF_EXIT_USAGE);
    CHECK(strstr(err, "--pcap-dir") != NULL);
    CHECK_EQ(run("close/active-close-in-four-segments", NULL, "ref"), CF_EXIT_USAGE);
    CHECK_EQ(run("close/active-close-in-four-segments", "/tmp/unused.pcapng", "nonsense"), CF_EXIT_USAGE);
    CHECK_EQ(run("close/active-close-in-four-segments@ipv4", "/nonexistent/x.pcapng", "ref"), CF_EXIT_USAGE);
}
