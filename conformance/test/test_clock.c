#define CHECK_MAIN
#include "../run/clock.h"

#include "../../stack/test/check.h"

static const cf_clock fresh = {.tolerance_us = 4000, .tolerance_percent = 12.5};

static cf_event event(cf_time_kind kind, int64_t at, cf_dir dir)
{
    return (cf_event){.time_kind = kind, .time_us = at, .kind = CF_EV_PACKET, .pkt = {.dir = dir}};
}

static cf_when resolved(const cf_clock *c, const cf_event *ev, int64_t now)
{
    cf_when w;
    const char *wrong = cf_clock_resolve(c, ev, now, &w);
    if (wrong) CHECK_FAIL("%s", wrong);
    return w;
}

TEST(tolerance_is_the_larger_of_the_fixed_and_the_proportional_one)
{
    CHECK_EQ(cf_clock_tolerance(4000, 12.5, 0), 4000);
    CHECK_EQ(cf_clock_tolerance(4000, 12.5, 32000), 4000);
    CHECK_EQ(cf_clock_tolerance(4000, 12.5, 1000000), 125000);
    CHECK_EQ(cf_clock_tolerance(4000, 0, 1000000), 4000);
}

TEST(the_first_event_must_be_at_zero_and_is_not_checked)
{
    cf_clock c = fresh;
    cf_event ev = event(CF_T_ABSOLUTE, 100, CF_IN), zero = event(CF_T_RELATIVE, 0, CF_IN);
    cf_when w;
    CHECK(cf_clock_resolve(&c, &ev, 0, &w) != NULL);
    w = resolved(&c, &zero, 77);
    CHECK_EQ(w.at_us, 0);
    CHECK(!w.checked);
    CHECK(cf_clock_holds(&w, 1000000));
}

TEST(a_relative_time_counts_from_the_end_of_the_event_before)
{
    cf_clock c = fresh;
    cf_event first = event(CF_T_RELATIVE, 0, CF_OUT), next = event(CF_T_RELATIVE, 100000, CF_IN);
    cf_when w = resolved(&c, &first, 0);
    cf_clock_pass(&c, &first, &w);
    w = resolved(&c, &next, 30000);
    CHECK_EQ(w.at_us, 130000);
    CHECK_EQ(w.slack_us, cf_clock_tolerance(4000, 12.5, 130000));
}

TEST(between_two_injected_packets_it_counts_from_the_first_ones_own_time)
{
    cf_clock c = fresh;
    cf_event first = event(CF_T_RELATIVE, 0, CF_IN), next = event(CF_T_RELATIVE, 1000, CF_IN);
    cf_when w = resolved(&c, &first, 0);
    cf_clock_pass(&c, &first, &w);
    w = resolved(&c, &next, 700);
    CHECK_EQ(w.at_us, 1000);
}

TEST(absolute_times_may_not_go_backwards)
{
    cf_clock c = fresh;
    cf_event zero = event(CF_T_ABSOLUTE, 0, CF_IN), late = event(CF_T_ABSOLUTE, 500, CF_IN),
             early = event(CF_T_ABSOLUTE, 400, CF_IN);
    cf_when w = resolved(&c, &zero, 0);
    cf_clock_pass(&c, &zero, &w);
    w = resolved(&c, &late, 0);
    cf_clock_pass(&c, &late, &w);
    CHECK(cf_clock_resolve(&c, &early, 500, &w) != NULL);
}

TEST(ranges_are_widened_at_both_ends)
{
    cf_clock c = fresh;
    cf_event zero = event(CF_T_ABSOLUTE, 0, CF_OUT), range = event(CF_T_REL_RANGE, 10000, CF_OUT);
    range.time_end_us = 20000;
    cf_when w = resolved(&c, &zero, 0);
    cf_clock_pass(&c, &zero, &w);
    w = resolved(&c, &range, 1000);
    CHECK(cf_clock_holds(&w, 11000 - 4000));
    CHECK(!cf_clock_holds(&w, 11000 - 4001));
    CHECK(cf_clock_holds(&w, 21000 + 4000));
    CHECK(!cf_clock_holds(&w, 21000 + 4001));
}

TEST(an_event_with_a_star_is_never_checked_and_waited_for_without_end)
{
    cf_clock c = fresh;
    cf_event zero = event(CF_T_ABSOLUTE, 0, CF_OUT), any = event(CF_T_ANY, 0, CF_OUT);
    cf_when w = resolved(&c, &zero, 0);
    cf_clock_pass(&c, &zero, &w);
    w = resolved(&c, &any, 5000);
    CHECK_EQ(w.at_us, 5000);
    CHECK(cf_clock_holds(&w, 99999999));
    CHECK_EQ(cf_clock_patience(&w), INT64_MAX);
}

TEST(patience_is_two_seconds_beyond_the_expected_time_in_whole_seconds)
{
    cf_clock c = fresh;
    cf_event zero = event(CF_T_ABSOLUTE, 0, CF_OUT), soon = event(CF_T_RELATIVE, 100000, CF_OUT),
             far = event(CF_T_RELATIVE, 3900000, CF_OUT);
    cf_when w = resolved(&c, &zero, 0);
    cf_clock_pass(&c, &zero, &w);
    w = resolved(&c, &soon, 0);
    CHECK_EQ(cf_clock_patience(&w), 2000000);
    w = resolved(&c, &far, 0);
    CHECK_EQ(cf_clock_patience(&w), 5000000);
}

TEST(the_end_of_a_call_has_the_tolerance_of_its_own_length)
{
    cf_clock c = fresh;
    cf_event zero = event(CF_T_ABSOLUTE, 0, CF_OUT);
    cf_event ev = {
        .time_kind = CF_T_RELATIVE, .time_us = 0, .kind = CF_EV_CALL, .call = {.blocking = true, .end_us = 1000000}};
    cf_when w = resolved(&c, &zero, 0);
    cf_clock_pass(&c, &zero, &w);
    w = resolved(&c, &ev, 50000);
    cf_when end = cf_clock_end_of_call(&c, &ev, &w);
    CHECK_EQ(end.at_us, 1050000);
    CHECK_EQ(end.slack_us, 125000);
}

TEST(timing_errors_read_as_in_packetdrill)
{
    char text[240];
    cf_when w = {.kind = CF_T_RELATIVE, .at_us = 100000, .end_us = 100000, .slack_us = 4000, .checked = true};
    CHECK_STR(
        cf_clock_text(&w, "outbound packet", 250000, text, sizeof text),
        "timing error: expected outbound packet at 0.100000 sec but happened at 0.250000 sec; tolerance 0.004000 sec");
    w = (cf_when){.kind = CF_T_REL_RANGE, .base_us = 1000000, .at_us = 1100000, .end_us = 1200000, .checked = true};
    CHECK_STR(cf_clock_text(&w, "outbound packet", 1500000, text, sizeof text),
              "timing error: expected outbound packet in relative time range +0.100000~+0.200000 sec "
              "but happened at +0.500000 sec");
}
