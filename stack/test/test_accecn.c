/* Accurate ECN feedback (mech/accecn.h). */
#define CHECK_MAIN
#include "check.h"

#include "../base/time.h"
#include "../mech/accecn.h"

static const rs_opts no_options;

static rs_accecn_in seg(unsigned ace, uint8_t ip)
{
    return (rs_accecn_in){(uint16_t)(RS_ACK | rs_ace_flags(ace)), ip, &no_options};
}

/* A server that has agreed, with a client whose ACK says that our SYN-ACK came untouched. */
static rs_accecn agreed(void)
{
    rs_accecn a;
    rs_accecn_in ack = seg(2, RS_NOT_ECT);
    rs_accecn_init(&a);
    rs_accecn_hear_syn(&a, RS_NOT_ECT);
    rs_accecn_hear_third_ack(&a, &ack, true);
    CHECK(a.on && !a.fail);
    return a;
}

static unsigned ace_of_ack(rs_accecn *a)
{
    return rs_ace_of(rs_accecn_send(a, &(rs_accecn_out){.pure = true}).flags);
}

static uint32_t told(rs_accecn *a, unsigned ace, uint32_t segs)
{
    return rs_accecn_told(
        a, &(rs_accecn_ack){.in = seg(ace, RS_NOT_ECT), .segs = segs, .bytes = segs * 1000, .mss = 1000});
}

static rs_opts counters(bool second, uint32_t first, uint32_t ce, uint32_t third)
{
    return (rs_opts){.has_accecn = true, .accecn_second = second, .accecn_fields = 3, .accecn = {first, ce, third}};
}

TEST(three_flags_are_one_number)
{
    for (unsigned ace = 0; ace < 8; ace++) CHECK_EQ(rs_ace_of(rs_ace_flags(ace)), ace);
    CHECK_EQ(rs_ace_flags(6), RS_AE | RS_CWR);
}

TEST(which_hosts_ask_and_agree)
{
    for (int knob = 0; knob <= 5; knob++) {
        CHECK_EQ(rs_accecn_may_ask(knob), knob == 3);
        CHECK_EQ(rs_accecn_may_agree(knob), knob >= 3);
    }
    for (unsigned ace = 0; ace < 8; ace++) CHECK_EQ(rs_accecn_asks(RS_SYN | rs_ace_flags(ace)), ace != 0 && ace != 3);
}

TEST(a_syn_asks_twice_and_a_syn_ack_answers_twice)
{
    CHECK_EQ(rs_accecn_syn_flags(0, true), RS_AE | RS_CWR | RS_ECE);
    CHECK_EQ(rs_accecn_syn_flags(1, true), RS_AE | RS_CWR | RS_ECE);
    CHECK_EQ(rs_accecn_syn_flags(2, true), 0);
    CHECK_EQ(rs_accecn_syn_flags(2, false), RS_AE | RS_CWR | RS_ECE);
    rs_accecn a = agreed();
    CHECK_EQ(rs_accecn_syn_ack_flags(&a, 1, true), RS_CWR);
    CHECK(!a.no_ect);
    CHECK_EQ(rs_accecn_syn_ack_flags(&a, 2, false), RS_CWR);
    CHECK_EQ(rs_accecn_syn_ack_flags(&a, 2, true), 0);
    CHECK_EQ(rs_accecn_send(&a, &(rs_accecn_out){.ect = true}).ip_ecn, RS_NOT_ECT);
}

TEST(a_syn_ack_says_how_the_last_syn_came)
{
    static const uint8_t ace[4] = {2, 3, 4, 6};
    rs_accecn a;
    rs_accecn_init(&a);
    for (uint8_t ip = 0; ip < 4; ip++) {
        rs_accecn_hear_syn(&a, ip);
        CHECK_EQ(rs_ace_of(rs_accecn_syn_ack_flags(&a, 0, true)), ace[ip]);
    }
    CHECK_EQ(a.cep, 0);
}

TEST(what_a_syn_ack_can_answer)
{
    static const rs_accecn_answer answer[8] = {RS_ACCECN_NO_ECN, RS_ACCECN_CLASSIC, RS_ACCECN_YES, RS_ACCECN_YES,
                                               RS_ACCECN_YES,    RS_ACCECN_YES,     RS_ACCECN_YES, RS_ACCECN_NO_ECN};
    for (unsigned ace = 0; ace < 8; ace++) {
        rs_accecn a;
        rs_accecn_in in = seg(ace, RS_NOT_ECT);
        rs_accecn_init(&a);
        CHECK_EQ(rs_accecn_hear_syn_ack(&a, &in), answer[ace]);
        CHECK_EQ(a.on, answer[ace] == RS_ACCECN_YES);
        bool changed = ace == 3 || ace == 4 || ace == 6; /* our SYN is never ECT */
        CHECK_EQ(a.fail, changed ? RS_ACCECN_ACE_FAIL_RECV : 0);
    }
}

