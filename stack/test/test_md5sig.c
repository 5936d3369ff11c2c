/* Signatures of segments (wire/md5sig.h); the digests are reckoned by another MD5. */
#define CHECK_MAIN
#include "check.h"

#include "../base/addr.h"
#include "../wire/packet.h"

static const rs_bytes secret = {(const uint8_t *)"secret", 6}, other = {(const uint8_t *)"other", 5};

static rs_seg segment(rs_addr from, rs_addr to)
{
    return (rs_seg){.src = {from, 80},
                    .dst = {to, 4000},
                    .seq = {1000},
                    .ack = {2000},
                    .flags = RS_ACK | RS_PSH,
                    .wnd = 500,
                    .ttl = 64,
                    .opts = {.has_md5 = true},
                    .text = {(const uint8_t *)"hello", 5}};
}

static rs_addr v6(uint8_t last)
{
    return (rs_addr){.bytes = {0x20, 1, [15] = last}, .family = RS_IPV6};
}

/* The segment as it arrives, signed with this key. */
static rs_seg over_the_wire(const rs_seg *s, rs_bytes key)
{
    static uint8_t packet[200];
    rs_seg got;
    size_t len = rs_packet_build(packet, sizeof packet, s, &(rs_packet_how){.key = key});
    CHECK(len > 0);
    CHECK_EQ(rs_packet_parse((rs_bytes){packet, len}, &got), RS_WIRE_OK);
    CHECK(got.opts.has_md5);
    return got;
}

static void digest_is(const rs_seg *s, const char *hex)
{
    char text[33];
    for (int i = 0; i < RS_MD5_BYTES; i++) snprintf(text + 2 * i, 3, "%02x", s->opts.md5[i]);
    CHECK_STR(text, hex);
}

TEST(the_digest_covers_the_pseudo_header_of_either_family)
{
    rs_seg s = segment(rs_addr_v4(10, 0, 0, 1), rs_addr_v4(10, 0, 0, 2));
    rs_seg got = over_the_wire(&s, secret);
    digest_is(&got, "cfe9fed63718432d89006cb85f47be79");
    s = segment(v6(1), v6(2));
    got = over_the_wire(&s, secret);
    digest_is(&got, "8486550caf6ba9e62f639691da24102a");
}

TEST(whoever_has_the_key_can_verify_and_nobody_else)
{
    rs_seg s = segment(v6(1), v6(2)), got = over_the_wire(&s, secret);
    CHECK(rs_md5_verify(&got, secret));
    CHECK(!rs_md5_verify(&got, other));
}

TEST(every_part_of_a_segment_is_covered)
{
    rs_seg s = segment(rs_addr_v4(10, 0, 0, 1), rs_addr_v4(10, 0, 0, 2)), good = over_the_wire(&s, secret);
    CHECK(rs_md5_verify(&good, secret));
    for (int part = 0; part < 9; part++) {
        rs_seg bad = good;
        if (part == 0) bad.src.port++;
        if (part == 1) bad.dst.addr.bytes[3]++;
        if (part == 2) bad.seq.raw++;
        if (part == 3) bad.ack.raw++;
        if (part == 4) bad.flags ^= RS_FIN;
        if (part == 5) bad.wnd++;
        if (part == 6) bad.text.len--;
        if (part == 7) bad.up++;
        if (part == 8) bad.opts.md5[15] ^= 1;
        CHECK(!rs_md5_verify(&bad, secret));
    }
}

TEST(bits_without_a_name_are_covered)
{
    rs_seg s = segment(rs_addr_v4(10, 0, 0, 1), rs_addr_v4(10, 0, 0, 2)), got = over_the_wire(&s, secret);
    uint8_t header[60];
    memcpy(header, got.head.data, got.head.len);
    got.head.data = header;
    header[12] |= 0x02;
    CHECK(!rs_md5_verify(&got, secret));
    rs_signed with_bit = {.src = &got.src.addr, .dst = &got.dst.addr, .tcp = header, .hlen = got.head.len};
    got.text.len = 0;
    rs_md5_sign(&with_bit, secret, got.opts.md5);
    CHECK(rs_md5_verify(&got, secret));
}

TEST(options_beside_the_signature_are_not_covered)
{
    rs_seg s = segment(rs_addr_v4(10, 0, 0, 1), rs_addr_v4(10, 0, 0, 2));
    s.opts.has_ts = true;
    rs_seg got = over_the_wire(&s, secret);
    got.opts.ts_val++;
    CHECK(rs_md5_verify(&got, secret));
}
