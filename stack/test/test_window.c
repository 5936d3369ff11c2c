#define CHECK_MAIN
#include "check.h"

#include "../base/rng.h"
#include "../mech/window.h"

static const rs_rcvwnd_conf rfc = {.buf = 65536, .share256 = 256, .mss = 1460, .want_scale = false};
static const rs_rcvwnd_conf lnx = {
    .buf = 131072, .share256 = 128, .mss = 1460, .largest_buf = 33554432, .want_scale = true, .linux_form = true};

static rs_rcvwnd w;

static uint32_t look(uint32_t nxt, uint32_t held)
{
    return rs_rcvwnd_look(&w, &(rs_rcvwnd_now){.nxt = rs_seq_of(nxt), .held = held, .mss = 1460});
}

static uint16_t offer(uint32_t nxt, uint32_t held)
{
    uint16_t field = rs_rcvwnd_offer(&w, &(rs_rcvwnd_now){.nxt = rs_seq_of(nxt), .held = held, .mss = 1460});
    CHECK_SOUND(rs_rcvwnd_broken(&w));
    return field;
}

static bool due(uint32_t nxt, uint32_t held)
{
    return rs_rcvwnd_update_due(&w, &(rs_rcvwnd_now){.nxt = rs_seq_of(nxt), .held = held, .mss = 1460});
}

static void open_rfc(uint32_t buf, bool scale)
{
    rs_rcvwnd_conf c = rfc;
    c.buf = buf;
    c.want_scale = scale;
    rs_rcvwnd_init(&w, &c);
    rs_rcvwnd_offer_syn(&w, rs_seq_of(0));
    rs_rcvwnd_scale(&w, scale);
}

/* --- the first window and the scale */

TEST(linux_offers_64240_first_and_65160_with_timestamps)
{
    rs_rcvwnd_init(&w, &lnx);
    CHECK_EQ(rs_rcvwnd_offer_syn(&w, rs_seq_of(0)), 64240);
    rs_rcvwnd_set_first(&w, 1448);
    CHECK_EQ(rs_rcvwnd_offer_syn(&w, rs_seq_of(0)), 65160);
    CHECK_EQ(w.ssthresh, 65160);
}

TEST(linux_chooses_the_scale_from_the_largest_buffer)
{
    rs_rcvwnd_init(&w, &lnx);
    CHECK_EQ(w.wscale_offer, 10);
    rs_rcvwnd_conf c = lnx;
    c.largest_buf = 6291456;
    rs_rcvwnd_init(&w, &c);
    CHECK_EQ(w.wscale_offer, 7);
    c.user_clamp = 65535;
    rs_rcvwnd_init(&w, &c);
    CHECK_EQ(w.wscale_offer, 0);
    c.want_scale = false;
    rs_rcvwnd_init(&w, &c);
    CHECK_EQ(w.wscale_offer, 0);
}

TEST(the_rfc_form_takes_the_least_shift_that_can_express_the_space)
{
    const struct {
        uint32_t buf;
        uint8_t shift;
    } row[] = {{65535, 0}, {65536, 1}, {131070, 1}, {131071, 2}, {1 << 30, 14}, {UINT32_MAX, 14}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        open_rfc(row[i].buf, true);
        CHECK_EQ(w.wscale, row[i].shift);
        CHECK_SOUND(rs_rcvwnd_broken(&w));
    }
}

TEST(without_agreement_no_window_exceeds_65535)
{
    rs_rcvwnd_init(&w, &rfc);
    rs_rcvwnd_scale(&w, false);
    CHECK_EQ(w.clamp, 65535);
    rs_rcvwnd_conf c = lnx;
    c.buf = 1 << 24;
    rs_rcvwnd_init(&w, &c);
    rs_rcvwnd_scale(&w, false);
    rs_rcvwnd_offer_syn(&w, rs_seq_of(0));
    CHECK(look(0, 0) <= 65535);
}

/* --- RFC form */

