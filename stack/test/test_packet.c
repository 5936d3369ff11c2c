#define CHECK_MAIN
#include "check.h"

#include "../base/bytes.h"
#include "../base/rng.h"
#include "../wire/packet.h"

static const rs_addr ADDRS[2][2] = {
    {{{192, 0, 2, 1}, RS_IPV4}, {{198, 51, 100, 7}, RS_IPV4}},
    {{{0x20, 1, 0xd, 0xb8, [15] = 1}, RS_IPV6}, {{0x20, 1, 0xd, 0xb8, [15] = 2}, RS_IPV6}},
};

static rs_seg seg_of(int v6, const void *text, size_t len)
{
    return (rs_seg){
        .src = {ADDRS[v6][0], 5001},
        .dst = {ADDRS[v6][1], 80},
        .seq = {1000},
        .ack = {2000},
        .flags = RS_ACK,
        .wnd = 512,
        .opts = {.has_ts = true, .ts_val = 3, .ts_ecr = 4},
        .text = {text, len},
        .ttl = 64,
        .tos = 2,
    };
}

static const rs_packet_how HOW = {.ip_id = 77, .flow = 5};

/* Checks all that a packet carries. */
static void same_seg(const rs_seg *a, const rs_seg *b)
{
    CHECK(memcmp(&a->src.addr, &b->src.addr, sizeof a->src.addr) == 0);
    CHECK(memcmp(&a->dst.addr, &b->dst.addr, sizeof a->dst.addr) == 0);
    CHECK_EQ(a->src.port, b->src.port);
    CHECK_EQ(a->dst.port, b->dst.port);
    CHECK_EQ(a->seq.raw, b->seq.raw);
    CHECK_EQ(a->ack.raw, b->ack.raw);
    CHECK_EQ(a->flags, b->flags);
    CHECK_EQ(a->wnd, b->wnd);
    CHECK_EQ(a->up, b->up);
    CHECK_EQ(a->ttl, b->ttl);
    CHECK_EQ(a->tos, b->tos);
    CHECK_EQ(a->opts.has_ts, b->opts.has_ts);
    CHECK_EQ(a->text.len, b->text.len);
    CHECK(a->text.len == 0 || memcmp(a->text.data, b->text.data, a->text.len) == 0);
}

TEST(segments_of_every_length_survive_the_wire)
{
    uint8_t text[1460], pkt[1600];
    rs_rng rng = rs_rng_of(15);
    rs_rng_fill(&rng, text, sizeof text);
    for (size_t len = 0; len <= sizeof text; len += len < 70 ? 1 : 139) {
        for (int v6 = 0; v6 < 2; v6++) {
            rs_seg s = seg_of(v6, text, len), back;
            size_t n = rs_packet_build(pkt, sizeof pkt, &s, &HOW);
            CHECK_EQ(n, (v6 ? 40u : 20u) + 32 + len);
            CHECK_EQ(n, rs_packet_len(&s));
            CHECK_EQ(rs_packet_parse((rs_bytes){pkt, n}, &back), RS_WIRE_OK);
            same_seg(&back, &s);
        }
    }
}

TEST(ipv4_packets_carry_their_id_and_df_unless_told)
{
    uint8_t pkt[100];
    rs_seg s = seg_of(0, "x", 1);
    rs_packet_how how = HOW;
    rs_packet_build(pkt, sizeof pkt, &s, &how);
    CHECK_EQ(rs_load16(pkt + 4), 77);
    CHECK_EQ(rs_load16(pkt + 6), 0x4000);
    how.df_off = true;
    rs_packet_build(pkt, sizeof pkt, &s, &how);
    CHECK_EQ(rs_load16(pkt + 6), 0);
}

TEST(ipv6_packets_carry_their_flow_label)
{
    uint8_t pkt[100];
    rs_seg s = seg_of(1, "x", 1);
    rs_packet_build(pkt, sizeof pkt, &s, &HOW);
    CHECK_EQ(rs_load32(pkt), 0x60200005);
}

typedef struct filler {
    int calls;
    size_t len;
} filler;

static rs_sum fill(void *ctx, uint8_t *dst, size_t len)
{
    filler *f = ctx;
    f->calls++;
    f->len = len;
    for (size_t i = 0; i < len; i++) dst[i] = (uint8_t)(i * 7);
    return rs_sum_bytes(dst, len);
}

TEST(a_filled_payload_makes_the_same_packet_as_given_bytes)
{
    uint8_t text[333], a[600], b[600];
    filler f = {0};
    rs_packet_how how = HOW;
    fill(&f, text, sizeof text);
    f.calls = 0;
    how.fill = fill;
    how.fill_ctx = &f;
    rs_seg given = seg_of(0, text, sizeof text), filled = seg_of(0, NULL, sizeof text);
    size_t n = rs_packet_build(a, sizeof a, &given, &how);
    CHECK_EQ(f.calls, 0);
    CHECK_EQ(rs_packet_build(b, sizeof b, &filled, &how), n);
    CHECK_EQ(f.calls, 1);
    CHECK_EQ(f.len, sizeof text);
    CHECK(memcmp(a, b, n) == 0);
}

