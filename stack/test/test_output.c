#define CHECK_MAIN
#include "fix.h"

TEST(nagle_holds_a_small_segment_while_anything_is_out)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    call_send(f, 100);
    we_send(f, RS_ACK | RS_PSH);
    call_send(f, 100);
    call_send(f, 100);
    CHECK_EQ(f->looked, f->sent_count);
    peer_sends(f, RS_ACK);
    CHECK_EQ(we_send(f, RS_ACK | RS_PSH)->text.len, 200);
}

TEST(minshall_holds_it_only_behind_another_small_one)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    call_send(f, FIX_MSS + 500);
    CHECK_EQ(we_send(f, RS_ACK)->text.len, FIX_MSS);
    CHECK_EQ(we_send(f, RS_ACK | RS_PSH)->text.len, 500);
    call_send(f, 100);
    CHECK_EQ(f->looked, f->sent_count);
}

TEST(without_nagle_every_write_leaves_at_once)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    f->t->opts.nodelay = true;
    for (int i = 0; i < 3; i++) {
        call_send(f, 100);
        CHECK_EQ(we_send(f, RS_ACK | RS_PSH)->text.len, 100);
    }
}

TEST(no_more_than_the_window_is_out_and_never_a_byte_beyond_a_shrunken_one)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .wnd = 2500);
    call_send(f, 10000);
    CHECK_EQ(rs_sndq_flight(&f->t->sndq), 2000);
    ignore_sent(f);
    peer_sends(f, RS_ACK, .ack = -1000, .wnd = 500);
    silence(f, RS_MS(100));
    peer_sends(f, RS_ACK, .wnd = 3000);
    CHECK_EQ(rs_sndq_flight(&f->t->sndq), 3000);
}

TEST(a_small_window_is_not_filled_with_a_silly_segment_until_a_second_has_passed)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .wnd = 100);
    call_send(f, 1000);
    silence(f, RS_MS(900));
    pass(f, RS_MS(100));
    CHECK_EQ(we_send(f, RS_ACK)->text.len, 100);
}

TEST(linux_pushes_the_segment_that_fills_a_small_window)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    peer_sends(f, RS_ACK, .len = 1);
    peer_sends(f, RS_ACK, .len = 1, .wnd = 100); /* without news a smaller window does not count */
    ignore_sent(f);
    call_send(f, 1000);
    pass(f, RS_SEC(1));
    CHECK_EQ(we_send(f, RS_ACK | RS_PSH)->text.len, 100);
}

TEST(an_option_does_only_what_it_asks_for)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    f->t->opts.cork = f->t->opts.nodelay = true;
    call_send(f, 10);
    rs_tcp_opts_changed(&f->env, f->t, RS_OPTS_OTHER | RS_OPTS_KEEP | RS_OPTS_SIZES | RS_OPTS_QUICKACK);
    CHECK_EQ(f->out.count, 0);
    rs_tcp_opts_changed(&f->env, f->t, RS_OPTS_NAGLE);
    CHECK_EQ(f->out.count, 1);
}

TEST(a_burst_is_cut_in_segments_and_ends_with_psh_in_the_linux_way)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    call_send(f, 4500);
    int segs = 0, pushes = 0;
    uint32_t bytes = 0;
    for (; f->looked < f->sent_count; f->looked++, segs++) {
        bytes += (uint32_t)f->sent[f->looked].seg.text.len;
        pushes += (f->sent[f->looked].seg.flags & RS_PSH) != 0;
    }
    CHECK_EQ(segs, 5);
    CHECK_EQ(bytes, 4500);
    CHECK(pushes >= 2);
}

TEST(psh_stands_where_the_queue_runs_empty)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    call_send(f, 2 * FIX_MSS);
    we_send(f, RS_ACK);
    we_send(f, RS_ACK | RS_PSH);
}

TEST(the_initial_window_limits_and_slow_start_opens_it)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    call_send(f, 50 * FIX_MSS);
    CHECK_EQ(f->t->sndq.segs, 10);
    peer_sends(f, RS_ACK, .ack = -9 * FIX_MSS);
    CHECK_EQ(f->t->sndq.segs, 11);
}

