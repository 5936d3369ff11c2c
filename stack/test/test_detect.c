#define CHECK_MAIN
#include "loss.h"

TEST(three_sacked_segments_lose_everything_before_them_at_once)
{
    fix *f = sender(rs_config_linux(), true, false, 6);
    pass(f, RS_MS(100));
    they_tell(f, .ack = 1, .sack = {{3, 6}});
    CHECK_EQ(f->t->sndq.lost_segs, 2);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_RECOVERY);
    CHECK_EQ(goes_out(f), 1);
}

TEST(one_sacked_segment_loses_what_was_sent_before_it_after_a_quarter_of_a_round_trip)
{
    fix *f = sender(rs_config_linux(), true, false, 4);
    pass(f, RS_MS(100));
    they_tell(f, .ack = 1, .sack = {{4, 5}});
    CHECK_EQ(f->t->loss.pending, RS_PENDING_REORDER);
    CHECK_EQ(next_timer(f).us, 27000);
    CHECK_EQ(f->t->sndq.lost_segs, 3);
    CHECK_EQ(goes_out(f), 1);
}

TEST(a_retransmission_that_is_outrun_is_lost_again)
{
    fix *f = sender(rs_config_linux(), true, false, 10);
    pass(f, RS_MS(100));
    they_tell(f, .ack = 1, .sack = {{2, 5}});
    CHECK_EQ(goes_out(f), 1);
    call_send(f, 20 * FIX_MSS);
    pass(f, RS_MS(10));
    they_tell(f, .ack = 1, .sack = {{2, 8}});
    CHECK(goes_out(f) > 10);
    ignore_sent(f);
    pass(f, RS_MS(100));
    they_tell(f, .ack = 1, .sack = {{2, 12}});
    CHECK_EQ(goes_out(f), 1);
    CHECK_EQ(f->t->stat.total_retrans, 2);
}

static rs_config by_blocks(void)
{
    rs_config c = rs_config_rfc();
    CHECK(rs_config_set(&c, "net.ipv4.tcp_recovery", "0").code == 0);
    return c;
}

TEST(by_rfc_6675_three_pieces_or_more_than_two_segments_beyond_it_lose_one)
{
    fix *f = sender(by_blocks(), true, false, 10);
    they_tell(f, .ack = 1, .sack = {{2, 3}});
    they_tell(f, .ack = 1, .sack = {{4, 5}, {2, 3}});
    CHECK_EQ(f->t->sndq.lost_segs, 0);
    they_tell(f, .ack = 1, .sack = {{6, 7}, {4, 5}, {2, 3}});
    CHECK_EQ(f->t->sndq.lost_segs, 1);
    f = sender(by_blocks(), true, false, 10);
    they_tell(f, .ack = 1, .sack = {{4, 6}});
    CHECK_EQ(f->t->sndq.lost_segs, 0);
    they_tell(f, .ack = 1, .sack = {{4, 7}});
    CHECK_EQ(f->t->sndq.lost_segs, 3);
}

TEST(by_rfc_6675_time_loses_nothing_and_a_lost_retransmission_waits_for_the_timeout)
{
    fix *f = sender(by_blocks(), true, false, 10);
    pass(f, RS_MS(100));
    they_tell(f, .ack = 1, .sack = {{2, 5}});
    CHECK_EQ(f->t->stat.total_retrans, 1);
    ignore_sent(f);
    pass(f, RS_MS(150));
    they_tell(f, .ack = 1, .sack = {{2, 11}});
    CHECK_EQ(f->t->stat.total_retrans, 1);
}

TEST(without_sack_duplicates_count_as_arrivals_but_never_as_all_that_is_out)
{
    fix *f = sender(rs_config_linux(), false, false, 3);
    for (int n = 0; n < 5; n++) they_tell(f, .ack = 1);
    CHECK_EQ(f->t->loss.dup_segs, 2);
    CHECK(f->t->loss.reorder.seen > 0);
    they_tell(f, .ack = 4);
    CHECK_EQ(f->t->loss.dup_segs, 0);
}

TEST(a_timeout_loses_only_what_was_out_for_a_round_trip)
{
    fix *f = sender(rs_config_linux(), true, false, 1);
    pass(f, RS_MS(100));
    they_tell(f, .ack = 2);
    call_send(f, FIX_MSS);
    pass(f, RS_MS(280));
    call_send(f, 3 * FIX_MSS);
    CHECK_EQ(f->t->sndq.segs, 4);
    f->t->loss.pending = RS_PENDING_RTO;
    f->t->at_rto = rs_time_add(f->env.now, RS_MS(20));
    next_timer(f);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_LOSS);
    CHECK_EQ(f->t->sndq.lost_segs, 1);
}

TEST(reordering_seen_makes_the_third_sacked_segment_wait_too)
{
    fix *f = sender(rs_config_linux(), true, false, 10);
    pass(f, RS_MS(100));
    they_tell(f, .ack = 1, .sack = {{2, 3}});
    they_tell(f, .ack = 3);
    ignore_sent(f);
    they_tell(f, .ack = 3, .sack = {{4, 8}});
    CHECK_EQ(f->t->sndq.lost_segs, 0);
    CHECK_EQ(f->t->loss.pending, RS_PENDING_REORDER);
}
