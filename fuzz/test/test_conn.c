#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../oracle/oracle.h"
#include "../prog/fail.h"
#include "packets.h"

enum { IRS = 0xfffffff0u, ISS = 0xffffff00u };

static fz_conn conn;

static void peer(const made_of *m)
{
    fz_conn_arrives(&conn, made(true, m), peer_letters);
}

/* A window that is not written leaves the edge where it was offered. */
static const char *host(const made_of *m)
{
    made_of whole = *m;
    bool edge_known = conn.irs_known && conn.host_edge != INT64_MIN;
    cf_offset left = edge_known ? conn.host_edge - cf_unroll(conn.covered, m->ack) : 0;
    if (m->win == 0 && left > 0) whole.win = (uint16_t)left;
    fz_catch();
    fz_conn_sent(&conn, (rs_time){0}, made(false, &whole), letters);
    return fz_caught();
}

/* Both numbers wrap within the first bytes. */
static void handshake(void)
{
    memset(&conn, 0, sizeof conn);
    peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000});
    CHECK(!host(&(made_of){.seq = ISS, .ack = IRS + 1, .flags = CF_SYN | CF_ACK, .win = 1000}));
    peer(&(made_of){.seq = IRS + 1, .ack = ISS + 1, .flags = CF_ACK, .win = 1000});
}

static made_of text_at(uint32_t offset, uint32_t len)
{
    static uint8_t text[2000];
    for (uint32_t i = 0; i < len; i++) text[i] = letter(offset + i);
    return (made_of){.seq = ISS + 1 + offset, .ack = IRS + 1, .flags = CF_ACK, .text = text, .text_len = len};
}

TEST(a_right_connection_is_left_alone)
{
    handshake();
    static uint8_t text[600];
    for (uint32_t i = 0; i < sizeof text; i++) text[i] = peer_letter(IRS + 1 + i);
    peer(&(made_of){
        .seq = IRS + 1, .ack = ISS + 1, .flags = CF_ACK, .win = 1000, .text = text, .text_len = sizeof text});
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 601, .flags = CF_ACK}));
    made_of m = text_at(0, 500);
    m.ack = IRS + 601;
    CHECK(!host(&m));
    fz_catch();
    fz_conn_reads(&conn, IRS, 0, text, sizeof text, peer_letters);
    CHECK(!fz_caught());
}

TEST(acknowledging_what_was_never_sent_is_found)
{
    handshake();
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 2, .flags = CF_ACK}), "O22 ack");
}

TEST(a_number_nobody_ever_sent_is_found_in_the_first_acknowledgment)
{
    memset(&conn, 0, sizeof conn);
    CHECK(!host(&(made_of){.seq = ISS, .flags = CF_SYN}));
    peer(&(made_of){.seq = IRS, .ack = ISS + 1, .flags = CF_SYN | CF_ACK, .win = 1000});
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 9, .flags = CF_ACK}), "O22 ack");
}

TEST(text_in_many_pieces_is_one_range)
{
    handshake();
    static uint8_t text[15];
    for (uint32_t i = 0; i < 2 * FZ_RANGES_MAX; i++) /* every second one comes again, as part of a longer one */
        peer(&(made_of){.seq = IRS + 1 + 10 * i - i % 2 * 5,
                        .ack = ISS + 1,
                        .flags = CF_ACK,
                        .win = 1000,
                        .text = text,
                        .text_len = 10 + i % 2 * 5});
    CHECK(!conn.forgot && conn.ranges < 3);
    uint32_t end = IRS + 1 + 10 * 2 * FZ_RANGES_MAX;
    conn.host_edge += 10 * 2 * FZ_RANGES_MAX;
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = end, .flags = CF_ACK}));
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = end + 1, .flags = CF_ACK}), "O22 ack");
}

TEST(an_acknowledgment_that_goes_back_is_found)
{
    handshake();
    static uint8_t text[100];
    peer(&(made_of){.seq = IRS + 1, .ack = ISS + 1, .flags = CF_ACK, .win = 1000, .text = text, .text_len = 100});
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 101, .flags = CF_ACK, .win = 1000}));
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 51, .flags = CF_ACK, .win = 1100}), "O22 ack");
}

TEST(a_segment_before_any_syn_is_found)
{
    memset(&conn, 0, sizeof conn);
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK}), "O35 syn");
    handshake();
    fz_conn_begins(&conn); /* a new incarnation has sent none yet */
    CHECK_STR(host(&(made_of){.seq = ISS + 2, .ack = IRS + 1, .flags = CF_ACK}), "O35 syn");
}

