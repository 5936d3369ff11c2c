#define CHECK_MAIN
#include "fix.h"

TEST(a_fin_beyond_a_gap_takes_effect_when_the_gap_is_filled)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_FIN | RS_ACK, .seq = 100, .len = 50);
    we_send(f, RS_ACK);
    state_is(f, RS_ESTABLISHED);
    peer_sends(f, RS_ACK, .len = 100);
    state_is(f, RS_CLOSE_WAIT);
    CHECK_EQ(we_send(f, RS_ACK)->ack.raw, FIX_IRS + 152);
    CHECK_EQ(call_receive(f, 1000), 150);
    CHECK(rs_tcb_events(&f->env, f->t) & RS_TCB_EV_RDHUP);
}

TEST(fin_and_ack_together_lead_from_fin_wait_1_to_time_wait)
{
    fix *f = conn_in(RS_FIN_WAIT_1, rs_config_rfc());
    peer_sends(f, RS_FIN | RS_ACK);
    state_is(f, RS_TIME_WAIT);
    we_send(f, RS_ACK);
    silence(f, RS_SEC(100));
}

TEST(crossing_fins_lead_through_closing_to_time_wait)
{
    fix *f = conn_in(RS_CLOSING, rs_config_rfc());
    peer_sends(f, RS_ACK);
    state_is(f, RS_TIME_WAIT);
    silence(f, RS_SEC(239));
    state_is(f, RS_TIME_WAIT);
    silence(f, RS_SEC(2));
    state_is(f, RS_CLOSED);
}

TEST(after_the_peers_fin_our_data_still_flows)
{
    fix *f = conn_in(RS_CLOSE_WAIT, rs_config_rfc());
    call_send(f, 100);
    CHECK_EQ(we_send(f, RS_ACK | RS_PSH)->text.len, 100);
    peer_sends(f, RS_ACK);
    call_close(f);
    we_send(f, RS_FIN | RS_ACK);
    state_is(f, RS_LAST_ACK);
    peer_sends(f, RS_ACK);
    CHECK(rs_tcb_is_dead(f->t));
}

TEST(linux_lets_the_ack_of_the_peers_fin_wait_for_ours)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    peer_sends(f, RS_ACK, .len = 100);
    we_send(f, RS_ACK);
    peer_sends(f, RS_FIN | RS_ACK);
    state_is(f, RS_CLOSE_WAIT);
    CHECK_EQ(f->looked, f->sent_count);
    CHECK_EQ(f->t->delack.deadline.us, f->env.now.us + 40000);
    CHECK_EQ(call_receive(f, 1000), 100);
    call_close(f);
    CHECK_EQ(we_send(f, RS_FIN | RS_ACK)->ack.raw, FIX_IRS + 102);
}

TEST(linux_acknowledges_at_once_the_fin_that_ends_in_time_wait)
{
    fix *f = conn_in(RS_FIN_WAIT_2, rs_config_linux());
    peer_sends(f, RS_FIN | RS_ACK);
    state_is(f, RS_TIME_WAIT);
    we_send(f, RS_ACK);
}
