#define CHECK_MAIN
#include "../base/addr.h"
#include "../mech/fo_cookie.h"
#include "check.h"

static const rs_addr *client(void)
{
    static rs_addr a;
    a = rs_addr_v4(192, 0, 2, 1);
    return &a;
}

static const rs_addr *server(void)
{
    static rs_addr a;
    a = rs_addr_v4(192, 168, 0, 1);
    return &a;
}

static rs_fo_keys keys(uint8_t first, uint8_t second)
{
    uint8_t bytes[32];
    for (int i = 0; i < 32; i++) bytes[i] = (uint8_t)((i < 16 ? first : second) + i % 16);
    rs_fo_keys k;
    CHECK(rs_fo_keys_of_bytes(&k, bytes, second ? 32 : 16));
    return k;
}

TEST(a_cookie_is_what_linux_makes_of_the_same_key_and_addresses)
{
    static const uint8_t key[16] = {0xa1, 0xa1, 0xa1, 0xa1, 0xb2, 0xb2, 0xb2, 0xb2,
                                    0xc3, 0xc3, 0xc3, 0xc3, 0xd4, 0xd4, 0xd4, 0xd4};
    static const uint8_t known[8] = {0x30, 0x21, 0xb9, 0xd8, 0x89, 0x01, 0x7e, 0xeb};
    rs_fo_keys k;
    CHECK(rs_fo_keys_of_bytes(&k, key, sizeof key));
    rs_fo_cookie c = rs_fo_make(&k, 0, &(rs_fo_pair){client(), server()});
    CHECK_EQ(c.len, 8);
    CHECK_EQ(memcmp(c.bytes, known, sizeof known), 0);
}

TEST(a_cookie_is_good_for_its_pair_of_addresses_only)
{
    rs_fo_keys k = keys(1, 0);
    rs_addr other = rs_addr_v4(192, 0, 2, 2);
    rs_fo_cookie c = rs_fo_make(&k, 0, &(rs_fo_pair){client(), server()});
    CHECK_EQ(rs_fo_judge(&k, &(rs_fo_pair){client(), server()}, &c), RS_FO_GOOD);
    CHECK_EQ(rs_fo_judge(&k, &(rs_fo_pair){&other, server()}, &c), RS_FO_FORGED);
    CHECK_EQ(rs_fo_judge(&k, &(rs_fo_pair){client(), &other}, &c), RS_FO_FORGED);
    c.len = 6;
    CHECK_EQ(rs_fo_judge(&k, &(rs_fo_pair){client(), server()}, &c), RS_FO_FORGED);
}

TEST(the_second_key_still_checks_what_it_has_made)
{
    rs_fo_keys old = keys(1, 0), both = keys(77, 1), gone = keys(77, 0);
    rs_fo_pair pair = {client(), server()};
    rs_fo_cookie c = rs_fo_make(&old, 0, &pair);
    CHECK_EQ(rs_fo_judge(&both, &pair, &c), RS_FO_GOOD_BY_BACKUP);
    CHECK_EQ(rs_fo_judge(&gone, &pair, &c), RS_FO_FORGED);
}

TEST(keys_have_sixteen_or_thirty_two_bytes)
{
    uint8_t bytes[40] = {0};
    rs_fo_keys k;
    for (size_t n = 0; n <= sizeof bytes; n++) CHECK_EQ(rs_fo_keys_of_bytes(&k, bytes, n), n == 16 || n == 32);
}

TEST(a_host_without_a_key_has_one_of_its_secret)
{
    uint8_t a[16] = {1}, b[16] = {2};
    rs_fo_keys ka = rs_fo_keys_of_secret(a), kb = rs_fo_keys_of_secret(b);
    CHECK_EQ(ka.count, 1);
    CHECK(memcmp(ka.key[0], kb.key[0], 16) != 0);
    CHECK(memcmp(ka.key[0], ka.key[0] + 8, 8) != 0);
}
