#define CHECK_MAIN
#include "check.h"

#include "../base/bytes.h"
#include "../base/rng.h"
#include "../wire/checksum.h"
#include "../wire/icmp.h"
#include "../wire/ip4.h"
#include "../wire/ip6.h"

static const rs_addr V4A = {{192, 0, 2, 1}, RS_IPV4}, V4B = {{198, 51, 100, 7}, RS_IPV4};
static const rs_addr V6A = {{0x20, 1, 0xd, 0xb8, [15] = 1}, RS_IPV6}, V6B = {{0x20, 1, 0xd, 0xb8, [15] = 2}, RS_IPV6};

/* A message of ours in an IP packet value, as the stack would see it. */
typedef struct wrapped {
    uint8_t b[256];
    rs_ip ip;
} wrapped;

static const rs_addr *from(rs_family f)
{
    return f == RS_IPV4 ? &V4B : &V6B;
}
static const rs_addr *to(rs_family f)
{
    return f == RS_IPV4 ? &V4A : &V6A;
}

static void wrap(wrapped *w, const rs_icmp_msg *m)
{
    size_t n = rs_icmp_build(w->b, sizeof w->b, m, from(m->family), to(m->family));
    CHECK(n > 0);
    w->ip = (rs_ip){.src = *from(m->family),
                    .dst = *to(m->family),
                    .payload = {w->b, n},
                    .proto = m->family == RS_IPV4 ? RS_PROTO_ICMP : RS_PROTO_ICMP6};
}

/* The front of a TCP packet of ours, as errors quote it: header and the first `tcp` bytes. Returns the length. */
static size_t quote(uint8_t *b, rs_family f, size_t tcp)
{
    rs_ip ip = {.src = *to(f), .dst = *from(f), .proto = RS_PROTO_TCP, .ttl = 1, .payload = {NULL, 1000}};
    size_t at = f == RS_IPV4 ? RS_IP4_BYTES : RS_IP6_BYTES;
    if (f == RS_IPV4) rs_ip4_build(b, &ip);
    else rs_ip6_build(b, &ip);
    uint8_t head[8];
    rs_store16(head, 5001);
    rs_store16(head + 2, 80);
    rs_store32(head + 4, 0xfeedf00d);
    memcpy(b + at, head, tcp);
    return at + tcp;
}

TEST(every_error_kind_comes_back_as_it_was_sent_in_both_versions)
{
    static const rs_icmp_kind kinds[] = {RS_IM_UNREACHABLE, RS_IM_TOO_BIG, RS_IM_TIME_EXCEEDED, RS_IM_PARAM_PROBLEM};
    static const rs_family families[] = {RS_IPV4, RS_IPV6};
    for (int i = 0; i < 8; i++) {
        uint8_t q[64];
        rs_family f = families[i / 4];
        rs_icmp_msg m = {.family = f, .kind = kinds[i % 4], .mtu = 1280, .pointer = 40, .data = {q, quote(q, f, 8)}};
        rs_icmp_msg got;
        wrapped w;
        wrap(&w, &m);
        CHECK_EQ(rs_icmp_parse(&w.ip, &got), RS_WIRE_OK);
        CHECK_EQ(got.kind, m.kind);
        CHECK(rs_icmp_is_error(got.kind));
        CHECK_EQ(got.mtu, m.kind == RS_IM_TOO_BIG ? 1280 : 0);
        CHECK_EQ(got.pointer, m.kind == RS_IM_PARAM_PROBLEM ? 40 : 0);
        rs_icmp_quote qt;
        CHECK_EQ(rs_icmp_parse_quote(&got, &qt), RS_WIRE_OK);
        CHECK_EQ(qt.src.port, 5001);
        CHECK_EQ(qt.dst.port, 80);
        CHECK_EQ(qt.seq.raw, 0xfeedf00d);
        CHECK(memcmp(&qt.src.addr, to(f), sizeof(rs_addr)) == 0);
        CHECK(memcmp(&qt.dst.addr, from(f), sizeof(rs_addr)) == 0);
    }
}

TEST(all_codes_of_unreachable_are_kept_and_fragmentation_needed_is_a_kind_of_its_own)
{
    for (uint8_t code = 0; code <= RS_IM4_PRECEDENCE_CUTOFF; code++) {
        rs_icmp_msg m = {.family = RS_IPV4, .kind = RS_IM_UNREACHABLE, .code = code}, got;
        wrapped w;
        wrap(&w, &m);
        CHECK_EQ(rs_icmp_parse(&w.ip, &got), RS_WIRE_OK);
        CHECK_EQ(got.type, 3);
        CHECK_EQ(got.code, code);
        CHECK_EQ(got.kind, code == RS_IM4_FRAG_NEEDED ? RS_IM_TOO_BIG : RS_IM_UNREACHABLE);
    }
    for (uint8_t code = 0; code <= RS_IM6_SOURCE_ROUTE; code++) {
        rs_icmp_msg m = {.family = RS_IPV6, .kind = RS_IM_UNREACHABLE, .code = code}, got;
        wrapped w;
        wrap(&w, &m);
        CHECK_EQ(rs_icmp_parse(&w.ip, &got), RS_WIRE_OK);
        CHECK_EQ(got.kind, RS_IM_UNREACHABLE);
        CHECK_EQ(got.code, code);
    }
}

TEST(source_quench_is_known_in_ipv4_and_does_not_exist_in_ipv6)
{
    rs_icmp_msg m = {.family = RS_IPV4, .kind = RS_IM_SOURCE_QUENCH}, got;
    wrapped w;
    wrap(&w, &m);
    CHECK_EQ(rs_icmp_parse(&w.ip, &got), RS_WIRE_OK);
    CHECK_EQ(got.kind, RS_IM_SOURCE_QUENCH);
    CHECK_EQ(w.b[0], 4);
    m.family = RS_IPV6;
    CHECK_EQ(rs_icmp_build(w.b, sizeof w.b, &m, &V6A, &V6B), 0);
}

