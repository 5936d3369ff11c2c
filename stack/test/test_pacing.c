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
