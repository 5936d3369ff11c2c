/* sendfile and splice of the target ref, as scripts see them. */
#define CHECK_MAIN
#include "run_fix.h"

#define OPENED                                                                                                         \
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"                                                                    \
    "+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"                                                                  \
    "+0 < S 0:0(0) win 32792 <mss 1000>\n+0 > S. 0:0(0) ack 1 <...>\n+0 < . 1:1(0) ack 1 win 32792\n"                  \
    "+0 accept(3, ..., ...) = 4\n"

TEST(bytes_go_through_a_pipe_and_back_into_the_connection)
{
    fix_script(OPENED "+0 pipe([5, 6]) = 0\n+0 < P. 1:101(100) ack 1 win 32792\n+0 > . 1:1(0) ack 101\n"
                      "+0 splice(4, NULL, 6, NULL, 200, 0) = 100\n"
                      "+0 splice(5, NULL, 4, NULL, 60, 0) = 60\n+0 > P. 1:61(60) ack 101\n"
                      "+0 read(5, ..., 100) = 40\n",
               CF_PASS, NULL);
}

TEST(a_splice_waits_for_the_socket)
{
    fix_script(OPENED "+0 pipe([5, 6]) = 0\n+0...0.1 splice(4, NULL, 6, NULL, 200, 0) = 100\n"
                      "+.1 < P. 1:101(100) ack 1 win 32792\n+0 > . 1:1(0) ack 101\n+0 read(5, ..., 200) = 100\n",
               CF_PASS, NULL);
    fix_script(OPENED "+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n+0 pipe([5, 6]) = 0\n"
                      "+0 splice(4, NULL, 6, NULL, 200, 0) = -1 EAGAIN (nothing)\n",
               CF_PASS, NULL);
}

TEST(ends_that_do_not_fit_are_refused)
{
    fix_script(OPENED "+0 pipe([5, 6]) = 0\n+0 splice(4, NULL, 5, NULL, 1, 0) = -1 EBADF (a reading end)\n"
                      "+0 splice(3, NULL, 4, NULL, 1, 0) = -1 EINVAL (no pipe)\n"
                      "+0 sendfile(4, 5, NULL, 1) = -1 EINVAL (a pipe is no file)\n",
               CF_PASS, NULL);
}

TEST(files_of_a_script_are_its_own)
{
    fix_script("`rm -f /tmp/thing\ndd if=/dev/zero of=/tmp/thing bs=10 count=3 status=none`\n" OPENED
               "+0 open(\"/tmp/thing\", O_RDONLY) = 5\n+0 sendfile(4, 5, [20], 100) = 10\n+0 > P. 1:11(10) ack 1\n"
               "+0 sendfile(4, 5, NULL, 100) = 30\n+0 sendfile(4, 5, NULL, 100) = 0\n",
               CF_PASS, NULL);
    fix_script(OPENED "+0 open(\"/tmp/thing\", O_RDONLY) = -1 ENOENT (another script's)\n", CF_PASS, NULL);
}
