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

TEST(what_a_new_connection_compares_with_follows_from_its_first_number)
{
    static const uint32_t iss[] = {1, 0x7fffffff, 0x80000001, 0xffffff00};
    for (unsigned i = 0; i < sizeof iss / sizeof iss[0]; i++) {
        fix *f = fresh(rs_config_linux());
        uint32_t slot = rs_tcbs_take(f->env.conns);
        f->t = rs_tcbs_at(f->env.conns, slot);
        rs_tcp_open o = {.conn = slot, .iss = rs_seq_of(iss[i]), .mtu = 1500, .family = RS_IPV4, .listener = RS_NIL};
        rs_tcp_open_active(&f->env, f->t, &o);
        CHECK(!rs_seq_before(f->t->sndq.una, f->t->snd.round_end)); /* a round begins with the first segment */
        CHECK(!rs_seq_before(f->t->sndq.end, f->t->snd.chunk_end)); /* and a chunk with the first text */
        peer_sends(f, RS_SYN | RS_ACK);
        call_send(f, 3000);
        CHECK_EQ(f->t->snd.max_out, f->t->sndq.segs);
    }
}
