#define CHECK_MAIN
#include "fix.h"

#define BREAK(state, number, change)                                                                                   \
    do {                                                                                                               \
        fix *f = conn_in(state, rs_config_rfc());                                                                      \
        CHECK_SOUND(rs_tcb_broken(f->t));                                                                              \
        rs_tcb *t = f->t;                                                                                              \
        change;                                                                                                        \
        CHECK(rs_tcb_broken(t) && strncmp(rs_tcb_broken(t), number, strlen(number)) == 0);                             \
    } while (0)

TEST(every_invariant_is_checked)
{
    BREAK(RS_ESTABLISHED, "I1:", t->sndq.una = rs_seq_add(t->sndq.nxt, 1));
    BREAK(RS_ESTABLISHED, "I1:", t->sndq.nxt = rs_seq_add(t->sndq.end, 1));
    BREAK(RS_ESTABLISHED, "I2:", t->at_rto = f->env.now);
    BREAK(RS_FIN_WAIT_1, "I2:", t->at_rto = RS_NEVER);
    BREAK(RS_ESTABLISHED, "I3:", t->sndq.una = t->snd.iss);
    BREAK(RS_ESTABLISHED, "I4:", t->rcvq.nxt = rs_seq_add(rs_rcvwnd_edge(&t->wnd), 1));
    BREAK(RS_ESTABLISHED, "I5:", t->sndq.fin_queued = true);
    BREAK(RS_CLOSE_WAIT, "I5:", t->rcvq.fin_taken = false);
    BREAK(RS_TIME_WAIT, "I6:", t->at_close = RS_NEVER);
    BREAK(RS_TIME_WAIT, "I6:", t->at_user = f->env.now);
    BREAK(RS_ESTABLISHED, "I6:", t->at_close = f->env.now);
    BREAK(RS_FIN_WAIT_1, "I7:", t->sndq.lost_segs = 2);
    BREAK(RS_FIN_WAIT_1, "I8:", t->persist.active = true);
    BREAK(RS_SYN_RECEIVED, "I10:", t->user = true);
    BREAK(RS_SYN_RECEIVED, "I10:", t->listener = RS_NIL);
    BREAK(RS_ESTABLISHED, "C1:", t->cc.cwnd_segs = 0);
}

TEST(a_timer_in_closed_is_found)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_RST);
    CHECK_SOUND(rs_tcb_broken(f->t));
    f->t->at_user = f->env.now;
    CHECK_STR(rs_tcb_broken(f->t), "I9: a timer runs in CLOSED");
    f->t->at_user = RS_NEVER;
}
