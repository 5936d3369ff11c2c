/* Fast Open at the protocol floor (RFC 7413): what goes with a SYN, and whose text is taken early. */
#define CHECK_MAIN
#include "fix.h"

#include <string.h>

#include "../base/addr.h"
#include "../mech/fo_cookie.h"
#include "../tcp/fastopen.h"
#include "../tcp/reason.h"

enum { CLIENT_AND_SERVER = RS_FO_CLIENT | RS_FO_SERVER };

static rs_config with(rs_config cfg, int bits)
{
    cfg.knobs.fastopen = bits;
    return cfg;
}

static fix *server(rs_config cfg, uint32_t places)
{
    fix *f = listening(with(cfg, CLIENT_AND_SERVER), 10);
    f->l->fo_max = places;
    return f;
}

/* The peer's SYN with a cookie that the listener would have given it. */
static rs_opts good_cookie(fix *f)
{
    fix copy = *f;
    peer_seg ask = {.flags = RS_SYN, .opts = {.has_fo = true}};
    peer(f, ask);
    const rs_seg *s = we_send(f, RS_SYN | RS_ACK);
    rs_opts o = {.has_fo = true, .fo_len = s->opts.fo_len};
    memcpy(o.fo, s->opts.fo, sizeof o.fo);
    CHECK_EQ(o.fo_len, 8);
    uint32_t backlog = copy.l->backlog, places = copy.l->fo_max;
    f = listening(copy.cfg, backlog);
    f->l->fo_max = places;
    return o;
}

static fix *child_with_text(rs_config cfg, uint32_t len)
{
    fix *f = server(cfg, 2);
    rs_opts o = good_cookie(f);
    peer_sends(f, RS_SYN, .len = len, .opts = o);
    return f;
}

TEST(a_request_is_answered_with_a_cookie_and_its_text_is_not_taken)
{
    fix *f = server(rs_config_rfc(), 2);
    peer_sends(f, RS_SYN, .len = 10, .opts = {.has_fo = true});
    const rs_seg *s = we_send(f, RS_SYN | RS_ACK);
    CHECK_EQ(s->ack.raw, FIX_IRS + 1);
    CHECK(s->opts.has_fo && s->opts.fo_len == 8 && !s->opts.fo_exp);
    CHECK_EQ(f->l->syn_len, 1);
}

TEST(the_answer_has_the_form_of_the_question)
{
    fix *f = server(rs_config_rfc(), 2);
    peer_sends(f, RS_SYN, .opts = {.has_fo = true, .fo_exp = true});
    CHECK(we_send(f, RS_SYN | RS_ACK)->opts.fo_exp);
}

TEST(text_with_a_good_cookie_is_acknowledged_and_its_child_waits_for_accept)
{
    fix *f = child_with_text(rs_config_rfc(), 100);
    const rs_seg *s = we_send(f, RS_SYN | RS_ACK);
    CHECK_EQ(s->ack.raw, FIX_IRS + 101);
    CHECK(!s->opts.has_fo);
    CHECK_EQ(f->l->accept_len, 1);
    CHECK_EQ(f->l->syn_len, 0);
    CHECK_EQ(f->l->fo_len, 1);
    state_is(f, RS_SYN_RECEIVED);
    CHECK_EQ(rs_tcb_unread(f->t), 100);
    CHECK(f->t->fo.taken && f->t->fo.child);
}

TEST(a_child_may_answer_before_its_handshake_is_over_and_only_the_syn_ack_is_repeated)
{
    fix *f = child_with_text(rs_config_rfc(), 100);
    ignore_sent(f);
    call_send(f, 50);
    const rs_seg *s = we_send(f, RS_ACK | RS_PSH);
    CHECK_EQ(s->seq.raw, f->t->snd.iss.raw + 1);
    CHECK_EQ(s->text.len, 50);
    next_timer(f);
    s = we_send(f, RS_SYN | RS_ACK);
    CHECK_EQ(s->ack.raw, FIX_IRS + 101);
    silence(f, RS_MS(500));
    peer_sends(f, RS_ACK);
    state_is(f, RS_ESTABLISHED);
    CHECK_EQ(f->l->fo_len, 0);
    CHECK_EQ(f->l->accept_len, 1);
}

