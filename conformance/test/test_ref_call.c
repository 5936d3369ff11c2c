#define CHECK_MAIN
#include "run_fix.h"

TEST(a_blocked_call_ends_at_the_instant_its_condition_holds)
{
    fix_script(HANDSHAKE "+0...0.25 read(4, ..., 1000) = 500\n"
                         "+.25 < P. 1:501(500) ack 1 win 257\n"
                         "+0 > . 1:1(0) ack 501\n",
               CF_PASS, NULL);
}

TEST(a_blocked_call_that_ends_too_early_fails_by_its_end_time)
{
    fix_script(HANDSHAKE "+0...0.5 read(4, ..., 1000) = 500\n"
                         "+.1 < P. 1:501(500) ack 1 win 257\n"
                         "+0 > . 1:1(0) ack 501\n"
                         "+1 close(4) = 0\n",
               CF_FAIL, "expected system call return at 0.510000 sec but happened at 0.110000 sec");
}

TEST(a_call_that_blocks_alone_lets_the_clock_run_until_it_ends)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
               "+0 setsockopt(3, SOL_TCP, TCP_SYNCNT, [1], 4) = 0\n"
               "+0 connect(3, ..., ...) = -1 ETIMEDOUT (Connection timed out)\n",
               CF_PASS, NULL);
}

TEST(a_call_that_nothing_can_wake_is_a_failure_not_a_hang)
{
    fix_script(HANDSHAKE "+0 read(4, ..., 10) = 10\n", CF_FAIL, "blocks for ever");
}

TEST(other_calls_run_beside_a_blocked_one_after_a_second_of_patience)
{
    fix_script(HANDSHAKE "+0...2 read(4, ..., 1000) = 5\n"
                         "+1.5 write(4, ..., 10) = 10\n"
                         "+0 > P. 1:11(10) ack 1\n"
                         "+.1 < . 1:1(0) ack 11 win 257\n"
                         "+.4 < P. 1:6(5) ack 11 win 257\n"
                         "+0 > . 11:11(0) ack 6\n",
               CF_PASS, NULL);
}

TEST(a_second_blocking_call_must_wait_for_the_first)
{
    fix_script(HANDSHAKE "+0...2 read(4, ..., 1000) = 5\n+0...2 read(4, ..., 1000) = 5\n", CF_RUN_ERROR,
               "another blocking system call is still in progress");
}

TEST(a_call_still_blocked_at_the_end_fails)
{
    fix_script(HANDSHAKE "+0...2 read(4, ..., 1000) = 5\n", CF_FAIL,
               "exiting while a blocking read call is in progress");
}

TEST(a_blocked_poll_reports_what_woke_it)
{
    fix_script(HANDSHAKE "+0...0.02 poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, 1000) = 1\n"
                         "+.02 < P. 1:6(5) ack 1 win 257\n",
               CF_PASS, NULL);
}

TEST(a_blocked_poll_ends_with_its_timeout)
{
    fix_script(HANDSHAKE "+0...0.3 poll([{fd=4, events=POLLIN, revents=0}], 1, 300) = 0\n", CF_PASS, NULL);
}
