#define CHECK_MAIN
#include "check.h"

#include "../mech/cc.h"

TEST(the_fixed_window_is_what_it_was_told_whatever_happens)
{
    rs_cc cc;
    rs_cc_init(&cc, &(rs_cc_start){.algo = (uint8_t)rs_cc_find("fixed"), .mss = 1000, .params = {.fixed_segs = 4}});
    rs_cc_loss loss = {.flight_bytes = 4000, .mss = 1000, .dup_acks = 3};
    rs_cc_on_ack(&cc, &(rs_cc_ack){.acked_bytes = 4000, .acked_segs = 4, .mss = 1000, .cwnd_limited = true});
    rs_cc_on_enter_recovery(&cc, &loss);
    rs_cc_on_dup_ack(&cc, (rs_time){0});
    rs_cc_on_partial_ack(&cc, &(rs_cc_partial){.acked_bytes = 1000, .mss = 1000});
    rs_cc_on_exit_recovery(&cc, &(rs_cc_exit){.mss = 1000});
    rs_cc_on_rto(&cc, &loss);
    rs_cc_on_idle_restart(&cc, &(rs_cc_idle){.idle = {9000000}, .rto = {1}, .mss = 1000});
    CHECK_EQ(cc.cwnd_segs, 4);
    CHECK_SOUND(rs_cc_broken(&cc));
}

TEST(without_a_number_the_fixed_window_is_the_initial_one)
{
    rs_cc cc;
    rs_cc_init(&cc, &(rs_cc_start){.algo = (uint8_t)rs_cc_find("fixed"), .mss = 1460});
    CHECK_EQ(cc.cwnd_segs, 10);
}