TEST(the_window_closes_byte_by_byte_as_text_arrives_unread)
{
    open_rfc(10000, false);
    CHECK_EQ(offer(0, 0), 10000);
    CHECK_EQ(offer(4000, 4000), 6000);
    CHECK_EQ(offer(10000, 10000), 0);
}

TEST(a_small_gain_is_not_offered)
{
    open_rfc(10000, false);
    offer(10000, 10000);
    CHECK_EQ(look(10000, 10000 - 1459), 0);
    CHECK(!due(10000, 10000 - 1459));
    CHECK_EQ(look(10000, 10000 - 1460), 1460);
    CHECK(due(10000, 10000 - 1460));
}

TEST(with_a_buffer_below_two_segments_half_of_it_is_gain_enough)
{
    open_rfc(1000, false);
    offer(1000, 1000);
    CHECK(!due(1000, 501));
    CHECK(due(1000, 500));
}

TEST(the_right_edge_never_moves_left_even_when_the_buffer_shrinks)
{
    open_rfc(10000, false);
    offer(0, 0);
    rs_rcvwnd_resize(&w, &(rs_rcvwnd_size){.buf = 2000});
    CHECK_EQ(offer(1000, 1000), 9000);
    CHECK_EQ(offer(10000, 0), 2000);
}

TEST(a_scaled_window_is_rounded_up_to_what_the_field_can_say)
{
    open_rfc(1 << 20, true);
    CHECK_EQ(w.wscale, 5);
    CHECK_EQ(offer(0, 0), 1 << 15);
    CHECK_EQ(offer(1, 1), 1 << 15);
    CHECK_EQ(w.wnd, 1 << 20);
}

TEST(beyond_the_overdraft_the_field_is_rounded_down_and_the_edge_kept_for_acceptance)
{
    open_rfc(1 << 20, true);
    offer(0, 0);
    CHECK_EQ(offer(17, 1 << 20), ((1 << 20) - 17) >> 5);
    CHECK_EQ(rs_rcvwnd_edge(&w).raw, 1 << 20);
}

TEST(one_byte_segments_push_the_edge_at_most_an_eighth_beyond_the_space)
{
    open_rfc(1 << 20, true);
    offer(0, 0);
    uint32_t got = 0;
    while (rs_rcvwnd_left(&w, rs_seq_of(got)) > 0 && got < (1 << 21)) {
        got++;
        offer(got, got);
    }
    CHECK(got <= (1 << 20) + (1 << 17));
}

TEST(text_beyond_the_edge_leaves_an_empty_window_and_not_a_huge_one)
{
    open_rfc(1000, false);
    offer(0, 0);
    CHECK_EQ(rs_rcvwnd_left(&w, rs_seq_of(1500)), 0);
    CHECK_EQ(rs_rcvwnd_left(&w, rs_seq_of(1000)), 0);
    CHECK_EQ(rs_rcvwnd_left(&w, rs_seq_of(999)), 1);
}

TEST(random_reading_and_arriving_never_moves_the_edge_left)
{
    rs_rng rng = rs_rng_of(11);
    for (int round = 0; round < 60; round++) {
        rs_rcvwnd_conf c = round % 2 ? lnx : rfc;
        c.buf = 100 + rs_rng_below(&rng, 1 << 20);
        c.want_scale = rs_rng_below(&rng, 2);
        rs_rcvwnd_init(&w, &c);
        uint32_t nxt = rs_rng_u32(&rng), held = 0;
        rs_rcvwnd_offer_syn(&w, rs_seq_of(nxt));
        rs_rcvwnd_scale(&w, c.want_scale);
        rs_rcvwnd_established(&w, &(rs_rcvwnd_open){1460, 31});
        for (int step = 0; step < 500; step++) {
            uint32_t left = rs_rcvwnd_left(&w, rs_seq_of(nxt)), n = rs_rng_below(&rng, left + 1);
            rs_seq edge = rs_rcvwnd_edge(&w);
            nxt += n;
            held += n;
            if (n) (void)rs_rcvwnd_grow(&w, &(rs_rcvwnd_seg){.len = n, .adv_mss = 1460, .held = held});
            held -= rs_rng_below(&rng, held + 1);
            offer(nxt, held);
            CHECK(!rs_seq_before(rs_rcvwnd_edge(&w), edge));
        }
    }
}

