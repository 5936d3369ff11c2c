#define CHECK_MAIN
#include "../run/pcap.h"

#include <stdlib.h>
#include <unistd.h>

#include "../../stack/test/check.h"

static uint8_t file[4000];
static size_t file_len;

static uint32_t at32(size_t at)
{
    return (uint32_t)file[at] | (uint32_t)file[at + 1] << 8 | (uint32_t)file[at + 2] << 16 |
           (uint32_t)file[at + 3] << 24;
}

static void write_and_read(const cf_pcap *p)
{
    char path[] = "/tmp/cf_pcap_XXXXXX", why[200];
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    close(fd);
    CHECK(cf_pcap_write(p, path, why, sizeof why));
    FILE *f = fopen(path, "rb");
    CHECK(f != NULL);
    file_len = fread(file, 1, sizeof file, f);
    fclose(f);
    unlink(path);
}

/* The offset of the n-th block. */
static size_t block(unsigned n)
{
    size_t at = 0;
    while (n--) at += at32(at + 4);
    return at;
}

static bool has_text(size_t from, size_t to, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = from; i + n <= to; i++)
        if (memcmp(file + i, text, n) == 0) return true;
    return false;
}

TEST(a_capture_is_a_section_an_interface_and_the_packets_in_order_of_time)
{
    cf_pcap *p = cf_pcap_new("tcprove; seed 7");
    cf_pcap_add(p, 2000, false, (const uint8_t *)"late", 4);
    uint32_t n = cf_pcap_add(p, 1000, true, (const uint8_t *)"early", 5);
    cf_pcap_comment(p, n, "line %d", 12);
    write_and_read(p);
    cf_pcap_free(p);
    CHECK_EQ(at32(0), 0x0A0D0D0A);
    CHECK_EQ(at32(8), 0x1A2B3C4D);
    CHECK(has_text(0, block(1), "tcprove; seed 7"));
    CHECK_EQ(at32(block(1)), 1);
    CHECK_EQ(at32(block(1) + 8), 101);
    CHECK_EQ(at32(block(2)), 6);
    CHECK_EQ(at32(block(2) + 16), 1000);
    CHECK_EQ(at32(block(2) + 20), 5);
    CHECK(has_text(block(2), block(3), "early"));
    CHECK(has_text(block(2), block(3), "line 12"));
    CHECK(!has_text(block(3), file_len, "line 12"));
    CHECK_EQ(block(4), file_len);
    for (unsigned i = 0; i < 4; i++) CHECK_EQ(at32(block(i) + 4), at32(block(i + 1) - 4));
}

TEST(the_direction_is_the_stacks)
{
    cf_pcap *p = cf_pcap_new("");
    cf_pcap_add(p, 0, true, (const uint8_t *)"abcd", 4);
    cf_pcap_add(p, 0, false, (const uint8_t *)"abcd", 4);
    write_and_read(p);
    cf_pcap_free(p);
    CHECK_EQ(at32(block(2) + 36), 1);
    CHECK_EQ(at32(block(3) + 36), 2);
}

TEST(a_path_that_cannot_be_written_is_told)
{
    char why[200];
    cf_pcap *p = cf_pcap_new("");
    bool ok = cf_pcap_write(p, "/nonexistent/x.pcap", why, sizeof why);
    cf_pcap_free(p);
    CHECK(!ok);
    CHECK(strstr(why, "/nonexistent/x.pcap") != NULL);
    cf_pcap_comment(NULL, 0, "nothing happens");
}
