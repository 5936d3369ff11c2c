#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <pcap/dlt.h>

#include "../capture/link.h"

#define IP4 "\x45\0\0\x28"

typedef struct {
    int dlt;
    const char *head;
    size_t len;
} frame;

static cf_link_what strip(int dlt, const char *head, size_t len, size_t *at)
{
    uint8_t bytes[120];
    memcpy(bytes, head, len);
    memcpy(bytes + len, IP4, 4);
    return cf_link_strip(dlt, bytes, len + 4, at);
}

#define MACS "\1\2\3\4\5\6\1\2\3\4\5\6"
#define ROW(dlt, head) {dlt, head, sizeof head - 1}

TEST(ip_is_found_behind_every_link_header_it_travels_on)
{
    static const frame rows[] = {
        ROW(DLT_EN10MB, MACS "\x08\0"),
        ROW(DLT_EN10MB, MACS "\x81\0\0\1\x08\0"),
        ROW(DLT_EN10MB, MACS "\x88\xa8\0\1\x81\0\0\2\x08\0"),
        ROW(DLT_EN10MB, MACS "\x88\x47\0\0\0\x40\0\0\1\x40"),
        ROW(DLT_EN10MB, MACS "\x88\x64\x11\0\0\1\0\x2a\0\x21"),
        ROW(DLT_EN10MB, MACS "\0\x30\xaa\xaa\3\0\0\0\x08\0"),
        ROW(DLT_RAW, ""),
        ROW(DLT_IPV4, ""),
        ROW(DLT_LINUX_SLL, "\0\0\0\1\0\6\1\2\3\4\5\6\0\0\x08\0"),
        ROW(DLT_LINUX_SLL2, "\x08\0\0\0\0\0\0\1\0\1\0\6\1\2\3\4\5\6\0\0"),
        ROW(DLT_NULL, "\2\0\0\0"),
        ROW(DLT_NULL, "\0\0\0\2"),
        ROW(DLT_LOOP, "\0\0\0\x1e"),
        ROW(DLT_PPP, "\xff\3\0\x21"),
        ROW(DLT_PPP, "\x21"),
        ROW(DLT_PPP_ETHER, "\x11\0\0\1\0\x2a\0\x21"),
        ROW(DLT_C_HDLC, "\x0f\0\x08\0"),
        ROW(DLT_FRELAY, "\x18\x41\3\xcc"),
        ROW(DLT_SLIP, "0123456789abcdef"),
        ROW(DLT_FDDI, "\x50" MACS "\xaa\xaa\3\0\0\0\x08\0"),
        ROW(DLT_ATM_RFC1483, "\xaa\xaa\3\0\0\0\x08\0"),
        ROW(DLT_IEEE802_11, "\x08\0\0\0" MACS "\1\2\3\4\5\6\0\0\xaa\xaa\3\0\0\0\x08\0"),
        ROW(DLT_IEEE802_11, "\x88\0\0\0" MACS "\1\2\3\4\5\6\0\0\0\0\xaa\xaa\3\0\0\0\x08\0"),
        ROW(DLT_IEEE802_11_RADIO, "\0\0\x08\0\0\0\0\0\x08\0\0\0" MACS "\1\2\3\4\5\6\0\0\xaa\xaa\3\0\0\0\x08\0"),
        ROW(DLT_APPLE_IP_OVER_IEEE1394, "0123456789abcdef\x08\0"),
        ROW(DLT_ENC, "\0\0\0\2\0\0\0\0\0\0\0\0"),
        ROW(DLT_PFLOG, "\x07\0\0\0\0\0\0\0"),
        ROW(DLT_NFLOG, "\2\0\0\0\x05\0\x0a\0\1\0\0\0\x08\0\x09\0"),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t at = 0;
        cf_link_what what = strip(rows[i].dlt, rows[i].head, rows[i].len, &at);
        if (what != CF_LINK_IP || at != rows[i].len) CHECK_FAIL("row %zu: what %d at %zu", i, (int)what, at);
    }
}

TEST(other_protocols_are_other_and_cut_headers_are_short)
{
    size_t at;
    CHECK_EQ(strip(DLT_EN10MB, MACS "\x08\6", 14, &at), CF_LINK_OTHER);
    CHECK_EQ(strip(DLT_PPP, "\xff\3\xc0\x21", 4, &at), CF_LINK_OTHER);
    CHECK_EQ(strip(DLT_IEEE802_11, "\x80\0\0\0" MACS "\1\2\3\4\5\6\0\0", 24, &at), CF_LINK_OTHER);
    CHECK_EQ(cf_link_strip(DLT_EN10MB, (const uint8_t *)MACS, 12, &at), CF_LINK_SHORT);
    CHECK_EQ(cf_link_strip(DLT_EN10MB, (const uint8_t *)(MACS "\x81\0\0"), 15, &at), CF_LINK_SHORT);
    CHECK_EQ(cf_link_strip(DLT_RAW, (const uint8_t *)"", 0, &at), CF_LINK_SHORT);
}

TEST(no_frame_of_any_length_is_read_past_its_end)
{
    static const int dlts[] = {DLT_NULL,      DLT_EN10MB,    DLT_PPP,   DLT_RAW,   DLT_IEEE802_11, DLT_IEEE802_11_RADIO,
                               DLT_FRELAY,    DLT_LINUX_SLL, DLT_NFLOG, DLT_PFLOG, DLT_LINUX_SLL2, DLT_C_HDLC,
                               DLT_PPP_ETHER, DLT_FDDI};
    uint32_t state = 1;
    for (int i = 0; i < 200000; i++) {
        uint8_t bytes[64];
        size_t len = (size_t)(i % 64), at = 0;
        for (size_t k = 0; k < len; k++) bytes[k] = (uint8_t)((state = state * 1664525 + 1013904223) >> 24);
        cf_link_what what = cf_link_strip(dlts[i % 14], bytes, len, &at);
        if (what == CF_LINK_IP) CHECK(at < len);
    }
}

TEST(an_unknown_link_type_is_told_by_its_number)
{
    CHECK(cf_link_known(DLT_EN10MB));
    CHECK(!cf_link_known(147));
    CHECK(strstr(cf_link_names(), "LINUX_SLL2") != NULL);
}
