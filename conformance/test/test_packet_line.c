#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/packet_line.h"
#include "../script/fmt.h"
#include "capture_fix.h"

static cf_capture c;
static cf_recording r;
static cf_line_memory memory;

/* The last packet as a line, the server under test. */
static const char *line(const beat *more, bool any_options)
{
    static char text[400];
    char why[200];
    cf_packet_line l;
    cf_buf b = {0};
    story(&c, &(shape){.isn = {4000000000u, 5}}, whole, 3);
    story_more(&c, &(shape){.isn = {4000000000u, 5}}, more, 1);
    snprintf(text, sizeof text, "refused");
    if (cf_record(&r, &c, 0, CF_SERVER, why, sizeof why)) {
        cf_packet_line_of(&l, &r, &r.segs[3], any_options, &memory);
        cf_fmt_packet(&b, &l.p);
        snprintf(text, sizeof text, "%s", cf_buf_str(&b));
        cf_recording_free(&r);
    }
    cf_buf_free(&b);
    cf_capture_free(&c);
    return text;
}

TEST(numbers_are_relative_and_only_injected_windows_are_written)
{
    CHECK_STR(line(&(beat){9, '>', "P.", 1, 10, 1, 77, NULL, 0, 0}, false), "< P. 1:11(10) ack 1 win 77");
    CHECK_STR(line(&(beat){9, '<', "P.", 1, 10, 1, 77, NULL, 0, 0}, false), "> P. 1:11(10) ack 1");
    CHECK_STR(line(&(beat){9, '<', ".", 1, 0, 1, 0, NULL, 0, 0}, false), "> . 1:1(0) ack 1 win 0");
}

TEST(sack_edges_and_timestamps_are_in_the_scripts_terms)
{
    memset(&memory, 0, sizeof memory);
    CHECK_STR(line(&(beat){9, '<', ".", 1, 0, 1, 1, "\1\1\x08\x0a\0\0\0\x09\0\0\0\0", 12, 0}, false),
              "> . 1:1(0) ack 1 <nop,nop,TS val 9 ecr 0>");
    CHECK_STR(line(&(beat){9, '>', ".", 1, 0, 1, 1, "\1\1\x08\x0a\0\0\0\1\0\0\0\x0b", 12, 0}, false),
              "< . 1:1(0) ack 1 win 1 <nop,nop,TS val 1 ecr 9>");
    CHECK_EQ(memory.odd_echoes, 1);
    CHECK_STR(line(&(beat){9, '>', ".", 1, 0, 1, 1, "\1\1\5\x0a\0\0\0\x69\0\0\0\xcd", 12, 0}, false),
              "< . 1:1(0) ack 1 win 1 <nop,nop,sack 100:200>");
}

TEST(an_echo_of_what_was_never_sent_can_be_said_as_it_is)
{
    memset(&memory, 0, sizeof memory);
    memory.raw_echoes = true;
    CHECK_STR(line(&(beat){9, '>', ".", 1, 0, 1, 1, "\1\1\x08\x0a\0\0\0\1\0\0\0\x0b", 12, 0}, false),
              "< . 1:1(0) ack 1 win 1 <nop,nop,TS val 1 ecr 11>");
    CHECK_EQ(memory.odd_echoes, 0);
}

TEST(an_option_that_scripts_cannot_say_becomes_as_many_NOPs)
{
    memset(&memory, 0, sizeof memory);
    CHECK_STR(line(&(beat){9, '>', ".", 1, 0, 1, 1, "\x1c\4\1\2", 4, 0}, false),
              "< . 1:1(0) ack 1 win 1 <nop,nop,nop,nop>");
    CHECK_EQ(memory.odd_options, 1);
}

TEST(options_of_the_stack_may_be_left_open)
{
    CHECK_STR(line(&(beat){9, '<', ".", 1, 0, 1, 1, "\1\1\1\1", 4, 0}, true), "> . 1:1(0) ack 1 <...>");
    CHECK_STR(line(&(beat){9, '>', ".", 1, 0, 1, 1, "\1\1\1\1", 4, 0}, true),
              "< . 1:1(0) ack 1 win 1 <nop,nop,nop,nop>");
}

TEST(where_no_packet_says_its_timestamp_the_peer_goes_without)
{
    memset(&memory, 0, sizeof memory);
    memory.no_stamps = true;
    CHECK_STR(line(&(beat){9, '>', ".", 1, 0, 1, 1, "\1\1\x08\x0a\0\0\0\1\0\0\0\x0b", 12, 0}, true),
              "< . 1:1(0) ack 1 win 1 <nop,nop,nop,nop,nop,nop,nop,nop,nop,nop,nop,nop>");
}
