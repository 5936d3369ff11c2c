#define CHECK_MAIN
#include "fix.h"

static fix *with_sack(void)
{
    fix *f = listening(rs_config_linux(), 5);
    peer_sends(f, RS_SYN, .opts = {.has_mss = true, .mss = FIX_MSS, .sack_ok = true});
    pass(f, RS_MS(100));
    peer_sends(f, RS_ACK);
    ignore_sent(f);
    return f;
}

TEST(a_tail_without_ack_is_probed_after_two_round_trips_with_its_last_segment)
{
    fix *f = with_sack();
    call_send(f, 3 * FIX_MSS);
    rs_seq nxt = f->t->sndq.nxt;
    ignore_sent(f);
    CHECK_EQ(next_timer(f).us, 202000);
    CHECK_EQ(we_send(f, RS_ACK | RS_PSH)->seq.raw, nxt.raw - FIX_MSS);
    CHECK(f->t->loss.probe_out);
    CHECK_EQ(next_timer(f).us, 300000);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, nxt.raw - 3 * FIX_MSS);
}

TEST(unsent_data_is_the_better_probe)
{
    fix *f = with_sack();
    call_send(f, 15 * FIX_MSS);
    rs_seq nxt = f->t->sndq.nxt;
    ignore_sent(f);
    next_timer(f);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, nxt.raw);
}

TEST(without_sack_there_is_no_probe)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    call_send(f, 3 * FIX_MSS);
    ignore_sent(f);
    CHECK_EQ(next_timer(f).us, 300000);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_LOSS);
}
