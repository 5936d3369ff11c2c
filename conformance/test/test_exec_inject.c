#define CHECK_MAIN
#include "run_fix.h"

TEST(sequence_numbers_of_the_script_reach_the_stack_as_live_ones)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
               "+0 < S 4294967290:4294967290(0) win 1000 <mss 1000>\n"
               "+0 > S. 77:77(0) ack 4294967291 <...>\n"
               "+.01 < . 1:1(0) ack 1 win 1000\n"
               "+0 accept(3, ..., ...) = 4\n"
               "+0 < P. 1:11(10) ack 1 win 1000\n"
               "+0 > . 1:1(0) ack 11\n",
               CF_PASS, NULL);
}

TEST(an_echo_of_a_timestamp_nobody_sent_is_an_error)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
               "+0 < S 0:0(0) win 1000 <mss 1000,sackOK,TS val 1 ecr 0>\n"
               "+0 > S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 100 ecr 1>\n"
               "+.01 < . 1:1(0) ack 1 win 1000 <nop,nop,TS val 2 ecr 99>\n",
               CF_RUN_ERROR, "no outbound packet of the script carried TS val 99");
}

TEST(icmp_errors_quote_the_stacks_own_packet)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
               "+0...0.01 connect(3, ..., ...) = -1 ECONNREFUSED (Connection refused)\n"
               "+0 > S 0:0(0) <...>\n"
               "+.01 < icmp unreachable port_unreachable [0:0(0)]\n",
               CF_PASS, NULL);
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
               "+0 connect(3, ..., ...) = 0\n",
               CF_FAIL, NULL);
}

TEST(icmp_over_ipv6_reaches_the_connection_too)
{
    cf_run_opts o = fix_opts();
    o.mode = CF_MODE_IPV6;
    o.mode_given = true;
    cf_result r = fix_run_with("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                               "+0...0.01 connect(3, ..., ...) = -1 ECONNREFUSED (Connection refused)\n"
                               "+0 > S 0:0(0) <...>\n"
                               "+.01 < icmp unreachable port_unreachable [0:0(0)]\n",
                               &o);
    fix_is(&r, CF_PASS);
    cf_result_free(&r);
}

TEST(explicit_ports_go_out_as_written_and_do_not_touch_the_connection)
{
    fix_script(HANDSHAKE "+0 < 9999>8080 R. 1:1(0) ack 1 win 0\n"
                         "+.1 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n",
               CF_PASS, NULL);
}

TEST(a_packet_nobody_can_take_is_an_error)
{
    fix_script("0 < udp (10)\n", CF_RUN_ERROR, "no matching socket for inbound packet");
}
