#define CHECK_MAIN
#include "check.h"

#include "../base/bytes.h"
#include "../base/rng.h"
#include "../wire/checksum.h"
#include "../wire/ip4.h"

enum { PAYLOAD = 12 };
typedef struct packet {
    uint8_t b[64];
    size_t len;
} packet;

static const rs_ip HEADER = {
    .src = {{192, 0, 2, 1}, RS_IPV4},
    .dst = {{198, 51, 100, 7}, RS_IPV4},
    .proto = 6,
    .ttl = 64,
    .tos = 0x2c,
    .df = true,
    .id = 0xbeef,
    .payload = {NULL, PAYLOAD},
};

static packet made(void)
{
    packet p = {.len = RS_IP4_BYTES + PAYLOAD};
    rs_ip4_build(p.b, &HEADER);
    for (uint8_t i = 0; i < PAYLOAD; i++) p.b[RS_IP4_BYTES + i] = i;
    return p;
}

static void set_checksum(packet *p)
{
    size_t hlen = (size_t)(p->b[0] & 15) * 4;
    rs_store16(p->b + 10, 0);
    rs_store16(p->b + 10, rs_sum_finish(rs_sum_bytes(p->b, hlen)));
}

static rs_wire parse(const packet *p, rs_ip *out)
{
    return rs_ip4_parse((rs_bytes){p->b, p->len}, out);
}

TEST(a_header_has_the_bytes_of_rfc_791)
{
    static const uint8_t known[20] = {0x45, 0x2c, 0,   32, 0xbe, 0xef, 0x40, 0,  64,  6,
                                      0x8f, 0x80, 192, 0,  2,    1,    198,  51, 100, 7};
    packet p = made();
    CHECK(memcmp(p.b, known, 20) == 0);
}

TEST(what_was_built_is_parsed_back)
{
    packet p = made();
    rs_ip ip;
    CHECK_EQ(parse(&p, &ip), RS_WIRE_OK);
    CHECK(memcmp(&ip.src, &HEADER.src, sizeof ip.src) == 0);
    CHECK(memcmp(&ip.dst, &HEADER.dst, sizeof ip.dst) == 0);
    CHECK_EQ(ip.proto, 6);
    CHECK_EQ(ip.ttl, 64);
    CHECK_EQ(ip.tos, 0x2c);
    CHECK_EQ(ip.id, 0xbeef);
    CHECK(ip.df);
    CHECK(ip.payload.data == p.b + 20);
    CHECK_EQ(ip.payload.len, PAYLOAD);
}

TEST(df_is_set_only_when_asked_for)
{
    uint8_t b[20];
    rs_ip ip = HEADER;
    ip.df = false;
    rs_ip4_build(b, &ip);
    CHECK_EQ(rs_load16(b + 6), 0);
}

TEST(options_are_skipped)
{
    packet p = made();
    memmove(p.b + 24, p.b + 20, PAYLOAD);
    memcpy(p.b + 20, "\x1e\4\xff\xff", 4);
    p.b[0] = 0x46;
    p.len += 4;
    rs_store16(p.b + 2, (uint16_t)p.len);
    set_checksum(&p);
    rs_ip ip;
    CHECK_EQ(parse(&p, &ip), RS_WIRE_OK);
    CHECK_EQ(ip.payload.len, PAYLOAD);
    CHECK_EQ(ip.payload.data[1], 1);
}

TEST(bytes_behind_the_total_length_are_padding)
{
    packet p = made();
    p.len += 6;
    rs_ip ip;
    CHECK_EQ(parse(&p, &ip), RS_WIRE_OK);
    CHECK_EQ(ip.payload.len, PAYLOAD);
}

TEST(every_fault_of_the_header_is_named)
{
    packet p = made();
    rs_ip ip;
    p.len = 19;
    CHECK_EQ(parse(&p, &ip), RS_WIRE_TOO_SHORT);
    p = made(), p.b[0] = 0x55;
    CHECK_EQ(parse(&p, &ip), RS_WIRE_BAD_VERSION);
    p = made(), p.b[0] = 0x44;
    CHECK_EQ(parse(&p, &ip), RS_WIRE_BAD_IP_HEADER_LENGTH);
    p = made(), p.b[0] = 0x4f;
    CHECK_EQ(parse(&p, &ip), RS_WIRE_BAD_IP_HEADER_LENGTH);
    p = made(), rs_store16(p.b + 2, 19), set_checksum(&p);
    CHECK_EQ(parse(&p, &ip), RS_WIRE_BAD_IP_LENGTH);
    p = made(), rs_store16(p.b + 2, 33), set_checksum(&p);
    CHECK_EQ(parse(&p, &ip), RS_WIRE_BAD_IP_LENGTH);
    p = made(), p.b[8]++;
    CHECK_EQ(parse(&p, &ip), RS_WIRE_BAD_IP_CHECKSUM);
}

TEST(fragments_are_refused_first_middle_and_last)
{
    static const uint16_t fields[] = {0x2000, 0x2001, 0x0001, 0x1fff};
    for (int i = 0; i < 4; i++) {
        packet p = made();
        rs_ip ip;
        rs_store16(p.b + 6, fields[i]);
        set_checksum(&p);
        CHECK_EQ(parse(&p, &ip), RS_WIRE_FRAGMENT);
    }
}

TEST(a_quote_may_be_cut_off_and_changed_by_routers)
{
    packet p = made();
    rs_ip ip;
    p.b[8] = 0;                /* ttl ran out: the checksum is wrong now */
    rs_store16(p.b + 2, 1500); /* and most of it is not here */
    CHECK_EQ(rs_ip4_parse_quote((rs_bytes){p.b, 28}, &ip), RS_WIRE_OK);
    CHECK_EQ(ip.payload.len, 8);
    rs_store16(p.b + 6, 0x2000);
    CHECK_EQ(rs_ip4_parse_quote((rs_bytes){p.b, 28}, &ip), RS_WIRE_OK);
    rs_store16(p.b + 6, 0x0001);
    CHECK_EQ(rs_ip4_parse_quote((rs_bytes){p.b, 28}, &ip), RS_WIRE_FRAGMENT);
    CHECK_EQ(rs_ip4_parse_quote((rs_bytes){p.b, 19}, &ip), RS_WIRE_TOO_SHORT);
}

TEST(any_bytes_get_an_answer_that_stays_inside_them)
{
    rs_rng rng = rs_rng_of(11);
    uint8_t b[48];
    int good = 0;
    for (int step = 0; step < 20000; step++) {
        size_t len = rs_rng_below(&rng, sizeof b + 1);
        rs_rng_fill(&rng, b, len);
        if (len) b[0] = (uint8_t)(0x40 | rs_rng_below(&rng, 16));
        rs_ip ip;
        if (rs_ip4_parse_quote((rs_bytes){b, len}, &ip) != RS_WIRE_OK) continue;
        good++;
        CHECK(ip.payload.data >= b + 20 && ip.payload.data + ip.payload.len == b + len);
    }
    CHECK(good > 0);
}
