/* Known answers of RFC 2202, RFC 4231, RFC 4493 and RFC 4615. */
#define CHECK_MAIN
#include "check.h"

#include "../base/mac.h"

static const char *hex(rs_mac_kind kind, const void *key, size_t key_len, const void *text, size_t len)
{
    static char out[2 * RS_MAC_BYTES_MAX + 1];
    uint8_t code[RS_MAC_BYTES_MAX];
    rs_mac m;
    rs_mac_init(&m, kind, key, key_len);
    rs_mac_add(&m, text, len / 3);
    rs_mac_add(&m, (const uint8_t *)text + len / 3, len - len / 3);
    rs_mac_finish(&m, code);
    for (size_t i = 0; i < rs_mac_len(kind); i++) snprintf(out + 2 * i, 3, "%02x", code[i]);
    return out;
}

#define TEXT(kind, key, text) hex(kind, key, strlen(key), text, strlen(text))

TEST(hmac_gives_the_known_answers)
{
    uint8_t key[131], text[50];
    memset(key, 0xaa, sizeof key);
    memset(text, 0xdd, sizeof text);
    CHECK_STR(TEXT(RS_HMAC_SHA1, "Jefe", "what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    CHECK_STR(hex(RS_HMAC_SHA1, key, 20, text, 50), "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
    CHECK_STR(hex(RS_HMAC_SHA1, key, 80, "Test Using Larger Than Block-Size Key - Hash Key First", 54),
              "aa4ae5e15272d00e95705637ce8a3b55ed402112");
    CHECK_STR(TEXT(RS_HMAC_SHA256, "Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK_STR(hex(RS_HMAC_SHA256, key, 131, "Test Using Larger Than Block-Size Key - Hash Key First", 54),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static const uint8_t cmac_key[] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                   0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
static const uint8_t cmac_text[] = {0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93,
                                    0x17, 0x2a, 0xae, 0x2d, 0x8a, 0x57, 0x1e, 0x03, 0xac, 0x9c, 0x9e, 0xb7, 0x6f, 0xac,
                                    0x45, 0xaf, 0x8e, 0x51, 0x30, 0xc8, 0x1c, 0x46, 0xa3, 0x5c, 0xe4, 0x11};

TEST(cmac_gives_the_known_answers_for_no_whole_and_broken_blocks)
{
    CHECK_STR(hex(RS_CMAC_AES128, cmac_key, 16, cmac_text, 0), "bb1d6929e95937287fa37d129b756746");
    CHECK_STR(hex(RS_CMAC_AES128, cmac_key, 16, cmac_text, 16), "070a16b46b4d4144f79bdd9dd04a287c");
    CHECK_STR(hex(RS_CMAC_AES128, cmac_key, 16, cmac_text, 40), "dfa66747de9ae63030ca32611497c827");
}

TEST(a_cmac_key_of_another_length_is_made_into_one)
{
    uint8_t key[18], text[20];
    for (unsigned i = 0; i < sizeof key; i++) key[i] = (uint8_t)(i < 16 ? i : 0xed - (i - 16) * 0x22);
    key[17] = 0xcb;
    for (unsigned i = 0; i < sizeof text; i++) text[i] = (uint8_t)i;
    CHECK_STR(hex(RS_CMAC_AES128, key, 18, text, 20), "84a348a4a45d235babfffc0d2b4da09a");
    CHECK_STR(hex(RS_CMAC_AES128, key, 16, text, 20), "980ae87b5f4c9c5214f5b6a8455e4c2d");
    CHECK_STR(hex(RS_CMAC_AES128, key, 10, text, 20), "290d9e112edb09ee141fcf64c0b72f3d");
}

TEST(names_are_those_of_linux)
{
    for (unsigned k = 0; k < RS_MACS; k++) CHECK_EQ(rs_mac_find(rs_mac_name((rs_mac_kind)k)), k);
    CHECK_EQ(rs_mac_find("hmac(md5)"), RS_MACS);
}

TEST(nothing_of_the_key_stays_behind)
{
    const char *const secrets[] = {"sixteen bytes!!!", "short",
                                   "a secret longer than a block of either digest: it is made shorter by the digest"};
    for (int kind = 0; kind < RS_MACS; kind++)
        for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
            rs_mac m, zero;
            uint8_t code[RS_MAC_BYTES_MAX];
            memset(&zero, 0, sizeof zero);
            rs_mac_init(&m, (rs_mac_kind)kind, (const uint8_t *)secrets[i], strlen(secrets[i]));
            rs_mac_add(&m, "text", 4);
            rs_mac_finish(&m, code);
            CHECK_EQ(memcmp(&m, &zero, sizeof m), 0);
        }
}

TEST(a_copy_of_one_that_has_begun_gives_the_same_code)
{
    for (unsigned kind = 0; kind < RS_MACS; kind++) {
        uint8_t first[RS_MAC_BYTES_MAX], second[RS_MAC_BYTES_MAX];
        rs_mac begun, m;
        rs_mac_init(&begun, (rs_mac_kind)kind, cmac_key, 6);
        m = begun;
        rs_mac_finish(&m, second);
        m = begun;
        rs_mac_add(&begun, cmac_text, sizeof cmac_text);
        rs_mac_finish(&begun, first);
        rs_mac_add(&m, cmac_text, sizeof cmac_text);
        rs_mac_finish(&m, second);
        CHECK_EQ(memcmp(first, second, rs_mac_len((rs_mac_kind)kind)), 0);
    }
}
