#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../packet/opts.h"
#include "hex.h"

static cf_opt_val read_hex(const char *hex)
{
    static uint8_t bytes[64];
    cf_opt_val v;
    size_t n = from_hex(hex, bytes, sizeof bytes);
    bool single = bytes[0] <= 1;
    cf_tcp_opt o = {bytes[0], single ? 1 : bytes[1], bytes + (single ? 1 : 2)};
    CHECK_EQ(n, o.len);
    cf_tcp_opt_read(&o, &v);
    return v;
}

TEST(each_known_option_gives_its_values)
{
    CHECK_EQ(read_hex("020405b4").mss, 1460);
    CHECK_EQ(read_hex("03030e").wscale, 14);
    CHECK_EQ(read_hex("0402").id, CF_OPT_SACK_OK);
    CHECK_EQ(read_hex("080a00000064ffffffff").ts_ecr, 0xffffffff);
    cf_opt_val sack = read_hex("051200000001000000020000000300000004");
    CHECK_EQ(sack.n, 2);
    CHECK_EQ(sack.sack[3], 4);
    cf_opt_val fo = read_hex("220a3021b9d889017eeb");
    CHECK_EQ(fo.id, CF_OPT_FO);
    CHECK_EQ(fo.n, 8);
    CHECK_EQ(fo.blob[7], 0xeb);
    CHECK_EQ(read_hex("fe06f989aabb").id, CF_OPT_FOEXP);
    CHECK_EQ(read_hex("fe06f989aabb").n, 2);
    cf_opt_val ecn = read_hex("ac0b000001000002000003");
    CHECK_EQ(ecn.id, CF_OPT_ACCECN0);
    CHECK_EQ(ecn.ecn[2], 3);
    CHECK_EQ(read_hex("ae05010000").ecn[0], 65536);
    CHECK_EQ(read_hex("1306aabbccdd").id, CF_OPT_MD5);
    CHECK_EQ(read_hex("01").id, CF_OPT_NOP);
}

TEST(a_known_kind_of_wrong_length_is_other_and_malformed)
{
    static const char *const bad[] = {"020305",  "03040e00", "0403ff", "0509000000010000ff", "080900000000000000",
                                      "ac0401ff"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cf_opt_val v = read_hex(bad[i]);
        if (v.id != CF_OPT_OTHER || v.well_formed) CHECK_FAIL("%s is taken as well formed", bad[i]);
    }
    cf_opt_val unknown = read_hex("1e04aabb");
    CHECK(unknown.well_formed);
    CHECK_EQ(unknown.n, 2);
    CHECK_EQ(read_hex("fe041234").id, CF_OPT_OTHER); /* another experiment */
}

TEST(what_is_put_reads_back)
{
    static const char *const all[] = {"00",           "01",
                                      "020405b4",     "03030e",
                                      "0402",         "080a0000006400000007",
                                      "220412ab",     "051200000001000000020000000300000004",
                                      "fe06f989aabb", "1304aabb",
                                      "1e04aabb",     "ac0b000001000002000003",
                                      "ae05010000"};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        cf_opt_val v = read_hex(all[i]);
        cf_opt_row r = {0};
        cf_opt_put(&r, &v);
        CHECK_STR(to_hex(r.bytes, r.len), all[i]);
    }
}

TEST(forty_bytes_are_the_limit)
{
    cf_opt_row r = {0};
    cf_opt_val ts = {.id = CF_OPT_TS}, nop = {.id = CF_OPT_NOP};
    for (int i = 0; i < 4; i++) cf_opt_put(&r, &ts);
    CHECK_EQ(r.len, 40);
    CHECK(!r.overflow);
    cf_opt_put(&r, &nop);
    CHECK(r.overflow);
    CHECK_EQ(r.len, 40);
}

TEST(wrong_lengths_can_be_written)
{
    cf_opt_row r = {0};
    uint8_t one = 7;
    cf_opt_put_raw(&r, CF_KIND_MSS, 200, &one, 1);
    CHECK_STR(to_hex(r.bytes, r.len), "02c807");
}

TEST(bytes_that_are_no_option_can_be_written)
{
    cf_opt_row r = {0};
    const uint8_t bytes[] = {5, 0, 1};
    cf_opt_put_bytes(&r, bytes, 3);
    CHECK_STR(to_hex(r.bytes, r.len), "050001");
    for (int i = 0; i < 12; i++) cf_opt_put_bytes(&r, bytes, 3);
    CHECK_EQ(r.len, 39);
    CHECK(!r.overflow);
    cf_opt_put_bytes(&r, bytes, 2);
    CHECK(r.overflow);
    CHECK_EQ(r.len, 39);
}

TEST(rewriting_keeps_the_size)
{
    uint8_t at[10] = {8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
    cf_opt_val v = {.id = CF_OPT_TS, .ts_val = 0x01020304, .ts_ecr = 5}, sack = {.id = CF_OPT_SACK, .n = 1};
    CHECK(cf_opt_rewrite(at, &v));
    CHECK_STR(to_hex(at, 10), "080a0102030400000005");
    CHECK(!cf_opt_rewrite(at, &sack));
    CHECK_STR(to_hex(at, 10), "080a0102030400000005");
}

TEST(an_option_is_found_in_a_header)
{
    uint8_t p[100];
    cf_packet k;
    cf_opt_val v;
    cf_packet_decode(&k, p, from_hex(HEX_SYN4, p, sizeof p));
    CHECK(cf_tcp_opt_find(cf_packet_tcp(&k), CF_OPT_WSCALE, &v));
    CHECK_EQ(v.wscale, 7);
    CHECK(!cf_tcp_opt_find(cf_packet_tcp(&k), CF_OPT_SACK, &v));
    cf_tcp ended = {.opt_count = 3,
                    .opts = {{.kind = CF_KIND_MSS, .len = 4, .data = p},
                             {.kind = CF_KIND_EOL, .len = 1},
                             {.kind = CF_KIND_SACK_OK, .len = 2}}};
    CHECK(cf_tcp_opt_find(&ended, CF_OPT_MSS, &v));
    CHECK(cf_tcp_opt_find(&ended, CF_OPT_EOL, &v));
    CHECK(!cf_tcp_opt_find(&ended, CF_OPT_SACK_OK, &v)); /* behind the end */
    CHECK_STR(cf_opt_name(CF_OPT_SACK_OK), "sackOK");
    CHECK_STR(cf_opt_name(CF_OPT_OTHER), "opt");
}
