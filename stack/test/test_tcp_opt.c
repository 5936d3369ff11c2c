#define CHECK_MAIN
#include "check.h"

#include "../base/rng.h"
#include "../wire/tcp_opt.h"

static rs_opts parse(const char *bytes, size_t len)
{
    rs_opts o;
    rs_opts_parse(&o, (const uint8_t *)bytes, len);
    return o;
}
#define PARSE(s) parse(s, sizeof(s) - 1)

static void builds(const rs_opts *o, bool syn, const char *bytes, size_t len)
{
    uint8_t out[RS_OPT_BYTES];
    CHECK_EQ(rs_opts_build(out, o, syn), len);
    CHECK_EQ(rs_opts_len(o, syn), len);
    CHECK(memcmp(out, bytes, len) == 0);
}
#define BUILDS(o, syn, s) builds(o, syn, s, sizeof(s) - 1)

static const rs_opts FULL = {.has_mss = true,
                             .mss = 1460,
                             .has_wscale = true,
                             .wscale = 8,
                             .sack_ok = true,
                             .has_ts = true,
                             .ts_val = 100,
                             .ts_ecr = 200};

TEST(a_syn_with_everything_is_mss_sackok_ts_nop_wscale)
{
    BUILDS(&FULL, true, "\2\4\x05\xb4\4\2\x8\xa\0\0\0\x64\0\0\0\xc8\1\3\3\x8");
}

TEST(a_syn_without_timestamps_pads_sack_permitted)
{
    rs_opts o = FULL;
    o.has_ts = false;
    BUILDS(&o, true, "\2\4\x05\xb4\1\1\4\2\1\3\3\x8");
}

TEST(a_syn_without_sack_pads_the_timestamps)
{
    rs_opts o = FULL;
    o.sack_ok = false;
    BUILDS(&o, true, "\2\4\x05\xb4\1\1\x8\xa\0\0\0\x64\0\0\0\xc8\1\3\3\x8");
}

TEST(a_syn_with_mss_and_window_scale_only)
{
    rs_opts o = FULL;
    o.sack_ok = o.has_ts = false;
    BUILDS(&o, true, "\2\4\x05\xb4\1\3\3\x8");
    o.has_wscale = false;
    BUILDS(&o, true, "\2\4\x05\xb4");
    o.has_mss = false;
    BUILDS(&o, true, "");
}

TEST(options_of_the_handshake_stay_off_later_segments)
{
    BUILDS(&FULL, false, "\1\1\x8\xa\0\0\0\x64\0\0\0\xc8");
    for (int bits = 0; bits < 16; bits++) {
        uint8_t out[RS_OPT_BYTES];
        rs_opts o = {.has_mss = bits & 1,
                     .has_wscale = bits & 2,
                     .sack_ok = bits & 4,
                     .has_ts = bits & 8,
                     .sack_count = 1},
                back;
        rs_opts_parse(&back, out, rs_opts_build(out, &o, false));
        CHECK(!back.has_mss && !back.has_wscale && !back.sack_ok);
        CHECK_EQ(back.has_ts, o.has_ts);
        CHECK_EQ(back.sack_count, 1);
    }
}

TEST(sack_blocks_follow_the_timestamps)
{
    rs_opts o = {
        .has_ts = true, .ts_val = 1, .ts_ecr = 2, .sack_count = 2, .sack = {{{0x10}, {0x20}}, {{0xfffffff0}, {5}}}};
    BUILDS(&o, false, "\1\1\x8\xa\0\0\0\1\0\0\0\2\1\1\5\x12\0\0\0\x10\0\0\0\x20\xff\xff\xff\xf0\0\0\0\5");
    o.has_ts = false;
    o.sack_count = 1;
    BUILDS(&o, false, "\1\1\5\xa\0\0\0\x10\0\0\0\x20");
}

TEST(three_sack_blocks_fit_beside_timestamps_and_four_without)
{
    rs_opts o = {.has_ts = true, .sack_count = 4, .sack = {{{1}, {2}}, {{3}, {4}}, {{5}, {6}}, {{7}, {8}}}}, back;
    uint8_t out[RS_OPT_BYTES];
    CHECK_EQ(rs_opts_sack_room(&o), 3);
    CHECK_EQ(rs_opts_build(out, &o, false), 40);
    rs_opts_parse(&back, out, 40);
    CHECK_EQ(back.sack_count, 3);
    CHECK_EQ(back.sack[2].end.raw, 6);
    o.has_ts = false;
    CHECK_EQ(rs_opts_sack_room(&o), 4);
    CHECK_EQ(rs_opts_build(out, &o, false), 36);
    rs_opts_parse(&back, out, 36);
    CHECK_EQ(back.sack_count, 4);
    CHECK_EQ(back.sack[3].end.raw, 8);
}