TEST(an_echo_is_answered_with_its_own_id_sequence_and_data)
{
    rs_icmp_msg m = {.family = RS_IPV6,
                     .kind = RS_IM_ECHO_REQUEST,
                     .echo_id = 0x1234,
                     .echo_seq = 9,
                     .data = {(const uint8_t *)"ping!", 5}},
                got;
    wrapped w, answer;
    wrap(&w, &m);
    CHECK_EQ(w.b[0], 128);
    CHECK_EQ(rs_icmp_parse(&w.ip, &got), RS_WIRE_OK);
    CHECK(!rs_icmp_is_error(got.kind));
    got.kind = RS_IM_ECHO_REPLY;
    wrap(&answer, &got);
    CHECK_EQ(rs_icmp_parse(&answer.ip, &got), RS_WIRE_OK);
    CHECK_EQ(got.type, 129);
    CHECK_EQ(got.echo_id, 0x1234);
    CHECK_EQ(got.echo_seq, 9);
    CHECK_EQ(got.data.len, 5);
    CHECK(memcmp(got.data.data, "ping!", 5) == 0);
}

TEST(the_checksum_covers_every_byte_and_in_ipv6_the_addresses)
{
    for (int i = 0; i < 2; i++) {
        rs_family f = i ? RS_IPV6 : RS_IPV4;
        rs_icmp_msg m = {.family = f, .kind = RS_IM_ECHO_REQUEST, .data = {(const uint8_t *)"odd", 3}}, got;
        wrapped w;
        wrap(&w, &m);
        for (size_t k = 0; k < 11; k++) {
            w.b[k] ^= 4;
            CHECK_EQ(rs_icmp_parse(&w.ip, &got), RS_WIRE_BAD_ICMP_CHECKSUM);
            w.b[k] ^= 4;
        }
        w.ip.src.bytes[3] ^= 4;
        CHECK_EQ(rs_icmp_parse(&w.ip, &got), i ? RS_WIRE_BAD_ICMP_CHECKSUM : RS_WIRE_OK);
    }
}

TEST(what_is_no_icmp_message_of_this_version_is_refused)
{
    rs_icmp_msg m = {.family = RS_IPV4, .kind = RS_IM_ECHO_REQUEST}, got;
    wrapped w;
    wrap(&w, &m);
    w.ip.proto = RS_PROTO_ICMP6;
    CHECK_EQ(rs_icmp_parse(&w.ip, &got), RS_WIRE_NOT_ICMP);
    w.ip.proto = RS_PROTO_ICMP;
    w.ip.payload.len = 7;
    CHECK_EQ(rs_icmp_parse(&w.ip, &got), RS_WIRE_TOO_SHORT);
    CHECK_EQ(rs_icmp_build(w.b, 7, &m, &V4A, &V4B), 0);
}

TEST(types_that_do_not_concern_tcp_are_other)
{
    rs_icmp_msg m = {.family = RS_IPV4, .kind = RS_IM_ECHO_REQUEST}, got;
    wrapped w;
    wrap(&w, &m);
    w.b[0] = 13;
    rs_store16(w.b + 2, 0);
    rs_store16(w.b + 2, rs_sum_finish(rs_sum_bytes(w.b, 8)));
    CHECK_EQ(rs_icmp_parse(&w.ip, &got), RS_WIRE_OK);
    CHECK_EQ(got.kind, RS_IM_OTHER);
    CHECK(!rs_icmp_is_error(got.kind));
}

TEST(eight_bytes_of_tcp_are_enough_in_a_quote_and_seven_are_not)
{
    for (int i = 0; i < 2; i++) {
        uint8_t q[64];
        rs_family f = i ? RS_IPV6 : RS_IPV4;
        rs_icmp_quote qt;
        rs_icmp_msg m = {.family = f, .kind = RS_IM_UNREACHABLE, .data = {q, quote(q, f, 7)}};
        CHECK_EQ(rs_icmp_parse_quote(&m, &qt), RS_WIRE_BAD_ICMP_QUOTE);
        m.data.len = quote(q, f, 8);
        CHECK_EQ(rs_icmp_parse_quote(&m, &qt), RS_WIRE_OK);
        q[f == RS_IPV4 ? 9 : 6] = 17;
        CHECK_EQ(rs_icmp_parse_quote(&m, &qt), RS_WIRE_BAD_ICMP_QUOTE);
        m.data.len = 10;
        CHECK_EQ(rs_icmp_parse_quote(&m, &qt), RS_WIRE_TOO_SHORT);
        m.kind = RS_IM_ECHO_REPLY;
        CHECK_EQ(rs_icmp_parse_quote(&m, &qt), RS_WIRE_BAD_ICMP_QUOTE);
    }
}

TEST(any_message_gets_an_answer)
{
    rs_rng rng = rs_rng_of(13);
    int quotes = 0;
    for (int step = 0; step < 5000; step++) {
        uint8_t q[64];
        rs_family f = rs_rng_below(&rng, 2) ? RS_IPV6 : RS_IPV4;
        size_t len = quote(q, f, 8);
        rs_icmp_msg m = {.family = f, .kind = RS_IM_UNREACHABLE, .data = {q, rs_rng_below(&rng, (uint32_t)len + 1)}};
        if (rs_rng_below(&rng, 2)) q[rs_rng_below(&rng, 40)] ^= (uint8_t)rs_rng_u32(&rng);
        rs_icmp_quote qt;
        quotes += rs_icmp_parse_quote(&m, &qt) == RS_WIRE_OK;
    }
    CHECK(quotes > 0);
}
