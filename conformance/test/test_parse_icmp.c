#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "script_text.h"

static const cf_pkt *packet(const char *text, cf_ip_mode mode)
{
    const cf_event *e = event_of(text, mode);
    return e ? &e->pkt : NULL;
}

TEST(an_error_message_has_type_code_mtu_and_quote)
{
    const cf_pkt *k = packet("< icmp unreachable frag_needed mtu 1200 [1:1461(1460)]", CF_MODE_IPV4);
    CHECK(k != NULL);
    CHECK_EQ(k->proto, CF_P_ICMP);
    CHECK_EQ(k->icmp_type, 3);
    CHECK_EQ(k->icmp_code, 4);
    CHECK_EQ(k->mtu, 1200);
    CHECK_EQ(k->quote, CF_Q_TCP);
    CHECK_EQ(k->q_seq, 1);
    CHECK_EQ(k->q_len, 1460);
}

TEST(the_words_depend_on_the_family)
{
    CHECK_EQ(packet("< icmp packet_too_big mtu 1280", CF_MODE_IPV6)->mtu, 1280);
    CHECK_EQ(packet("< icmp unreachable", CF_MODE_IPV6)->icmp_type, 1);
    CHECK_EQ(packet("< icmp unreachable", CF_MODE_MAPPED)->icmp_type, 3);
    CHECK(!packet("< icmp packet_too_big mtu 1280", CF_MODE_IPV4));
    CHECK_HINT("word of ICMPv6");
    CHECK(!packet("< icmp unreachable frag_needed", CF_MODE_IPV6));
    CHECK_HINT("word of ICMPv4");
}

TEST(numbers_and_ids_can_be_written)
{
    const cf_pkt *k = packet("> icmp type_42 code_7 id 99", CF_MODE_IPV4);
    CHECK(k != NULL);
    CHECK_EQ(k->icmp_type, 42);
    CHECK_EQ(k->icmp_code, 7);
    CHECK(k->has_id);
    CHECK_EQ(k->icmp_id, 99);
    CHECK_EQ(packet("> icmp echo_request id 3", CF_MODE_IPV4)->icmp_id, 3);
}

TEST(a_quote_may_be_udp_or_raw)
{
    CHECK_EQ(packet("< icmp unreachable port_unreachable [udp (100)]", CF_MODE_IPV4)->quote, CF_Q_UDP);
    CHECK_EQ(packet("< icmp unreachable port_unreachable [raw (8)]", CF_MODE_IPV4)->q_len, 8);
    CHECK(!packet("< icmp unreachable port_unreachable [raw (7)]", CF_MODE_IPV4));
    CHECK_EQ(packet("< icmp unreachable port_unreachable", CF_MODE_IPV4)->quote, CF_Q_NONE);
}

TEST(mtu_goes_only_with_the_messages_that_carry_it)
{
    CHECK(!packet("< icmp unreachable host_unreachable mtu 1200", CF_MODE_IPV4));
    CHECK(!packet("< icmp unreachable mtu 1200", CF_MODE_IPV6));
    CHECK_EQ(packet("< icmp packet_too_big mtu 4294967295", CF_MODE_IPV6)->mtu, UINT32_MAX);
}

TEST(a_misspelt_word_gets_the_nearest_one)
{
    CHECK(!packet("< icmp unreachble", CF_MODE_IPV4));
    CHECK_HINT("did you mean unreachable?");
    CHECK(!packet("< icmp unreachable CODE", CF_MODE_IPV6));
    CHECK_HINT("-D CODE=");
}
