#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../oracle/sender.h"
#include "../prog/fail.h"

/* 3000 bytes from 100 on are out, three segments of 1000. */
static fz_sender sender;
static rs_probe conn;

static void text(uint32_t seq, uint32_t len)
{
    fz_sender_sent(&sender, &(cf_tcp){.flags = CF_ACK, .seq = seq, .ack = 500}, len);
}

static void start(void)
{
    sender = (fz_sender){.linux_preset = false};
    conn = (rs_probe){
        .state = RS_ESTABLISHED, .snd_una = 100, .snd_nxt = 3100, .snd_max = 3100, .snd_wnd = 9000, .snd_mss = 1000};
    fz_sender_sent(&sender, &(cf_tcp){.flags = CF_SYN, .seq = 99}, 0);
    for (uint32_t i = 0; i < 3; i++) text(100 + i * 1000, 1000);
    fz_sender_look(&sender, &conn, false);
}

/* The oracle that speaks up during what. */
#define SAID(what) (fz_catch(), (what), fz_caught())

static void arrives(uint32_t ack, uint32_t len)
{
    fz_sender_arrives(&sender, &conn, &(cf_tcp){.flags = CF_ACK, .ack = ack}, len);
}

static const char *look(bool answered)
{
    return SAID(fz_sender_look(&sender, &conn, answered));
}

TEST(new_text_ends_where_the_window_ends)
{
    start();
    text(3100, 1000);
    CHECK(look(false) == NULL);
    conn.snd_wnd = 3500;
    text(4100, 1000);
    CHECK_STR(look(false), "O23 window");
    sender.unheard = true; /* perhaps it went before the window fell, and the device refused it */
    text(5100, 1000);
    CHECK(look(false) == NULL);
}

TEST(a_window_that_shrinks_does_not_accuse_what_went_before)
{
    start();
    text(3100, 1000);
    CHECK(SAID(arrives(100, 0)) == NULL);
    conn.snd_wnd = 0;
    CHECK(look(true) == NULL);
    arrives(100, 0);
    text(4100, 1000);
    CHECK_STR(look(true), "O23 window");
}

TEST(segments_do_not_become_tiny)
{
    start();
    conn.snd_mss = 1;
    CHECK_STR(look(false), "O25 size");
}

TEST(a_timeout_sends_again_from_snd_una_on)
{
    start();
    conn.retransmits = 1;
    conn.ca_state = 4;
    text(1100, 1000);
    CHECK_STR(look(false), "O39 timeout");
    conn.retransmits = 2;
    text(100, 1000);
    CHECK(look(false) == NULL);
}

TEST(what_a_device_refuses_is_not_missed)
{
    start();
    sender.unheard = true;
    conn.retransmits = 1;
    conn.ca_state = 4;
    conn.probes = 1;
    CHECK(look(false) == NULL);
    fz_sender_begins(&sender);
    CHECK(sender.unheard);
}

TEST(a_fin_is_a_probe_as_well)
{
    start();
    conn.probes = 1;
    cf_tcp fin = {.flags = CF_ACK | CF_FIN, .seq = 3100};
    fz_sender_sent(&sender, &fin, 0);
    CHECK(look(false) == NULL);
}

TEST(a_probe_is_something_that_the_peer_answers)
{
    start();
    conn.probes = 1;
    text(3100, 0);
    CHECK_STR(look(false), "O42 probe");
    conn.probes = 2;
    text(3100, 1);
    CHECK(look(false) == NULL);
    conn.probes = 3;
    text(99, 0);
    CHECK(look(false) == NULL);
}

TEST(a_connection_that_a_cookie_opened_probes_with_the_number_before_its_first)
{
    start();
    fz_sender_begins(&sender);
    CHECK(look(true) == NULL);
    conn.probes = 1;
    text(3099, 0);
    CHECK(look(false) == NULL);
    conn.probes = 2;
    text(3100, 0);
    CHECK_STR(look(false), "O42 probe");
}

TEST(three_duplicates_make_a_fast_retransmit)
{
    start();
    for (int i = 0; i < 3; i++) {
        arrives(100, i == 1 ? 5 : 0); /* text is no duplicate (RFC 5681 2) */
        if (i == 2) conn.ca_state = 3;
        const char *said = look(true);
        if (i < 2) CHECK(said == NULL);
        else CHECK_STR(said, "O40 duplicates");
    }
    start();
    for (int i = 0; i < 3; i++) {
        arrives(100, 0);
        if (i == 2) conn.ca_state = 3;
        CHECK(look(true) == NULL);
    }
}

TEST(what_counts_as_lost_may_have_been_set)
{
    start();
    sender.other_loss = true;
    fz_sender_begins(&sender);
    arrives(100, 0);
    conn.ca_state = 3;
    CHECK(look(true) == NULL);
    conn.snd_mss = 7;
    CHECK_STR(look(false), "O25 size"); /* the rest holds */
}

static void recovering(void)
{
    start();
    for (int i = 0; i < 3; i++) {
        arrives(100, 0);
        if (i == 2) {
            conn.ca_state = 3;
            conn.total_retrans++;
        }
        look(true);
    }
}

