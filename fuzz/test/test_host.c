#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../../conformance/packet/encode.h"
#include "../prog/calls.h"
#include "../prog/fail.h"
#include "../prog/segment.h"
#include "../prog/start.h"

static fz_host h;
static unsigned sent;

static void on_sent(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    (void)at;
    (void)p;
    sent++;
}

static const fz_watch watch = {.sent = on_sent};

TEST(time_passes_even_when_nothing_is_due)
{
    fz_header header = {.start = FZ_AT_CLOSED};
    fz_host_open(&h, &header, &watch);
    rs_time later = {h.now.us + 5000000};
    CHECK(fz_host_sleep(&h, later, 0));
    CHECK_EQ(h.now.us, later.us);
}

TEST(what_the_host_sends_is_told_and_learned)
{
    fz_header header = {.start = FZ_AT_SYN_RECEIVED, .irs = 100};
    sent = 0;
    fz_host_open(&h, &header, &watch);
    fz_start_at(&h);
    CHECK_EQ(sent, 1);
    CHECK(h.tuple[0].syn_seen);
    CHECK(fz_look(&h, &h.tuple[0]));
    CHECK_EQ(h.tuple[0].iss, h.tuple[0].last.iss);
    CHECK_EQ(cf_roll(h.tuple[0].end), h.tuple[0].last.iss + 1);
}

TEST(a_clone_behaves_like_its_original)
{
    fz_header header = {.start = FZ_AT_IN_FLIGHT};
    fz_host_open(&h, &header, &watch);
    fz_start_at(&h);
    fz_host_clone(&h);
    CHECK(h.twin != NULL);
    fz_host_sleep(&h, (rs_time){h.now.us + 10000000}, 0); /* differences would stop the test */
    CHECK_SOUND(rs_stack_broken(h.twin));
}

TEST(the_streams_of_both_sides_are_not_alike_and_the_peers_is_a_circle)
{
    uint8_t user[16], peer[16], after[8];
    fz_user_bytes(0, user, sizeof user);
    fz_peer_bytes(0xfffffff8u, peer, sizeof peer);
    fz_peer_bytes(0, after, sizeof after);
    CHECK(memcmp(peer + 8, after, sizeof after) == 0);
    CHECK(memcmp(user, after, sizeof after) != 0);
    CHECK(memcmp(peer, after, sizeof after) != 0);
}

static void cloned_in_flight(void)
{
    static const fz_header header = {.start = FZ_AT_IN_FLIGHT, .peer_mss = 1460};
    fz_host_open(&h, &header, &watch);
    fz_start_at(&h);
    fz_host_clone(&h);
}

TEST(a_twin_that_sends_something_else_is_found)
{
    cloned_in_flight();
    CHECK_EQ(rs_send(h.twin, h.now, h.conn, "x", 1, RS_MSG_DONTWAIT, NULL).value, 1);
    CHECK_EQ(rs_shutdown(h.twin, h.now, h.conn, RS_SHUT_WR).value, 0);
    fz_segment ack = {.flags = CF_ACK, .seq = h.tuple[0].last.rcv_nxt, .ack = cf_roll(h.tuple[0].end), .win = 20000};
    fz_catch();
    fz_send(&h, &h.tuple[0], &ack);
    CHECK_STR(fz_caught(), "O60 clone");
}

TEST(a_twin_with_another_deadline_is_found)
{
    cloned_in_flight();
    rs_stack_advance(h.twin, rs_stack_next_deadline(h.twin));
    fz_catch();
    fz_host_sleep(&h, h.now, 0);
    CHECK_STR(fz_caught(), "O60 clone");
}

TEST(a_shifted_world_begins_later_and_with_another_peer)
{
    fz_header header = {.irs = 1, .shift = {.clock_us = 5000000, .peer_port = 7, .peer_addr = 3}};
    fz_header usual = {.irs = 1};
    fz_host_open(&h, &usual, &watch);
    rs_time begin = h.now;
    fz_host_open(&h, &header, &watch);
    CHECK_EQ(h.now.us, begin.us + 5000000);
    CHECK_EQ(h.tuple[1].remote_port, fz_remote_port(&usual, 1) + 7);
    CHECK_EQ(fz_remote_addr(&header).bytes[3], fz_remote_addr(&usual).bytes[3] + 3);
}

TEST(a_look_is_repeated_after_calls_packets_and_time)
{
    static const fz_header header = {.start = FZ_AT_ESTABLISHED, .peer_mss = 1460};
    static const fz_step write = {.kind = FZ_CALL, .arg = {0, 0, 100}};
    fz_tuple *t = &h.tuple[0];
    fz_host_open(&h, &header, &watch);
    fz_start_at(&h);
    CHECK(fz_look(&h, t));
    uint32_t end = t->last.snd_max;
    fz_call(&h, &write);
    CHECK(fz_look(&h, t));
    CHECK(t->last.snd_max != end);
    fz_segment ack = {.flags = CF_ACK, .seq = t->last.rcv_nxt, .ack = t->last.snd_max, .win = 20000};
    fz_send(&h, t, &ack);
    CHECK(fz_look(&h, t));
    CHECK_EQ(t->last.snd_una, t->last.snd_max);
    CHECK_EQ(t->last.since_ack_recv.us, 0);
    h.now.us += 7000; /* nothing happens */
    CHECK(fz_look(&h, t));
    CHECK_EQ(t->last.since_ack_recv.us, 7000);
}