TEST(whatever_is_built_is_parsed_back)
{
    for (int bits = 0; bits < 32; bits++) {
        uint8_t out[RS_OPT_BYTES];
        bool syn = bits & 16;
        rs_opts o = {.has_mss = bits & 1,
                     .has_wscale = bits & 2,
                     .sack_ok = bits & 4,
                     .has_ts = bits & 8,
                     .mss = 536,
                     .wscale = 14,
                     .ts_val = 0xffffffff,
                     .ts_ecr = 0x80000000},
                back;
        uint8_t n = rs_opts_build(out, &o, syn);
        CHECK_EQ(n % 4, 0);
        rs_opts_parse(&back, out, n);
        CHECK(!back.malformed);
        CHECK_EQ(back.wire_len, n);
        CHECK_EQ(back.has_mss, syn && o.has_mss);
        CHECK_EQ(back.has_wscale, syn && o.has_wscale);
        CHECK_EQ(back.sack_ok, syn && o.sack_ok);
        CHECK_EQ(back.has_ts, o.has_ts);
        if (back.has_mss) CHECK_EQ(back.mss, 536);
        if (back.has_wscale) CHECK_EQ(back.wscale, 14);
        if (back.has_ts) CHECK_EQ(back.ts_ecr, 0x80000000);
    }
}

TEST(options_are_found_at_any_alignment_and_in_any_order)
{
    rs_opts o = PARSE("\1\x8\xa\0\0\0\1\0\0\0\2\3\3\7\4\2\2\4\2\x18\0");
    CHECK(!o.malformed);
    CHECK(o.has_ts && o.has_wscale && o.sack_ok && o.has_mss);
    CHECK_EQ(o.mss, 536);
    CHECK_EQ(o.wscale, 7);
    CHECK_EQ(o.ts_val, 1);
    CHECK_EQ(o.ts_ecr, 2);
}

TEST(an_unknown_option_is_stepped_over_by_its_length)
{
    rs_opts o = PARSE("\xc8\x6"
                      "junk\2\4\x02\xbc");
    CHECK(!o.malformed);
    CHECK_EQ(o.mss, 700);
    o = PARSE("\xfe\2\6\3\1\2\4\x02\xbc"); /* smallest length, and a kind between the known ones */
    CHECK(!o.malformed);
    CHECK_EQ(o.mss, 700);
}

TEST(a_length_that_cannot_be_ends_the_walk_and_keeps_what_came_before)
{
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = {
        {"\2\4\x02\xbc\xc8\0\3\3\7\0\0\0", 12}, /* length 0 */
        {"\2\4\x02\xbc\xc8\1\3\3\7\0\0\0", 12}, /* length 1: not even its own two octets */
        {"\2\4\x02\xbc\3\5\7\0", 8},            /* past the end by one */
        {"\2\4\x02\xbc\1\1\1\x8", 8},           /* no room for a length */
    };
    for (int i = 0; i < 4; i++) {
        rs_opts o = parse(bad[i].bytes, bad[i].len);
        CHECK(o.malformed);
        CHECK_EQ(o.mss, 700);
        CHECK(!o.has_wscale);
    }
}

TEST(a_known_option_of_the_wrong_length_is_skipped)
{
    rs_opts o = PARSE("\2\3\x02\3\3\7\x8\4\1\2\4\4\1\1");
    CHECK(o.malformed);
    CHECK(!o.has_mss && !o.has_ts && !o.sack_ok);
    CHECK_EQ(o.wscale, 7);
}

TEST(sack_blocks_come_whole_or_not_at_all)
{
    rs_opts o = PARSE("\5\x9\0\0\0\1\0\0\0");
    CHECK(o.malformed && o.sack_count == 0);
    o = PARSE("\5\xc\0\0\0\1\0\0\0\2\0\0");
    CHECK(o.malformed && o.sack_count == 0);
    o = PARSE("\5\2");
    CHECK(o.malformed && o.sack_count == 0);
    o = PARSE("\5\xa\0\0\0\1\0\0\0\2");
    CHECK(!o.malformed && o.sack_count == 1);
    CHECK_EQ(o.sack[0].start.raw, 1);
    CHECK_EQ(o.sack[0].end.raw, 2);
}

TEST(nothing_behind_the_end_of_options_counts)
{
    rs_opts o = PARSE("\1\0\2\4\x02\xbc\xc8\0");
    CHECK(!o.malformed && !o.has_mss);
    CHECK_EQ(o.wire_len, 8);
}

TEST(of_two_of_a_kind_the_last_counts)
{
    rs_opts o = PARSE("\2\4\1\0\2\4\2\0");
    CHECK_EQ(o.mss, 512);
}

TEST(the_list_agrees_with_the_rule_that_only_two_kinds_have_no_length)
{
#define O(name, kind, min, max, where, rfc)                                                                            \
    CHECK_EQ((kind) <= 1, (max) == 0);                                                                                 \
    CHECK((min) <= (max) && (max) <= RS_OPT_BYTES);
#include "../wire/opt.def"
#undef O
}

