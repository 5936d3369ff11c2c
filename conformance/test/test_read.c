#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <unistd.h>

#include "../capture/read.h"
#include "capture_fix.h"
#include "fixture.h"

static char why[400];

TEST(packets_come_with_number_time_and_their_ip_part)
{
    tree_new();
    shape sh = {.start_ns = 1700000000000000000ll};
    cf_reader *r = cf_reader_open(story_file("a.pcap", &sh, whole, 10), why, sizeof why);
    CHECK(r != NULL);
    cf_frame f;
    for (uint64_t i = 1; i <= 10; i++) {
        CHECK_EQ(cf_reader_next(r, &f), CF_READ_PACKET);
        CHECK_EQ(f.number, i);
        CHECK_EQ(f.at_ns, sh.start_ns + whole[i - 1].ms * 1000000ll);
        CHECK_EQ(f.ip[0], 0x45);
        CHECK_EQ(f.ip_cap, f.cap);
    }
    CHECK_EQ(cf_reader_next(r, &f), CF_READ_END);
    CHECK(cf_reader_problem(r) == NULL);
    CHECK_EQ(cf_reader_count(r)->packets, 10);
    cf_reader_close(r);
    tree_free();
}

TEST(a_file_that_ends_inside_a_packet_says_after_which_one)
{
    tree_new();
    const char *path = story_file("a.pcap", &(shape){0}, whole, 10);
    CHECK_EQ(truncate(path, 24 + 2 * (16 + 48) + 30), 0);
    cf_reader *r = cf_reader_open(path, why, sizeof why);
    CHECK(r != NULL);
    cf_frame f;
    while (cf_reader_next(r, &f) == CF_READ_PACKET) CHECK(f.number <= 2);
    CHECK(strncmp(cf_reader_problem(r), "damaged after packet 2: ", 24) == 0);
    CHECK_EQ(cf_reader_next(r, &f), CF_READ_END);
    cf_reader_close(r);
    tree_free();
}

TEST(frames_without_ip_are_counted_and_carry_none)
{
    tree_new();
    const uint8_t *frames[] = {(const uint8_t *)"\1\2\3\4\5\6\1\2\3\4\5\6\x08\6????????"};
    cf_reader *r = cf_reader_open(frames_file("arp.pcap", 1, frames, (uint32_t[]){20}, 1), why, sizeof why);
    CHECK(r != NULL);
    cf_frame f;
    CHECK_EQ(cf_reader_next(r, &f), CF_READ_PACKET);
    CHECK(f.ip == NULL);
    CHECK_EQ(cf_reader_count(r)->not_ip, 1);
    cf_reader_close(r);
    tree_free();
}

TEST(what_is_no_capture_is_refused_with_the_reason)
{
    tree_new();
    CHECK(cf_reader_open(tree_put("text", "hello"), why, sizeof why) == NULL);
    CHECK(strstr(why, "not a capture") != NULL);
    CHECK(cf_reader_open("/nonexistent", why, sizeof why) == NULL);
    CHECK(strstr(why, "No such file") != NULL);
    CHECK(cf_reader_open("/tmp", why, sizeof why) == NULL);
    CHECK(strstr(why, "directory") != NULL);
    CHECK(cf_reader_open(frames_file("usb.pcap", 189, NULL, NULL, 0), why, sizeof why) == NULL);
    CHECK(strstr(why, "no TCP is looked for in link type 189") != NULL);
    tree_free();
}
