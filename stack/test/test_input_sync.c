#define CHECK_MAIN
#include "fix.h"

TEST(a_passive_open_carries_data_both_ways_and_closes_in_order)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK | RS_PSH, .len = 500);
    CHECK_EQ(call_receive(f, 1000), 500);
    call_send(f, 300);
    const rs_seg *s = we_send(f, RS_ACK | RS_PSH);
    CHECK_EQ(s->text.len, 300);
    CHECK_EQ(s->ack.raw, FIX_IRS + 501);
    peer_sends(f, RS_ACK);
    call_close(f);
    state_is(f, RS_FIN_WAIT_1);
    we_send(f, RS_FIN | RS_ACK);
    peer_sends(f, RS_ACK);
    state_is(f, RS_FIN_WAIT_2);
    peer_sends(f, RS_FIN | RS_ACK);
    we_send(f, RS_ACK);
    state_is(f, RS_TIME_WAIT);
    silence(f, RS_SEC(239));
    silence(f, RS_SEC(2));
    state_is(f, RS_CLOSED);
    CHECK(rs_tcb_is_dead(f->t));
}

TEST(a_retransmitted_fin_restarts_time_wait)
{
    fix *f = conn_in(RS_TIME_WAIT, rs_config_rfc());
    pass(f, RS_SEC(200));
    peer_sends(f, RS_FIN | RS_ACK, .seq = -1);
    we_send(f, RS_ACK);
    silence(f, RS_SEC(239));
    state_is(f, RS_TIME_WAIT);
    silence(f, RS_SEC(2));
    state_is(f, RS_CLOSED);
}

TEST(challenges_are_limited_by_the_second_or_by_the_socket)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    peer_sends(f, RS_RST, .seq = 1);
    we_send(f, RS_ACK);
    peer_sends(f, RS_RST, .seq = 1);
    silence(f, RS_MS(500));
    peer_sends(f, RS_RST, .seq = 1);
    we_send(f, RS_ACK);
    f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    for (int i = 0; i < 15; i++) peer_sends(f, RS_RST, .seq = 1);
    for (int i = 0; i < f->cfg.knobs.challenge_ack_limit; i++) we_send(f, RS_ACK);
    silence(f, RS_MS(10));
}

TEST(with_a_closed_window_acks_and_resets_still_count)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    while (rs_rcv_wnd(f->t) > 0) peer_sends(f, RS_ACK, .len = rs_rcv_wnd(f->t) < FIX_MSS ? rs_rcv_wnd(f->t) : FIX_MSS);
    call_send(f, 100);
    ignore_sent(f);
    peer_sends(f, RS_ACK, .len = 1);
    const rs_seg *s = we_send(f, RS_ACK);
    CHECK_EQ(s->wnd, 0);
    CHECK_EQ(f->t->sndq.segs, 0);
    peer_sends(f, RS_RST);
    state_is(f, RS_CLOSED);
}

/* What an ACK with a timestamp one older than the newest draws, so much left of RCV.NXT. */
static fix *overtaken(rs_config cfg, int32_t left)
{
    fix *f = listening(cfg, 5);
    peer_sends(f, RS_SYN, .opts = {.has_ts = true, .ts_val = 1000});
    peer_sends(f, RS_ACK, .opts = {.has_ts = true, .ts_val = 1001, .ts_ecr = rs_tstamp_val(&f->t->ts, f->env.now)});
    state_is(f, RS_ESTABLISHED);
    peer_sends(f, RS_ACK, .len = 10, .opts = {.has_ts = true, .ts_val = 1009});
    peer_sends(f, RS_ACK, .opts = {.has_ts = true, .ts_val = 1010});
    pass(f, RS_SEC(1));
    ignore_sent(f);
    peer_sends(f, RS_ACK, .seq = -left, .opts = {.has_ts = true, .ts_val = 1005});
    return f;
}

TEST(a_pure_ack_that_was_overtaken_draws_nothing_in_the_linux_way)
{
    we_send(overtaken(rs_config_rfc(), 0), RS_ACK);
    we_send(overtaken(rs_config_rfc(), 10), RS_ACK);
    silence(overtaken(rs_config_linux(), 0), RS_SEC(1));
    silence(overtaken(rs_config_linux(), 10), RS_SEC(1));
    we_send(overtaken(rs_config_linux(), -10), RS_ACK);
}

