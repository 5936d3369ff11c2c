#define CHECK_MAIN
#include "check.h"

#include "../base/bytes.h"
#include "../wire/tcp_hdr.h"

static const rs_seg SEG = {
    .src = {.port = 0xc001},
    .dst = {.port = 443},
    .seq = {0x01020304},
    .ack = {0xa1a2a3a4},
    .flags = RS_ACK | RS_PSH,
    .wnd = 0xfedc,
    .up = 0x1122,
};

TEST(a_header_has_the_bytes_of_rfc_9293)
{
    static const uint8_t known[20] = {0xc0, 1,    1,    0xbb, 1,    2,    3, 4, 0xa1, 0xa2,
                                      0xa3, 0xa4, 0x50, 0x18, 0xfe, 0xdc, 0, 0, 0x11, 0x22};
    uint8_t b[60];
    CHECK_EQ(rs_tcp_hdr_build(b, &SEG), 20);
    CHECK_EQ(rs_tcp_hdr_len(&SEG), 20);
    CHECK(memcmp(b, known, 20) == 0);
}

TEST(every_flag_has_its_bit_and_survives)
{
    for (uint16_t flags = 0; flags < 0x200; flags++) {
        uint8_t b[60];
        rs_seg s = SEG, back;
        s.flags = flags;
        uint8_t n = rs_tcp_hdr_build(b, &s);
        CHECK_EQ(rs_load16(b + 12), 0x5000 | flags);
        CHECK_EQ(rs_tcp_hdr_parse((rs_bytes){b, n}, &back), RS_WIRE_OK);
        CHECK_EQ(back.flags, flags);
    }
}

TEST(reserved_bits_are_ignored)
{
    uint8_t b[60];
    rs_seg back;
    rs_tcp_hdr_build(b, &SEG);
    b[12] |= 0x0e;
    CHECK_EQ(rs_tcp_hdr_parse((rs_bytes){b, 20}, &back), RS_WIRE_OK);
    CHECK_EQ(back.flags, SEG.flags);
}

TEST(header_options_and_text_come_apart_again)
{
    uint8_t b[64];
    rs_seg s = SEG, back;
    s.flags = RS_SYN | RS_ACK;
    s.opts = (rs_opts){
        .has_mss = true, .mss = 1460, .sack_ok = true, .has_ts = true, .ts_val = 7, .has_wscale = true, .wscale = 9};
    CHECK_EQ(rs_tcp_hdr_len(&s), 40);
    CHECK_EQ(rs_tcp_hdr_build(b, &s), 40);
    memcpy(b + 40, "text", 4);
    CHECK_EQ(rs_tcp_hdr_parse((rs_bytes){b, 44}, &back), RS_WIRE_OK);
    CHECK_EQ(back.src.port, SEG.src.port);
    CHECK_EQ(back.dst.port, SEG.dst.port);
    CHECK_EQ(back.seq.raw, SEG.seq.raw);
    CHECK_EQ(back.ack.raw, SEG.ack.raw);
    CHECK_EQ(back.wnd, SEG.wnd);
    CHECK_EQ(back.up, SEG.up);
    CHECK_EQ(back.opts.mss, 1460);
    CHECK_EQ(back.opts.wire_len, 20);
    CHECK_EQ(back.text.len, 4);
    CHECK(memcmp(back.text.data, "text", 4) == 0);
}

TEST(the_data_offset_lies_between_five_words_and_the_end)
{
    uint8_t b[60] = {0};
    rs_seg back;
    for (unsigned words = 0; words < 16; words++) {
        b[12] = (uint8_t)(words << 4);
        rs_wire w = rs_tcp_hdr_parse((rs_bytes){b, 32}, &back);
        CHECK_EQ(w, words >= 5 && words <= 8 ? RS_WIRE_OK : RS_WIRE_BAD_DATA_OFFSET);
    }
    CHECK_EQ(rs_tcp_hdr_parse((rs_bytes){b, 19}, &back), RS_WIRE_TOO_SHORT);
}
