#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../oracle/oracle.h"
#include "../prog/fail.h"
#include "packets.h"

static fz_answer answer;

static void arrives(const made_of *m, bool nobody)
{
    fz_answer_begin(&answer, made(true, m), nobody);
    fz_catch();
}

static void host(const made_of *m)
{
    fz_answer_sent(&answer, made(false, m));
}

static const char *judged(void)
{
    fz_answer_end(&answer);
    return fz_caught();
}

TEST(one_ack_or_two_are_an_answer_three_are_an_ack_war)
{
    arrives(&(made_of){.seq = 1, .flags = CF_ACK}, false);
    host(&(made_of){.flags = CF_ACK});
    host(&(made_of){.flags = CF_ACK});
    CHECK(!judged());
    arrives(&(made_of){.seq = 1, .flags = CF_ACK}, false);
    for (int i = 0; i < 3; i++) host(&(made_of){.flags = CF_ACK});
    CHECK_STR(judged(), "O32 replies");
}

TEST(data_and_fins_are_no_control_replies)
{
    static const uint8_t text[5] = "abcd";
    arrives(&(made_of){.seq = 1, .flags = CF_ACK}, false);
    for (int i = 0; i < 3; i++) host(&(made_of){.flags = CF_ACK, .text = text, .text_len = 5});
    host(&(made_of){.flags = CF_ACK | CF_FIN});
    CHECK(!judged());
}

TEST(two_resets_for_one_packet_are_found)
{
    arrives(&(made_of){.seq = 1, .ack = 5, .flags = CF_ACK}, false);
    host(&(made_of){.seq = 5, .flags = CF_RST});
    host(&(made_of){.seq = 5, .flags = CF_RST});
    CHECK_STR(judged(), "O32 replies");
}

TEST(a_reset_in_reply_to_a_reset_is_found)
{
    arrives(&(made_of){.seq = 1, .flags = CF_RST}, false);
    host(&(made_of){.seq = 5, .flags = CF_RST});
    CHECK_STR(judged(), "O26 silence");
}

TEST(silence_on_a_segment_for_nobody_is_found)
{
    arrives(&(made_of){.seq = 1, .ack = 5, .flags = CF_ACK}, true);
    CHECK_STR(judged(), "O27 reset");
    arrives(&(made_of){.seq = 1, .ack = 5, .flags = CF_ACK}, true);
    host(&(made_of){.seq = 6, .flags = CF_RST});
    CHECK_STR(judged(), "O27 reset");
    arrives(&(made_of){.seq = 1, .ack = 5, .flags = CF_ACK}, true);
    host(&(made_of){.seq = 5, .flags = CF_RST});
    CHECK(!judged());
}

TEST(a_reset_or_a_damaged_segment_for_nobody_may_go_unanswered)
{
    arrives(&(made_of){.seq = 1, .flags = CF_RST}, true);
    CHECK(!judged());
    arrives(&(made_of){.seq = 1, .ack = 5, .flags = CF_ACK, .bad_sum = 1}, true);
    CHECK(!judged());
}

TEST(what_comes_later_answers_nothing)
{
    arrives(&(made_of){.seq = 1, .flags = CF_RST}, false);
    CHECK(!judged());
    fz_catch();
    host(&(made_of){.seq = 5, .flags = CF_RST});
    CHECK(!judged());
}
