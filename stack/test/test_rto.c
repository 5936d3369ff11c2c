#define CHECK_MAIN
#include "check.h"

#include "../base/rng.h"
#include "../base/time.h"
#include "../mech/rto.h"

static const rs_rto_params rfc = {
    .initial = {1000000}, .fallback = {3000000}, .min = {1000000}, .max = {60000000}, .granularity = {1000}};
static const rs_rto_params lnx = {.initial = {1000000},
                                  .fallback = {3000000},
                                  .min = {200000},
                                  .max = {120000000},
                                  .granularity = {1000},
                                  .floor_on_variance = true};

static rs_rto r;

/* One sample; each ends a round trip of its own. */
static int64_t sample_ms(int64_t ms)
{
    static uint32_t nxt = 1;
    nxt += 1000;
    rs_rto_sample(
        &r,
        &(rs_rto_obs){.rtt = {ms * 1000}, .una = rs_seq_of(nxt), .nxt = rs_seq_of(nxt + 500), .remember = RS_SEC(300)});
    CHECK_SOUND(rs_rto_broken(&r));
    return rs_rto_timeout(&r).us;
}

TEST(the_timeout_is_one_second_before_the_first_sample)
{
    rs_rto_init(&r, &rfc);
    CHECK_EQ(rs_rto_timeout(&r).us, 1000000);
    CHECK(!rs_rto_has_sample(&r));
    CHECK_SOUND(rs_rto_broken(&r));
}

TEST(the_first_sample_gives_srtt_r_and_rttvar_half_of_it)
{
    rs_rto_init(&r, &rfc);
    CHECK_EQ(sample_ms(800), 2400000);
    CHECK_EQ(rs_rto_srtt(&r).us, 800000);
    CHECK_EQ(rs_rto_var(&r).us, 400000);
}

TEST(later_samples_are_smoothed_with_an_eighth_and_a_quarter)
{
    rs_rto_init(&r, &rfc);
    sample_ms(800);
    CHECK_EQ(sample_ms(1600), 900000 + 4 * (300000 + 200000));
    CHECK_EQ(rs_rto_srtt(&r).us, 900000);
    CHECK_EQ(rs_rto_var(&r).us, 500000);
}

TEST(the_timeout_is_not_below_the_minimum_nor_above_the_maximum)
{
    rs_rto_init(&r, &rfc);
    CHECK_EQ(sample_ms(10), 1000000);
    rs_rto_init(&r, &rfc);
    CHECK_EQ(sample_ms(50000), 60000000);
}

TEST(a_steady_rtt_leaves_the_clock_granularity_as_the_only_margin)
{
    rs_rto_init(&r, &rfc);
    for (int i = 0; i < 200; i++) sample_ms(2000);
    CHECK_EQ(rs_rto_timeout(&r).us, 2000000 + 1000);
}

TEST(linux_floors_the_variance_so_that_the_timeout_is_srtt_plus_the_minimum)
{
    rs_rto_init(&r, &lnx);
    CHECK_EQ(sample_ms(100), 300000);
    rs_rto_init(&r, &lnx);
    CHECK_EQ(sample_ms(500), 1500000);
    rs_rto_init(&r, &lnx);
    for (int i = 0; i < 300; i++) sample_ms(40);
    CHECK_EQ(rs_rto_timeout(&r).us, 240000);
}

TEST(linux_lets_the_variance_fall_by_a_quarter_per_round_trip_and_rise_at_once)
{
    rs_rto_init(&r, &lnx);
    sample_ms(500);
    sample_ms(500);
    int64_t before = rs_rto_timeout(&r).us - rs_rto_srtt(&r).us;
    sample_ms(500);
    int64_t after = rs_rto_timeout(&r).us - rs_rto_srtt(&r).us;
    CHECK(after < before && after >= before * 3 / 4 - 1);
    rs_dur var = rs_rto_var(&r);
    sample_ms(3000);
    CHECK(rs_rto_var(&r).us > var.us + 400000);
}

TEST(linux_counts_a_falling_rtt_only_a_little)
{
    rs_rto_init(&r, &lnx);
    for (int i = 0; i < 200; i++) sample_ms(1000);
    int64_t calm = rs_rto_var(&r).us;
    sample_ms(200);
    int64_t down = rs_rto_var(&r).us - calm;
    rs_rto_init(&r, &lnx);
    for (int i = 0; i < 200; i++) sample_ms(1000);
    sample_ms(1800);
    int64_t up = rs_rto_var(&r).us - calm;
    CHECK(down > 0 && up > 6 * down);
}

TEST(every_expiry_doubles_the_timeout_up_to_the_maximum)
{
    rs_rto_init(&r, &rfc);
    for (int64_t s = 1; s <= 32; s *= 2) {
        CHECK_EQ(rs_rto_timeout(&r).us, s * 1000000);
        rs_rto_backoff(&r);
    }
    for (int i = 0; i < 100; i++) {
        CHECK_EQ(rs_rto_timeout(&r).us, 60000000);
        rs_rto_backoff(&r);
    }
    CHECK_SOUND(rs_rto_broken(&r));
}

