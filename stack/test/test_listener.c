#define CHECK_MAIN
#include "fix.h"

#include "../tcp/reason.h"

TEST(a_child_counts_in_the_syn_queue_until_the_handshake_is_over)
{
    fix *f = conn_in(RS_SYN_RECEIVED, rs_config_rfc());
    CHECK_EQ(f->l->syn_len, 1);
    CHECK_EQ(f->l->accept_len, 0);
    peer_sends(f, RS_ACK);
    CHECK_EQ(f->l->syn_len, 0);
    CHECK_EQ(f->l->accept_len, 1);
    CHECK_EQ(f->l->accept_head, f->t->self);
    CHECK_EQ(f->l->events, RS_TCB_EV_READABLE);
    rs_tcp_accepted(&f->env, f->t);
    CHECK_EQ(f->l->accept_len, 0);
    CHECK_EQ(f->l->accept_head, RS_NIL);
    CHECK_EQ(f->l->accept_tail, RS_NIL);
    CHECK_EQ(f->l->events, 0);
}

TEST(a_reset_takes_a_half_open_child_out_of_the_queue)
{
    fix *f = conn_in(RS_SYN_RECEIVED, rs_config_rfc());
    peer_sends(f, RS_RST);
    CHECK_EQ(f->l->syn_len, 0);
    CHECK(rs_tcb_is_dead(f->t));
}

TEST(a_connection_reset_before_accept_stays_in_the_queue_for_its_user)
{
    fix *f = conn_in(RS_SYN_RECEIVED, rs_config_rfc());
    peer_sends(f, RS_ACK);
    peer_sends(f, RS_RST);
    state_is(f, RS_CLOSED);
    CHECK(!rs_tcb_is_dead(f->t));
    CHECK_EQ(f->l->accept_len, 1);
    CHECK_EQ(f->t->so_error, RS_ECONNRESET);
}

static fix *full_queue(rs_config cfg)
{
    fix *f = listening(cfg, 0);
    f->l->accept_len = 0;
    peer_sends(f, RS_SYN);
    we_send(f, RS_SYN | RS_ACK);
    f->l->accept_len = 1; /* somebody else took the only place meanwhile */
    return f;
}

TEST(with_a_full_accept_queue_the_last_ack_is_dropped_and_the_syn_ack_repeated)
{
    fix *f = full_queue(rs_config_rfc());
    peer_sends(f, RS_ACK);
    state_is(f, RS_SYN_RECEIVED);
    CHECK_EQ(f->count.drops[RS_WHY_ACCEPT_QUEUE_FULL], 1);
    CHECK_EQ(next_timer(f).us, 1000000);
    we_send(f, RS_SYN | RS_ACK);
}

TEST(with_abort_on_overflow_a_full_accept_queue_resets)
{
    rs_config cfg = rs_config_rfc();
    cfg.knobs.abort_on_overflow = true;
    fix *f = full_queue(cfg);
    peer_sends(f, RS_ACK);
    state_is(f, RS_CLOSED);
    we_send(f, RS_RST);
}

TEST(the_syn_queue_has_room_for_one_more_than_the_backlog_and_not_for_the_last_quarter_of_the_host)
{
    rs_config cfg = rs_config_rfc();
    rs_listener l = {.backlog = 100, .syn_len = 100};
    cfg.knobs.max_syn_backlog = 2048;
    CHECK(!rs_listener_syn_full(&l, &cfg));
    l.syn_len = 101;
    CHECK(rs_listener_syn_full(&l, &cfg));
    cfg.knobs.max_syn_backlog = 40;
    l.syn_len = 30;
    CHECK(!rs_listener_syn_full(&l, &cfg));
    l.syn_len = 31;
    CHECK(rs_listener_syn_full(&l, &cfg));
}
