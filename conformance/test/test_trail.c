#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/trail.h"
#include "../packet/encode.h"
#include "capture_fix.h"

static cf_capture c;
static cf_trail t;
static cf_units units;
static cf_unit unit;
static cf_place place;

/* The place of the last packet of a story that goes on from the usual handshake. */
static void walk(const beat *more, size_t n)
{
    story(&c, &(shape){0}, whole, 3);
    story_more(&c, &(shape){0}, more, n);
    const cf_conn *k = &c.conns.items[0];
    cf_units_start(&units, &c.conns, k, false);
    cf_trail_start(&t, &c.conns, k);
    for (size_t i = 0; i < 3 + n && cf_units_next(&units, &unit); i++) {
        cf_trail_place(&t, &unit, &place);
        if (i + 1 < 3 + n) cf_trail_take(&t, &unit);
    }
}

static cf_answers answers(const beat *asked)
{
    beat more[] = {*asked, {9, '<', ".", 1, 0, 1, 509, NULL, 0, 0}};
    walk(more, 2);
    cf_capture_free(&c);
    return place.to;
}

/* The server has acknowledged the SYN alone, and offers 65160 bytes from 1 on. */
TEST(a_packet_is_told_by_what_it_answers)
{
    CHECK_EQ(answers(&(beat){5, '>', ".", 1, 100, 1, 502, NULL, 0, 1}), CF_TO_DATA);
    CHECK_EQ(answers(&(beat){5, '>', "F.", 1, 0, 1, 502, NULL, 0, 1}), CF_TO_FIN);
    CHECK_EQ(answers(&(beat){5, '>', ".", 101, 100, 1, 502, NULL, 0, 1}), CF_TO_GAP);
    CHECK_EQ(answers(&(beat){5, '>', ".", 0, 1, 1, 502, NULL, 0, 1}), CF_TO_OLD);
    CHECK_EQ(answers(&(beat){5, '>', ".", 0, 0, 1, 502, NULL, 0, 1}), CF_TO_OLD);
    CHECK_EQ(answers(&(beat){5, '>', ".", 70000, 100, 1, 502, NULL, 0, 1}), CF_TO_BEYOND);
    CHECK_EQ(answers(&(beat){5, '>', ".", 1, 0, 500, 502, NULL, 0, 1}), CF_TO_UNSENT);
    CHECK_EQ(answers(&(beat){5, '>', "S", 7, 0, 0, 502, NULL, 0, 1}), CF_TO_SYN);
    CHECK_EQ(answers(&(beat){5, '>', "R", 50, 0, 0, 0, NULL, 0, 1}), CF_TO_RST);
    CHECK_EQ(answers(&(beat){5, '>', ".", 1, 0, 1, 600, NULL, 0, 1}), CF_TO_ACK);
}

TEST(a_second_answer_and_its_wait_are_noticed)
{
    const beat more[] = {{5, '>', ".", 1, 100, 1, 502, NULL, 0, 1},
                         {6, '<', ".", 1, 0, 101, 509, NULL, 0, 0},
                         {25, '<', ".", 1, 0, 101, 509, NULL, 0, 0}};
    walk(more, 2);
    CHECK(!place.second && place.advances && place.opens);
    CHECK_EQ(place.wait_ns, 1000000);
    cf_capture_free(&c);
    walk(more, 3);
    CHECK(place.second && !place.advances && !place.opens);
    CHECK_EQ(place.wait_ns, 20000000);
    CHECK_EQ(place.idle_ns, 19000000);
    cf_capture_free(&c);
}

TEST(windows_are_counted_with_their_scale)
{
    /* The client offered 1 + (502 << 7) = 64257. */
    const beat inside = {5, '<', ".", 1, 64256, 1, 509, NULL, 0, 1},
               beyond = {5, '<', ".", 1, 64257, 1, 509, NULL, 0, 1};
    walk(&inside, 1);
    CHECK(place.fresh && !place.overruns);
    cf_capture_free(&c);
    walk(&beyond, 1);
    CHECK(place.overruns);
    cf_capture_free(&c);
    const beat shrunk = {5, '>', ".", 1, 0, 1, 501, NULL, 0, 0}, unseen = {5, '>', ".", 1, 0, 2, 502, NULL, 0, 0};
    walk(&shrunk, 1);
    CHECK(place.shrinks && !place.acks_unseen);
    cf_capture_free(&c);
    walk(&unseen, 1);
    CHECK(place.acks_unseen);
    cf_capture_free(&c);
}

TEST(probes_have_no_new_byte)
{
    const beat more[] = {{5, '<', ".", 1, 100, 1, 509, NULL, 0, 1},
                         {9, '<', ".", 100, 0, 1, 509, NULL, 0, 1},
                         {15, '<', ".", 101, 0, 1, 509, NULL, 0, 1}};
    walk(more, 2);
    CHECK(place.probe);
    cf_capture_free(&c);
    walk(more, 3);
    CHECK(!place.probe);
    cf_capture_free(&c);
}

/* ---------- the other capture ---------- */

static bool finds(cf_want w, int64_t *apart_ms)
{
    int64_t ns;
    bool found = cf_trail_finds(&t, &w, &ns);
    *apart_ms = ns / 1000000;
    return found;
}

static const beat stream[] = {
    {10, '<', ".", 1, 100, 1, 509, NULL, 0, 1},  {20, '<', ".", 101, 100, 1, 509, NULL, 0, 1},
    {30, '>', ".", 1, 0, 101, 502, NULL, 0, 0},  {60, '>', ".", 1, 0, 201, 502, NULL, 0, 0},
    {300, '<', ".", 1, 100, 1, 509, NULL, 0, 1}, {310, '<', "F.", 201, 0, 1, 509, NULL, 0, 1}};

TEST(what_grows_is_said_by_the_first_that_says_it_before_or_after)
{
    int64_t apart;
    for (size_t at = 1; at <= 6; at++) { /* wherever the walk has come to */
        story(&c, &(shape){0}, whole, 3);
        story_more(&c, &(shape){0}, stream, 6);
        cf_units_start(&units, &c.conns, &c.conns.items[0], false);
        cf_trail_start(&t, &c.conns, &c.conns.items[0]);
        for (size_t i = 0; i < 3 + at && cf_units_next(&units, &unit); i++) cf_trail_take(&t, &unit);
        CHECK(finds((cf_want){.what = CF_SAYS_SENT, .dir = 1, .end = 150, .at_ns = 15000000}, &apart));
        CHECK_EQ(apart, 5);
        CHECK(finds((cf_want){.what = CF_SAYS_ACKED, .dir = 0, .ack = 102, .at_ns = 100000000}, &apart));
        CHECK_EQ(apart, -40);
        CHECK(finds((cf_want){.what = CF_SAYS_AGAIN, .dir = 1, .pos = 50, .at_ns = 290000000}, &apart));
        CHECK_EQ(apart, 10);
        CHECK(finds((cf_want){.what = CF_SAYS_SENT, .dir = 1, .end = 202, .flags = CF_FIN, .at_ns = 0}, &apart));
        CHECK_EQ(apart, 310);
        CHECK(!finds((cf_want){.what = CF_SAYS_AGAIN, .dir = 1, .pos = 150}, &apart));
        CHECK(!finds((cf_want){.what = CF_SAYS_ACKED, .dir = 0, .ack = 202}, &apart));
        CHECK(!finds((cf_want){.what = CF_SAYS_SENT, .dir = 1, .end = 203}, &apart));
        CHECK(!finds((cf_want){.what = CF_SAYS_NOTHING, .dir = 1}, &apart));
        cf_capture_free(&c);
    }
}
