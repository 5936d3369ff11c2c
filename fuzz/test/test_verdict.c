#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../oracle/verdict.h"
#include "../prog/fail.h"

/* A connection with 5000 bytes of window and 300 bytes out, and a segment at RCV.NXT that acknowledges nothing new. */
static fz_verdict v;
static cf_tcp in;

static void state(rs_state s, uint16_t flags)
{
    in = (cf_tcp){.flags = flags, .seq = 1000, .ack = 7000, .win = 900};
    v = (fz_verdict){.alive = true, .alive_after = true, .in = &in};
    v.before = (rs_probe){.state = s,
                          .rcv_nxt = 1000,
                          .rcv_wnd = 5000,
                          .rcv_adv = 6000,
                          .irs = 1,
                          .iss = 6900,
                          .snd_una = 7000,
                          .snd_nxt = 7300,
                          .snd_max = 7300,
                          .snd_wnd = 900,
                          .max_snd_wnd = 900,
                          .snd_wl1 = 1000,
                          .snd_wl2 = 7000,
                          .last_ack_sent = 1000};
    v.after = v.before;
}

/* The oracle that speaks up; NULL: none. */
static const char *said(void)
{
    fz_catch();
    (void)fz_check_verdict(&v);
    return fz_caught();
}
#define SOUND() CHECK(said() == NULL)
#define BROKEN(oracle) CHECK_STR(said(), oracle)

TEST(an_ack_that_says_nothing_new_changes_nothing)
{
    state(RS_ESTABLISHED, CF_ACK);
    SOUND();
    v.after.snd_una = 7001;
    BROKEN("O47 verdict");
}

TEST(an_acknowledgment_moves_snd_una_to_it)
{
    state(RS_ESTABLISHED, CF_ACK);
    in.ack = 7200;
    BROKEN("O47 verdict");
    v.after.snd_una = 7200;
    SOUND();
}

TEST(an_acknowledgment_of_what_was_not_sent_draws_an_ack_and_nothing_else)
{
    state(RS_ESTABLISHED, CF_ACK);
    in.ack = 7301;
    BROKEN("O47 verdict");
    v.reply.acks = 1;
    SOUND();
    v.after.rcv_nxt = 1001;
    BROKEN("O47 verdict");
}

TEST(an_acknowledgment_older_than_a_window_is_refused)
{
    state(RS_ESTABLISHED, CF_ACK);
    in.ack = 6000;
    v.text = 10;
    v.after.rcv_nxt = 1010;
    v.reply.acks = 1;
    BROKEN("O48 attack");
    v.after.rcv_nxt = 1000;
    SOUND();
}

TEST(text_in_order_is_taken)
{
    state(RS_ESTABLISHED, CF_ACK);
    v.text = 10;
    BROKEN("O47 verdict");
    v.after.rcv_nxt = 1010;
    SOUND();
}

TEST(text_behind_a_gap_is_kept_and_acknowledged_at_once)
{
    state(RS_ESTABLISHED, CF_ACK);
    in.seq = 1100;
    v.text = 10;
    v.after.ooo_bytes = 10;
    v.after.snd_wl1 = 1100;
    BROKEN("O47 verdict");
    v.reply.acks = 1;
    SOUND();
    v.after.ooo_bytes = 0;
    BROKEN("O47 verdict");
}

TEST(a_segment_outside_the_window_draws_an_ack_and_nothing_else)
{
    state(RS_ESTABLISHED, CF_ACK);
    in.seq = 999;
    BROKEN("O47 verdict");
    v.reply.acks = 1;
    SOUND();
    v.reply.resets = 1;
    BROKEN("O47 verdict");
    v.reply.resets = 0;
    v.after.state = RS_CLOSE_WAIT;
    BROKEN("O47 verdict");
}

TEST(a_reset_counts_at_rcv_nxt_alone)
{
    state(RS_ESTABLISHED, CF_RST);
    BROKEN("O47 verdict");
    v.alive_after = false;
    SOUND();
    in.seq = 1001;
    BROKEN("O48 attack");
    v.alive_after = true;
    v.reply.acks = 1;
    SOUND();
}

TEST(a_syn_in_the_window_is_challenged)
{
    state(RS_ESTABLISHED, CF_SYN);
    v.reply.acks = 1;
    SOUND();
    v.reply.resets = 1;
    BROKEN("O48 attack");
    v.reply.resets = 0;
    v.alive_after = false;
    BROKEN("O48 attack");
}

