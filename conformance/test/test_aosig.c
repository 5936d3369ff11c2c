/* The code of an authenticated segment as the judge reckons it (packet/aosig.h): SYNs of RFC 9235. */
#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../packet/aosig.h"
#include "../packet/opts.h"

static size_t bytes_of(const char *text, uint8_t *out)
{
    size_t n = strlen(text) / 2;
    for (size_t i = 0; i < n; i++) {
        unsigned v;
        CHECK_EQ(sscanf(text + 2 * i, "%2x", &v), 1);
        out[i] = (uint8_t)v;
    }
    return n;
}

static bool good(const char *hex, rs_mac_kind mac, bool skips_options, uint32_t isn)
{
    uint8_t bytes[120], code[RS_MAC_BYTES_MAX];
    cf_packet p;
    cf_opt_val v;
    cf_packet_decode(&p, bytes, bytes_of(hex, bytes));
    CHECK(cf_tcp_opt_find(cf_packet_tcp(&p), CF_OPT_AO, &v));
    CHECK_EQ(v.key_id, 61);
    CHECK_EQ(v.rnext_id, 84);
    CHECK_EQ(v.n, 12);
    cf_ao_key key = {mac, "testvector", 10, skips_options};
    return cf_ao_code(&p, &key, &(cf_ao_isns){isn, 0}, code) && memcmp(code, v.blob, v.n) == 0;
}

static const char over4[] = "45e0004cdd0f4000ff06bf6b0a0b0c0dac1b1c1de9d700b3fbfbab5a00000000e002ffffcac40000"
                            "020405b4010303080402080a00155ab7000000001d103d542ee437c6f8ede6d7c4d602e7";
static const char bare4[] = "45e0004c53994000ff0648e20a0b0c0dac1b1c1dff1200b3cb0efbee00000000e002ffff541f0000"
                            "020405b4010303080402080a00024cce000000001d103d5480af3cfeb85368937b8f9ec2";
static const char over6[] = "6e04a70600380640fd000000000000000000000000000001fd000000000000000000000000000002"
                            "f85a00b3193cccec00000000e002ffffde5d0000020405a0010303080402080a13e4ab9900000000"
                            "1d103d5459b588107481ac6dc3927040";

TEST(the_codes_of_rfc_9235_come_out)
{
    CHECK(good(over4, RS_HMAC_SHA1, false, 0xfbfbab5a));
    CHECK(good(bare4, RS_HMAC_SHA1, true, 0xcb0efbee));
    CHECK(good(over6, RS_CMAC_AES128, false, 0x193cccec));
}

TEST(another_number_key_or_cover_gives_another_code)
{
    CHECK(!good(over4, RS_HMAC_SHA1, false, 0xfbfbab5b));
    CHECK(!good(over4, RS_HMAC_SHA1, true, 0xfbfbab5a));
    CHECK(!good(over4, RS_HMAC_SHA256, false, 0xfbfbab5a));
    CHECK(!good(bare4, RS_HMAC_SHA1, false, 0xcb0efbee));
}

TEST(without_the_option_there_is_nothing_to_reckon)
{
    uint8_t bytes[60] = {0}, code[RS_MAC_BYTES_MAX];
    cf_packet p;
    size_t len = bytes_of("4500002800000000ff0600000a0b0c0dac1b1c1de9d700b3fbfbab5a000000005002ffff00000000", bytes);
    cf_packet_decode(&p, bytes, len);
    cf_ao_key key = {RS_HMAC_SHA1, "k", 1, false};
    CHECK(!cf_ao_code(&p, &key, &(cf_ao_isns){0, 0}, code));
}

TEST(the_first_half_may_be_kept_for_the_next_segment_of_the_connection)
{
    uint8_t bytes[120], code[RS_MAC_BYTES_MAX];
    cf_packet p;
    cf_opt_val v;
    rs_mac begun;
    cf_ao_key key = {RS_HMAC_SHA1, "testvector", 10, false};
    cf_ao_isns isns = {0xfbfbab5a, 0};
    cf_packet_decode(&p, bytes, bytes_of(over4, bytes));
    CHECK(cf_tcp_opt_find(cf_packet_tcp(&p), CF_OPT_AO, &v));
    CHECK(cf_ao_begin(&p, &key, &isns, &begun));
    for (unsigned i = 0; i < 2; i++) {
        memset(code, 0, sizeof code);
        CHECK(cf_ao_go_on(&begun, &p, &key, &isns, code));
        CHECK_EQ(memcmp(code, v.blob, v.n), 0);
    }
}
