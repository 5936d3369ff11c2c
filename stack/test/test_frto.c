#define CHECK_MAIN
#include "loss.h"

static fix *timed_out(uint32_t queued, bool sack)
{
    fix *f = sender(rs_config_linux(), sack, false, queued);
    while (f->t->loss.ca_state != RS_CA_LOSS) next_timer(f);
    ignore_sent(f);
    pass(f, RS_MS(20));
    return f;
}

TEST(after_the_first_ack_two_new_segments_are_tried_and_the_second_ack_proves_the_timeout_spurious)
{
    fix *f = timed_out(30, false);
    they_tell(f, .ack = 2);
    CHECK_EQ(goes_out(f), 11);
    CHECK_EQ(goes_out(f), 12);
    silence(f, RS_MS(1));
    they_tell(f, .ack = 3);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_OPEN);
    CHECK_EQ(f->t->sndq.lost_segs, 0);
    CHECK(f->t->cc.cwnd_segs >= 10);
    CHECK(goes_out(f) > 12);
}

TEST(a_duplicate_instead_means_that_it_was_real)
{
    fix *f = timed_out(30, false);
    they_tell(f, .ack = 2);
    ignore_sent(f);
    they_tell(f, .ack = 2);
    CHECK_EQ(goes_out(f), 2);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_LOSS);
}

TEST(without_new_data_the_conventional_way_is_taken)
{
    fix *f = timed_out(10, false);
    they_tell(f, .ack = 2);
    CHECK_EQ(goes_out(f), 2);
}

TEST(with_sack_any_original_that_is_reported_proves_it)
{
    fix *f = timed_out(9, true);
    they_tell(f, .ack = 1, .sack = {{3, 4}});
    CHECK_EQ(f->t->loss.ca_state, RS_CA_OPEN + 1);
    CHECK_EQ(f->t->sndq.lost_segs, 0);
}

TEST(an_ack_of_everything_ends_it_without_a_verdict)
{
    fix *f = timed_out(10, false);
    uint32_t ssthresh = f->t->cc.ssthresh_segs;
    they_tell(f, .ack = 11);
    CHECK_EQ(f->t->cc.ssthresh_segs, ssthresh);
}