TEST(a_window_is_taken_when_it_is_newer_and_only_then)
{
    state(RS_ESTABLISHED, CF_ACK);
    in.win = 800;
    BROKEN("O47 verdict");
    v.after.snd_wnd = 800;
    SOUND();
    v.before.snd_wl1 = v.after.snd_wl1 = 1001;
    BROKEN("O47 verdict");
}

TEST(last_ack_ends_with_the_acknowledgment_of_the_fin)
{
    state(RS_LAST_ACK, CF_ACK);
    v.before.fin_sent = true;
    in.ack = 7299;
    v.alive_after = false;
    BROKEN("O47 verdict");
    in.ack = 7300;
    SOUND();
}

TEST(a_fin_in_order_leads_on)
{
    state(RS_ESTABLISHED, CF_ACK | CF_FIN);
    BROKEN("O47 verdict");
    v.after.state = RS_CLOSE_WAIT;
    BROKEN("O47 verdict");
    v.after.rcv_nxt = 1001;
    SOUND();
}

TEST(syn_sent_resets_a_wrong_ack_and_ignores_a_bare_reset)
{
    state(RS_SYN_SENT, CF_ACK);
    v.before.iss = v.after.iss = 7000;
    v.before.snd_max = v.after.snd_max = 7001;
    in.ack = 7000;
    BROKEN("O47 verdict");
    v.reply = (fz_reply){.segments = 1, .resets = 1, .reset_seq = 7000};
    SOUND();
    in.flags = CF_RST;
    v.alive_after = false;
    BROKEN("O47 verdict");
}

TEST(syn_received_resets_an_ack_of_something_else)
{
    state(RS_SYN_RECEIVED, CF_ACK);
    BROKEN("O47 verdict");
    v.reply = (fz_reply){.segments = 1, .resets = 1, .reset_seq = 7000};
    SOUND();
    v.after.state = RS_ESTABLISHED;
    BROKEN("O47 verdict");
}

TEST(ts_recent_follows_the_left_edge)
{
    static uint8_t ts[8] = {0, 0, 0, 9, 0, 0, 0, 0};
    state(RS_ESTABLISHED, CF_ACK);
    in.opt_count = 1;
    in.opts[0] = (cf_tcp_opt){8, 10, ts};
    v.before.ts_on = v.after.ts_on = true;
    v.before.ts_recent = v.after.ts_recent = 8;
    BROKEN("O47 verdict");
    v.after.ts_recent = 9;
    SOUND();
    in.seq = 1100;
    v.after.snd_wl1 = 1100;
    BROKEN("O47 verdict");
}

TEST(what_is_stale_by_paws_is_acknowledged_and_not_taken)
{
    static uint8_t ts[8] = {0, 0, 0, 7, 0, 0, 0, 0};
    state(RS_ESTABLISHED, CF_ACK);
    in.opt_count = 1;
    in.opts[0] = (cf_tcp_opt){8, 10, ts};
    v.text = 10;
    v.before.ts_on = v.after.ts_on = true;
    v.before.ts_recent = v.after.ts_recent = 8;
    v.reply.acks = 1;
    SOUND();
    v.after.rcv_nxt = 1010;
    BROKEN("O47 verdict");
    v.stamps_old = true;
    SOUND();
}

TEST(a_listener_takes_no_syn_with_fin_in_preset_linux)
{
    in = (cf_tcp){.flags = CF_SYN | CF_FIN, .seq = 5};
    v = (fz_verdict){.listening = true, .alive_after = true, .linux_preset = true, .in = &in, .after = {.irs = 5}};
    BROKEN("O48 attack");
    v.linux_preset = false;
    SOUND();
    v.after.irs = 6;
    in.flags = CF_SYN;
    BROKEN("O47 verdict");
}

TEST(the_syn_that_opened_it_once_more_is_not_reset)
{
    state(RS_SYN_RECEIVED, CF_SYN);
    in.seq = v.before.irs = v.after.irs = 999;
    v.reply.resets = 1;
    BROKEN("O47 verdict");
    v.reply = (fz_reply){.syns = 1};
    SOUND();
}

