/* Signed segments of a connection (tcp/signing.h). */
#define CHECK_MAIN
#include "fix.h"

#include "../base/addr.h"
#include "../tcp/reason.h"
#include "../tcp/signing.h"

static void give_key(fix *f)
{
    rs_peer_key k = {.peer = f->t->remote.addr, .prefix = 32, .len = 6, .key = "secret"};
    CHECK_EQ(rs_keyring_set(f->env.blocks, &f->t->opts.keys, &k), 0);
    rs_tcb_set_mss(&f->env, f->t);
}

static bool takes(fix *f, const rs_opts *opts)
{
    rs_seg s = {.src = f->t->remote, .dst = f->t->local, .flags = RS_ACK, .opts = *opts};
    return rs_signing_takes(&f->env, f->t->self, f->t->opts.keys, &s);
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
    CHECK_EQ(f->sent[f->looked - 1].ring, f->t->opts.keys);
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
    CHECK_EQ(rs_keyring_set(f->env.blocks, &f->t->opts.keys, &k), 0);
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
    rs_seg answered = {.flags = RS_ACK};
    rs_signing_ask_reset(&f->env, &(rs_signer){.ring = f->t->opts.keys}, &answered, &o);
    CHECK(o.seg.opts.has_md5);
    o = (rs_outseg){.seg.dst = f->t->remote};
    rs_signing_ask_reset(&f->env, &(rs_signer){0}, &answered, &o);
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

/* --- authentication (RFC 5925); what needs a packet is in test_sock_opt_ao.c */

static rs_ao_state *authenticating(fix *f)
{
    rs_peer_key k = {.peer = f->t->remote.addr, .prefix = 32, .kind = RS_KEY_AO, .len = 6, .key = "secret"};
    k.mac_len = 12, k.send_id = 61, k.recv_id = 84;
    CHECK_EQ(rs_keyring_add(f->env.blocks, &f->t->opts.keys, &k), 0);
    CHECK(rs_signing_begin(&f->env, f->t, NULL));
    return rs_keyring_state(f->env.blocks, f->t->opts.keys);
}

TEST(what_is_sent_asks_for_a_code_and_has_less_text)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    uint32_t before = f->t->snd.mss;
    rs_ao_state *a = authenticating(f);
    CHECK(rs_signing(&f->env, f->t) && !rs_signing_md5(&f->env, f->t));
    CHECK_EQ(f->t->snd.mss, before - 16);
    CHECK_EQ(a->current, 61);
    CHECK_EQ(a->rnext, 84);
    call_send(f, 100);
    const rs_opts *o = &we_send(f, RS_ACK | RS_PSH)->opts;
    CHECK(o->has_ao && !o->has_md5);
    CHECK_EQ(o->ao_key_id, 61);
    CHECK_EQ(o->ao_rnext_id, 84);
    CHECK_EQ(o->ao_mac_len, 12);
    CHECK_EQ(f->sent[f->looked - 1].ao_place.src_isn, f->t->snd.iss.raw);
    CHECK_EQ(f->sent[f->looked - 1].ao_place.dst_isn, f->t->rcv.irs.raw);
}

TEST(the_upper_half_of_our_numbers_turns_with_them)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    rs_ao_state *a = authenticating(f);
    rs_outseg o = {.seg = {.dst = f->t->remote, .seq = f->t->sndq.una}};
    a->snd = (rs_sne){.at = rs_seq_sub(f->t->sndq.una, 0x70000000), .sne = 5};
    uint32_t una = f->t->sndq.una.raw;
    bool turns = una < 0x70000000;
    rs_signing_ask(&f->env, f->t, &o);
    CHECK_EQ(o.ao_place.sne, 5u + turns);
    o.seg.seq = rs_seq_sub(f->t->sndq.una, f->t->sndq.una.raw + 1); /* 2^32 - 1: before the turn */
    rs_signing_ask(&f->env, f->t, &o);
    CHECK_EQ(o.ao_place.sne, 5u + turns - 1);
}

TEST(each_way_to_fail_has_its_reason_and_its_counter)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    rs_ao_state *a = authenticating(f);
    CHECK(!takes(f, &(rs_opts){0}));
    CHECK(!takes(f, &(rs_opts){.has_ao = true, .ao_key_id = 84, .ao_mac_len = 12}));
    CHECK(!takes(f, &(rs_opts){.has_ao = true, .ao_key_id = 61, .ao_mac_len = 12}));
    CHECK(!takes(f, &(rs_opts){.has_ao = true, .signed_twice = true}));
    CHECK_EQ(f->count.drops[RS_WHY_AO_MISSING], 1);
    CHECK_EQ(f->count.drops[RS_WHY_AO_WRONG], 1);
    CHECK_EQ(f->count.drops[RS_WHY_AO_NO_KEY], 1);
    CHECK_EQ(f->count.drops[RS_WHY_SIGNED_TWICE], 1);
    CHECK(a->missing == 1 && a->bad == 1 && a->not_found == 1 && a->good == 0);
}

TEST(messages_that_could_end_it_are_ignored_unless_the_user_wants_them)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    CHECK(!rs_signing_ignores(&f->env, f->t, 3, 3));
    rs_ao_state *a = authenticating(f);
    CHECK(rs_signing_ignores(&f->env, f->t, 3, 2) && rs_signing_ignores(&f->env, f->t, 3, 4));
    CHECK(!rs_signing_ignores(&f->env, f->t, 3, 1) && !rs_signing_ignores(&f->env, f->t, 11, 3));
    CHECK_EQ(a->icmps, 2);
    a->accept_icmps = true;
    CHECK(!rs_signing_ignores(&f->env, f->t, 3, 3));
}
