#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>

#include "../packet/encode.h"
#include "../packet/opts.h"
#include "hex.h"

static uint8_t bytes[2000];
static size_t len;
static cf_packet p;

static void decode_hex(const char *hex)
{
    len = from_hex(hex, bytes, sizeof bytes);
    cf_packet_decode(&p, bytes, len);
}

TEST(a_syn_over_ipv4_shows_every_field)
{
    decode_hex(HEX_SYN4);
    CHECK(p.broken == NULL);
    CHECK_EQ(p.layers, 2);
    const cf_ip *ip = cf_packet_ip(&p);
    const cf_tcp *t = cf_packet_tcp(&p);
    CHECK_EQ(ip->ttl, 255);
    CHECK_EQ(ip->total_len, 60);
    CHECK(ip->sum_ok && t->sum_ok && !t->opts_broken);
    CHECK_EQ(ip->src.b[0], 192);
    CHECK_EQ(t->sport, 40000);
    CHECK_EQ(t->dport, 8080);
    CHECK_EQ(t->flags, CF_SYN);
    CHECK_EQ(t->seq, 1);
    CHECK_EQ(t->win, 32792);
    CHECK_EQ(t->doff, 10);
    CHECK_EQ(t->opt_count, 5);
    CHECK_EQ(p.text_len, 0);
    CHECK(cf_packet_udp(&p) == NULL && cf_packet_icmp(&p) == NULL);
}

TEST(data_over_ipv6_shows_class_flow_label_and_payload)
{
    decode_hex(HEX_DATA6);
    CHECK(p.broken == NULL);
    const cf_ip *ip = cf_packet_ip(&p);
    CHECK_EQ(ip->tos, 2);
    CHECK_EQ(ip->flow_label, 0x12345);
    CHECK_EQ(ip->ttl, 64);
    CHECK_EQ(ip->total_len, 65);
    CHECK_EQ(cf_packet_tcp(&p)->seq, 0xfffffffe);
    CHECK(cf_packet_tcp(&p)->sum_ok);
    CHECK_EQ(p.text_len, 5);
    CHECK_EQ(memcmp(p.text, "hello", 5), 0);
}

TEST(what_is_known_to_be_sound_is_not_summed_again)
{
    static cf_packet again;
    decode_hex(HEX_SYN4);
    cf_packet_decode_sound(&again, bytes, len);
    CHECK(cf_packet_tcp(&again)->sum_ok && cf_packet_ip(&again)->sum_ok);
    CHECK_EQ(cf_packet_tcp(&again)->seq, cf_packet_tcp(&p)->seq);
    bytes[30]++; /* the caller knows better */
    cf_packet_decode_sound(&again, bytes, len);
    CHECK(cf_packet_tcp(&again)->sum_ok);
    cf_packet_decode(&again, bytes, len);
    CHECK(!cf_packet_tcp(&again)->sum_ok);
}

TEST(udp_and_icmp_are_decoded_with_their_sums)
{
    decode_hex(HEX_UDP4);
    CHECK(p.broken == NULL);
    CHECK_EQ(cf_packet_udp(&p)->dport, 2000);
    CHECK(cf_packet_udp(&p)->sum_ok);
    CHECK_EQ(p.text_len, 3);
    decode_hex(HEX_ICMP4);
    CHECK_EQ(cf_packet_icmp(&p)->mtu, 1200);
    CHECK_EQ(cf_packet_icmp(&p)->quote_len, 28);
    CHECK(cf_packet_icmp(&p)->sum_ok);
    decode_hex(HEX_ICMP6);
    CHECK_EQ(cf_packet_icmp(&p)->type, 2);
    CHECK_EQ(cf_packet_icmp(&p)->mtu, 1280);
    CHECK(cf_packet_icmp(&p)->sum_ok);
}

TEST(extension_headers_are_walked_to_the_transport)
{
    decode_hex(HEX_EXT6);
    CHECK(p.broken == NULL);
    CHECK_EQ(cf_packet_ip(&p)->proto, 6);
    CHECK_EQ(cf_packet_ip(&p)->header_len, 56);
    CHECK_EQ(cf_packet_tcp(&p)->flags, CF_ACK);
    CHECK(cf_packet_tcp(&p)->sum_ok);
}

TEST(tunnels_are_layers_outermost_first)
{
    decode_hex(HEX_GRE);
    CHECK(p.broken == NULL);
    CHECK_EQ(p.layers, 4);
    CHECK_EQ(p.layer[1].kind, CF_L_GRE);
    CHECK_EQ(p.layer[1].u.gre.key, 7);
    CHECK_EQ(p.layer[1].u.gre.seq, 9);
    CHECK_EQ(p.layer[1].len, 12);
    CHECK_EQ(cf_packet_ip(&p)->src.b[0], 10);
    CHECK_EQ(cf_packet_tcp(&p)->flags, CF_SYN);
    decode_hex(HEX_MPLS);
    CHECK(p.broken == NULL);
    CHECK_EQ(p.layer[2].kind, CF_L_MPLS);
    CHECK_EQ(p.layer[2].u.mpls.count, 2);
    CHECK_EQ(p.layer[2].u.mpls.e[0].label, 1048575);
    CHECK_EQ(p.layer[2].u.mpls.e[0].tc, 5);
    CHECK_EQ(p.layer[2].u.mpls.e[1].bottom, 1);
    CHECK_EQ(p.layer[4].kind, CF_L_UDP);
}

