#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../packet/encode.h"
#include "hex.h"

static uint8_t out[66000];

/* Takes a witness's packet apart, builds it again, and compares the bytes. */
static void rebuilds(const char *hex)
{
    uint8_t bytes[500];
    cf_packet p;
    cf_build b = {0};
    size_t n = from_hex(hex, bytes, sizeof bytes);
    cf_packet_decode(&p, bytes, n);
    CHECK(p.broken == NULL);
    for (unsigned i = 0; i < p.layers; i++) *cf_build_add(&b, p.layer[i].kind) = p.layer[i];
    bool icmp = cf_packet_icmp(&p) != NULL; /* the quote is part of the header there */
    b.text = p.text;
    b.text_len = icmp ? 0 : p.text_len;
    size_t m = cf_encode(&b, out, sizeof out, NULL);
    CHECK_STR(to_hex(out, m), hex);
}

TEST(packets_of_an_independent_witness_are_rebuilt_byte_for_byte)
{
    rebuilds(HEX_SYN4);
    rebuilds(HEX_DATA6);
    rebuilds(HEX_UDP4);
    rebuilds(HEX_ICMP4);
    rebuilds(HEX_ICMP6);
    rebuilds(HEX_GRE);
    rebuilds(HEX_MPLS);
}

static cf_build simple(void)
{
    cf_build b = {0};
    cf_build_add(&b, CF_L_IPV4);
    cf_layer *t = cf_build_add(&b, CF_L_TCP);
    t->u.tcp.sport = 1;
    t->u.tcp.flags = CF_ACK | CF_AE;
    t->u.tcp.reserved = 5;
    return b;
}

TEST(wrong_values_are_written_when_they_are_to_be_kept)
{
    cf_packet p;
    cf_build b = simple();
    b.layer[0].u.ip.total_len = 99;
    b.layer[0].u.ip.proto = 77;
    b.layer[0].u.ip.sum = 0x1234;
    b.keep[0] = CF_KEEP_LEN | CF_KEEP_SUM;
    b.layer[1].u.tcp.sum = 0xBEEF;
    b.layer[1].u.tcp.doff = 15;
    b.keep[1] = CF_KEEP_SUM | CF_KEEP_DOFF;
    size_t n = cf_encode(&b, out, sizeof out, NULL);
    CHECK_EQ(n, 40);
    cf_packet_decode(&p, out, n);
    CHECK_EQ(cf_packet_ip(&p)->total_len, 99);
    CHECK_EQ(cf_packet_ip(&p)->sum, 0x1234);
    CHECK_EQ(cf_packet_ip(&p)->proto, 6);
    CHECK_EQ(cf_packet_tcp(&p)->sum, 0xBEEF);
    CHECK_EQ(cf_packet_tcp(&p)->doff, 15);
    b.keep[0] = CF_KEEP_PROTO | CF_KEEP_HLEN;
    b.layer[0].u.ip.header_len = 24;
    cf_encode(&b, out, sizeof out, NULL);
    CHECK_EQ(out[9], 77);
    CHECK_EQ(out[0], 0x46);
}

TEST(nine_flags_and_reserved_bits_survive)
{
    cf_packet p;
    cf_build b = simple();
    cf_packet_decode(&p, out, cf_encode(&b, out, sizeof out, NULL));
    CHECK_EQ(cf_packet_tcp(&p)->flags, CF_ACK | CF_AE);
    CHECK_EQ(cf_packet_tcp(&p)->reserved, 5);
    CHECK(cf_packet_tcp(&p)->sum_ok && cf_packet_ip(&p)->sum_ok);
}

TEST(payload_without_bytes_is_zeros)
{
    cf_packet p;
    cf_build b = simple();
    b.text_len = 1460;
    memset(out, 0xAA, sizeof out);
    cf_packet_decode(&p, out, cf_encode(&b, out, sizeof out, NULL));
    CHECK_EQ(p.text_len, 1460);
    for (unsigned i = 0; i < 1460; i++) CHECK_EQ(p.text[i], 0);
    CHECK(cf_packet_tcp(&p)->sum_ok);
}

TEST(options_are_padded_to_words_with_eol)
{
    static const uint8_t nop = 1;
    cf_packet p;
    cf_build b = simple();
    b.layer[1].u.tcp.opt_bytes = &nop;
    b.layer[1].u.tcp.opt_len = 1;
    cf_packet_decode(&p, out, cf_encode(&b, out, sizeof out, NULL));
    CHECK_EQ(cf_packet_tcp(&p)->doff, 6);
    CHECK_EQ(cf_packet_tcp(&p)->opt_len, 4);
    CHECK_EQ(cf_packet_tcp(&p)->opts[3].kind, 0);
}

TEST(what_cannot_be_written_is_refused_with_a_reason)
{
    const char *why = NULL;
    cf_build none = {0}, headless = {0}, b = simple();
    CHECK_EQ(cf_encode(&none, out, sizeof out, &why), 0);
    CHECK_STR(why, "no headers");
    cf_build_add(&headless, CF_L_TCP);
    CHECK_EQ(cf_encode(&headless, out, sizeof out, &why), 0);
    CHECK_STR(why, "the outermost header must be IP");
    CHECK_EQ(cf_encode(&b, out, 39, &why), 0);
    CHECK_STR(why, "the buffer is too small");
    b.text_len = 65560;
    CHECK_EQ(cf_encode(&b, out, sizeof out, &why), 0);
    CHECK_STR(why, "longer than any IP datagram");
    cf_build full = {0};
    for (int i = 0; i < CF_LAYERS_MAX; i++) CHECK(cf_build_add(&full, CF_L_IPV4) != NULL);
    CHECK(cf_build_add(&full, CF_L_TCP) == NULL);
}

TEST(what_was_there_before_a_packet_is_begun_is_not_seen)
{
    static uint8_t other[100];
    static cf_build dirty;
    cf_build clean = simple();
    memset(&dirty, 0xa5, sizeof dirty);
    cf_build_begin(&dirty);
    cf_build_add(&dirty, CF_L_IPV4);
    cf_layer *t = cf_build_add(&dirty, CF_L_TCP);
    t->u.tcp.sport = 1;
    t->u.tcp.flags = CF_ACK | CF_AE;
    t->u.tcp.reserved = 5;
    size_t n = cf_encode(&clean, out, sizeof out, NULL);
    CHECK_EQ(cf_encode(&dirty, other, sizeof other, NULL), n);
    CHECK(memcmp(out, other, n) == 0);
}
