#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../packet/encode.h"
#include "script_text.h"

static const cf_pkt *packet(const char *text)
{
    const cf_event *e = event_of(text, CF_MODE_IPV4);
    if (!e) CHECK_FAIL("not accepted: %s", text);
    return &e->pkt;
}

TEST(a_tcp_line_gives_flags_numbers_and_window)
{
    const cf_pkt *k = packet("< P. 1:1001(1000) ack 2001 win 257 urg 3");
    CHECK_EQ(k->dir, CF_IN);
    CHECK_EQ(k->proto, CF_P_TCP);
    CHECK_EQ(k->flags, CF_PSH | CF_ACK);
    CHECK_EQ(k->seq, 1);
    CHECK_EQ(k->seq_end, 1001);
    CHECK_EQ(k->len, 1000);
    CHECK(k->has_ack && k->has_win && k->has_urg);
    CHECK_EQ(k->ack, 2001);
    CHECK_EQ(k->win, 257);
    CHECK_EQ(k->urg, 3);
    CHECK(!packet("> S 0:0(0)")->has_win);
}

static void flags_are(const char *flags, unsigned bits, int ace)
{
    cf_buf b = {0};
    cf_buf_printf(&b, "> %s 1:1(0)", flags);
    const cf_pkt *k = packet(cf_buf_str(&b));
    cf_buf_free(&b);
    CHECK_EQ(k->flags, bits);
    CHECK_EQ(k->has_ace, ace > 0);
    CHECK_EQ(k->ace, ace < 0 ? 0 : ace);
}

TEST(flags_come_in_any_order_with_the_dot_last_or_an_ace_digit)
{
    flags_are("SEWA.", CF_SYN | CF_ECE | CF_CWR | CF_AE | CF_ACK, -1);
    flags_are("PF.", CF_PSH | CF_FIN | CF_ACK, -1);
    flags_are("FFU", CF_FIN | CF_URG, -1);
    flags_are("-", 0, -1);
    flags_are(".", CF_ACK, -1);
    flags_are(".5", CF_ACK | CF_AE | CF_ECE, 5);
    flags_are("P.5", CF_PSH | CF_ACK | CF_AE | CF_ECE, 5);
    flags_are("S5.", CF_SYN | CF_ACK | CF_AE | CF_ECE, 5);
    flags_are("P2", CF_PSH | CF_CWR, 2);
    flags_are(".0", CF_ACK, 0); /* the same as no digit */
}

TEST(ports_psp_and_ip_fields_stand_before_the_flags)
{
    const cf_pkt *k = packet("< [ect0] encap psp spi 0x17 1234 > 80 . 1:1(0) ack 1 win 9");
    CHECK(k->psp && k->has_ports);
    CHECK_EQ(k->psp_spi, 23);
    CHECK_EQ(k->sport, 1234);
    CHECK_EQ(k->dport, 80);
    CHECK_EQ(k->ip.tos_check, CF_TOS_ECN);
    CHECK_EQ(k->ip.tos, 2);
}

TEST(udp_lines_have_a_length)
{
    const cf_pkt *k = packet("> [tos 0x10] udp 5 > 6 (1000)");
    CHECK_EQ(k->proto, CF_P_UDP);
    CHECK_EQ(k->len, 1000);
    CHECK_EQ(k->dport, 6);
    CHECK_EQ(packet("< udp (0)")->len, 0);
    CHECK(!event_of("< [ce] udp (1)", CF_MODE_IPV4));
}

TEST(the_largest_numbers_are_accepted)
{
    CHECK_EQ(packet("< . 4294967295:4294967295(0) ack 4294967295 win 65535")->ack, UINT32_MAX);
    CHECK(!event_of("< . 4294967295:4294967296(1) ack 1 win 1", CF_MODE_IPV4));
}

TEST(a_range_may_pass_the_end_of_the_circle)
{
    CHECK_EQ(packet("< . 4294967291:5(10) ack 1 win 1")->seq_end, 5);
    CHECK(!event_of("< . 4294967291:6(10) ack 1 win 1", CF_MODE_IPV4));
}

TEST(the_datagram_must_fit_with_its_headers)
{
    CHECK(event_of("> . 1:65497(65496) ack 1", CF_MODE_IPV4) != NULL);
    CHECK(!event_of("> . 1:65498(65497) ack 1", CF_MODE_IPV4));
    CHECK(event_of("> . 1:65477(65476) ack 1", CF_MODE_IPV6) != NULL);
    CHECK(!event_of("> . 1:65478(65477) ack 1", CF_MODE_IPV6));
    CHECK(!event_of("> . 1:65495(65494) ack 1 <mss 1>", CF_MODE_IPV4));
}

TEST(spans_cover_what_messages_point_at)
{
    const cf_pkt *k = packet("< S. 0:0(0) ack 7 win 5");
    CHECK_EQ(k->dir_span.start, 3);
    CHECK_EQ(k->flags_span.start, 5);
    CHECK_EQ(k->flags_span.end, 7);
    CHECK_EQ(k->seq_span.start, 8);
    CHECK_EQ(k->seq_span.end, 14);
    CHECK_EQ(k->ack_span.start, 15);
    CHECK_EQ(k->ack_span.end, 20);
    CHECK_EQ(k->win_span.start, 21);
    CHECK_EQ(k->span.end, 26);
}

TEST(a_dot_glued_to_the_number_gets_a_hint)
{
    CHECK(!event_of("< .1:1(0) ack 1 win 5", CF_MODE_IPV4));
    CHECK_HINT("blank after the ACK dot");
}

TEST(an_inconsistent_range_gets_the_right_one_as_a_hint)
{
    CHECK(!event_of("> P. 1:1001(900) ack 1", CF_MODE_IPV4));
    CHECK_SAID("1:1001 holds 1000 bytes, but 900 are written");
    CHECK_HINT("1:901(900)?");
}
