#define CHECK_MAIN
#include "fix.h"

TEST(a_passive_open_carries_data_both_ways_and_closes_in_order)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK | RS_PSH, .len = 500);
    CHECK_EQ(call_receive(f, 1000), 500);
    call_send(f, 300);
    const rs_seg *s = we_send(f, RS_ACK | RS_PSH);
    CHECK_EQ(s->text.len, 300);
    CHECK_EQ(s->ack.raw, FIX_IRS + 501);
    peer_sends(f, RS_ACK);
    call_close(f);
    state_is(f, RS_FIN_WAIT_1);
    we_send(f, RS_FIN | RS_ACK);
    peer_sends(f, RS_ACK);
    state_is(f, RS_FIN_WAIT_2);
    peer_sends(f, RS_FIN | RS_ACK);
    we_send(f, RS_ACK);
    state_is(f, RS_TIME_WAIT);
    silence(f, RS_SEC(239));
    silence(f, RS_SEC(2));
    state_is(f, RS_CLOSED);
    CHECK(rs_tcb_is_dead(f->t));
}
