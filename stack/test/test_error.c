#define CHECK_MAIN
#include "fix.h"

#include "../tcp/reason.h"

static void icmp(fix *f, int kind, int err, int32_t off)
{
    rs_icmp_error e = {.err = err, .seq = rs_seq_add(f->t->sndq.una, (uint32_t)off), .mtu = 600};
    e.kind = kind == RS_ICMP_SOFT ? RS_ICMP_SOFT : kind == RS_ICMP_HARD ? RS_ICMP_HARD : RS_ICMP_TOO_BIG;
    rs_tcp_icmp(&f->env, f->t, &e);
    CHECK_SOUND(rs_tcb_broken(f->t));
}

TEST(an_error_that_quotes_nothing_in_flight_is_ignored)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    call_send(f, 100);
    icmp(f, RS_ICMP_HARD, RS_ECONNREFUSED, -1);
    icmp(f, RS_ICMP_HARD, RS_ECONNREFUSED, 100);
    state_is(f, RS_ESTABLISHED);
    CHECK_EQ(f->count.drops[RS_WHY_ICMP_SEQ], 2);
}

TEST(half_a_circle_away_is_not_in_flight_when_nothing_is)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    icmp(f, RS_ICMP_HARD, RS_ECONNREFUSED, INT32_MIN);
    icmp(f, RS_ICMP_HARD, RS_ECONNREFUSED, INT32_MAX);
    icmp(f, RS_ICMP_HARD, RS_ECONNREFUSED, 0);
    state_is(f, RS_ESTABLISHED);
}

TEST(a_hard_error_ends_the_connection_by_the_documents_and_is_noted_by_linux)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    call_send(f, 100);
    icmp(f, RS_ICMP_HARD, RS_ECONNREFUSED, 0);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, RS_ECONNREFUSED);
    f = conn_in(RS_ESTABLISHED, rs_config_linux());
    call_send(f, 100);
    icmp(f, RS_ICMP_HARD, RS_ECONNREFUSED, 0);
    state_is(f, RS_ESTABLISHED);
    CHECK_EQ(f->t->soft_error, RS_ECONNREFUSED);
}

TEST(a_soft_error_never_ends_a_connection_but_explains_a_timeout)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_rfc());
    icmp(f, RS_ICMP_SOFT, RS_EHOSTUNREACH, 0);
    state_is(f, RS_SYN_SENT);
    pass(f, RS_SEC(300));
    CHECK_EQ(f->t->so_error, RS_EHOSTUNREACH);
}

TEST(linux_gives_up_an_attempt_at_a_soft_error)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_linux());
    icmp(f, RS_ICMP_SOFT, RS_EHOSTUNREACH, 0);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, RS_EHOSTUNREACH);
}

TEST(a_port_unreachable_refuses_an_attempt)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_linux());
    icmp(f, RS_ICMP_HARD, RS_ECONNREFUSED, 0);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, RS_ECONNREFUSED);
}

TEST(a_path_mtu_is_believed_down_to_a_floor_and_never_raised)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    call_send(f, 100);
    icmp(f, RS_ICMP_TOO_BIG, RS_EMSGSIZE, 0);
    CHECK_EQ(f->t->snd.pmtu, 600);
    rs_tcp_icmp(&f->env, f->t, &(rs_icmp_error){.kind = RS_ICMP_TOO_BIG, .seq = f->t->sndq.una, .mtu = 60});
    CHECK_EQ(f->t->snd.pmtu, 552);
    rs_tcp_icmp(&f->env, f->t, &(rs_icmp_error){.kind = RS_ICMP_TOO_BIG, .seq = f->t->sndq.una, .mtu = 1400});
    CHECK_EQ(f->t->snd.pmtu, 552);
}

TEST(below_the_floor_packets_may_be_cut_on_ipv4)
{
    for (int v6 = 0; v6 < 2; v6++) {
        fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
        f->t->family = v6 ? RS_IPV6 : RS_IPV4;
        uint32_t least = v6 ? 1280 : 552;
        call_send(f, 100);
        rs_tcp_icmp(&f->env, f->t, &(rs_icmp_error){.kind = RS_ICMP_TOO_BIG, .seq = f->t->sndq.una, .mtu = least});
        CHECK(!f->t->snd.path_fragments);
        rs_tcp_icmp(&f->env, f->t, &(rs_icmp_error){.kind = RS_ICMP_TOO_BIG, .seq = f->t->sndq.una, .mtu = least - 1});
        CHECK_EQ(f->t->snd.path_fragments, !v6);
        CHECK_EQ(f->t->snd.pmtu, least);
    }
}

