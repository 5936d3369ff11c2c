#define CHECK_MAIN
#include "fix.h"

#include "../tcp/reason.h"

TEST(a_syn_makes_a_child_that_answers_with_syn_ack)
{
    fix *f = listening(rs_config_rfc(), 5);
    peer_sends(f, RS_SYN, .opts = {.has_mss = true, .mss = 500});
    state_is(f, RS_SYN_RECEIVED);
    const rs_seg *s = we_send(f, RS_SYN | RS_ACK);
    CHECK_EQ(s->seq.raw, FIX_ISS);
    CHECK_EQ(s->ack.raw, FIX_IRS + 1);
    CHECK_EQ(s->opts.mss, 1460);
    CHECK_EQ(f->t->snd.mss, 500);
}

TEST(options_are_answered_only_when_the_peer_offered_them)
{
    fix *f = listening(rs_config_linux(), 5);
    peer_sends(f, RS_SYN, .opts = {.has_mss = true, .mss = 1460, .sack_ok = true});
    const rs_seg *s = we_send(f, RS_SYN | RS_ACK);
    CHECK(s->opts.sack_ok);
    CHECK(!s->opts.has_ts);
    CHECK(!s->opts.has_wscale);
}

TEST(without_an_mss_option_the_default_holds)
{
    fix *f = listening(rs_config_rfc(), 5);
    peer_sends(f, RS_SYN);
    CHECK_EQ(f->t->snd.mss, 536);
}

TEST(a_syn_with_fin_is_dropped_in_the_linux_way_only)
{
    fix *f = listening(rs_config_linux(), 5);
    peer_sends(f, RS_SYN | RS_FIN);
    CHECK_EQ(f->count.drops[RS_WHY_LISTEN_SYN_FIN], 1);
    silence(f, RS_SEC(1));
    f = listening(rs_config_rfc(), 5);
    peer_sends(f, RS_SYN | RS_FIN);
    we_send(f, RS_SYN | RS_ACK);
}

TEST(a_syn_that_finds_no_memory_for_its_answer_is_dropped)
{
    fix *f = listening(rs_config_rfc(), 5);
    uint32_t i, spare = RS_NIL;
    while ((i = rs_pool_take(f->env.records)) != RS_NIL) spare = i;
    peer_sends(f, RS_SYN);
    CHECK_EQ(f->count.drops[RS_WHY_SYN_NO_MEMORY], 1);
    silence(f, RS_SEC(1));
    rs_pool_give(f->env.records, spare);
    peer_sends(f, RS_SYN);
    we_send(f, RS_SYN | RS_ACK);
}

TEST(a_full_accept_queue_draws_no_syn_ack)
{
    fix *f = listening(rs_config_linux(), 1);
    f->l->accept_len = 2;
    peer_sends(f, RS_SYN);
    CHECK_EQ(f->count.drops[RS_WHY_ACCEPT_QUEUE_FULL], 1);
    silence(f, RS_SEC(1));
}

TEST(a_full_syn_queue_draws_no_syn_ack_where_there_are_no_cookies)
{
    rs_config cfg = rs_config_linux();
    cfg.knobs.syncookies = 0;
    fix *f = listening(cfg, 1);
    f->l->syn_len = 2;
    peer_sends(f, RS_SYN);
    CHECK_EQ(f->count.drops[RS_WHY_SYN_QUEUE_FULL], 1);
    f->l->syn_len = 0;
    silence(f, RS_SEC(1));
}