TEST(a_syn_of_the_same_number_that_asks_for_other_ecn_may_be_reset)
{
    state(RS_SYN_RECEIVED, CF_SYN | CF_ECE | CF_CWR);
    in.seq = v.before.irs = v.after.irs = 999;
    v.reply.resets = 1;
    v.before.ecn_mode = RS_ECN_CLASSIC; /* it asks for what was agreed */
    BROKEN("O47 verdict");
    v.before.ecn_mode = RS_ECN_ACCURATE;
    SOUND();
}

TEST(an_answer_to_a_probe_ends_the_count)
{
    state(RS_ESTABLISHED, CF_ACK);
    for (unsigned i = 0; i < 16; i++) v.before.deadline[i].us = v.after.deadline[i].us = INT64_MAX;
    v.before.probes = v.after.probes = 2;
    BROKEN("O43 keepalive");
    v.after.probes = 0;
    SOUND();
}

TEST(a_block_of_what_is_out_is_believed)
{
    static uint8_t block[8] = {0, 0, 31, 64, 0, 0, 46, 224}; /* 8000 to 12000 */
    state(RS_ESTABLISHED, CF_ACK);
    in.opt_count = 1;
    in.opts[0] = (cf_tcp_opt){CF_KIND_SACK, 10, block};
    v.before.sack_on = v.after.sack_on = true;
    v.before.snd_max = v.after.snd_max = 12000;
    v.longest = 2000;
    BROKEN("O11 scoreboard");
    v.longest = 2001; /* may lie on both sides of a border of the block */
    SOUND();
    v.longest = 0;
    v.before.snd_mss = 2001;
    SOUND();
    v.before.snd_mss = 2000;
    BROKEN("O11 scoreboard");
    v.after.sacked_segs = 2;
    SOUND();
    v.after.sacked_segs = 0;
    v.before.snd_max = v.after.snd_max = 11000; /* of what was not sent */
    SOUND();
}

TEST(after_24_days_text_is_taken_whatever_its_timestamp)
{
    static uint8_t ts[8] = {0, 0, 0, 7, 0, 0, 0, 0};
    state(RS_ESTABLISHED, CF_ACK);
    in.opt_count = 1;
    in.opts[0] = (cf_tcp_opt){8, 10, ts};
    v.text = 10;
    v.before.ts_on = v.after.ts_on = true;
    v.before.ts_recent = v.after.ts_recent = 8;
    v.stamps_old = v.stamps_outdated = true;
    BROKEN("O47 verdict");
    v.after.rcv_nxt = 1010;
    SOUND();
}

TEST(an_answer_that_the_device_refuses_is_not_missed)
{
    state(RS_ESTABLISHED, CF_RST);
    in.seq = 1001;
    BROKEN("O48 attack");
    v.unheard = true;
    SOUND();
    v.after.state = RS_CLOSE_WAIT; /* what it does inside is judged all the same */
    BROKEN("O48 attack");
    state(RS_SYN_RECEIVED, CF_ACK);
    in.ack = 8000;
    BROKEN("O47 verdict");
    v.unheard = true;
    SOUND();
}

TEST(replies_are_counted_by_what_they_are)
{
    fz_reply r = {0};
    fz_reply_add(&r, &(cf_tcp){.flags = CF_ACK, .ack = 5});
    fz_reply_add(&r, &(cf_tcp){.flags = CF_RST, .seq = 6});
    fz_reply_add(&r, &(cf_tcp){.flags = CF_SYN | CF_ACK, .ack = 7});
    CHECK_EQ(r.segments, 3);
    CHECK_EQ(r.acks, 1);
    CHECK_EQ(r.resets, 1);
    CHECK_EQ(r.reset_seq, 6);
    CHECK_EQ(r.syns, 1);
    CHECK_EQ(r.ack, 7);
}

TEST(what_was_known_of_the_last_segment_is_forgotten)
{
    static fz_verdict old;
    cf_tcp t = {.flags = CF_ACK};
    memset(&old, 1, sizeof old);
    fz_verdict_begin(&old, &t, 7);
    CHECK(old.in == &t && old.text == 7);
    old.in = NULL;
    old.text = 0;
    static const uint8_t nothing[offsetof(fz_verdict, before)];
    CHECK(memcmp(&old, nothing, sizeof nothing) == 0);
}
