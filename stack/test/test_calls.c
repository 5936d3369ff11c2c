#define CHECK_MAIN
#include "fix.h"

#include "../tcp/reason.h"

TEST(close_with_unread_data_resets_in_the_linux_way)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    peer_sends(f, RS_ACK, .len = 10);
    ignore_sent(f);
    call_close(f);
    we_send(f, RS_RST | RS_ACK);
    CHECK(rs_tcb_is_dead(f->t));
}

TEST(linger_with_time_0_resets_and_skips_time_wait)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    f->t->opts.linger_on = true;
    call_close(f);
    we_send(f, RS_RST);
    CHECK(rs_tcb_is_dead(f->t));
}

TEST(close_in_syn_sent_says_nothing)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_rfc());
    call_close(f);
    silence(f, RS_SEC(100));
    CHECK(rs_tcb_is_dead(f->t));
}

TEST(close_in_syn_received_waits_for_the_data_before_it)
{
    fix *f = crossed(rs_config_rfc());
    call_send(f, 10);
    call_close(f);
    state_is(f, RS_SYN_RECEIVED);
    peer_sends(f, RS_ACK);
    state_is(f, RS_FIN_WAIT_1);
    CHECK_EQ(we_send(f, RS_FIN | RS_ACK | RS_PSH)->text.len, 10);
    f = crossed(rs_config_rfc());
    call_close(f);
    state_is(f, RS_FIN_WAIT_1);
}

TEST(the_fin_stands_behind_everything_written)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    call_send(f, 15 * FIX_MSS);
    call_close(f);
    state_is(f, RS_FIN_WAIT_1);
    CHECK(!f->t->sndq.fin_sent);
    peer_sends(f, RS_ACK);
    CHECK(f->t->sndq.fin_sent);
    const rs_outseg *last = &f->sent[f->sent_count - 1];
    CHECK_EQ(last->seg.flags, RS_FIN | RS_ACK | RS_PSH);
}

TEST(abort_tells_the_peer_only_where_it_should)
{
    static const struct {
        rs_state in;
        bool told;
    } cases[] = {{RS_SYN_SENT, false},  {RS_ESTABLISHED, true}, {RS_FIN_WAIT_1, true},
                 {RS_FIN_WAIT_2, true}, {RS_CLOSE_WAIT, true},  {RS_CLOSING, false},
                 {RS_LAST_ACK, false},  {RS_TIME_WAIT, false},  {RS_SYN_RECEIVED, false}};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fix *f = conn_in(cases[i].in, rs_config_rfc());
        call_abort(f);
        CHECK(rs_tcb_is_dead(f->t));
        if (cases[i].told) we_send(f, RS_RST);
        silence(f, RS_SEC(1));
    }
}

TEST(send_takes_what_the_buffer_holds)
{
    static uint8_t text[1 << 18];
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    f->t->opts.sndbuf = 50000;
    CHECK_EQ(rs_tcp_send(&f->env, f->t, &(rs_tcp_write){.data = text, .len = sizeof text}), 50000);
    CHECK(!(rs_tcb_events(&f->env, f->t) & RS_TCB_EV_WRITABLE));
    CHECK_EQ(rs_tcp_send(&f->env, f->t, &(rs_tcp_write){.data = text, .len = 10}), 0);
}

TEST(linux_asks_for_room_when_a_chunk_begins)
{
    static uint8_t text[1 << 18];
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->opts.notsent_lowat = 4000;
    size_t took = rs_tcp_send(&f->env, f->t, &(rs_tcp_write){.data = text, .len = 59000});
    CHECK_EQ(took, 10 * FIX_MSS + 15 * FIX_MSS);
}

TEST(peeking_leaves_everything_as_it_is)
{
    uint8_t buf[64];
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .len = 50);
    CHECK_EQ(rs_tcp_receive(&f->env, f->t, buf, 64, true), 50);
    CHECK_EQ(rs_tcp_receive(&f->env, f->t, buf, 20, false), 20);
    CHECK_EQ(rs_tcp_receive(&f->env, f->t, NULL, 64, false), 30);
}