/* It begins behind our SYN, which is not acknowledged yet. */
TEST(the_window_of_a_syn_is_for_the_text_of_the_answer)
{
    fix *f = server(rs_config_linux(), 2);
    rs_opts o = good_cookie(f);
    peer_sends(f, RS_SYN, .len = 10, .wnd = 300, .opts = o);
    ignore_sent(f);
    call_send(f, 500);
    CHECK_EQ(we_send(f, RS_ACK)->text.len, 300);
    silence(f, RS_MS(500));
}

TEST(a_forged_cookie_gets_a_fresh_one_and_no_more)
{
    fix *f = server(rs_config_rfc(), 2);
    peer_sends(f, RS_SYN, .len = 100, .opts = {.has_fo = true, .fo_len = 8, .fo = {1, 2, 3, 4, 5, 6, 7, 8}});
    const rs_seg *s = we_send(f, RS_SYN | RS_ACK);
    CHECK_EQ(s->ack.raw, FIX_IRS + 1);
    CHECK_EQ(s->opts.fo_len, 8);
    CHECK_EQ(f->l->accept_len, 0);
}

TEST(without_the_knob_or_a_place_a_syn_is_an_ordinary_one)
{
    fix *f = listening(with(rs_config_rfc(), RS_FO_CLIENT), 10);
    f->l->fo_max = 2;
    peer_sends(f, RS_SYN, .len = 10, .opts = {.has_fo = true});
    CHECK(!we_send(f, RS_SYN | RS_ACK)->opts.has_fo);
    f = server(rs_config_rfc(), 0);
    peer_sends(f, RS_SYN, .len = 10, .opts = {.has_fo = true});
    CHECK(!we_send(f, RS_SYN | RS_ACK)->opts.has_fo);
    f = server(rs_config_rfc(), 1);
    rs_opts o = good_cookie(f);
    f->l->fo_len = 1;
    peer_sends(f, RS_SYN, .len = 10, .opts = o);
    CHECK_EQ(we_send(f, RS_SYN | RS_ACK)->ack.raw, FIX_IRS + 1);
}

TEST(no_cookie_is_needed_where_the_host_or_the_listener_says_so)
{
    fix *f = listening(with(rs_config_rfc(), RS_FO_SERVER | RS_FO_SERVER_WITHOUT_COOKIE), 10);
    f->l->fo_max = 1;
    peer_sends(f, RS_SYN, .len = 10);
    CHECK_EQ(we_send(f, RS_SYN | RS_ACK)->ack.raw, FIX_IRS + 11);
    f = server(rs_config_rfc(), 1);
    f->l->opts.fo_no_cookie = true;
    peer_sends(f, RS_SYN, .len = 10);
    CHECK_EQ(we_send(f, RS_SYN | RS_ACK)->ack.raw, FIX_IRS + 11);
}

TEST(a_reset_is_told_to_the_user_of_a_child_after_its_text)
{
    fix *f = child_with_text(rs_config_rfc(), 100);
    ignore_sent(f);
    peer_sends(f, RS_RST);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, RS_ECONNRESET);
    CHECK_EQ(rs_tcb_unread(f->t), 100);
    CHECK_EQ(f->l->accept_len, 1);
    CHECK_EQ(f->l->fo_len, 0); /* its place in the accept queue is charge enough */
}