TEST(an_old_timestamp_is_answered_and_not_taken)
{
    fix *f = listening(rs_config_rfc(), 5);
    peer_sends(f, RS_SYN, .opts = {.has_ts = true, .ts_val = 1000});
    peer_sends(f, RS_ACK, .opts = {.has_ts = true, .ts_val = 1001});
    state_is(f, RS_ESTABLISHED);
    ignore_sent(f);
    peer_sends(f, RS_ACK, .len = 10, .opts = {.has_ts = true, .ts_val = 1000});
    we_send(f, RS_ACK);
    CHECK_EQ(rs_rcvq_ready(&f->t->rcvq), 0);
    peer_sends(f, RS_ACK, .len = 10);
    silence(f, RS_SEC(1));
    CHECK_EQ(rs_rcvq_ready(&f->t->rcvq), 0);
    peer_sends(f, RS_RST, .opts = {.has_ts = true, .ts_val = 1});
    state_is(f, RS_CLOSED);
}

TEST(without_a_listener_a_newer_syn_in_time_wait_is_challenged)
{
    fix *f = conn_in(RS_TIME_WAIT, rs_config_rfc());
    rs_seg syn = {.src = f->t->remote, .dst = f->t->local, .seq = rs_seq_add(f->t->rcvq.nxt, 5), .flags = RS_SYN};
    CHECK_EQ(rs_tcp_input(&f->env, f->t, &syn, NULL), RS_TCP_DONE);
    state_is(f, RS_TIME_WAIT);
    CHECK_EQ(f->out.count, 1);
}

TEST(a_newer_syn_in_time_wait_reopens_beyond_every_old_number)
{
    fix *f = conn_in(RS_TIME_WAIT, rs_config_rfc());
    rs_seq hint, nxt = f->t->sndq.nxt;
    rs_seg syn = {.src = f->t->remote, .dst = f->t->local, .seq = rs_seq_add(f->t->rcvq.nxt, 5), .flags = RS_SYN};
    CHECK_EQ(rs_tcp_input(&f->env, f->t, &syn, &hint), RS_TCP_REOPEN);
    CHECK(rs_seq_after(hint, nxt));
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->host.tw_count, 0);
}

/* Text of ours is out, a piece of the peer's is missing, and its text has filled the window. */
static fix *behind_a_gap(rs_config cfg)
{
    fix *f = conn_in(RS_ESTABLISHED, cfg);
    call_send(f, 100);
    peer_sends(f, RS_ACK, .seq = 1000, .ack = -100, .len = rs_rcv_wnd(f->t) - 1000);
    ignore_sent(f);
    return f;
}

TEST(an_ack_at_the_edge_of_the_window_is_taken_in_the_linux_way)
{
    fix *f = behind_a_gap(rs_config_linux());
    peer_sends(f, RS_ACK, .seq = (int32_t)rs_rcv_wnd(f->t) + 1);
    we_send(f, RS_ACK);
    CHECK_EQ(f->t->sndq.segs, 1);
    peer_sends(f, RS_ACK, .seq = (int32_t)rs_rcv_wnd(f->t));
    CHECK_EQ(f->t->sndq.segs, 0);
    silence(f, RS_SEC(3));
    peer_sends(f, RS_RST, .seq = (int32_t)rs_rcv_wnd(f->t));
    we_send(f, RS_ACK);
    state_is(f, RS_ESTABLISHED);
}

TEST(text_from_the_edge_on_is_refused_and_its_ack_is_taken_in_the_linux_way)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    call_send(f, 100);
    ignore_sent(f);
    peer_sends(f, RS_ACK, .seq = (int32_t)rs_rcv_wnd(f->t), .len = 10);
    CHECK_EQ(f->t->sndq.segs, 0);
    CHECK_EQ(f->t->rcvq.ooo_bytes, 0);
    we_send(f, RS_ACK);
}

