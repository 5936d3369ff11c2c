#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/infer.h"
#include "../packet/encode.h"
#include "capture_fix.h"

static cf_capture c;
static cf_recording r;
static char why[300];

static bool record(const beat *b, size_t n, int side)
{
    story(&c, &(shape){0}, b, n);
    return cf_record(&r, &c, 0, side, why, sizeof why);
}

TEST(a_whole_connection_leaves_nothing_out)
{
    CHECK(record(whole, 10, CF_SERVER));
    CHECK_EQ(r.count, 10);
    CHECK_STR(r.left_out, "");
    cf_recording_free(&r);
    cf_capture_free(&c);
}

TEST(one_direction_alone_and_a_missing_beginning_are_refused_with_the_reason)
{
    CHECK(!record(whole, 1, CF_SERVER));
    CHECK_STR(why, "no packet of this end is in the capture");
    cf_capture_free(&c);
    CHECK(!record(whole, 1, CF_CLIENT));
    CHECK_STR(why, "only one direction is in the capture");
    cf_capture_free(&c);
    CHECK(!record(whole + 3, 7, CF_SERVER));
    CHECK_STR(why, "the beginning of the connection is not in the capture");
    cf_capture_free(&c);
}

TEST(bytes_that_were_acknowledged_but_not_captured_are_counted)
{
    beat b[10];
    memcpy(b, whole, sizeof b);
    b[5].seq = 51;
    b[5].len = 50;
    CHECK(record(b, 10, CF_SERVER));
    CHECK(strstr(r.left_out, "50 bytes from the server") != NULL);
    cf_recording_free(&r);
    cf_capture_free(&c);
}

TEST(seen_from_far_away_the_stacks_packets_are_brought_forward)
{
    beat b[10];
    memcpy(b, whole, sizeof b);
    for (int i = 0; i < 10; i++) b[i].ms *= 30; /* an answer takes 30 ms */
    CHECK(record(b, 10, CF_SERVER));
    CHECK(strstr(r.left_out, "captured 30.0 ms away") != NULL);
    CHECK_EQ(r.segs[1].flags, CF_SYN | CF_ACK);
    CHECK_EQ(r.segs[1].at_ns, 0);
    cf_recording_free(&r);
    cf_capture_free(&c);
}

TEST(syns_that_drew_no_answer_are_left_out_and_said)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0},
                             {2000, '>', "S", 0, 0, 0, 9999, NULL, 0, 0},
                             {2000, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                             {2100, '>', ".", 1, 0, 1, 9999, NULL, 0, 0}};
    CHECK(record(b, 4, CF_SERVER));
    CHECK_EQ(r.count, 3);
    CHECK(strstr(r.left_out, "1 packets before the first SYN that was answered") != NULL);
    cf_recording_free(&r);
    cf_capture_free(&c);
    CHECK(record(b, 4, CF_CLIENT)); /* a client repeats its SYN by itself */
    CHECK_EQ(r.count, 4);
    cf_recording_free(&r);
    cf_capture_free(&c);
}

TEST(a_packet_for_nobody_and_its_reset_need_no_beginning)
{
    static const beat b[] = {{0, '>', ".", 50, 0, 70, 9999, NULL, 0, 0}, {0, '<', "R", 70, 0, 0, 0, NULL, 0, 0}};
    CHECK(record(b, 2, CF_SERVER));
    CHECK_EQ(r.count, 2);
    cf_recording_free(&r);
    cf_capture_free(&c);
    CHECK(!record(b, 2, CF_CLIENT));
    cf_capture_free(&c);
}

TEST(a_packet_too_long_for_a_script_ends_the_recording_and_is_named)
{
    beat b[10];
    memcpy(b, whole, sizeof b);
    b[5].len = 65450;
    CHECK(record(b, 10, CF_SERVER));
    CHECK_EQ(r.count, 5);
    CHECK(strstr(r.left_out, "all packets from number 6 on: it has more bytes (65450)") != NULL);
    cf_recording_free(&r);
    cf_capture_free(&c);
    b[0].len = 65450;
    CHECK(!record(b, 10, CF_SERVER));
    CHECK_STR(why, "its first packet has more bytes than a script can say");
    cf_capture_free(&c);
}

TEST(times_that_are_decades_apart_are_brought_within_a_day_and_said)
{
    story(&c, &(shape){0}, whole, 10);
    uint32_t last = c.conns.items[0].last;
    cf_conns_seg(&c.conns, last)->at_ns = INT64_MAX / 4;
    CHECK(cf_record(&r, &c, 0, CF_SERVER, why, sizeof why));
    CHECK(strstr(r.left_out, "the times of 1 packets") != NULL);
    CHECK_EQ(r.segs[9].at_ns, 24 * 3600 * 1000000000ll);
    cf_recording_free(&r);
    cf_capture_free(&c);
}

TEST(one_quick_answer_shows_that_the_capture_was_taken_near)
{
    beat b[10];
    memcpy(b, whole, sizeof b);
    for (int i = 1; i < 10; i++) b[i].ms += 116; /* the SYN took its time to be answered, the data did not */
    CHECK(record(b, 10, CF_SERVER));
    CHECK_STR(r.left_out, "");
    cf_recording_free(&r);
    cf_capture_free(&c);
}