TEST(copied_text_is_what_was_written)
{
    static const uint8_t text[] = "some text";
    uint8_t copy[4];
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    rs_tcp_send(&f->env, f->t, &(rs_tcp_write){.data = text, .len = sizeof text});
    rs_sum sum = rs_tcp_copy_text(&f->env, f->t, rs_seq_add(f->t->sndq.una, 5), copy, 4);
    CHECK(memcmp(copy, "text", 4) == 0);
    CHECK_EQ(rs_sum_finish(sum), rs_sum_finish(rs_sum_bytes("text", 4)));
}

TEST(close_with_unread_data_tells_the_peer_in_every_state)
{
    static const rs_state states[] = {RS_ESTABLISHED, RS_FIN_WAIT_1, RS_FIN_WAIT_2,
                                      RS_CLOSE_WAIT,  RS_CLOSING,    RS_LAST_ACK};
    for (unsigned i = 0; i < sizeof states / sizeof states[0]; i++) {
        fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
        rs_state s = states[i];
        bool fin_seen = s == RS_CLOSE_WAIT || s == RS_CLOSING || s == RS_LAST_ACK;
        peer_sends(f, RS_ACK, .len = 10);
        if (s != RS_ESTABLISHED && s != RS_CLOSE_WAIT) call_shutdown(f);
        if (fin_seen) peer_sends(f, RS_FIN | RS_ACK, .ack = s == RS_CLOSE_WAIT ? 0 : -1);
        if (s == RS_FIN_WAIT_2) peer_sends(f, RS_ACK);
        if (s != RS_LAST_ACK) state_is(f, s);
        ignore_sent(f);
        call_close(f);
        we_send(f, RS_RST);
        CHECK(rs_tcb_is_dead(f->t));
    }
}

TEST(the_end_of_a_record_that_cannot_be_kept_is_counted)
{
    static const uint8_t text[10];
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    f->t->opts.cork = true;
    while (rs_pool_take(f->env.records) != RS_NIL) continue;
    CHECK_EQ(rs_tcp_send(&f->env, f->t, &(rs_tcp_write){.data = text, .len = 10, .eor = true}), 10);
    CHECK_EQ(f->count.drops[RS_WHY_EOR_NO_MEMORY], 1);
}

TEST(linux_acknowledges_the_end_of_a_write_when_it_is_read)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->delack.quick = 0;
    f->t->delack.ato = RS_MS(40);
    f->t->delack.last_data = f->env.now;
    peer_sends(f, RS_ACK, .len = 100);
    CHECK_EQ(f->looked, f->sent_count);
    CHECK_EQ(call_receive(f, 50), 50);
    CHECK_EQ(f->looked, f->sent_count);
    CHECK_EQ(call_receive(f, 50), 50);
    CHECK_EQ(we_send(f, RS_ACK)->ack.raw, FIX_IRS + 101);
}

TEST(whoever_found_no_room_is_told_of_it_although_a_smaller_write_fitted_meanwhile)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->snd.nospace = true; /* poll found the buffer not writable */
    call_send(f, 100);
    CHECK(f->t->snd.nospace);
    uint32_t before = f->t->wake[RS_WAKE_OUT];
    ignore_sent(f);
    peer_sends(f, RS_ACK);
    CHECK(f->t->wake[RS_WAKE_OUT] != before);
    CHECK(!f->t->snd.nospace);
}

TEST(an_orphan_too_many_is_reset_behind_its_fin)
{
    rs_config cfg = rs_config_linux();
    cfg.knobs.max_orphans = 0;
    fix *f = conn_in(RS_ESTABLISHED, cfg);
    call_close(f);
    we_send(f, RS_FIN | RS_ACK);
    we_send(f, RS_RST | RS_ACK);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->host.orphans, 0);
}
