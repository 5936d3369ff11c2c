/* sendmsg, recvmsg and epoll of the target ref, as scripts see them. */
#define CHECK_MAIN
#include "run_fix.h"

#define OPENED                                                                                                         \
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"                                                                    \
    "+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"                                                                  \
    "+0 < S 0:0(0) win 32792 <mss 1000>\n+0 > S. 0:0(0) ack 1 <...>\n+0 < . 1:1(0) ack 1 win 32792\n"                  \
    "+0 accept(3, ..., ...) = 4\n"
#define RECVMSG(len, flags, control, call_flags, result)                                                               \
    "+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., " #len "}], msg_flags=" flags ", msg_control=[" control       \
    "]}, " call_flags ") = " #result "\n"
#define INQ(n) "{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=" #n "}"

TEST(ancillary_data_comes_back_and_is_compared)
{
    fix_script(OPENED "+0 setsockopt(4, SOL_TCP, TCP_INQ, [1], 4) = 0\n+0 < P. 1:101(100) ack 1 win 32792\n"
                      "+0 > . 1:1(0) ack 101\n" RECVMSG(40, "0", INQ(60), "0", 40),
               CF_PASS, NULL);
    fix_script(OPENED "+0 setsockopt(4, SOL_TCP, TCP_INQ, [1], 4) = 0\n+0 < P. 1:101(100) ack 1 win 32792\n"
                      "+0 > . 1:1(0) ack 101\n" RECVMSG(40, "0", INQ(61), "0", 40),
               CF_FAIL, "ancillary");
}

TEST(a_recvmsg_that_waits_gives_its_ancillary_data_too)
{
    fix_script(OPENED "+0 setsockopt(4, SOL_TCP, TCP_INQ, [1], 4) = 0\n"
                      "+0...0.1 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 40}], msg_flags=0, msg_control=[" INQ(
                          60) "]}, 0) = 40\n"
                              "+.1 < P. 1:101(100) ack 1 win 32792\n+0 > . 1:1(0) ack 101\n",
               CF_PASS, NULL);
}

TEST(the_error_queue_of_a_script_that_asked_for_nothing_is_empty)
{
    fix_script(OPENED RECVMSG(0, "MSG_ERRQUEUE", "", "MSG_ERRQUEUE", -1 EAGAIN(empty)), CF_PASS, NULL);
}

TEST(epoll_reports_descriptor_and_bits)
{
    fix_script(OPENED "+0 epoll_create(1) = 5\n+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLOUT, fd=4}) = 0\n"
                      "+0 epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 1\n",
               CF_PASS, NULL);
    fix_script(OPENED "+0 epoll_create(1) = 5\n+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLOUT, fd=4}) = 0\n"
                      "+0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1\n",
               CF_FAIL, "events");
}

TEST(an_epoll_wait_that_waits_ends_with_the_event)
{
    fix_script(OPENED "+0 epoll_create(1) = 5\n+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = 0\n"
                      "+0...0.2 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, -1) = 1\n"
                      "+.2 < P. 1:101(100) ack 1 win 32792\n+0 > . 1:1(0) ack 101\n",
               CF_PASS, NULL);
}
