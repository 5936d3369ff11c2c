#define CHECK_MAIN
#include "run_fix.h"

TEST(a_packet_that_never_comes_is_told_with_what_came_later)
{
    cf_result r =
        fix_run(HANDSHAKE "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n+.01 < . 1:1(0) ack 11 win 257\n"
                          "+0 > . 11:11(0) ack 1\n");
    fix_is(&r, CF_FAIL);
    CHECK_STR(r.message, "t.pkt:12: error handling packet: Timed out waiting for packet");
    CHECK_STR(r.signature, "no-packet line 12");
    CHECK(strstr(r.hint, "none sent until 2.020000") != NULL);
    CHECK_EQ(r.line, 12);
    CHECK_STR(r.script_packet, "> . 11:11(0) ack 1");
    CHECK(r.stories > 5);
    cf_result_free(&r);
}

TEST(a_mismatch_lists_the_fields_and_both_packets)
{
    cf_result r = fix_run(HANDSHAKE "+0 write(4, ..., 10) = 10\n+0 > . 1:11(10) ack 1\n");
    fix_is(&r, CF_FAIL);
    CHECK_STR(r.signature, "field flags line 10");
    CHECK_STR(r.message,
              "t.pkt:10: error handling packet: live packet field tcp_psh: expected: 0 (0x0) vs actual: 1 (0x1)");
    CHECK(r.diffs >= 5);
    CHECK(strncmp(r.wire_packet, "> P. 1:11(10) ack 1 win ", 24) == 0);
    cf_result_free(&r);
}

#define REPLY HANDSHAKE "+0 < P. 1:11(10) ack 1 win 257\n+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 11\n"

TEST(a_pure_ack_in_front_of_text_is_joined_with_it_as_packetdrill_does)
{
    fix_script(REPLY, CF_PASS, NULL);
}

TEST(an_unexpected_packet_in_front_of_the_expected_one_is_recognised)
{
    cf_result r = fix_run("--strict_segments\n" REPLY);
    fix_is(&r, CF_FAIL);
    CHECK(strstr(r.hint, "a packet too many was sent before it") != NULL);
    cf_result_free(&r);
}

TEST(several_segments_may_meet_one_line_unless_that_is_forbidden)
{
    const char *text = HANDSHAKE "+0 write(4, ..., 5000) = 5000\n+0 > P. 1:5001(5000) ack 1\n";
    fix_script(text, CF_PASS, NULL);
    cf_run_opts o = fix_opts();
    o.strict_segments = true;
    cf_result r = fix_run_with(text, &o);
    fix_is(&r, CF_FAIL);
    CHECK_STR(r.signature, "field payload line 10");
    cf_result_free(&r);
}

TEST(the_rest_of_a_packet_that_never_comes_is_told_beside_what_came)
{
    cf_result r = fix_run(HANDSHAKE "+0 write(4, ..., 2000) = 2000\n+0 > P. 1:3001(3000) ack 1\n");
    fix_is(&r, CF_FAIL);
    CHECK_STR(r.signature, "field payload line 10");
    CHECK(r.wire_packet != NULL);
    cf_result_free(&r);
}

TEST(the_time_of_a_packet_is_judged_with_the_tolerance)
{
    fix_script(HANDSHAKE "+0 write(4, ..., 10) = 10\n+.1 > P. 1:11(10) ack 1\n", CF_FAIL,
               "expected outbound packet at 0.110000 sec but happened at 0.010000 sec; tolerance 0.012500 sec");
    fix_script("--tolerance_usecs=200000\n" HANDSHAKE "+0 write(4, ..., 10) = 10\n+.1 > P. 1:11(10) ack 1\n", CF_PASS,
               NULL);
    fix_script(HANDSHAKE "+0 write(4, ..., 10) = 10\n+0~+.1 > P. 1:11(10) ack 1\n", CF_PASS, NULL);
}

TEST(mismatches_may_be_mere_warnings)
{
    cf_result r = fix_run("--non_fatal=packet\n" HANDSHAKE "+0 write(4, ..., 10) = 10\n+0 > . 1:11(10) ack 1\n");
    fix_is(&r, CF_PASS);
    CHECK(strstr(r.notes, "warning handling packet") != NULL);
    cf_result_free(&r);
}

TEST(a_packet_without_a_socket_is_an_error)
{
    fix_script("0 > S 0:0(0)\n", CF_RUN_ERROR, "no matching socket for outbound packet");
}

#define STRANGER "--by_ports\n0 < 5001 > 9 S 7:7(0) win 100\n"

TEST(a_stranger_is_answered_on_his_own_ports)
{
    fix_script(STRANGER "+0 > 9 > 5001 R. 0:0(0) ack 1\n", CF_PASS, NULL);
    fix_script(STRANGER "+0 > 9 > 5001 R. 0:0(0) ack 2\n", CF_FAIL, "tcp_ack_seq");
    fix_script("--by_ports\n" HANDSHAKE "+0 < 5001 > 9 S 7:7(0) win 100\n+0 > 9 > 5001 R. 0:0(0) ack 1\n"
               "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n",
               CF_PASS, NULL);
}

TEST(what_a_stranger_is_sent_has_its_place)
{
    fix_script("--by_ports\n" HANDSHAKE "+0 < 5001 > 9 S 7:7(0) win 100\n"
               "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n",
               CF_FAIL, "the connection of ports 9 > 5001 sends before its turn");
}