/* --- Linux form: what is held is memory, at first twice the bytes */

static void open_linux(void)
{
    rs_rcvwnd_init(&w, &lnx);
    rs_rcvwnd_offer_syn(&w, rs_seq_of(0));
    rs_rcvwnd_scale(&w, true);
    rs_rcvwnd_established(&w, &(rs_rcvwnd_open){1460, 31});
}

TEST(linux_keeps_one_segment_of_the_space_in_reserve)
{
    open_linux();
    CHECK_EQ(w.clamp, 65536 - 1460);
    CHECK_EQ(w.ssthresh, 65536 - 1460);
    CHECK_EQ(offer(0, 0), 63);
}

/* net.ipv4.tcp_app_win */
static uint32_t clamp_with(int app_win, uint32_t adv_mss)
{
    rs_rcvwnd_init(&w, &lnx);
    rs_rcvwnd_scale(&w, true);
    rs_rcvwnd_established(&w, &(rs_rcvwnd_open){adv_mss, app_win});
    return w.clamp;
}

TEST(linux_keeps_a_part_of_the_space_from_the_offer)
{
    CHECK_EQ(clamp_with(2, 1460), 65536 - 16384);
    CHECK_EQ(clamp_with(1, 9000), 36000); /* never less than four segments */
    CHECK_EQ(clamp_with(1, 20000), 65536 - 20000);
    CHECK_EQ(clamp_with(0, 1460), 65536);
}

TEST(a_signed_field_ends_at_32767_unless_it_is_scaled)
{
    rs_rcvwnd_conf c = lnx;
    c.is_signed = true;
    c.buf = 1 << 20;
    rs_rcvwnd_init(&w, &c);
    CHECK_EQ(rs_rcvwnd_offer_syn(&w, rs_seq_of(0)), 32767);
    rs_rcvwnd_scale(&w, false);
    rs_rcvwnd_established(&w, &(rs_rcvwnd_open){1460, 31});
    CHECK_EQ(offer(0, 0), 32767);
    rs_rcvwnd_init(&w, &c);
    rs_rcvwnd_scale(&w, true);
    rs_rcvwnd_offer_syn(&w, rs_seq_of(0));
    rs_rcvwnd_established(&w, &(rs_rcvwnd_open){1460, 31});
    rs_rcvwnd_autosize(&w, 1 << 20);
    w.ssthresh = w.clamp;
    CHECK(offer(0, 0) << w.wscale > 32767);
}

TEST(linux_grows_the_window_with_good_sized_segments_only)
{
    rs_rcvwnd_conf c = lnx;
    c.buf = 4 << 20;
    rs_rcvwnd_init(&w, &c);
    rs_rcvwnd_offer_syn(&w, rs_seq_of(0));
    rs_rcvwnd_scale(&w, true);
    rs_rcvwnd_established(&w, &(rs_rcvwnd_open){1460, 31});
    uint32_t before = w.ssthresh;
    CHECK(!rs_rcvwnd_grow(&w, &(rs_rcvwnd_seg){.len = 127, .cost = 832, .adv_mss = 1460, .mss = 536}));
    CHECK_EQ(w.ssthresh, before);
    CHECK(rs_rcvwnd_grow(&w, &(rs_rcvwnd_seg){.len = 1460, .cost = 2304, .adv_mss = 1460, .mss = 1460}));
    CHECK_EQ(w.ssthresh, before + 2920);
    for (int i = 0; i < 2000; i++)
        (void)rs_rcvwnd_grow(&w, &(rs_rcvwnd_seg){.len = 1460, .cost = 2304, .adv_mss = 1460, .mss = 1460});
    CHECK_EQ(w.ssthresh, w.clamp);
}

