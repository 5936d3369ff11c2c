#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "run_fix.h"

TEST(every_call_leaves_its_result_its_errno_and_what_it_wrote)
{
    cf_result r;
    r = fix_run("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
                "+0 setsockopt(3, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n"
                "+0 getsockopt(3, SOL_SOCKET, SO_KEEPALIVE, [1], [4]) = 0\n"
                "+0 read(3, ..., 10) = -1 ENOTCONN (Transport endpoint is not connected)\n");
    CHECK_EQ(r.outcome, CF_PASS);
    CHECK_STR(r.calls, "1:socket=3 2:fcntl=0 3:setsockopt=0 4:getsockopt=0{1} 5:read=-1/ENOTCONN");
    cf_result_free(&r);
}

#define OPEN                                                                                                           \
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"                     \
    "+0 < S 0:0(0) win 1000 <mss 1000>\n+0 > S. 0:0(0) ack 1 <...>\n+.1 < . 1:1(0) ack 1 win 1000\n"                   \
    "+0 accept(3, ..., ...) = 4\n"

TEST(a_call_that_blocked_leaves_its_end_and_received_bytes_their_hash)
{
    cf_result r, other;
    r = fix_run(OPEN "+0...0.2 read(4, ..., 10) = 5\n+.2 < P. 1:6(5) ack 1 win 1000\n+0 > . 1:1(0) ack 6\n");
    CHECK_EQ(r.outcome, CF_PASS);
    CHECK(strstr(r.calls, " 8:read=5{5:") != NULL);
    CHECK(strstr(r.calls, "@300000") != NULL);
    other = fix_run(OPEN "+0...0.2 read(4, ..., 10) = 6\n+.2 < P. 1:6(5) ack 1 win 1000\n+0 > . 1:1(0) ack 6\n");
    CHECK_EQ(other.outcome, CF_FAIL); /* a call that fails its script is in the ledger as well */
    CHECK_STR(other.calls, r.calls);
    cf_result_free(&r);
    cf_result_free(&other);
}

TEST(tcp_info_is_that_of_the_end_or_of_before_the_close)
{
    cf_result r;
    r = fix_run(OPEN "+0 write(4, ..., 500) = 500\n+0 > P. 1:501(500) ack 1\n");
    CHECK(strstr(r.info, "state=1 ") != NULL);
    CHECK(strstr(r.info, " bytes_sent=500") != NULL);
    CHECK(strstr(r.info, "=0 ") == NULL);
    cf_result_free(&r);
    r = fix_run(OPEN "+0 close(4) = 0\n+0 > F. 1:1(0) ack 1\n");
    CHECK(strstr(r.info, "state=1 ") != NULL); /* asked before the descriptor went */
    cf_result_free(&r);
    r = fix_run("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 close(3) = 0\n");
    CHECK(r.info != NULL);
    cf_result_free(&r);
}