TEST(linux_checks_feedback_only_on_a_marked_syn_ack)
{
    for (uint8_t ip = 0; ip < 4; ip++) {
        rs_accecn a;
        rs_accecn_in in = seg(4, ip);
        rs_accecn_init(&a);
        a.trusts = true;
        rs_accecn_hear_syn_ack(&a, &in);
        CHECK_EQ(a.fail, ip == RS_CE ? RS_ACCECN_ACE_FAIL_RECV : 0);
    }
}

TEST(the_ack_of_a_syn_ack_says_how_that_came_and_a_mark_counts_once)
{
    rs_accecn a;
    rs_accecn_in in = seg(2, RS_CE);
    rs_accecn_init(&a);
    rs_accecn_hear_syn_ack(&a, &in);
    CHECK_EQ(ace_of_ack(&a), 6);
    rs_accecn_hear_syn_ack_again(&a, RS_CE);
    CHECK_EQ(ace_of_ack(&a), 6);
    CHECK_EQ(a.cep, 1);
    rs_accecn_hear_syn_ack_again(&a, RS_ECT1);
    CHECK_EQ(ace_of_ack(&a), 3);
    CHECK_EQ(ace_of_ack(&a), 6); /* the count from now on: five and one */
}

TEST(text_that_goes_first_carries_the_count)
{
    rs_accecn a;
    rs_accecn_in in = seg(2, RS_ECT0);
    rs_accecn_init(&a);
    rs_accecn_hear_syn_ack(&a, &in);
    CHECK_EQ(rs_ace_of(rs_accecn_send(&a, &(rs_accecn_out){.text = true, .ect = true}).flags), 5);
    CHECK_EQ(ace_of_ack(&a), 5);
}

TEST(a_third_ack_without_any_flag_was_wiped)
{
    rs_accecn a = agreed();
    rs_accecn_in in = seg(0, RS_NOT_ECT);
    rs_accecn_hear_third_ack(&a, &in, true);
    CHECK_EQ(a.fail, RS_ACCECN_ACE_FAIL_RECV);
    CHECK_EQ(rs_accecn_send(&a, &(rs_accecn_out){.ect = true}).ip_ecn, RS_NOT_ECT);
    CHECK_EQ(told(&a, 7, 1), 0);
    CHECK_EQ(rs_accecn_received(&a, RS_CE, 100), RS_ACCECN_ACK_NOW); /* its marks are still counted */
    CHECK_EQ(ace_of_ack(&a), 6);
}

TEST(ace_on_a_third_ack_with_text_counts_already)
{
    rs_accecn a;
    rs_accecn_in in = seg(6, RS_NOT_ECT);
    rs_accecn_init(&a);
    rs_accecn_hear_syn(&a, RS_NOT_ECT);
    rs_accecn_hear_third_ack(&a, &in, false);
    CHECK_EQ(a.fail, 0);
    rs_accecn_hear_third_ack(&a, &in, true); /* pure, it says that our SYN-ACK came marked: it was not ECT */
    CHECK_EQ(a.fail, RS_ACCECN_ACE_FAIL_RECV);
}

TEST(every_marked_packet_counts_and_ace_has_the_low_bits)
{
    rs_accecn a = agreed();
    for (unsigned i = 1; i <= 20; i++) {
        rs_accecn_received(&a, RS_CE, i % 2 ? 100 : 0);
        CHECK_EQ(ace_of_ack(&a), (5 + i) % 8);
    }
    CHECK_EQ(a.cep, 20);
    CHECK_EQ(a.bytes[RS_CE - 1], 1000);
    CHECK_SOUND(rs_accecn_broken(&a));
}

TEST(a_mark_after_unmarked_text_is_acknowledged_at_once)
{
    rs_accecn a = agreed();
    CHECK_EQ(rs_accecn_received(&a, RS_ECT0, 100), RS_ACCECN_NO_HURRY);
    CHECK_EQ(rs_accecn_received(&a, RS_CE, 100), RS_ACCECN_ACK_NOW);
    ace_of_ack(&a);
    CHECK_EQ(rs_accecn_received(&a, RS_CE, 100), RS_ACCECN_NO_HURRY);
    CHECK_EQ(rs_accecn_received(&a, RS_CE, 100), RS_ACCECN_ACK_NOW); /* the second since */
    ace_of_ack(&a);
    CHECK_EQ(rs_accecn_received(&a, RS_ECT0, 100), RS_ACCECN_NO_HURRY);
    a.each_change = true;
    CHECK_EQ(rs_accecn_received(&a, RS_ECT1, 100), RS_ACCECN_ACK_NOW);
}

