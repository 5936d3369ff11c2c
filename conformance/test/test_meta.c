#include <stdlib.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../suite/meta.h"

static cf_test meta_of(const char *text)
{
    cf_test t = {0};
    cf_source src;
    cf_source_from(&src, "x.pkt", text, strlen(text));
    cf_meta_read(&t, &src);
    cf_source_free(&src);
    return t;
}

static void drop(cf_test *t)
{
    char *owned[] = {t->title, t->spec, t->level, t->needs, t->family, t->state, t->event, t->bug};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
}

TEST(front_matter_tells_title_rule_level_and_needs)
{
    cf_test t = meta_of("//: title: A RST is answered\n//: spec: RFC5961-rst-exact (MUST)\n//: needs: challenge-ack\n"
                        "//: bug: CVE-1\n//: bug: a-2, b-3\n"
                        "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    CHECK_STR(t.title, "A RST is answered");
    CHECK_STR(t.spec, "RFC5961-rst-exact (MUST)");
    CHECK_STR(t.level, "MUST");
    CHECK_STR(t.needs, "challenge-ack");
    CHECK(t.family == NULL);
    CHECK_STR(t.bug, "CVE-1 a-2, b-3");
    drop(&t);
}

TEST(the_strongest_level_in_brackets_counts)
{
    cf_test t = meta_of(
        "//: spec: MAY-2 (MAY), MUST-13 (MUST), SHLD-1 (SHOULD)\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    CHECK_STR(t.level, "MUST");
    drop(&t);
}

TEST(the_scripts_own_ip_version_is_seen)
{
    cf_test t = meta_of("--ip_version=ipv6\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    CHECK(t.mode_given);
    CHECK_EQ(t.mode, CF_MODE_IPV6);
    drop(&t);
    t = meta_of("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    CHECK(!t.mode_given);
    drop(&t);
}

TEST(a_script_with_words_of_icmpv6_tells_its_front_matter_as_well)
{
    cf_test t = meta_of("//: title: A packet is too big\n//: family: ipv6\n"
                        "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 < icmp packet_too_big mtu 1300 [1:2(1)]\n");
    CHECK_STR(t.title, "A packet is too big");
    CHECK_STR(t.family, "ipv6");
    drop(&t);
}

TEST(a_script_that_does_not_parse_says_nothing_and_does_no_harm)
{
    cf_test t = meta_of("\xff\xfe garbage ((((\n");
    CHECK(t.title == NULL);
    drop(&t);
    t = meta_of("");
    CHECK(!t.mode_given);
    drop(&t);
}

static bool collect(void *ctx, const char *word)
{
    char *text = ctx;
    size_t len = strlen(text);
    snprintf(text + len, 200 - len, "[%s]", word);
    return true;
}

TEST(words_of_a_list_come_without_what_is_in_brackets)
{
    char text[200] = "";
    CHECK(cf_words("RFC1-a (MUST), S03,,  b(c)d (open", collect, text));
    CHECK_STR(text, "[RFC1-a][S03][b][d]");
    CHECK(cf_words(NULL, collect, text));
    CHECK(cf_words_have("ipv4 IPv6", "ipv6"));
    CHECK(!cf_words_have("ipv4", "ipv"));
    CHECK(!cf_words_have(NULL, "ipv4"));
}