TEST(linux_closes_the_window_below_a_sixteenth_of_the_space)
{
    open_linux();
    offer(0, 0);
    CHECK(offer(60000, 120000) > 0);
    offer(65000, 130000);
    CHECK_EQ(look(w.nxt.raw + w.wnd, 130000), 0);
    CHECK_EQ(look(w.nxt.raw + w.wnd, 2 * (65536 - 4095)), 0);
    CHECK_EQ(look(w.nxt.raw + w.wnd, 2 * (65536 - 4096)), 4096);
    CHECK(look(w.nxt.raw + w.wnd, 60000) > 30000);
}

TEST(linux_closes_the_window_when_not_one_segment_is_free)
{
    rs_rcvwnd_conf c = lnx;
    c.buf = 16384;
    c.largest_buf = 131072;
    rs_rcvwnd_init(&w, &c);
    rs_rcvwnd_offer_syn(&w, rs_seq_of(0));
    rs_rcvwnd_scale(&w, true);
    rs_rcvwnd_established(&w, &(rs_rcvwnd_open){1460, 31});
    CHECK_EQ(w.wscale, 2);
    CHECK_EQ(look(w.wnd, 2 * (8192 - 1459)), 0);
    CHECK_EQ(look(w.wnd, 2 * (8192 - 1460)), 1460);
}

TEST(linux_tells_about_reading_when_the_window_doubles)
{
    open_linux();
    offer(0, 0);
    offer(40000, 80000);
    CHECK(!due(40000, 78000));
    CHECK(due(40000, 0));
}

TEST(linux_without_scaling_moves_the_window_by_whole_segments)
{
    rs_rcvwnd_conf c = lnx;
    c.want_scale = false;
    rs_rcvwnd_init(&w, &c);
    rs_rcvwnd_offer_syn(&w, rs_seq_of(0));
    rs_rcvwnd_scale(&w, false);
    rs_rcvwnd_established(&w, &(rs_rcvwnd_open){1460, 31});
    offer(0, 0);
    CHECK_EQ(offer(20000, 40000) % 1460, 0);
    CHECK_EQ(offer(64240, 60000) % 1460, 0);
}

TEST(linux_takes_the_share_from_the_segments_of_the_peer)
{
    open_linux();
    CHECK(!rs_rcvwnd_learn_share(&w, 1152, 2304));
    CHECK(rs_rcvwnd_learn_share(&w, 1000, 2304));
    CHECK_EQ(w.share256, 111);
    CHECK_EQ(w.clamp, 131072 * 111 / 256);
    CHECK_EQ(w.ssthresh, w.clamp);
    CHECK_EQ(rs_rcvwnd_buf_for(&w, 111), 256);
}

TEST(linux_lets_wasteful_segments_raise_the_offer_only_while_little_is_offered)
{
    open_linux();
    w.ssthresh = 10000;
    rs_rcvwnd_seg s = {.len = 200, .cost = 700, .adv_mss = 1460, .mss = 536, .largest_buf = 65536};
    CHECK(rs_rcvwnd_grow(&w, &s)); /* half of its 350 is less than 200, and 10000 below half of what there can be */
    CHECK_EQ(w.ssthresh, 11072);
    s.cost = 1024;
    CHECK(!rs_rcvwnd_grow(&w, &s));
}

TEST(linux_offers_nothing_when_memory_is_out_and_that_shrinks_the_window)
{
    open_linux();
    offer(0, 0);
    rs_rcvwnd_shut(&w, rs_seq_of(1000));
    CHECK_EQ(rs_rcvwnd_left(&w, rs_seq_of(1000)), 0);
    rs_rcvwnd_slow_down(&w, 2920);
    CHECK_EQ(w.ssthresh, 2920);
}

TEST(linux_may_be_told_to_shrink_the_window_with_the_free_space)
{
    rs_rcvwnd_conf c = lnx;
    c.shrinks = true;
    rs_rcvwnd_init(&w, &c);
    rs_rcvwnd_offer_syn(&w, rs_seq_of(0));
    rs_rcvwnd_scale(&w, true);
    rs_rcvwnd_established(&w, &(rs_rcvwnd_open){1460, 31});
    offer(0, 0);
    CHECK_EQ(offer(1000, 100000), 15);
    CHECK_EQ(offer(1000, 126000), 0);
}

