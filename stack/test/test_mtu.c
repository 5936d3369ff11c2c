/* Probing for bigger packets, and packets that vanish for their size (RFC 4821). */
#define CHECK_MAIN
#include "fix.h"

#include "../mech/keyring.h"
#include "../tcp/mtu.h"

/* A connection whose segments are small and whose window lets probes go. */
static fix *probing(rs_config cfg, int mode)
{
    cfg.knobs.mtu_probing = mode;
    cfg.knobs.base_mss = 500;
    cfg.knobs.initial_cwnd_segs = 20;
    cfg.mtu = 1500;
    fix *f = conn_in(RS_ESTABLISHED, cfg);
    f->t->snd.peer_mss = 1460;
    f->t->mtup.binds = true;
    rs_mtu_open(&f->env, f->t);
    f->t->mtup.binds = f->t->mtup.on;
    rs_tcb_set_mss(&f->env, f->t);
    f->t->cc.cwnd_segs = 20;
    return f;
}

TEST(the_first_segment_of_a_long_write_is_a_probe_and_its_ack_makes_all_of_them_bigger)
{
    fix *f = probing(rs_config_rfc(), 2);
    CHECK_EQ(f->t->snd.mss, 500);
    call_send(f, 6000);
    const rs_seg *s = we_send(f, RS_ACK);
    CHECK_EQ(s->text.len, 980); /* half way between packets of 540 and of 1500 */
    CHECK_EQ(we_send(f, RS_ACK)->text.len, 500);
    CHECK(f->t->mtup.size == 1020);
    ignore_sent(f);
    peer_sends(f, RS_ACK);
    CHECK_EQ(f->t->snd.mss, 980);
    CHECK_EQ(f->t->mtup.low, 1020);
    ignore_sent(f);
}

TEST(little_text_is_no_occasion_for_a_probe)
{
    fix *f = probing(rs_config_rfc(), 2);
    call_send(f, 2000);
    CHECK_EQ(we_send(f, RS_ACK)->text.len, 500);
    CHECK_EQ(f->t->mtup.size, 0);
    ignore_sent(f);
}

TEST(a_small_window_of_either_kind_is_none_either)
{
    fix *f = probing(rs_config_rfc(), 2);
    f->t->cc.cwnd_segs = 10;
    call_send(f, 6000);
    CHECK_EQ(f->t->mtup.size, 0);
    f = probing(rs_config_rfc(), 2);
    f->t->snd.wnd = 2900;
    call_send(f, 6000);
    CHECK_EQ(f->t->mtup.size, 0);
    ignore_sent(f);
}

TEST(blocks_that_are_owed_leave_no_room_for_a_probe)
{
    fix *f = probing(rs_config_rfc(), 2);
    f->t->sack_on = true;
    peer_sends(f, RS_ACK, .seq = 100, .len = 10);
    ignore_sent(f);
    call_send(f, 6000);
    CHECK_EQ(we_send(f, RS_ACK)->opts.sack_count, 1);
    CHECK_EQ(f->t->mtup.size, 0);
    ignore_sent(f);
}

TEST(signatures_are_counted_in_the_size_of_a_probe)
{
    fix *f = probing(rs_config_rfc(), 2);
    rs_peer_key k = {.peer = f->t->remote.addr, .prefix = 32, .len = 6, .key = "secret"};
    CHECK_EQ(rs_keyring_set(f->env.blocks, &f->t->opts.keys, &k), 0);
    rs_mtu_open(&f->env, f->t);
    rs_tcb_set_mss(&f->env, f->t);
    CHECK_EQ(f->t->snd.mss, 500);
    call_send(f, 6000);
    CHECK_EQ(we_send(f, RS_ACK)->text.len, (560 + 1500) / 2 - 60); /* 20 bytes with the padding */
    ignore_sent(f);
}

TEST(a_probe_that_alone_is_lost_goes_again_in_pieces_and_nothing_is_reduced)
{
    fix *f = probing(rs_config_linux(), 2);
    f->t->sack_on = true;
    call_send(f, 6000);
    uint32_t cwnd = f->t->cc.cwnd_segs + 1, una = f->t->sndq.una.raw;
    ignore_sent(f);
    rs_opts o = {.sack_count = 1, .sack = {{rs_seq_of(una + 980), f->t->sndq.nxt}}};
    peer_sends(f, RS_ACK, .ack = (int32_t)(una - f->t->sndq.nxt.raw), .opts = o);
    const rs_seg *s = we_send(f, RS_ACK);
    CHECK_EQ(s->seq.raw, una);
    CHECK_EQ(s->text.len, 500);
    CHECK_EQ(we_send(f, RS_ACK | RS_PSH)->text.len, 480);
    CHECK_EQ(f->t->mtup.high, 1019);
    CHECK(f->t->cc.cwnd_segs >= cwnd);
    ignore_sent(f);
}

TEST(when_nothing_passes_any_more_segments_become_small)
{
    fix *f = probing(rs_config_linux(), 1);
    CHECK(!f->t->mtup.on);
    CHECK_EQ(f->t->snd.mss, 1460);
    call_send(f, 5000);
    rs_time begun = f->env.now;
    while (f->t->snd.mss == 1460) next_timer(f);
    CHECK(rs_time_diff(f->env.now, begun).us >= 3000000); /* R1: three doublings of 200 ms */
    CHECK_EQ(f->t->snd.mss, 500);
    next_timer(f);
    CHECK_EQ(f->t->snd.mss, 250);
    ignore_sent(f);
}

TEST(who_does_not_probe_does_not_suspect_either)
{
    fix *f = probing(rs_config_linux(), 0);
    call_send(f, 6000);
    for (int i = 0; i < 8; i++) next_timer(f);
    CHECK_EQ(f->t->snd.mss, 1460);
    ignore_sent(f);
}

TEST(a_lock_on_the_mtu_holds_for_connections_that_are_open)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->snd.peer_mss = 1460;
    rs_mtu_shrink(&f->env, f->t, 600);
    CHECK_EQ(f->t->snd.mss, 560);
    f->cfg.knobs.route.mtu = 1000;
    f->cfg.knobs.route.mtu_lock = true;
    rs_pmtu_learn(&f->host.pmtu, &(rs_pmtu_news){.to = &f->t->remote.addr, .mtu = 700, .until = RS_NEVER});
    rs_mtu_hear(&f->env, f->t);
    call_send(f, 3000);
    CHECK_EQ(f->t->snd.pmtu, 1000);
    ignore_sent(f);
}