TEST(acks_are_acknowledged_when_the_third_of_them_is_marked)
{
    rs_accecn a = agreed();
    CHECK_EQ(rs_accecn_received(&a, RS_CE, 0), RS_ACCECN_NO_HURRY);
    CHECK_EQ(rs_accecn_received(&a, RS_CE, 0), RS_ACCECN_NO_HURRY);
    CHECK_EQ(rs_accecn_received(&a, RS_ECT0, 0), RS_ACCECN_NO_HURRY);
    CHECK_EQ(rs_accecn_received(&a, RS_CE, 0), RS_ACCECN_ACK_OF_ACKS);
}

TEST(the_difference_of_ace_is_what_is_new)
{
    rs_accecn a = agreed();
    CHECK_EQ(told(&a, 5, 1), 0);
    CHECK_EQ(told(&a, 6, 1), 1);
    CHECK_EQ(told(&a, 0, 3), 2);
    CHECK_EQ(told(&a, 7, 7), 7);
    CHECK_EQ(a.told_cep, 10);
}

TEST(an_ack_of_many_segments_is_taken_for_the_worst)
{
    rs_accecn a = agreed();
    CHECK_EQ(told(&a, 6, 8), 1);
    CHECK_EQ(told(&a, 7, 9), 9);   /* one mark more, or nine */
    CHECK_EQ(told(&a, 7, 20), 16); /* none, or eight, or sixteen */
}

TEST(bytes_that_came_marked_tell_which_it_was)
{
    rs_accecn a = agreed();
    rs_opts o = counters(false, 20001, 0, 1);
    rs_accecn_ack k = {.in = {RS_ACK | RS_CWR | RS_AE, RS_NOT_ECT, &o}, .segs = 20, .bytes = 20000, .mss = 1000};
    CHECK_EQ(rs_accecn_told(&a, &k), 1); /* none of the bytes: an ACK was marked */
    o = counters(false, 20001, 17000, 1);
    CHECK_EQ(rs_accecn_told(&a, &k), 16);
    CHECK_EQ(a.told[RS_CE - 1], 17000);
    CHECK_EQ(a.told[RS_ECT0 - 1], 20000);
}

TEST(counters_of_both_orders_say_the_same)
{
    for (int second = 0; second < 2; second++) {
        rs_accecn a = agreed();
        rs_opts o = second ? counters(true, 31, 20, 11) : counters(false, 11, 20, 31);
        rs_accecn_told(&a,
                       &(rs_accecn_ack){.in = {RS_ACK | RS_AE | RS_ECE, 0, &o}, .segs = 1, .bytes = 60, .mss = 1000});
        CHECK_EQ(a.told[RS_ECT0 - 1], 10);
        CHECK_EQ(a.told[RS_CE - 1], 20);
        CHECK_EQ(a.told[RS_ECT1 - 1], 30);
        CHECK_EQ(a.seen, RS_ACCECN_COUNTER_SEEN);
    }
}

TEST(counters_go_round_at_24_bits_and_old_ones_take_nothing_back)
{
    rs_accecn a = agreed();
    rs_opts o = counters(false, 0x7fffff, 0, 1);
    rs_accecn_ack k = {.in = {RS_ACK | RS_AE | RS_ECE, 0, &o}, .segs = 1, .bytes = 1, .mss = 1000};
    rs_accecn_told(&a, &k);
    o.accecn[0] = 0xfffffe;
    rs_accecn_told(&a, &k);
    o.accecn[0] = 0x10;
    rs_accecn_told(&a, &k);
    CHECK_EQ(a.told[RS_ECT0 - 1], 0x100000f);
    o.accecn[0] = 0x08;
    rs_accecn_told(&a, &k);
    CHECK_EQ(a.told[RS_ECT0 - 1], 0x100000f);
}

TEST(without_an_option_bytes_arrive_as_they_did_before)
{
    rs_accecn a = agreed();
    rs_opts o = counters(false, 1001, 0, 1);
    rs_accecn_told(&a, &(rs_accecn_ack){.in = {RS_ACK | RS_AE | RS_ECE, 0, &o}, .segs = 1, .bytes = 1000, .mss = 1000});
    CHECK_EQ(told(&a, 5, 2), 0);
    CHECK_EQ(a.told[RS_ECT0 - 1], 3000);
}

