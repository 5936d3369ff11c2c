#define CHECK_MAIN
#include "../net/route.h"
#include "../base/addr.h"
#include "check.h"

static rs_config config(void)
{
    rs_config cfg = rs_config_rfc();
    rs_addr v6 = {.bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}, .family = RS_IPV6};
    CHECK_EQ(rs_config_add_local(&cfg, rs_addr_v4(192, 0, 2, 1), 24).code, 0);
    CHECK_EQ(rs_config_add_local(&cfg, rs_addr_v4(10, 1, 2, 3), 8).code, 0);
    CHECK_EQ(rs_config_add_local(&cfg, v6, 64).code, 0);
    return cfg;
}

TEST(broadcast_is_all_ones_or_the_last_address_of_a_network)
{
    rs_config cfg = config();
    rs_addr a = rs_addr_v4(255, 255, 255, 255), b = rs_addr_v4(192, 0, 2, 255), c = rs_addr_v4(10, 255, 255, 255),
            d = rs_addr_v4(10, 1, 2, 255);
    CHECK(rs_route_is_broadcast(&cfg, &a));
    CHECK(rs_route_is_broadcast(&cfg, &b));
    CHECK(rs_route_is_broadcast(&cfg, &c));
    CHECK(!rs_route_is_broadcast(&cfg, &d));
    cfg.local[0].prefix_len = 32;
    CHECK(!rs_route_is_broadcast(&cfg, &b));
}

TEST(only_unicast_addresses_of_others_are_hosts)
{
    rs_config cfg = config();
    static const uint8_t bad[][4] = {{0, 0, 0, 0},         {0, 1, 2, 3},     {127, 0, 0, 1},
                                     {224, 0, 0, 1},       {239, 255, 0, 1}, {240, 0, 0, 1},
                                     {255, 255, 255, 255}, {192, 0, 2, 255}, {192, 0, 2, 1}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        rs_addr a = rs_addr_v4(bad[i][0], bad[i][1], bad[i][2], bad[i][3]);
        CHECK(!rs_route_is_host(&cfg, &a));
    }
    rs_addr good = rs_addr_v4(198, 51, 100, 7), m6 = {.bytes = {0xff, 2, [15] = 1}, .family = RS_IPV6},
            lo6 = {.bytes = {[15] = 1}, .family = RS_IPV6}, any6 = {.family = RS_IPV6}, mapped = rs_addr_map(good);
    CHECK(rs_route_is_host(&cfg, &good));
    CHECK(!rs_route_is_host(&cfg, &m6));
    CHECK(!rs_route_is_host(&cfg, &lo6));
    CHECK(!rs_route_is_host(&cfg, &any6));
    CHECK(!rs_route_is_host(&cfg, &mapped));
}

TEST(the_source_shares_the_longest_prefix_with_the_destination)
{
    rs_config cfg = config();
    rs_addr to = rs_addr_v4(10, 9, 9, 9), far = rs_addr_v4(198, 51, 100, 7), self = rs_addr_v4(10, 1, 2, 3), from;
    CHECK_EQ(rs_route_source(&cfg, &to, &from).code, 0);
    CHECK(rs_addr_eq(&from, &self));
    CHECK_EQ(rs_route_source(&cfg, &far, &from).code, 0);
    CHECK(rs_addr_eq(&from, &cfg.local[0].addr));
    CHECK_EQ(rs_route_source(&cfg, &self, &from).code, 0);
    CHECK(rs_addr_eq(&from, &self));
}

TEST(without_an_address_of_the_family_nothing_is_reachable)
{
    rs_config cfg = config();
    cfg.local[2].addr.family = RS_AF_NONE;
    rs_addr six = {.bytes = {0x20, 1, [15] = 9}, .family = RS_IPV6}, group = rs_addr_v4(224, 0, 0, 1), from;
    CHECK_EQ(rs_route_source(&cfg, &six, &from).code, RS_ENETUNREACH);
    CHECK_EQ(rs_route_source(&cfg, &group, &from).code, RS_ENETUNREACH);
}
