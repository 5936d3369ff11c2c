#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "script_text.h"

static const cf_pkt *with_options(const char *options)
{
    char text[400];
    snprintf(text, sizeof text, "< S 0:0(0) win 1 %s", options);
    const cf_event *e = event_of(text, CF_MODE_IPV4);
    return e ? &e->pkt : NULL;
}

TEST(the_usual_syn_options_are_read_in_order)
{
    const cf_pkt *k = with_options("<mss 1460,sackOK,TS val 100 ecr 4294967295,nop,wscale 7>");
    CHECK(k != NULL);
    CHECK_EQ(k->opts, 5);
    CHECK_EQ(k->opt[0].a, 1460);
    CHECK_EQ(k->opt[1].kind, CF_O_SACKOK);
    CHECK_EQ(k->opt[2].a, 100);
    CHECK_EQ(k->opt[2].b, UINT32_MAX);
    CHECK_EQ(k->opt[4].a, 7);
    CHECK(!k->opts_any);
}

TEST(sack_has_up_to_four_blocks)
{
    const cf_pkt *k = with_options("<sack 1:2 3:4 5:6 7:8,nop,nop>");
    CHECK(k != NULL);
    CHECK_EQ(k->opt[0].n, 4);
    CHECK_EQ(k->opt[0].sack[7], 8);
    CHECK(!with_options("<sack 1:2 3:4 5:6 7:8 9:10>"));
}

TEST(bytes_that_begin_with_a_digit_are_no_option)
{
    const cf_pkt *k = with_options("<mss 1460,0500,1dff>");
    CHECK(k != NULL);
    CHECK_EQ(k->opts, 3);
    CHECK_EQ(k->opt[1].kind, CF_O_RAW);
    CHECK_EQ(k->opt[1].n, 2);
    CHECK_EQ(k->opt[1].blob[0], 5);
    CHECK_EQ(k->opt[2].blob[1], 0xff);
    CHECK(!with_options("<050>"));
    CHECK_SAID("odd number of hexadecimal digits");
    CHECK(!with_options("<050000>"));
    CHECK_SAID("not a multiple of 4");
    CHECK(!with_options("<05zz>"));
    CHECK(event_of("> S 0:0(0) <05000000>", CF_MODE_IPV4) == NULL);
    CHECK_SAID("for inbound packets only");
}

TEST(cookies_are_hexadecimal_words_or_numbers)
{
    const cf_pkt *k = with_options("<FO 3021b9d889017eeb,nop,nop>");
    CHECK(k != NULL);
    CHECK_EQ(k->opt[0].n, 8);
    CHECK_EQ(k->opt[0].blob[0], 0x30);
    CHECK_EQ(with_options("<FO 12345678,nop,nop>")->opt[0].blob[3], 0x78);
    CHECK_EQ(with_options("<FO,nop,nop>")->opt[0].n, 0);
    CHECK_EQ(with_options("<FOEXP aabb,nop,nop>")->opt[0].kind, CF_O_FOEXP);
    CHECK_EQ(with_options("<FOEXP>")->opt[0].n, 0);
    CHECK_EQ(with_options("<md5 00112233445566778899aabbccddeeff,nop,nop>")->opt[0].n, 16);
}

TEST(a_cookie_from_a_definition_is_its_value_even_when_it_is_all_digits)
{
    static const cf_define d[] = {{"COOKIE", "1234567890123456"}, {"OTHER", "abcdef0123456789"}};
    cf_parse_env env = {.defines = d, .define_count = 2};
    const char *text = "0 < S 0:0(0) win 1 <FO COOKIE,nop,nop>\n+0 < S 0:0(0) win 1 <FO OTHER,nop,nop>";
    script_drop();
    CHECK(cf_script_parse_text(&script_at_hand, "t", text, strlen(text), &env, &script_diags));
    CHECK_EQ(script_at_hand.event[0].pkt.opt[0].n, 8);
    CHECK_EQ(script_at_hand.event[0].pkt.opt[0].blob[7], 0x56);
    CHECK_EQ(script_at_hand.event[1].pkt.opt[0].blob[0], 0xab);
}

TEST(accecn_counters_come_in_two_orders)
{
    const cf_pkt *k = with_options("<ECN e0b 1 ceb 2 e1b 16777215,nop>");
    CHECK(k != NULL);
    CHECK_EQ(k->opt[0].kind, CF_O_ACCECN0);
    CHECK_EQ(k->opt[0].n, 3);
    CHECK_EQ(k->opt[0].c, 16777215);
    k = with_options("<ECN e1b 5 ceb 6>");
    CHECK_EQ(k->opt[0].kind, CF_O_ACCECN1);
    CHECK_EQ(k->opt[0].n, 2);
    CHECK_EQ(with_options("<ECN e0b 1,nop,nop,nop>")->opt[0].n, 1);
}

TEST(any_options_are_for_outbound_packets)
{
    const cf_event *e = event_of("> S. 0:0(0) ack 1 <...>", CF_MODE_IPV4);
    CHECK(e != NULL);
    CHECK(e->pkt.opts_any);
    CHECK_EQ(e->pkt.opts, 0);
    CHECK(!with_options("<...>"));
}

TEST(the_list_fills_whole_words_and_at_most_forty_bytes)
{
    CHECK(!with_options("<nop>"));
    CHECK_HINT("add 3 nop");
    CHECK(with_options("<nop,nop,nop,eol>") != NULL);
    CHECK(with_options("<TS val 1 ecr 1,TS val 1 ecr 1,TS val 1 ecr 1,TS val 1 ecr 1>") != NULL);
    CHECK(!with_options("<TS val 1 ecr 1,TS val 1 ecr 1,TS val 1 ecr 1,TS val 1 ecr 1,mss 1>"));
}

TEST(a_misspelt_option_gets_the_nearest_one_as_a_hint)
{
    CHECK(!with_options("<mss 1460,sackok>"));
    CHECK_HINT("did you mean sackOK?");
    CHECK(!with_options("<0204>"));
    CHECK(!with_options("<FO COOKIE>"));
    CHECK_HINT("-D COOKIE=");
}
