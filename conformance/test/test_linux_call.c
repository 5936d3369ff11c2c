#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define CHECK_MAIN
#include "live_fix.h"

static uint8_t room[16];

static cf_call_in reading(int fd)
{
    return (cf_call_in){.name = "read", .id = CF_CALL_read, .fd = fd, .fd2 = -1, .buf = room, .len = sizeof room};
}

TEST(a_blocking_call_is_inside_before_anything_else_happens_and_ends_by_what_happens)
{
    int ends[2];
    cf_call_out out;
    cf_target *t = live_open();
    cf_target_linux.run_begin(t);
    CHECK_EQ(pipe(ends), 0);
    cf_call_in in = reading(ends[0]);
    CHECK(cf_linux_call_begin(t, &in));
    CHECK(!cf_linux_call_done(t, cf_linux_now(t), &out));
    CHECK(!cf_linux_call_begin(t, &in)); /* one at a time */
    int64_t before = cf_linux_now(t);
    CHECK_EQ(write(ends[1], "abc", 3), 3);
    CHECK(cf_linux_call_done(t, cf_linux_now(t) + 2000000, &out));
    CHECK_EQ(out.result, 3);
    CHECK(out.done_at_us >= before && out.done_at_us <= cf_linux_now(t));
    CHECK_EQ(room[2], 'c');
    CHECK(!cf_linux_call_done(t, cf_linux_now(t), &out)); /* it is taken once */
    close(ends[0]);
    close(ends[1]);
    cf_target_linux.close(t);
}

TEST(a_call_that_does_not_block_is_done_at_once)
{
    cf_call_out out;
    cf_target *t = live_open();
    cf_target_linux.run_begin(t);
    cf_call_in in = reading(-1);
    CHECK(cf_linux_call_begin(t, &in));
    CHECK(cf_linux_call_done(t, cf_linux_now(t) + 1000000, &out));
    CHECK_EQ(out.result, -1);
    CHECK_EQ(out.err, EBADF);
    cf_target_linux.close(t);
}

TEST(a_call_that_never_ends_does_not_hold_up_the_end_of_the_run)
{
    int ends[2];
    cf_target *t = live_open();
    cf_target_linux.run_begin(t);
    CHECK_EQ(pipe(ends), 0);
    cf_call_in in = reading(ends[0]);
    CHECK(cf_linux_call_begin(t, &in));
    cf_target_linux.close(t);
    close(ends[0]);
    close(ends[1]);
}
