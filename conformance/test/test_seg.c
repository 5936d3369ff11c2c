#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/seg.h"
#include "../packet/encode.h"
#include "capture_fix.h"

static uint8_t bytes[3000];
static cf_seg s;
static cf_ends ends;

static cf_seg_what read_beat(const shape *sh, const beat *b, uint32_t cut)
{
    uint32_t n = beat_bytes(bytes, sizeof bytes, sh, b);
    memset(&s, 0, sizeof s);
    return cf_seg_read(&s, &ends, bytes, n - cut, false);
}

TEST(a_segment_keeps_its_numbers_options_and_the_length_of_its_payload)
{
    for (int six = 0; six < 2; six++) {
        shape sh = {.isn = {5000, 9000}, .six = six};
        CHECK_EQ(read_beat(&sh, &(beat){0, '>', "P.", 1, 100, 7, 321, "\1\1\1\0", 4, 3}, 0), CF_SEG_OK);
        CHECK_EQ(s.seq, 5001);
        CHECK_EQ(s.ack, 9007);
        CHECK_EQ(s.len, 100);
        CHECK_EQ(s.win, 321);
        CHECK_EQ(s.flags, CF_PSH | CF_ACK);
        CHECK_EQ(s.opt_len, 4);
        CHECK_EQ(ends.sport, 4000);
        CHECK_EQ(ends.dport, 80);
        CHECK_EQ(ends.family, six ? 6 : 4);
        CHECK_EQ(s.mark & (CF_M_BAD_SUM | CF_M_CUT | CF_M_NO_SUM), 0);
    }
}

TEST(a_wrong_checksum_is_marked_and_a_cut_payload_is_not_judged)
{
    beat b = {0, '>', "P.", 1, 101, 7, 321, NULL, 0, 3};
    uint32_t n = beat_bytes(bytes, sizeof bytes, &(shape){0}, &b);
    bytes[n - 1] ^= 1;
    CHECK_EQ(cf_seg_read(&s, &ends, bytes, n, false), CF_SEG_OK);
    CHECK(s.mark & CF_M_BAD_SUM);
    CHECK_EQ(read_beat(&(shape){0}, &b, 50), CF_SEG_OK);
    CHECK_EQ(s.len, 101);
    CHECK_EQ(s.mark & (CF_M_BAD_SUM | CF_M_CUT | CF_M_NO_SUM), CF_M_CUT | CF_M_NO_SUM);
}

TEST(a_checksum_left_to_the_card_is_no_wrong_one)
{
    beat b = {0, '>', "P.", 1, 101, 7, 321, NULL, 0, 3};
    uint32_t n = beat_bytes(bytes, sizeof bytes, &(shape){0}, &b), tcp = n - 20;
    CHECK_EQ(bytes[9], 6);
    uint64_t sum = 6 + tcp;
    for (int i = 12; i < 20; i += 2) sum += (uint64_t)bytes[i] * 256 + bytes[i + 1];
    while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
    bytes[36] = (uint8_t)(sum >> 8);
    bytes[37] = (uint8_t)sum;
    CHECK_EQ(cf_seg_read(&s, &ends, bytes, n, false), CF_SEG_OK);
    CHECK_EQ(s.mark & (CF_M_BAD_SUM | CF_M_NO_SUM), CF_M_NO_SUM);
    sum = (sum + 0xFFFF - tcp) % 0xFFFF; /* of one that the card will cut: without the length */
    bytes[36] = (uint8_t)(sum >> 8);
    bytes[37] = (uint8_t)sum;
    CHECK_EQ(cf_seg_read(&s, &ends, bytes, n, false), CF_SEG_OK);
    CHECK_EQ(s.mark & (CF_M_BAD_SUM | CF_M_NO_SUM), CF_M_NO_SUM);
    bytes[37] ^= 1;
    CHECK_EQ(cf_seg_read(&s, &ends, bytes, n, false), CF_SEG_OK);
    CHECK_EQ(s.mark & (CF_M_BAD_SUM | CF_M_NO_SUM), CF_M_BAD_SUM);
}

