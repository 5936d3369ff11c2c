#define CHECK_MAIN
#include "fix.h"

TEST(the_second_full_segment_is_acknowledged_at_once_and_a_single_one_within_half_a_second)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .len = FIX_MSS);
    CHECK_EQ(f->looked, f->sent_count);
    peer_sends(f, RS_ACK, .len = FIX_MSS);
    we_send(f, RS_ACK);
    peer_sends(f, RS_ACK, .len = FIX_MSS);
    CHECK(next_timer(f).us < 500000);
    const rs_seg *s = we_send(f, RS_ACK);
    CHECK_EQ(s->ack.raw, FIX_IRS + 1 + 3 * FIX_MSS);
    silence(f, RS_SEC(5));
}

TEST(text_beyond_a_gap_is_held_and_delivered_when_the_gap_is_filled)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .seq = 100, .len = 100);
    CHECK_EQ(we_send(f, RS_ACK)->ack.raw, FIX_IRS + 1);
    CHECK_EQ(rs_rcvq_ready(&f->t->rcvq), 0);
    peer_sends(f, RS_ACK, .len = 150);
    CHECK_EQ(we_send(f, RS_ACK)->ack.raw, FIX_IRS + 201);
    CHECK_EQ(call_receive(f, 1000), 200);
}

TEST(text_beyond_the_window_is_not_taken)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    uint32_t wnd = rs_rcv_wnd(f->t);
    peer_sends(f, RS_ACK, .seq = (int32_t)wnd - 5, .len = 10);
    CHECK_EQ(f->t->rcvq.ooo_bytes, 5);
    we_send(f, RS_ACK);
}

TEST(linux_refuses_text_that_ends_beyond_the_window_while_something_is_unread)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    peer_sends(f, RS_ACK, .len = 10);
    uint32_t wnd = rs_rcv_wnd(f->t);
    ignore_sent(f);
    peer_sends(f, RS_ACK, .seq = (int32_t)wnd - 5, .len = 10);
    CHECK_EQ(f->t->rcvq.ooo_bytes, 0);
    we_send(f, RS_ACK);
}

TEST(the_window_closes_and_opens_by_a_segment_at_least)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    while (rs_rcv_wnd(f->t) > 0) peer_sends(f, RS_ACK, .len = rs_rcv_wnd(f->t) < FIX_MSS ? rs_rcv_wnd(f->t) : FIX_MSS);
    pass(f, RS_SEC(1));
    ignore_sent(f);
    call_receive(f, 100);
    CHECK_EQ(rs_rcv_wnd(f->t), 0);
    silence(f, RS_SEC(1));
    while (f->sent_count == 0 && rs_rcvq_ready(&f->t->rcvq)) call_receive(f, 100);
    CHECK(we_send(f, RS_ACK)->wnd >= FIX_MSS);
}

TEST(a_duplicate_is_acknowledged_again_and_delivered_once)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .len = 100);
    pass(f, RS_SEC(1));
    ignore_sent(f);
    peer_sends(f, RS_ACK, .seq = -50, .len = 100);
    we_send(f, RS_ACK);
    CHECK_EQ(call_receive(f, 1000), 150);
}

TEST(after_shutdown_of_reading_the_documents_way_drops_and_linux_keeps)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    rs_tcp_shutdown_receive(&f->env, f->t);
    peer_sends(f, RS_ACK, .len = 100);
    CHECK_EQ(rs_rcvq_ready(&f->t->rcvq), 0);
    f = conn_in(RS_ESTABLISHED, rs_config_linux());
    rs_tcp_shutdown_receive(&f->env, f->t);
    peer_sends(f, RS_ACK, .len = 100);
    CHECK_EQ(rs_rcvq_ready(&f->t->rcvq), 100);
}

TEST(linux_does_not_hurry_to_acknowledge_new_bytes_behind_old_ones)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    peer_sends(f, RS_ACK, .len = 100);
    we_send(f, RS_ACK);
    f->t->delack.quick = 0;
    peer_sends(f, RS_ACK, .seq = -50, .len = 100);
    CHECK_EQ(f->looked, f->sent_count);
    CHECK_EQ(f->t->rcvq.nxt.raw, FIX_IRS + 151);
    peer_sends(f, RS_ACK, .seq = -50, .len = 50); /* nothing but old ones */
    CHECK_EQ(we_send(f, RS_ACK)->ack.raw, FIX_IRS + 151);
}
