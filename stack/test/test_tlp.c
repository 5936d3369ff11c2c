#define CHECK_MAIN
#include "fix.h"

#include "../tcp/recovery.h"

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

/* Its head is so old that the timeout would be due: that bounds nothing any more, and two round trips may be long. */
TEST(a_probe_waits_no_longer_than_the_longest_timeout)
{
    fix *f = with_sack();
    f->t->rto.srtt8 = INT64_C(8) * 540000000;
    f->t->rto.base = f->t->rto.p.max;
    call_send(f, 3 * FIX_MSS);
    ignore_sent(f);
    f->t->loss.pending = RS_PENDING_RTO;
    CHECK(rs_tlp_arm(&f->env, f->t, RS_US(-1)));
    CHECK(rs_time_diff(f->t->at_rto, f->env.now).us <= f->t->rto.p.max.us + 10000);
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