TEST(any_bytes_get_an_answer)
{
    static const uint8_t common[] = {0, 1, 2, 3, 4, 5, 8, 10, 34, 253};
    rs_rng rng = rs_rng_of(14);
    int bad = 0, good = 0;
    for (int step = 0; step < 50000; step++) {
        uint8_t area[RS_OPT_BYTES];
        size_t len = rs_rng_below(&rng, RS_OPT_BYTES + 1);
        for (size_t i = 0; i < len; i++)
            area[i] = rs_rng_below(&rng, 4) ? common[rs_rng_below(&rng, sizeof common)] : (uint8_t)rs_rng_u32(&rng);
        rs_opts o;
        rs_opts_parse(&o, area, len);
        CHECK(o.sack_count <= RS_SACK_BLOCKS);
        CHECK_EQ(o.wire_len, len);
        bad += o.malformed;
        good += !o.malformed;
    }
    CHECK(bad > 1000 && good > 1000);
}

TEST(counters_of_marks_share_padding_with_sack)
{
    rs_opts o = {.has_accecn = true, .accecn_fields = 3, .accecn = {0x010203, 4, 5}};
    BUILDS(&o, false, "\xac\x0b\1\2\3\0\0\4\0\0\5\1");
    o.sack_count = 1;
    o.sack[0] = (rs_range){rs_seq_of(1), rs_seq_of(2)};
    BUILDS(&o, false, "\xac\x0b\1\2\3\0\0\4\0\0\5\1\1\1\5\x0a\0\0\0\1\0\0\0\2");
    o.accecn_second = true;
    o.accecn_fields = 1;
    BUILDS(&o, false, "\xae\5\1\2\3\1\5\x0a\0\0\0\1\0\0\0\2");
    o.accecn_fields = 2;
    o.has_ts = true;
    CHECK_EQ(rs_opts_sack_room(&o), 2);
}

TEST(counters_of_marks_on_a_syn_ack_stand_behind_the_timestamps)
{
    rs_opts o = FULL;
    o.has_accecn = true;
    o.accecn_fields = 1;
    o.accecn[0] = 1;
    BUILDS(&o, true, "\2\4\x05\xb4\4\2\x8\xa\0\0\0\x64\0\0\0\xc8\xac\5\0\0\1\1\1\1\1\3\3\x8");
}

TEST(whole_counters_of_an_unknown_length_are_taken)
{
    rs_opts o = PARSE("\xac\x07\0\0\7\1\1");
    CHECK(o.has_accecn && !o.accecn_second && !o.malformed);
    CHECK_EQ(o.accecn_fields, 1);
    CHECK_EQ(o.accecn[0], 7);
    o = PARSE("\xae\x0e\0\0\1\0\0\2\1\0\3\0\0\4");
    CHECK(o.accecn_second);
    CHECK_EQ(o.accecn_fields, 3);
    CHECK_EQ(o.accecn[2], 0x010003);
    o = PARSE("\xac\2");
    CHECK(o.has_accecn);
    CHECK_EQ(o.accecn_fields, 0);
}

TEST(authentication_comes_first_and_has_its_padding)
{
    uint8_t b[RS_OPT_BYTES];
    rs_opts o = {.has_ao = true, .ao_key_id = 61, .ao_rnext_id = 84, .ao_mac_len = 13, .has_ts = true}, got;
    uint8_t len = rs_opts_build(b, &o, false);
    CHECK_EQ(len, 20 + 12);
    CHECK_EQ(len, rs_opts_len(&o, false));
    CHECK(b[0] == 29 && b[1] == 17 && b[2] == 61 && b[3] == 84 && b[17] == 1 && b[19] == 1);
    rs_opts_parse(&got, b, len);
    CHECK(got.has_ao && got.has_ts && !got.malformed && !got.signed_twice);
    CHECK(got.ao_key_id == 61 && got.ao_rnext_id == 84 && got.ao_mac_len == 13 && got.ao_at == 0);
}

TEST(authentication_without_its_numbers_or_twice_is_noticed)
{
    static const uint8_t cut[] = {29, 3, 1, 1}, none[] = {29, 4, 1, 2}, twice[] = {1, 29, 4, 1, 2, 29, 4, 3, 4, 0};
    rs_opts o;
    rs_opts_parse(&o, cut, sizeof cut);
    CHECK(!o.has_ao && o.malformed);
    rs_opts_parse(&o, none, sizeof none);
    CHECK(o.has_ao && o.ao_mac_len == 0);
    rs_opts_parse(&o, twice, sizeof twice);
    CHECK(o.has_ao && o.signed_twice && o.ao_key_id == 3 && o.ao_at == 5);
}
