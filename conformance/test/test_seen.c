#define CHECK_MAIN
#include "match_fix.h"

static bool add(cf_seen *s, fix_frame f, const char **why)
{
    static uint8_t bytes[3000];
    f.flags |= CF_ACK;
    cf_packet p = fix_packet(&f, false, bytes, sizeof bytes);
    return cf_seen_add(s, &p, 100 * f.seq, why);
}

static void refuses(fix_frame first, fix_frame next, const char *field)
{
    cf_seen s = {0};
    const char *why;
    CHECK(add(&s, first, &why));
    CHECK(!add(&s, next, &why));
    cf_seen_clear(&s);
    CHECK_STR(why, field);
}

TEST(frames_that_follow_on_are_one_packet_with_the_last_ones_headers)
{
    cf_seen s = {0};
    const char *why;
    CHECK(add(&s, (fix_frame){.seq = 1, .text_len = 1000, .flags = CF_CWR}, &why));
    CHECK(add(&s, (fix_frame){.seq = 1001, .text_len = 1000}, &why));
    CHECK(add(&s, (fix_frame){.seq = 2001, .text_len = 500, .flags = CF_PSH | CF_FIN}, &why));
    CHECK_EQ(s.frames, 3);
    CHECK_EQ(s.p.text_len, 2500);
    CHECK_EQ(s.first_text, 1000);
    CHECK_EQ(s.frame_text, 500);
    CHECK(s.first_cwr && s.text_zero);
    CHECK_EQ(s.at_us, 200100);
    CHECK(cf_packet_tcp(&s.p)->flags & CF_FIN);
    cf_seen_clear(&s);
}

TEST(what_does_not_follow_on_is_named)
{
    fix_frame first = {.seq = 1, .text_len = 1000};
    refuses(first, (fix_frame){.seq = 1002, .text_len = 1000}, "tcp_seq");
    refuses(first, (fix_frame){.seq = 1001, .ack = 1, .text_len = 1000}, "tcp_ack_seq");
    refuses(first, (fix_frame){.seq = 1001, .win = 1, .text_len = 1000}, "tcp_window");
    refuses(first, (fix_frame){.seq = 1001, .ttl = 63, .text_len = 1000}, "ttl");
    refuses(first, (fix_frame){.seq = 1001, .flags = CF_URG, .text_len = 1000}, "tcp flags");
}

TEST(only_the_last_frame_may_have_another_size)
{
    cf_seen s = {0};
    const char *why;
    CHECK(add(&s, (fix_frame){.seq = 1, .text_len = 1000}, &why));
    CHECK(add(&s, (fix_frame){.seq = 1001, .text_len = 500}, &why));
    CHECK(!add(&s, (fix_frame){.seq = 1501, .text_len = 500}, &why));
    CHECK_STR(why, "payload size");
    cf_seen_clear(&s);
}

TEST(a_byte_that_is_not_zero_is_remembered)
{
    cf_seen s = {0};
    const char *why;
    CHECK(add(&s, (fix_frame){.seq = 1, .text_len = 2, .text = (const uint8_t *)"\0x"}, &why));
    CHECK(add(&s, (fix_frame){.seq = 3, .text_len = 2}, &why));
    CHECK(!s.text_zero);
    cf_seen_clear(&s);
}
