#define CHECK_MAIN
#include "run_fix.h"

TEST(what_the_stack_has_not_makes_the_run_not_applicable_by_name)
{
    fix_script("0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n", CF_NA, "SOCK_DGRAM");
    fix_script("0 socket(..., SOCK_RAW, IPPROTO_RAW) = 3\n", CF_NA, "SOCK_RAW");
    fix_script("0 cap_set(0, 12, 0) = 0\n", CF_NA, "cap_set");
    fix_script(HANDSHAKE "+0 setsockopt(4, SOL_TCP, TCP_TIMESTAMP, [1], 4) = 0\n", CF_NA, "TCP_TIMESTAMP");
}

TEST(an_option_that_the_stack_knows_and_refuses_is_judged)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
               "+0 setsockopt(3, SOL_IP, IP_MTU, [1000], 4) = -1 ENOPROTOOPT (Protocol not available)\n",
               CF_PASS, NULL);
}

TEST(an_address_of_an_odd_family_is_refused_as_posix_says)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
               "+0 connect(3, AF_PACKET, ...) = -1 EAFNOSUPPORT (Address family not supported)\n",
               CF_PASS, NULL);
}

TEST(accept_tells_which_peer_it_was)
{
    fix_script(HANDSHAKE "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n", CF_PASS, NULL);
}

TEST(mapped_addresses_work_like_the_plain_ones)
{
    cf_run_opts o = fix_opts();
    o.mode = CF_MODE_MAPPED;
    o.mode_given = true;
    cf_result r = fix_run_with(HANDSHAKE "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n", &o);
    fix_is(&r, CF_PASS);
    cf_result_free(&r);
    r = fix_run_with("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                     "+0...0.01 connect(3, ..., ...) = 0\n"
                     "+0 > S 0:0(0) <...>\n"
                     "+.01 < S. 0:0(0) ack 1 win 1000 <mss 1000>\n"
                     "+0 > . 1:1(0) ack 1\n",
                     &o);
    fix_is(&r, CF_PASS);
    cf_result_free(&r);
}

TEST(output_values_come_back)
{
    fix_script(HANDSHAKE "+0 < P. 1:101(100) ack 1 win 257\n"
                         "+0 ioctl(4, SIOCINQ, [100]) = 0\n"
                         "+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n"
                         "+0 fcntl(4, F_GETFL) = 2\n",
               CF_PASS, NULL);
}

TEST(errors_of_calls_are_those_of_linux)
{
    fix_script("0 socket(AF_INET, 999, IPPROTO_TCP) = -1 EINVAL (Invalid argument)\n"
               "+0 socket(AF_INET, SOCK_STREAM, 999) = -1 EINVAL (Invalid argument)\n"
               "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
               "+0 ioctl(3, SIOCINQ) = -1 EFAULT (Bad address)\n"
               "+0 listen(3, 1) = 0\n"
               "+0 ioctl(3, SIOCINQ) = -1 EINVAL (Invalid argument)\n",
               CF_PASS, NULL);
}
