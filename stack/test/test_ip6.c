#define CHECK_MAIN
#include "check.h"

#include "../base/bytes.h"
#include "../base/rng.h"
#include "../wire/ip6.h"

typedef struct packet {
    uint8_t b[256];
    size_t len;
} packet;

static const rs_ip HEADER = {
    .src = {{0x20, 1, 0xd, 0xb8, [15] = 1}, RS_IPV6},
    .dst = {{0x20, 1, 0xd, 0xb8, [15] = 2}, RS_IPV6},
    .proto = 6,
    .ttl = 255,
    .tos = 0xb9,
    .flow = 0xabcde,
    .payload = {NULL, 4},
};

/* A packet whose extension headers are the given bytes, and four bytes of data. `first` is the kind of the first. */
static packet with(uint8_t first, const void *extensions, size_t len)
{
    packet p = {.len = RS_IP6_BYTES + len + 4};
    rs_ip ip = HEADER;
    ip.payload.len = len + 4;
    rs_ip6_build(p.b, &ip);
    p.b[6] = first;
    if (len) memcpy(p.b + RS_IP6_BYTES, extensions, len);
    memcpy(p.b + RS_IP6_BYTES + len, "data", 4);
    return p;
}

static rs_wire parse(const packet *p, rs_ip *out)
{
    return rs_ip6_parse((rs_bytes){p->b, p->len}, out);
}

static rs_wire verdict(uint8_t first, const void *extensions, size_t len)
{
    packet p = with(first, extensions, len);
    rs_ip ip;
    rs_wire w = parse(&p, &ip);
    if (w == RS_WIRE_OK) {
        CHECK_EQ(ip.proto, 6);
        CHECK_EQ(ip.payload.len, 4);
        CHECK(memcmp(ip.payload.data, "data", 4) == 0);
    }
    return w;
}

TEST(what_was_built_is_parsed_back)
{
    packet p = with(6, NULL, 0);
    rs_ip ip;
    CHECK_EQ(rs_load32(p.b), 0x6b9abcde);
    CHECK_EQ(parse(&p, &ip), RS_WIRE_OK);
    CHECK(memcmp(&ip.src, &HEADER.src, sizeof ip.src) == 0);
    CHECK(memcmp(&ip.dst, &HEADER.dst, sizeof ip.dst) == 0);
    CHECK_EQ(ip.proto, 6);
    CHECK_EQ(ip.ttl, 255);
    CHECK_EQ(ip.tos, 0xb9);
    CHECK_EQ(ip.flow, 0xabcde);
    CHECK_EQ(ip.payload.len, 4);
}

TEST(faults_of_the_fixed_header_are_named)
{
    packet p = with(6, NULL, 0);
    rs_ip ip;
    p.len = 39;
    CHECK_EQ(parse(&p, &ip), RS_WIRE_TOO_SHORT);
    p = with(6, NULL, 0), p.b[0] = 0x40;
    CHECK_EQ(parse(&p, &ip), RS_WIRE_BAD_VERSION);
    p = with(6, NULL, 0), p.len--;
    CHECK_EQ(parse(&p, &ip), RS_WIRE_BAD_IP_LENGTH);
    p = with(6, NULL, 0), p.len += 9;
    CHECK_EQ(parse(&p, &ip), RS_WIRE_OK);
    CHECK_EQ(ip.payload.len, 4);
}

TEST(all_walkable_headers_are_walked_over)
{
    CHECK_EQ(verdict(0, "\6\0\1\4\0\0\0\0", 8), RS_WIRE_OK);                   /* hop-by-hop, PadN */
    CHECK_EQ(verdict(60, "\6\1\0\0\1\2\0\0\5\2\0\0\0\0\0\0", 16), RS_WIRE_OK); /* destination, to be skipped */
    CHECK_EQ(verdict(43, "\6\0\0\0\0\0\0\0", 8), RS_WIRE_OK);                  /* routing, none left */
    CHECK_EQ(verdict(44, "\6\0\0\0\1\2\3\4", 8), RS_WIRE_OK);                  /* atomic fragment */
    CHECK_EQ(verdict(0,
                     "\x3c\0\1\4\0\0\0\0"
                     "\x2b\0\1\4\0\0\0\0"
                     "\x2c\0\0\0\0\0\0\0"
                     "\6\0\0\0\0\0\0\0",
                     32),
             RS_WIRE_OK);
}

TEST(hop_by_hop_options_stand_first_or_nowhere)
{
    CHECK_EQ(verdict(60,
                     "\0\0\1\4\0\0\0\0"
                     "\6\0\1\4\0\0\0\0",
                     16),
             RS_WIRE_BAD_IP6_EXTENSION);
}

