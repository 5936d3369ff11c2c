#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/classes.h"

static const fz_tuple live = {
    .last = {.rcv_nxt = 1000, .rcv_wnd = 500, .snd_una = 70, .snd_nxt = 90, .snd_mss = 100, .irs = 7},
    .syn_seen = true,
    .end = 90};

TEST(the_first_choices_are_the_honest_ones)
{
    CHECK_EQ(fz_seq(&live, 0, 0, 0), 1000);
    CHECK_EQ(fz_ack(&live, 0, 0, 0), 90);
    CHECK_EQ(fz_window(&live, 0, 0), 20000);
    CHECK_EQ(fz_length(&live, 0, 0), 0);
    CHECK_EQ(fz_io_length(&live, 0, 0), 1);
}

TEST(distances_are_measured_in_the_connection_s_own_units)
{
    CHECK_EQ(fz_seq(&live, 0, 7, 0), 1100); /* one MSS on */
    CHECK_EQ(fz_seq(&live, 0, 8, 0), 900);
    CHECK_EQ(fz_seq(&live, 0, 9, 0), 1500); /* the window's edge */
    CHECK_EQ(fz_seq(&live, 0, 11, 0), 1499);
    CHECK_EQ(fz_seq(&live, 0, 4, 0), 999);
    CHECK_EQ(fz_ack(&live, 2, 3, 0), 71);
}

TEST(before_the_first_look_the_default_mss_counts)
{
    fz_tuple none = {0};
    CHECK_EQ(fz_length(&none, 7, 0), 536);
}

TEST(a_call_never_asks_for_more_than_its_buffer)
{
    for (unsigned class = 0; class < 256; class ++) CHECK(fz_io_length(&live, (uint8_t)class, 255) <= FZ_IO_MAX);
}

TEST(durations_are_never_negative)
{
    for (unsigned class = 0; class < 256; class ++) CHECK(fz_duration((uint8_t)class, 255) >= 0);
    CHECK_EQ(fz_duration(9, 0), 1000000);
}

TEST(behind_a_syn_that_the_host_forgot_the_peers_own_numbers_count)
{
    fz_tuple t = {.peer_syn = 1000, .peer_began = true};
    CHECK_EQ(fz_seq(&t, 0, 0, 0), 1001);
    CHECK_EQ(fz_seq(&t, 3, 0, 0), 1000);
    t.alive = true; /* then the host's do */
    CHECK_EQ(fz_seq(&t, 0, 0, 0), 0);
}