TEST(a_segment_of_a_connection_that_has_ended_is_found)
{
    handshake();
    fz_conn_gone(&conn);
    CHECK(!host(&(made_of){.seq = ISS + 1, .flags = CF_RST}));
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK}), "O34 silence");
    fz_conn_begins(&conn);
    CHECK(!host(&(made_of){.seq = 5, .ack = IRS + 1, .flags = CF_SYN | CF_ACK}));
    CHECK(!host(&(made_of){.seq = 6, .ack = IRS + 1, .flags = CF_ACK}));
}

TEST(of_a_host_that_its_device_refuses_only_what_reaches_the_wire_is_judged)
{
    memset(&conn, 0, sizeof conn);
    conn.unheard = true;
    peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000});
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK}));
    CHECK(!host(&(made_of){.seq = ISS, .ack = IRS + 1, .flags = CF_SYN | CF_ACK})); /* again, behind its FIN */
    CHECK(!host(&(made_of){.seq = ISS + 2, .ack = IRS + 1, .flags = CF_ACK}));
    fz_conn_begins(&conn);
    conn.unheard = false;
    CHECK_STR(host(&(made_of){.seq = ISS + 2, .ack = IRS + 1, .flags = CF_ACK}), "O35 syn");
    handshake();
    conn.unheard = true;
    static const uint8_t text[1100];
    peer(&(made_of){.seq = IRS + 1, .ack = ISS + 1, .flags = CF_ACK, .text = text, .text_len = sizeof text});
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 1101, .flags = CF_ACK}));
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 1102, .flags = CF_ACK}), "O22 ack");
    fz_conn_begins(&conn); /* its SYN-ACK, of the same number as the one before, does not reach the wire */
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 90001, .flags = CF_ACK}));
}

TEST(a_syn_ack_with_a_cookie_comes_before_the_connection)
{
    handshake();
    fz_conn_begins(&conn); /* the ACK of the cookie makes it */
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK}));
}

TEST(an_older_syn_ack_with_a_cookie_is_good_after_a_newer_one)
{
    handshake();
    peer(&(made_of){.seq = IRS + 5000, .flags = CF_SYN, .win = 1000});
    CHECK(!host(&(made_of){.seq = ISS + 7000, .ack = IRS + 5001, .flags = CF_SYN | CF_ACK}));
    peer(&(made_of){.seq = IRS + 1, .ack = ISS + 1, .flags = CF_ACK, .win = 3000});
    fz_conn_begins(&conn);
    made_of m = text_at(0, 100);
    CHECK(!host(&m));
    CHECK_STR(host(&(made_of){.seq = ISS + 101, .ack = IRS + 5001, .flags = CF_ACK}), "O22 ack");
    fz_conn_begins(&conn);
    CHECK_STR(host(&(made_of){.seq = ISS + 3000, .ack = IRS + 1, .flags = CF_ACK}), "O35 syn");
}

TEST(the_clock_that_opens_a_cookie_may_be_that_of_another)
{
    static const uint8_t clock[] = {1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 7};
    for (unsigned agreed = 0; agreed < 2; agreed++) {
        memset(&conn, 0, sizeof conn);
        peer(&(made_of){.seq = IRS - 9000, .flags = CF_SYN, .win = 1000});
        CHECK(!host(&(made_of){.seq = ISS - 9000, .ack = IRS - 8999, .flags = CF_SYN | CF_ACK}));
        peer(&(made_of){.seq = IRS - 9000, .flags = CF_SYN, .win = 1000, .opts = clock, .opt_len = sizeof clock});
        CHECK(!host(&(made_of){.seq = ISS - 9000, /* the same numbers, and more agreed */
                               .ack = IRS - 8999,
                               .flags = CF_SYN | CF_ACK,
                               .opts = clock,
                               .opt_len = agreed ? sizeof clock : 0}));
        peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000});
        CHECK(!host(&(made_of){.seq = ISS, .ack = IRS + 1, .flags = CF_SYN | CF_ACK}));
        peer(&(made_of){.seq = IRS + 1, .ack = ISS + 1, .flags = CF_ACK, .opts = clock, .opt_len = sizeof clock});
        fz_conn_begins(&conn);
        const char *said =
            host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK, .opts = clock, .opt_len = sizeof clock});
        if (agreed) CHECK(!said);
        else CHECK_STR(said, "O28 options"); /* nowhere was it offered */
    }
}

