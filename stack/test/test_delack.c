#define CHECK_MAIN
#include "check.h"

#include "../base/rng.h"
#include "../base/time.h"
#include "../mech/delack.h"

static const rs_delack_params rfc = {.max = {200000}};
static const rs_delack_params lnx = {.min = {40000}, .max = {200000}, .pingpong_thresh = 1, .linux_form = true};

static rs_delack d;

/* A segment at `ms` that leaves so many bytes unacknowledged. */
static rs_delack_act data(int64_t ms, uint32_t unacked)
{
    rs_delack_data e = {.now = {ms * 1000},
                        .unacked_bytes = unacked,
                        .len = 500,
                        .rcv_mss = 1000,
                        .rcv_wnd = 64000,
                        .window_moves = true,
                        .rto = RS_MS(300),
                        .srtt = RS_MS(100)};
    rs_delack_act act = rs_delack_on_data(&d, &e);
    CHECK_SOUND(rs_delack_broken(&d));
    return act;
}

static void acked(void)
{
    rs_delack_on_ack_sent(&d);
    CHECK_SOUND(rs_delack_broken(&d));
}

TEST(every_second_full_segment_is_acknowledged_at_once)
{
    rs_delack_init(&d, &rfc, (rs_time){0});
    CHECK_EQ(data(0, 1000), RS_DELACK_LATER);
    CHECK_EQ(d.deadline.us, 200000);
    CHECK_EQ(data(50, 1999), RS_DELACK_LATER);
    CHECK_EQ(d.deadline.us, 200000);
    CHECK_EQ(data(60, 2000), RS_DELACK_NOW);
    acked();
    CHECK(rs_time_is_never(d.deadline));
}

TEST(a_gap_is_acknowledged_at_once)
{
    rs_delack_init(&d, &rfc, (rs_time){0});
    rs_delack_data e = {.unacked_bytes = 1, .rcv_mss = 1000, .must_ack = true};
    CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_NOW);
}

TEST(the_timer_sends_only_what_is_still_owed)
{
    rs_delack_init(&d, &rfc, (rs_time){0});
    data(0, 10);
    CHECK(rs_delack_on_timer(&d, RS_MS(300)));
    acked();
    CHECK(!rs_delack_on_timer(&d, RS_MS(300)));
    CHECK(rs_time_is_never(d.deadline));
}

TEST(linux_acknowledges_the_first_sixteen_segments_at_once)
{
    rs_delack_init(&d, &lnx, (rs_time){0});
    for (int i = 0; i < 16; i++) {
        CHECK_EQ(data(i, 500), RS_DELACK_NOW);
        acked();
    }
    CHECK_EQ(data(20, 500), RS_DELACK_LATER);
    CHECK_EQ(d.deadline.us, 60000);
}

TEST(linux_takes_a_smaller_budget_for_a_small_window_but_at_least_two)
{
    rs_delack_init(&d, &lnx, (rs_time){0});
    rs_delack_data e = {.unacked_bytes = 1, .len = 1, .rcv_mss = 1000, .rcv_wnd = 6000};
    rs_delack_on_data(&d, &e);
    CHECK_EQ(d.quick, 3);
    rs_delack_init(&d, &lnx, (rs_time){0});
    e.rcv_wnd = 500;
    rs_delack_on_data(&d, &e);
    CHECK_EQ(d.quick, 2);
}

/* Past the quick start. */
static void settle(void)
{
    rs_delack_init(&d, &lnx, (rs_time){0});
    for (int i = 0; i < 16; i++) {
        data(0, 500);
        acked();
    }
}

TEST(linux_acknowledges_more_than_one_segment_at_once_if_the_window_can_move)
{
    settle();
    CHECK_EQ(data(1, 1000), RS_DELACK_LATER);
    CHECK_EQ(data(1, 1001), RS_DELACK_NOW);
    settle();
    rs_delack_data e = {.now = {1000}, .unacked_bytes = 5000, .len = 1000, .rcv_mss = 1000, .rto = RS_MS(300)};
    CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_LATER);
}

TEST(linux_lets_the_ack_of_a_fin_wait_even_in_its_quick_start)
{
    rs_delack_init(&d, &lnx, (rs_time){0});
    CHECK_EQ(data(0, 500), RS_DELACK_NOW);
    acked();
    rs_delack_data fin = {.now = {100000}, .unacked_bytes = 1, .rcv_mss = 1000, .fin_waits = true, .rto = RS_MS(300)};
    CHECK_EQ(rs_delack_on_data(&d, &fin), RS_DELACK_LATER);
    CHECK_EQ(d.deadline.us, 140000);
    CHECK(rs_delack_interactive(&d));
}

static bool reads(uint32_t unacked, bool empty)
{
    return rs_delack_on_read(&d, &(rs_delack_read){.unacked_bytes = unacked, .rcv_mss = 1000, .empty = empty});
}

