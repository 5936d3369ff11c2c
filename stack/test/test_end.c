#define CHECK_MAIN
#include "../tcp/end.h"

#include "fix.h"

TEST(what_a_reset_means_for_the_user_depends_on_the_state)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    CHECK_EQ(rs_end_reset_error(&f->env, f->t), RS_ECONNRESET);
    f = crossed(rs_config_rfc());
    CHECK_EQ(rs_end_reset_error(&f->env, f->t), RS_ECONNREFUSED);
    f = conn_in(RS_CLOSE_WAIT, rs_config_linux());
    CHECK_EQ(rs_end_reset_error(&f->env, f->t), RS_EPIPE);
    f = conn_in(RS_TIME_WAIT, rs_config_rfc());
    CHECK_EQ(rs_end_reset_error(&f->env, f->t), 0);
}

TEST(what_was_received_stays_readable_after_the_end_and_what_was_queued_is_given_back)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .len = 100);
    call_send(f, 5000);
    peer_sends(f, RS_RST);
    state_is(f, RS_CLOSED);
    CHECK_EQ(rs_sndq_bytes(&f->t->sndq), 0);
    CHECK_EQ(call_receive(f, 1000), 100);
    rs_tcb_release(&f->env, f->t);
    CHECK_EQ(f->env.blocks->live, 0);
    CHECK_EQ(f->env.records->live, 0);
}

TEST(beyond_the_limit_time_wait_ends_at_once)
{
    rs_config cfg = rs_config_linux();
    cfg.knobs.max_tw_buckets = 0;
    fix *f = conn_in(RS_FIN_WAIT_2, cfg);
    peer_sends(f, RS_FIN | RS_ACK);
    we_send(f, RS_ACK);
    pass(f, RS_US(1));
    state_is(f, RS_CLOSED);
}

static fix *in_time_wait(int tw_reuse, bool timestamps)
{
    rs_config cfg = rs_config_rfc();
    cfg.knobs.tw_reuse = tw_reuse;
    fix *f = conn_in(RS_TIME_WAIT, cfg);
    f->t->ts.on = timestamps;
    f->t->ts.recent_at = f->env.now;
    return f;
}

TEST(time_wait_gives_way_to_a_connection_of_ours_after_a_second_if_timestamps_and_the_host_allow_it)
{
    rs_seq iss;
    fix *f = in_time_wait(1, true);
    CHECK(!rs_tcp_give_way(&f->env, f->t, false, &iss));
    pass(f, RS_SEC(1));
    rs_seq old = f->t->sndq.nxt;
    CHECK(rs_tcp_give_way(&f->env, f->t, false, &iss));
    CHECK(rs_seq_after(iss, old));
    state_is(f, RS_CLOSED);
    f = in_time_wait(1, false);
    pass(f, RS_SEC(1));
    CHECK(!rs_tcp_give_way(&f->env, f->t, false, &iss));
    f = in_time_wait(0, true);
    pass(f, RS_SEC(1));
    CHECK(!rs_tcp_give_way(&f->env, f->t, false, &iss));
    f = in_time_wait(2, true);
    pass(f, RS_SEC(1));
    CHECK(!rs_tcp_give_way(&f->env, f->t, false, &iss));
}

TEST(linux_lets_a_bound_port_take_over_time_wait_at_once)
{
    rs_seq iss;
    rs_config cfg = rs_config_linux();
    cfg.knobs.tw_reuse = 0;
    fix *f = conn_in(RS_TIME_WAIT, cfg);
    CHECK(!rs_tcp_give_way(&f->env, f->t, true, &iss));
    f->t->ts.on = true;
    CHECK(!rs_tcp_give_way(&f->env, f->t, false, &iss));
    CHECK(rs_tcp_give_way(&f->env, f->t, true, &iss));
    f = in_time_wait(0, true);
    CHECK(!rs_tcp_give_way(&f->env, f->t, true, &iss));
}

TEST(the_wait_before_reuse_is_a_knob)
{
    rs_seq iss;
    fix *f = in_time_wait(1, true);
    f->cfg.knobs.tw_reuse_delay = RS_MS(300);
    pass(f, RS_MS(299));
    CHECK(!rs_tcp_give_way(&f->env, f->t, false, &iss));
    pass(f, RS_MS(1));
    CHECK(rs_tcp_give_way(&f->env, f->t, false, &iss));
}

TEST(the_end_gives_back_what_lay_beyond_a_gap_and_keeps_what_was_in_order)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    uint32_t blocks = f->env.blocks->live, records = f->env.records->live;
    peer_sends(f, RS_ACK, .len = 10);
    peer_sends(f, RS_ACK, .seq = 9000, .len = 1000);
    CHECK(f->env.records->live > records);
    peer_sends(f, RS_RST);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->env.records->live, records);
    CHECK_EQ(f->env.blocks->live, blocks + 1);
    CHECK_EQ(call_receive(f, 100), 10);
}

TEST(a_reset_in_syn_received_of_an_active_open_has_two_names)
{
    fix *f = crossed(rs_config_rfc());
    peer_sends(f, RS_RST);
    CHECK_EQ(f->t->so_error, RS_ECONNREFUSED);
    f = crossed(rs_config_linux());
    peer_sends(f, RS_RST);
    CHECK_EQ(f->t->so_error, RS_ECONNRESET);
}
