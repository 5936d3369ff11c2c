#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../world/cut.h"

static uint8_t bytes[2048];

static rs_bytes packet(bool ipv6, uint16_t flags, uint32_t len)
{
    static uint8_t text[1400];
    const char *why = NULL;
    for (unsigned i = 0; i < sizeof text; i++) text[i] = (uint8_t)i;
    cf_build b = {.text = text, .text_len = len};
    cf_layer *ip = cf_build_add(&b, ipv6 ? CF_L_IPV6 : CF_L_IPV4);
    ip->u.ip.src = (cf_addr){.b = {10, 0, 0, 1}, .family = ipv6 ? 6 : 4};
    ip->u.ip.dst = (cf_addr){.b = {10, 0, 0, 2}, .family = ipv6 ? 6 : 4};
    cf_build_add(&b, CF_L_TCP)->u.tcp =
        (cf_tcp){.sport = 1, .dport = 2, .seq = 0xFFFFFFF0u, .ack = 7, .flags = flags, .win = 100};
    size_t n = cf_encode(&b, bytes, sizeof bytes, &why);
    if (!n) CHECK_FAIL("%s", why);
    return (rs_bytes){bytes, n};
}

static void check_half(const uint8_t *pkt, size_t len, uint32_t seq, uint16_t flags, uint32_t from, uint32_t text_len)
{
    cf_packet p;
    cf_packet_decode(&p, pkt, len);
    const cf_tcp *t = cf_packet_tcp(&p);
    CHECK(t && t->sum_ok && (cf_packet_ip(&p)->src.family == 6 || cf_packet_ip(&p)->sum_ok));
    CHECK_EQ(t->seq, seq);
    CHECK_EQ(t->flags, flags);
    CHECK_EQ(p.text_len, text_len);
    CHECK_EQ(p.text[0], from & 0xFF);
    CHECK_EQ(t->ack, 7);
}

TEST(two_segments_say_what_one_said)
{
    static fz_halves h;
    for (int ipv6 = 0; ipv6 < 2; ipv6++) {
        CHECK(fz_cut(packet(ipv6, CF_ACK | CF_PSH | CF_FIN | CF_CWR, 100), 30, &h));
        check_half(h.first, h.first_len, 0xFFFFFFF0u, CF_ACK | CF_CWR, 0, 30);
        check_half(h.second, h.second_len, 14, CF_ACK | CF_PSH | CF_FIN, 30, 70);
    }
}

TEST(what_cannot_be_cut_there_stays_whole)
{
    static fz_halves h;
    CHECK(!fz_cut(packet(false, CF_ACK, 30), 30, &h));
    CHECK(!fz_cut(packet(false, CF_ACK, 0), 1, &h));
    CHECK(!fz_cut(packet(false, CF_SYN, 30), 10, &h));
    CHECK(!fz_cut(packet(false, CF_ACK | CF_URG, 30), 10, &h));
    rs_bytes damaged = packet(false, CF_ACK, 30);
    bytes[damaged.len - 1] ^= 1;
    CHECK(!fz_cut(damaged, 10, &h));
    CHECK(!fz_cut((rs_bytes){bytes, 5}, 1, &h));
}