TEST(counters_that_begin_with_zero_are_not_believed)
{
    rs_accecn a = agreed();
    rs_opts o = counters(false, 0, 0, 0);
    rs_accecn_ack k = {.in = {RS_ACK | RS_AE | RS_CWR, 0, &o}, .segs = 1, .bytes = 1000, .mss = 1000};
    CHECK_EQ(rs_accecn_told(&a, &k), 1);
    CHECK_EQ(a.fail, RS_ACCECN_OPT_FAIL_RECV);
    o = counters(false, 1001, 1000, 1);
    rs_accecn_told(&a, &k);
    CHECK_EQ(a.told[RS_CE - 1], 0);
    rs_accecn b = agreed();
    rs_opts empty = {.has_accecn = true};
    rs_accecn_told(&b,
                   &(rs_accecn_ack){.in = {RS_ACK | RS_AE | RS_ECE, 0, &empty}, .segs = 1, .bytes = 1, .mss = 1000});
    CHECK_EQ(b.seen, RS_ACCECN_EMPTY_SEEN);
}

TEST(when_the_option_goes)
{
    rs_accecn a = agreed();
    rs_accecn_when w = {.knob = RS_ACCECN_FULL, .beacon = 3, .now = {1000000}, .srtt = RS_MS(90)};
    CHECK(!rs_accecn_option_due(&a, &w)); /* the peer has sent none: somebody may strip them */
    a.seen = RS_ACCECN_COUNTER_SEEN;
    CHECK(rs_accecn_option_due(&a, &w));
    w.knob = RS_ACCECN_NEVER;
    CHECK(!rs_accecn_option_due(&a, &w));
    w.knob = RS_ACCECN_SPARE;
    CHECK(rs_accecn_option_due(&a, &w)); /* none went yet */
    rs_accecn_option_went(&a, w.now);
    CHECK(!rs_accecn_option_due(&a, &w));
    w.now.us += 30000;
    CHECK(rs_accecn_option_due(&a, &w)); /* a third of a round trip */
    w.beacon = 0;
    CHECK(!rs_accecn_option_due(&a, &w));
    rs_accecn_received(&a, RS_CE, 10);
    for (int i = 0; i < 2; i++) {
        CHECK(rs_accecn_option_due(&a, &w)); /* a change is told twice */
        rs_accecn_option_went(&a, w.now);
    }
    CHECK(!rs_accecn_option_due(&a, &w));
}

TEST(a_counter_is_told_before_it_can_go_round_unseen)
{
    rs_accecn a = agreed();
    a.seen = RS_ACCECN_COUNTER_SEEN;
    rs_accecn_received(&a, RS_ECT0, 1000);
    a.demand = 0;
    uint32_t told_times = 0;
    for (int i = 0; i < 9000; i++) {
        rs_accecn_received(&a, RS_ECT0, 1000);
        told_times += a.demand > 0;
        a.demand = 0;
    }
    CHECK_EQ(told_times, 9001000 >> 22);
}

TEST(sack_blocks_go_first_and_two_are_enough)
{
    rs_accecn a = agreed();
    uint8_t blocks = 0;
    CHECK_EQ(rs_accecn_fit(&a, 28, &blocks), 3);
    blocks = 2;
    CHECK_EQ(rs_accecn_fit(&a, 28, &blocks), 2);
    blocks = 3;
    CHECK_EQ(rs_accecn_fit(&a, 28, &blocks), -1); /* nothing has changed */
    CHECK_EQ(blocks, 3);
    rs_accecn_received(&a, RS_CE, 10);
    CHECK_EQ(rs_accecn_fit(&a, 28, &blocks), 2);
    CHECK_EQ(blocks, 2);
    rs_accecn_received(&a, RS_ECT1, 10); /* the third counter: two blocks leave no room for it */
    CHECK_EQ(rs_accecn_fit(&a, 28, &blocks), -1);
    CHECK_EQ(blocks, 2);
}

TEST(what_is_written_is_counters_with_their_beginnings)
{
    rs_accecn a = agreed();
    rs_accecn_received(&a, RS_ECT0, 100);
    rs_accecn_received(&a, RS_CE, 50);
    rs_opts o = {0};
    rs_accecn_write(&a, &o, 2);
    CHECK(o.has_accecn && !o.accecn_second);
    CHECK_EQ(o.accecn[0], 101);
    CHECK_EQ(o.accecn[1], 50);
    a.second = true;
    rs_accecn_write(&a, &o, 3);
    CHECK_EQ(o.accecn[0], 1);
    CHECK_EQ(o.accecn[2], 101);
}

TEST(broken_invariants_are_named)
{
    rs_accecn a = agreed();
    a.pending = 1;
    CHECK_STR(rs_accecn_broken(&a), "A1: more marks are to be told than came");
    a = agreed();
    a.bytes[RS_CE - 1] = 1;
    CHECK_STR(rs_accecn_broken(&a), "A2: marked bytes without a marked packet");
}
