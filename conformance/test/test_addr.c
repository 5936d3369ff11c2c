#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../packet/addr.h"

static const char *again(const char *text)
{
    static char out[64];
    cf_addr a;
    if (!cf_addr_parse(text, &a)) return NULL;
    cf_addr_text(&a, out, sizeof out);
    return out;
}

TEST(addresses_are_written_as_rfc_5952_recommends)
{
    CHECK_STR(again("192.0.2.1"), "192.0.2.1");
    CHECK_STR(again("2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
    CHECK_STR(again("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");
    CHECK_STR(again("1:0:0:2:0:0:0:3"), "1:0:0:2::3");
    CHECK_STR(again("::"), "::");
    CHECK_STR(again("::1"), "::1");
    CHECK_STR(again("fd::"), "fd::");
    CHECK_STR(again("::ffff:1.2.3.4"), "::ffff:1.2.3.4");
    CHECK_STR(again("fd3d:0a0b:17d6:8888::1"), "fd3d:a0b:17d6:8888::1");
}

TEST(what_is_no_address_is_refused)
{
    static const char *const bad[] = {"",
                                      "1",
                                      "1.2.3",
                                      "1.2.3.4.5",
                                      "256.1.1.1",
                                      "1.2.3.",
                                      "01234.1.1.1",
                                      "1.2.3.4/24",
                                      ":",
                                      ":::",
                                      "1:2",
                                      "1:2:3:4:5:6:7:8:9",
                                      "::1::",
                                      "12345::",
                                      "::1.2.3",
                                      "1:",
                                      ":1:2:3:4:5:6:7",
                                      "1:2:3:4:5:6:7:",
                                      "::g",
                                      "1:2:3:4:5:6:7:8::",
                                      "::1.2.3.4:5"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (again(bad[i])) CHECK_FAIL("accepted: %s", bad[i]);
}

TEST(a_mapped_address_holds_the_ipv4_one)
{
    cf_addr v4, v6, expected;
    CHECK(cf_addr_parse("192.0.2.33", &v4));
    CHECK(cf_addr_parse("::ffff:192.0.2.33", &expected));
    v6 = cf_addr_mapped(&v4);
    CHECK(cf_addr_same(&v6, &expected));
    CHECK(!cf_addr_same(&v4, &v6));
}