TEST(half_a_circle_away_is_outside_the_window)
{
    rs_config presets[] = {rs_config_rfc(), rs_config_linux()};
    for (int p = 0; p < 2; p++) {
        fix *f = conn_in(RS_ESTABLISHED, presets[p]);
        peer_sends(f, RS_RST, .seq = INT32_MIN);
        silence(f, RS_SEC(1));
        state_is(f, RS_ESTABLISHED);
    }
}

/* By the table of 3.10.7.4 its place is not acceptable; what the peer sends again acknowledges for it. */
TEST(an_ack_at_the_edge_of_the_window_is_refused_by_the_documents_and_the_missing_text_acknowledges)
{
    fix *f = behind_a_gap(rs_config_rfc());
    peer_sends(f, RS_ACK, .seq = (int32_t)rs_rcv_wnd(f->t));
    we_send(f, RS_ACK);
    CHECK_EQ(f->t->sndq.segs, 1);
    peer_sends(f, RS_ACK, .len = 1000);
    CHECK_EQ(f->t->sndq.segs, 0);
    CHECK_EQ(rs_rcv_wnd(f->t), 0);
}

TEST(an_ack_that_text_overtook_is_taken_in_the_linux_way)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    peer_sends(f, RS_ACK, .len = 10);
    call_send(f, 100); /* and with it the ACK: from here on ACKs are delayed */
    ignore_sent(f);
    peer_sends(f, RS_ACK, .len = 10, .ack = -100);
    CHECK(rs_seq_before(f->t->rcv.acked, f->t->rcvq.nxt));
    peer_sends(f, RS_ACK, .seq = -10);
    CHECK_EQ(f->t->sndq.segs, 0);
    CHECK_EQ(f->looked, f->sent_count);
}

/* In Linux its end is acceptable up to what was acknowledged last; it is answered as before. */
TEST(a_fin_that_comes_again_in_close_wait_is_acknowledged_again)
{
    rs_config presets[] = {rs_config_rfc(), rs_config_linux()};
    for (int p = 0; p < 2; p++) {
        fix *f = conn_in(RS_CLOSE_WAIT, presets[p]);
        pass(f, RS_SEC(1));
        ignore_sent(f);
        peer_sends(f, RS_ACK | RS_FIN, .seq = -1);
        we_send(f, RS_ACK);
        state_is(f, RS_CLOSE_WAIT);
    }
}

static fix *full(rs_config cfg)
{
    fix *f = conn_in(RS_ESTABLISHED, cfg);
    while (rs_rcv_wnd(f->t) > 0) peer_sends(f, RS_ACK, .len = rs_rcv_wnd(f->t) < FIX_MSS ? rs_rcv_wnd(f->t) : FIX_MSS);
    call_send(f, 100);
    ignore_sent(f);
    return f;
}

TEST(with_a_closed_window_an_ack_from_behind_the_probe_counts)
{
    fix *f = full(rs_config_rfc());
    peer_sends(f, RS_RST, .seq = 1);
    peer_sends(f, RS_ACK, .seq = 2);
    we_send(f, RS_ACK);
    CHECK_EQ(f->t->sndq.segs, 1);
    peer_sends(f, RS_ACK, .seq = 1);
    CHECK_EQ(f->t->sndq.segs, 0);
    silence(f, RS_SEC(3)); /* or the peer, probed like us, would answer the answer */
    state_is(f, RS_ESTABLISHED);
}

/* Both have sent more than the other takes, and each refuses the other's ACKs: nobody gives up while they come. */
TEST(a_peer_whose_acks_are_refused_for_a_closed_window_is_alive)
{
    for (int answers = 0; answers < 2; answers++) {
        fix *f = full(rs_config_rfc());
        peer_sends(f, RS_ACK, .ack = -100, .wnd_zero = true); /* over what is out */
        for (int i = 0; i < 100 && f->t->state != RS_CLOSED; i++) {
            next_timer(f);
            ignore_sent(f);
            if (answers && f->t->state != RS_CLOSED) peer_sends(f, RS_ACK, .seq = 25, .ack = -100, .wnd_zero = true);
            ignore_sent(f);
        }
        state_is(f, answers ? RS_ESTABLISHED : RS_CLOSED);
    }
}