/* The window's scale too comes back in that clock: what was offered is as much as any of the SYN-ACKs makes of it. */
TEST(the_scale_of_a_cookie_may_be_that_of_another)
{
    static const uint8_t scale[] = {3, 3, 7, 0};
    static uint8_t text[1200];
    peer_letters(IRS + 1, text, sizeof text);
    for (unsigned agreed = 0; agreed < 2; agreed++) {
        memset(&conn, 0, sizeof conn);
        peer(&(made_of){.seq = IRS - 9000, .flags = CF_SYN, .win = 1000, .opts = scale, .opt_len = sizeof scale});
        CHECK(!host(&(made_of){.seq = ISS - 9000,
                               .ack = IRS - 8999,
                               .flags = CF_SYN | CF_ACK,
                               .win = 1000,
                               .opts = scale,
                               .opt_len = agreed ? sizeof scale : 0}));
        peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000});
        CHECK(!host(&(made_of){.seq = ISS, .ack = IRS + 1, .flags = CF_SYN | CF_ACK, .win = 1000}));
        fz_conn_begins(&conn);
        peer(&(made_of){
            .seq = IRS + 1, .ack = ISS + 1, .flags = CF_ACK, .win = 1000, .text = text, .text_len = sizeof text});
        CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK, .win = 1000}));
        const char *said = host(&(made_of){.seq = ISS + 1, .ack = IRS + 1201, .flags = CF_ACK, .win = 1000});
        if (agreed) CHECK(!said);
        else CHECK_STR(said, "O06 edge");
    }
}

TEST(text_may_come_with_the_number_of_an_older_cookie)
{
    static uint8_t text[100];
    for (unsigned known = 0; known < 2; known++) {
        handshake();
        peer(&(made_of){.seq = IRS + 5000, .flags = CF_SYN, .win = 1000});
        CHECK(!host(&(made_of){.seq = ISS - 7000, .ack = IRS + 5001, .flags = CF_SYN | CF_ACK}));
        peer(&(made_of){
            .seq = IRS + 1, .ack = ISS + 2 - known, .flags = CF_ACK, .win = 3000, .text = text, .text_len = 100});
        fz_conn_begins(&conn);
        const char *said = host(&(made_of){.seq = ISS + 1, .ack = IRS + 101, .flags = CF_ACK});
        if (known) CHECK(!said);
        else CHECK_STR(said, "O22 ack"); /* that one was no cookie's */
    }
}

TEST(a_window_that_takes_back_what_it_offered_is_found)
{
    handshake(); /* the host offered 1000 bytes */
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK, .win = 1000}));
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK, .win = 999}), "O07 edge");
}

TEST(a_window_may_lose_less_than_its_scale_can_express)
{
    static const uint8_t shift[] = {1, 3, 3, 7};
    memset(&conn, 0, sizeof conn);
    peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000, .opts = shift, .opt_len = 4});
    CHECK(!host(
        &(made_of){.seq = ISS, .ack = IRS + 1, .flags = CF_SYN | CF_ACK, .win = 65535, .opts = shift, .opt_len = 4}));
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK, .win = 511}));
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK, .win = 510}), "O07 edge");
}

TEST(a_window_of_unsure_scale_is_left_alone)
{
    static const uint8_t shift[] = {1, 3, 3, 7};
    memset(&conn, 0, sizeof conn);
    peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000, .opts = shift, .opt_len = 4});
    CHECK(!host(
        &(made_of){.seq = ISS, .ack = IRS + 1, .flags = CF_SYN | CF_ACK, .win = 65535, .opts = shift, .opt_len = 4}));
    peer(&(made_of){.seq = IRS + 1, .flags = CF_SYN, .win = 1000}); /* which of the two counts? */
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK, .win = 100}));
}

TEST(a_syn_ack_that_goes_again_and_acknowledges_text_is_no_new_stream)
{
    static uint8_t text[100];
    for (uint32_t i = 0; i < sizeof text; i++) text[i] = peer_letter(IRS + 1 + i);
    handshake(); /* the numbers of the peer wrap within the text */
    peer(&(made_of){.seq = IRS + 1, .ack = ISS, .flags = CF_ACK, .win = 1000, .text = text, .text_len = sizeof text});
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 101, .flags = CF_ACK, .win = 1000}));
    CHECK(!host(&(made_of){.seq = ISS, .ack = IRS + 101, .flags = CF_SYN | CF_ACK, .win = 1000}));
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 101, .flags = CF_ACK, .win = 1000}));
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 101, .flags = CF_ACK, .win = 999}), "O07 edge");
}

