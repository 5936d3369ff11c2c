#include <stdlib.h>
#include <string.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../target/info.h"

static int64_t value_of(const cf_info_list *l, const char *name)
{
    for (int i = 0; i < l->count; i++)
        if (strcmp(l->names[i], name) == 0) return l->values[i];
    return -1;
}

TEST(numbers_are_read_in_their_size)
{
    uint8_t b[16] = {0};
    uint32_t n32 = 0x80000001;
    memcpy(b + 4, &n32, sizeof n32);
    CHECK_EQ(cf_info_number(b, 4, 4), 0x80000001);
    CHECK_EQ(cf_info_number(b, 4, 1), 1);
    CHECK_EQ(cf_info_number(b, 4, 8), 0x80000001);
}

TEST(fields_have_their_names_and_half_bytes_are_taken_apart)
{
    const char *names[200];
    int64_t values[200];
    uint8_t b[CF_INFO_ROOM] = {0};
    cf_info_list l = {names, values, 200, 0};
    b[0] = 1;
    b[6] = 0x72;
    cf_info_read(&l, b);
    CHECK_EQ(value_of(&l, "state"), 1);
    CHECK_EQ(value_of(&l, "snd_wscale"), 2);
    CHECK_EQ(value_of(&l, "rcv_wscale"), 7);
    CHECK_EQ(value_of(&l, "ecn_mode"), 0);
}

TEST(what_finds_no_room_is_left_out)
{
    const char *names[2];
    int64_t values[2];
    cf_info_list l = {names, values, 2, 0};
    for (int i = 0; i < 5; i++) cf_info_put(&l, "x", i);
    CHECK_EQ(l.count, 2);
    CHECK_EQ(values[1], 1);
}

TEST(what_a_congestion_control_tells_is_read_by_its_length)
{
    const char *names[20];
    int64_t values[20];
    uint8_t b[20] = {[0] = 1, [2] = 1, [4] = 7, [8] = 9};
    cf_info_list l = {names, values, 20, 0};
    cf_info_read_cc(&l, b, 8);
    CHECK_EQ(l.count, 0);
    cf_info_read_cc(&l, b, 16);
    CHECK_EQ(value_of(&l, "dctcp_ce_state"), 1);
    CHECK_EQ(value_of(&l, "dctcp_alpha"), 7);
    l.count = 0;
    cf_info_read_cc(&l, b, 20);
    CHECK_EQ(value_of(&l, "bbr_min_rtt"), 9);
    CHECK_EQ(value_of(&l, "bbr_bw"), (INT64_C(7) << 32) + 0x10001);
}
