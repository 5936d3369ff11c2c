#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../run/standalone.h"

static size_t bytes_seen;

static int count_bytes(const uint8_t *data, size_t len)
{
    (void)data;
    bytes_seen += len;
    return 0;
}

static void put(const char *folder, const char *name, size_t len)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    CHECK(f != NULL);
    for (size_t i = 0; i < len; i++) fputc('x', f);
    fclose(f);
}

TEST(a_folder_is_replayed_with_everything_below_it)
{
    char folder[] = "/tmp/fz_replay_XXXXXX", below[100], path[200];
    CHECK(mkdtemp(folder) != NULL);
    snprintf(below, sizeof below, "%s/below", folder);
    CHECK_EQ(mkdir(below, 0700), 0);
    put(folder, "b", 3);
    put(folder, "a", 0);
    put(below, "c", 4);
    bytes_seen = 0;
    fz_replay r = {.run = count_bytes};
    CHECK(fz_replay_path(&r, folder));
    CHECK_EQ(r.inputs, 3);
    CHECK_EQ(bytes_seen, 7);
    static const char *const names[] = {"a", "b", "below/c", "below", "."};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    rmdir(folder);
}

TEST(a_missing_path_is_an_error_unless_optional)
{
    fz_replay r = {.run = count_bytes};
    CHECK(!fz_replay_path(&r, "/nowhere/at/all"));
    r.optional = true;
    CHECK(fz_replay_path(&r, "/nowhere/at/all"));
    CHECK_EQ(r.inputs, 0);
}

TEST(an_unknown_option_and_nothing_to_replay_are_errors)
{
    char *wrong[] = {"replay", "--nonsense", NULL}, *nothing[] = {"replay", NULL};
    CHECK_EQ(fz_replay_main(2, wrong, count_bytes), 2);
    CHECK_EQ(fz_replay_main(1, nothing, count_bytes), 1);
}

TEST(a_rate_needs_a_number_of_seconds_and_runs_what_was_kept)
{
    char *words[] = {"replay", "--rate", "0.001", "README.md", NULL}, *wrong[] = {"replay", "--rate", "fast", NULL};
    bytes_seen = 0;
    CHECK_EQ(fz_replay_main(4, words, count_bytes), 0);
    size_t often = bytes_seen;
    CHECK_EQ(fz_replay_main(3, wrong, count_bytes), 2);
    CHECK_EQ(bytes_seen, often);
    fz_replay once = {.run = count_bytes};
    CHECK(fz_replay_path(&once, "README.md"));
    CHECK(often >= 2 * (bytes_seen - often));
}

TEST(the_input_of_a_number_is_kept_as_a_file)
{
    char path[] = "/tmp/fz_written_XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    close(fd);
    char *words[] = {"replay", "--write", path, "--seeds", "7", "2", NULL};
    char *nowhere[] = {"replay", "--write", "/nowhere/at/all", "--seeds", "7", "1", NULL};
    bytes_seen = 0;
    CHECK_EQ(fz_replay_main(4 + 2, words, count_bytes), 0);
    size_t both = bytes_seen;
    char *again[] = {"replay", path, NULL}, *second[] = {"replay", "--seeds", "8", "1", NULL};
    CHECK_EQ(fz_replay_main(2, again, count_bytes), 0);
    size_t kept = bytes_seen - both;
    bytes_seen = 0;
    CHECK_EQ(fz_replay_main(4, second, count_bytes), 0);
    CHECK(kept == bytes_seen && kept < both);
    CHECK_EQ(fz_replay_main(6, nowhere, count_bytes), 1);
    remove(path);
}

TEST(a_script_and_a_capture_are_asked_for_in_the_environment)
{
    char *words[] = {"replay", "--script", "a.pkt", "--pcap", "b.pcapng", "--optional", NULL};
    char *cut[] = {"replay", "--script", NULL};
    CHECK_EQ(fz_replay_main(6, words, count_bytes), 0);
    CHECK_STR(getenv("FZ_SCRIPT"), "a.pkt");
    CHECK_STR(getenv("FZ_PCAP"), "b.pcapng");
    CHECK_EQ(fz_replay_main(2, cut, count_bytes), 2);
}
