#define CHECK_MAIN
#include "check.h"

#include "../mech/prr.h"

static rs_prr p;

/* An ACK that reports one segment; what it lets out is sent. */
static uint32_t one_arrives(uint32_t inflight, uint32_t ssthresh, bool safe)
{
    uint32_t n = rs_prr_on_ack(&p, &(rs_prr_ack){1, inflight, ssthresh, safe});
    rs_prr_sent(&p, n);
    return n;
}

TEST(above_the_threshold_one_segment_goes_for_every_two_that_arrive)
{
    uint32_t sent = 0, inflight = 19;
    rs_prr_start(&p, 20);
    for (int n = 0; n < 18; n++) {
        uint32_t out = one_arrives(inflight, 10, false);
        CHECK(out <= 1);
        sent += out;
        inflight = inflight - 1 + out;
    }
    CHECK_EQ(sent, 9);
}

TEST(the_first_retransmission_is_not_held_back)
{
    rs_prr_start(&p, 4);
    CHECK_EQ(rs_prr_on_ack(&p, &(rs_prr_ack){0, 4, 2, false}), 1);
    rs_prr_sent(&p, 1);
    CHECK_EQ(rs_prr_on_ack(&p, &(rs_prr_ack){0, 4, 2, false}), 0);
}

TEST(below_the_threshold_as_much_goes_as_arrives_and_one_more_for_a_safe_ack)
{
    rs_prr_start(&p, 20);
    rs_prr_sent(&p, 1);
    CHECK_EQ(one_arrives(5, 10, false), 1);
    CHECK_EQ(one_arrives(5, 10, true), 2);
    CHECK_EQ(one_arrives(9, 10, true), 1); /* never above the threshold */
    CHECK_EQ(one_arrives(10, 10, true), 0);
}

TEST(what_was_not_used_may_be_used_later)
{
    rs_prr_start(&p, 20);
    rs_prr_sent(&p, 1);
    for (int n = 0; n < 4; n++) rs_prr_on_ack(&p, &(rs_prr_ack){1, 3, 10, false});
    CHECK_EQ(rs_prr_on_ack(&p, &(rs_prr_ack){1, 3, 10, false}), 4);
}
