/* HyStart++ (mech/hystart_pp.h). */
#define CHECK_MAIN
#include "check.h"

#include "../base/time.h"
#include "../mech/hystart_pp.h"

static rs_hspp h;
static uint32_t una, nxt;

static void begin(void)
{
    rs_hspp_init(&h);
    una = nxt = 0;
}

/* A round: so many segments go out and come back with this round trip. */
static rs_hspp_phase round_of(uint32_t segs, int ms)
{
    rs_hspp_phase phase = RS_HSPP_SLOW_START;
    nxt = una + segs;
    for (uint32_t i = 1; i <= segs; i++) { /* when the last one comes the next ten are out */
        una++;
        phase = rs_hspp_on_rtt(&h, &(rs_hspp_ack){{una}, {una == nxt ? nxt + 10 : nxt}, RS_MS(ms)});
        CHECK_SOUND(rs_hspp_broken(&h));
        if (phase == RS_HSPP_OVER) break;
    }
    return phase;
}

TEST(equal_round_trips_end_nothing)
{
    begin();
    for (int i = 0; i < 20; i++) CHECK_EQ(round_of(10, 100), RS_HSPP_SLOW_START);
}

TEST(an_eighth_more_is_clearly_more)
{
    begin();
    round_of(10, 80);
    CHECK_EQ(round_of(10, 89), RS_HSPP_SLOW_START);
    begin();
    round_of(10, 80);
    CHECK_EQ(round_of(10, 90), RS_HSPP_CSS);
}

TEST(the_threshold_is_between_4_and_16_ms)
{
    begin();
    round_of(10, 10);
    CHECK_EQ(round_of(10, 13), RS_HSPP_SLOW_START);
    begin();
    round_of(10, 10);
    CHECK_EQ(round_of(10, 14), RS_HSPP_CSS);
    begin();
    round_of(10, 400);
    CHECK_EQ(round_of(10, 415), RS_HSPP_SLOW_START);
    begin();
    round_of(10, 400);
    CHECK_EQ(round_of(10, 416), RS_HSPP_CSS);
}

TEST(fewer_than_eight_samples_prove_nothing)
{
    begin();
    round_of(10, 100);
    CHECK_EQ(round_of(7, 500), RS_HSPP_SLOW_START);
}

TEST(one_short_round_trip_is_enough_for_a_round)
{
    begin();
    round_of(10, 100);
    nxt = una + 10;
    for (int i = 0; i < 10; i++)
        CHECK_EQ(rs_hspp_on_rtt(&h, &(rs_hspp_ack){{++una}, {nxt}, RS_MS(i == 3 ? 100 : 300)}), RS_HSPP_SLOW_START);
}

TEST(shorter_round_trips_resume_slow_start)
{
    begin();
    round_of(10, 100);
    CHECK_EQ(round_of(10, 130), RS_HSPP_CSS);
    CHECK_EQ(round_of(10, 130), RS_HSPP_CSS);
    CHECK_EQ(round_of(10, 110), RS_HSPP_SLOW_START);
    CHECK(!h.css);
}

TEST(five_rounds_of_css_end_slow_start)
{
    begin();
    round_of(10, 100);
    int rounds = 0;
    for (rs_hspp_phase p = RS_HSPP_CSS; p == RS_HSPP_CSS; rounds++) p = round_of(10, 130);
    CHECK_EQ(rounds, RS_HSPP_ROUNDS);
    CHECK(!h.css);
}

TEST(broken_invariants_are_named)
{
    begin();
    h.rounds = 1;
    CHECK_STR(rs_hspp_broken(&h), "H1: rounds of CSS are counted outside of it");
    h.css = true;
    h.rounds = RS_HSPP_ROUNDS;
    CHECK_STR(rs_hspp_broken(&h), "H1: CSS without a baseline, or for too long");
}
