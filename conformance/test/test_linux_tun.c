#include <stdlib.h>
#include <unistd.h>

#define CHECK_MAIN
#include "../packet/encode.h"
#include "live_fix.h"

/* A SYN from the remote side. */
static size_t syn(uint8_t *out, size_t cap, uint16_t port)
{
    const char *why;
    cf_build b = {0};
    cf_layer *ip = cf_build_add(&b, CF_L_IPV4), *tcp = cf_build_add(&b, CF_L_TCP);
    cf_addr_parse("192.0.2.1", &ip->u.ip.src);
    cf_addr_parse("192.168.0.1", &ip->u.ip.dst);
    ip->u.ip.ttl = 255;
    tcp->u.tcp.sport = 50000;
    tcp->u.tcp.dport = port;
    tcp->u.tcp.flags = 2;
    tcp->u.tcp.win = 1000;
    return cf_encode(&b, out, cap, &why);
}

/* What the kernel does by itself on a fresh device (router solicitations) is passed over. */
static bool next_tcp(cf_target *t, int64_t patience_us, cf_packet *p, int64_t *at)
{
    cf_sniffed s;
    int64_t end = cf_linux_now(t) + patience_us;
    while (cf_linux_sniff(t, end, &s)) {
        cf_packet_decode(p, s.bytes, s.len);
        *at = s.at_us;
        if (cf_packet_tcp(p)) return true;
    }
    return false;
}

TEST(a_syn_to_a_closed_port_is_answered_with_a_reset_stamped_when_it_left)
{
    uint8_t bytes[100];
    char why[200];
    cf_packet p;
    int64_t at;
    cf_target *t = live_open();
    size_t n = syn(bytes, sizeof bytes, 9);
    int64_t before = cf_linux_now(t);
    CHECK(cf_linux_inject(t, bytes, n, why, sizeof why));
    int64_t after = cf_linux_now(t);
    CHECK(next_tcp(t, 2000000, &p, &at));
    CHECK(cf_packet_tcp(&p)->flags & 4);
    CHECK_EQ(cf_packet_tcp(&p)->dport, 50000);
    CHECK(at >= before - 200 && at <= after + 200);
    cf_target_linux.close(t);
}

TEST(silence_lasts_until_the_deadline_and_no_longer)
{
    cf_packet p;
    int64_t at;
    cf_target *t = live_open();
    int64_t before = cf_linux_now(t);
    CHECK(!next_tcp(t, 30000, &p, &at));
    int64_t waited = cf_linux_now(t) - before;
    CHECK(waited >= 30000 && waited < 1000000);
    cf_target_linux.close(t);
}

TEST(the_queue_of_the_device_never_fills_while_frames_are_looked_at)
{
    uint8_t bytes[100];
    char why[200];
    cf_packet p;
    int64_t at;
    cf_target *t = live_open();
    for (uint16_t i = 1; i <= 1200; i++) {
        CHECK(cf_linux_inject(t, bytes, syn(bytes, sizeof bytes, i), why, sizeof why));
        CHECK(next_tcp(t, 2000000, &p, &at));
    }
    cf_target_linux.close(t);
}

TEST(rubbish_is_not_taken_by_the_device)
{
    char why[200];
    uint8_t bytes[2] = {0xff, 0xff};
    cf_target *t = live_open();
    CHECK(!cf_linux_inject(t, bytes, 1, why, sizeof why));
    CHECK(strstr(why, "writing to tun0: ") != NULL);
    cf_target_linux.close(t);
}
