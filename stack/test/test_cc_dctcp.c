#define CHECK_MAIN
#include "check.h"

#include "../mech/cc.h"

enum { MSS = 1000 };

static rs_cc cc;
static rs_cc_sample s;

static void start(void)
{
    rs_cc_start st = {.algo = (uint8_t)rs_cc_find("dctcp"), .mss = MSS};
    st.params = (rs_cc_params){.initial_segs = 40, .linux_form = true};
    rs_cc_init(&cc, &st);
    s = (rs_cc_sample){.una = rs_seq_of(1), .nxt = rs_seq_of(1), .mss = MSS};
    rs_cc_on_sample(&cc, &s);
}

/* A window of 100 segments is acknowledged, so many of them marked. */
static void window(uint32_t marked)
{
    s.una = s.nxt;
    s.nxt = rs_seq_add(s.nxt, 100 * MSS);
    s.delivered += 100;
    s.delivered_ce += marked;
    rs_cc_on_sample(&cc, &s);
    CHECK_SOUND(rs_cc_broken(&cc));
}

static uint32_t after_marks(void)
{
    return rs_cc_ssthresh(&cc, &(rs_cc_loss){.flight_bytes = cc.cwnd_segs * MSS, .mss = MSS, .marked = true});
}

TEST(the_first_mark_halves_because_nothing_is_known)
{
    start();
    CHECK_EQ(after_marks(), 20);
}

TEST(the_cut_is_half_of_the_marked_part)
{
    start();
    for (int i = 0; i < 200; i++) window(50);
    CHECK_EQ(after_marks(), 30); /* alpha is a half */
    for (int i = 0; i < 200; i++) window(0);
    CHECK_EQ(after_marks(), 40);
    for (int i = 0; i < 200; i++) window(100);
    CHECK_EQ(after_marks(), 20);
}

TEST(the_mean_moves_by_a_sixteenth_of_the_way_in_a_window)
{
    start();
    window(0);
    CHECK_EQ(after_marks(), 40 - (40 * 960 >> 11));
}

TEST(within_a_window_nothing_is_learnt)
{
    start();
    window(0);
    uint32_t before = after_marks();
    s.una = rs_seq_add(s.una, 50 * MSS);
    s.delivered += 50;
    s.delivered_ce += 50;
    rs_cc_on_sample(&cc, &s);
    CHECK_EQ(after_marks(), before);
}

TEST(a_loss_halves_whatever_was_marked)
{
    start();
    for (int i = 0; i < 200; i++) window(0);
    CHECK_EQ(rs_cc_ssthresh(&cc, &(rs_cc_loss){.flight_bytes = 40 * MSS, .mss = MSS}), 20);
}

TEST(it_grows_like_reno)
{
    start();
    rs_cc_on_ack(&cc, &(rs_cc_ack){.acked_bytes = 10 * MSS, .acked_segs = 10, .mss = MSS, .cwnd_limited = true});
    CHECK_EQ(cc.cwnd_segs, 50);
    cc.ssthresh_segs = 50;
    rs_cc_on_ack(&cc, &(rs_cc_ack){.acked_bytes = 50 * MSS, .acked_segs = 50, .mss = MSS, .cwnd_limited = true});
    CHECK_EQ(cc.cwnd_segs, 51);
}

TEST(it_asks_for_marks)
{
    CHECK(rs_cc_dctcp.wants_marks && !rs_cc_cubic.wants_marks);
}
