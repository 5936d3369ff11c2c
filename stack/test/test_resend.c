#define CHECK_MAIN
#include "loss.h"

TEST(a_burst_that_is_lost_whole_goes_again_in_one_piece_with_push_at_its_end)
{
    fix *f = sender(rs_config_linux(), true, false, 4);
    pass(f, RS_MS(100));
    they_tell(f, .ack = 1, .sack = {{4, 5}}); /* 1, 2 went in one burst, 3 with 4 in another */
    next_timer(f);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, seg_start(f, 1).raw);
    they_tell(f, .ack = 2, .sack = {{4, 5}});
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, seg_start(f, 2).raw);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, seg_start(f, 3).raw);
}

TEST(a_burst_goes_again_in_order_although_its_segments_have_become_too_big)
{
    fix *f = sender(rs_config_linux(), true, false, 8);
    pass(f, RS_MS(100));
    f->t->snd.mss /= 2;
    they_tell(f, .ack = 1, .sack = {{9, 17}}); /* in halves: of the first four segments two and two went in one burst */
    CHECK_EQ(goes_out(f), 1);
    CHECK_EQ(goes_out(f), 2);
    CHECK_EQ(goes_out(f), 3);
}

TEST(small_neighbours_go_again_as_one_segment_unless_told_otherwise)
{
    rs_config c = rs_config_linux();
    fix *f = sender(c, false, false, 0);
    f->t->opts.nodelay = true;
    for (int n = 0; n < 4; n++) call_send(f, 100);
    ignore_sent(f);
    next_timer(f);
    CHECK_EQ(we_send(f, RS_ACK | RS_PSH)->text.len, 400);
    CHECK(rs_config_set(&c, "net.ipv4.tcp_retrans_collapse", "0").code == 0);
    f = sender(c, false, false, 0);
    f->t->opts.nodelay = true;
    for (int n = 0; n < 4; n++) call_send(f, 100);
    ignore_sent(f);
    next_timer(f);
    CHECK_EQ(we_send(f, RS_ACK | RS_PSH)->text.len, 100);
}

TEST(the_retransmission_of_the_first_segment_starts_the_timer_anew)
{
    fix *f = sender(rs_config_linux(), true, false, 10);
    pass(f, RS_MS(150));
    they_tell(f, .ack = 1, .sack = {{2, 5}});
    CHECK_EQ(f->t->loss.pending, RS_PENDING_RTO);
    CHECK_EQ(f->t->at_rto.us, rs_time_add(f->env.now, rs_rto_timeout(&f->t->rto)).us);
}

TEST(a_deadline_of_another_kind_gives_way_to_what_is_left_of_the_timeout)
{
    fix *f = sender(rs_config_linux(), true, false, 2);
    rs_time sent = f->env.now;
    CHECK_EQ(f->t->loss.pending, RS_PENDING_PROBE);
    pass(f, RS_MS(50));
    rs_rto_rearm(&f->env, f->t);
    CHECK_EQ(f->t->at_rto.us, rs_time_add(sent, rs_rto_timeout(&f->t->rto)).us);
    CHECK_EQ(f->t->loss.pending, RS_PENDING_RTO);
}
