#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../packet/encode.h"
#include "../packet/print.h"
#include "hex.h"

static char text[2000];

static const char *shown(const char *hex, bool ends)
{
    static uint8_t bytes[500];
    cf_packet p;
    cf_packet_decode(&p, bytes, from_hex(hex, bytes, sizeof bytes));
    cf_print_packet(&p, ends, text, sizeof text);
    return text;
}

TEST(packets_are_shown_as_scripts_write_them)
{
    CHECK_STR(shown(HEX_SYN4, false), "S 1:1(0) win 32792 <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7>");
    CHECK_STR(shown(HEX_DATA6, false), "P. 4294967294:3(5) ack 5 win 256");
    CHECK_STR(shown(HEX_UDP4, false), "udp (3)");
    CHECK_STR(shown(HEX_ICMP4, false), "icmpv4 unreachable frag_needed mtu 1200");
    CHECK_STR(shown(HEX_ICMP6, false), "icmpv6 packet_too_big mtu 1280");
}

TEST(outer_headers_come_before_the_inner_packet)
{
    CHECK_STR(shown(HEX_GRE, false), "ipv4 1.1.1.1 > 2.2.2.2: gre flags 0x3000, sum 0x0, off 0x0, key=0x7, seq 0x9: "
                                     "S 0:0(0) win 8192");
    CHECK_STR(shown(HEX_MPLS, false), "ipv4 1.1.1.1 > 2.2.2.2: gre flags 0x0, sum 0x0, off 0x0, key=0x0, seq 0x0: "
                                      "mpls (label 1048575, tc 5, ttl 1) (label 0, tc 0, [S], ttl 255): udp (0)");
}

TEST(ends_are_shown_on_request)
{
    CHECK_STR(shown(HEX_UDP4, true), "10.0.0.1 port 1000 > 10.0.0.2 port 2000 udp (3)");
    CHECK_STR(shown(HEX_ICMP6, true), "fe80::1 > fe80::2 icmpv6 packet_too_big mtu 1280");
}

TEST(what_is_malformed_is_said_at_the_end)
{
    CHECK_STR(shown("4500002800092000400646c50a0000010a000002001400500000000000000000500220007b7c0000", false),
              "S 0:0(0) win 8192 {is an IP fragment}");
    CHECK_STR(shown("50", false), "{IP version is neither 4 nor 6}");
}

TEST(flags_have_a_fixed_order)
{
    cf_print_flags(0x1FF, -1, text, sizeof text);
    CHECK_STR(text, "FSRP.UEWA");
    cf_print_flags(CF_ACK | CF_AE | CF_ECE, 5, text, sizeof text);
    CHECK_STR(text, ".5");
    cf_print_flags(0, -1, text, sizeof text);
    CHECK_STR(text, "-");
}

TEST(options_that_are_no_words_show_kind_and_bytes)
{
    static const uint8_t opts[] = {30, 4, 0xaa, 0xbb, 2, 3, 1, 0};
    cf_tcp t = {.opt_count = 2, .opts = {{30, 4, opts + 2}, {2, 3, opts + 6}}, .opts_broken = true};
    cf_print_opts(&t, text, sizeof text);
    CHECK_STR(text, "kind 30 len 4 aabb,malformed kind 2 len 3 01,...malformed");
}

TEST(a_short_buffer_is_cut_and_terminated)
{
    uint8_t bytes[100];
    cf_packet p;
    char small[8];
    cf_packet_decode(&p, bytes, from_hex(HEX_SYN4, bytes, sizeof bytes));
    size_t whole = cf_print_packet(&p, false, text, sizeof text);
    CHECK_EQ(cf_print_packet(&p, false, small, sizeof small), whole);
    CHECK_STR(small, "S 1:1(0");
    CHECK_EQ(cf_print_packet(&p, false, NULL, 0), whole);
}

TEST(a_ladder_step_has_time_and_direction)
{
    uint8_t bytes[100];
    cf_packet p;
    cf_packet_decode(&p, bytes, from_hex(HEX_UDP4, bytes, sizeof bytes));
    cf_print_ladder(1500000, '>', &p, text, sizeof text);
    CHECK_STR(text, "    1.500000  >  udp (3)");
    cf_print_time(-1, text, sizeof text);
    CHECK_STR(text, "-0.000001");
    cf_print_time(INT64_MIN, text, sizeof text);
    CHECK_STR(text, "-9223372036854.775808");
}

TEST(hex_rows_have_offsets_and_ascii)
{
    static const uint8_t bytes[] = "ABCDEFGHIJKLMNOPQ\n";
    cf_print_hex(bytes, 18, 17, text, sizeof text);
    CHECK_STR(text, "0000  41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP\n"
                    "0010  51                                               Q\n"
                    "... 1 more\n");
}
