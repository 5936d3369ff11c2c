#define CHECK_MAIN
#include "fix.h"

#include "../tcp/reason.h"

TEST(data_to_send_carries_the_acknowledgment)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    call_send(f, 3000);
    ignore_sent(f);
    peer_sends(f, RS_ACK, .len = 500);
    peer_sends(f, RS_ACK, .len = 500);
    CHECK(f->sent_count - f->looked <= 1);
    call_send(f, 3000);
    pass(f, RS_SEC(1));
    for (unsigned i = 0; i < f->sent_count; i++) CHECK(f->sent[i].seg.flags & RS_ACK);
    CHECK_EQ(f->t->rcv.acked.raw, FIX_IRS + 1001);
}

TEST(a_segment_is_answered_once)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .seq = 100, .len = 500);
    we_send(f, RS_ACK);
    silence(f, RS_SEC(1));
}

TEST(the_answer_to_an_old_segment_reports_it_as_a_duplicate)
{
    fix *f = listening(rs_config_linux(), 5);
    peer_sends(f, RS_SYN, .opts = {.sack_ok = true});
    peer_sends(f, RS_ACK);
    peer_sends(f, RS_ACK, .len = 100);
    ignore_sent(f);
    peer_sends(f, RS_ACK, .seq = -100, .len = 50);
    const rs_seg *s = we_send(f, RS_ACK);
    CHECK_EQ(s->opts.sack_count, 1);
    CHECK_EQ(s->opts.sack[0].start.raw, FIX_IRS + 1);
    CHECK_EQ(s->opts.sack[0].end.raw, FIX_IRS + 51);
}

TEST(late_text_for_a_closed_user_resets_in_the_linux_way)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    call_close(f);
    peer_sends(f, RS_ACK);
    state_is(f, RS_FIN_WAIT_2);
    ignore_sent(f);
    peer_sends(f, RS_ACK, .len = 5);
    we_send(f, RS_RST);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->count.drops[RS_WHY_TEXT_AFTER_CLOSE], 1);
}

TEST(a_syn_ack_that_went_twice_gives_no_round_trip_time)
{
    fix *f = conn_in(RS_SYN_RECEIVED, rs_config_linux());
    pass(f, RS_MS(700));
    peer_sends(f, RS_SYN, .seq = -1);
    we_send(f, RS_SYN | RS_ACK);
    pass(f, RS_MS(100));
    peer_sends(f, RS_ACK);
    state_is(f, RS_ESTABLISHED);
    CHECK(!rs_rto_has_sample(&f->t->rto));
}

TEST(old_text_makes_the_next_acks_quick_in_the_linux_way)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    peer_sends(f, RS_ACK, .len = 200);
    pass(f, RS_SEC(1));
    f->t->delack.quick = 0;
    peer_sends(f, RS_ACK, .seq = -200, .len = 100);
    CHECK_EQ(f->t->delack.quick, 16);
    f->t->delack.quick = 0;
    peer_sends(f, RS_ACK, .seq = -100,
               .len = 100); /* up to the last acknowledgment: acceptable, and one ACK is spent */
    CHECK_EQ(f->t->delack.quick, 15);
    f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .len = 100);
    pass(f, RS_SEC(1));
    peer_sends(f, RS_ACK, .seq = -100, .len = 100);
    CHECK_EQ(f->t->delack.quick, 0);
}