TEST(cork_holds_a_partial_segment_and_its_end_lets_it_go)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    f->t->opts.cork = true;
    call_send(f, FIX_MSS + 10);
    CHECK_EQ(we_send(f, RS_ACK)->text.len, FIX_MSS);
    silence(f, RS_MS(50));
    f->t->opts.cork = false;
    f->t->opts.nodelay = true;
    rs_tcp_opts_changed(&f->env, f->t, RS_OPTS_NAGLE);
    CHECK_EQ(f->out.count, 1);
    CHECK_EQ(f->out.segs[0].seg.text.len, 10);
}

TEST(urgent_data_is_marked_until_it_is_acknowledged)
{
    static const uint8_t text[3] = {1, 2, 3};
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    rs_tcp_send(&f->env, f->t, &(rs_tcp_write){.data = text, .len = 3, .oob = true});
    CHECK_EQ(f->out.segs[0].seg.flags, RS_ACK | RS_PSH | RS_URG);
    CHECK_EQ(f->out.segs[0].seg.up, 3);
    f->out.count = 0;
    peer_sends(f, RS_ACK);
    CHECK(!f->t->snd.urg);
}

TEST(after_idling_for_an_rto_the_window_restarts)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    call_send(f, 10 * FIX_MSS);
    for (int i = 9; i >= 0; i--) peer_sends(f, RS_ACK, .ack = -i * FIX_MSS);
    CHECK(f->t->cc.cwnd_segs > 15);
    pass(f, RS_SEC(10));
    call_send(f, 10);
    CHECK(f->t->cc.cwnd_segs <= 10);
}

TEST(when_the_outbox_is_full_output_goes_on_after_the_drain)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    f->t->cc.cwnd_segs = 100;
    f->t->snd.wnd = f->t->snd.max_wnd = 100000;
    f->t->opts.nodelay = true;
    call_send(f, 90 * FIX_MSS);
    CHECK_EQ(f->t->sndq.segs, 90);
}

/* The most bytes up to a PSH, of everything that was sent and not looked at. */
static uint32_t longest_without_push(fix *f)
{
    uint32_t most = 0, run = 0;
    for (; f->looked < f->sent_count; f->looked++) {
        const rs_seg *s = &f->sent[f->looked].seg;
        run += (uint32_t)s->text.len;
        if (run > most) most = run;
        if (s->flags & RS_PSH) run = 0;
    }
    return most;
}

TEST(linux_pushes_at_least_once_in_half_of_the_largest_window)
{
    for (int quirk = 0; quirk < 2; quirk++) {
        rs_config cfg = rs_config_linux();
        cfg.quirks.psh_per_half_window = quirk;
        fix *f = conn_in(RS_ESTABLISHED, cfg);
        f->t->snd.max_wnd = 2 * FIX_MSS;
        call_send(f, 6 * FIX_MSS);
        CHECK_EQ(longest_without_push(f) > 2 * FIX_MSS, !quirk);
    }
}

TEST(linux_keeps_a_window_that_the_user_does_not_fill_while_acks_come)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->cc.cwnd_segs = 40;
    f->t->cc.ssthresh_segs = 20;
    for (int i = 0; i < 30; i++) {
        call_send(f, 10);
        peer_sends(f, RS_ACK);
        pass(f, RS_MS(50)); /* never idle for an RTO */
    }
    CHECK_EQ(f->t->cc.cwnd_segs, 40);
}

TEST(a_fin_alone_passes_a_full_congestion_window_but_not_in_linux)
{
    for (int linux_way = 0; linux_way < 2; linux_way++) {
        rs_config cfg = rs_config_rfc();
        cfg.quirks.fin_needs_cwnd = linux_way;
        fix *f = conn_in(RS_ESTABLISHED, cfg);
        f->t->cc.cwnd_segs = 1;
        f->t->opts.nodelay = true;
        call_send(f, 100);
        ignore_sent(f);
        call_close(f);
        if (linux_way) CHECK_EQ(f->looked, f->sent_count);
        else CHECK_EQ(we_send(f, RS_FIN | RS_ACK)->text.len, 0);
    }
}