TEST(the_place_of_a_child_that_was_accepted_and_reset_stays_taken_for_a_minute)
{
    fix *f = child_with_text(rs_config_rfc(), 100);
    ignore_sent(f);
    rs_tcp_accepted(&f->env, f->t);
    peer_sends(f, RS_RST);
    CHECK_EQ(f->l->fo_len, 1);
    CHECK_EQ(f->l->fo_spoiled_len, 1);
    f->l->fo_max = 1;
    rs_seg syn = {.flags = RS_SYN, .opts = {.has_fo = true}};
    CHECK(!rs_fo_judge_syn(&f->env, f->l, &syn).extra.has_fo);
    f->env.now = rs_time_add(f->env.now, RS_SEC(60));
    CHECK(rs_fo_judge_syn(&f->env, f->l, &syn).extra.has_fo);
    CHECK_EQ(f->l->fo_len, 0);
    CHECK_EQ(f->l->fo_spoiled_len, 0);
}

TEST(more_resets_than_records_are_all_charged)
{
    fix *f = server(rs_config_rfc(), 100);
    rs_tcb *t = rs_tcbs_at(f->env.conns, rs_tcbs_take(f->env.conns));
    for (int i = 0; i < 2 * RS_FO_SPOILED_MAX; i++) {
        memset(t, 0, sizeof *t);
        t->listener = RS_NIL;
        t->fo_listener = f->l->self;
        f->l->fo_len++;
        f->env.now = rs_time_add(f->env.now, RS_MS(1));
        rs_fo_settled(&f->env, t, true);
    }
    uint32_t charged = 0;
    for (uint32_t i = 0; i < f->l->fo_spoiled_len; i++) charged += f->l->fo_spoiled[i].count;
    CHECK_EQ(charged, 2 * RS_FO_SPOILED_MAX);
    CHECK_EQ(f->l->fo_len, 2 * RS_FO_SPOILED_MAX);
    CHECK_EQ(f->l->fo_spoiled_len, RS_FO_SPOILED_MAX);
}

/* --- the client */

static fix *held(rs_config cfg)
{
    fix *f = fresh(cfg);
    f->t = rs_tcbs_at(f->env.conns, rs_tcbs_take(f->env.conns));
    rs_tcp_open o = {.conn = 0,
                     .local = {rs_addr_v4(10, 0, 0, 1), 80},
                     .remote = {rs_addr_v4(10, 0, 0, 2), 5000},
                     .iss = rs_seq_of(FIX_ISS),
                     .mtu = 1500,
                     .family = RS_IPV4,
                     .listener = RS_NIL,
                     .hold = true};
    rs_tcp_open_active(&f->env, f->t, &o);
    return f;
}

static size_t fast(fix *f, uint32_t len)
{
    static uint8_t text[5000];
    size_t n = rs_tcp_open_fast(&f->env, f->t, text, len);
    collect(f);
    return n;
}

static void knows_cookie(fix *f, uint16_t mss)
{
    rs_fo_whom w = {&f->t->local.addr, &f->t->remote.addr, f->env.now};
    rs_fo_learn(&f->host.fo_cache, &w, &(rs_fo_lesson){.mss = mss, .cookie = {4, {1, 2, 3, 4}}});
}

TEST(a_held_syn_waits_without_a_timer)
{
    fix *f = held(rs_config_rfc());
    silence(f, RS_SEC(100));
    CHECK_SOUND(rs_tcb_broken(f->t));
    CHECK(rs_time_is_never(rs_tcb_next_deadline(f->t)));
}

TEST(without_a_cookie_the_syn_asks_for_one_and_carries_nothing)
{
    fix *f = held(rs_config_rfc());
    CHECK_EQ(fast(f, 500), 0);
    const rs_seg *s = we_send(f, RS_SYN);
    CHECK(s->opts.has_fo && s->opts.fo_len == 0);
    CHECK_EQ(s->text.len, 0);
    CHECK_EQ(f->t->fo.fail, RS_FO_NO_COOKIE);
}