TEST(acknowledging_across_a_hole_is_found)
{
    handshake();
    static uint8_t text[100];
    peer(&(made_of){.seq = IRS + 101, .ack = ISS + 1, .flags = CF_ACK, .win = 1000, .text = text, .text_len = 100});
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 201, .flags = CF_ACK}), "O22 ack");
}

static const char *acked_after(uint16_t flags, uint32_t ack)
{
    static uint8_t text[10];
    handshake();
    peer(&(made_of){.seq = IRS + 1, .ack = ack, .flags = flags, .win = 1000, .text = text, .text_len = 10});
    return host(&(made_of){.seq = ISS + 1, .ack = IRS + 11, .flags = CF_ACK});
}

TEST(taking_text_of_a_segment_that_must_be_dropped_is_found)
{
    CHECK(!acked_after(CF_ACK, ISS + 1));
    CHECK_STR(acked_after(CF_ACK, ISS + 2), "O22 ack"); /* acknowledges what was not sent yet */
    CHECK_STR(acked_after(CF_PSH, 0), "O22 ack");
    CHECK_STR(acked_after(CF_RST | CF_ACK, ISS + 1), "O22 ack");
}

TEST(a_duplicate_that_was_dropped_may_be_reported)
{
    static const uint8_t dsack[] = {1, 1, 5, 10, 0xff, 0xff, 0xff, 0xf1, 0xff, 0xff, 0xff, 0xfb};
    static uint8_t text[10];
    handshake();
    conn.peer_sack = true;
    peer(&(made_of){.seq = IRS + 1, .ack = ISS + 1, .flags = CF_ACK, .win = 1000, .text = text, .text_len = 5});
    peer(&(made_of){.seq = IRS + 1, .flags = CF_PSH, .win = 1000, .text = text, .text_len = 10});
    made_of m = {.seq = ISS + 1, .ack = IRS + 6, .flags = CF_ACK, .opts = dsack, .opt_len = 12};
    CHECK(!host(&m));
    m.ack = IRS + 11;
    CHECK_STR(host(&m), "O22 ack");
}

TEST(taking_what_lies_beyond_the_own_window_is_found)
{
    static uint8_t text[1100];
    handshake(); /* the host offered 1000 bytes */
    peer(&(made_of){
        .seq = IRS + 1, .ack = ISS + 1, .flags = CF_ACK, .win = 1000, .text = text, .text_len = sizeof text});
    CHECK(!host(&(made_of){.seq = ISS + 1, .ack = IRS + 1001, .flags = CF_ACK}));
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 1002, .flags = CF_ACK}), "O06 edge");
}

TEST(a_window_scale_that_the_peer_did_not_offer_is_found)
{
    static const uint8_t shift[] = {1, 3, 3, 7};
    memset(&conn, 0, sizeof conn);
    peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000});
    CHECK_STR(host(&(made_of){.seq = ISS, .ack = IRS + 1, .flags = CF_SYN | CF_ACK, .opts = shift, .opt_len = 4}),
              "O28 options");
}

TEST(a_syn_that_crosses_ours_may_be_answered_with_our_offer_where_the_preset_says_so)
{
    static const uint8_t shift[] = {3, 3, 7, 1};
    const made_of syn = {.seq = ISS, .flags = CF_SYN, .win = 1000, .opts = shift, .opt_len = 4};
    const made_of both = {
        .seq = ISS, .ack = IRS + 1, .flags = CF_SYN | CF_ACK, .win = 1000, .opts = shift, .opt_len = 4};
    for (int allowed = 0; allowed < 2; allowed++) {
        memset(&conn, 0, sizeof conn);
        conn.offers_again = allowed;
        CHECK(!host(&syn));
        peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000});
        if (allowed) CHECK(!host(&both));
        else CHECK_STR(host(&both), "O28 options");
    }
    memset(&conn, 0, sizeof conn);
    conn.offers_again = true; /* a passive open is no crossing ... */
    peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000});
    CHECK_STR(host(&both), "O28 options");
    memset(&conn, 0, sizeof conn);
    conn.offers_again = conn.unheard = true; /* ... as far as can be seen */
    peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000});
    CHECK(!host(&both));
}