TEST(a_peer_whose_acks_of_text_are_refused_for_our_closed_window_is_alive)
{
    for (int answers = 0; answers < 2; answers++) {
        fix *f = full(rs_config_rfc());
        for (int i = 0; i < 100 && f->t->state != RS_CLOSED; i++) {
            next_timer(f);
            ignore_sent(f);
            if (answers && f->t->state != RS_CLOSED) peer_sends(f, RS_ACK, .seq = 25);
            ignore_sent(f);
        }
        state_is(f, answers ? RS_ESTABLISHED : RS_CLOSED);
    }
}

/* RFC 9293 3.10.7.4: an empty segment at the right edge of an open window is not acceptable. */
TEST(a_peer_that_has_filled_our_window_and_acknowledges_is_alive)
{
    for (int answers = 0; answers < 2; answers++) {
        fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
        call_send(f, 100);
        ignore_sent(f);
        for (int i = 0; i < 100 && f->t->state != RS_CLOSED; i++) {
            next_timer(f);
            ignore_sent(f);
            int64_t edge = (int64_t)rs_rcv_wnd(f->t);
            if (answers && f->t->state != RS_CLOSED) peer_sends(f, RS_ACK, .seq = (int)edge);
            ignore_sent(f);
            CHECK(!answers || f->t->sndq.segs == 1);
        }
        state_is(f, answers ? RS_ESTABLISHED : RS_CLOSED);
    }
}

TEST(a_fin_at_the_edge_is_taken_in_the_linux_way)
{
    fix *f = full(rs_config_linux());
    peer_sends(f, RS_ACK | RS_FIN);
    state_is(f, RS_CLOSE_WAIT);
    CHECK_EQ(f->t->sndq.segs, 0);
    f = full(rs_config_linux());
    peer_sends(f, RS_ACK | RS_FIN, .seq = 1);
    state_is(f, RS_ESTABLISHED);
    f = full(rs_config_rfc());
    peer_sends(f, RS_ACK | RS_FIN);
    state_is(f, RS_ESTABLISHED);
}

TEST(a_segment_around_the_whole_window_is_trimmed_and_taken_in_the_linux_way)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    uint32_t wnd = rs_rcvwnd_left(&f->t->wnd, f->t->rcvq.nxt);
    peer_sends(f, RS_ACK, .seq = -1, .len = wnd + 2);
    CHECK_EQ(rs_tcb_unread(f->t), wnd + 1); /* nothing was unread: Linux takes the whole segment */
    f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .len = 1);
    call_receive(f, 1);
    ignore_sent(f);
    wnd = rs_rcvwnd_left(&f->t->wnd, f->t->rcvq.nxt);
    CHECK(wnd < 65535);
    peer_sends(f, RS_ACK, .seq = -1, .len = wnd + 2);
    CHECK_EQ(rs_tcb_unread(f->t), 0);
    we_send(f, RS_ACK);
}

TEST(after_the_idle_limit_an_old_timestamp_is_taken)
{
    for (int like_linux = 0; like_linux < 2; like_linux++) {
        fix *f = conn_in(RS_ESTABLISHED, like_linux ? rs_config_linux() : rs_config_rfc());
        f->t->ts.on = true;
        rs_tstamp_take_first(&f->t->ts, f->env.now, 5000);
        pass(f, RS_SEC(2148));
        peer_sends(f, RS_ACK, .len = 10, .opts = {.has_ts = true, .ts_val = 1000});
        CHECK_EQ(rs_tcb_unread(f->t), like_linux ? 10 : 0);
    }
}

static bool reopens(rs_config cfg, int32_t seq, bool with_ts)
{
    fix *f = conn_in(RS_TIME_WAIT, cfg);
    peer_sends(f, RS_SYN, .seq = seq, .opts = {.has_ts = with_ts, .ts_val = 1});
    return f->t->state == RS_CLOSED;
}

TEST(a_timestamp_alone_proves_a_new_incarnation_by_the_documents_but_not_in_the_linux_way)
{
    CHECK(reopens(rs_config_rfc(), -100, true));
    CHECK(!reopens(rs_config_rfc(), -100, false));
    CHECK(!reopens(rs_config_linux(), -100, true));
    CHECK(reopens(rs_config_linux(), 100, true));
}