TEST(linux_asks_whether_an_ack_would_move_the_window)
{
    open_linux();
    offer(0, 0);
    rs_rcvwnd_now now = {rs_seq_of(2000), 8000, 1460};
    CHECK(!rs_rcvwnd_moves(&w, &now));
    now.held = 0;
    CHECK(rs_rcvwnd_moves(&w, &now));
    CHECK(!rs_rcvwnd_is_tight(&w, 0) && rs_rcvwnd_is_tight(&w, 80000));
}

TEST(autotuning_moves_the_limit_with_the_buffer)
{
    open_linux();
    rs_rcvwnd_autosize(&w, 1 << 20);
    CHECK_EQ(w.clamp, 1 << 19);
    CHECK_SOUND(rs_rcvwnd_broken(&w));
}

/* --- sender */

static rs_sws judge(uint32_t usable, uint32_t queued, bool nagle_ok)
{
    rs_sws_in in = {.usable = usable, .queued = queued, .mss = 1000, .max_snd_wnd = 4000, .pushed = true};
    in.nagle_ok = nagle_ok;
    return rs_sws_judge(&in);
}

TEST(a_full_segment_goes_and_a_small_one_goes_when_it_is_all_and_nagle_agrees)
{
    CHECK_EQ(judge(5000, 3000, false), RS_SWS_FULL);
    CHECK_EQ(judge(1000, 3000, false), RS_SWS_FULL);
    CHECK_EQ(judge(5000, 300, true), RS_SWS_ALL);
    CHECK_EQ(judge(5000, 300, false), RS_SWS_WAIT);
    CHECK_EQ(judge(0, 300, true), RS_SWS_WAIT);
    CHECK_EQ(judge(5000, 0, true), RS_SWS_WAIT);
}

TEST(a_part_goes_only_for_half_the_largest_window_or_after_the_override)
{
    rs_sws_in in = {.usable = 100, .queued = 5000, .mss = 1000, .max_snd_wnd = 8000, .nagle_ok = true};
    CHECK_EQ(rs_sws_judge(&in), RS_SWS_WAIT);
    in.override = true;
    CHECK_EQ(rs_sws_judge(&in), RS_SWS_OVERRIDE);
    in.override = false;
    in.max_snd_wnd = 200;
    CHECK_EQ(rs_sws_judge(&in), RS_SWS_HALF_WND);
    in.max_snd_wnd = 201;
    CHECK_EQ(rs_sws_judge(&in), RS_SWS_WAIT);
    in.max_snd_wnd = 200;
    in.nagle_ok = false;
    CHECK_EQ(rs_sws_judge(&in), RS_SWS_WAIT);
}

TEST(a_resize_to_what_is_there_changes_nothing_and_one_before_agreement_keeps_the_offered_scale)
{
    rs_rcvwnd_conf c = rfc;
    c.buf = 1 << 20;
    c.want_scale = true;
    rs_rcvwnd_init(&w, &c);
    uint32_t clamp = w.clamp;
    rs_rcvwnd_resize(&w, &(rs_rcvwnd_size){.buf = 1 << 20});
    CHECK_EQ(w.clamp, clamp);
    rs_rcvwnd_resize(&w, &(rs_rcvwnd_size){.buf = 1 << 19});
    rs_rcvwnd_offer_syn(&w, rs_seq_of(0));
    rs_rcvwnd_scale(&w, true);
    offer(0, 0);
    CHECK_EQ(w.wnd, 1 << 19);
    rs_rcvwnd_init(&w, &lnx);
    rs_rcvwnd_scale(&w, true);
    rs_rcvwnd_established(&w, &(rs_rcvwnd_open){1460, 31});
    clamp = w.clamp;
    rs_rcvwnd_resize(&w, &(rs_rcvwnd_size){.buf = 131072});
    CHECK_EQ(w.clamp, clamp);
}