TEST(sending_beyond_the_offered_window_is_found)
{
    handshake();
    for (uint32_t at = 0; at < 1000; at += 500) {
        made_of fits = text_at(at, 500);
        CHECK(!host(&fits));
    }
    made_of m = text_at(1000, 2);
    CHECK_STR(host(&m), "O23 window");
}

TEST(a_hole_in_what_the_host_sends_is_found)
{
    handshake();
    made_of m = text_at(1, 5);
    CHECK_STR(host(&m), "O23 window");
}

TEST(a_segment_larger_than_the_peer_takes_is_found)
{
    static const uint8_t mss[] = {2, 4, 0, 100};
    memset(&conn, 0, sizeof conn);
    peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000, .opts = mss, .opt_len = 4});
    CHECK(!host(&(made_of){.seq = ISS, .ack = IRS + 1, .flags = CF_SYN | CF_ACK}));
    made_of fits = text_at(0, 100);
    CHECK(!host(&fits));
    made_of large = text_at(100, 101);
    CHECK_STR(host(&large), "O25 size");
}

TEST(a_wrong_byte_is_found)
{
    handshake();
    made_of m = text_at(0, 100);
    uint8_t text[100];
    memcpy(text, m.text, sizeof text);
    text[50] ^= 1;
    m.text = text;
    CHECK_STR(host(&m), "O24 stream");
}

TEST(a_fin_that_moves_and_data_behind_it_are_found)
{
    handshake();
    made_of m = text_at(0, 10);
    m.flags |= CF_FIN;
    CHECK(!host(&m));
    made_of other = text_at(0, 9);
    other.flags |= CF_FIN;
    CHECK_STR(host(&other), "O33 fin");
    made_of more = text_at(10, 5);
    CHECK_STR(host(&more), "O33 fin");
}

TEST(a_keepalive_with_a_byte_at_the_place_of_an_acknowledged_fin_is_none)
{
    handshake();
    made_of m = text_at(0, 100);
    m.flags |= CF_FIN;
    CHECK(!host(&m));
    peer(&(made_of){.seq = IRS + 1, .ack = ISS + 102, .flags = CF_ACK, .win = 1000});
    made_of probe = text_at(100, 1);
    CHECK(!host(&probe));
}

TEST(a_fin_in_the_middle_of_what_was_sent_is_found)
{
    handshake();
    made_of sent = text_at(0, 10);
    CHECK(!host(&sent));
    made_of early = text_at(0, 9);
    early.flags |= CF_FIN;
    CHECK_STR(host(&early), "O33 fin");
}

TEST(timestamps_on_a_syn_ack_that_nobody_asked_for_are_found)
{
    static const uint8_t ts[] = {1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 1};
    memset(&conn, 0, sizeof conn);
    peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000});
    CHECK_STR(host(&(made_of){.seq = ISS, .ack = IRS + 1, .flags = CF_SYN | CF_ACK, .opts = ts, .opt_len = 12}),
              "O28 options");
}

TEST(timestamps_that_go_back_or_were_not_agreed_on_are_found)
{
    static const uint8_t ts[] = {1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 1}, older[] = {1, 1, 8, 10, 0, 0, 0, 8, 0, 0, 0, 1},
                         peers[] = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0};
    handshake();
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK, .opts = ts, .opt_len = 12}),
              "O28 options");
    memset(&conn, 0, sizeof conn);
    peer(&(made_of){.seq = IRS, .flags = CF_SYN, .win = 1000, .opts = peers, .opt_len = 12});
    CHECK(!host(&(made_of){.seq = ISS, .ack = IRS + 1, .flags = CF_SYN | CF_ACK, .opts = ts, .opt_len = 12}));
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK, .opts = older, .opt_len = 12}),
              "O31 clock");
}

/* A timestamp of the peer, and a segment of the host with one that it echoes. */
static void peer_stamps(uint8_t val)
{
    const uint8_t ts[] = {1, 1, 8, 10, 0, 0, 0, val, 0, 0, 0, 0};
    peer(&(made_of){.seq = IRS + 1, .ack = ISS + 1, .flags = CF_ACK, .win = 1000, .opts = ts, .opt_len = 12});
}

static const char *host_echoes(uint16_t flags, uint8_t val)
{
    const uint8_t ts[] = {1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, val};
    bool syn = flags & CF_SYN;
    return host(
        &(made_of){.seq = ISS + !syn, .ack = syn ? 0 : IRS + 1, .flags = flags, .opts = ts, .opt_len = sizeof ts});
}

