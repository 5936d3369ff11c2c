#define CHECK_MAIN
#include "match_fix.h"

static cf_pkt ack_of(uint32_t seq, uint32_t len, uint32_t ack)
{
    return (cf_pkt){.dir = CF_OUT,
                    .proto = CF_P_TCP,
                    .flags = CF_ACK,
                    .seq = seq,
                    .len = len,
                    .seq_end = seq + len,
                    .has_ack = true,
                    .ack = ack};
}

TEST(equal_packets_match_and_an_unwritten_window_is_not_checked)
{
    fix_begin(CF_MODE_IPV4);
    cf_pkt want = ack_of(1, 10, 5);
    fix_ok(fix_match(&want, &(fix_frame){.flags = CF_ACK, .seq = 1, .ack = 5, .win = 1234, .text_len = 10}, 0));
    want.has_win = true;
    want.win = 1000;
    fix_differs(fix_match(&want, &(fix_frame){.flags = CF_ACK, .seq = 1, .ack = 5, .win = 1234, .text_len = 10}, 0),
                "win", "live packet field tcp_window: expected: 1000 (0x3e8) vs actual: 1234 (0x4d2)");
}

TEST(all_differences_are_listed_and_the_first_in_packetdrills_order_is_the_reason)
{
    fix_begin(CF_MODE_IPV4);
    cf_pkt want = ack_of(1, 10, 5);
    const cf_match *m =
        fix_match(&want, &(fix_frame){.flags = CF_ACK | CF_PSH, .seq = 2, .ack = 6, .text_len = 20}, 50000);
    fix_differs(m, "payload", "live packet payload: expected 10 bytes vs actual 20 bytes");
    CHECK_EQ(fix_rows_that_differ(m), 5); /* payload, flags, seq, ack, time */
    m = fix_match(&want, &(fix_frame){.flags = CF_ACK | CF_PSH, .seq = 2, .ack = 6, .text_len = 10}, 0);
    fix_differs(m, "flags", "live packet field tcp_psh: expected: 0 (0x0) vs actual: 1 (0x1)");
    m = fix_match(&want, &(fix_frame){.flags = CF_ACK, .seq = 2, .ack = 6, .text_len = 10}, 0);
    fix_differs(m, "seq", "live packet field tcp_seq: expected: 1 (0x1) vs actual: 2 (0x2)");
    m = fix_match(&want, &(fix_frame){.flags = CF_ACK, .seq = 1, .ack = 6, .text_len = 10}, 0);
    fix_differs(m, "ack", "live packet field tcp_ack_seq: expected: 5 (0x5) vs actual: 6 (0x6)");
}

TEST(where_psh_is_free_one_may_be_more_and_none_may_be_missing)
{
    fix_begin(CF_MODE_IPV4);
    fix_free = CF_FREE_PSH;
    cf_pkt want = ack_of(1, 10, 5);
    fix_frame pushed = {.flags = CF_ACK | CF_PSH, .seq = 1, .ack = 5, .text_len = 10};
    fix_ok(fix_match(&want, &pushed, 0));
    want.flags |= CF_PSH;
    pushed.flags = CF_ACK;
    fix_differs(fix_match(&want, &pushed, 0), "flags",
                "live packet field tcp_psh: expected: 1 (0x1) vs actual: 0 (0x0)");
    want = ack_of(1, 0, 5);
    fix_differs(fix_match(&want, &(fix_frame){.flags = CF_ACK | CF_PSH, .seq = 1, .ack = 5}, 0), "flags", NULL);
}

TEST(without_the_flag_the_acknowledgment_field_must_be_what_is_written)
{
    fix_begin(CF_MODE_IPV4);
    cf_pkt want = {.dir = CF_OUT, .proto = CF_P_TCP, .flags = CF_RST, .seq = 1};
    fix_ok(fix_match(&want, &(fix_frame){.flags = CF_RST, .seq = 1}, 0));
    fix_differs(fix_match(&want, &(fix_frame){.flags = CF_RST, .seq = 1, .ack = 9}, 0), "ack", NULL);
}

TEST(where_it_is_free_an_empty_segment_may_carry_one_byte_of_garbage)
{
    static const uint8_t text[2] = {0x55, 0x55};
    fix_begin(CF_MODE_IPV4);
    fix_free = CF_FREE_GARBAGE_BYTE;
    cf_pkt want = ack_of(1, 0, 5);
    fix_ok(fix_match(&want, &(fix_frame){.flags = CF_ACK, .seq = 1, .ack = 5, .text_len = 1, .text = text}, 0));
    fix_ok(fix_match(&want, &(fix_frame){.flags = CF_ACK, .seq = 1, .ack = 5}, 0));
    CHECK(!fix_match(&want, &(fix_frame){.flags = CF_ACK, .seq = 1, .ack = 5, .text_len = 2, .text = text}, 0)->ok);
    want = ack_of(1, 1, 5);
    CHECK(!fix_match(&want, &(fix_frame){.flags = CF_ACK, .seq = 1, .ack = 5, .text_len = 1, .text = text}, 0)->ok);
}

TEST(an_urgent_pointer_nobody_wrote_differs)
{
    fix_begin(CF_MODE_IPV4);
    cf_pkt want = ack_of(1, 0, 5);
    fix_differs(fix_match(&want, &(fix_frame){.flags = CF_ACK, .seq = 1, .ack = 5, .urp = 3}, 0), "urg",
                "live packet field tcp_urg_ptr: expected: 0 (0x0) vs actual: 3 (0x3)");
}

TEST(an_ace_digit_stands_for_three_bits)
{
    fix_begin(CF_MODE_IPV4);
    cf_pkt want = ack_of(1, 0, 5);
    want.has_ace = true;
    want.ace = 5;
    fix_ok(fix_match(&want, &(fix_frame){.flags = CF_ACK | CF_AE | CF_ECE, .seq = 1, .ack = 5}, 0));
    fix_differs(fix_match(&want, &(fix_frame){.flags = CF_ACK | CF_ECE, .seq = 1, .ack = 5}, 0), "flags",
                "live packet field tcp_ace: expected: 5 (0x5) vs actual: 1 (0x1)");
}

TEST(payload_must_be_zeros)
{
    fix_begin(CF_MODE_IPV4);
    cf_pkt want = ack_of(1, 3, 5);
    fix_differs(
        fix_match(&want,
                  &(fix_frame){.flags = CF_ACK, .seq = 1, .ack = 5, .text_len = 3, .text = (const uint8_t *)"abc"}, 0),
        "payload bytes", NULL);
}

TEST(time_is_the_last_thing_that_is_judged)
{
    fix_begin(CF_MODE_IPV4);
    cf_pkt want = ack_of(1, 0, 5);
    fix_ok(fix_match(&want, &(fix_frame){.flags = CF_ACK, .seq = 1, .ack = 5}, 4000));
    fix_differs(
        fix_match(&want, &(fix_frame){.flags = CF_ACK, .seq = 1, .ack = 5}, 4001), "time",
        "timing error: expected outbound packet at 0.000000 sec but happened at 0.004001 sec; tolerance 0.004000 sec");
}
