#define CHECK_MAIN
#include "check.h"

#include "../base/addr.h"

static rs_addr v6(uint8_t first, uint8_t last)
{
    return (rs_addr){.bytes = {[0] = first, [15] = last}, .family = RS_IPV6};
}

TEST(the_same_bytes_in_another_family_are_another_address)
{
    rs_addr a = rs_addr_v4(1, 2, 3, 4), b = a;
    CHECK(rs_addr_eq(&a, &b));
    b.family = RS_IPV6;
    CHECK(!rs_addr_eq(&a, &b));
    rs_endpoint x = {a, 80}, y = {a, 81};
    CHECK(rs_endpoint_eq(&x, &x));
    CHECK(!rs_endpoint_eq(&x, &y));
}

TEST(kinds_of_addresses_are_told_apart)
{
    rs_addr any4 = rs_addr_v4(0, 0, 0, 0), any6 = v6(0, 0), one = v6(0, 1), lo = rs_addr_v4(127, 9, 9, 9);
    rs_addr multi4 = rs_addr_v4(224, 0, 0, 1), last4 = rs_addr_v4(239, 255, 255, 255), multi6 = v6(0xff, 2);
    rs_addr all = rs_addr_v4(255, 255, 255, 255), plain = rs_addr_v4(192, 0, 2, 1), above = rs_addr_v4(240, 0, 0, 1);
    CHECK(rs_addr_is_any(&any4) && rs_addr_is_any(&any6));
    CHECK(!rs_addr_is_any(&one) && !rs_addr_is_any(&plain));
    CHECK(rs_addr_is_multicast(&multi4) && rs_addr_is_multicast(&last4) && rs_addr_is_multicast(&multi6));
    CHECK(!rs_addr_is_multicast(&plain) && !rs_addr_is_multicast(&above) && !rs_addr_is_multicast(&one));
    CHECK(rs_addr_is_broadcast(&all));
    CHECK(!rs_addr_is_broadcast(&plain) && !rs_addr_is_broadcast(&multi6));
    CHECK(rs_addr_is_loopback(&lo) && rs_addr_is_loopback(&one));
    CHECK(!rs_addr_is_loopback(&plain) && !rs_addr_is_loopback(&any6));
}

TEST(mapped_addresses_go_there_and_back)
{
    rs_addr a = rs_addr_v4(192, 0, 2, 1), m = rs_addr_map(a), back = rs_addr_unmap(m), six = v6(0x20, 1);
    CHECK(rs_addr_is_mapped(&m));
    CHECK(!rs_addr_is_mapped(&a) && !rs_addr_is_mapped(&six));
    CHECK_EQ(m.bytes[10], 0xff);
    CHECK_EQ(m.bytes[15], 1);
    CHECK(rs_addr_eq(&a, &back));
    rs_addr same = rs_addr_unmap(six);
    CHECK(rs_addr_eq(&same, &six));
    same = rs_addr_map(six);
    CHECK(rs_addr_eq(&same, &six));
}
