#define CHECK_MAIN
#include "run_fix.h"

TEST(events_run_in_file_order_on_the_virtual_clock)
{
    cf_result r = fix_run(HANDSHAKE "+3600 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n");
    fix_is(&r, CF_PASS);
    int64_t virtual_us = r.virtual_us, wall = r.wall_us;
    uint32_t in = r.packets_in, out = r.packets_out;
    cf_result_free(&r);
    CHECK_EQ(virtual_us, 3600010000);
    CHECK(wall < 5000000);
    CHECK_EQ(in, 3); /* SYN, ACK, and the reset at the end */
    CHECK_EQ(out, 2);
}

TEST(the_first_event_must_be_at_time_zero)
{
    fix_script("0.5 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_RUN_ERROR, "the first event must be at time 0");
}

TEST(time_that_runs_backwards_is_an_error_in_the_script)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
               "0.2 close(3) = 0\n"
               "0.1 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n",
               CF_RUN_ERROR, "time goes backwards");
}

TEST(an_event_whose_time_has_passed_is_late)
{
    fix_script(HANDSHAKE "1 `sleep 2`\n1.5 write(4, ..., 10) = 10\n", CF_FAIL,
               "expected system call start at 1.500000 sec but happened at 3.000000 sec");
}

TEST(waiting_has_a_limit)
{
    cf_run_opts o = fix_opts();
    o.max_virtual_us = 10000000;
    cf_result r = fix_run_with("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+11 close(3) = 0\n", &o);
    fix_is(&r, CF_RUN_ERROR);
    bool told = strstr(r.message, "10 s of simulated time") != NULL;
    cf_result_free(&r);
    CHECK(told);
}

TEST(a_star_that_nothing_answers_ends_at_the_limit)
{
    cf_run_opts o = fix_opts();
    o.max_virtual_us = 10000000;
    cf_result r = fix_run_with(HANDSHAKE "* > . 1:1(0) ack 1\n", &o);
    fix_is(&r, CF_FAIL);
    cf_result_free(&r);
}

TEST(code_needs_a_descriptor)
{
    fix_script("0 %{ assert True }%\n", CF_RUN_ERROR, "no socket to take TCP_INFO from");
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
               "+0 < S 0:0(0) win 1000 <mss 1000>\n+0 > S. 0:0(0) ack 1 <...>\n+0 %{ assert True }%\n",
               CF_RUN_ERROR, "no descriptor before accept()");
}

TEST(init_scripts_run_before_everything)
{
    fix_script("--init_scripts=\"sysctl -q net.ipv4.tcp_timestamps=0,true\"\n"
               "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
               "+0...0.01 connect(3, ..., ...) = 0\n"
               "+0 > S 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 10>\n"
               "+.01 < S. 0:0(0) ack 1 win 1000 <mss 1000>\n"
               "+0 > . 1:1(0) ack 1\n",
               CF_PASS, NULL);
    fix_script("--init_scripts=nonsense\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_RUN_ERROR,
               "unknown command");
}

TEST(what_the_target_cannot_carry_is_named)
{
    fix_script("0 < ipv4 1.2.3.4 > 5.6.7.8: gre: S 0:0(0) win 1000\n", CF_NA, "encapsulated packets");
    fix_script("--mss=1000\n" HANDSHAKE "+0 < . 1:5001(5000) ack 1 win 257\n", CF_NA, "--mss");
}
