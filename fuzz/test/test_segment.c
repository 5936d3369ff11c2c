#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../../conformance/packet/encode.h"
#include "../prog/segment.h"
#include "../prog/start.h"

static fz_host h;
static cf_tcp seen;
static bool seen_ok;
static cf_icmp seen_icmp;

static void on_arrives(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    (void)at;
    seen_ok = !p->broken;
    if (cf_packet_tcp(p)) seen = *cf_packet_tcp(p);
    if (cf_packet_icmp(p)) seen_icmp = *cf_packet_icmp(p);
}

static const fz_watch watch = {.arrives = on_arrives};

TEST(a_segment_arrives_as_it_was_meant)
{
    for (int v6 = 0; v6 < 2; v6++) {
        fz_header header = {.start = FZ_AT_CLOSED, .ipv6 = v6};
        fz_host_open(&h, &header, &watch);
        fz_segment s = {.flags = CF_ACK | CF_PSH, .seq = 5, .ack = 6, .win = 7, .len = 11};
        fz_send(&h, &h.tuple[0], &s);
        CHECK(seen_ok);
        CHECK(seen.sum_ok);
        CHECK_EQ(seen.seq, 5);
        CHECK_EQ(seen.win, 7);
        CHECK_EQ(seen.dport, FZ_PORT_LISTEN);
        s.bad_sum = true;
        fz_send(&h, &h.tuple[0], &s);
        CHECK(!seen.sum_ok);
    }
}

TEST(an_icmp_error_quotes_enough_to_find_the_connection)
{
    fz_header header = {.start = FZ_AT_CLOSED};
    fz_host_open(&h, &header, &watch);
    fz_send_icmp(&h, &h.tuple[0], 3, 4, 1234, 1300);
    CHECK(seen_ok);
    CHECK(seen_icmp.sum_ok);
    CHECK_EQ(seen_icmp.mtu, 1300);
    CHECK_EQ(seen_icmp.quote_len, 28);
}