/* One packet in 65536: the sum that the card is to complete is right as it is. */
TEST(a_checksum_that_may_be_left_to_the_card_says_nothing)
{
    beat b = {0, '>', "P.", 1, 101, 7, 321, NULL, 0, 3};
    uint32_t n = beat_bytes(bytes, sizeof bytes, &(shape){0}, &b), tcp = n - 20;
    uint64_t sum = 6 + tcp, whole_sum;
    for (int i = 12; i < 20; i += 2) sum += (uint64_t)bytes[i] * 256 + bytes[i + 1];
    while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
    bytes[36] = (uint8_t)(sum >> 8);
    bytes[37] = (uint8_t)sum;
    whole_sum = sum;
    for (uint32_t i = 20; i < n; i++) whole_sum += (uint64_t)bytes[i] << (i % 2 ? 0 : 8);
    while (whole_sum >> 16) whole_sum = (whole_sum & 0xFFFF) + (whole_sum >> 16);
    bytes[38] = (uint8_t)((0xFFFF - whole_sum) >> 8); /* the urgent pointer, which nobody reads here */
    bytes[39] = (uint8_t)(0xFFFF - whole_sum);
    CHECK_EQ(cf_seg_read(&s, &ends, bytes, n, false), CF_SEG_OK);
    CHECK_EQ(s.mark & (CF_M_BAD_SUM | CF_M_NO_SUM), CF_M_NO_SUM);
}

TEST(a_header_that_was_cut_or_lies_is_told_apart)
{
    beat b = {0, '>', ".", 1, 0, 7, 321, NULL, 0, 0};
    CHECK_EQ(read_beat(&(shape){0}, &b, 10), CF_SEG_SHORT);
    uint32_t n = beat_bytes(bytes, sizeof bytes, &(shape){0}, &b);
    bytes[32] = 0xf0;
    CHECK_EQ(cf_seg_read(&s, &ends, bytes, n, false), CF_SEG_BROKEN);
    bytes[9] = 17;
    CHECK_EQ(cf_seg_read(&s, &ends, bytes, n, false), CF_SEG_NOT_TCP);
    bytes[6] = 0x20;
    CHECK_EQ(cf_seg_read(&s, &ends, bytes, n, false), CF_SEG_FRAGMENT);
}

TEST(an_icmp_error_belongs_to_the_connection_it_quotes)
{
    uint8_t quoted[200], icmp[300] = {0};
    uint32_t n =
        beat_bytes(quoted, sizeof quoted, &(shape){.isn = {5000, 0}}, &(beat){0, '>', ".", 1, 0, 0, 1, NULL, 0, 0});
    icmp[0] = 0x45;
    icmp[3] = (uint8_t)(28 + n);
    icmp[9] = 1;
    icmp[20] = 3;
    icmp[21] = 4;
    icmp[26] = 1200 >> 8;
    icmp[27] = 1200 & 255;
    memcpy(icmp + 28, quoted, n);
    CHECK_EQ(cf_seg_read(&s, &ends, icmp, 28 + n, false), CF_SEG_OK);
    CHECK_EQ(s.kind, CF_SEG_ICMP);
    CHECK_EQ(s.win, 1200);
    CHECK_EQ(s.ack, 5001);
    CHECK_EQ(ends.sport, 80);
    CHECK_EQ(ends.dport, 4000);
}

TEST(tcp_is_found_in_ip_in_ip_and_gre)
{
    uint8_t inner[100], outer[200] = {0x45};
    uint32_t n = beat_bytes(inner, sizeof inner, &(shape){0}, &(beat){0, '>', "S", 0, 0, 0, 1, NULL, 0, 0});
    outer[3] = (uint8_t)(20 + n);
    outer[9] = 4;
    memcpy(outer + 20, inner, n);
    CHECK_EQ(cf_seg_read(&s, &ends, outer, 20 + n, false), CF_SEG_OK);
    CHECK_EQ(ends.sport, 4000);
    memset(outer + 20, 0, 4);
    outer[22] = 8;
    outer[3] = (uint8_t)(24 + n);
    outer[9] = 47;
    memcpy(outer + 24, inner, n);
    CHECK_EQ(cf_seg_read(&s, &ends, outer, 24 + n, false), CF_SEG_OK);
    CHECK_EQ(ends.dport, 80);
}

TEST(rolling_hashes_of_two_pieces_join_to_that_of_the_whole)
{
    uint8_t text[1000];
    for (int i = 0; i < 1000; i++) text[i] = (uint8_t)(i * 37 + i / 7);
    uint64_t all = cf_hash_rolling(text, 1000);
    for (size_t cut = 0; cut <= 1000; cut += 37)
        CHECK(cf_hash_join(cf_hash_rolling(text, cut), cf_hash_rolling(text + cut, 1000 - cut), 1000 - cut) == all);
    text[500] ^= 1;
    CHECK(cf_hash_rolling(text, 1000) != all);
}

TEST(the_fast_hash_sees_every_byte_and_the_length)
{
    uint8_t text[70] = {0};
    for (size_t len = 1; len < 70; len++) {
        uint64_t h = cf_hash(text, len);
        CHECK(h != cf_hash(text, len - 1));
        for (size_t i = 0; i < len; i++) {
            text[i] = 1;
            CHECK(cf_hash(text, len) != h);
            text[i] = 0;
        }
    }
}
