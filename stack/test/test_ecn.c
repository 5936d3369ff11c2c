/* Explicit Congestion Notification (mech/ecn.h). */
#define CHECK_MAIN
#include "check.h"

#include "../mech/ecn.h"

static rs_ecn agreed(void)
{
    rs_ecn e = {0};
    rs_ecn_hear_syn(&e, &(rs_ecn_syn){.flags = RS_SYN | RS_ECE | RS_CWR, .may = true});
    CHECK(e.on);
    return e;
}

TEST(only_a_syn_with_both_bits_that_is_not_itself_ect_asks)
{
    for (uint16_t flags = 0; flags < 512; flags++) {
        for (uint8_t ip = 0; ip < 4; ip++) {
            rs_ecn e = {0};
            rs_ecn_hear_syn(&e, &(rs_ecn_syn){.flags = flags, .ip_ecn = ip, .may = true});
            CHECK_EQ(e.on, (flags & RS_ECE) && (flags & RS_CWR) && ip == RS_NOT_ECT);
            rs_ecn_hear_syn(&e, &(rs_ecn_syn){.flags = flags, .ip_ecn = ip, .may = false});
            CHECK(!e.on);
        }
    }
}

TEST(a_syn_ack_agrees_with_ece_alone_and_only_to_who_asked)
{
    static const struct {
        uint16_t flags;
        bool on;
    } row[] = {{0, false}, {RS_ECE, true}, {RS_CWR, false}, {RS_ECE | RS_CWR, false}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        rs_ecn e = {0};
        rs_ecn_hear_syn_ack(&e, row[i].flags);
        CHECK(!e.on);
        CHECK_EQ(rs_ecn_ask(&e), RS_ECE | RS_CWR);
        rs_ecn_hear_syn_ack(&e, row[i].flags);
        CHECK_EQ(e.on, row[i].on);
    }
}

TEST(a_syn_that_goes_again_goes_without_and_its_answer_counts)
{
    rs_ecn e = {0};
    CHECK_EQ(rs_ecn_syn_flags(&e, false, true), 0);
    rs_ecn_ask(&e);
    CHECK_EQ(rs_ecn_syn_flags(&e, false, true), RS_ECE | RS_CWR);
    CHECK_EQ(rs_ecn_syn_flags(&e, true, true), 0);
    CHECK_EQ(rs_ecn_syn_flags(&e, true, false), RS_ECE | RS_CWR);
    rs_ecn_hear_syn_ack(&e, RS_ECE);
    CHECK(e.on);
}

TEST(new_text_is_ect_0_and_nothing_else_is)
{
    rs_ecn e = agreed();
    CHECK_EQ(rs_ecn_send(&e, &(rs_ecn_out){.new_text = true}).ip_ecn, RS_ECT0);
    CHECK_EQ(rs_ecn_send(&e, &(rs_ecn_out){0}).ip_ecn, RS_NOT_ECT);
    CHECK_EQ(rs_ecn_send(&e, &(rs_ecn_out){.always_ect = true}).ip_ecn, RS_ECT0);
    rs_ecn off = {0};
    CHECK_EQ(rs_ecn_send(&off, &(rs_ecn_out){.new_text = true, .always_ect = true}).ip_ecn, RS_NOT_ECT);
}

TEST(a_mark_is_echoed_until_the_peer_says_that_it_slowed_down)
{
    rs_ecn e = agreed();
    CHECK_EQ(rs_ecn_on_data(&e, RS_CE), RS_ECN_ACK_SOON);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(rs_ecn_send(&e, &(rs_ecn_out){0}).flags, RS_ECE);
        CHECK_EQ(rs_ecn_on_data(&e, RS_ECT0), RS_ECN_NOTHING);
    }
    rs_ecn_on_cwr(&e);
    CHECK_EQ(rs_ecn_send(&e, &(rs_ecn_out){0}).flags, 0);
}

TEST(a_mark_on_the_segment_that_ends_the_echo_begins_it_anew)
{
    rs_ecn e = agreed();
    rs_ecn_on_data(&e, RS_CE);
    rs_ecn_on_cwr(&e);
    rs_ecn_on_data(&e, RS_CE);
    CHECK_EQ(rs_ecn_send(&e, &(rs_ecn_out){0}).flags, RS_ECE);
}

TEST(both_ect_codes_mean_the_same)
{
    rs_ecn e = agreed();
    CHECK_EQ(rs_ecn_on_data(&e, RS_ECT1), RS_ECN_NOTHING);
    CHECK(e.seen && !e.echo);
}

TEST(text_without_ect_after_text_with_it_is_probably_a_retransmission)
{
    rs_ecn e = agreed();
    CHECK_EQ(rs_ecn_on_data(&e, RS_NOT_ECT), RS_ECN_NOTHING);
    rs_ecn_on_data(&e, RS_ECT0);
    CHECK_EQ(rs_ecn_on_data(&e, RS_NOT_ECT), RS_ECN_ACK_SOON);
}

TEST(cwr_goes_once_with_the_next_new_text)
{
    rs_ecn e = agreed();
    CHECK(rs_ecn_is_echo(&e, RS_ACK | RS_ECE));
    CHECK(!rs_ecn_is_echo(&e, RS_ACK));
    CHECK(!rs_ecn_is_echo(&e, RS_ACK | RS_SYN | RS_ECE));
    rs_ecn_reduced(&e);
    CHECK_EQ(rs_ecn_send(&e, &(rs_ecn_out){0}).flags, 0);
    CHECK_EQ(rs_ecn_send(&e, &(rs_ecn_out){.new_text = true}).flags, RS_CWR);
    CHECK_EQ(rs_ecn_send(&e, &(rs_ecn_out){.new_text = true}).flags, 0);
}

TEST(without_an_agreement_marks_mean_nothing)
{
    rs_ecn e = {0};
    CHECK_EQ(rs_ecn_on_data(&e, RS_CE), RS_ECN_NOTHING);
    CHECK(!rs_ecn_is_echo(&e, RS_ACK | RS_ECE));
    rs_ecn_reduced(&e);
    CHECK_EQ(rs_ecn_send(&e, &(rs_ecn_out){.new_text = true}).flags, 0);
    CHECK_SOUND(rs_ecn_broken(&e));
    e.echo = true;
    CHECK_STR(rs_ecn_broken(&e), "E1: marks are in use without an agreement");
}

TEST(exact_echoes_follow_each_change_of_the_marks)
{
    rs_ecn e = agreed();
    CHECK(!rs_ecn_changes(&e, RS_ECT0));
    CHECK(rs_ecn_changes(&e, RS_CE));
    rs_ecn_echo_exactly(&e, RS_CE);
    CHECK_EQ(rs_ecn_send(&e, &(rs_ecn_out){0}).flags, RS_ECE);
    CHECK(!rs_ecn_changes(&e, RS_CE) && !rs_ecn_changes(&e, RS_NOT_ECT));
    CHECK(rs_ecn_changes(&e, RS_ECT0));
    rs_ecn_echo_exactly(&e, RS_ECT0);
    CHECK_EQ(rs_ecn_send(&e, &(rs_ecn_out){0}).flags, 0);
}
