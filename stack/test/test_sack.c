#define CHECK_MAIN
#include "loss.h"

TEST(blocks_mark_whole_segments_and_count_them_as_delivered_once)
{
    fix *f = sender(rs_config_linux(), true, false, 5);
    uint32_t before = f->t->stat.delivered;
    they_tell(f, .ack = 1, .sack = {{2, 4}});
    CHECK_EQ(f->t->sndq.sacked_segs, 2);
    CHECK_EQ(f->t->stat.delivered - before, 2);
    CHECK_EQ(rs_sack_highest(f->t).raw, seg_start(f, 4).raw);
    they_tell(f, .ack = 1, .sack = {{2, 4}});
    CHECK_EQ(f->t->stat.delivered - before, 2);
    they_tell(f, .ack = 6);
    CHECK_EQ(f->t->stat.delivered - before, 5);
    CHECK_EQ(rs_sack_highest(f->t).raw, f->t->sndq.una.raw);
}

TEST(blocks_that_cannot_be_are_ignored)
{
    fix *f = sender(rs_config_linux(), true, false, 5);
    they_tell(f, .ack = 1, .sack = {{4, 3}});  /* reversed */
    they_tell(f, .ack = 1, .sack = {{4, 60}}); /* beyond what was sent */
    they_tell(f, .ack = 2, .sack = {{1, 4}});  /* begins below the acknowledgment number */
    CHECK_EQ(f->t->sndq.sacked_segs, 0);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_OPEN);
}

TEST(a_duplicate_is_believed_only_of_what_went_twice)
{
    fix *f = sender(rs_config_linux(), true, false, 5);
    they_tell(f, .ack = 3, .sack = {{1, 2}});
    CHECK_EQ(f->t->stat.dsack_dups, 1);
    CHECK(!f->t->loss.rack.dsack_seen);
    they_tell(f, .ack = 3, .sack = {{4, 6}}); /* three missing or late: only one is out in front */
    next_timer(f);
    CHECK(f->t->stat.total_retrans > 0);
}

TEST(a_segment_that_arrives_after_later_ones_is_reordering)
{
    fix *f = sender(rs_config_linux(), true, false, 10);
    pass(f, RS_MS(100));
    they_tell(f, .ack = 1, .sack = {{2, 3}});
    CHECK_EQ(f->t->loss.reorder.seen, 0);
    they_tell(f, .ack = 3);
    CHECK_EQ(f->t->loss.reorder.seen, 1);
    they_tell(f, .ack = 3, .sack = {{8, 9}});
    they_tell(f, .ack = 3, .sack = {{4, 5}, {8, 9}}); /* five late */
    CHECK_EQ(f->t->loss.reorder.seen, 2);
    CHECK_EQ(f->t->loss.reorder.segs, 5);
}

TEST(an_ack_below_snd_una_still_brings_blocks)
{
    fix *f = sender(rs_config_linux(), true, false, 5);
    they_tell(f, .ack = 3);
    they_tell(f, .ack = 2, .sack = {{4, 5}});
    CHECK_EQ(f->t->sndq.sacked_segs, 1);
    CHECK_EQ(f->t->sndq.una.raw, seg_start(f, 3).raw);
}

TEST(the_edges_of_a_block_cut_the_burst_that_goes_again_in_one)
{
    fix *f = sender(rs_config_linux(), true, false, 4);
    uint32_t first = rs_sndq_first(&f->t->sndq);
    CHECK(rs_sndq_rec(f->env.records, first)->joined);
    they_tell(f, .ack = 1, .sack = {{2, 3}});
    CHECK(!rs_sndq_rec(f->env.records, first)->joined);
}

TEST(an_ack_of_a_part_of_a_segment_restarts_the_timer_unless_like_linux)
{
    for (int like_linux = 0; like_linux < 2; like_linux++) {
        fix *f = sender(like_linux ? rs_config_linux() : rs_config_rfc(), false, false, 1);
        rs_time before = f->t->at_rto;
        pass(f, RS_MS(50));
        peer_sends(f, RS_ACK, .ack = -FIX_MSS / 2);
        CHECK_EQ(f->t->sndq.segs, 1);
        CHECK_EQ(rs_time_eq(f->t->at_rto, before), like_linux);
    }
}
