#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../audit/speaker.h"
#include "../packet/encode.h"

static cf_marks marks(const char *opts, uint8_t len)
{
    cf_marks m;
    cf_seg s = {.opt_len = len};
    memcpy(s.opts, opts, len);
    cf_marks_read(&m, &s);
    return m;
}

TEST(options_are_read_as_far_as_they_are_sound)
{
    cf_marks m = marks("\2\4\5\xb4\3\3\7\4\2\10\12\0\0\0\1\0\0\0\2", 19);
    CHECK(!m.bad_form && m.mss && m.scale && m.sack_ok && m.ts);
    CHECK_EQ(m.mss_val, 1460);
    CHECK_EQ(m.shift, 7);
    CHECK_EQ(m.ts_ecr, 2);
    CHECK(marks("\2\4\5", 3).bad_form);
    CHECK(marks("\10\0\1\1", 4).bad_form);
    CHECK_EQ(marks("\1\1\5\12\0\0\0\1\0\0\0\2", 12).sacks, 1);
}

TEST(the_window_is_scaled_on_all_but_syns)
{
    cf_speaker me = {.shift = 7};
    cf_seg syn = {.flags = CF_SYN | CF_ACK, .win = 10, .ack_pos = 1}, ack = {.flags = CF_ACK, .win = 10, .ack_pos = 1};
    CHECK_EQ(cf_edge_of(&me, &syn, true), 11);
    CHECK_EQ(cf_edge_of(&me, &ack, true), 1281);
    CHECK_EQ(cf_edge_of(&me, &ack, false), 11);
}

TEST(a_syn_where_its_stream_does_not_begin_tells_nothing_of_offers)
{
    cf_speaker me = {.packets = 1};
    cf_marks m = {.mss = true, .mss_val = 1000};
    cf_seg s = {.flags = CF_SYN, .pos = 500};
    cf_speaker_took(&me, &s, &m, false);
    CHECK(me.unplaced && !me.syn && me.mss == 0);
}

TEST(in_syn_sent_a_reset_ends_nothing)
{
    cf_speaker me = {.syn = true, .packets = 1, .end = 1};
    cf_marks m = {.mss = false};
    cf_seg rst = {.flags = CF_RST, .pos = 1};
    cf_speaker_took(&me, &rst, &m, false);
    CHECK(!me.reset);
    me.acks = true;
    cf_speaker_took(&me, &rst, &m, false);
    CHECK(me.reset);
}
