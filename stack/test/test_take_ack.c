#define CHECK_MAIN
#include "fix.h"

TEST(only_a_segment_not_older_than_the_last_tells_a_window)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .len = 10, .wnd = 5000);
    CHECK_EQ(f->t->snd.wnd, 5000);
    f->t->snd.wl1 = rs_seq_add(f->t->snd.wl1, 1000); /* as if a later segment had told it */
    peer_sends(f, RS_ACK, .wnd = 9000);
    CHECK_EQ(f->t->snd.wnd, 5000);
}

TEST(an_acknowledgment_gives_a_round_trip_time_but_not_after_a_retransmission)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    rs_dur before = rs_rto_srtt(&f->t->rto);
    CHECK_EQ(before.us, 100000);
    call_send(f, 100);
    pass(f, RS_MS(300));
    peer_sends(f, RS_ACK);
    CHECK(rs_rto_srtt(&f->t->rto).us > before.us);
    before = rs_rto_srtt(&f->t->rto);
    call_send(f, 100);
    pass(f, RS_SEC(2));
    peer_sends(f, RS_ACK);
    CHECK_EQ(rs_rto_srtt(&f->t->rto).us, before.us);
}

TEST(an_ack_of_our_fin_ends_last_ack_and_nothing_else_does)
{
    fix *f = conn_in(RS_LAST_ACK, rs_config_rfc());
    peer_sends(f, RS_ACK, .ack = -1);
    state_is(f, RS_LAST_ACK);
    peer_sends(f, RS_ACK);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, 0);
    silence(f, RS_SEC(600));
}

TEST(the_timer_restarts_with_every_new_acknowledgment_and_stops_with_the_last)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    call_send(f, 2 * FIX_MSS);
    pass(f, RS_MS(500));
    peer_sends(f, RS_ACK, .ack = -FIX_MSS);
    CHECK_EQ(rs_time_diff(f->t->at_rto, f->env.now).us, rs_rto_timeout(&f->t->rto).us);
    peer_sends(f, RS_ACK);
    CHECK(rs_time_is_never(f->t->at_rto));
}

TEST(sack_blocks_mark_what_arrived_beyond_a_hole)
{
    fix *f = listening(rs_config_linux(), 5);
    peer_sends(f, RS_SYN, .opts = {.has_mss = true, .mss = FIX_MSS, .sack_ok = true});
    peer_sends(f, RS_ACK);
    call_send(f, 4 * FIX_MSS);
    rs_seq una = f->t->sndq.una;
    peer_sends(f, RS_ACK, .ack = -4 * FIX_MSS,
               .opts = {.sack_count = 1, .sack = {{rs_seq_add(una, FIX_MSS), rs_seq_add(una, 2 * FIX_MSS)}}});
    CHECK_EQ(f->t->sndq.sacked_segs, 1);
    CHECK_EQ(f->t->loss.dup_acks, 1);
}

TEST(data_and_fin_on_the_third_segment_are_taken)
{
    fix *f = conn_in(RS_SYN_RECEIVED, rs_config_rfc());
    peer_sends(f, RS_FIN | RS_ACK, .len = 50);
    state_is(f, RS_CLOSE_WAIT);
    const rs_seg *s = we_send(f, RS_ACK);
    CHECK_EQ(s->ack.raw, FIX_IRS + 52);
    CHECK_EQ(f->l->accept_len, 1);
}

TEST(a_shutdown_in_syn_received_still_opens_the_connection_when_our_syn_is_acknowledged)
{
    fix *f = crossed(rs_config_rfc());
    ignore_sent(f);
    call_shutdown(f);
    state_is(f, RS_FIN_WAIT_1);
    we_send(f, RS_FIN | RS_ACK);
    peer_sends(f, RS_ACK, .ack = -1);
    state_is(f, RS_FIN_WAIT_1);
    CHECK(f->t->was_open);
    CHECK(f->t->rcv.mss > 0);
}

TEST(an_acknowledged_small_segment_is_forgotten_before_its_number_comes_round_again)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    call_send(f, 10);
    CHECK(f->t->snd.has_small);
    peer_sends(f, RS_ACK);
    CHECK(!f->t->snd.has_small);
}

TEST(by_the_linux_way_an_ack_cannot_be_older_than_all_bytes_acknowledged)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    peer_sends(f, RS_ACK, .ack = -1, .len = 10);
    we_send(f, RS_ACK);
    CHECK_EQ(f->t->stat.bytes_received, 0);
    f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .ack = -1, .len = 10);
    CHECK_EQ(f->t->stat.bytes_received, 10);
}

TEST(in_time_wait_a_segment_without_ack_is_answered_only_in_the_linux_way)
{
    fix *f = conn_in(RS_TIME_WAIT, rs_config_linux());
    peer_sends(f, RS_FIN);
    we_send(f, RS_ACK);
    pass(f, RS_SEC(1));
    peer_sends(f, 0);
    silence(f, RS_SEC(1));
    f = conn_in(RS_TIME_WAIT, rs_config_rfc());
    peer_sends(f, RS_FIN);
    silence(f, RS_SEC(1));
}
