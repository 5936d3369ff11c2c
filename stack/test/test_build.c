#define CHECK_MAIN
#include "../tcp/build.h"

#include "fix.h"

TEST(our_syn_carries_what_the_host_can)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_linux());
    rs_send_syn(&f->env, f->t);
    const rs_seg *s = &f->out.segs[0].seg;
    CHECK_EQ(s->flags, RS_SYN);
    CHECK(s->opts.has_mss && s->opts.sack_ok && s->opts.has_ts && s->opts.has_wscale);
    CHECK_EQ(s->opts.ts_ecr, 0);
    CHECK_EQ(s->opts.mss, 1460);
    CHECK_EQ(s->ttl, 64);
}

TEST(nothing_is_said_before_our_syn_is)
{
    fix *f = fresh(rs_config_rfc());
    uint32_t i, slot = rs_tcbs_take(f->env.conns);
    while ((i = rs_pool_take(f->env.records)) != RS_NIL) continue;
    f->t = rs_tcbs_at(f->env.conns, slot);
    rs_tcp_open o = {.conn = slot, .iss = rs_seq_of(FIX_ISS), .mtu = 1500, .family = RS_IPV4, .listener = RS_NIL};
    rs_tcp_open_active(&f->env, f->t, &o);
    rs_send_ack(&f->env, f->t);
    rs_send_reset(&f->env, f->t);
    silence(f, RS_MS(500));
}

TEST(a_reset_of_ours_carries_an_ack_in_the_linux_way_only)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    call_abort(f);
    CHECK_EQ(we_send(f, RS_RST | RS_ACK)->ack.raw, FIX_IRS + 1);
    f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    call_abort(f);
    CHECK_EQ(we_send(f, RS_RST)->seq.raw, FIX_ISS + 1);
}

TEST(what_carries_nothing_stays_in_a_shrunken_window_in_the_linux_way)
{
    rs_config presets[] = {rs_config_rfc(), rs_config_linux()};
    for (int p = 0; p < 2; p++) {
        uint32_t seq = FIX_ISS + 1 + (p ? 500 : 1000);
        fix *f = conn_in(RS_ESTABLISHED, presets[p]);
        call_send(f, 1000);
        ignore_sent(f);
        for (int i = 0; i < 2; i++) peer_sends(f, RS_ACK | RS_PSH, .len = 10, .ack = -1000, .wnd = 500);
        ignore_sent(f);
        rs_send_ack(&f->env, f->t);
        collect(f);
        CHECK_EQ(we_send(f, RS_ACK)->seq.raw, seq);
        call_abort(f);
        CHECK_EQ(f->sent[f->sent_count - 1].seg.seq.raw, seq);
    }
}

TEST(who_opens_with_a_closed_window_hears_from_behind_the_syn)
{
    fix *f = listening(rs_config_linux(), 5);
    peer_sends(f, RS_SYN, .wnd_zero = true);
    CHECK_EQ(we_send(f, RS_SYN | RS_ACK)->seq.raw, f->t->snd.iss.raw);
    rs_send_ack(&f->env, f->t);
    collect(f);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, f->t->snd.iss.raw + 1);
}

TEST(a_probe_repeats_the_last_acknowledged_number_without_text)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    rs_send_probe_before_una(&f->env, f->t);
    CHECK_EQ(f->out.segs[0].seg.seq.raw, FIX_ISS);
    CHECK_EQ(f->out.segs[0].seg.text.len, 0);
}

TEST(islands_are_reported_newest_first_and_take_room_from_text)
{
    fix *f = listening(rs_config_linux(), 5);
    peer_sends(f, RS_SYN, .opts = {.sack_ok = true});
    peer_sends(f, RS_ACK);
    CHECK_EQ(rs_build_option_bytes(&f->env, f->t), 0);
    peer_sends(f, RS_ACK, .seq = 100, .len = 10);
    peer_sends(f, RS_ACK, .seq = 200, .len = 10);
    const rs_seg *s = &f->sent[f->sent_count - 1].seg;
    CHECK_EQ(s->opts.sack_count, 2);
    CHECK_EQ(s->opts.sack[0].start.raw, FIX_IRS + 201);
    CHECK_EQ(s->opts.sack[1].start.raw, FIX_IRS + 101);
    CHECK_EQ(rs_build_option_bytes(&f->env, f->t), 20);
}

TEST(the_window_field_is_scaled_except_on_a_syn)
{
    fix *f = listening(rs_config_linux(), 5);
    peer_sends(f, RS_SYN, .opts = {.has_wscale = true, .wscale = 7});
    CHECK(f->sent[0].seg.wnd > 60000);
    peer_sends(f, RS_ACK);
    peer_sends(f, RS_ACK, .seq = 5, .len = 1);
    const rs_seg *s = &f->sent[f->sent_count - 1].seg;
    CHECK_EQ((uint32_t)s->wnd << f->t->wnd.wscale, rs_rcv_wnd(f->t));
    CHECK_EQ(f->t->snd.wnd, (uint32_t)FIX_WND << 7);
}
