#define CHECK_MAIN
#include "fix.h"

TEST(a_new_connection_has_no_deadline_and_the_next_one_is_the_earliest)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    CHECK(rs_time_is_never(rs_tcb_next_deadline(f->t)));
    call_send(f, 10);
    CHECK_EQ(rs_tcb_next_deadline(f->t).us, f->t->at_rto.us);
    peer_sends(f, RS_ACK, .ack = -10, .len = 1);
    CHECK_EQ(rs_tcb_next_deadline(f->t).us, f->t->delack.deadline.us);
}

TEST(events_describe_the_present)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    CHECK_EQ(rs_tcb_events(&f->env, f->t), RS_TCB_EV_WRITABLE | RS_TCB_EV_CONNECTED);
    peer_sends(f, RS_ACK, .len = 1);
    CHECK(rs_tcb_events(&f->env, f->t) & RS_TCB_EV_READABLE);
    call_receive(f, 10);
    peer_sends(f, RS_FIN | RS_ACK);
    CHECK(rs_tcb_events(&f->env, f->t) & RS_TCB_EV_READABLE);
    CHECK(rs_tcb_events(&f->env, f->t) & RS_TCB_EV_RDHUP);
    CHECK(!(rs_tcb_events(&f->env, f->t) & RS_TCB_EV_HUP));
    call_shutdown(f);
    CHECK(rs_tcb_events(&f->env, f->t) & RS_TCB_EV_HUP);
}

TEST(a_connection_with_a_user_is_not_dead)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_RST);
    CHECK(!rs_tcb_is_dead(f->t));
    CHECK(rs_tcb_events(&f->env, f->t) & RS_TCB_EV_ERROR);
    call_close(f);
    CHECK(rs_tcb_is_dead(f->t));
}

TEST(deadlines_are_rounded_up_to_the_tick_of_the_host)
{
    rs_config cfg = rs_config_rfc();
    cfg.knobs.clock_tick = RS_MS(4);
    fix *f = fresh(cfg);
    f->env.now.us = 1000000001;
    CHECK_EQ(rs_tcb_after(&f->env, RS_US(1)).us, 1000004000);
    CHECK(rs_time_is_never(rs_tcb_after(&f->env, RS_FOREVER)) || rs_tcb_after(&f->env, RS_FOREVER).us > 0);
}
