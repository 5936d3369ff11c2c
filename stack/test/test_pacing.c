/* The rate of even sending (tcp/pacing.h). */
#define CHECK_MAIN
#include "fix.h"

#include "../base/time.h"
#include "../tcp/pacing.h"

TEST(the_rate_is_a_window_in_a_round_trip_and_more)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->cc.cwnd_segs = 10;
    f->t->snd.mss = 1000;
    f->t->rto.srtt8 = 8 * 100000;
    rs_pacing_update(&f->env, f->t);
    CHECK_EQ(rs_pacing_rate(f->t), 200000); /* slow start: twice 10 * 1000 bytes in 0.1 s */
    f->t->cc.ssthresh_segs = 19;
    rs_pacing_update(&f->env, f->t);
    CHECK_EQ(rs_pacing_rate(f->t), 120000);
}

TEST(without_a_round_trip_time_nothing_is_held_back)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->snd.pacing_rate = 0;
    CHECK_EQ(rs_pacing_rate(f->t), UINT64_MAX);
    f->t->rto.srtt8 = 0;
    rs_pacing_update(&f->env, f->t);
    CHECK(rs_pacing_rate(f->t) > 100000000);
}

TEST(a_ratio_of_0_asks_for_no_pacing)
{
    rs_config cfg = rs_config_linux();
    cfg.knobs.pacing_ss_ratio = 0;
    fix *f = conn_in(RS_ESTABLISHED, cfg);
    f->t->rto.srtt8 = 8 * 100000;
    rs_pacing_update(&f->env, f->t);
    CHECK_EQ(rs_pacing_rate(f->t), UINT64_MAX);
}

/* Sends ten segments and has them acknowledged after 100 ms; then ten more. When each of those left, in order. */
static unsigned departures(fix *f, rs_time at[16])
{
    unsigned n = 0;
    call_send(f, 10 * FIX_MSS);
    pass(f, RS_MS(100));
    peer_sends(f, RS_ACK);
    ignore_sent(f);
    call_send(f, 10 * FIX_MSS);
    for (int ms = 0; ms < 200 && n < 10; ms++) {
        for (; f->looked < f->sent_count && n < 16; f->looked++) at[n++] = f->env.now;
        pass(f, RS_MS(1));
    }
    return n;
}

TEST(a_limit_of_the_user_spaces_departures)
{
    rs_time at[16];
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->opts.max_pacing_rate = 100 * FIX_MSS; /* a segment in 10 ms */
    CHECK_EQ(departures(f, at), 10);
    int64_t ms = rs_time_diff(at[9], at[0]).us / 1000;
    CHECK(ms >= 70 && ms <= 100);
    ignore_sent(f);
}

TEST(a_limit_of_the_user_holds_from_the_call_on)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->snd.pacing_rate = 1000000;
    f->t->opts.max_pacing_rate = 5000;
    CHECK_EQ(rs_pacing_rate(f->t), 5000);
}

TEST(without_one_a_window_goes_at_once)
{
    rs_time at[16];
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    CHECK_EQ(departures(f, at), 10);
    CHECK_EQ(rs_time_diff(at[9], at[0]).us, 0);
    ignore_sent(f);
}

TEST(bbr_and_a_device_that_paces_space_departures_too)
{
    rs_time at[16];
    rs_config cfg = rs_config_linux();
    cfg.knobs.fq = true;
    fix *f = conn_in(RS_ESTABLISHED, cfg);
    CHECK_EQ(departures(f, at), 10);
    CHECK(rs_time_diff(at[9], at[0]).us > 10000);
    ignore_sent(f);
    cfg.knobs.fq = false;
    memcpy(cfg.knobs.congestion_control, "bbr", 4);
    f = conn_in(RS_ESTABLISHED, cfg);
    CHECK_EQ(departures(f, at), 10);
    CHECK(rs_time_diff(at[9], at[0]).us > 10000);
    ignore_sent(f);
}
