#define CHECK_MAIN
#include "fix.h"

TEST(an_ack_for_nobody_is_reset_at_its_own_number)
{
    fix *f = fresh(rs_config_rfc());
    peer_sends(f, RS_ACK, .ack = 77);
    const rs_seg *s = we_send(f, RS_RST);
    CHECK_EQ(s->seq.raw, FIX_ISS + 77);
    CHECK_EQ(s->dst.port, 4000);
    CHECK_EQ(s->src.port, 80);
}

TEST(without_an_ack_the_reset_acknowledges_text_syn_and_fin)
{
    fix *f = fresh(rs_config_rfc());
    peer_sends(f, RS_SYN | RS_FIN, .len = 10);
    const rs_seg *s = we_send(f, RS_RST | RS_ACK);
    CHECK_EQ(s->seq.raw, 0);
    CHECK_EQ(s->ack.raw, FIX_IRS + 12);
}

TEST(a_reset_is_never_answered)
{
    fix *f = fresh(rs_config_rfc());
    peer_sends(f, RS_RST | RS_ACK);
    silence(f, RS_SEC(1));
}