TEST(an_unknown_option_is_skipped_or_refuses_as_its_high_bits_ask)
{
    CHECK_EQ(verdict(60, "\6\0\x1e\4\0\0\0\0", 8), RS_WIRE_OK);
    CHECK_EQ(verdict(60, "\6\0\x5e\4\0\0\0\0", 8), RS_WIRE_BAD_IP6_OPTION);
    CHECK_EQ(verdict(60, "\6\0\x9e\4\0\0\0\0", 8), RS_WIRE_BAD_IP6_OPTION);
    CHECK_EQ(verdict(0, "\6\0\xde\4\0\0\0\0", 8), RS_WIRE_BAD_IP6_OPTION);
}

TEST(options_and_headers_that_are_cut_off_are_refused)
{
    CHECK_EQ(verdict(60, "\6\0\x1e\5\0\0\0\0", 8), RS_WIRE_BAD_IP6_EXTENSION);
    CHECK_EQ(verdict(60, "\6\0\0\0\0\0\0\x1e", 8), RS_WIRE_BAD_IP6_EXTENSION);
    CHECK_EQ(verdict(60, "\6\2\1\4\0\0\0\0", 8), RS_WIRE_BAD_IP6_EXTENSION);
    CHECK_EQ(verdict(43, "\6", 1), RS_WIRE_BAD_IP6_EXTENSION);
    CHECK_EQ(verdict(44, "\6\0\0", 3), RS_WIRE_BAD_IP6_EXTENSION);
}

TEST(a_source_route_with_segments_left_is_refused)
{
    CHECK_EQ(verdict(43, "\6\0\0\1\0\0\0\0", 8), RS_WIRE_IP6_SOURCE_ROUTED);
}

TEST(real_fragments_are_refused)
{
    CHECK_EQ(verdict(44, "\6\0\0\1\0\0\0\0", 8), RS_WIRE_FRAGMENT);
    CHECK_EQ(verdict(44, "\6\0\0\x8\0\0\0\0", 8), RS_WIRE_FRAGMENT);
    CHECK_EQ(verdict(44, "\6\0\xff\xf8\0\0\0\0", 8), RS_WIRE_FRAGMENT);
}

TEST(a_quote_may_be_cut_off_and_may_be_a_first_fragment)
{
    packet p = with(44, "\6\0\0\1\0\0\0\0", 8);
    rs_ip ip;
    rs_store16(p.b + 4, 1400);
    CHECK_EQ(rs_ip6_parse_quote((rs_bytes){p.b, p.len}, &ip), RS_WIRE_OK);
    CHECK_EQ(ip.payload.len, 4);
    rs_store16(p.b + 42, 8);
    CHECK_EQ(rs_ip6_parse_quote((rs_bytes){p.b, p.len}, &ip), RS_WIRE_FRAGMENT);
    CHECK_EQ(rs_ip6_parse_quote((rs_bytes){p.b, 39}, &ip), RS_WIRE_TOO_SHORT);
}

TEST(a_chain_of_headers_has_an_end)
{
    uint8_t chain[8 * (RS_IP6_EXTENSIONS_MAX + 1)] = {0};
    for (size_t i = 0; i < sizeof chain; i += 8) memcpy(chain + i, "\x3c\0\1\4\0\0\0\0", 8);
    chain[sizeof chain - 8] = 6;
    CHECK_EQ(verdict(60, chain, sizeof chain), RS_WIRE_IP6_TOO_MANY_HEADERS);
    chain[sizeof chain - 16] = 6;
    CHECK_EQ(verdict(60, chain, sizeof chain - 8), RS_WIRE_OK);
}

TEST(any_chain_gets_an_answer_that_stays_inside_the_packet)
{
    static const uint8_t kinds[] = {0, 43, 44, 60, 6, 59};
    rs_rng rng = rs_rng_of(12);
    int good = 0;
    for (int step = 0; step < 20000; step++) {
        uint8_t ext[48];
        rs_rng_fill(&rng, ext, sizeof ext);
        for (size_t i = 0; i < sizeof ext; i += 8) {
            ext[i] = kinds[rs_rng_below(&rng, sizeof kinds)];
            ext[i + 1] &= 1;
            if (rs_rng_below(&rng, 2)) memcpy(ext + i + 2, "\1\4\0\0\0\0", 6);
        }
        packet p = with(kinds[rs_rng_below(&rng, 4)], ext, rs_rng_below(&rng, sizeof ext + 1));
        rs_ip ip;
        if (parse(&p, &ip) != RS_WIRE_OK) continue;
        good++;
        CHECK(ip.payload.data >= p.b + RS_IP6_BYTES && ip.payload.data + ip.payload.len == p.b + p.len);
    }
    CHECK(good > 0);
}
