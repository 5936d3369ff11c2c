#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../cli/cli.h"
#include "capture_fix.h"
#include "fixture.h"

static const char *out, *err;

static int run(const char *path, const char *option, bool no_run)
{
    const char *words[] = {path};
    char folder[300];
    snprintf(folder, sizeof folder, "%s", tree_path("scripts"));
    cf_args a = {.words = {words, 1, 1}, .output = folder, .no_run = no_run};
    if (option && option[0] >= '0' && option[0] <= '9') a.local = option;
    else a.side = option;
    catch_begin();
    int status = cf_cmd_import(&a);
    catch_end(&out, &err);
    return status;
}

static bool exists(const char *name)
{
    FILE *f = fopen(tree_path(name), "r");
    if (f) fclose(f);
    return f != NULL;
}

/* The FIN is acknowledged, as late as Linux does it, before the other side closes too. */
static const char *polite_file(void)
{
    beat b[11];
    memcpy(b, whole, 8 * sizeof *b);
    b[8] = (beat){69, '<', ".", 101, 0, 102, 509, NULL, 0, 0};
    b[9] = (beat){81, '<', "F.", 101, 0, 102, 509, NULL, 0, 0};
    b[10] = (beat){82, '>', ".", 102, 0, 102, 501, NULL, 0, 0};
    return story_file("x.pcap", &(shape){0}, b, 11);
}

TEST(both_ends_become_scripts_that_the_reference_stack_reproduces)
{
    tree_new();
    char path[300];
    snprintf(path, sizeof path, "%s", polite_file());
    if (run(path, NULL, false) != CF_EXIT_OK) CHECK_FAIL("%s%s", out, err);
    CHECK(strstr(out, "2 of 2 scripts reproduce") != NULL);
    CHECK(exists("scripts/x-1-client.pkt"));
    CHECK(exists("scripts/x-1-server.pkt"));
    tree_free();
}

TEST(one_end_is_chosen_by_its_part_or_its_address)
{
    tree_new();
    char path[300];
    snprintf(path, sizeof path, "%s", story_file("x.pcap", &(shape){0}, whole, 10));
    CHECK_EQ(run(path, "server", true), CF_EXIT_OK);
    CHECK(exists("scripts/x-1-server.pkt"));
    CHECK(!exists("scripts/x-1-client.pkt"));
    CHECK_EQ(run(path, "192.0.2.1", true), CF_EXIT_OK);
    CHECK(exists("scripts/x-1-client.pkt"));
    CHECK_EQ(run(path, "10.0.0.1", true), CF_EXIT_USAGE);
    CHECK_EQ(run(path, "middle", true), CF_EXIT_USAGE);
    tree_free();
}

TEST(what_cannot_become_a_script_is_said_with_the_reason)
{
    tree_new();
    char path[300];
    snprintf(path, sizeof path, "%s", story_file("x.pcap", &(shape){0}, whole + 3, 7));
    CHECK_EQ(run(path, "server", false), CF_EXIT_UNREADABLE);
    CHECK(strstr(out, "the beginning of the connection is not in the capture") != NULL);
    CHECK(strstr(err, "none of its 1 connections became a script; the first: the beginning") != NULL);
    CHECK_EQ(run("/nonexistent.pcap", NULL, false), CF_EXIT_UNREADABLE);
    snprintf(path, sizeof path, "%s", story_file("empty.pcap", &(shape){0}, whole, 0));
    CHECK_EQ(run(path, NULL, false), CF_EXIT_UNREADABLE);
    CHECK(strstr(err, "holds no TCP connection") != NULL);
    tree_free();
}

TEST(what_the_stack_does_not_reproduce_is_exit_1_with_the_first_mistake)
{
    tree_new();
    char path[300];
    beat odd[10];
    memcpy(odd, whole, sizeof odd);
    odd[4].ack = 51; /* acknowledges half a segment */
    snprintf(path, sizeof path, "%s", story_file("x.pcap", &(shape){0}, odd, 10));
    CHECK_EQ(run(path, "server", false), CF_EXIT_UNEXPECTED);
    CHECK(strstr(out, "not reproduced: ") != NULL);
    CHECK(strstr(out, "0 of 1 scripts") != NULL);
    tree_free();
}

/* A capture of very many connections: so many SYNs, each refused. */
TEST(of_very_many_connections_the_first_are_taken)
{
    enum { MANY = 1003, SIZE = 100 };
    static uint8_t bytes[2 * MANY][SIZE];
    static const uint8_t *frame[2 * MANY];
    static uint32_t len[2 * MANY];
    for (int i = 0; i < MANY; i++) {
        shape sh = {.port = {(uint16_t)(10000 + i), 80}};
        const beat syn = {i, '>', "S", 0, 0, 0, 100, NULL, 0, 0}, rst = {i, '<', "R.", 0, 0, 1, 0, NULL, 0, 0};
        len[2 * i] = beat_bytes(bytes[2 * i], SIZE, &sh, &syn);
        len[2 * i + 1] = beat_bytes(bytes[2 * i + 1], SIZE, &sh, &rst);
        frame[2 * i] = bytes[2 * i];
        frame[2 * i + 1] = bytes[2 * i + 1];
    }
    tree_new();
    char path[300];
    snprintf(path, sizeof path, "%s", frames_file("x.pcap", 101, frame, len, 2 * MANY));
    CHECK_EQ(run(path, "server", true), CF_EXIT_OK);
    CHECK(strstr(out, "left out: connections 1001 to 1003, after 1000 others (--connection N takes one of them)\n") !=
          NULL);
    CHECK(exists("scripts/x-1000-server.pkt"));
    CHECK(!exists("scripts/x-1001-server.pkt"));
    tree_free();
}
