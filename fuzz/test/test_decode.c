#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/program.h"

TEST(an_empty_input_is_a_program_without_steps)
{
    fz_program p;
    fz_decode(&p, NULL, 0);
    CHECK_EQ(p.count, 0);
    CHECK_EQ(p.header.start, FZ_AT_LISTEN);
    CHECK_EQ(p.header.peer_mss, 1460);
}

TEST(every_byte_string_is_a_valid_program)
{
    uint8_t bytes[FZ_HEADER_BYTES + 5 * FZ_STEP_BYTES + 7];
    for (unsigned v = 0; v < 256; v++) {
        memset(bytes, (int)v, sizeof bytes);
        bytes[10] = 0; /* no kind is switched off */
        fz_program p;
        fz_decode(&p, bytes, sizeof bytes);
        CHECK_EQ(p.count, 5); /* the cut step at the end is ignored */
        CHECK((unsigned)p.header.start < FZ_STARTS);
        CHECK((unsigned)p.step[4].kind < FZ_KINDS);
    }
}

TEST(a_changed_byte_changes_one_step_only)
{
    uint8_t bytes[FZ_HEADER_BYTES + 3 * FZ_STEP_BYTES] = {0};
    fz_program a = {0}, b = {0};
    fz_decode(&a, bytes, sizeof bytes);
    bytes[FZ_HEADER_BYTES + FZ_STEP_BYTES + 4] = 99;
    fz_decode(&b, bytes, sizeof bytes);
    CHECK_EQ(memcmp(&a.step[0], &b.step[0], sizeof a.step[0]), 0);
    CHECK(memcmp(&a.step[1], &b.step[1], sizeof a.step[1]) != 0);
    CHECK_EQ(memcmp(&a.step[2], &b.step[2], sizeof a.step[2]), 0);
}

TEST(the_swarm_mask_takes_steps_out)
{
    uint8_t bytes[FZ_HEADER_BYTES + 2 * FZ_STEP_BYTES] = {0};
    bytes[10] = 1u << FZ_SEG;
    bytes[FZ_HEADER_BYTES + FZ_STEP_BYTES] = FZ_TIME;
    fz_program p;
    fz_decode(&p, bytes, sizeof bytes);
    CHECK_EQ(p.count, 1);
    CHECK_EQ(p.step[0].kind, FZ_TIME);
}

TEST(the_clock_of_the_peer_begins_where_the_header_says)
{
    uint8_t bytes[FZ_HEADER_BYTES] = {0};
    fz_program p;
    fz_decode(&p, bytes, sizeof bytes);
    CHECK_EQ(p.header.peer_clock, 0);
    bytes[13] = 1;
    fz_decode(&p, bytes, sizeof bytes);
    CHECK(p.header.peer_clock != 0);
}

TEST(a_program_with_signatures_is_known_as_one)
{
    enum { SIGNS = 120 };
    uint8_t bytes[FZ_HEADER_BYTES + FZ_STEP_BYTES] = {0};
    fz_program p;
    for (unsigned i = 0; i < 5; i++) {
        memset(bytes, 0, sizeof bytes);
        if (i == 1) bytes[14] = SIGNS;
        if (i > 1) bytes[FZ_HEADER_BYTES] = (uint8_t[]){FZ_AUTH, FZ_RARE, FZ_KNOB}[i - 2];
        if (i > 2) bytes[FZ_HEADER_BYTES + 2] = i == 3 ? 6 : SIGNS;
        fz_decode(&p, bytes, sizeof bytes);
        CHECK_EQ(p.header.keys, i > 0);
    }
}

TEST(more_steps_than_fit_are_ignored)
{
    static uint8_t bytes[FZ_HEADER_BYTES + (FZ_STEPS_MAX + 3) * FZ_STEP_BYTES];
    fz_program p;
    fz_decode(&p, bytes, sizeof bytes);
    CHECK_EQ(p.count, FZ_STEPS_MAX);
}

TEST(kinds_and_starts_have_names)
{
    for (unsigned k = 0; k < FZ_KINDS; k++) CHECK(fz_kind_weight((fz_kind)k) > 0);
    CHECK_STR(fz_kind_name(FZ_ICMP), "ICMP");
    CHECK_STR(fz_start_name(FZ_AT_CLOSED), "CLOSED");
    CHECK_STR(fz_start_name(FZ_STARTS), "?");
}