TEST(linux_acknowledges_when_the_end_of_a_write_or_more_than_a_segment_is_read)
{
    settle();
    CHECK(!reads(0, true)); /* nothing is owed */
    data(1, 500);
    CHECK(!reads(500, false));
    CHECK(reads(500, true));
    CHECK(reads(1001, false));
    d.pingpong = 1; /* he answers, and the ACK can ride on that, until a second end has come */
    CHECK(!reads(500, true));
    data(2, 1000);
    CHECK(reads(1000, true));
    acked();
    CHECK_EQ(d.ends, 0);
}

TEST(a_full_segment_ends_a_write_only_with_psh)
{
    settle();
    rs_delack_data e = {.now = {1000}, .unacked_bytes = 1000, .len = 1000, .rcv_mss = 1000, .rto = RS_MS(300)};
    rs_delack_on_data(&d, &e);
    CHECK(!reads(1000, true));
    e.push = true;
    rs_delack_on_data(&d, &e);
    CHECK(reads(1000, true));
}

TEST(reading_draws_no_ack_in_the_rfc_form)
{
    rs_delack_init(&d, &rfc, (rs_time){0});
    data(0, 1500);
    CHECK(!reads(1500, true));
}

TEST(linux_does_not_delay_the_ack_that_tells_of_a_larger_window)
{
    rs_delack_data e = {.now = {1000}, .unacked_bytes = 500, .len = 500, .rcv_mss = 1000, .window_grew = true};
    settle();
    CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_NOW);
    rs_delack_init(&d, &rfc, (rs_time){0});
    CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_LATER);
    CHECK_SOUND(rs_delack_broken(&d));
}

TEST(segments_that_enlarge_the_window_cost_linux_nothing_of_its_quick_start)
{
    rs_delack_data e = {
        .now = {0}, .unacked_bytes = 500, .len = 500, .rcv_mss = 1000, .rcv_wnd = 64000, .window_grew = true};
    rs_delack_init(&d, &lnx, (rs_time){0});
    for (int i = 0; i < 20; i++) {
        e.window_grew = i < 4;
        CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_NOW);
        acked();
    }
    CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_LATER);
}

TEST(linux_adapts_the_delay_to_the_spacing_of_arrivals_between_40_and_200_ms)
{
    settle();
    int64_t ms = 0;
    for (int i = 0; i < 20; i++) {
        data(ms += 39, 500);
        acked();
    }
    CHECK(d.ato.us >= 70000 && d.ato.us <= 80000);
    for (int i = 0; i < 20; i++) {
        data(ms += 1, 500);
        acked();
    }
    CHECK(d.ato.us >= 40000 && d.ato.us < 41000);
}

TEST(linux_lengthens_the_delay_when_the_timer_was_needed_up_to_the_rto)
{
    settle();
    data(1, 500);
    CHECK(rs_delack_on_timer(&d, RS_MS(100)));
    CHECK_EQ(d.ato.us, 80000);
    acked();
    data(200, 500);
    CHECK(rs_delack_on_timer(&d, RS_MS(100)));
    CHECK_EQ(d.ato.us, 100000);
}

TEST(linux_never_waits_longer_than_the_maximum_or_a_round_trip)
{
    settle();
    rs_delack_data e = {
        .now = {1000}, .unacked_bytes = 1, .len = 1, .rcv_mss = 1000, .rto = RS_SEC(3), .srtt = RS_SEC(1)};
    d.ato = RS_MS(320);
    e.now = rs_time_add(d.last_data, RS_MS(1000));
    rs_delack_on_data(&d, &e);
    CHECK_EQ(d.deadline.us, e.now.us + 200000);
    acked();
    e.srtt = RS_MS(70);
    e.now = rs_time_add(d.last_data, RS_MS(1000));
    rs_delack_on_data(&d, &e);
    CHECK_EQ(d.deadline.us, e.now.us + 70000);
}

TEST(linux_ends_the_quick_budget_with_the_shortest_delay)
{
    settle();
    rs_delack_go_quick(&d, &(rs_delack_quick){.budget = 2, .rcv_mss = 1000, .rcv_wnd = 64000});
    int64_t ms = 0;
    for (int i = 0; i < 2; i++) {
        CHECK_EQ(data(ms += 39, 100), RS_DELACK_NOW);
        acked();
    }
    CHECK_EQ(d.ato.us, 40000);
}

TEST(linux_does_not_wait_for_a_timer_that_is_nearly_due)
{
    settle();
    CHECK_EQ(data(0, 100), RS_DELACK_LATER);
    CHECK_EQ(data(20, 200), RS_DELACK_LATER);
    CHECK_EQ(d.deadline.us, 40000);
    CHECK_EQ(data(31, 300), RS_DELACK_NOW);
}

TEST(linux_goes_quick_again_after_a_pause_longer_than_the_rto)
{
    settle();
    CHECK_EQ(data(1000, 500), RS_DELACK_NOW);
    CHECK_EQ(d.quick, 16);
}

