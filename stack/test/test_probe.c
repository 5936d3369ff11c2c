#define CHECK_MAIN
#include "fix.h"

TEST(a_probe_shows_the_variables_of_the_rfc_and_changes_nothing)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    rs_probe p;
    call_send(f, 500);
    peer_sends(f, RS_ACK, .ack = -500, .len = 20);
    rs_tcb before = *f->t;
    rs_tcp_probe(&f->env, f->t, &p);
    CHECK(memcmp(&before, f->t, sizeof before) == 0);
    CHECK_EQ(p.state, RS_ESTABLISHED);
    CHECK_EQ(p.snd_una, FIX_ISS + 1);
    CHECK_EQ(p.snd_nxt, FIX_ISS + 501);
    CHECK_EQ(p.rcv_nxt, FIX_IRS + 21);
    CHECK_EQ(p.rcvq_bytes, 20);
    CHECK_EQ(p.unacked_segs, 1);
    CHECK_EQ(p.snd_wnd, FIX_WND);
    CHECK(p.passive_open);
    CHECK_EQ(p.deadline[RS_T_RTO].us, f->t->at_rto.us);
    CHECK(rs_time_is_never(p.deadline[RS_T_2MSL]));
}

TEST(time_limited_by_the_peers_window_is_counted)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    rs_probe p;
    peer_sends(f, RS_ACK, .wnd_zero = true);
    call_send(f, 1000);
    pass(f, RS_MS(100));
    rs_tcp_probe(&f->env, f->t, &p);
    CHECK_EQ(p.rwnd_limited.us, 100000);
    CHECK_EQ(p.busy.us, 100000);
}
