/* What the congestion control learns besides acknowledgments and losses (tcp/congestion.h). */
#define CHECK_MAIN
#include "fix.h"

#include "../base/time.h"

TEST(cubic_hears_of_round_trips_and_ends_slow_start_when_they_grow)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->cc.cwnd_segs = 20;
    call_send(f, FIX_MSS);
    pass(f, RS_MS(100));
    peer_sends(f, RS_ACK);
    CHECK_EQ(f->t->cc.ssthresh_segs, RS_CC_INFINITE);
    for (int i = 0; i < 12; i++) {
        call_send(f, FIX_MSS);
        pass(f, RS_MS(3));
    }
    pass(f, RS_MS(120));
    for (int i = 11; i >= 0; i--) peer_sends(f, RS_ACK, .ack = -i * FIX_MSS);
    CHECK_EQ(f->t->cc.ssthresh_segs, 24); /* it grew by half while the first eight told little */
    ignore_sent(f);
}

TEST(cubic_hears_of_a_pause)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->cc.cwnd_segs = f->t->cc.ssthresh_segs = 2;
    call_send(f, 4 * FIX_MSS);
    pass(f, RS_MS(10));
    peer_sends(f, RS_ACK); /* the epoch begins */
    pass(f, RS_MS(10));
    peer_sends(f, RS_ACK);
    uint8_t before[RS_CC_STATE_BYTES];
    memcpy(before, f->t->cc.state, sizeof before);
    pass(f, RS_SEC(20));
    call_send(f, FIX_MSS);
    CHECK(memcmp(before, f->t->cc.state, sizeof before) != 0);
    ignore_sent(f);
}
