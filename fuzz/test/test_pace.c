#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>

#include "../../conformance/packet/encode.h"
#include "../oracle/pace.h"
#include "../prog/fail.h"

/* 1000 bytes from 100 on are out, one segment of 1000; the peer is silent. */
static fz_pace pace;
static rs_probe conn;

static void start(void)
{
    pace = (fz_pace){.linux_preset = false};
    conn = (rs_probe){.state = RS_ESTABLISHED,
                      .iss = 99,
                      .snd_una = 100,
                      .snd_max = 1100,
                      .snd_wnd = 9000,
                      .snd_mss = 1000,
                      .cwnd_segs = 10,
                      .unacked_segs = 1,
                      .rcv_nxt = 500,
                      .last_ack_sent = 500};
    for (unsigned i = 0; i < sizeof conn.deadline / sizeof conn.deadline[0]; i++) conn.deadline[i].us = INT64_MAX;
    conn.deadline[0].us = 9000000;
    fz_pace_sent(&pace, (rs_time){1000000}, &(cf_tcp){.flags = CF_SYN, .seq = 99}, 0);
    fz_pace_sent(&pace, (rs_time){1000000}, &(cf_tcp){.flags = CF_ACK, .seq = 100, .ack = 500}, 1000);
    fz_pace_look(&pace, (rs_time){1000000}, &conn, false);
}

static void again_at(int64_t us)
{
    fz_pace_sent(&pace, (rs_time){us}, &(cf_tcp){.flags = CF_ACK, .seq = 100, .ack = 500}, 1000);
}

/* The oracle that speaks up during what. */
#define SAID(what) (fz_catch(), (what), fz_caught())

TEST(timeouts_double)
{
    start();
    again_at(1200000);
    again_at(1400000);
    again_at(1800000);
    CHECK(SAID(again_at(2600000)) == NULL);
    CHECK_STR(SAID(again_at(2800000)), "O14 backoff");
}

TEST(a_byte_of_a_keepalive_does_not_go_again)
{
    start();
    for (int i = 1; i <= 6; i++)
        CHECK(SAID(fz_pace_sent(&pace, (rs_time){1000000 + i * 75000000}, &(cf_tcp){.flags = CF_ACK, .seq = 99}, 1)) ==
              NULL);
}

TEST(no_timeout_is_longer_than_two_minutes)
{
    start();
    again_at(1000000 + 60000000);
    again_at(1000000 + 180000000);
    again_at(1000000 + 300000000);
    CHECK_STR(SAID(again_at(1000000 + 540000000)), "O14 backoff");
}

TEST(a_segment_of_the_peer_starts_the_row_anew)
{
    start();
    again_at(1200000);
    again_at(1400000);
    again_at(1800000);
    fz_pace_arrives(&pace, &conn, (rs_time){1900000});
    fz_pace_look(&pace, (rs_time){1900000}, &conn, true);
    CHECK(SAID(again_at(2000000)) == NULL);
}

TEST(what_is_out_has_a_timer)
{
    start();
    conn.deadline[0].us = INT64_MAX;
    CHECK_STR(SAID(fz_pace_look(&pace, (rs_time){1000000}, &conn, false)), "O09 timer");
    conn.deadline[0].us = 1000000 + INT64_C(200000000); /* longer than any timeout */
    CHECK_STR(SAID(fz_pace_look(&pace, (rs_time){1000000}, &conn, false)), "O09 timer");
    conn.deadline[9].us = 1000000 + INT64_C(200000000); /* but a slow pace may be */
    CHECK(SAID(fz_pace_look(&pace, (rs_time){1000000}, &conn, false)) == NULL);
    conn.deadline[9].us = INT64_MAX;
    conn.snd_una = 1100;
    CHECK(SAID(fz_pace_look(&pace, (rs_time){1000000}, &conn, false)) == NULL);
}

static const char *acked(uint32_t una, void (*change)(void))
{
    fz_pace_arrives(&pace, &conn, (rs_time){2000000});
    conn.snd_una = una;
    change();
    return SAID(fz_pace_look(&pace, (rs_time){2000000}, &conn, true));
}
static void backs_off(void)
{
    conn.backoff = 1;
}
static void takes_a_sample(void)
{
    conn.srtt.us = 5;
}
static void opens_widely(void)
{
    conn.cwnd_segs = 14;
}
static void opens(void)
{
    conn.cwnd_segs = 11;
}