TEST(with_a_cookie_text_goes_up_to_the_known_mss_less_all_options)
{
    fix *f = held(rs_config_rfc());
    knows_cookie(f, 940);
    CHECK_EQ(fast(f, 2000), 900);
    const rs_seg *s = we_send(f, RS_SYN);
    CHECK_EQ(s->opts.fo_len, 4);
    CHECK_EQ(s->text.len, 900);
    CHECK_EQ(f->t->sndq.segs, 2);
}

TEST(the_syn_goes_again_alone)
{
    fix *f = held(rs_config_rfc());
    knows_cookie(f, 940);
    fast(f, 100);
    we_send(f, RS_SYN);
    next_timer(f);
    const rs_seg *s = we_send(f, RS_SYN);
    CHECK(!s->opts.has_fo);
    CHECK_EQ(s->text.len, 0);
    CHECK_EQ(s->seq.raw, FIX_ISS);
}

TEST(text_that_the_syn_ack_did_not_acknowledge_goes_again_at_once)
{
    fix *f = held(rs_config_rfc());
    knows_cookie(f, 1460);
    fast(f, 100);
    we_send(f, RS_SYN);
    uint32_t cwnd = f->t->cc.cwnd_segs;
    peer_sends(f, RS_SYN | RS_ACK, .ack = -100);
    const rs_seg *s = we_send(f, RS_ACK | RS_PSH);
    CHECK_EQ(s->seq.raw, FIX_ISS + 1);
    CHECK_EQ(s->text.len, 100);
    silence(f, RS_MS(100));
    CHECK_EQ(f->t->fo.fail, RS_FO_TEXT_NOT_ACKED);
    CHECK(f->t->cc.cwnd_segs >= cwnd);
    CHECK(!f->t->fo.taken);
}

TEST(text_that_was_taken_counts_as_one_packet_with_its_syn)
{
    fix *f = held(rs_config_rfc());
    knows_cookie(f, 1460);
    fast(f, 100);
    we_send(f, RS_SYN);
    peer_sends(f, RS_SYN | RS_ACK);
    we_send(f, RS_ACK);
    CHECK(f->t->fo.taken);
    CHECK_EQ(f->t->stat.delivered, 1);
    state_is(f, RS_ESTABLISHED);
}

TEST(a_lost_syn_with_text_pauses_fast_open_to_that_server_but_not_on_linux)
{
    for (int like_linux = 0; like_linux < 2; like_linux++) {
        fix *f = held(like_linux ? rs_config_linux() : rs_config_rfc());
        knows_cookie(f, 1460);
        fast(f, 100);
        we_send(f, RS_SYN);
        next_timer(f);
        we_send(f, RS_SYN);
        peer_sends(f, RS_SYN | RS_ACK, .ack = -100);
        ignore_sent(f);
        CHECK_EQ(rs_tcp_could_open_fast(&f->env, f->t), like_linux);
        f->env.now = rs_time_add(f->env.now, RS_SEC(61));
        CHECK(rs_tcp_could_open_fast(&f->env, f->t));
    }
}

TEST(three_timeouts_in_a_row_silence_fast_open_on_the_host)
{
    rs_config cfg = rs_config_linux();
    cfg.knobs.fastopen_hole = RS_SEC(3600);
    fix *f = held(cfg);
    knows_cookie(f, 1460);
    fast(f, 100);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(f->host.fo_cache.holes, 0);
        next_timer(f);
    }
    CHECK_EQ(f->host.fo_cache.holes, 1);
    CHECK(!rs_tcp_could_open_fast(&f->env, f->t));
    ignore_sent(f);
}

TEST(a_request_that_was_ignored_is_made_in_the_other_form_next_time)
{
    fix *f = held(rs_config_rfc());
    fast(f, 0);
    CHECK(!we_send(f, RS_SYN)->opts.fo_exp);
    peer_sends(f, RS_SYN | RS_ACK);
    rs_fo_whom w = {&f->t->local.addr, &f->t->remote.addr, f->env.now};
    CHECK_EQ(rs_fo_recall(&f->host.fo_cache, &w).try_exp, 1);
    ignore_sent(f);
}
