#define CHECK_MAIN
#include "fix.h"

TEST(an_urgent_pointer_names_the_octet_after_the_urgent_data)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    uint8_t byte;
    peer_sends(f, RS_ACK | RS_URG, .len = 5, .up = 3);
    CHECK(rs_tcb_events(&f->env, f->t) & RS_TCB_EV_URGENT);
    CHECK_EQ(rs_tcp_receive_oob(&f->env, f->t, &byte, true), 1);
    CHECK_EQ(byte, 2);
    CHECK_EQ(rs_tcp_receive_oob(&f->env, f->t, &byte, false), 1);
    CHECK_EQ(rs_tcp_receive_oob(&f->env, f->t, &byte, false), -1);
}

TEST(reading_stops_before_the_urgent_octet_and_leaves_it_out)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    uint8_t buf[16];
    peer_sends(f, RS_ACK | RS_URG, .len = 5, .up = 3);
    CHECK_EQ(rs_tcp_receive(&f->env, f->t, buf, sizeof buf, false), 2);
    CHECK_EQ(rs_tcp_receive(&f->env, f->t, buf, sizeof buf, false), 2);
    CHECK_EQ(buf[0], 3);
    CHECK(!f->t->rcv.urg);
}

TEST(in_line_the_urgent_octet_is_part_of_the_stream)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    uint8_t buf[16];
    f->t->opts.oob_inline = true;
    peer_sends(f, RS_ACK | RS_URG, .len = 5, .up = 3);
    CHECK_EQ(rs_tcp_receive(&f->env, f->t, buf, sizeof buf, false), 2);
    CHECK_EQ(rs_tcp_receive(&f->env, f->t, buf, sizeof buf, false), 3);
    CHECK_EQ(buf[0], 2);
}

TEST(a_pointer_far_ahead_waits_and_a_receding_one_changes_nothing)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    uint8_t byte;
    peer_sends(f, RS_ACK | RS_URG, .len = 5, .up = 5000);
    CHECK_EQ(rs_tcp_receive_oob(&f->env, f->t, &byte, false), 0);
    rs_seq up = f->t->rcv.up;
    peer_sends(f, RS_ACK | RS_URG, .len = 5, .up = 1);
    CHECK_EQ(f->t->rcv.up.raw, up.raw);
    peer_sends(f, RS_ACK, .len = 5, .up = 9);
    CHECK_EQ(f->t->rcv.up.raw, up.raw);
}

TEST(what_was_urgent_is_left_out_when_another_octet_becomes_so)
{
    uint8_t buf[16], byte;
    for (int in_line = 0; in_line < 2; in_line++) {
        fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
        f->t->opts.oob_inline = in_line;
        peer_sends(f, RS_ACK | RS_URG, .len = 3, .up = 3);
        CHECK_EQ(rs_tcp_receive(&f->env, f->t, buf, sizeof buf, false), 2);
        peer_sends(f, RS_ACK | RS_URG, .len = 3, .up = 3);
        CHECK_EQ(rs_tcp_receive_oob(&f->env, f->t, &byte, false), in_line ? -1 : 1);
        CHECK_EQ(rs_tcp_receive(&f->env, f->t, buf, sizeof buf, false), in_line ? 3 : 2);
    }
}

TEST(an_urgent_octet_that_nobody_has_come_to_becomes_text)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    uint8_t buf[16];
    peer_sends(f, RS_ACK | RS_URG, .len = 3, .up = 3);
    peer_sends(f, RS_ACK | RS_URG, .len = 3, .up = 3);
    CHECK_EQ(rs_tcp_receive(&f->env, f->t, buf, sizeof buf, false), 5);
}

TEST(stdurg_reads_the_pointer_as_the_last_urgent_octet)
{
    rs_config cfg = rs_config_rfc();
    cfg.knobs.stdurg = 1;
    fix *f = conn_in(RS_ESTABLISHED, cfg);
    uint8_t byte;
    peer_sends(f, RS_ACK | RS_URG, .len = 5, .up = 3);
    CHECK_EQ(rs_tcp_receive_oob(&f->env, f->t, &byte, false), 1);
    CHECK_EQ(byte, 3);
}

TEST(urgent_data_is_ignored_after_the_peers_fin)
{
    fix *f = conn_in(RS_CLOSE_WAIT, rs_config_rfc());
    peer_sends(f, RS_ACK | RS_URG, .len = 5, .up = 3);
    CHECK(!f->t->rcv.urg);
}
