/* grep in the table of sockets (run/shell_proc.h). */
#define CHECK_MAIN
#include "run_fix.h"

#define LISTENER                                                                                                       \
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"                                                                    \
    "+0 bind(3, ..., ...) = 0\n"                                                                                       \
    "+0 listen(3, 1) = 0\n"

TEST(a_listener_is_found_by_state_and_port)
{
    fix_script(LISTENER "+0 `grep \" 0A \" /proc/net/tcp /proc/net/tcp6 | grep \":1F90\"`\n", CF_PASS, NULL);
    fix_script(LISTENER "+0 `grep \":1F90 00000000:0000 0A \" /proc/net/tcp`\n", CF_PASS, NULL);
}

TEST(what_is_not_there_is_a_status_of_one)
{
    fix_script(LISTENER "+0 `grep \" 01 \" /proc/net/tcp`\n", CF_RUN_ERROR, "no line of /proc/net/tcp has \" 01 \"");
    fix_script(LISTENER "+0 `grep \" 0A \" /proc/net/tcp6`\n", CF_RUN_ERROR, "no line");
    fix_script(LISTENER "+0 `grep \" 0A \" /proc/net/tcp | grep \":1F91\"`\n", CF_RUN_ERROR, "1F91");
}

TEST(a_connection_shows_both_ends)
{
    fix_script(LISTENER "+0 < S 0:0(0) win 1000 <mss 1000>\n"
                        "+0 > S. 0:0(0) ack 1 <...>\n"
                        "+0 < . 1:1(0) ack 1 win 1000\n"
                        "+0 `grep \"010200C0:\" /proc/net/tcp | grep \" 01 \"`\n",
               CF_PASS, NULL);
}

TEST(other_files_and_flags_are_beyond_us)
{
    fix_script(LISTENER "+0 `grep x /proc/net/udp`\n", CF_NA, "grep");
    fix_script(LISTENER "+0 `grep -q x /proc/net/tcp`\n", CF_NA, "grep");
}
