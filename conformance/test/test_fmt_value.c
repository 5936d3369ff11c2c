#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "script_text.h"

TEST(canonical_calls_are_written_as_they_were_read)
{
    static const char *const lines[] = {
        "socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3",
        "write(4, ..., -1) = -1 EINVAL (Invalid argument)",
        "f([], [1, 2], {A=1, B=[2]}, {..., X}, \"te\\\"xt\", {}) = 0 (note)",
        "g(inet_addr(\"1.2.3.4\"), inet6_addr(\"::1\")) = 0",
        "bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"1.2.3.4\")}, 16) = 0",
        "poll([{fd=4, events=POLLIN, revents=POLLOUT}, {fd=5, events=0}], 2, 0) = 1",
        "epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN|EPOLLET, ptr=7}) = 0",
        "setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0",
        "sendmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 1}, {..., 2}], msg_flags=0}, 0) = 3",
        "recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 1}], msg_flags=MSG_ERRQUEUE, "
        "msg_control=[{cmsg_level=SOL_IP, "
        "cmsg_type=IP_RECVERR, cmsg_data={ee_errno=0, ee_origin=5, ee_type=0, ee_code=1, ee_info=0, ee_data=1}}, "
        "{cmsg_level=1, cmsg_type=37, cmsg_data={scm_sec=0, scm_nsec=5}}]}, MSG_ERRQUEUE) = 0",
        "setsockopt(4, SOL_IP, 1, {flags 0x2000, sum 0x0, off 0x0, key 0x1, seq 0x0}, 8) = 0",
        "setsockopt(4, SOL_IP, 1, {(label 1, tc 2, ttl 3)(label 4, tc 5, [S], ttl 6)}, 8) = 0"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) CHECK_STR(canonical(lines[i], CF_MODE_IPV4), lines[i]);
}

TEST(numbers_are_decimal_and_strings_are_joined)
{
    CHECK_STR(canonical("f(0x10, \"a\" \"b\", \"c\"...) = 0x0", CF_MODE_IPV4), "f(16, \"ab\", \"c\") = 0");
    CHECK_STR(canonical("f(0xffffffffffffffff) = 0", CF_MODE_IPV4), "f(-1) = 0");
}
