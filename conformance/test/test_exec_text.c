#define CHECK_MAIN
#include "run_fix.h"

/* Text that overlaps what came. */
#define OVERLAP HANDSHAKE "+0 < P. 1:11(10) ack 1 win 257\n+0 < P. 6:16(10) ack 1 win 257\n"

TEST(numbered_text_is_read_as_it_was_sent_whatever_overlaps)
{
    fix_script("--numbered_text\n" OVERLAP "+0 read(4, ..., 4) = 4\n+0 recv(4, ..., 100, 0) = 11\n", CF_PASS, NULL);
    fix_script("--numbered_text\n" OVERLAP "+0 recv(4, ..., 4, MSG_PEEK) = 4\n+0 recv(4, ..., 3, MSG_TRUNC) = 3\n"
               "+0 recv(4, ..., 100, 0) = 12\n",
               CF_PASS, NULL);
}

TEST(each_connection_counts_its_own_text)
{
    fix_script("--numbered_text\n--by_ports\n"
               "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
               "+0 < 5001 > 8080 S 5:5(0) win 1000 <mss 1000>\n+0 > 8080 > 5001 S. 0:0(0) ack 6 <...>\n"
               "+0 < 5001 > 8080 . 1:1(0) ack 1 win 1000\n+0 accept(3, ..., ...) = 4\n"
               "+0 < 5001 > 8080 P. 1:11(10) ack 1 win 1000\n+0 read(4, ..., 10) = 10\n",
               CF_PASS, NULL);
}

/* Reset and opened again, a connection's stream begins anew, and the runner knows those of its first SYN. */
TEST(text_that_is_not_the_one_of_its_number_is_found)
{
    fix_script("--numbered_text\n--by_ports\n"
               "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
               "+0 < 5001 > 8080 S 5:5(0) win 1000 <mss 1000>\n+0 > 8080 > 5001 S. 0:0(0) ack 6 <...>\n"
               "+0 < 5001 > 8080 R 1:1(0) win 0\n"
               "+0 < 5001 > 8080 S 15:15(0) win 1000 <mss 1000>\n+0 > 8080 > 5001 S. 0:0(0) ack 16 <...>\n"
               "+0 < 5001 > 8080 . 11:11(0) ack 1 win 1000\n+0 accept(3, ..., ...) = 4\n"
               "+0 < 5001 > 8080 P. 11:21(10) ack 1 win 1000\n+0 read(4, ..., 10) = 10\n",
               CF_FAIL, "byte 0 of the stream is not the one that was sent with this number");
}

TEST(who_cannot_count_any_more_judges_nothing)
{
    fix_script("--numbered_text\n" OVERLAP "+0 pipe([5, 6]) = 0\n+0 splice(4, NULL, 6, NULL, 4, 0) = 4\n"
               "+0 read(4, ..., 11) = 11\n",
               CF_PASS, NULL);
    fix_script("--numbered_text\n" HANDSHAKE "+0 < PU. 1:11(10) ack 1 win 257 urg 5\n+0 read(4, ..., 100) = 4\n"
               "+0 read(4, ..., 100) = 5\n",
               CF_PASS, NULL);
}
