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
