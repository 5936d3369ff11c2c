#include <stdlib.h>
#include <unistd.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../target/helper.h"

/* Reads from the descriptor of the call. */
static void make(void *ctx, const cf_call_in *in, cf_call_out *out)
{
    (void)ctx;
    out->result = read(in->fd, in->buf, in->len);
    out->done_at_us = 77;
}

static uint8_t room[8];

TEST(a_call_has_begun_when_it_sleeps_and_is_done_once)
{
    int ends[2];
    cf_helper h = {0};
    cf_call_out out = {0};
    CHECK_EQ(pipe(ends), 0);
    cf_helper_start(&h, make, NULL);
    cf_call_in in = {.name = "read", .fd = ends[0], .buf = room, .len = sizeof room};
    CHECK(!cf_helper_done(&h, 0, &out)); /* nothing was begun */
    CHECK(cf_helper_begin(&h, &in));
    CHECK(cf_helper_busy(&h));
    CHECK(!cf_helper_begin(&h, &in)); /* one at a time */
    CHECK(!cf_helper_done(&h, 1000, &out));
    CHECK_EQ(write(ends[1], "abc", 3), 3);
    CHECK(cf_helper_done(&h, 2000000, &out));
    CHECK_EQ(out.result, 3);
    CHECK_EQ(out.done_at_us, 77);
    CHECK(!cf_helper_busy(&h));
    CHECK(!cf_helper_done(&h, 0, &out));
    cf_helper_stop(&h);
    close(ends[0]);
    close(ends[1]);
}

TEST(a_helper_is_stopped_inside_a_call_that_never_ends)
{
    int ends[2];
    cf_helper h = {0};
    CHECK_EQ(pipe(ends), 0);
    cf_helper_start(&h, make, NULL);
    cf_call_in in = {.name = "read", .fd = ends[0], .buf = room, .len = sizeof room};
    CHECK(cf_helper_begin(&h, &in));
    cf_helper_stop(&h);
    cf_helper_stop(&h); /* and once more is harmless */
    close(ends[0]);
    close(ends[1]);
}

TEST(without_a_thread_nothing_begins)
{
    cf_helper h = {0};
    cf_call_in in = {.name = "read"};
    CHECK(!cf_helper_begin(&h, &in));
}
