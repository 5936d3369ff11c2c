#define CHECK_MAIN
#include "check.h"

#include "../base/pcapng.h"

typedef struct file {
    uint8_t bytes[1024];
    size_t len, room;
} file;

static bool take(void *ctx, const void *data, size_t len)
{
    file *f = ctx;
    if (len > f->room - f->len) return false;
    memcpy(f->bytes + f->len, data, len);
    f->len += len;
    return true;
}

static file empty(void)
{
    return (file){.room = sizeof((file *)0)->bytes};
}

static uint32_t le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static const uint8_t PACKET[5] = {0x45, 1, 2, 3, 4};

static void write_capture(file *f)
{
    rs_pcapng w = {take, f};
    CHECK(rs_pcapng_begin(&w, "a test", "tun0"));
    CHECK(rs_pcapng_packet(&w, (rs_time){0x123456789}, RS_PCAPNG_OUT, (rs_bytes){PACKET, 5}, "line 7"));
    CHECK(rs_pcapng_packet(&w, (rs_time){-3}, RS_PCAPNG_IN, (rs_bytes){PACKET, 4}, NULL));
}

/* Walks the blocks: both lengths of each agree and cover the file exactly. Returns the offset of block n. */
static size_t block(const file *f, int n)
{
    size_t at = 0;
    for (int i = 0; at < f->len && i < n; i++) {
        uint32_t len = le32(f->bytes + at + 4);
        CHECK(len % 4 == 0 && len >= 12 && at + len <= f->len);
        CHECK_EQ(le32(f->bytes + at + len - 4), len);
        at += len;
    }
    return at;
}

TEST(a_capture_is_a_section_an_interface_and_packets)
{
    file f = empty();
    write_capture(&f);
    CHECK_EQ(le32(f.bytes), 0x0a0d0d0a);
    CHECK_EQ(le32(f.bytes + 8), 0x1a2b3c4d);
    CHECK_EQ(le32(f.bytes + block(&f, 1)), 1);
    CHECK_EQ(f.bytes[block(&f, 1) + 8], 101);
    CHECK_EQ(le32(f.bytes + block(&f, 2)), 6);
    CHECK_EQ(le32(f.bytes + block(&f, 3)), 6);
    CHECK_EQ(block(&f, 4), f.len);
}

TEST(a_packet_has_its_time_in_microseconds_its_bytes_comment_and_direction)
{
    file f = empty();
    write_capture(&f);
    const uint8_t *p = f.bytes + block(&f, 2);
    CHECK_EQ(le32(p + 12), 1);
    CHECK_EQ(le32(p + 16), 0x23456789);
    CHECK_EQ(le32(p + 20), 5);
    CHECK_EQ(le32(p + 24), 5);
    CHECK(memcmp(p + 28, PACKET, 5) == 0);
    CHECK(memcmp(p + 36, "\1\0\6\0line 7\0\0", 12) == 0);
    CHECK(memcmp(p + 48, "\2\0\4\0\2\0\0\0", 8) == 0);
    CHECK_EQ(le32(p + 56), 0);
}

TEST(a_time_before_zero_is_written_as_zero)
{
    file f = empty();
    write_capture(&f);
    const uint8_t *p = f.bytes + block(&f, 3);
    CHECK_EQ(le32(p + 12), 0);
    CHECK_EQ(le32(p + 16), 0);
    CHECK(memcmp(p + 32, "\2\0\4\0\1\0\0\0", 8) == 0);
}

TEST(the_interface_says_its_name_and_microseconds)
{
    file f = empty();
    write_capture(&f);
    const uint8_t *p = f.bytes + block(&f, 1);
    CHECK(memcmp(p + 16, "\2\0\4\0tun0", 8) == 0);
    CHECK(memcmp(p + 24, "\11\0\1\0\6\0\0\0", 8) == 0);
}

TEST(the_same_packets_give_the_same_file)
{
    file a = empty(), b = empty();
    write_capture(&a);
    write_capture(&b);
    CHECK_EQ(a.len, b.len);
    CHECK(memcmp(a.bytes, b.bytes, a.len) == 0);
}

TEST(a_sink_that_is_full_is_reported_at_every_byte)
{
    file whole = empty();
    write_capture(&whole);
    for (size_t room = 0; room < whole.len; room++) {
        file f = {.room = room};
        rs_pcapng w = {take, &f};
        bool ok = rs_pcapng_begin(&w, "a test", "tun0");
        ok = ok && rs_pcapng_packet(&w, (rs_time){0}, RS_PCAPNG_OUT, (rs_bytes){PACKET, 5}, "line 7");
        ok = ok && rs_pcapng_packet(&w, (rs_time){0}, RS_PCAPNG_IN, (rs_bytes){PACKET, 4}, NULL);
        CHECK(!ok);
    }
}
