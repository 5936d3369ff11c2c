#define CHECK_MAIN
#include "check.h"

#include "../mech/mss.h"

TEST(the_announced_mss_is_the_mtu_less_the_fixed_headers)
{
    CHECK_EQ(rs_mss_to_announce(&(rs_mss_announce){.family = RS_IPV4, .mtu = 1500}), 1460);
    CHECK_EQ(rs_mss_to_announce(&(rs_mss_announce){.family = RS_IPV6, .mtu = 1500}), 1440);
    CHECK_EQ(rs_mss_to_announce(&(rs_mss_announce){.family = RS_IPV4, .mtu = 1500, .user_mss = 1000}), 1000);
    CHECK_EQ(rs_mss_to_announce(&(rs_mss_announce){.family = RS_IPV4, .mtu = 1500, .user_mss = 2000}), 1460);
}

TEST(the_announced_mss_is_never_zero_and_fits_its_field)
{
    CHECK_EQ(rs_mss_to_announce(&(rs_mss_announce){.family = RS_IPV6, .mtu = 60}), 1);
    CHECK_EQ(rs_mss_to_announce(&(rs_mss_announce){.family = RS_IPV6, .mtu = 10}), 1);
    CHECK_EQ(rs_mss_to_announce(&(rs_mss_announce){.family = RS_IPV6, .mtu = 100000}), 65535);
}

TEST(without_the_option_536_and_1220_are_assumed)
{
    CHECK_EQ(rs_mss_default(RS_IPV4), 536);
    CHECK_EQ(rs_mss_default(RS_IPV6), 1220);
}

static rs_mss_send usual(void)
{
    return (rs_mss_send){.family = RS_IPV4, .peer_mss = 1460, .path_mtu = 1500};
}

TEST(what_we_send_is_bounded_by_the_peer_the_path_and_the_user)
{
    rs_mss_send s = usual();
    CHECK_EQ(rs_mss_effective(&s), 1460);
    s.path_mtu = 1000;
    CHECK_EQ(rs_mss_effective(&s), 960);
    s.peer_mss = 500;
    CHECK_EQ(rs_mss_effective(&s), 500);
    s.user_mss = 400;
    CHECK_EQ(rs_mss_effective(&s), 400);
    s = usual();
    s.path_mtu = 0;
    s.peer_mss = 8960;
    CHECK_EQ(rs_mss_effective(&s), 8960);
}

TEST(options_on_every_segment_are_subtracted)
{
    rs_mss_send s = usual();
    s.option_bytes = 12;
    CHECK_EQ(rs_mss_effective(&s), 1448);
}

TEST(a_tiny_mss_is_raised_to_the_floor_before_options_are_subtracted)
{
    rs_mss_send s = {.family = RS_IPV4, .peer_mss = 1, .path_mtu = 1500, .min_mss = 48};
    CHECK_EQ(rs_mss_effective(&s), 48);
    s.option_bytes = 12;
    CHECK_EQ(rs_mss_effective(&s), 36);
    s.min_mss = 0;
    CHECK_EQ(rs_mss_effective(&s), 1);
}

TEST(not_more_than_half_of_the_largest_window_is_sent_at_once)
{
    rs_mss_send s = usual();
    s.max_snd_wnd = 2000;
    CHECK_EQ(rs_mss_effective(&s), 1000);
    s.max_snd_wnd = 536;
    CHECK_EQ(rs_mss_effective(&s), 536);
    s.max_snd_wnd = 100000;
    CHECK_EQ(rs_mss_effective(&s), 1460);
    s.max_snd_wnd = 10;
    CHECK_EQ(rs_mss_effective(&s), 48);
    s.peer_mss = 20;
    CHECK_EQ(rs_mss_effective(&s), 20);
}
