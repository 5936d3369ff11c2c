#define CHECK_MAIN
#include "run_fix.h"

TEST(tcp_info_speaks_linux_names_and_numbers)
{
    fix_script(HANDSHAKE
               "+0 %{ assert tcpi_state == TCP_ESTABLISHED, tcpi_state }%\n"
               "+0 %{ assert tcpi_snd_wscale == 7; assert tcpi_snd_mss == 1000, tcpi_snd_mss }%\n"
               "+0 %{ assert tcpi_options & TCPI_OPT_SACK; assert not (tcpi_options & TCPI_OPT_TIMESTAMPS) }%\n"
               "+0 %{ assert tcpi_unacked == 0; assert tcpi_snd_cwnd == 10; assert tcpi_ca_state == TCP_CA_Open }%\n"
               "+0 write(4, ..., 100) = 100\n"
               "+0 %{ assert tcpi_unacked == 1, tcpi_unacked; assert tcpi_bytes_sent == 100 }%\n",
               CF_PASS, NULL);
}

TEST(states_after_a_close_by_the_peer)
{
    fix_script(HANDSHAKE "+0 < F. 1:1(0) ack 1 win 257\n"
                         "+0 > . 1:1(0) ack 2\n"
                         "+0 %{ assert tcpi_state == TCP_CLOSE_WAIT, tcpi_state }%\n",
               CF_PASS, NULL);
}

TEST(the_congestion_control_tells_by_the_names_of_scripts)
{
    fix_script("--code_sockopt=TCP_CC_INFO\n`sysctl -q net.ipv4.tcp_congestion_control=bbr`\n" HANDSHAKE
               "+0 %{ assert bbr_bw == 0 and bbr_cwnd_gain == 0, bbr_bw }%\n",
               CF_PASS, NULL);
}

TEST(what_the_stack_believes_needs_no_descriptor)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
               "+0 < S 100:100(0) win 1000 <mss 1000>\n+0 > S. 0:0(0) ack 101 <...>\n"
               "+0 %{ assert refstack_half_open == 1 and refstack_waiting == 0, refstack_half_open }%\n"
               "+0 %{ assert refstack_conns == 1 and refstack_rcv_nxt == 1, refstack_rcv_nxt }%\n"
               "+0 < . 1:1(0) ack 1 win 500\n"
               "+0 %{ assert refstack_waiting == 1 and refstack_snd_wnd == 500, refstack_snd_wnd }%\n",
               CF_PASS, NULL);
    fix_script(HANDSHAKE "+0 %{ assert refstack_snd_wnd == 1 }%\n", CF_FAIL, "AssertionError");
}
