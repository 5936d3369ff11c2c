#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>

#include "../capture/capture.h"
#include "../capture/drops.h"
#include "capture_fix.h"
#include "fixture.h"

/* Blocks as they lie in a file, little end first; `other_way` turns each number around. */
static uint8_t file[8192];
static size_t size;
static bool other_way;

static void put(uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        file[size + (size_t)(other_way ? bytes - 1 - i : i)] = (uint8_t)(v >> (8 * i) & 255);
    size += (size_t)bytes;
}

static void section(void)
{
    put(0x0A0D0D0A, 4);
    put(28, 4);
    put(0x1A2B3C4D, 4);
    put(1, 2);
    put(0, 2);
    put(UINT64_MAX, 8);
    put(28, 4);
    put(1, 4); /* an interface of raw IP */
    put(20, 4);
    put(101, 2);
    put(0, 2);
    put(0, 4);
    put(20, 4);
}

/* An option before the two that count, one of a length that has to be filled up. */
static void statistics(uint32_t number, uint64_t ifdrop, uint64_t osdrop)
{
    uint32_t len = 20 + 8 + 12 + 12 + 4 + 4;
    put(5, 4);
    put(len, 4);
    put(number, 4);
    put(0, 8);
    put(1, 2);
    put(3, 2);
    put('a', 4);
    put(5, 2);
    put(8, 2);
    put(ifdrop, 8);
    put(7, 2);
    put(8, 2);
    put(osdrop, 8);
    put(0, 4);
    put(len, 4);
}

static void begin(bool turned)
{
    size = 0;
    other_way = turned;
    section();
}

static uint64_t total(size_t piece)
{
    cf_drops d = {0};
    for (size_t at = 0; at < size; at += piece) cf_drops_feed(&d, file + at, size - at < piece ? size - at : piece);
    return cf_drops_total(&d);
}

TEST(what_interface_and_system_dropped_counts_from_either_end_and_in_any_pieces)
{
    for (int turned = 0; turned < 2; turned++) {
        begin(turned);
        statistics(0, 7, 20);
        for (size_t piece = 1; piece <= size; piece++) CHECK_EQ(total(piece), 27);
    }
}

TEST(an_interface_counts_on_and_a_section_begins_anew)
{
    begin(false);
    statistics(0, 7, 0);
    statistics(1, 5, 0);
    statistics(0, 9, 0);
    CHECK_EQ(total(size), 14);
    other_way = true;
    section();
    CHECK_EQ(total(size), 14);
    statistics(0, 1, 0);
    CHECK_EQ(total(size), 15);
}

TEST(interfaces_beyond_the_table_share_a_place_and_numbers_do_not_wrap)
{
    begin(false);
    statistics(70, 5, 0);
    statistics(4000000000u, 3, 0);
    CHECK_EQ(total(size), 5);
    statistics(2, UINT64_MAX, UINT64_MAX);
    CHECK(total(size) == UINT64_MAX);
}

TEST(a_block_that_is_longer_than_what_is_kept_is_read_as_far)
{
    begin(false);
    statistics(0, 3, 0);
    size_t at = size;
    statistics(1, 4, 0);
    uint32_t len = 4000;
    size = at + len - 4;
    put(len, 4);
    memcpy(file + at + 4, file + size - 4, 4);
    statistics(2, 5, 0);
    CHECK_EQ(total(1), 12);
    CHECK_EQ(total(1000), 12);
}

TEST(other_files_and_damaged_ones_say_nothing)
{
    begin(false);
    statistics(0, 7, 0);
    file[0] ^= 1; /* no section */
    CHECK_EQ(total(3), 0);
    begin(false);
    file[8] ^= 1; /* no byte order */
    statistics(0, 7, 0);
    CHECK_EQ(total(3), 0);
    begin(false);
    statistics(0, 7, 0);
    size_t good = size;
    put(6, 4);
    put(8, 4); /* shorter than its own head */
    put(0, 8);
    statistics(0, 9, 0);
    CHECK_EQ(total(3), 7);
    size = good - 1; /* cut */
    CHECK_EQ(total(3), 0);
}

static const char *written(const char *name)
{
    const char *path = tree_put(name, "");
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(file, 1, size, f) != size || fclose(f) != 0) abort();
    return path;
}

/* The number comes with the packets: read.h, and in words. */
TEST(a_capture_that_dropped_packets_says_so)
{
    static uint8_t bytes[2000];
    char why[300];
    cf_capture c;
    tree_new();
    begin(false);
    uint32_t len = beat_bytes(bytes, sizeof bytes, &(shape){0}, &whole[0]), padded = (len + 3) / 4 * 4;
    put(6, 4);
    put(32 + padded, 4);
    put(0, 4);
    put(0, 8);
    put(len, 4);
    put(len, 4);
    memcpy(file + size, bytes, len);
    size += padded;
    put(32 + padded, 4);
    statistics(0, 2, 0);
    CHECK(cf_capture_read(&c, written("a.pcapng"), true, why, sizeof why));
    CHECK_EQ(c.read.packets, 1);
    CHECK_EQ(c.read.dropped, 2);
    cf_buf out = {0};
    cf_capture_left_out(&c, &out);
    CHECK_STR(cf_buf_str(&out), "2 packets are missing: the capture says that they were dropped\n");
    cf_buf_free(&out);
    cf_capture_free(&c);
    tree_free();
}
