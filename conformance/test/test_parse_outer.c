#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "script_text.h"

static const cf_pkt *packet(const char *head)
{
    char text[600];
    snprintf(text, sizeof text, "> %s . 1:1(0) ack 1", head);
    const cf_event *e = event_of(text, CF_MODE_IPV4);
    return e ? &e->pkt : NULL;
}

TEST(ip_fields_say_what_is_to_be_checked)
{
    CHECK_EQ(packet("[noecn]")->ip.tos, 0);
    CHECK_EQ(packet("[noecn]")->ip.tos_check, CF_TOS_ECN);
    CHECK_EQ(packet("(ce)")->ip.tos, 3);
    CHECK_EQ(packet("[ect1]")->ip.tos, 1);
    CHECK_EQ(packet("[ect01]")->ip.tos_check, CF_TOS_ECT01);
    CHECK_EQ(packet("[tos 0xff]")->ip.tos_check, CF_TOS_WHOLE);
    CHECK_EQ(packet("[ect0, flowlabel 0xfffff]")->ip.flow, 0xfffff);
    CHECK(packet("[flowlabel 0x1]")->ip.has_flow);
    CHECK_EQ(packet("[flowlabel 0x1]")->ip.tos_check, CF_TOS_NONE);
    CHECK_EQ(packet("[ttl 3]")->ip.ttl, 3);
    CHECK(packet("[ttl 259]")->ip.has_ttl);
    CHECK_EQ(packet("[ttl 259]")->ip.ttl, 3); /* the low 8 bits */
    CHECK(!packet("")->ip.given);
}

TEST(only_flowlabel_can_follow_another_field)
{
    CHECK(!packet("[ttl 64, ect0]"));
    CHECK(!packet("[tos 0x10, ttl 5]"));
    CHECK(!packet("[flowlabel 0x1, ect0]"));
    CHECK(!packet("[ect0, ce]"));
    CHECK(!packet("[ect0)"));
}

TEST(ip_headers_nest_in_any_families)
{
    const cf_pkt *k = packet("ipv6 [tos 0x2] fd::1 > fd::2: ipv4 1.2.3.4 > 5.6.7.8:");
    CHECK(k != NULL);
    CHECK_EQ(k->outers, 2);
    CHECK_EQ(k->outer[0].kind, CF_L_IPV6);
    CHECK_EQ(k->outer[0].ip.tos, 2);
    CHECK_EQ(k->outer[1].kind, CF_L_IPV4);
    CHECK_EQ(k->outer[1].dst.b[3], 8);
    CHECK(!k->ip.given);
}

TEST(gre_is_short_or_long_with_optional_commas)
{
    CHECK_EQ(packet("gre:")->outer[0].gre.flags, 0);
    CHECK_EQ(packet("GREv0 :")->outer[0].kind, CF_L_GRE);
    const cf_pkt *k =
        packet("gre flags [checksum present, key present, sequence# present], sum 0x1, off 2, key=3, seq 4:");
    CHECK(k != NULL);
    CHECK_EQ(k->outer[0].gre.flags, 0xb000);
    CHECK_EQ(k->outer[0].gre.key, 3);
    k = packet("gre, Flags 0x2000 sum 0 off 0 key 0xffffffff seq 0:");
    CHECK(k != NULL);
    CHECK_EQ(k->outer[0].gre.key, UINT32_MAX);
    CHECK_EQ(packet("gre flags [none] sum 0 off 0 key 0 seq 0:")->outer[0].gre.flags, 0);
}

TEST(mpls_is_a_stack_of_entries)
{
    const cf_pkt *k = packet("mpls (label 1048575, tc 7, ttl 255) (label 0, tc 0, [S], ttl 1):");
    CHECK(k != NULL);
    CHECK_EQ(k->outer[0].mpls_count, 2);
    CHECK_EQ(k->outer[0].mpls[0].bottom, 0);
    CHECK_EQ(k->outer[0].mpls[0].label, 1048575);
    CHECK_EQ(k->outer[0].mpls[1].bottom, 1);
}

TEST(headers_and_their_bytes_are_limited)
{
    cf_buf b = {0};
    CHECK(packet("gre: gre: gre: gre:") != NULL);
    CHECK(!packet("gre: gre: gre: gre: gre:"));
    cf_buf_puts(&b, "mpls ");
    for (int i = 0; i < 60; i++) cf_buf_puts(&b, "(label 1, tc 0, ttl 1)");
    cf_buf_puts(&b, " :");
    char text[2000];
    snprintf(text, sizeof text, "0 > %s . 1:1(0) ack 1", cf_buf_str(&b));
    CHECK(parse(text) != NULL);
    snprintf(text, sizeof text, "0 > ipv4 1.1.1.1 > 2.2.2.2: %s . 1:1(0) ack 1", cf_buf_str(&b));
    CHECK(!parse(text));
    CHECK_SAID("at most 256");
    cf_buf_free(&b);
}

TEST(ipv6_words_for_ttl_and_tos_are_taken)
{
    CHECK(parse("0 > [hlim 3] S 0:0(0)"));
    CHECK(parse("0 > [class 0x10, flowlabel 0x1] S 0:0(0)"));
}
