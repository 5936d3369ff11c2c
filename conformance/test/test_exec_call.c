#define CHECK_MAIN
#include "run_fix.h"

TEST(results_are_exact_and_say_what_came)
{
    fix_script(HANDSHAKE "+0 write(4, ..., 10) = 11\n", CF_FAIL,
               "t.pkt:9: runtime error in write call: Expected result 11 but got 10");
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 listen(3, 1) = 0\n+0 accept(3, ..., ...) = 4\n",
               CF_FAIL, "blocks for ever");
    fix_script(HANDSHAKE "+0 bind(4, ..., ...) = 0\n", CF_FAIL,
               "Expected result 0 but got -1 with errno 22 (Invalid argument)");
}

TEST(new_descriptors_only_have_to_be_none_negative)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 77\n+0 close(77) = 0\n", CF_PASS, NULL);
    fix_script("0 socket(AF_PACKET, SOCK_STREAM, 0) = 3\n", CF_FAIL,
               "Expected non-negative result but got -1 with errno 97");
}

TEST(errno_is_compared_as_a_number_and_the_note_is_not)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 read(3, ..., 10) = -1 ENOTCONN (whatever it says)\n",
               CF_PASS, NULL);
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 read(3, ..., 10) = -1 EPIPE (Broken pipe)\n", CF_FAIL,
               "Expected errno 32 (Broken pipe) but got 107");
}

TEST(an_errno_that_has_no_name_is_an_error_even_after_success)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 listen(3, 1) = 0 EBOGUS (none)\n", CF_RUN_ERROR,
               "unknown errno name");
}

TEST(signatures_are_short_and_stable)
{
    cf_result r = fix_run(HANDSHAKE "+0 write(4, ..., 10) = 11\n");
    CHECK_STR(r.signature, "call write result 10 line 9");
    cf_result_free(&r);
    r = fix_run("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 read(3, ..., 10) = 5\n");
    CHECK_STR(r.signature, "call read ENOTCONN line 2");
    cf_result_free(&r);
}

TEST(script_descriptors_are_known_unique_and_end_with_close)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 read(5, ..., 10) = 0\n", CF_RUN_ERROR,
               "unknown script fd: 5");
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n",
               CF_RUN_ERROR, "this script fd is open already");
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 close(3) = 0\n+0 close(3) = 0\n", CF_RUN_ERROR,
               "unknown script fd: 3");
    fix_script(
        "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 close(3) = 0\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n",
        CF_PASS, NULL);
}

TEST(output_structures_are_compared)
{
    fix_script(HANDSHAKE "+0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [999], [4]) = 0\n", CF_FAIL,
               "Expected option value 999 (0x3e7) but got 1000 (0x3e8)");
    fix_script(HANDSHAKE "+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}], 1, 0) = 1\n", CF_FAIL,
               "Expected revents 1 (0x1) but got 4 (0x4)");
    fix_script(HANDSHAKE "+0 ioctl(4, SIOCINQ, [5]) = 0\n", CF_FAIL, "Expected ioctl value 5 (0x5) but got 0 (0x0)");
    fix_script(HANDSHAKE "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=7}, 8) = 0\n"
                         "+0 getsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=7}, [8]) = 0\n",
               CF_PASS, NULL);
    fix_script(HANDSHAKE "+0 getsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=7}, [8]) = 0\n", CF_FAIL, "l_onoff");
    fix_script(HANDSHAKE "+0 < P. 1:6(5) ack 1 win 257\n"
                         "+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=MSG_TRUNC}, 0) = 5\n",
               CF_FAIL, "msg_flags");
}

TEST(option_values_of_every_form_are_compared)
{
    fix_script(HANDSHAKE "+0 getsockopt(4, SOL_TCP, TCP_MAXSEG, inet_addr(\"1.0.0.0\"), [4]) = 0\n", CF_FAIL,
               "the option's value is another address");
    fix_script(HANDSHAKE "+0 getsockopt(4, SOL_TCP, TCP_NODELAY, inet_addr(\"0.0.0.0\"), [4]) = 0\n", CF_PASS, NULL);
    fix_script(HANDSHAKE
               "+0 getsockopt(4, SOL_TCP, TCP_NODELAY, {flags [none], sum 1, off 0, key 0, seq 0}, [4]) = 0\n",
               CF_RUN_ERROR, "the length of a GRE header is 16");
}

TEST(vectors_and_messages_move_all_their_bytes)
{
    fix_script(HANDSHAKE "+0 writev(4, [{..., 100}, {..., 200}], 2) = 300\n"
                         "+0 > P. 1:301(300) ack 1\n"
                         "+0 sendmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 10}, {..., 20}], msg_flags=0}, 0) = 30\n"
                         "+.01 < P. 1:11(10) ack 301 win 257\n"
                         "+0 readv(4, [{..., 4}, {..., 20}], 2) = 10\n",
               CF_PASS, NULL);
}

TEST(an_unknown_call_or_a_wrong_number_of_arguments_is_an_error)
{
    fix_script("0 frobnicate(3) = 0\n", CF_RUN_ERROR, "frobnicate");
    fix_script("0 socket(...) = 3\n", CF_RUN_ERROR, "arg");
}

TEST(dissolving_a_connection_makes_the_socket_new)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
               "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
               "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
               "+0 > S 0:0(0) <...>\n"
               "+0 connect(3, AF_UNSPEC, ...) = 0\n"
               "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
               "+0 > S 0:0(0) <...>\n",
               CF_PASS, NULL);
}