TEST(other_limits_hold_from_the_next_sample_on)
{
    rs_rto_init(&r, &rfc);
    sample_ms(10);
    rs_rto_limit(&r, (rs_dur){2000000}, rfc.max);
    CHECK_EQ(rs_rto_timeout(&r).us, 1000000);
    CHECK_EQ(sample_ms(10), 2000000);
}

TEST(linux_takes_another_floor_as_the_next_round_trip_begins)
{
    rs_rto_init(&r, &lnx);
    sample_ms(10);
    int64_t before = rs_rto_timeout(&r).us;
    rs_rto_limit(&r, (rs_dur){before * 4}, lnx.max);
    CHECK_EQ(rs_rto_timeout(&r).us, before);
    CHECK_SOUND(rs_rto_broken(&r));
    sample_ms(10);
    CHECK(sample_ms(10) >= before * 4);
}

TEST(a_sample_ends_the_backoff)
{
    rs_rto_init(&r, &rfc);
    rs_rto_backoff(&r);
    rs_rto_backoff(&r);
    CHECK_EQ(sample_ms(800), 2400000);
    rs_rto_backoff(&r);
    rs_rto_reset_backoff(&r);
    CHECK_EQ(rs_rto_timeout(&r).us, 2400000);
}

TEST(after_a_handshake_without_a_sample_data_waits_three_seconds)
{
    rs_rto_init(&r, &rfc);
    rs_rto_use_fallback(&r);
    CHECK_EQ(rs_rto_timeout(&r).us, 3000000);
    rs_rto_init(&r, &rfc);
    sample_ms(800);
    rs_rto_use_fallback(&r);
    CHECK_EQ(rs_rto_timeout(&r).us, 2400000);
}

TEST(fifteen_retries_doubling_from_200_ms_are_924_6_seconds)
{
    rs_rto_init(&r, &lnx);
    CHECK_EQ(rs_rto_give_up_after(&r, &(rs_rto_model){.first = RS_MS(200), .retries = 15}).us, 924600000);
}

TEST(a_smaller_least_timeout_gives_text_up_no_sooner)
{
    rs_rto_params fast = lnx;
    fast.min = RS_MS(1);
    rs_rto_init(&r, &fast);
    CHECK_EQ(rs_rto_text_gives_up_after(&r, 15).us, 924600000);
    CHECK_EQ(rs_rto_text_gives_up_after(&r, 0).us, 200000);
    rs_rto_init(&r, &rfc);
    CHECK_EQ(rs_rto_text_gives_up_after(&r, 3).us, 15000000);
    CHECK_EQ(rs_rto_text_gives_up_after(&r, -1).us, 1000000);
}

TEST(the_smallest_rtt_is_remembered_for_five_minutes)
{
    rs_rto_init(&r, &lnx);
    rs_rto_obs o = {.now = {0}, .rtt = RS_MS(30)};
    rs_rto_sample(&r, &o);
    o = (rs_rto_obs){.now = {1000000}, .rtt = RS_MS(50), .remember = RS_SEC(300)};
    rs_rto_sample(&r, &o);
    CHECK_EQ(r.min_rtt.us, 30000);
    o.now = (rs_time){301000000};
    rs_rto_sample(&r, &o);
    CHECK_EQ(r.min_rtt.us, 50000);
}

TEST(the_smallest_rtt_is_remembered_for_as_long_as_the_host_wants)
{
    rs_rto_init(&r, &lnx);
    rs_rto_obs o = {.now = {0}, .rtt = RS_MS(30), .remember = RS_SEC(1)};
    rs_rto_sample(&r, &o);
    o.rtt = RS_MS(50);
    o.now = (rs_time){1000000};
    rs_rto_sample(&r, &o);
    CHECK_EQ(r.min_rtt.us, 30000);
    o.now = (rs_time){1000001};
    rs_rto_sample(&r, &o);
    CHECK_EQ(r.min_rtt.us, 50000);
}

TEST(no_sample_whatever_its_size_breaks_the_estimate)
{
    rs_rng rng = rs_rng_of(1);
    for (int form = 0; form < 2; form++) {
        rs_rto_init(&r, form ? &lnx : &rfc);
        for (uint32_t i = 0; i < 20000; i++) {
            int64_t us = (int64_t)(rs_rng_u64(&rng) >> (rs_rng_below(&rng, 60) + 2));
            rs_rto_sample(&r, &(rs_rto_obs){.rtt = {us}, .una = rs_seq_of(i * 10), .nxt = rs_seq_of(i * 10 + 15)});
            CHECK_SOUND(rs_rto_broken(&r));
        }
        rs_dur before = rs_rto_timeout(&r);
        rs_rto_sample(&r, &(rs_rto_obs){.rtt = {-1}});
        CHECK_EQ(rs_rto_timeout(&r).us, before.us);
    }
}

TEST(a_doubling_can_be_taken_back)
{
    rs_rto_init(&r, &lnx);
    rs_dur before = rs_rto_timeout(&r);
    rs_rto_take_back(&r);
    CHECK_EQ(rs_rto_timeout(&r).us, before.us);
    rs_rto_backoff(&r);
    rs_rto_backoff(&r);
    rs_rto_take_back(&r);
    CHECK_EQ(rs_rto_timeout(&r).us, 2 * before.us);
}