TEST(a_fragment_is_named)
{
    decode_hex(HEX_FRAG);
    CHECK(p.fragment);
    CHECK_STR(p.broken, "is an IP fragment");
    CHECK(cf_packet_tcp(&p) != NULL); /* the first one still shows its header */
}

TEST(wrong_checksums_are_noticed_but_not_called_broken)
{
    decode_hex(HEX_SYN4);
    bytes[30] ^= 1;
    bytes[8]--;
    cf_packet_decode(&p, bytes, len);
    CHECK(p.broken == NULL);
    CHECK(!cf_packet_ip(&p)->sum_ok);
    CHECK(!cf_packet_tcp(&p)->sum_ok);
}

TEST(every_cut_of_a_packet_is_called_broken)
{
    static const char *const packets[] = {HEX_SYN4,  HEX_DATA6, HEX_UDP4, HEX_ICMP4,
                                          HEX_ICMP6, HEX_EXT6,  HEX_GRE,  HEX_MPLS};
    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
        size_t whole = from_hex(packets[i], bytes, sizeof bytes);
        for (size_t n = 0; n < whole; n++) {
            uint8_t *copy = malloc(n + 1);
            memcpy(copy, bytes, n);
            cf_packet_decode(&p, copy, n);
            free(copy);
            if (!p.broken) CHECK_FAIL("packet %zu cut to %zu of %zu bytes is not called broken", i, n, whole);
        }
    }
}

TEST(bytes_behind_the_datagram_are_counted_and_left_out)
{
    decode_hex(HEX_DATA6);
    cf_packet_decode(&p, bytes, len + 7);
    CHECK(p.broken == NULL);
    CHECK_EQ(p.trailing, 7);
    CHECK_EQ(p.text_len, 5);
}

TEST(malformed_tcp_keeps_what_it_can)
{
    decode_hex(HEX_SYN4);
    bytes[20 + 12] = 0x40;
    cf_packet_decode(&p, bytes, len);
    CHECK_STR(p.broken, "TCP data offset is under 5");
    CHECK_EQ(cf_packet_tcp(&p)->dport, 8080);
    bytes[20 + 12] = 0xF0;
    cf_packet_decode(&p, bytes, len);
    CHECK_STR(p.broken, "TCP options are cut");
    bytes[20 + 12] = 0xA0;
    bytes[41] = 1; /* the length of the MSS option */
    cf_packet_decode(&p, bytes, len);
    CHECK(p.broken == NULL);
    CHECK(cf_packet_tcp(&p)->opts_broken);
    CHECK_EQ(cf_packet_tcp(&p)->opt_count, 0);
}

TEST(what_is_not_ip_is_said_to_be_so)
{
    bytes[0] = 0x50;
    cf_packet_decode(&p, bytes, 40);
    CHECK_STR(p.broken, "IP version is neither 4 nor 6");
    CHECK_EQ(p.layers, 0);
    cf_packet_decode(&p, bytes, 0);
    CHECK_STR(p.broken, "no IP header");
}

TEST(ip_in_ip_stops_at_the_limit_of_layers)
{
    memset(bytes, 0, sizeof bytes);
    for (size_t i = 0; i < 20; i++) {
        uint8_t *h = bytes + 20 * i;
        size_t rest = 400 - 20 * i;
        h[0] = 0x45;
        h[2] = (uint8_t)(rest >> 8);
        h[3] = (uint8_t)(rest & 255);
        h[9] = 4;
    }
    cf_packet_decode(&p, bytes, 400);
    CHECK_STR(p.broken, "more headers than the judge can hold");
    CHECK_EQ(p.layers, CF_LAYERS_MAX);
}

TEST(psp_over_udp_is_seen_when_its_port_is_known)
{
    cf_build b = {0};
    uint8_t icv[16] = {0};
    cf_build_add(&b, CF_L_IPV4);
    cf_layer *u = cf_build_add(&b, CF_L_UDP_ENCAP);
    u->u.udp.sport = u->u.udp.dport = 1000;
    cf_build_add(&b, CF_L_PSP)->u.psp.spi = 23;
    cf_build_add(&b, CF_L_TCP)->u.tcp.flags = CF_ACK;
    b.text = icv;
    b.text_len = sizeof icv;
    len = cf_encode(&b, bytes, sizeof bytes, NULL);
    cf_packet_decode_psp(&p, bytes, len, 1000);
    CHECK(p.broken == NULL);
    CHECK_EQ(p.layer[2].kind, CF_L_PSP);
    CHECK_EQ(p.layer[2].u.psp.spi, 23);
    CHECK_EQ(cf_packet_tcp(&p)->flags, CF_ACK);
    CHECK_EQ(p.text_len, 0);
    cf_packet_decode(&p, bytes, len);
    CHECK(cf_packet_tcp(&p) == NULL && cf_packet_udp(&p) != NULL);
}
