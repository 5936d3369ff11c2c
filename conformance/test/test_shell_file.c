/* dd and rm of scripts. */
#define CHECK_MAIN
#include "run_fix.h"

#define SOCKET "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"

TEST(dd_makes_a_file_of_blocks)
{
    fix_script("`dd if=/dev/zero of=/tmp/f bs=1k count=3`\n" SOCKET "+0 open(\"/tmp/f\", O_RDONLY) = 4\n"
               "+0 read(4, ..., 9999) = 3072\n",
               CF_PASS, NULL);
}

TEST(dd_copies_and_skips)
{
    fix_script("`dd if=/dev/zero of=a bs=10 count=5\ndd if=a of=b bs=10 skip=3`\n" SOCKET
               "+0 open(\"b\", O_RDONLY) = 4\n+0 read(4, ..., 9999) = 20\n",
               CF_PASS, NULL);
}

TEST(rm_takes_it_away)
{
    fix_script("`dd if=/dev/zero of=/tmp/f bs=1 count=3\nrm /tmp/f`\n" SOCKET
               "+0 open(\"/tmp/f\", O_RDONLY) = -1 ENOENT (gone)\n",
               CF_PASS, NULL);
    fix_script("`rm /tmp/f`\n" SOCKET, CF_RUN_ERROR, "no such file");
    fix_script("`rm -f /tmp/f`\n" SOCKET, CF_PASS, NULL);
}

TEST(what_is_not_understood_is_refused)
{
    fix_script("`dd if=/dev/zero of=/tmp/f`\n" SOCKET, CF_RUN_ERROR, "more than");
    fix_script("`dd if=/dev/zero of=/tmp/f bs=x count=1`\n" SOCKET, CF_RUN_ERROR, "not understood");
    fix_script("`dd if=/nowhere of=/tmp/f bs=1 count=1`\n" SOCKET, CF_RUN_ERROR, "no such file");
    fix_script("`rm -rf /`\n" SOCKET, CF_RUN_ERROR, "not understood");
}
