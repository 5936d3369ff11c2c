#define CHECK_MAIN
#include "fix.h"

TEST(a_shift_above_14_counts_as_14)
{
    fix *f = listening(rs_config_linux(), 5);
    peer_sends(f, RS_SYN, .opts = {.has_wscale = true, .wscale = 15});
    CHECK_EQ(f->t->snd.wscale, 14);
}

TEST(an_option_that_the_host_has_switched_off_is_not_agreed)
{
    rs_config cfg = rs_config_linux();
    cfg.knobs.sack = cfg.knobs.timestamps = cfg.knobs.window_scaling = false;
    fix *f = listening(cfg, 5);
    peer_sends(f, RS_SYN, .opts = {.has_wscale = true, .wscale = 7, .sack_ok = true, .has_ts = true, .ts_val = 1});
    const rs_seg *s = we_send(f, RS_SYN | RS_ACK);
    CHECK(!s->opts.sack_ok && !s->opts.has_ts && !s->opts.has_wscale);
    CHECK(!f->t->sack_on && !f->t->ts.on && !f->t->wscale_on);
}

TEST(timestamps_make_every_segment_twelve_bytes_smaller)
{
    fix *f = listening(rs_config_linux(), 5);
    peer_sends(f, RS_SYN, .opts = {.has_mss = true, .mss = 1000, .has_ts = true, .ts_val = 1});
    CHECK_EQ(f->t->snd.mss, 988);
    CHECK_EQ(we_send(f, RS_SYN | RS_ACK)->opts.ts_ecr, 1);
}

TEST(linux_offers_its_first_window_in_whole_segments)
{
    fix *f = listening(rs_config_linux(), 5);
    peer_sends(f, RS_SYN, .opts = {.has_mss = true, .mss = 1460, .has_ts = true, .ts_val = 1});
    CHECK_EQ(we_send(f, RS_SYN | RS_ACK)->wnd, 65160);
    f = listening(rs_config_linux(), 5);
    peer_sends(f, RS_SYN, .opts = {.has_mss = true, .mss = 1460});
    CHECK_EQ(we_send(f, RS_SYN | RS_ACK)->wnd, 64240);
}

TEST(after_a_lost_syn_ack_the_first_flight_is_one_segment)
{
    fix *f = listening(rs_config_rfc(), 5);
    peer_sends(f, RS_SYN, .opts = {.has_mss = true, .mss = FIX_MSS});
    CHECK_EQ(f->t->cc.cwnd_segs, 10);
    next_timer(f);
    peer_sends(f, RS_ACK);
    CHECK_EQ(f->t->cc.cwnd_segs, 1);
}

TEST(after_a_lost_syn_the_first_flight_is_one_segment_but_linux_forgives_the_first_loss)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_rfc());
    next_timer(f);
    peer_sends(f, RS_SYN | RS_ACK);
    CHECK_EQ(f->t->cc.cwnd_segs, 1);
    f = conn_in(RS_SYN_SENT, rs_config_linux());
    next_timer(f);
    peer_sends(f, RS_SYN | RS_ACK);
    CHECK_EQ(f->t->cc.cwnd_segs, 10);
}

TEST(a_syn_ack_that_could_not_go_yet_has_its_window_already)
{
    fix *f = listening(rs_config_rfc(), 5);
    f->out.data_room = 0;
    rs_seg syn = {.seq = rs_seq_of(FIX_IRS), .flags = RS_SYN, .wnd = FIX_WND};
    uint32_t slot = rs_tcbs_take(f->env.conns);
    f->t = rs_tcbs_at(f->env.conns, slot);
    rs_tcp_open o = {.conn = slot, .iss = rs_seq_of(FIX_ISS), .mtu = 1500, .family = RS_IPV4, .listener = f->l->self};
    rs_tcp_open_passive(&f->env, f->t, &o, &syn);
    CHECK_EQ(f->out.count, 0);
    CHECK_EQ(rs_rcvwnd_edge(&f->t->wnd).raw, FIX_IRS + 1 + f->t->wnd.wnd);
    CHECK_SOUND(rs_tcb_broken(f->t));
}