TEST(what_a_syn_announces_follows_a_path_no_further_than_the_floor)
{
    fix *f = conn_in(RS_SYN_SENT, rs_config_linux());
    rs_tcp_icmp(&f->env, f->t, &(rs_icmp_error){.kind = RS_ICMP_TOO_BIG, .seq = f->t->sndq.una, .mtu = 100});
    CHECK_EQ(f->t->snd.pmtu, 552);
    CHECK_EQ(f->t->rcv.adv_mss, 512);
    ignore_sent(f);
}

TEST(a_message_without_a_size_means_the_next_smaller_link_or_on_linux_the_smallest)
{
    for (int like_linux = 0; like_linux < 2; like_linux++) {
        rs_config cfg = like_linux ? rs_config_linux() : rs_config_rfc();
        fix *f = conn_in(RS_ESTABLISHED, cfg);
        f->t->snd.pmtu = 1500;
        call_send(f, 100);
        rs_tcp_icmp(&f->env, f->t, &(rs_icmp_error){.kind = RS_ICMP_TOO_BIG, .seq = f->t->sndq.una, .mtu = 0});
        CHECK_EQ(f->t->snd.pmtu, like_linux ? 552 : 1492);
        ignore_sent(f);
    }
}

TEST(a_host_without_path_mtu_discovery_believes_no_size_or_nothing)
{
    for (int mode = 0; mode < 4; mode++) {
        static const uint32_t then[] = {1000, 600, 1500, 1000};
        rs_config cfg = rs_config_linux();
        cfg.knobs.no_pmtu_disc = mode;
        cfg.knobs.min_pmtu = 600;
        fix *f = conn_in(RS_ESTABLISHED, cfg);
        f->t->snd.pmtu = 1500;
        call_send(f, 100);
        rs_tcp_icmp(&f->env, f->t, &(rs_icmp_error){.kind = RS_ICMP_TOO_BIG, .seq = f->t->sndq.una, .mtu = 1000});
        CHECK_EQ(f->t->snd.pmtu, then[mode]);
    }
}

TEST(an_unreachable_host_takes_a_doubling_back_in_the_linux_way)
{
    for (int like_linux = 0; like_linux < 2; like_linux++) {
        fix *f = conn_in(RS_ESTABLISHED, like_linux ? rs_config_linux() : rs_config_rfc());
        call_send(f, 100);
        while (f->t->loss.timeouts < 2) next_timer(f);
        rs_icmp_error e = {.kind = RS_ICMP_SOFT, .err = RS_EHOSTUNREACH, .type = 3, .code = 1, .seq = f->t->sndq.una};
        rs_tcp_icmp(&f->env, f->t, &e);
        CHECK_EQ(f->t->rto.backoff, like_linux ? 1 : 2);
        e.code = 13; /* prohibited: that will not change soon */
        rs_tcp_icmp(&f->env, f->t, &e);
        CHECK_EQ(f->t->rto.backoff, like_linux ? 1 : 2);
        ignore_sent(f);
    }
}

TEST(who_sends_without_df_hears_of_no_size_in_the_linux_way)
{
    for (int like_linux = 0; like_linux < 2; like_linux++) {
        fix *f = conn_in(RS_ESTABLISHED, like_linux ? rs_config_linux() : rs_config_rfc());
        f->t->snd.pmtu = 1500;
        f->t->opts.df_off = true;
        call_send(f, 100);
        rs_tcp_icmp(&f->env, f->t, &(rs_icmp_error){.kind = RS_ICMP_TOO_BIG, .seq = f->t->sndq.una, .mtu = 1000});
        CHECK_EQ(f->t->snd.pmtu, like_linux ? 1500 : 1000);
        ignore_sent(f);
    }
}

TEST(over_ipv6_a_size_is_heard_whatever_is_said_of_df)
{
    for (int like_linux = 0; like_linux < 2; like_linux++) {
        fix *f = conn_in(RS_ESTABLISHED, like_linux ? rs_config_linux() : rs_config_rfc());
        f->t->family = RS_IPV6;
        f->t->snd.pmtu = 1500;
        f->t->opts.df_off = true;
        call_send(f, 100);
        rs_tcp_icmp(&f->env, f->t, &(rs_icmp_error){.kind = RS_ICMP_TOO_BIG, .seq = f->t->sndq.una, .mtu = 1300});
        CHECK_EQ(f->t->snd.pmtu, 1300);
        ignore_sent(f);
    }
}