TEST(every_flipped_bit_of_the_segment_is_noticed)
{
    for (int v6 = 0; v6 < 2; v6++) {
        uint8_t pkt[120];
        rs_seg s = seg_of(v6, "hello", 5), back;
        size_t n = rs_packet_build(pkt, sizeof pkt, &s, &HOW);
        for (size_t i = v6 ? 40 : 20; i < n; i++) {
            for (int bit = 0; bit < 8; bit++) {
                pkt[i] ^= (uint8_t)(1 << bit);
                CHECK_EQ(rs_packet_parse((rs_bytes){pkt, n}, &back), RS_WIRE_BAD_TCP_CHECKSUM);
                pkt[i] ^= (uint8_t)(1 << bit);
            }
        }
    }
}

TEST(a_changed_address_breaks_the_checksum_through_the_pseudo_header)
{
    uint8_t pkt[120];
    rs_seg s = seg_of(1, "hello", 5), back;
    size_t n = rs_packet_build(pkt, sizeof pkt, &s, &HOW);
    pkt[20] ^= 1;
    CHECK_EQ(rs_packet_parse((rs_bytes){pkt, n}, &back), RS_WIRE_BAD_TCP_CHECKSUM);
}

TEST(a_packet_that_does_not_fit_is_not_built)
{
    static uint8_t text[65535], pkt[65600];
    rs_seg s = seg_of(0, text, 100), back;
    CHECK_EQ(rs_packet_build(pkt, 151, &s, &HOW), 0);
    CHECK_EQ(rs_packet_build(pkt, 152, &s, &HOW), 152);
    s = seg_of(0, text, 65535 - 20 - 32);
    CHECK_EQ(rs_packet_build(pkt, sizeof pkt, &s, &HOW), 65535);
    CHECK_EQ(rs_packet_parse((rs_bytes){pkt, 65535}, &back), RS_WIRE_OK);
    s.text.len++;
    CHECK_EQ(rs_packet_build(pkt, sizeof pkt, &s, &HOW), 0);
    s = seg_of(1, text, 65535 - 32);
    CHECK_EQ(rs_packet_build(pkt, sizeof pkt, &s, &HOW), 65575);
    s.text.len++;
    CHECK_EQ(rs_packet_build(pkt, sizeof pkt, &s, &HOW), 0);
}

TEST(what_is_no_segment_is_named)
{
    uint8_t pkt[120];
    rs_seg s = seg_of(0, "hello", 5), back;
    size_t n = rs_packet_build(pkt, sizeof pkt, &s, &HOW);
    CHECK_EQ(rs_packet_parse((rs_bytes){pkt, 0}, &back), RS_WIRE_TOO_SHORT);
    CHECK_EQ(rs_packet_parse((rs_bytes){pkt, n - 1}, &back), RS_WIRE_BAD_IP_LENGTH);
    pkt[0] = 0x55;
    CHECK_EQ(rs_packet_parse((rs_bytes){pkt, n}, &back), RS_WIRE_BAD_VERSION);
    s = seg_of(1, "hello", 5);
    n = rs_packet_build(pkt, sizeof pkt, &s, &HOW);
    pkt[6] = 17;
    CHECK_EQ(rs_packet_parse((rs_bytes){pkt, n}, &back), RS_WIRE_NOT_TCP);
    pkt[6] = 6;
    rs_store16(pkt + 4, 19);
    CHECK_EQ(rs_packet_parse((rs_bytes){pkt, n}, &back), RS_WIRE_TOO_SHORT);
}

TEST(a_mangled_packet_never_reads_outside_itself)
{
    rs_rng rng = rs_rng_of(16);
    for (int step = 0; step < 20000; step++) {
        uint8_t pkt[140];
        rs_seg s = seg_of((int)rs_rng_below(&rng, 2), "some text to mangle", rs_rng_below(&rng, 20)), back;
        size_t n = rs_packet_build(pkt, sizeof pkt, &s, &HOW);
        for (uint32_t k = rs_rng_below(&rng, 4); k > 0; k--)
            pkt[rs_rng_below(&rng, (uint32_t)n)] = (uint8_t)rs_rng_u32(&rng);
        if (rs_rng_below(&rng, 4) == 0) n = rs_rng_below(&rng, (uint32_t)n + 1);
        if (rs_packet_parse((rs_bytes){pkt, n}, &back) == RS_WIRE_OK)
            CHECK(back.text.data >= pkt && back.text.data + back.text.len <= pkt + n);
    }
}
