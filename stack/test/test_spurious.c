#define CHECK_MAIN
#include "loss.h"

static rs_config reno(void)
{
    rs_config c = rs_config_linux();
    CHECK(rs_config_set(&c, "net.ipv4.tcp_congestion_control", "reno").code == 0);
    return c;
}

TEST(an_old_echo_after_a_timeout_gives_the_window_back_and_loses_nothing)
{
    fix *f = sender(reno(), false, true, 10);
    CHECK_EQ(f->t->cc.cwnd_segs, 10);
    next_timer(f);
    CHECK_EQ(f->t->cc.ssthresh_segs, 5);
    ignore_sent(f);
    pass(f, RS_MS(10));
    they_tell(f, .ack = 2, .echo_ms = 300);
    CHECK(f->t->cc.cwnd_segs >= 10);
    CHECK_EQ(f->t->sndq.lost_segs, 0);
    CHECK(f->t->cc.ssthresh_segs > 5);
}

TEST(an_echo_of_the_retransmission_proves_nothing)
{
    fix *f = sender(reno(), false, true, 10);
    next_timer(f);
    pass(f, RS_MS(100));
    they_tell(f, .ack = 2, .echo_ms = 100);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_LOSS);
    CHECK(f->t->cc.cwnd_segs < 5);
}

TEST(a_duplicate_for_every_retransmission_takes_a_fast_recovery_back)
{
    fix *f = sender(reno(), true, false, 10);
    pass(f, RS_MS(100));
    they_tell(f, .ack = 1, .sack = {{2, 5}});
    CHECK_EQ(f->t->loss.ca_state, RS_CA_RECOVERY);
    CHECK_EQ(f->t->cc.ssthresh_segs, 5);
    pass(f, RS_MS(10));
    they_tell(f, .ack = 5);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_RECOVERY);
    they_tell(f, .ack = 11, .sack = {{1, 2}});
    CHECK_EQ(f->t->loss.ca_state, RS_CA_OPEN);
    CHECK(f->t->cc.cwnd_segs >= 10);
}

TEST(the_network_s_own_word_is_not_undone)
{
    fix *f = sender(reno(), false, true, 10);
    next_timer(f);
    f->t->loss.undo.prior_ssthresh = 0; /* RFC4015-no-undo-with-ece */
    pass(f, RS_MS(10));
    they_tell(f, .ack = 2, .echo_ms = 300);
    CHECK(f->t->cc.cwnd_segs < 5);
}

TEST(by_rfc_4015_the_window_is_what_is_out_and_at_most_an_initial_window)
{
    rs_config c = rs_config_rfc();
    fix *f = sender(c, false, true, 10);
    next_timer(f);
    pass(f, RS_MS(10));
    they_tell(f, .ack = 3, .echo_ms = 1000);
    CHECK_EQ(f->t->sndq.lost_segs, 0);
    CHECK(f->t->cc.cwnd_segs >= 10 && f->t->cc.cwnd_segs <= 12);
    CHECK(rs_config_set(&c, "refstack.undo", "0").code == 0);
    f = sender(c, false, true, 10);
    next_timer(f);
    pass(f, RS_MS(10));
    they_tell(f, .ack = 3, .echo_ms = 1000);
    CHECK(f->t->cc.cwnd_segs < 5);
}
