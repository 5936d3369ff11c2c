/* Signed segments of a connection (tcp/signing.h). */
#define CHECK_MAIN
#include "fix.h"

#include "../base/addr.h"
#include "../tcp/reason.h"
#include "../tcp/signing.h"

static void give_key(fix *f)
{
    rs_peer_key k = {.peer = f->t->remote.addr, .prefix = 32, .len = 6, .key = "secret"};
    CHECK_EQ(rs_keyring_set(f->env.blocks, &f->t->opts.md5, &k), 0);
    rs_tcb_set_mss(&f->env, f->t);
}

static bool takes(fix *f, const rs_opts *opts)
{
    rs_seg s = {.src = f->t->remote, .dst = f->t->local, .flags = RS_ACK, .opts = *opts};
    return rs_signing_takes(&f->env, f->t->self, f->t->opts.md5, &s);
}

TEST(what_is_sent_asks_for_a_signature_and_has_less_text)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    uint32_t before = f->t->snd.mss;
    call_send(f, 100);
    CHECK(!we_send(f, RS_ACK | RS_PSH)->opts.has_md5);
    give_key(f);
    CHECK(rs_signing(&f->env, f->t));
    CHECK_EQ(f->t->snd.mss, before - RS_MD5_OPTION_BYTES);
    peer_sends(f, RS_ACK);
    call_send(f, 100);
    CHECK(we_send(f, RS_ACK | RS_PSH)->opts.has_md5);
    CHECK_EQ(f->sent[f->looked - 1].ring, f->t->opts.md5);
}

TEST(each_way_to_be_refused_has_its_reason)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    CHECK(takes(f, &(rs_opts){0}));
    CHECK(!takes(f, &(rs_opts){.has_md5 = true}));
    CHECK_EQ(f->count.drops[RS_WHY_MD5_UNEXPECTED], 1);
    give_key(f);
    CHECK(!takes(f, &(rs_opts){0}));
    CHECK_EQ(f->count.drops[RS_WHY_MD5_MISSING], 1);
    CHECK(!takes(f, &(rs_opts){.has_md5 = true}));
    CHECK_EQ(f->count.drops[RS_WHY_MD5_WRONG], 1);
    silence(f, RS_MS(10));
}

TEST(a_ring_of_others_changes_nothing)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    rs_peer_key k = {.peer = rs_addr_v4(198, 51, 100, 1), .prefix = 32, .len = 1, .key = "k"};
    CHECK_EQ(rs_keyring_set(f->env.blocks, &f->t->opts.md5, &k), 0);
    CHECK(!rs_signing(&f->env, f->t));
    CHECK(takes(f, &(rs_opts){0}));
    call_send(f, 100);
    CHECK(!we_send(f, RS_ACK | RS_PSH)->opts.has_md5);
}

TEST(an_answer_without_a_connection_is_signed_with_the_ring_it_was_for)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    give_key(f);
    peer_sends(f, RS_SYN | RS_ACK, .ack = 5);
    ignore_sent(f);
    rs_outseg o = {.seg.dst = f->t->remote};
    rs_signing_ask(&f->env, f->t->opts.md5, &o);
    CHECK(o.seg.opts.has_md5);
    o = (rs_outseg){.seg.dst = f->t->remote};
    rs_signing_ask(&f->env, 0, &o);
    CHECK(!o.seg.opts.has_md5);
}

TEST(a_connection_that_ends_lets_go_of_its_ring)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    give_key(f);
    uint32_t live = f->env.blocks->live;
    rs_tcb_release(&f->env, f->t);
    CHECK_EQ(f->env.blocks->live, live - 1);
}