TEST(an_acknowledgment_of_what_went_once_ends_the_backing_off)
{
    start();
    CHECK_STR(acked(1100, backs_off), "O14 backoff");
    start();
    conn.snd_max = 1101; /* its FIN is still out */
    CHECK(acked(1100, backs_off) == NULL);
    start();
    again_at(1200000);
    CHECK(acked(1100, backs_off) == NULL);
}

TEST(no_round_trip_is_taken_from_what_went_twice)
{
    start();
    again_at(1200000);
    CHECK_STR(acked(1100, takes_a_sample), "O13 rtt");
    start();
    CHECK(acked(1100, takes_a_sample) == NULL);
}

TEST(the_window_grows_with_what_is_acknowledged)
{
    start();
    CHECK_STR(acked(1100, opens_widely), "O41 window");
    start();
    CHECK(acked(1100, opens) == NULL);
}

TEST(no_more_is_out_than_the_congestion_window)
{
    start();
    CHECK(SAID(fz_pace_look(&pace, (rs_time){1000000}, &conn, false)) == NULL);
    conn.unacked_segs = 13;
    fz_pace_sent(&pace, (rs_time){1000000}, &(cf_tcp){.flags = CF_ACK, .seq = 1100, .ack = 500}, 1000);
    CHECK_STR(SAID(fz_pace_look(&pace, (rs_time){1000000}, &conn, false)), "O41 window");
}

TEST(a_timeout_leaves_one_segment)
{
    start();
    again_at(1200000);
    conn.retransmits = 1;
    conn.ca_state = 4;
    CHECK_STR(SAID(fz_pace_look(&pace, (rs_time){1200000}, &conn, false)), "O39 timeout");
    pace.other_cc = true; /* one that keeps its window may have been chosen */
    again_at(1400000);
    CHECK(SAID(fz_pace_look(&pace, (rs_time){1400000}, &conn, false)) == NULL);
    again_at(1600000);
    conn.cwnd_segs = 1;
    CHECK(SAID(fz_pace_look(&pace, (rs_time){1600000}, &conn, false)) == NULL);
}

TEST(text_is_acknowledged_within_half_a_second)
{
    start();
    fz_pace_arrives(&pace, &conn, (rs_time){2000000});
    conn.rcv_nxt = 600;
    fz_pace_look(&pace, (rs_time){2000000}, &conn, true);
    CHECK(SAID(fz_pace_look(&pace, (rs_time){2500000}, &conn, false)) == NULL);
    CHECK_STR(SAID(fz_pace_look(&pace, (rs_time){2500001}, &conn, false)), "O38 delayed ack");
    fz_pace_sent(&pace, (rs_time){2500000}, &(cf_tcp){.flags = CF_ACK, .seq = 1100, .ack = 600}, 0);
    CHECK(SAID(fz_pace_look(&pace, (rs_time){2500001}, &conn, false)) == NULL);
}

TEST(what_a_device_refuses_is_not_missed)
{
    start();
    again_at(1200000);
    again_at(1400000);
    fz_pace_arrives(&pace, &conn, (rs_time){2000000});
    conn.rcv_nxt = 600;
    pace.unheard = true;
    fz_pace_look(&pace, (rs_time){2000000}, &conn, true);
    again_at(200000000);
    again_at(400000000);
    again_at(400000001);
    again_at(600000000);
    conn.deadline[0].us = 600100000;
    CHECK(SAID(fz_pace_look(&pace, (rs_time){600000000}, &conn, false)) == NULL);
    fz_pace_begins(&pace);
    CHECK(pace.unheard);
}

