#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../script/same.h"
#include "script_text.h"

/* The first difference of two scripts; "" if there is none. */
static const char *differ(const char *one, const char *two, uint32_t *event)
{
    cf_script a, b;
    cf_diags d = {0};
    cf_parse_env env = {0};
    bool ok = cf_script_parse_text(&a, "a", one, strlen(one), &env, &d);
    ok = cf_script_parse_text(&b, "b", two, strlen(two), &env, &d) && ok;
    const char *what = ok ? cf_script_differs(&a, &b, event) : "does not parse";
    cf_script_free(&a);
    cf_script_free(&b);
    cf_diags_free(&d);
    return what ? what : "";
}

TEST(spelling_and_place_do_not_matter)
{
    uint32_t at;
    CHECK_STR(differ("0 close(0x3)=0 +0 > S 0:0(0)", "// x\n0   close( 3 ) = 0\n\n+0.0 > S 0:0(0)", &at), "");
}

TEST(each_difference_has_a_name_and_an_event)
{
    static const struct {
        const char *one, *two, *what;
        uint32_t event;
    } pairs[] = {{"--mss=1 0 `a`", "--mss=2 0 `a`", "option", 0},
                 {"--mss=1 0 `a`", "0 `a`", "number of options", 0},
                 {"`i` 0 `a`", "0 `a`", "init command", 0},
                 {"0 `a` `c`", "0 `a` `d`", "cleanup command", 0},
                 {"0 `a`", "0 `a`\n//: quiet 1s", "quiet time", 0},
                 {"0 `a`", "0 `a` +0 `b`", "number of events", 0},
                 {"0 `a` +0 `b`", "0 `a` +0 `c`", "text", 1},
                 {"0 `a` +0 `b`", "0 `a` 0 `b`", "time", 1},
                 {"0 `a`", "0 %{ a }%", "event kind", 0},
                 {"0 f(1) = 0", "0 g(1) = 0", "call name", 0},
                 {"0 f(1) = 0", "0 f(1, 2) = 0", "number of arguments", 0},
                 {"0 f(1) = 0", "0 f(2) = 0", "number", 0},
                 {"0 f(A) = 0", "0 f(B) = 0", "word", 0},
                 {"0 f(\"A\") = 0", "0 f(\"B\") = 0", "string", 0},
                 {"0 f([1]) = 0", "0 f({1}) = 0", "value kind", 0},
                 {"0 f([1]) = 0", "0 f([1, 1]) = 0", "number of values", 0},
                 {"0 f(1) = -1 EIO (x)", "0 f(1) = -1 EPIPE (x)", "errno", 0},
                 {"0 f(1) = -1 (x)", "0 f(1) = -1 (y)", "note", 0},
                 {"0...1 f(1) = 0", "0...2 f(1) = 0", "blocking time", 0},
                 {"0 > S 0:0(0)", "0 > F 0:0(0)", "flags", 0},
                 {"0 > S 0:0(0)", "0 > S 1:1(0)", "sequence range", 0},
                 {"0 > . 0:0(0) ack 1", "0 > . 0:0(0)", "ack", 0},
                 {"0 > S 0:0(0) win 1", "0 > S 0:0(0) win 2", "win", 0},
                 {"0 > S 0:0(0) urg 1", "0 > S 0:0(0) urg 2", "urg", 0},
                 {"0 > S 0:0(0) <mss 1>", "0 > S 0:0(0) <mss 2>", "TCP options", 0},
                 {"0 > S 0:0(0) <...>", "0 > S 0:0(0)", "TCP options", 0},
                 {"0 > [ce] S 0:0(0)", "0 > [ect0] S 0:0(0)", "IP fields", 0},
                 {"0 > 1 > 2 S 0:0(0)", "0 > 1 > 3 S 0:0(0)", "ports", 0},
                 {"0 > encap psp spi 1 S 0:0(0)", "0 > encap psp spi 2 S 0:0(0)", "psp", 0},
                 {"0 > gre: S 0:0(0)", "0 > S 0:0(0)", "encapsulation", 0},
                 {"0 > S 0:0(0)", "0 > udp (0)", "packet kind", 0},
                 {"0 > icmp type_3", "0 > icmp type_4", "icmp type or code", 0},
                 {"0 > icmp type_3 id 1", "0 > icmp type_3 id 2", "icmp id", 0},
                 {"0 > icmp type_3 [udp (1)]", "0 > icmp type_3 [raw (8)]", "icmp quote", 0}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        uint32_t at;
        CHECK_STR(differ(pairs[i].one, pairs[i].two, &at), pairs[i].what);
        CHECK_EQ(at, pairs[i].event);
    }
}