TEST(linux_delays_when_data_is_answered_with_data)
{
    rs_delack_init(&d, &lnx, (rs_time){0});
    data(0, 500);
    rs_delack_on_data_sent(&d, (rs_time){10000});
    CHECK(rs_delack_interactive(&d));
    acked();
    CHECK_EQ(data(30, 500), RS_DELACK_LATER);
    CHECK(rs_delack_on_timer(&d, RS_MS(300)));
    CHECK(!rs_delack_interactive(&d));
}

TEST(an_answer_later_than_the_delay_is_not_interactive)
{
    rs_delack_init(&d, &lnx, (rs_time){0});
    data(0, 500);
    rs_delack_on_data_sent(&d, (rs_time){40000});
    CHECK(!rs_delack_interactive(&d));
}

TEST(going_quick_gives_a_budget_and_ends_interactive_mode)
{
    settle();
    CHECK(!rs_delack_set_quick(&d, false));
    CHECK(rs_delack_interactive(&d));
    rs_delack_go_quick(&d, &(rs_delack_quick){.budget = 2, .rcv_mss = 1000, .rcv_wnd = 64000});
    CHECK(!rs_delack_interactive(&d));
    CHECK_EQ(data(1, 100), RS_DELACK_NOW);
    acked();
    CHECK_EQ(data(2, 100), RS_DELACK_NOW);
    acked();
    CHECK_EQ(data(3, 100), RS_DELACK_LATER);
    CHECK(rs_delack_set_quick(&d, true));
}

TEST(the_spacing_of_the_first_data_counts_from_the_beginning_of_the_connection)
{
    for (int64_t origin = 0; origin < 2; origin++) {
        rs_time begun = {origin * 960000000};
        rs_delack_init(&d, &lnx, begun);
        rs_delack_go_quick(&d, &(rs_delack_quick){.budget = 1, .rcv_mss = 1000, .rcv_wnd = 60000});
        d.quick = 0;
        rs_delack_data e = {.now = rs_time_add(begun, RS_MS(500)),
                            .unacked_bytes = 1,
                            .len = 1,
                            .rcv_mss = 1000,
                            .rcv_wnd = 60000,
                            .rto = RS_SEC(1)};
        CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_LATER); /* not idle for longer than the RTO, whatever the clock */
    }
}

TEST(no_ack_waits_longer_than_the_maximum_whatever_happens)
{
    rs_rng rng = rs_rng_of(8);
    for (int form = 0; form < 2; form++) {
        rs_delack_init(&d, form ? &lnx : &rfc, (rs_time){0});
        int64_t ms = 0;
        for (int i = 0; i < 5000; i++) {
            ms += rs_rng_below(&rng, 400);
            if (!rs_time_is_never(d.deadline) && d.deadline.us <= ms * 1000) {
                CHECK(rs_delack_on_timer(&d, RS_MS(300)));
                acked();
            }
            if (data(ms, rs_rng_below(&rng, 3000)) == RS_DELACK_NOW) acked();
            CHECK(rs_time_is_never(d.deadline) || d.deadline.us <= (ms + 200) * 1000);
            if (rs_rng_below(&rng, 4) == 0) rs_delack_on_data_sent(&d, (rs_time){ms * 1000});
        }
    }
}

TEST(linux_merges_the_acks_of_text_beyond_a_gap_after_three)
{
    rs_delack_init(&d,
                   &(rs_delack_params){.min = RS_MS(40), .max = RS_MS(200), .pingpong_thresh = 1, .linux_form = true},
                   (rs_time){0});
    rs_delack_data e = {
        .now = {1000000}, .len = 1000, .rcv_mss = 1000, .rcv_wnd = 60000, .gap = true, .rto = RS_MS(200)};
    e.merge.nxt = rs_seq_of(5);
    e.merge.most = 2;
    e.merge.delay = RS_MS(1);
    rs_delack_on_data(&d, &e);
    d.quick = 0;
    d.dups = 0;
    for (int i = 0; i < 3; i++) CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_NOW);
    rs_delack_on_ack_sent(&d);
    CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_LATER);
    CHECK_EQ(d.deadline.us, 1001000);
    CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_LATER);
    CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_NOW); /* more than may be merged */
    rs_dur ato = d.ato;
    CHECK(rs_delack_on_timer(&d, RS_MS(200)));
    CHECK_EQ(d.ato.us, ato.us);
    rs_delack_on_ack_sent(&d);
    e.merge.nxt = rs_seq_of(6);
    CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_NOW); /* the gap has moved: it is told anew */
    e.merge.delay = RS_MS(0);
    d.dups = 3;
    CHECK_EQ(rs_delack_on_data(&d, &e), RS_DELACK_NOW);
    CHECK_SOUND(rs_delack_broken(&d));
}
