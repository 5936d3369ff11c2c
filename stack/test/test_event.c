/* Events as text. */
#define CHECK_MAIN
#include "../base/addr.h"
#include "../include/refstack/refstack.h"
#include "check.h"

static const char *text(rs_event ev)
{
    static char buf[300];
    size_t n = rs_event_text(buf, sizeof buf, &ev);
    CHECK_EQ(n, strlen(buf));
    return buf;
}

TEST(an_event_is_a_line)
{
    rs_event ev = {.at = {12000345},
                   .kind = RS_EV_STATE,
                   .conn = 3,
                   .a = RS_SYN_RECEIVED,
                   .b = RS_ESTABLISHED,
                   .why = "SYN_ACKED",
                   .rfc = "9293 3.10.7.4 fifth",
                   .local = {rs_addr_v4(192, 0, 2, 1), 80},
                   .remote = {rs_addr_v4(198, 51, 100, 7), 4000}};
    CHECK_STR(
        text(ev),
        "12.000345 conn 3 192.0.2.1:80 > 198.51.100.7:4000: state state=SYN-RECEIVED state=ESTABLISHED: SYN_ACKED "
        "(RFC 9293 3.10.7.4 fifth)");
}

TEST(what_is_not_known_is_left_out)
{
    rs_event ev = {.at = {5}, .kind = RS_EV_PACKET_IN, .conn = RS_NO_CONN, .a = 40};
    CHECK_STR(text(ev), "0.000005: packet in bytes=40");
    ev = (rs_event){.at = {1500000}, .kind = RS_EV_ERROR, .conn = 1, .a = RS_ECONNRESET};
    CHECK_STR(text(ev), "1.500000 conn 1: error error=ECONNRESET");
    ev = (rs_event){.at = {0}, .kind = RS_EV_DROP, .conn = RS_NO_CONN, .why = "X", .why_text = "it is an x"};
    CHECK_STR(text(ev), "0.000000: drop: it is an x");
    ev.kind = 99;
    CHECK_STR(text(ev), "0.000000: ?: it is an x");
}

TEST(ipv6_addresses_stand_in_brackets)
{
    rs_event ev = {.kind = RS_EV_RTT,
                   .conn = 0,
                   .a = 10000,
                   .b = 210000,
                   .local = {{.bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}, .family = RS_IPV6}, 80},
                   .remote = {{.bytes = {[15] = 2}, .family = RS_IPV6}, 9}};
    CHECK_STR(text(ev),
              "0.000000 conn 0 [2001:db8:0:0:0:0:0:1]:80 > [0:0:0:0:0:0:0:2]:9: rtt sample_us=10000 rto_us=210000");
}

TEST(a_short_buffer_is_filled_and_ended)
{
    char buf[6];
    rs_event ev = {.at = {12000345}, .kind = RS_EV_TIMER, .conn = 3};
    size_t n = rs_event_text(buf, sizeof buf, &ev);
    CHECK(n > sizeof buf);
    CHECK_STR(buf, "12.00");
    CHECK_EQ(rs_event_text(NULL, 0, &ev), n);
}