TEST(a_partial_acknowledgment_does_not_end_a_recovery)
{
    recovering();
    arrives(1100, 0);
    conn.snd_una = 1100;
    conn.ca_state = 0;
    CHECK_STR(look(true), "O17 recovery");
    recovering();
    arrives(3100, 0);
    conn.snd_una = 3100;
    conn.ca_state = 0;
    CHECK(look(true) == NULL);
}

TEST(a_recovery_without_a_retransmission_may_be_undone)
{
    recovering();
    conn.total_retrans = sender.resent; /* the device refused it */
    arrives(1100, 0);
    conn.snd_una = 1100;
    conn.ca_state = 0;
    CHECK(look(true) == NULL);
}

static const char *sacked(uint32_t left, uint32_t right)
{
    uint8_t bytes[] = {(uint8_t)(left >> 24),  (uint8_t)(left >> 16),  (uint8_t)(left >> 8),  (uint8_t)left,
                       (uint8_t)(right >> 24), (uint8_t)(right >> 16), (uint8_t)(right >> 8), (uint8_t)right};
    cf_tcp in = {
        .flags = CF_ACK, .ack = 100, .opt_count = 1, .opts = {{.kind = CF_KIND_SACK, .len = 10, .data = bytes}}};
    start();
    conn.sack_on = true;
    fz_sender_arrives(&sender, &conn, &in, 0);
    conn.sacked_segs = 1;
    return look(true);
}

TEST(nothing_is_sacked_that_no_block_told)
{
    CHECK(sacked(1100, 2100) == NULL);
    CHECK_STR(sacked(50, 2100), "O11 scoreboard");
}

TEST(a_new_incarnation_knows_nothing)
{
    recovering();
    fz_sender_begins(&sender);
    CHECK(!sender.recovering && !sender.spoke && sender.dups == 0);
}

/* A whole segment of the peer, in order; win: the window that is known is 9000. */
static void plainly(uint32_t ack, uint16_t win)
{
    sender.sure = true;
    fz_sender_arrives(&sender, &conn, &(cf_tcp){.flags = CF_ACK, .ack = ack, .win = win}, 0);
}

TEST(the_third_duplicate_means_loss)
{
    start();
    for (unsigned i = 0; i < 2; i++) {
        plainly(100, 9000);
        CHECK(look(true) == NULL);
    }
    plainly(100, 9000);
    CHECK_STR(look(true), "O40 duplicates");
    conn.ca_state = 3; /* it has entered recovery */
    plainly(100, 9000);
    CHECK(look(true) == NULL);
}

TEST(what_may_be_something_else_than_a_duplicate_means_nothing)
{
    start();
    for (unsigned i = 0; i < 9; i++) {
        plainly(100, i % 3 ? 9000 : 8000); /* a window update in between */
        CHECK(look(true) == NULL);
    }
    start();
    conn.total_retrans = 1; /* what a timeout has sent again draws duplicates */
    for (unsigned i = 0; i < 4; i++) {
        plainly(100, 9000);
        CHECK(look(true) == NULL);
    }
}

TEST(three_segments_beyond_a_hole_mean_loss)
{
    static const uint8_t bytes[] = {0, 0, 4, 76, 0, 0, 16, 4}; /* 1100 to 4100 */
    const cf_tcp t = {.flags = CF_ACK,
                      .ack = 100,
                      .win = 9000,
                      .opt_count = 1,
                      .opts = {{.kind = CF_KIND_SACK, .len = 10, .data = bytes}}};
    start();
    text(3100, 1000);
    conn.snd_nxt = conn.snd_max = 4100;
    conn.sack_on = true;
    sender.sure = true;
    fz_sender_arrives(&sender, &conn, &t, 0);
    conn.sacked_segs = 3;
    CHECK_STR(look(true), "O40 duplicates");
    fz_sender_arrives(&sender, &conn, &t, 0);
    conn.reord_seen = 1; /* the network is known to reorder: it may wait */
    CHECK(look(true) == NULL);
}

TEST(text_before_the_urgent_pointer_carries_it)
{
    start();
    sender.urges = true;
    conn.iss = 99;
    conn.snd_una = 600;
    conn.snd_up = 3600;
    text(3100, 400); /* the pointer may have been set behind it */
    CHECK(look(false) == NULL);
    fz_sender_sent(&sender, &(cf_tcp){.flags = CF_ACK | CF_URG, .seq = 3500, .urp = 100}, 500);
    text(4000, 100); /* lies behind it */
    CHECK(look(false) == NULL);
    text(3500, 100);
    CHECK_STR(look(false), "O45 urgent");
}

TEST(the_urgent_pointer_is_where_urgent_text_ends)
{
    start();
    sender.urges = true;
    conn.iss = 99;
    conn.snd_una = 600;
    conn.snd_up = 3600;
    CHECK(look(false) == NULL);
    fz_sender_sent(&sender, &(cf_tcp){.flags = CF_ACK | CF_URG, .seq = 3100, .urp = 500}, 500);
    CHECK(look(false) == NULL);
    fz_sender_sent(&sender, &(cf_tcp){.flags = CF_ACK | CF_URG, .seq = 3100, .urp = UINT16_MAX}, 500);
    CHECK(look(false) == NULL); /* as near as it can be told */
    fz_sender_sent(&sender, &(cf_tcp){.flags = CF_ACK | CF_URG, .seq = 3100, .urp = 499}, 500);
    CHECK_STR(look(false), "O45 urgent");
}
