#define CHECK_MAIN
#include "fix.h"

static fix *kept(rs_config cfg)
{
    fix *f = conn_in(RS_ESTABLISHED, cfg);
    f->t->opts.keepalive = true;
    rs_tcp_opts_changed(&f->env, f->t, RS_OPTS_KEEP);
    return f;
}

TEST(off_unless_asked_for)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    silence(f, RS_SEC(100000));
}

TEST(a_living_peer_is_asked_every_two_hours)
{
    fix *f = kept(rs_config_rfc());
    for (int i = 0; i < 3; i++) {
        silence(f, RS_SEC(7199));
        pass(f, RS_SEC(1));
        CHECK_EQ(we_send(f, RS_ACK)->seq.raw, FIX_ISS);
        peer_sends(f, RS_ACK);
    }
    state_is(f, RS_ESTABLISHED);
}

TEST(a_peer_that_is_gone_is_given_up_after_nine_probes)
{
    fix *f = kept(rs_config_linux());
    rs_time start = f->env.now;
    pass(f, RS_SEC(7200 + 8 * 75));
    for (int i = 0; i < 9; i++) we_send(f, RS_ACK);
    pass(f, RS_SEC(75));
    we_send(f, RS_RST | RS_ACK);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, RS_ETIMEDOUT);
    CHECK_EQ(rs_time_diff(f->env.now, start).us, INT64_C(7875000000));
}

TEST(a_rebooted_peer_answers_with_a_reset)
{
    fix *f = kept(rs_config_rfc());
    pass(f, RS_SEC(7200));
    we_send(f, RS_ACK);
    peer_sends(f, RS_RST);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, RS_ECONNRESET);
}

TEST(the_options_of_the_connection_override_the_host)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->opts.keepalive = true;
    f->t->opts.keepidle_secs = f->t->opts.keepintvl_secs = 1;
    f->t->opts.keepcnt = 2;
    rs_tcp_opts_changed(&f->env, f->t, RS_OPTS_KEEP);
    pass(f, RS_SEC(3));
    we_send(f, RS_ACK);
    we_send(f, RS_ACK);
    we_send(f, RS_RST | RS_ACK);
    state_is(f, RS_CLOSED);
}

TEST(another_option_does_not_start_the_series_anew)
{
    fix *f = kept(rs_config_rfc());
    pass(f, RS_SEC(7200));
    we_send(f, RS_ACK);
    rs_time next = f->t->keepalive.deadline;
    rs_tcp_opts_changed(&f->env, f->t, RS_OPTS_NAGLE | RS_OPTS_OTHER | RS_OPTS_SIZES);
    CHECK_EQ(f->t->keepalive.deadline.us, next.us);
    CHECK_EQ(f->t->keepalive.probes, 1);
}
