#define CHECK_MAIN
#include "fix.h"

#include "../tcp/reason.h"

TEST(a_syn_ack_opens_and_is_acknowledged_at_once)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_rfc());
    peer_sends(f, RS_SYN | RS_ACK, .opts = {.has_mss = true, .mss = 700});
    state_is(f, RS_ESTABLISHED);
    const rs_seg *s = we_send(f, RS_ACK);
    CHECK_EQ(s->seq.raw, FIX_ISS + 1);
    CHECK_EQ(s->ack.raw, FIX_IRS + 1);
    CHECK_EQ(f->t->snd.mss, 700);
    CHECK(rs_tcb_events(&f->env, f->t) & RS_TCB_EV_CONNECTED);
    silence(f, RS_SEC(100));
}

TEST(crossing_syns_end_in_one_connection)
{
    rs_config cfg = rs_config_linux();
    fix *f = crossed(cfg);
    peer_sends(f, RS_SYN | RS_ACK, .seq = -1);
    state_is(f, RS_ESTABLISHED);
    f = crossed(rs_config_rfc());
    peer_sends(f, RS_ACK);
    state_is(f, RS_ESTABLISHED);
    CHECK(!f->t->passive);
}

TEST(the_syn_ack_of_crossing_syns_offers_what_was_offered_to_it_or_all_again)
{
    for (int again = 0; again < 2; again++) {
        rs_config cfg = rs_config_linux();
        cfg.quirks.simopen_offers_again = again;
        fix *f = conn_in(RS_SYN_SENT, cfg);
        peer_sends(f, RS_SYN, .opts = {.has_mss = true, .mss = 1000});
        const rs_seg *s = we_send(f, RS_SYN | RS_ACK);
        CHECK_EQ(s->opts.has_wscale, again);
        CHECK_EQ(s->opts.has_ts, again);
        CHECK_EQ(s->opts.sack_ok, again);
        peer_sends(f, RS_ACK);
        state_is(f, RS_ESTABLISHED);
        call_send(f, 10);
        s = we_send(f, RS_ACK | RS_PSH);
        CHECK(!s->opts.has_ts);
        CHECK_EQ(s->wnd < 1000, again); /* the scale of the offer, or none */
    }
}

TEST(a_syn_that_waits_for_memory_becomes_an_answer_to_one_that_crosses)
{
    for (int closes = 0; closes < 2; closes++) {
        fix *f = fresh(rs_config_linux());
        uint32_t slot = rs_tcbs_take(f->env.conns), spare = rs_pool_take(f->env.records);
        while (rs_pool_take(f->env.records) != RS_NIL) continue;
        f->t = rs_tcbs_at(f->env.conns, slot);
        rs_tcp_open_active(
            &f->env, f->t,
            &(rs_tcp_open){
                .conn = slot, .iss = rs_seq_of(FIX_ISS), .mtu = f->cfg.mtu, .family = RS_IPV4, .listener = RS_NIL});
        silence(f, RS_MS(100));
        peer_sends(f, RS_SYN, .opts = {.has_mss = true, .mss = 1000, .sack_ok = true});
        silence(f, RS_MS(100));
        if (closes) call_close(f);
        state_is(f, closes ? RS_FIN_WAIT_1 : RS_SYN_RECEIVED);
        rs_pool_give(f->env.records, spare);
        next_timer(f);
        const rs_seg *s = we_send(f, RS_SYN | RS_ACK);
        CHECK(!s->opts.has_ts && !s->opts.has_wscale && s->opts.sack_ok);
        CHECK_EQ(s->seq.raw, FIX_ISS);
        CHECK_EQ(s->ack.raw, FIX_IRS + 1);
    }
}

TEST(data_written_before_the_answer_leaves_with_the_third_segment)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_rfc());
    call_send(f, 100);
    silence(f, RS_MS(900));
    peer_sends(f, RS_SYN | RS_ACK);
    const rs_seg *s = we_send(f, RS_ACK | RS_PSH);
    CHECK_EQ(s->text.len, 100);
    silence(f, RS_MS(100));
}

TEST(text_and_fin_on_the_syn_ack_are_taken)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_rfc());
    peer_sends(f, RS_SYN | RS_ACK | RS_FIN, .len = 20);
    state_is(f, RS_CLOSE_WAIT);
    const rs_seg *s = we_send(f, RS_ACK);
    CHECK_EQ(s->ack.raw, FIX_IRS + 22);
    CHECK_EQ(rs_rcvq_ready(&f->t->rcvq), 20);
}

TEST(a_refusal_is_reported)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_rfc());
    peer_sends(f, RS_RST | RS_ACK);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, RS_ECONNREFUSED);
    CHECK(!rs_tcb_is_dead(f->t));
    call_close(f);
    CHECK(rs_tcb_is_dead(f->t));
}

TEST(linux_resets_a_syn_ack_that_echoes_a_foreign_timestamp)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_linux());
    pass(f, RS_MS(10));
    peer_sends(f, RS_SYN | RS_ACK,
               .opts = {.has_ts = true, .ts_val = 5, .ts_ecr = rs_tstamp_val(&f->t->ts, f->env.now) + 1000});
    we_send(f, RS_RST);
    state_is(f, RS_SYN_SENT);
    CHECK_EQ(f->count.drops[RS_WHY_SYNSENT_BAD_TSECR], 1);
}

TEST(text_and_fin_of_a_syn_ack_have_to_come_again_in_the_linux_way)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_linux());
    peer_sends(f, RS_SYN | RS_FIN | RS_ACK, .len = 10);
    state_is(f, RS_ESTABLISHED);
    CHECK_EQ(we_send(f, RS_ACK)->ack.raw, FIX_IRS + 1);
    CHECK_EQ(rs_tcb_unread(f->t), 0);
    CHECK_EQ(f->count.drops[RS_WHY_TEXT_ON_SYN_ACK], 1);
}