TEST(a_timestamp_that_the_peer_never_sent_is_not_echoed)
{
    handshake();
    conn.peer_ts = conn.host_ts = true;
    peer_stamps(3);
    peer_stamps(4);
    CHECK(!host_echoes(CF_ACK, 3));
    CHECK(!host_echoes(CF_ACK, 4));
    CHECK_STR(host_echoes(CF_ACK, 0), "O31 clock");
    CHECK_STR(host_echoes(CF_ACK, 5), "O31 clock");
    CHECK(!host_echoes(CF_SYN, 0));
    CHECK_STR(host_echoes(CF_SYN, 5), "O31 clock");
}

TEST(timestamps_need_the_offer_of_both)
{
    handshake();
    conn.peer_ts = true;
    peer_stamps(3);
    CHECK_STR(host_echoes(CF_ACK, 3), "O28 options");
    conn.offers_change = true; /* it may have made up its mind after its SYN */
    CHECK(!host_echoes(CF_ACK, 3));
    conn.peer_ts = false;
    CHECK_STR(host_echoes(CF_ACK, 3), "O28 options");
}

TEST(of_many_timestamps_the_oldest_are_forgotten)
{
    handshake();
    conn.peer_ts = conn.host_ts = true;
    for (uint8_t i = 0; i < FZ_STAMPS; i++) peer_stamps(i);
    CHECK_STR(host_echoes(CF_ACK, 200), "O31 clock");
    peer_stamps(100);
    CHECK(!host_echoes(CF_ACK, 200));
}

TEST(sack_blocks_that_tell_of_nothing_sent_are_found)
{
    handshake();
    conn.peer_sack = true;
    static const uint8_t sack[] = {1, 1, 5, 10, 0, 0, 0, 100, 0, 0, 0, 200};
    CHECK_STR(host(&(made_of){.seq = ISS + 1, .ack = IRS + 1, .flags = CF_ACK, .opts = sack, .opt_len = 12}),
              "O30 sack");
}

TEST(sack_without_agreement_and_below_the_acknowledgment_is_found)
{
    static const uint8_t below[] = {1, 1,   5,    18,   0,    0,    0,    100,  0,    0,
                                    0, 200, 0xff, 0xff, 0xff, 0xf1, 0xff, 0xff, 0xff, 0xf2};
    static uint8_t text[300];
    handshake();
    peer(&(made_of){.seq = IRS + 1, .ack = ISS + 1, .flags = CF_ACK, .win = 1000, .text = text, .text_len = 300});
    made_of m = {.seq = ISS + 1, .ack = IRS + 3, .flags = CF_ACK, .win = 1000, .opts = below, .opt_len = 20};
    CHECK_STR(host(&m), "O28 options");
    conn.peer_sack = true;
    CHECK_STR(host(&m), "O30 sack"); /* the second block; only the first may report a duplicate */
}

TEST(a_user_who_reads_other_bytes_than_were_sent_is_noticed)
{
    handshake();
    static uint8_t text[100];
    for (uint32_t i = 0; i < sizeof text; i++) text[i] = peer_letter(IRS + 1 + i);
    peer(&(made_of){.seq = IRS + 1, .ack = ISS + 1, .flags = CF_ACK, .win = 1000, .text = text, .text_len = 100});
    fz_catch();
    fz_conn_reads(&conn, IRS, 1, text, 50, peer_letters);
    CHECK_STR(fz_caught(), "O50 delivery");
    fz_catch();
    fz_conn_reads(&conn, IRS, 60, text + 60, 60, peer_letters);
    CHECK_STR(fz_caught(), "O50 delivery");
}

TEST(a_number_from_the_other_side_of_the_circle_says_nothing_about_order)
{
    for (unsigned strays = 0; strays < 2; strays++) {
        handshake();
        static uint8_t text[100];
        peer(&(made_of){.seq = IRS + 50, .ack = ISS + 1, .flags = CF_ACK, .win = 1000, .text = text, .text_len = 100});
        made_of m = text_at(0, 1000);
        CHECK(!host(&m));
        if (strays) peer(&(made_of){.seq = IRS + 0x80000002u, .ack = ISS + 1, .flags = CF_ACK, .win = 1000});
        peer(&(made_of){.seq = IRS + 1, .ack = ISS + 1001, .flags = CF_ACK, .win = 0});
        m = text_at(1000, 1000); /* older than the newest window: that one counts from what is acknowledged */
        CHECK(!host(&m));
    }
}