TEST(first_numbers_of_two_peers_are_not_a_clock_alone)
{
    fz_isns s = {0};
    fz_isns_take(&s, &(cf_tcp){.flags = CF_SYN, .sport = 1, .dport = 2, .seq = 1000}, (rs_time){0}, 4000);
    CHECK(SAID(fz_isns_take(&s, &(cf_tcp){.flags = CF_SYN, .sport = 1, .dport = 3, .seq = 999}, (rs_time){40}, 4000)) ==
          NULL);
    CHECK_STR(
        SAID(fz_isns_take(&s, &(cf_tcp){.flags = CF_SYN, .sport = 1, .dport = 4, .seq = 1010}, (rs_time){40}, 4000)),
        "O44 isn");
}

TEST(a_listener_counts_what_is_there)
{
    rs_config cfg = rs_config_rfc();
    rs_stack *st;
    CHECK_EQ(rs_config_add_local(&cfg, (rs_addr){.family = RS_IPV4, .bytes = {10, 0, 0, 1}}, 8).code, 0);
    size_t size = rs_stack_size(&cfg);
    void *arena = aligned_alloc(64, (size + 63) / 64 * 64);
    CHECK_EQ(rs_stack_init(&st, arena, size, &cfg, (rs_time){0}).code, 0);
    rs_probe l = {.state = RS_LISTEN, .backlog = 1};
    CHECK(SAID(fz_check_listener(st, (rs_time){0}, &l)) == NULL);
    l.syn_queue_len = 1;
    CHECK_STR(SAID(fz_check_listener(st, (rs_time){0}, &l)), "O10 counts");
    l.syn_queue_len = 0;
    l.accept_queue_len = 3;
    CHECK_STR(SAID(fz_check_listener(st, (rs_time){0}, &l)), "O10 counts");
    free(arena);
}

TEST(what_the_incarnation_before_sent_did_not_go_twice)
{
    start();
    fz_pace_begins(&pace);
    fz_pace_sent(&pace, (rs_time){1000000}, &(cf_tcp){.flags = CF_SYN, .seq = 99}, 0);
    fz_pace_sent(&pace, (rs_time){1000000}, &(cf_tcp){.flags = CF_ACK, .seq = 100, .ack = 500}, 1000);
    CHECK(acked(1100, takes_a_sample) == NULL);
}

static const char *says_more_at(int64_t deadline)
{
    fz_pace_sent(&pace, (rs_time){1100000}, &(cf_tcp){.flags = CF_ACK, .seq = 1100, .ack = 500}, 500);
    conn.snd_max = 1600;
    conn.unacked_segs = 2;
    conn.deadline[0].us = deadline;
    return SAID(fz_pace_look(&pace, (rs_time){1100000}, &conn, false));
}

TEST(new_text_does_not_put_the_retransmission_off)
{
    start();
    CHECK(says_more_at(9000000) == NULL);
    start();
    CHECK_STR(says_more_at(9100000), "O09 timer");
    start();
    conn.sack_on = true; /* a tail loss probe may */
    CHECK(says_more_at(9100000) == NULL);
}

TEST(the_next_connection_of_the_same_name_has_another_number)
{
    static fz_isns isns;
    const cf_tcp syn = {.flags = CF_SYN, .sport = 1, .dport = 2, .seq = 77};
    isns = (fz_isns){0};
    fz_isns_begins(&isns, 1, 2, (rs_time){1000});
    CHECK(SAID(fz_isns_take(&isns, &syn, (rs_time){1000}, 4000)) == NULL);
    CHECK(SAID(fz_isns_take(&isns, &syn, (rs_time){1001000}, 4000)) == NULL); /* goes again */
    fz_isns_begins(&isns, 1, 2, (rs_time){5000000});
    CHECK_STR(SAID(fz_isns_take(&isns, &syn, (rs_time){5000000}, 4000)), "O44 isn");
    /* by a cookie that went earlier: the number is that of the cookie */
    fz_isns_begins(&isns, 1, 2, (rs_time){5000000});
    CHECK(SAID(fz_isns_take(&isns, &syn, (rs_time){6000000}, 4000)) == NULL);
    fz_isns_begins(&isns, 1, 2, (rs_time){7000000});
    fz_isns_ends(&isns, 1, 2); /* undone before its SYN-ACK goes: that carries a cookie */
    CHECK(SAID(fz_isns_take(&isns, &syn, (rs_time){7000000}, 4000)) == NULL);
}
